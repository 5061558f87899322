"""Recognises a plain GetValues or GetItems in front of spyne: ids come straight from XML (design, Speed).

What a BMS asks it asks again and again: the last requests are remembered by their bytes, and of other lists at least
the envelope around the ids.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from evce_connector.ews.operations.call import version_of
from evce_connector.ews.wire.contract import NAMESPACE
from evce_connector.ews.wire.faults import EwsFault
from evce_connector.ews.wire.soap import Envelope, parse

_LISTS = {
    f"{{{NAMESPACE}}}GetValuesRequest": ("GetValues", f"{{{NAMESPACE}}}GetValuesIds"),
    f"{{{NAMESPACE}}}GetItemsRequest": ("GetItems", f"{{{NAMESPACE}}}GetItemsIds"),
}
_ID = f"{{{NAMESPACE}}}Id"
_FIRST_ID = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?Id>")
_PLAIN = bytes(set(range(0x20, 0x7F)) - set(b"<>&"))
"""Characters that are in XML what they are."""
_REMEMBERED = 64
_LARGEST, _LARGEST_ENVELOPE = 128 * 1024, 4 * 1024
"""Longer bodies, and longer envelopes around ids, are not remembered (bytes): all together they stay below 9 MiB."""


class Bulk(NamedTuple):
    """A plain bulk read."""

    operation: str
    namespace: str
    version: str
    ids: tuple[str, ...]


def recognise(body: bytes) -> Bulk | None:
    """Return the bulk read that a body is, or None for anything else."""
    return _remembered(body) if len(body) <= _LARGEST else _look(body)


def _look(body: bytes) -> Bulk | None:
    if b"GetValuesRequest" not in body and b"GetItemsRequest" not in body:
        return None
    try:
        return _plain(body) or _parsed(body)
    except EwsFault:
        return None


_remembered = lru_cache(_REMEMBERED)(_look)


def _plain(body: bytes) -> Bulk | None:
    """Read a body whose ids are plain ASCII one after the other, for the price of its envelope; None for any other.

    The ids are cut out and the envelope is parsed with an empty one in their place: what the parser then finds holds
    for all, for between them there is no markup but their own tags.
    """
    first = _FIRST_ID.search(body)
    if first is None:
        return None
    opening, closing = first[0], b"</" + first[0][1:]
    last = body.rfind(closing)
    if last < first.end():
        return None
    content, between = body[first.end() : last], closing + opening
    ids = content.decode("ascii", "replace").split(between.decode())
    if content.translate(None, _PLAIN) != b"<><>" * (len(ids) - 1):
        return None
    envelope = body[: first.end()] + body[last:]
    found = _remembered_envelope(envelope) if len(envelope) <= _LARGEST_ENVELOPE else _parsed(envelope)
    if found is None or found.ids != ("",):
        return None
    return found._replace(ids=tuple(ids))


def _parsed(body: bytes) -> Bulk | None:
    return _bulk(parse(body))


_remembered_envelope = lru_cache(_REMEMBERED)(_parsed)


def _bulk(envelope: Envelope) -> Bulk | None:
    request = envelope.content
    if request.tag not in _LISTS or len(request) != 1:
        return None
    operation, list_tag = _LISTS[request.tag]
    ids = request[0]
    if ids.tag != list_tag or len(ids) == 0 or any(id_.tag != _ID or len(id_) or id_.attrib for id_ in ids):
        return None
    version = version_of(request.get("version"))
    return Bulk(operation, envelope.namespace, version, tuple([id_.text or "" for id_ in ids]))
