"""GetAlarmHistory: order, the history of one alarm, and what it says of the alarms that are there."""

from __future__ import annotations

from collections import Counter

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.checks.alarms import DISABLED, FIELDS, NORMAL, read, told
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.history import LONG_AGO, time_of, utc
from evce_acceptance.ews.messages import element, fields, text
from lxml import etree


@check("alarms.history")
def has_a_history_in_order(case: Case) -> None:
    events, _ = read(case, "GetAlarmHistory")
    if not events:
        raise NotTestedError("no alarm has a history yet")
    times = [time_of(text(event, "TimeStampTransition")) for event in events]
    expect(
        times in (sorted(times), sorted(times, reverse=True)),
        "GetAlarmHistory is not in the order of TimeStampTransition.",
    )
    double = [one for one, count in Counter(map(told, events)).items() if count > 1]
    expect(not double, f"GetAlarmHistory has an event of {some(one[0] for one in double)} more than once.")


@check("alarms.history-agrees")
def shows_what_its_history_says_last(case: Case) -> None:
    before, _ = read(case, "GetAlarmHistory")
    now, _ = read(case, "GetAlarmEvents")
    with case.server.shown():
        history, _ = read(case, "GetAlarmHistory")
    if list(map(told, before)) != list(map(told, history)):
        raise NotTestedError("alarms changed meanwhile")
    last: dict[str, etree._Element] = {}
    for event in sorted(history, key=lambda one: time_of(text(one, "TimeStampTransition"))):
        last[text(event, "ID")] = event
    shown = {text(event, "ID"): event for event in now}
    for id_, event in shown.items():
        expect(id_ in last, f"GetAlarmEvents shows the alarm {id_}, of which GetAlarmHistory has nothing.")
        for name in ("State", "TimeStampTransition", *FIELDS):
            said, was = text(event, name), text(last[id_], name)
            expect(
                said == was,
                f"The alarm {id_} has {name} {said!r} in GetAlarmEvents, {was!r} in its history's last event.",
            )
    hidden = [id_ for id_, event in last.items() if text(event, "State") not in (NORMAL, DISABLED) and id_ not in shown]
    expect(not hidden, f"By GetAlarmHistory {some(hidden)} did not become Normal, and GetAlarmEvents does not show it.")


@check("alarms.history-of-one")
def tells_the_history_of_one(case: Case) -> None:
    events, _ = read(case, "GetAlarmHistory")
    if not events:
        raise NotTestedError("no alarm has a history yet")
    id_ = text(events[0], "ID")
    own, _ = read(case, "GetAlarmHistory", Id=id_)
    others = {text(event, "ID") for event in own} - {id_}
    expect(not others, f"GetAlarmHistory of {id_} has events of {some(others)}.")
    lost = {told(event) for event in events if text(event, "ID") == id_} - set(map(told, own))
    expect(not lost, f"GetAlarmHistory of {id_} leaves out {len(lost)} events that the whole history has.")


@check("alarms.history-empty")
def has_an_empty_history_where_nothing_was(case: Case) -> None:
    window = fields(TimeFrom=utc(LONG_AGO[0]), TimeTo=utc(LONG_AGO[1]))
    events, _ = read(case, "GetAlarmHistory", element("GetAlarmHistoryFilter", window))
    expect(not events, f"GetAlarmHistory of January 1990 gave {len(events)} events.")


@check("alarms.history-unknown-id")
def refuses_an_unknown_alarm(case: Case) -> None:
    wrong = element("GetAlarmHistoryParameter", fields(Id=UNKNOWN))
    case.server.faulty("GetAlarmHistory", "of an unknown id", wrong, "Invalid_Id")
