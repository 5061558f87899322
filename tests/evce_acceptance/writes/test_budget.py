"""The harm budget and the plan: figures at their worst, refused before they are exceeded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from evce_acceptance.site.approval import WriteRefusedError
from evce_acceptance.site.settings import Budget, Site
from evce_acceptance.writes.budget import BudgetError, Harm, HarmBudget, power
from evce_acceptance.writes.plan import (
    READS,
    PlannedCall,
    check_connector,
    check_zone,
    lease_seconds,
    plan,
    told_together,
)
from evce_simulator import EvceSimulator

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ZONE = {"id": 2, "name": "Z2", "maxCurrent": 63, "setPointPower": 43, "reduction": None}
IDLE = {"id": 1, "stationId": 1, "logicalConnector": 1, "status": "available", "available": True, "transactionId": None}
CONNECTED = {"id": 1, "connected": True}


def budget(**entries: Any) -> HarmBudget:  # noqa: ANN401 - as in the site's file
    return HarmBudget(Budget.model_validate({"reduction_lowers": True} | entries))


def site(controller_writes: bool = True, **entries: Any) -> Site:  # noqa: ANN401 - as above
    login = {"url": "http://127.0.0.1/api/v2", "writes": controller_writes}
    tables = {"controller": login, "connector": {"url": "http://127.0.0.1"}, "budget": entries}
    return Site.model_validate({"name": "Depot"} | tables)


def reduction(value: float, validity: str = "2149-12-16T08:27:56Z") -> dict[str, object]:
    return ZONE | {"reduction": {"value": value, "validity": validity}}


@pytest.mark.parametrize(
    ("zone", "measured", "expected"),
    [
        ({"setPointPower": 43, "maxCurrent": 10}, 5.0, 43.0),
        ({"setPointPower": 0, "maxCurrent": 10}, 5.0, 6.9),
        ({"setPointPower": 0, "maxCurrent": 0}, 5.0, 5.0),
    ],
)
def test_a_zone_counts_with_the_most_that_it_draws_or_could_draw(
    zone: dict[str, int], measured: float, expected: float
) -> None:
    assert power(zone, [{"activePower": [measured, 0, 0]}]) == pytest.approx(expected)


def test_the_harm_of_a_reduction_is_its_share_of_the_zone_for_the_whole_lease() -> None:
    harm = budget().of_zone(ZONE, [], 10, 150)
    assert (harm.kw, harm.minutes, harm.zones) == (pytest.approx(4.347), 2.5, (2,))
    assert harm.kw_minutes == pytest.approx(10.87, abs=0.01)


def test_a_reduction_that_does_not_lower_takes_the_rest() -> None:
    assert budget(reduction_lowers=False).of_zone(ZONE, [], 90, 60).kw == pytest.approx(4.347)


def test_nothing_is_spent_while_nobody_knows_the_direction_of_a_reduction() -> None:
    unknown = HarmBudget(Budget())
    with pytest.raises(BudgetError, match="Nobody has said yet whether a reduction lowers"):
        unknown.of_zone(ZONE, [], 10, 60)
    with pytest.raises(BudgetError):
        unknown.of_connector(IDLE, 60)
    assert HarmBudget(Budget(), lowers=True).of_zone(ZONE, [], 10, 60)


def test_kw_minutes_are_refused_before_they_are_exceeded_and_the_figures_are_named() -> None:
    spent = budget(kw_minutes=25, zones=9)
    spent.spend(Harm(10, 2, zones=(1,)), NOON)
    with pytest.raises(BudgetError) as refusal:
        spent.spend(Harm(10, 1, zones=(2,)), NOON)
    assert str(refusal.value) == (
        "A lease of 10.0 kW for 1.0 min would bring the harm to 30.0 kW x min; "
        "budget.kw_minutes allows 25, of which 20.0 are used."
    )
    assert spent.zones == {1}
    spent.spend(Harm(5, 1, zones=(2,)), NOON)


def test_minutes_that_a_restored_lease_did_not_use_are_given_back() -> None:
    spent = budget(kw_minutes=25)
    harm = Harm(10, 2, zones=(1,))
    spent.spend(harm, NOON)
    spent.give_back(harm, 0.5)
    assert spent.kw_minutes == 5
    spent.give_back(harm, 99)
    assert spent.kw_minutes == 5


@pytest.mark.parametrize(("word", "most"), [("zones", 1), ("connectors", 2)])
def test_no_more_zones_and_connectors_are_touched_than_allowed(word: str, most: int) -> None:
    spent = budget(**{word: most})
    for number in (*range(most), 0):  # the same one again is no further one
        spent.spend(Harm(0, 1, **{word: (number,)}), NOON)
    with pytest.raises(BudgetError, match=f"99 would be number {most + 1} of the {word} touched; .* allows {most}"):
        spent.spend(Harm(0, 1, **{word: (99,)}), NOON)


@pytest.mark.parametrize(
    ("blackout", "zone", "refused"),
    [
        ("12:30-14:00", "UTC", False),
        ("11:00-12:00", "UTC", False),
        ("12:00-13:00", "UTC", True),
        ("12:03-13:00", "UTC", True),  # it would last into them
        ("13:00-14:00", "Europe/Paris", True),
        ("13:00-14:00", "", False),
        ("23:00-12:30", "UTC", True),
        ("20:00-06:00", "UTC", False),
    ],
)
def test_no_lease_falls_into_blackout_hours_of_the_sites_own_time(blackout: str, zone: str, refused: bool) -> None:
    spent = budget(blackout=(blackout,), time_zone=zone)
    if not refused:
        spent.spend(Harm(1, 2.5, zones=(1,)), NOON)
        return
    with pytest.raises(BudgetError, match=f"blackout hours {blackout}"):
        spent.spend(Harm(1, 2.5, zones=(1,)), NOON)
    assert spent.kw_minutes == 0


def test_an_unknown_time_zone_is_a_sentence() -> None:
    with pytest.raises(BudgetError, match=r"budget\.time_zone 'Mars/Base' is not known"):
        budget(time_zone="Mars/Base").spend(Harm(0, 1), NOON)


def test_a_zone_without_reduction_needs_a_controller_that_can_be_written_to() -> None:
    check_zone(site(), ZONE, 10, budget(), NOON)
    with pytest.raises(WriteRefusedError, match="has no reduction, which EWS cannot restore"):
        check_zone(site(controller_writes=False), ZONE, 10, budget(), NOON)
    check_zone(site(controller_writes=False), reduction(10), 10, budget(), NOON)


@pytest.mark.parametrize(("lowers", "percent"), [(True, 15), (False, 25)])
def test_a_lease_never_allows_more_power_than_what_holds(lowers: bool, percent: float) -> None:
    with pytest.raises(WriteRefusedError, match=f"one of {percent} % would allow it more power"):
        check_zone(site(), reduction(20), percent, budget(reduction_lowers=lowers), NOON)
    check_zone(site(), reduction(20), 20, budget(reduction_lowers=lowers), NOON)


def test_a_reduction_that_ends_during_the_lease_could_not_be_restored() -> None:
    with pytest.raises(WriteRefusedError, match="ends in 60 s, before a lease of 150 s would"):
        check_zone(site(), reduction(5, "2026-03-02T12:01:00Z"), 10, budget(), NOON)


def test_a_reduction_that_would_end_before_anybody_sees_it_is_refused() -> None:
    short = site(lease_seconds=30)
    slow = short.model_copy(update={"connector": short.connector.model_copy(update={"poll_seconds": 30.0})})
    check_zone(short, ZONE, 10, budget(), NOON)
    with pytest.raises(WriteRefusedError, match=r"lease_seconds = 30 would end .* which may take 35 s"):
        check_zone(slow, ZONE, 10, budget(), NOON)


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_reduction_that_reduces_nothing_is_refused(percent: float) -> None:
    with pytest.raises(WriteRefusedError, match="write another one to zone 2"):
        check_zone(site(), ZONE, percent, budget(), NOON)


@pytest.mark.parametrize(
    ("connector", "station", "reason"),
    [
        ({"transactionId": 7}, {}, "has a running transaction"),
        ({"status": "preparing"}, {}, "is preparing; only one that is available"),
        ({"available": False}, {}, "only one that is available"),
        ({}, {"connected": False}, "is not connected"),
    ],
)
def test_only_an_idle_connector_of_a_connected_station_is_made_inoperative(
    connector: dict[str, object], station: dict[str, object], reason: str
) -> None:
    check_connector(IDLE, CONNECTED)
    with pytest.raises(WriteRefusedError, match=reason):
        check_connector(IDLE | connector, CONNECTED | station)


def test_the_longest_lease_is_its_validity_and_the_time_until_both_ends_show_a_change() -> None:
    assert lease_seconds(site()) == 120 + 15 + 5 + 10


@pytest.fixture
def report() -> dict[str, list[dict[str, Any]]]:
    """Return what the guide's controller says: zone 1 has a reduction of 10 %, zones 2 and 3 none."""
    model = EvceSimulator("guide").model
    return {"zones": model.zones(), "stations": model.stations(), "connectors": model.connectors()}


