"""GetSystemEvents and GetSystemEventTypes: what happened to the connector itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evce_connector.ews.operations.call import Answer, Call, Handler, members, paired
from evce_connector.ews.operations.filters import selection
from evce_connector.ews.wire.continuation import pack, unpack
from evce_connector.ews.wire.render import element, system_event, text_element
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.system_events import SystemEvent, SystemEvents
from evce_connector.points.tree import Tree

_KIND = "system"
_FIELDS = (int, int, int, int, int, int, list)


class SystemReads:
    """Reads the system events; a MoreDataRef holds the whole question."""

    def __init__(self, tree: Tree, events: SystemEvents, page_size: int) -> None:
        self._tree = tree
        self._events = events
        self._page_size = page_size
        self.handlers: dict[str, Handler] = {
            "GetSystemEvents": self._get_events,
            "GetSystemEventTypes": self._get_types,
        }

    def _get_events(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        parameter = request.GetSystemEventsParameter
        if parameter is not None and parameter.MoreDataRef:
            after, until, start, end, low, high, types = unpack(_KIND, parameter.MoreDataRef, _FIELDS)
            times = [None if micros is None else from_micros(micros) for micros in (start, end)]
            chosen = Selection(None, times[0], times[1], low, high, frozenset(types or ()))
        else:
            chosen = self._selection(request.GetSystemEventsFilter)
            after, until = 0, self._events.last if self._is_source(request.GetSystemEventsFilter) else 0
        found = [event for event in self._events.events(after or 0, until or 0) if _holds(chosen, event)]
        events = found[: self._page_size]
        call.items = len(events)
        status = text_element("MoreDataAvailable", "true" if len(found) > len(events) else "false")
        if len(found) > len(events):
            status += text_element("MoreDataRef", _reference(events[-1].sequence, until, chosen))
        written = (system_event(event, self._tree.root) for event in events)
        return element("GetSystemEventsResponseStatus", status) + element("GetSystemEventsSystemEvents", *written)

    def _selection(self, filter_: Any) -> Selection:  # noqa: ANN401 - spyne is untyped
        """Read a filter; times are from inclusive to exclusive."""
        chosen = selection(filter_, self._events.types)
        if filter_ is None:
            return chosen
        start, end = paired(filter_.TimeFrom, filter_.TimeTo, "InvalidRequest", "Time")
        return replace(chosen, time_from=start, time_to=end)

    def _is_source(self, filter_: Any) -> bool:  # noqa: ANN401 - spyne is untyped
        """Tell whether a filter's ids leave the only source there is: the server itself."""
        ids = members(filter_.Ids) if filter_ is not None else []
        return not ids or self._tree.root.id in ids

    def _get_types(self, _: Call, __: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        return {"GetSystemEventTypesTypes": {"Type": self._events.types}}


def _holds(chosen: Selection, event: SystemEvent) -> bool:
    return (
        (chosen.time_from is None or chosen.time_from <= event.time)
        and (chosen.time_to is None or event.time < chosen.time_to)
        and (chosen.priority_from is None or chosen.priority_from <= event.priority)
        and (chosen.priority_to is None or event.priority <= chosen.priority_to)
        and (not chosen.types or event.type in chosen.types)
    )


def _reference(after: int, until: int, chosen: Selection) -> str:
    times = [None if time is None else to_micros(time) for time in (chosen.time_from, chosen.time_to)]
    return pack(_KIND, after, until, *times, chosen.priority_from, chosen.priority_to, sorted(chosen.types))
