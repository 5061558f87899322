"""GetItems, GetValues and SetValues (docs/ews.md, Reading and writing)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, cast

from evce_connector.ews.operations.call import Answer, Call, Handler, needed_ids
from evce_connector.ews.wire.faults import EwsFault
from evce_connector.ews.wire.render import ItemWriter, alarm_item, element, error_results, history_item, value_fragment
from evce_connector.figures import Figures
from evce_connector.points.setting import set_values
from evce_connector.points.tree import FRESH, AgeStates, AlarmItem, HistoryItem, Tree, ValueItem
from evce_connector.points.write_request import Refused, RefusedWrite, Writer

_FRAGMENT = attrgetter("fragment")
AlarmState = Callable[[str], int]
"""From an alarm item's key to its present state."""


class Values:
    """Reads items of the tree, and hands writes on."""

    def __init__(
        self, tree: Tree, alarm_state: AlarmState, writer: Writer, figures: Figures, refused: Refused | None = None
    ) -> None:
        self._tree = tree
        self._alarm_state = alarm_state
        self._writer, self._figures, self._refused = writer, figures, refused
        self._write_item = ItemWriter()
        self.handlers: dict[str, Handler] = {
            "GetItems": self._get_items,
            "GetValues": self._get_values,
            "SetValues": self._set_values,
        }

    def _get_items(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        return self.read_items(call, needed_ids(request.GetItemsIds))

    def _get_values(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        return self.read_values(call, needed_ids(request.GetValuesIds))

    def read_values(self, call: Call, ids: Sequence[str]) -> Sequence[bytes]:
        """Write the content of a GetValuesResponse, in parts: mostly fragments that items keep."""
        call.items = len(ids)
        ages, nodes = self._tree.age_state(), self._tree.nodes
        try:
            fragments: list[Any] = [*map(_FRAGMENT, map(nodes.__getitem__, ids))]
        except (KeyError, AttributeError):  # not all of them are value items
            return self._write_values(ids, ages)
        if ages is not FRESH:
            return self._write_values(ids, ages)
        if None in fragments:
            places = [place for place, fragment in enumerate(fragments) if fragment is None]
            written = self._fragments([cast("ValueItem", nodes[ids[place]]) for place in places])
            for place, fragment in zip(places, written, strict=True):
                fragments[place] = fragment
        return (b"<GetValuesItems>", *fragments, b"</GetValuesItems>", element("GetValuesErrorResults"))

    def _fragments(self, items: Sequence[ValueItem]) -> list[bytes]:
        """Return the fragments of items as they show themselves, and keep those that were missing."""
        self._tree.keep_fragments([item for item in items if item.fragment is None], value_fragment)
        # An item may change between the line above and the next; then it is written once more, and not kept.
        return [item.fragment or value_fragment(item) for item in items]

    def _write_values(self, ids: Sequence[str], ages: AgeStates) -> Sequence[bytes]:
        """Write the same where ids have no value, or where an age has passed that items do not show yet."""
        found = [self._tree.nodes.get(id_) for id_ in ids]
        items = [node for node in found if isinstance(node, ValueItem)]
        wrong = (id_ for id_, node in zip(ids, found, strict=True) if not isinstance(node, ValueItem))
        # What an age adds is not kept: it holds for this answer, and the items will show it in a moment.
        values = self._fragments(items) if ages is FRESH else [value_fragment(item, ages) for item in items]
        return element("GetValuesItems", *values), element("GetValuesErrorResults", error_results(wrong))

    def read_items(self, call: Call, ids: Sequence[str]) -> Sequence[bytes]:
        """Write the content of a GetItemsResponse, in parts: each kind in its list, as asked for."""
        call.items = len(ids)
        nodes, version, ages = self._tree.nodes, call.version, self._tree.age_state()
        values: list[bytes] = []
        histories: list[bytes] = []
        alarms: list[bytes] = []
        wrong: list[str] = []
        for id_ in ids:
            node = nodes.get(id_)
            if isinstance(node, ValueItem):
                values.append(self._write_item(node, version, ages))
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

    def tell_refused(self, call: Call, rows: Sequence[tuple[str, str]], fault: EwsFault) -> None:
        """Tell of the values of a SetValues, by their ids, that was refused as a whole."""
        if self._refused is None:
            return
        for id_, text in rows:
            self._refused(RefusedWrite(call.user.name, call.client, id_, "", text, f"{fault.reason}: {fault}"))

    def _set_values(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        list_ = request.SetValuesItems
        rows = [row for row in (list_ and list_.ValueItem) or [] if row is not None]
        if not rows:
            raise EwsFault("Missing_Value_List", "The request must hold at least one ValueItem.")
        if all(row.Id is None for row in rows):
            raise EwsFault("Missing_Id_List", "No ValueItem of the request has an id.")
        call.items = len(rows)
        wanted = [(row.Id or "", row.Value) for row in rows]
        who = call.user.name, call.client
        results = set_values(self._tree, self._writer, wanted, *who, self._figures, self._refused)
        answers = [
            {"Id": row.Id or "", "Success": result.success, "Message": result.message}
            for row, result in zip(rows, results, strict=True)
        ]
        return {"SetValuesResults": {"Result": answers}}
