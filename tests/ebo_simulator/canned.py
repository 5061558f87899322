"""Answers of the stub for the operations beyond reading the tree: history, alarms, events, subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from tests.ebo_simulator.ews_stub import NS, SOAP_TYPE, Answer, E, Element, Stub, fault, ids_of

MOMENT = "2026-03-01T10:00:00Z"
LATER = "2026-03-01T10:15:00.000Z"
Handler = Callable[[Element], Element]


def records(request: Element) -> Element:
    """Answer two records on the first page of GetHistory, and one more on the page that MoreDataRef names."""
    more = request.findtext(f".//{{{NS}}}MoreDataRef")
    rows = [("0.13", "0", MOMENT), ("0.58", "1", LATER)] if more is None else [("7", "0", "2026-03-01T10:30:00Z")]
    rest = [] if more else [E.MoreDataRef("page 2")]
    list_ = E.List(*(E.HistoryRecord(E.Value(v), E.State(s), E.TimeStamp(t)) for v, s, t in rows))
    return E.GetHistoryResponse(
        E.GetHistoryResponseStatus(
            E.MoreDataAvailable("false" if more else "true"), *rest, E.TimeFrom(MOMENT), E.TimeTo(LATER)
        ),
        E.GetHistoryHistoryRecords(E.ValueItemId("power"), E.Unit("kW"), E.Type("Double"), list_),
        version="1.2",
    )


def alarm_event(state: str = "1", priority: str = "300") -> Element:
    return E.AlarmEvent(
        E.ID("alarm"),
        E.SourceID("connected"),
        E.SourceName("StationIsConnected"),
        E.Acknowledgeable("2"),
        E.TimeStampOccurrence(MOMENT),
        E.TimeStampTransition(LATER),
        E.Priority(priority),
        E.State(state),
        E.Type("EVCE Availability"),
        E.Message("EVSimu1 is unavailable [seen]"),
    )


def alarm_answer(operation: str, cursor: str, *events: Element, needs_refresh: str = "false") -> Element:
    """Write the answer of GetAlarmEvents or GetUpdatedAlarmEvents."""
    status = E(
        f"{operation}ResponseStatus",
        E.MoreDataAvailable("false"),
        E.LastUpdate(cursor),
        E.NeedsRefresh(needs_refresh),
    )
    return E(f"{operation}Response", status, E(f"{operation}AlarmEvents", *events), version="1.2")


def results(operation: str) -> Handler:
    """Make a handler that says for "alarm" and "reduction" that it is done, and for all others that it is not."""

    def answer(request: Element) -> Element:
        rows = [(key, key in ("alarm", "reduction")) for key in ids_of(request)]
        made = [
            E.Result(E.Id(k), E.Success(str(done).lower()), E.Message("" if done else "INVALID_ID")) for k, done in rows
        ]
        return E(f"{operation}Response", E(f"{operation}Results", *made), version="1.2")

    return answer


def alarm_history(_: Element) -> Element:
    status = E.GetAlarmHistoryResponseStatus(E.MoreDataAvailable("false"))
    events = E.GetAlarmHistoryAlarmEvents(alarm_event(), alarm_event("0"))
    return E.GetAlarmHistoryResponse(status, events, version="1.2")


def types(operation: str, *names: str) -> Handler:
    return lambda _: E(f"{operation}Response", E(f"{operation}Types", *(E.Type(name) for name in names)), version="1.2")


def hierarchy(_: Element) -> Element:
    steps = [E.ContainerItem("Z1", order="2"), E.ContainerItem("EVCE Zones", order="1")]
    return E.GetHierarchicalInformationResponse(E.GetHierarchicalInformationPath(*steps), version="1.2")


def enums(request: Element) -> Element:
    value = E.EnumValue(E.Value("1"), E.Text("yes"))
    known = E.Enum(E.Id("boolean"), E.Name("Boolean"), E.EnumValues(value))
    errors = [E.ErrorResult(E.Id(key), E.Message("INVALID_ID")) for key in ids_of(request) if key != "boolean"]
    return E.GetEnumsResponse(E.GetEnumsEnums(known), E.GetEnumsErrorResults(*errors), version="1.2")


def aggregation(_: Element) -> Element:
    record = E.AggregationRecord(E.Value("1.5"), E.TimeStamp(MOMENT), E.Period("3600"))
    return E.GetHistoricalDataAggregationResponse(
        E.GetHistoricalDataAggregationResponseStatus(E.MoreDataAvailable("false"), E.TimeFrom(MOMENT), E.TimeTo(LATER)),
        E.GetHistoricalDataAggregationRecords(E.ValueItemId("power"), E.Unit("kW"), E.Type("Double"), E.List(record)),
        version="1.2",
    )


def system_event() -> Element:
    return E.SystemEvent(
        E.ID("e1"),
        E.Type("Login"),
        E.Message("ebo came in"),
        E.TimeStamp(MOMENT),
        E.Priority("500"),
        E.SourceID("server"),
        E.SourceName("EWS"),
    )


def system_events(_: Element) -> Element:
    status = E.GetSystemEventsResponseStatus(E.MoreDataAvailable("false"))
    return E.GetSystemEventsResponse(status, E.GetSystemEventsSystemEvents(system_event()), version="1.2")


class Subscriptions:
    """Subscriptions to values as a server keeps them; `forget` makes it lose one, `expires` is what it grants."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.expires = "PT10M"
        self.seen: dict[str, dict[str, tuple[str, str]]] = {}
        self._numbers = count(1)

    def forget(self) -> None:
        self.seen.clear()

    def subscribe(self, request: Element) -> Element:
        key = f"s{next(self._numbers)}"
        self.seen[key] = {}
        ids = ids_of(request)
        rows = [E.Result(E.Id(i), E.Success(str(i in self.stub.items).lower()), E.Message("")) for i in ids]
        expires = E.Expires(self.expires)
        return E.SubscribeResponse(E.SubscriptionId(key), expires, E.Results(*rows), version="1.2")

    def renew(self, request: Element) -> Element | Answer:
        key = request.findtext(f"{{{NS}}}SubscriptionId", "")
        return self._lost(key) or E.RenewResponse(E.SubscriptionId(key), E.Expires(self.expires), version="1.2")

    def unsubscribe(self, request: Element) -> Element | Answer:
        key = request.findtext(f"{{{NS}}}SubscriptionId", "")
        if (lost := self._lost(key)) is not None:
            return lost
        del self.seen[key]
        return E.UnsubscribeResponse(E.SubscriptionId(key), version="1.2")

    def notify(self, request: Element) -> Element | Answer:
        key = request.findtext(f"{{{NS}}}SubscriptionId", "")
        if (lost := self._lost(key)) is not None:
            return lost
        now = {name: (row["State"], row["Value"]) for name, row in self.stub.items.items()}
        news = {name: value for name, value in now.items() if self.seen[key].get(name) != value}
        self.seen[key] = now
        events = [
            E.Event(E.Id(i), E.TimeStamp(MOMENT), E.State(state), E.Value(value)) for i, (state, value) in news.items()
        ]
        return E.GetNotificationResponse(
            E.SubscriptionId(key),
            E.NotificationId(f"n{next(self._numbers)}"),
            E.MoreDataAvailable("false"),
            E.Events(E.ValueChangedEvents(*events)),
            version="1.2",
        )

    def _lost(self, key: str) -> Answer | None:
        if key in self.seen:
            return None
        return 500, SOAP_TYPE, fault("Invalid_Subscription", "INVALID_SUBSCRIPTION", "There is none of this id.")