def writes(calls: list[PlannedCall]) -> list[PlannedCall]:
    return [call for call in calls if call.restored_by and call.operation.startswith("SetValues")]


def test_the_plan_lists_each_write_with_what_would_take_it_back(report: dict[str, list[dict[str, Any]]]) -> None:
    zone, *further, connector = writes(plan(site(reduction_lowers=True), report, NOON))
    assert [call.value for call in further] == ["11 to 12 %", "a validity of 2020, text", "101 %, -1 %"]
    assert {(call.target, call.restored_by) for call in further} == {(zone.target, zone.restored_by)}
    assert zone == PlannedCall(
        "connector",
        "SetValues ZoneReduction, ZoneValidity",
        "zone 1 (Z1)",
        "10 %",
        "2026-03-02T12:02:00Z",
        "a reduction reaches the controller, at most 6.9 kW for 2.5 min",
        "SetValues 10 % until 2149-12-16T08:27:56Z, else PUT /zones/1/reduction",
    )
    assert (connector.target, connector.value) == ("connector 1 of station 1 (1)", "False")
    assert connector.restored_by == "SetValues True, else PUT /connectors/1/availability"


def test_the_plan_takes_a_zone_without_reduction_back_by_deleting(report: dict[str, list[dict[str, Any]]]) -> None:
    zone = writes(plan(site(reduction_lowers=True), report | {"zones": report["zones"][1:]}, NOON))[0]
    assert (zone.target, zone.restored_by) == ("zone 2 (Z2)", "DELETE /zones/2/reduction")


