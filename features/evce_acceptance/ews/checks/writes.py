"""SetValues, for the items that somebody allowed: written, read back, and restored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from evce_acceptance.ews.checking import Case, NotTestedError, WrongError, check, expect, some
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.values import ask as ask_values
from evce_acceptance.ews.messages import element, every, fields, listed, text
from evce_acceptance.ews.speaking import NoAnswerError
from evce_acceptance.writes.signals import undisturbed

LOOKS = 6
PAUSE = 0.5
"""Seconds between two looks at what was written: a server may read back from its source first."""
_NUMBERS = frozenset({"double", "long", "integer"})


def _allowed(case: Case) -> dict[str, str]:
    if not case.writes:
        raise NotTestedError("writes are not allowed: --allow-writes ITEM=VALUE names an item, and what may be written")
    return dict(case.writes)


def _write(case: Case, values: dict[str, str]) -> dict[str, tuple[bool, str]]:
    """Write values; return for each id whether it succeeded, and its message."""
    rows = (element("ValueItem", fields(Id=id_, Value=value)) for id_, value in values.items())
    answer = case.server.good("SetValues", element("SetValuesItems", *rows))
    return {
        text(row, "Id"): (text(row, "Success") in ("true", "1"), text(row, "Message"))
        for row in every(answer, "Result")
    }


def _value(case: Case, id_: str) -> str:
    rows, _ = ask_values(case, [id_])
    expect(rows, f"GetValues has no value of {id_}, which is to be written.")
    return rows[0][1][1]


@contextmanager
def _restored(case: Case, id_: str) -> Iterator[str]:
    """Give an item's value, and write it back at the end whatever happens; WrongError when that fails."""
    before = _value(case, id_)
    try:
        yield before
    finally:
        with undisturbed(), case.server.speaker.beyond_budget(), case.server.shown():
            try:
                done = _write(case, {id_: before}).get(id_, (False, "no result"))
            except (WrongError, NoAnswerError) as error:
                done = (False, str(error))
            if not done[0]:
                why = done[1] or "no reason is told"
                raise WrongError(f"{id_} could not be given back its value {before!r}: {why}. Do it by hand.")


def _shows(case: Case, id_: str, value: str) -> str:
    """Look until an item shows a value; return what it shows at last."""
    shown = ""
    for look in range(LOOKS):
        if look:
            case.clock.wait(PAUSE)
        shown = _value(case, id_)
        if _same(shown, value):
            break
    return shown


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one.strip().lower() == other.strip().lower()


@check("writes.read-back")
def shows_what_was_written(case: Case) -> None:
    for id_, value in _allowed(case).items():
        with _restored(case, id_) as before:
            if _same(before, value):
                raise NotTestedError(f"{id_} shows {before!r} already: name another value with --allow-writes")
            done = _write(case, {id_: value}).get(id_)
            expect(done is not None, f"SetValues of {id_} has no result for it.")
            expect(done and done[0], f"SetValues of {id_} to {value!r} failed: {done[1] if done else ''}.")
            shown = _shows(case, id_, value)
            expect(_same(shown, value), f"{id_} was set to {value!r} with success, and shows {shown!r}.")
        with case.server.shown():
            shown = _shows(case, id_, before)
        expect(_same(shown, before), f"{id_} was set back to {before!r} with success, and shows {shown!r}.")


@check("writes.writeable")
def says_what_can_be_written(case: Case) -> None:
    allowed = _allowed(case)
    for row in every(case.server.good("GetItems", listed("GetItemsIds", allowed)), "ValueItem"):
        id_ = text(row, "Id")
        if text(row, "Writeable") == "1" or id_ not in allowed:
            continue
        with _restored(case, id_):
            done, _ = _write(case, {id_: allowed[id_]}).get(id_, (False, ""))
        expect(not done, f"{id_} was written with success, and its Writeable is {text(row, 'Writeable')!r}.")
        expect(False, f"{id_} is to be written, and its Writeable is {text(row, 'Writeable')!r}.")


@check("writes.unknown-id")
def refuses_an_unknown_id(case: Case) -> None:
    _allowed(case)
    results = _write(case, {UNKNOWN: "1"})
    told = some(f"{id_}: {done}" for id_, (done, _) in results.items()) or "none"
    expect(
        results.keys() == {UNKNOWN} and not results[UNKNOWN][0], f"SetValues of an unknown id has the results {told}."
    )


@check("writes.each-result")
def answers_for_each(case: Case) -> None:
    id_, value = next(iter(_allowed(case).items()))
    with _restored(case, id_):
        results = _write(case, {UNKNOWN: "1", id_: value})
    told = some(f"{one}: {done}" for one, (done, _) in results.items()) or "none"
    right = results.keys() == {UNKNOWN, id_} and results[id_][0] and not results[UNKNOWN][0]
    expect(right, f"SetValues of {id_} and an unknown id has the results {told}.")


@check("writes.message")
def says_nothing_on_success(case: Case) -> None:
    id_, value = next(iter(_allowed(case).items()))
    with _restored(case, id_):
        done, message = _write(case, {id_: value}).get(id_, (False, ""))
    expect(not done or not message, f"SetValues of {id_} succeeded with the message {message!r}.")


@check("writes.type")
def refuses_what_is_not_of_the_type(case: Case) -> None:
    allowed = _allowed(case)
    rows = {
        text(row, "Id"): row for row in every(case.server.good("GetItems", listed("GetItemsIds", allowed)), "ValueItem")
    }
    id_ = next((one for one in allowed if text(rows.get(one), "Type").lower() in _NUMBERS), None)
    if id_ is None:
        raise NotTestedError("no item that may be written is a number")
    with _restored(case, id_) as before:
        results = _write(case, {id_: "no number"})
        expect(not results.get(id_, (False, ""))[0], f"SetValues of {id_}, a number, to 'no number' succeeded.")
        shown = _value(case, id_)
        expect(_same(shown, before), f"SetValues of {id_} to 'no number' was refused, and it shows {shown!r}.")


@check("writes.no-list")
def refuses_a_missing_list(case: Case) -> None:
    _allowed(case)
    case.server.faulty("SetValues", "without a list of values", "", "Missing_Value_List", "Missing_Id_List")
