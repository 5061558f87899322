"""GetUpdatedAlarmEvents goes on from a cursor, and AcknowledgeAlarmEvents shows in it."""

from __future__ import annotations

from collections import Counter

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.checks.alarms import ACKNOWLEDGED, ACTIVE, NORMAL, RESET, cursor_of, read, told
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.messages import element, every, fields, listed, text


@check("alarms.cursor")
def gives_a_cursor(case: Case) -> None:
    _, answer = read(case, "GetAlarmEvents")
    cursor = cursor_of(answer, "GetAlarmEvents")
    expect(cursor, "GetAlarmEvents gives no LastUpdate, by which GetUpdatedAlarmEvents goes on.")
    _, updated = read(case, "GetUpdatedAlarmEvents", LastUpdate=cursor)
    status = updated.find("{*}GetUpdatedAlarmEventsResponseStatus")
    refresh = text(status, "NeedsRefresh")
    expect(
        refresh in ("false", "0"),
        f"Right after GetAlarmEvents its LastUpdate is answered with NeedsRefresh {refresh!r}.",
    )
    expect(cursor_of(updated, "GetUpdatedAlarmEvents"), "GetUpdatedAlarmEvents gives no LastUpdate.")


@check("alarms.updates")
def tells_each_change_once(case: Case) -> None:
    """Step by step from the first cursor on, and all at once from there: the same, each once."""
    _, answer = read(case, "GetAlarmEvents")
    first = cursor = cursor_of(answer, "GetAlarmEvents")
    if not cursor:
        raise NotTestedError("GetAlarmEvents gives no LastUpdate")
    steps: list[tuple[str, ...]] = []
    for _ in range(2):
        events, answer = read(case, "GetUpdatedAlarmEvents", LastUpdate=cursor)
        cursor = cursor_of(answer, "GetUpdatedAlarmEvents") or cursor
        steps += map(told, events)
    double = [one for one, count in Counter(steps).items() if count > 1]
    expect(
        not double, f"GetUpdatedAlarmEvents told twice of {some(one[0] for one in double)}, though LastUpdate went on."
    )
    events, _ = read(case, "GetUpdatedAlarmEvents", LastUpdate=first)
    lost = set(steps) - set(map(told, events))
    expect(
        not lost,
        f"Asked again from an earlier LastUpdate, GetUpdatedAlarmEvents leaves out {some(one[0] for one in lost)}.",
    )


@check("alarms.unknown-cursor")
def says_that_an_unknown_cursor_is_one(case: Case) -> None:
    content = element("GetUpdatedAlarmEventsParameter", fields(LastUpdate="evce-acceptance no cursor"))
    answer = case.server.ask("GetUpdatedAlarmEvents", content)
    if answer.fault is not None:
        return
    refresh = text(answer.content, "GetUpdatedAlarmEventsResponseStatus/NeedsRefresh")
    expect(
        refresh in ("true", "1"),
        f"A LastUpdate that the server never gave is answered with NeedsRefresh {refresh!r} and no fault: "
        "the client would take its list of alarms for right.",
    )


@check("alarms.acknowledge-unknown")
def does_not_acknowledge_an_unknown_alarm(case: Case) -> None:
    if not case.writes and not case.acknowledge:
        raise NotTestedError("writes are not allowed")
    answer = case.server.good("AcknowledgeAlarmEvents", listed("AcknowledgeAlarmEventsIds", (UNKNOWN,)))
    results = [(text(row, "Id"), text(row, "Success")) for row in every(answer, "Result")]
    right = len(results) == 1 and results[0][0] == UNKNOWN and results[0][1] in ("false", "0")
    expect(right, f"AcknowledgeAlarmEvents of an unknown id was answered with {some(results) or 'no result'}.")


@check("alarms.acknowledge")
def acknowledges(case: Case) -> None:
    if not case.acknowledge:
        raise NotTestedError("no alarm may be acknowledged: --acknowledge ID names one")
    (id_, *_) = case.acknowledge
    events, answer = read(case, "GetAlarmEvents")
    states = {text(event, "ID"): text(event, "State") for event in events}
    if states.get(id_) not in (ACTIVE, RESET):
        raise NotTestedError(f"the alarm {id_} does not wait for its acknowledgement")
    cursor = cursor_of(answer, "GetAlarmEvents")
    done = case.server.good("AcknowledgeAlarmEvents", listed("AcknowledgeAlarmEventsIds", (id_,)))
    results = [(text(row, "Id"), text(row, "Success")) for row in every(done, "Result")]
    right = len(results) == 1 and results[0][0] == id_ and results[0][1] in ("true", "1")
    expect(right, f"AcknowledgeAlarmEvents of {id_} was answered with {some(results) or 'no result'}.")
    updates, _ = read(case, "GetUpdatedAlarmEvents", LastUpdate=cursor)
    found = [text(event, "State") for event in updates if text(event, "ID") == id_]
    expect(found, f"{id_} was acknowledged, and GetUpdatedAlarmEvents does not tell of it.")
    expect(found[-1] in (ACKNOWLEDGED, NORMAL), f"{id_} was acknowledged, and has the state {found[-1]}.")
