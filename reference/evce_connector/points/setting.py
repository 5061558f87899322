"""What clients ask to be set, checked before a writer has it: the same for an EWS client and for the pages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from evce_connector.figures import Figures
from evce_connector.points.tree import Folder, Tree, ValueItem
from evce_connector.points.write_request import Refused, RefusedWrite, Writer, WriteRequest, WriteResult, place_of
from evce_connector.site.values import Value, from_wire, to_wire

LOGGER = logging.getLogger("evce_connector")
_LONGEST = 100
"""Characters of an id or a text of a client that the log shows."""
Row = tuple[str, str | None]
"""The id of an item, and the text of its new value."""


class _Refusal(NamedTuple):
    """A row that is not written; the place it belongs to is None where its id tells none."""

    place: str | None
    name: str
    result: WriteResult


def set_values(
    tree: Tree,
    writer: Writer,
    rows: Sequence[Row],
    user: str,
    client: str,
    figures: Figures | None = None,
    refused: Refused | None = None,
) -> list[WriteResult]:
    """Set what can be set; returns a result for each row, in their order.

    Nothing of a zone or connector is sent of which one row is refused. What is refused here is logged, counted in
    `figures` and told to `refused`; all else its writer logs, counts and keeps.
    """
    checked = _marked([_check(tree, *row) for row in rows])
    for row, refusal in zip(rows, checked, strict=True):
        if isinstance(refusal, _Refusal):
            old = _shows(tree, row[0])
            _tell(row, old, refusal, f"user {user!r} from {client}")
            if figures is not None:
                figures.writes.add("refused")
            if refused is not None:
                refused(RefusedWrite(user, client, row[0], old, row[1] or "", refusal.result.message))
    wanted = [item for item in checked if isinstance(item, WriteRequest)]
    written = iter(writer.write(wanted, user, client) if wanted else [])
    return [next(written) if isinstance(item, WriteRequest) else item.result for item in checked]


def _tell(row: Row, old: str, refusal: _Refusal, who: str) -> None:
    """Log a row that no writer gets to see."""
    id_, text = map(_shown, row)
    values = f"{old} -> {text}" if old else text
    LOGGER.info("Write of %s: %s %s: %s", who, id_, values, refusal.result.message)


def _shows(tree: Tree, id_: str) -> str:
    """Return the value that an item shows, as on the wire; empty where there is none."""
    item = tree.get(id_)
    return to_wire(item.value) if isinstance(item, ValueItem) else ""


def _shown(text: str | None) -> str:
    """Return what a client wrote as the log shows it; a part of it would show a part of a secret."""
    return repr(text) if text is None or len(text) <= _LONGEST else f"a text of {len(text)} characters"


def _check(tree: Tree, id_: str, text: str | None) -> WriteRequest | _Refusal:
    """Return what is to be written, or why it is not."""
    item = tree.get(id_)
    if not isinstance(item, ValueItem):
        folder = tree.get(place_of(id_))
        return _refuse(folder.key if isinstance(folder, Folder) else None, id_.rpartition("/")[2], "INVALID_ID")
    place, name = place_of(item.key), item.name
    if not item.point.writeable:
        return _refuse(place, name, "VALUE_NOT_WRITEABLE")
    try:
        return WriteRequest(item, _read(item, text))
    except (ValueError, OverflowError):
        return _refuse(place, name, f"INVALID_VALUE: it does not parse as {item.point.type}")


def _refuse(place: str | None, name: str, message: str) -> _Refusal:
    return _Refusal(place, name, WriteResult(success=False, message=message))


def _marked(checked: Sequence[WriteRequest | _Refusal]) -> list[WriteRequest | _Refusal]:
    """Tell each request of a refused row that shares its place."""
    culprits: dict[str | None, str] = {}
    for row in checked:
        if isinstance(row, _Refusal):
            culprits.setdefault(row.place, row.name)
    return [
        replace(row, beside=culprits.get(row.place, "")) if isinstance(row, WriteRequest) else row for row in checked
    ]


def _read(item: ValueItem, text: str | None) -> Value:
    if text is None:
        raise ValueError("no value")
    return from_wire(text, item.point.type)