def test_the_plan_gives_the_reason_for_what_would_be_refused(report: dict[str, list[dict[str, Any]]]) -> None:
    calls = plan(site(controller_writes=False, reduction_lowers=True), report, NOON, percent=5)
    assert [call.why.partition(" ")[2][:40] for call in calls if not call.operation][:2] == [
        "1 (Z1) has a reduction of 10 %; one of 5",
        "2 (Z2) has no reduction, which EWS canno",
    ]


def test_nothing_is_written_by_a_plan_without_a_direction(report: dict[str, list[dict[str, Any]]]) -> None:
    assert writes(plan(site(), report, NOON)) == []
    assert writes(plan(site(), report, NOON, lowers=True))


def refused(target: str, why: str) -> PlannedCall:
    return PlannedCall("connector", "", target, "", "", why)


def test_refusals_of_one_kind_are_told_in_one_line() -> None:
    names = [f'zone {number} "Z{number}"' for number in range(1, 6)]
    (told,) = told_together([refused(name, f"{name} has no reduction.") for name in names])
    assert (told.target, told.why) == (
        'zone 1 "Z1", zone 2 "Z2", zone 3 "Z3" and 2 more',
        'zone 1 "Z1" has no reduction.',
    )


def test_refusals_of_two_kinds_and_all_calls_keep_their_lines() -> None:
    calls = [*READS, refused("zone 1", "zone 1 has no reduction."), refused("zone 2", "zone 2 is in use.")]
    assert told_together(calls) == calls


def test_a_plan_stays_within_the_budget(report: dict[str, list[dict[str, Any]]]) -> None:
    assert writes(plan(site(reduction_lowers=True, kw_minutes=1, connectors=0), report, NOON)) == []
    three = writes(plan(site(reduction_lowers=True, zones=9, connectors=9, kw_minutes=1000), report, NOON))
    assert len({call.target for call in three}) == 4
    both = writes(plan(site(reduction_lowers=True, zones=2, kw_minutes=1000), report, NOON))
    assert list(dict.fromkeys(call.target for call in both)) == [
        "zone 1 (Z1)",
        "zone 2 (Z2)",
        "connector 1 of station 1 (1)",
    ]
