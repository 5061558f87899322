"""GetItems: details of value, history and alarm items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.words import ALARM_STATES, STATES, TYPES, why_unreadable
from evce_acceptance.ews.messages import every, has, listed, text
from evce_acceptance.ews.site import LISTS, batches
from lxml import etree

STRANGE = 'Zoë\'s <&> "item" 充電'
_DESCRIBED = ("Name", "Type", "Unit", "Writeable", "ValueItemId", "EnumId", "Description")


def ask(case: Case, ids: Sequence[str]) -> tuple[list[etree._Element], list[str]]:
    """Ask for items, a hundred at a time; return their rows, and the ids of the error results."""
    answers = [case.server.good("GetItems", listed("GetItemsIds", some_ids)) for some_ids in batches(ids)]
    rows = [row for answer in answers for kind in LISTS.values() for row in every(answer, kind)]
    return rows, [text(row, "Id") for answer in answers for row in every(answer, "ErrorResult")]


def some_ids(case: Case) -> list[str]:
    """Return an id of each kind that there is; NotTestedError when there is none."""
    tree = case.site.tree
    found = [id_ for kind in ("ValueItem", "HistoryItem", "AlarmItem") for id_ in tree.ids(kind)[:1]]
    if not found:
        raise NotTestedError("the tree lists no items")
    return found


@check("items.complete")
def answers_each_id_once(case: Case) -> None:
    wanted = [id_ for kind in ("ValueItem", "HistoryItem", "AlarmItem") for id_ in case.site.tree.ids(kind)][:300]
    if not wanted:
        raise NotTestedError("the tree lists no items")
    for ids in batches(wanted):
        rows, errors = ask(case, ids)
        each_once("GetItems", ids, [text(row, "Id") for row in rows], errors)


def each_once(operation: str, wanted: Sequence[str], found: list[str], errors: list[str]) -> None:
    """See that a request for ids which containers list was answered for each, once; WrongError when it was not."""
    answered = Counter(found + errors)
    lost = [id_ for id_ in wanted if id_ not in answered]
    expect(not lost, f"Of {len(wanted)} ids {operation} left out {some(lost)}, with no error result.")
    double = [id_ for id_, count in answered.items() if count > 1]
    expect(not double, f"Of {len(wanted)} ids {operation} answered {some(double)} more than once.")
    strange = sorted(answered.keys() - set(wanted))
    expect(not strange, f"{operation} answered {some(strange)}, which nobody asked for.")
    expect(not errors, f"{operation} has error results for items that containers list: {some(errors)}.")


@check("items.kinds")
def shows_each_in_the_list_of_its_kind(case: Case) -> None:
    wanted = some_ids(case)
    tree = case.site.tree
    kinds = {id_: kind for kind in LISTS.values() for id_ in tree.ids(kind)}
    answer = case.server.good("GetItems", listed("GetItemsIds", wanted))
    for kind in LISTS.values():
        for row in every(answer, kind):
            own = kinds.get(text(row, "Id"))
            expect(own == kind, f"GetItems shows {text(row, 'Id')} as a {kind}; its container lists it as a {own}.")


@check("items.unknown-id")
def answers_wrong_ids_beside_right_ones(case: Case) -> None:
    good = some_ids(case)
    rows, errors = ask(case, [UNKNOWN, *good])
    found = [text(row, "Id") for row in rows]
    expect(
        sorted(found) == sorted(good), f"Beside an unknown id GetItems gave {some(found) or 'nothing'} of {some(good)}."
    )
    expect(errors == [UNKNOWN], f"The unknown id {UNKNOWN!r} has the error results {some(errors) or 'none'}.")


@check("items.strange-id")
def repeats_a_strange_id_as_it_was(case: Case) -> None:
    rows, errors = ask(case, [STRANGE])
    expect(not rows, "GetItems gave an item for an id that nobody has.")
    expect(errors == [STRANGE], f"The unknown id {STRANGE!r} came back as {some(map(repr, errors)) or 'nothing'}.")


@check("items.no-list")
def refuses_a_missing_list(case: Case) -> None:
    case.server.faulty("GetItems", "without a list of ids", "", "Missing_Id_List")


@check("items.empty-list")
def takes_an_empty_list(case: Case) -> None:
    answer = case.server.ask("GetItems", listed("GetItemsIds", ()))
    if answer.fault is not None:
        name = answer.fault.name
        expect(
            name == "Missing_Id_List", f"GetItems with an empty list was answered by the fault {name or 'of no name'}."
        )
        return
    rows = [row for kind in LISTS.values() for row in every(answer.content, kind)]
    expect(answer.content is not None and not rows, f"GetItems with an empty list was answered with {len(rows)} items.")


@check("items.as-listed")
def describes_items_as_containers_do(case: Case) -> None:
    items = case.site.items
    for kind in ("ValueItem", "HistoryItem", "AlarmItem"):
        for row in case.site.tree.children[kind]:
            own = items.get(text(row, "Id"))
            for name in _DESCRIBED if own is not None else ():
                if has(row, name) and own is not None and has(own, name):
                    expect(
                        text(row, name) == text(own, name),
                        f"{text(row, 'Id')} has the {name} {text(row, name)!r} in its container's list, "
                        f"{text(own, name)!r} in GetItems.",
                    )


@check("items.types")
def knows_types(case: Case) -> None:
    rows = [*case.site.of_kind("ValueItem").values()]
    odd = {text(row, "Id"): text(row, "Type") for row in rows if text(row, "Type").lower() not in TYPES}
    told = some(f"{id_} is {type_ or 'without a type'}" for id_, type_ in odd.items())
    expect(not odd, f"Values are DateTime, Boolean, String, Double, Long, Integer or Duration: {told}.")


@check("items.flags")
def knows_flags(case: Case) -> None:
    for id_, row in case.site.of_kind("ValueItem").items():
        for name in ("Writeable", "Forceable"):
            if has(row, name):
                expect(text(row, name) in ("0", "1"), f"{name} of {id_} is {text(row, name)!r}, neither 0 nor 1.")


@check("items.states")
def knows_states(case: Case) -> None:
    for id_, row in case.site.items.items():
        if has(row, "State"):
            known = ALARM_STATES if id_ in set(case.site.tree.ids("AlarmItem")) else STATES
            expect(text(row, "State") in known, f"The state of {id_} is {text(row, 'State')!r}, none of {some(known)}.")


@check("items.values")
def shows_values_of_their_types(case: Case) -> None:
    for id_, row in case.site.of_kind("ValueItem").items():
        why = why_unreadable(text(row, "Value"), text(row, "Type"))
        expect(not why, f"{id_} is of the type {text(row, 'Type')} and shows {text(row, 'Value')!r}: {why}.")


@check("items.references")
def refers_to_value_items(case: Case) -> None:
    values = set(case.site.tree.ids("ValueItem"))
    rows = {id_: row for id_, row in case.site.items.items() if has(row, "ValueItemId")}
    if not rows:
        raise NotTestedError("no item refers to a value item")
    unknown = [id_ for id_, row in rows.items() if (of := text(row, "ValueItemId")) and of not in values]
    if unknown:
        ids = [text(rows[id_], "ValueItemId") for id_ in unknown]
        _, errors = ask(case, ids)
        expect(not errors, f"{some(unknown)} refer to {some(errors)}, which GetItems does not know.")


@check("items.like-history")
def a_history_is_of_its_values_unit_and_type(case: Case) -> None:
    values, looked = case.site.of_kind("ValueItem"), 0
    for id_, row in case.site.of_kind("HistoryItem").items():
        own = values.get(text(row, "ValueItemId"))
        for name in ("Unit", "Type") if own is not None else ():
            looked += 1
            expect(
                text(row, name).lower() == text(own, name).lower(),
                f"The history {id_} has the {name} {text(row, name)!r}, its value item {text(own, name)!r}.",
            )
    if not looked:
        raise NotTestedError("no history's value item has details")


@check("items.enums")
def shows_values_of_their_enumerations(case: Case) -> None:
    rows = {id_: row for id_, row in case.site.of_kind("ValueItem").items() if text(row, "EnumId")}
    if not rows:
        raise NotTestedError("no item names an enumeration")
    named = sorted({text(row, "EnumId") for row in rows.values()})
    answer = case.server.good("GetEnums", listed("GetEnumIds", named))
    enums = {
        text(one, "Id"): {text(value, "Value").lower() for value in every(one, "EnumValue")}
        for one in every(answer, "Enum")
    }
    lost = [id_ for id_ in named if id_ not in enums]
    expect(not lost, f"Items name the enumerations {some(lost)}, which GetEnums does not answer.")
    for id_, row in rows.items():
        value = text(row, "Value")
        known = enums[text(row, "EnumId")]
        expect(
            not value or value.lower() in known,
            f"{id_} shows {value!r}, none of its enumeration {text(row, 'EnumId')}: {some(sorted(known))}.",
        )
