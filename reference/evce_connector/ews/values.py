"""GetItems, GetValues and SetValues (docs/ews.md, Reading and writing)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from evce_connector.ews.call import Answer, Call, Handler, needed_ids
from evce_connector.ews.faults import EwsFault
from evce_connector.ews.render import ItemWriter, alarm_item, element, error_results, history_item, value_fragment
from evce_connector.ews.writer import Writer, WriteRequest
from evce_connector.store.tree import AlarmItem, HistoryItem, Tree, ValueItem
from evce_connector.values import Value, from_wire

_FRAGMENT = attrgetter("fragment")
AlarmState = Callable[[str], int]
"""From an alarm item's key to its present state."""


class Values:
    """Reads items of the tree, and hands writes on."""

    def __init__(self, tree: Tree, alarm_state: AlarmState, writer: Writer) -> None:
        self._tree = tree
        self._alarm_state = alarm_state
        self._writer = writer
        self._write_item = ItemWriter()
        self.handlers: dict[str, Handler] = {
            "GetItems": self._get_items,
            "GetValues": self._get_values,
            "SetValues": self._set_values,
        }

    def _get_items(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        return b"".join(self.read_items(call, needed_ids(request.GetItemsIds)))

    def _get_values(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        return b"".join(self.read_values(call, needed_ids(request.GetValuesIds)))

    def read_values(self, call: Call, ids: Sequence[str]) -> Sequence[bytes]:
        """Write the content of a GetValuesResponse, in parts: mostly fragments that items keep."""
        call.items = len(ids)
        try:
            fragments: list[Any] = [*map(_FRAGMENT, map(self._tree.nodes.__getitem__, ids))]
        except (KeyError, AttributeError):  # not all of them are value items
            fragments = [None]
        if None in fragments:
            return self._write_values(ids)
        return (b"<GetValuesItems>", *fragments, b"</GetValuesItems>", element("GetValuesErrorResults"))

    def _write_values(self, ids: Sequence[str]) -> Sequence[bytes]:
        """Write the same where some items keep no fragment yet, or ids have no value."""
        found = [self._tree.nodes.get(id_) for id_ in ids]
        items = [node for node in found if isinstance(node, ValueItem)]
        wrong = (id_ for id_, node in zip(ids, found, strict=True) if not isinstance(node, ValueItem))
        self._tree.keep_fragments([item for item in items if item.fragment is None], value_fragment)
        # An item may change between the line above and the next; then it is written once more, and not kept.
        values = [item.fragment or value_fragment(item) for item in items]
        return element("GetValuesItems", *values), element("GetValuesErrorResults", error_results(wrong))

    def read_items(self, call: Call, ids: Sequence[str]) -> Sequence[bytes]:
        """Write the content of a GetItemsResponse, in parts: each kind in its list, as asked for."""
        call.items = len(ids)
        nodes, version = self._tree.nodes, call.version
        values: list[bytes] = []
        histories: list[bytes] = []
        alarms: list[bytes] = []
        wrong: list[str] = []
        for id_ in ids:
            node = nodes.get(id_)
            if isinstance(node, ValueItem):
                values.append(self._write_item(node, version))
            elif isinstance(node, HistoryItem):
                histories.append(history_item(node))
            elif isinstance(node, AlarmItem):
                alarms.append(alarm_item(node, self._alarm_state(node.key)))
            else:
                wrong.append(id_)
        lists = (
            element("ValueItems", *values),
            element("HistoryItems", *histories),
            element("AlarmItems", *alarms),
        )
        return element("GetItemsItems", *lists), element("GetItemsErrorResults", error_results(wrong))

    def _set_values(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        list_ = request.SetValuesItems
        rows = [row for row in (list_ and list_.ValueItem) or [] if row is not None]
        if not rows:
            raise EwsFault("Missing_Value_List", "The request must hold at least one ValueItem.")
        if all(row.Id is None for row in rows):
            raise EwsFault("Missing_Id_List", "No ValueItem of the request has an id.")
        call.items = len(rows)
        checked = [self._check(row.Id or "", row.Value) for row in rows]
        wanted = [item for item in checked if isinstance(item, WriteRequest)]
        results = iter(self._writer.write(wanted, call.user.name, call.client) if wanted else [])
        answers = []
        for row, item in zip(rows, checked, strict=True):
            result = next(results) if isinstance(item, WriteRequest) else None
            success, message = (result.success, result.message) if result else (False, str(item))
            answers.append({"Id": row.Id or "", "Success": success, "Message": message})
        return {"SetValuesResults": {"Result": answers}}

    def _check(self, id_: str, text: str | None) -> WriteRequest | str:
        """Return what is to be written, or why it is not."""
        item = self._tree.get(id_)
        if not isinstance(item, ValueItem):
            return "INVALID_ID"
        if not item.point.writeable:
            return "VALUE_NOT_WRITEABLE"
        try:
            return WriteRequest(item, _read(item, text))
        except (ValueError, OverflowError):
            return f"INVALID_VALUE: it does not parse as {item.point.type}"


def _read(item: ValueItem, text: str | None) -> Value:
    if text is None:
        raise ValueError("no value")
    return from_wire(text, item.point.type)
