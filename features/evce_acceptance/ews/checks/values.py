"""GetValues: present values and states."""

from __future__ import annotations

from collections.abc import Sequence

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.items import STRANGE, each_once
from evce_acceptance.ews.checks.words import STATES
from evce_acceptance.ews.messages import every, listed, text
from evce_acceptance.ews.site import IDS, batches

Shown = tuple[str, str]
"""State and value."""
GROUPS = 5
"""How many requests values are asked for by, each for every fifth, so that neighbours are apart."""


def ask(case: Case, ids: Sequence[str]) -> tuple[list[tuple[str, Shown]], list[str]]:
    """Ask for values, a hundred at a time; return each with its id as it came, and the ids of the error results."""
    answers = [case.server.good("GetValues", listed("GetValuesIds", some_ids)) for some_ids in batches(ids)]
    found = [row for answer in answers for row in every(answer, "ValueItem")]
    rows = [(text(row, "Id"), (text(row, "State"), text(row, "Value"))) for row in found]
    return rows, [text(row, "Id") for answer in answers for row in every(answer, "ErrorResult")]


def _all(case: Case) -> tuple[list[tuple[str, Shown]], list[str]]:
    return case.kept("values", lambda: ask(case, case.site.ids("ValueItem")))


@check("values.complete")
def answers_each_id_once(case: Case) -> None:
    for ids in batches(case.site.ids("ValueItem")):
        rows, errors = ask(case, ids)
        each_once("GetValues", ids, [id_ for id_, _ in rows], errors)


@check("values.unknown-id")
def answers_wrong_ids_beside_right_ones(case: Case) -> None:
    good = case.site.ids("ValueItem")[:2]
    rows, errors = ask(case, [good[0], UNKNOWN, *good[1:]])
    found = [id_ for id_, _ in rows]
    expect(
        sorted(found) == sorted(good),
        f"Beside an unknown id GetValues gave {some(found) or 'nothing'} of {some(good)}.",
    )
    expect(errors == [UNKNOWN], f"The unknown id {UNKNOWN!r} has the error results {some(errors) or 'none'}.")


@check("values.strange-id")
def repeats_a_strange_id_as_it_was(case: Case) -> None:
    rows, errors = ask(case, [STRANGE])
    expect(not rows, "GetValues gave a value for an id that nobody has.")
    expect(errors == [STRANGE], f"The unknown id {STRANGE!r} came back as {some(map(repr, errors)) or 'nothing'}.")


@check("values.case")
def tells_ids_apart_by_case(case: Case) -> None:
    known = set(case.site.tree.parents)
    other = next((id_.swapcase() for id_ in case.site.ids("ValueItem") if id_.swapcase() not in {id_, *known}), None)
    if other is None:
        raise NotTestedError("no id has letters")
    rows, errors = ask(case, [other])
    expect(not rows, f"GetValues gave a value for {other!r}, which is an id in other letters; ids are case sensitive.")
    expect(errors == [other], f"The unknown id {other!r} has the error results {some(errors) or 'none'}.")


@check("values.no-list")
def refuses_a_missing_list(case: Case) -> None:
    case.server.faulty("GetValues", "without a list of ids", "", "Missing_Id_List")


@check("values.empty-list")
def takes_an_empty_list(case: Case) -> None:
    answer = case.server.ask("GetValues", listed("GetValuesIds", ()))
    if answer.fault is not None:
        name = answer.fault.name
        expect(
            name == "Missing_Id_List", f"GetValues with an empty list was answered by the fault {name or 'of no name'}."
        )
        return
    rows = list(every(answer.content, "ValueItem"))
    expect(
        answer.content is not None and not rows, f"GetValues with an empty list was answered with {len(rows)} values."
    )


@check("values.duplicates")
def answers_an_id_that_is_asked_for_twice(case: Case) -> None:
    one, *others = case.site.ids("ValueItem")[:2]
    rows, errors = ask(case, [one, *others, one])
    found = [id_ for id_, _ in rows]
    right = not errors and set(found) == {one, *others} and found.count(one) in (1, 2)
    expect(
        right,
        f"Asked twice for {one} in one request, GetValues gave {some(found) or 'nothing'}, errors for "
        f"{some(errors) or 'none'}.",
    )
    shown = {what for id_, what in rows if id_ == one}
    expect(len(shown) == 1, f"In one answer {one} has different values.")


@check("values.states")
def knows_states(case: Case) -> None:
    rows, _ = _all(case)
    odd = {id_: state for id_, (state, _) in rows if state not in STATES}
    told = some(f"{id_} has {state or 'none'}" for id_, state in odd.items())
    expect(not odd, f"The state of a value is 0 Good to 4 Error: {told}.")


@check("values.order")
def answers_each_id_with_its_own_value(case: Case) -> None:
    """Read all together, in groups, and together turned round: what stood still must be the same in each."""
    ids = case.site.ids("ValueItem")
    before = dict(ask(case, ids)[0])
    grouped = {id_: shown for start in range(GROUPS) for id_, shown in ask(case, ids[start::GROUPS] or ids[:1])[0]}
    after = dict(ask(case, ids[::-1])[0])
    for id_, shown in before.items():
        if after.get(id_) == shown and id_ in grouped:
            expect(
                grouped[id_] == shown,
                f"{id_} shows {shown[1]!r} when all are asked for, {grouped[id_][1]!r} among some others.",
            )
    moved = [id_ for id_, shown in grouped.items() if before.get(id_) == shown != after.get(id_, shown)]
    again = dict(ask(case, ids)[0]) if moved else {}
    for id_ in moved:
        expect(
            again.get(id_) != before[id_],
            f"{id_} shows {before[id_][1]!r} when all are asked for, {after[id_][1]!r} when they are in another order.",
        )


@check("values.as-items")
def agrees_with_items(case: Case) -> None:
    """Read values, items, values: what stood still between both must be the same in the middle."""
    ids = case.site.ids("ValueItem")[:100]
    before = dict(ask(case, ids)[0])
    answer = case.server.good("GetItems", listed("GetItemsIds", ids))
    items = {text(row, "Id"): (text(row, "State"), text(row, "Value")) for row in every(answer, "ValueItem")}
    with case.server.shown():
        after = dict(ask(case, ids)[0])
    for id_, shown in before.items():
        if after.get(id_) == shown and id_ in items:
            expect(
                items[id_] == shown,
                f"{id_} has state {shown[0]} and value {shown[1]!r} in GetValues, {items[id_][0]} and "
                f"{items[id_][1]!r} in GetItems.",
            )


@check("values.many")
def answers_many_ids(case: Case) -> None:
    ids = case.site.ids("ValueItem")
    asked = (ids * (IDS // len(ids) + 1))[:IDS]
    rows, errors = ask(case, asked)
    expect(not errors, f"Asked for {len(asked)} ids in one request, GetValues has errors for {some(errors)}.")
    lost = set(asked) - {id_ for id_, _ in rows}
    expect(not lost, f"Asked for {len(asked)} ids in one request, GetValues left out {some(sorted(lost))}.")


@check("values.of-other-kinds")
def has_values_of_value_items_alone(case: Case) -> None:
    root = case.site.tree.root
    rows, errors = ask(case, [root])
    expect(not rows, f"GetValues gave a value for {root}, which is a container.")
    expect(errors == [root], f"GetValues of the container {root} has the error results {some(errors) or 'none'}.")
