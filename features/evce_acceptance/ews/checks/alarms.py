"""GetAlarmEvents and GetAlarmEventTypes: words, times, filters, and what items say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.checks.history import time_of, utc
from evce_acceptance.ews.checks.words import ALARM_STATES
from evce_acceptance.ews.messages import element, every, fields, listed, text
from evce_acceptance.ews.site import MOST_PAGES
from lxml import etree

NORMAL, ACTIVE, ACKNOWLEDGED, RESET, DISABLED = ALARM_STATES
FIELDS = ("SourceID", "Priority", "Type", "Message")


def read(
    case: Case, operation: str, filter_: str = "", **parameter: str | None
) -> tuple[list[etree._Element], etree._Element]:
    """Read events to their last page; return them, and the last page.

    NotTestedError when there are too many pages, WrongError when they lead nowhere.
    """
    events: list[etree._Element] = []
    seen: set[str] = set()
    asked = parameter
    for _ in range(MOST_PAGES):
        written = fields(**asked)
        content = (element(f"{operation}Parameter", written) if written else "") + filter_
        answer = case.server.good(operation, content)
        events += every(answer, "AlarmEvent")
        status = f"{operation}ResponseStatus"
        if text(answer, f"{status}/MoreDataAvailable") not in ("true", "1"):
            return events, answer
        reference = text(answer, f"{status}/MoreDataRef")
        expect(
            reference and reference not in seen,
            f"{operation} says that there is more data, and gives no new MoreDataRef.",
        )
        seen.add(reference)
        asked = {"MoreDataRef": reference}
    raise NotTestedError(f"{operation} has more than {MOST_PAGES} pages")


def cursor_of(answer: etree._Element, operation: str) -> str:
    """Return LastUpdate."""
    return text(answer, f"{operation}ResponseStatus/LastUpdate")


def filtered(
    operation: str, low: int | None = None, high: int | None = None, types: Iterable[str] | None = None
) -> str:
    """Write a filter."""
    priorities = fields(PriorityFrom=None if low is None else str(low), PriorityTo=None if high is None else str(high))
    return element(f"{operation}Filter", priorities, "" if types is None else listed("Types", types, "Type"))


def told(event: etree._Element) -> tuple[str, ...]:
    """Return what makes an event the same as another."""
    return tuple(text(event, name) for name in ("ID", "State", "TimeStampTransition", *FIELDS))


def present(case: Case) -> list[etree._Element]:
    """Return the alarms that are there, read once; NotTestedError when none is."""
    events, _ = case.kept("alarms", lambda: read(case, "GetAlarmEvents"))
    if not events:
        raise NotTestedError("no alarm is there at present")
    return events


def types_of(case: Case) -> list[str]:
    """Return the types that GetAlarmEventTypes names, read once."""
    answer = case.kept("alarm types", lambda: case.server.good("GetAlarmEventTypes"))
    return [part.text or "" for part in every(answer, "Type")]


@check("alarms.words")
def has_words_of_alarms(case: Case) -> None:
    events = present(case)
    for event in events:
        id_ = text(event, "ID")
        expect(id_, "An alarm event has no ID.")
        state, acknowledgeable, priority = (text(event, name) for name in ("State", "Acknowledgeable", "Priority"))
        expect(state in ALARM_STATES, f"The alarm {id_} has the state {state!r}, none of {some(ALARM_STATES)}.")
        expect(
            acknowledgeable in ("0", "1", "2"),
            f"Acknowledgeable of the alarm {id_} is {acknowledgeable!r}, not 0, 1 or 2.",
        )
        expect(
            priority.isdigit() and int(priority) <= 1000,
            f"The priority of the alarm {id_} is {priority!r}, not 0 to 1000.",
        )
        expect(text(event, "SourceID"), f"The alarm {id_} has no SourceID.")


@check("alarms.times")
def begins_before_it_changes(case: Case) -> None:
    events = present(case)
    for event in events:
        began, changed = (time_of(text(event, f"TimeStamp{name}")) for name in ("Occurrence", "Transition"))
        expect(
            began <= changed,
            f"The alarm {text(event, 'ID')} changed at {utc(changed)}, before it began at {utc(began)}.",
        )


@check("alarms.once")
def has_each_alarm_once(case: Case) -> None:
    events, _ = read(case, "GetAlarmEvents")
    double = [one for one, count in Counter(map(told, events)).items() if count > 1]
    expect(not double, f"GetAlarmEvents has the event of {some(one[0] for one in double)} more than once.")


@check("alarms.types")
def has_types_that_it_lists(case: Case) -> None:
    types = types_of(case)
    double = [name for name, count in Counter(types).items() if count > 1]
    expect(not double, f"GetAlarmEventTypes names {some(double)} more than once.")
    events, _ = read(case, "GetAlarmEvents")
    strange = sorted({text(event, "Type") for event in events} - set(types))
    expect(not strange, f"Alarms have the types {some(strange)}, which GetAlarmEventTypes does not name.")


@check("alarms.as-items")
def agrees_with_items(case: Case) -> None:
    """Compare events and items; what is there is read before and after."""
    first, _ = read(case, "GetAlarmEvents")
    ids = case.site.ids("AlarmItem")
    answer = case.server.good("GetItems", listed("GetItemsIds", ids[:200]))
    states = {text(row, "Id"): text(row, "State") for row in every(answer, "AlarmItem")}
    with case.server.shown():
        after, _ = read(case, "GetAlarmEvents")
    events = {text(event, "ID"): text(event, "State") for event in first}
    if events != {text(event, "ID"): text(event, "State") for event in after}:
        raise NotTestedError("alarms changed meanwhile")
    if events and not events.keys() & states.keys():
        raise NotTestedError("events have other ids than alarm items")
    for id_, state in states.items():
        shown = events.get(id_, NORMAL)
        if shown != state and {shown, state} != {NORMAL, DISABLED}:
            expect(False, f"The alarm item {id_} has state {state} in GetItems, {shown} in GetAlarmEvents.")


@check("alarms.sources")
def names_sources_of_the_tree(case: Case) -> None:
    events = present(case)
    sources = sorted({text(event, "SourceID") for event in events})
    unknown = [id_ for id_ in sources if id_ not in case.site.tree.parents and id_ not in case.site.tree.containers]
    if unknown and case.site.tree.whole:
        expect(False, f"Alarms name the sources {some(unknown)}, which are nowhere in the tree.")


@check("alarms.filter-all")
def a_filter_of_all_leaves_all(case: Case) -> None:
    events, _ = read(case, "GetAlarmEvents")
    filtered_events, _ = read(case, "GetAlarmEvents", filtered("GetAlarmEvents", 0, 1000))
    lost = set(map(told, events)) - set(map(told, filtered_events))
    expect(not lost, f"With priorities 0 to 1000 GetAlarmEvents leaves out {some(one[0] for one in lost)}.")


@check("alarms.filter-priority")
def a_filter_chooses_priorities(case: Case) -> None:
    events, _ = read(case, "GetAlarmEvents")
    if not events:
        raise NotTestedError("no alarm is there at present")
    priority = int(text(events[0], "Priority") or 0)
    chosen, _ = read(case, "GetAlarmEvents", filtered("GetAlarmEvents", priority, priority))
    others = {text(event, "Priority") for event in chosen} - {str(priority)}
    expect(not others, f"Asked for priority {priority} alone, GetAlarmEvents gave alarms of {some(others)}.")
    wanted = {told(event) for event in events if text(event, "Priority") == str(priority)}
    lost = wanted - set(map(told, chosen))
    expect(not lost, f"Asked for priority {priority} alone, GetAlarmEvents leaves out {some(one[0] for one in lost)}.")
    low, high = (priority + 1, 1000) if priority < 1000 else (0, priority - 1)
    rest, _ = read(case, "GetAlarmEvents", filtered("GetAlarmEvents", low, high))
    odd = [text(event, "ID") for event in rest if not low <= int(text(event, "Priority") or 0) <= high]
    expect(not odd, f"Asked for priorities {low} to {high}, GetAlarmEvents gave {some(odd)}.")


@check("alarms.filter-type")
def a_filter_chooses_types(case: Case) -> None:
    types = types_of(case)
    if not types:
        raise NotTestedError("GetAlarmEventTypes names none")
    events, _ = read(case, "GetAlarmEvents")
    for type_ in types[:2]:
        chosen, _ = read(case, "GetAlarmEvents", filtered("GetAlarmEvents", types=(type_,)))
        wanted = {told(event) for event in events if text(event, "Type") == type_}
        found = set(map(told, chosen))
        expect(
            found <= set(map(told, events)) and found == wanted,
            f"Asked for the type {type_!r}, GetAlarmEvents gave {len(found)} of {len(wanted)} alarms.",
        )


@check("alarms.wrong-priority")
def refuses_priorities_that_are_turned(case: Case) -> None:
    wrong = filtered("GetAlarmEvents", 900, 100)
    case.server.faulty("GetAlarmEvents", "with PriorityFrom above PriorityTo", wrong, "Invalid_Priority")


@check("alarms.wrong-type")
def refuses_an_unknown_type(case: Case) -> None:
    wrong = filtered("GetAlarmEvents", types=("evce-acceptance no such type",))
    case.server.faulty("GetAlarmEvents", "with a type that nobody has", wrong, "Invalid_Type")


@check("alarms.wrong-reference")
def refuses_a_reference_that_is_none(case: Case) -> None:
    wrong = element("GetAlarmEventsParameter", fields(MoreDataRef="evce-acceptance no reference"))
    case.server.faulty("GetAlarmEvents", "with a MoreDataRef that it never gave", wrong, "Invalid_Reference")
