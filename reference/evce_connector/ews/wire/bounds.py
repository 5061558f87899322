"""What one request may ask, and how long its answer may be: both told in a fault, neither found out by running dry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lxml import etree

from evce_connector.ews.wire.faults import EwsFault, invalid_request

_MEBIBYTE = 1024 * 1024


def too_many_ids(most: int) -> EwsFault:
    """Return the fault of a request that names more ids than `most`."""
    return invalid_request(f"A request may hold at most {most} ids; ask for them in several requests.")


def check_ids(content: etree._Element, most: int) -> None:
    """Refuse by an EwsFault a request in which any element stands more often than `most` times, before it is decoded.

    Ids, rows and types of every operation are elements that stand side by side, so that one count holds for them all.
    """
    if len(content) and max(Counter(element.tag for element in content.iter()).values()) > most:
        raise too_many_ids(most)


def bounded(parts: Iterable[bytes], most: int) -> Sequence[bytes]:
    """Collect the parts of an answer; an EwsFault once they are longer than `most` bytes, before more are made."""
    if isinstance(parts, tuple):  # they are made already, and of a bulk read there are thousands
        if sum(map(len, parts)) > most:
            raise _too_long(most)
        return parts
    collected, length = [], 0
    for part in parts:
        length += len(part)
        if length > most:
            raise _too_long(most)
        collected.append(part)
    return collected


def _too_long(most: int) -> EwsFault:
    limit = f"{most // _MEBIBYTE} MiB" if most >= _MEBIBYTE else f"{most} bytes"
    return invalid_request(f"The answer would be longer than {limit}; ask for less in one request.")