def serve_everything(stub: Stub) -> Subscriptions:
    """Teach a stub all 22 operations."""
    subscriptions = Subscriptions(stub)
    stub.replace |= {
        "GetHistory": records,
        "GetAlarmEvents": lambda _: alarm_answer("GetAlarmEvents", "c1", alarm_event()),
        "GetUpdatedAlarmEvents": lambda _: alarm_answer("GetUpdatedAlarmEvents", "c2", alarm_event("2")),
        "AcknowledgeAlarmEvents": results("AcknowledgeAlarmEvents"),
        "GetAlarmEventTypes": types("GetAlarmEventTypes", "EVCE Fault", "EVCE Availability"),
        "GetAlarmHistory": alarm_history,
        "Subscribe": subscriptions.subscribe,
        "Renew": subscriptions.renew,
        "Unsubscribe": subscriptions.unsubscribe,
        "GetNotification": subscriptions.notify,
        "GetHierarchicalInformation": hierarchy,
        "GetEnums": enums,
        "GetHistoricalDataAggregation": aggregation,
        "GetSystemEvents": system_events,
        "GetSystemEventTypes": types("GetSystemEventTypes", "Login"),
        "ForceValues": results("ForceValues"),
        "UnforceValues": results("UnforceValues"),
    }
    stub.operations += stub.replace
    return subscriptions
