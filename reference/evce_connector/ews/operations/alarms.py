"""The five operations on alarms (docs/ews.md, Alarms), served from the alarm log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evce_connector.alarms.state_machine import AlarmEvent
from evce_connector.clock import Clock
from evce_connector.ews.operations.call import Answer, Call, Handler, needed_ids, paired
from evce_connector.ews.operations.filters import selection
from evce_connector.ews.wire.continuation import pack, unpack
from evce_connector.ews.wire.faults import EwsFault
from evce_connector.ews.wire.render import alarm_event, element, text_element
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.points.tree import AlarmItem, Tree

_FIELDS = (int, int, str, int, int, int, int, list)


class AlarmReads:
    """Reads the alarm log, and acknowledges.

    A page's MoreDataRef holds the whole question and where its answer ends, so that alarms which move meanwhile neither
    shift the pages nor are lost: they come with the next GetUpdatedAlarmEvents.
    """

    def __init__(self, tree: Tree, book: AlarmLog, clock: Clock, page_size: int) -> None:
        self._tree = tree
        self._book = book
        self._clock = clock
        self._page_size = page_size
        self.handlers: dict[str, Handler] = {
            "GetAlarmEvents": self._get_events,
            "GetUpdatedAlarmEvents": self._get_updated,
            "AcknowledgeAlarmEvents": self._acknowledge,
            "GetAlarmEventTypes": self._get_types,
            "GetAlarmHistory": self._get_history,
        }

    def _get_events(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        """Answer the alarms now: each that is not Normal, by its last event."""
        parameter = request.GetAlarmEventsParameter
        chosen, after, until = self._question(call, parameter, lambda: self._selection(request.GetAlarmEventsFilter))
        found = [event for event in self._book.present(chosen) if after < event.sequence <= until]
        events, reference = self._page(call, found, chosen, until)
        status = _status(reference, self._book.cursor(until), needs_refresh=False)
        return element("GetAlarmEventsResponseStatus", status) + self._list("GetAlarmEventsAlarmEvents", events)

    def _get_updated(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        """Answer every event since LastUpdate; NeedsRefresh when that one is not known or its events are not whole."""
        parameter = request.GetUpdatedAlarmEventsParameter
        start = self._book.position(parameter.LastUpdate or "") if parameter else None
        chosen, after, until = self._question(
            call, parameter, lambda: self._selection(request.GetUpdatedAlarmEventsFilter), start or 0
        )
        refresh = start is None and not (parameter and parameter.MoreDataRef)
        found = [] if refresh else self._book.events(chosen, after, until, self._page_size + 1, followed=True)
        events, reference = self._page(call, found, chosen, until)
        cursor = self._book.cursor(events[-1].sequence if reference else until)
        status = _status(reference, cursor, needs_refresh=refresh)
        tag = "GetUpdatedAlarmEventsResponseStatus"
        return element(tag, status) + self._list("GetUpdatedAlarmEventsAlarmEvents", events)

    def _get_history(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        """Answer past events of one alarm, or of all when no Id is given, oldest first."""

        def ask() -> Selection:
            filter_ = request.GetAlarmHistoryFilter
            chosen = self._selection(filter_)
            if filter_ is not None:
                start, end = paired(filter_.TimeFrom, filter_.TimeTo, "Invalid_Time", "Time")
                chosen = replace(chosen, time_from=start, time_to=end)
            id_ = (parameter.Id if parameter else None) or None
            if id_ is not None and not self._is_alarm(id_):
                raise EwsFault("Invalid_Id", "No alarm has the id of the request.")
            return replace(chosen, alarm=id_ and self._tree.key_of(id_))

        parameter = request.GetAlarmHistoryParameter
        chosen, after, until = self._question(call, parameter, ask)
        found = self._book.events(chosen, after, until, self._page_size + 1)
        events, reference = self._page(call, found, chosen, until)
        status = element("GetAlarmHistoryResponseStatus", _more(reference))
        return status + self._list("GetAlarmHistoryAlarmEvents", events)

    def _acknowledge(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        ids = needed_ids(request.AcknowledgeAlarmEventsIds)
        call.items = len(ids)
        now = self._clock.now()
        results = []
        for id_ in ids:
            message = "INVALID_ID"
            if self._is_alarm(id_):
                done = self._book.acknowledge(self._tree.key_of(id_), now, call.user.name)
                message = "" if done else "NOT_ACKNOWLEDGEABLE"
            results.append({"Id": id_, "Success": not message, "Message": message})
        return {"AcknowledgeAlarmEventsResults": {"Result": results}}

    def _get_types(self, _: Call, __: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        return {"GetAlarmEventTypesTypes": {"Type": self._book.types}}

    def _is_alarm(self, id_: str) -> bool:
        return isinstance(self._tree.get(id_), AlarmItem) or self._book.knows(id_)

    def _selection(self, filter_: Any) -> Selection:  # noqa: ANN401 - spyne is untyped
        return selection(filter_, self._book.types)

    def _question(self, call: Call, parameter: Any, ask: Any, start: int = 0) -> tuple[Selection, int, int]:  # noqa: ANN401
        """Return what is asked for, after which event and up to which: from a MoreDataRef, or from the request."""
        if not (parameter and parameter.MoreDataRef):
            return ask(), start, self._book.last
        fields = unpack(call.operation, parameter.MoreDataRef, _FIELDS)
        after, until, alarm, time_from, time_to, low, high, types = fields
        if None in (after, until, types):
            raise EwsFault("Invalid_Reference", "The reference is not whole.")
        times = [None if micros is None else from_micros(micros) for micros in (time_from, time_to)]
        return Selection(alarm, times[0], times[1], low, high, frozenset(types)), after, until

    def _page(
        self, call: Call, found: Sequence[AlarmEvent], chosen: Selection, until: int
    ) -> tuple[Sequence[AlarmEvent], str]:
        """Cut a page, and write the reference to the next one, empty when there is none."""
        events = found[: self._page_size]
        call.items = len(events)
        if len(found) <= self._page_size:
            return events, ""
        times = [None if time is None else to_micros(time) for time in (chosen.time_from, chosen.time_to)]
        priorities = (chosen.priority_from, chosen.priority_to)
        reference = pack(
            call.operation, events[-1].sequence, until, chosen.alarm, *times, *priorities, sorted(chosen.types)
        )
        return events, reference

    def _list(self, tag: str, events: Sequence[AlarmEvent]) -> bytes:
        return element(tag, *(alarm_event(event, self._tree.id_of) for event in events))


def _more(reference: str) -> bytes:
    available = text_element("MoreDataAvailable", "true" if reference else "false")
    return available + (text_element("MoreDataRef", reference) if reference else b"")


def _status(reference: str, cursor: str, needs_refresh: bool) -> bytes:
    refresh = text_element("NeedsRefresh", "true" if needs_refresh else "false")
    return _more(reference) + text_element("LastUpdate", cursor) + refresh
