"""The other operations of EWS 1.2 that only read: the way to an item, enumerations, system events, aggregation."""

from __future__ import annotations

from collections import Counter

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.history import time_of
from evce_acceptance.ews.messages import element, every, fields, listed, text
from evce_acceptance.ews.site import LISTS

LOOKED_AT = 12
"""Items whose way from the root is asked for."""


def _way(case: Case, id_: str) -> list[str]:
    answer = case.server.good("GetHierarchicalInformation", fields(GetHierarchicalInformationId=id_))
    steps = list(every(answer, "ContainerItem"))
    orders = [int(step.get("order") or 0) for step in steps]
    expect(len(set(orders)) == len(orders), f"The way to {id_} has the orders {some(orders)}.")
    return [step.text or "" for _, step in sorted(zip(orders, steps, strict=True), key=lambda pair: pair[0])]


@check("hierarchy.way")
def tells_the_way(case: Case) -> None:
    """Ask for the way to items of every kind, and see that it is the tree's."""
    tree = case.site.tree
    wanted = [id_ for kind in LISTS.values() for id_ in tree.ids(kind)[:: max(1, len(tree.ids(kind)) // 3)][:3]]
    for id_ in wanted[:LOOKED_AT]:
        way = _way(case, id_)
        expect(
            way and way[0] == tree.root, f"The way to {id_} begins at {some(way[:1]) or 'nothing'}, not at the root."
        )
        without = [step for step in way if step != id_]
        parent = tree.parents[id_]
        expect(
            without and without[-1] == parent,
            f"The way to {id_} ends at {some(without[-1:])}; the container {parent} lists it.",
        )


@check("hierarchy.unknown-id")
def refuses_an_unknown_id(case: Case) -> None:
    wrong = fields(GetHierarchicalInformationId=UNKNOWN)
    case.server.faulty("GetHierarchicalInformation", "of an unknown id", wrong, "Invalid_Id")


@check("enums.unknown-id")
def answers_an_unknown_enumeration(case: Case) -> None:
    answer = case.server.good("GetEnums", listed("GetEnumIds", (UNKNOWN,)))
    errors = [text(row, "Id") for row in every(answer, "ErrorResult")]
    expect(errors == [UNKNOWN], f"The unknown enumeration has the error results {some(errors) or 'none'}.")
    expect(not list(every(answer, "Enum")), "GetEnums gave an enumeration that nobody has.")


@check("enums.no-list")
def refuses_a_missing_list(case: Case) -> None:
    case.server.faulty("GetEnums", "without a list of ids", "", "Missing_Id_List")


@check("enums.once")
def has_each_value_once(case: Case) -> None:
    named = sorted({text(row, "EnumId") for row in case.site.of_kind("ValueItem").values()} - {""})
    if not named:
        raise NotTestedError("no item names an enumeration")
    for enum in every(case.server.good("GetEnums", listed("GetEnumIds", named)), "Enum"):
        double = [
            value
            for value, count in Counter(text(one, "Value") for one in every(enum, "EnumValue")).items()
            if count > 1
        ]
        expect(not double, f"The enumeration {text(enum, 'Id')} has the value {some(double)} more than once.")


@check("system-events.types")
def has_types_that_it_lists(case: Case) -> None:
    known = {part.text or "" for part in every(case.server.good("GetSystemEventTypes"), "Type")}
    found = list(every(case.server.good("GetSystemEvents"), "SystemEvent"))
    strange = sorted({text(event, "Type") for event in found} - known)
    expect(not strange, f"System events have the types {some(strange)}, which GetSystemEventTypes does not name.")


@check("system-events.order")
def is_in_order(case: Case) -> None:
    found = list(every(case.server.good("GetSystemEvents"), "SystemEvent"))
    if len(found) < 2:
        raise NotTestedError("there are not two system events yet")
    times = [time_of(text(event, "TimeStamp")) for event in found]
    expect(times in (sorted(times), sorted(times, reverse=True)), "GetSystemEvents is not in the order of its times.")
    ids = [text(event, "ID") for event in found]
    double = [id_ for id_, count in Counter(ids).items() if count > 1 and id_]
    expect(not double, f"GetSystemEvents has {some(double)} more than once.")


@check("aggregation.unknown-id")
def refuses_an_unknown_history(case: Case) -> None:
    wrong = element("GetHistoricalDataAggregationParameter", fields(Id=UNKNOWN))
    case.server.faulty("GetHistoricalDataAggregation", "of an unknown id", wrong, "Invalid_Id")
