"""GetHistory: order, bounds, windows, pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from evce_acceptance.ews.checking import Case, NotTestedError, WrongError, check, expect, some
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.words import STATES, why_unreadable
from evce_acceptance.ews.messages import element, every, fields, text
from evce_acceptance.ews.site import MOST_PAGES
from lxml import etree

LONG_AGO = (datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 2, tzinfo=UTC))
FAR_AHEAD = timedelta(days=3650)
LOOKED_AT = 3
"""Histories that are searched for one with records."""

Record = tuple[datetime, str, str]
"""Time, state and value."""


@dataclass
class Read:
    """A history as it was read: its records in the order in which they came, and its first page."""

    records: list[Record]
    first: etree._Element
    pages: int


def time_of(written: str) -> datetime:
    """Read a time; WrongError when it is none. One without an offset is UTC."""
    try:
        time = datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise WrongError(f"{written!r} is no time.") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def utc(time: datetime) -> str:
    """Write a time as EWS has it."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def question(id_: str | None, window: tuple[datetime, datetime] | None = None, reference: str | None = None) -> str:
    """Write what GetHistory is asked for."""
    parameter = element("GetHistoryParameter", fields(Id=id_, MoreDataRef=reference))
    if window is None:
        return parameter
    return parameter + element("GetHistoryFilter", fields(TimeFrom=utc(window[0]), TimeTo=utc(window[1])))


def read(case: Case, id_: str, window: tuple[datetime, datetime] | None = None, pages: int = MOST_PAGES) -> Read:
    """Read a history to its end, or so many pages of it."""
    answer = first = case.server.good("GetHistory", question(id_, window))
    records, number = _records(answer), 1
    seen: set[str] = set()
    while text(answer, "GetHistoryResponseStatus/MoreDataAvailable") in ("true", "1") and number < pages:
        reference = text(answer, "GetHistoryResponseStatus/MoreDataRef")
        expect(reference, f"GetHistory of {id_} says that there is more data, and gives no MoreDataRef.")
        expect(reference not in seen, f"The pages of GetHistory of {id_} go in circles.")
        seen.add(reference)
        answer = case.server.good("GetHistory", question(id_, reference=reference))
        records += _records(answer)
        number += 1
    return Read(records, first, number)


def _records(answer: etree._Element) -> list[Record]:
    return [
        (time_of(text(row, "TimeStamp")), text(row, "State"), text(row, "Value"))
        for row in every(answer, "HistoryRecord")
    ]


def chosen(case: Case) -> tuple[str, Read]:
    """Choose a history with records; NotTestedError when the first ones have fewer than three."""
    return case.kept("history", lambda: _choose(case))


def _choose(case: Case) -> tuple[str, Read]:
    best: tuple[str, Read] | None = None
    for id_ in case.site.ids("HistoryItem")[:LOOKED_AT]:
        found = read(case, id_)
        if best is None or len(found.records) > len(best[1].records):
            best = (id_, found)
        if len(found.records) >= 3:
            break
    if best is None or len(best[1].records) < 3:
        raise NotTestedError("no history has three records yet")
    return best


@check("history.order")
def is_in_order(case: Case) -> None:
    id_, found = chosen(case)
    times = [time for time, *_ in found.records]
    expect(
        times in (sorted(times), sorted(times, reverse=True)),
        f"The records of {id_} are not in the order of their times.",
    )


@check("history.once")
def has_each_record_once(case: Case) -> None:
    id_, found = chosen(case)
    double = [utc(time) for (time, *_), count in Counter(found.records).items() if count > 1]
    expect(not double, f"The history {id_} has the record of {some(double)} more than once.")


@check("history.bounds")
def says_the_bounds_of_its_records(case: Case) -> None:
    id_, found = chosen(case)
    status = found.first.find("{*}GetHistoryResponseStatus")
    expect(status is not None, f"GetHistory of {id_} has no GetHistoryResponseStatus.")
    bounds = [time_of(text(status, name)) for name in ("TimeFrom", "TimeTo")]
    outside = [utc(time) for time, *_ in _records(found.first) if not bounds[0] <= time <= bounds[1]]
    expect(
        not outside,
        f"GetHistory of {id_} says TimeFrom {utc(bounds[0])}, TimeTo {utc(bounds[1])}, and has {some(outside)}.",
    )


@check("history.words")
def has_states_and_values(case: Case) -> None:
    id_, found = chosen(case)
    type_ = text(found.first, "GetHistoryHistoryRecords/Type")
    for time, state, value in found.records:
        expect(state in STATES, f"The record of {id_} at {utc(time)} has the state {state!r}, none of {some(STATES)}.")
        why = why_unreadable(value, type_)
        expect(not why, f"The record of {id_} at {utc(time)} shows {value!r}, which is no {type_}: {why}.")


@check("history.item")
def says_whose_history_it_is(case: Case) -> None:
    id_, found = chosen(case)
    item = case.site.items.get(id_)
    for name in ("ValueItemId", "Unit", "Type") if item is not None else ():
        said, own = text(found.first, f"GetHistoryHistoryRecords/{name}"), text(item, name)
        expect(said == own, f"GetHistory of {id_} has the {name} {said!r}, its item {own!r}.")


@check("history.window")
def holds_to_the_window(case: Case) -> None:
    id_, whole = chosen(case)
    times = sorted({time for time, *_ in whole.records})
    if len(times) < 3:
        raise NotTestedError("no history has three records of different times")
    low, high = times[0] + (times[1] - times[0]) / 2, times[-1] - (times[-1] - times[-2]) / 2
    found = read(case, id_, (low, high)).records
    wanted = [record for record in whole.records if low < record[0] < high]
    outside = [utc(time) for time, *_ in found if not low <= time <= high]
    expect(not outside, f"Asked for {utc(low)} to {utc(high)}, GetHistory of {id_} gave {some(outside)}.")
    differing = sorted(set(wanted) ^ set(found))
    told = some(f"{utc(time)} ({value!r})" for time, _, value in differing)
    expect(not differing, f"The history {id_} has other records in a window than in the whole: {told}.")
    expect(
        len(found) == len(wanted),
        f"In a window the history {id_} has {len(found)} records, in the whole {len(wanted)} of it.",
    )


@check("history.halves")
def loses_nothing_between_windows(case: Case) -> None:
    id_, whole = chosen(case)
    times = sorted({time for time, *_ in whole.records})
    if len(times) < 2:
        raise NotTestedError("no history has two records of different times")
    middle = times[len(times) // 2 - 1] + (times[len(times) // 2] - times[len(times) // 2 - 1]) / 2
    second = timedelta(seconds=1)
    halves = [read(case, id_, window).records for window in ((times[0] - second, middle), (middle, times[-1] + second))]
    both = Counter(record for half in halves for record in half)
    wanted = Counter(whole.records)
    differing = sorted((wanted - both) + (both - wanted))
    told = some(utc(time) for time, *_ in differing)
    expect(not differing, f"The history {id_} in two windows, cut at {utc(middle)}, differs from the whole at {told}.")


@check("history.empty")
def is_empty_where_nothing_was(case: Case) -> None:
    id_ = case.site.ids("HistoryItem")[0]
    found = read(case, id_, LONG_AGO, pages=1).records
    expect(not found, f"GetHistory of {id_} in January 1990 gave {len(found)} records.")


@check("history.future")
def is_empty_ahead(case: Case) -> None:
    id_ = case.site.ids("HistoryItem")[0]
    begin = case.now + FAR_AHEAD
    found = read(case, id_, (begin, begin + timedelta(days=1)), pages=1).records
    expect(not found, f"GetHistory of {id_} ten years ahead gave {len(found)} records.")


@check("history.unknown-id")
def refuses_an_unknown_id(case: Case) -> None:
    case.server.faulty("GetHistory", "of an unknown id", question(UNKNOWN), "Invalid_Id")


@check("history.no-id")
def refuses_no_id(case: Case) -> None:
    case.server.faulty("GetHistory", "without an id", "", "Invalid_Id", "Invalid_Reference")


@check("history.reference")
def refuses_a_reference_that_is_none(case: Case) -> None:
    wrong = question(None, reference="evce-acceptance no reference")
    case.server.faulty("GetHistory", "with a MoreDataRef that it never gave", wrong, "Invalid_Reference")


@check("history.turned")
def refuses_a_window_that_is_turned(case: Case) -> None:
    id_ = case.site.ids("HistoryItem")[0]
    window = (case.now, case.now - timedelta(days=1))
    answer = case.server.ask("GetHistory", question(id_, window))
    if answer.fault is not None:
        name = answer.fault.name
        expect(
            name == "Invalid_Time",
            f"A window that ends before it begins was answered by the fault {name or 'of no name'}.",
        )
        return
    count = len(list(every(answer.content, "HistoryRecord")))
    expect(not count, f"A window that ends before it begins was answered with {count} records.")


@check("history.no-time")
def refuses_a_time_that_is_none(case: Case) -> None:
    id_ = case.site.ids("HistoryItem")[0]
    filter_ = element("GetHistoryFilter", fields(TimeFrom="yesterday", TimeTo="today"))
    case.server.faulty("GetHistory", "from 'yesterday' to 'today'", question(id_) + filter_)


@check("history.paging")
def pages_hang_together(case: Case) -> None:
    id_, found = chosen(case)
    if found.pages == 1:
        raise NotTestedError("no history is longer than a page")
    first = _records(found.first)
    times = [time for time, *_ in found.records]
    beyond = found.records[len(first) :]
    expect(not set(first) & set(beyond), f"A page of the history {id_} repeats a record of the page before.")
    low, high = min(times), max(times)
    middle = first[-1][0]
    pieces = read(case, id_, (low, middle)).records + read(case, id_, (middle, high + timedelta(seconds=1))).records
    lost = sorted(set(pieces) - set(found.records))
    expect(
        not lost,
        f"The pages of the history {id_} leave out {some(utc(time) for time, *_ in lost)}, which windows show.",
    )
