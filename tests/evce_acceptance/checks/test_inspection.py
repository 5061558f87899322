"""An inspection names what is wrong, and only that: controller and connector are simulated, time is the test's."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from ebo_simulator.events import History, HistoryRecord
from evce_acceptance.checks import history_and_alarms, service
from evce_acceptance.checks.checkout import READS, wrong_states, wrong_values
from evce_acceptance.checks.inspection import Ends, Inspection
from evce_acceptance.results.run import Verdict
from evce_acceptance.results.verdicts import InconclusiveError, NotApplicableError
from evce_acceptance.site import settings
from evce_acceptance.site.objects import Report

from features.driver.world import World, WorldClock
from tests.support.at_length import shortened

SERIES = "EVCE Zones/Z1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
CONNECTOR = "EVCE Zones/Z1/EVSimu1/Connector-1"
NOTHING = settings.Claims(ews_1_1=False, subscriptions=False)
Change = Callable[[Report], None]
Inspect = Callable[..., Inspection]


@pytest.fixture
def inspect(world: World) -> Iterator[Inspect]:
    """Inspect the site beside a controller whose report is changed: to the inspector the connector lies."""
    begun: list[Inspection] = []

    def begin(change: Change = lambda _: None, claims: settings.Claims | None = None) -> Inspection:
        def report() -> Report:
            said = copy.deepcopy(world.controller.report())
            change(said)
            return said

        connector = settings.Connector(url="http://simulated", poll_seconds=15, late_seconds=1, ids_per_request=10)
        ends = Ends(world.connect, report, WorldClock(world), connector, claims or settings.Claims())
        begun.append(Inspection(ends))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


def charge(power: float) -> Change:
    def change(report: Report) -> None:
        report["connectors"][0]["activePower"] = [power, 0, 0]

    return change


def test_a_site_that_is_right_has_no_findings(inspect: Inspect) -> None:
    inspection = inspect()
    cells = inspection.judged()
    assert len(cells) == 128
    assert {cell.reading.verdict for cell in cells if cell.reading} == {Verdict.PASS}
    assert {**inspection.misplaced(), **inspection.doubled(), **history_and_alarms.wrong_alarms(inspection)} == {}
    assert [inspection.incomplete(level) for level in ("site", "zone", "station", "connector")] == [{}] * 4


def test_a_wrong_value_is_named_with_every_sum_that_it_is_in(inspect: Inspect) -> None:
    found = wrong_values(inspect(charge(1.5)).judged())
    assert found[f"{CONNECTOR}/ConnectorOverallActivePower1"] == "shows 0.13, the controller's figures give 1.5"
    assert {path.rpartition("/")[2] for path in found} == {
        "ConnectorOverallActivePower1",
        "ConnectorOverallActivePowerTotal",
        "StationOverallActivePowerPhase1",
        "StationOverallActivePowerTotal",
        "ZoneOverallActivePowerPhase1",
        "ZoneOverallActivePowerTotal",
        "SiteOverallActivePowerTotal",
    }


def test_an_item_is_called_wrong_only_after_it_was_read_at_three_moments(inspect: Inspect, world: World) -> None:
    inspection = inspect(charge(1.5))
    cells = inspection.judged("ConnectorOverallActivePower1")
    begun = cells[0].begun
    assert begun - inspection.judged("ConnectorIsDC")[0].begun >= (READS - 1) * 15 / 2
    assert world.clock.monotonic() < 60


def test_a_figure_that_moved_may_lie_between_its_values_and_the_sheet_says_so(inspect: Inspect) -> None:
    looks = iter([0.1, *[0.2] * 100])

    def change(report: Report) -> None:
        charge(next(looks))(report)

    (cell,) = inspect(change).judged("ConnectorOverallActivePower1")
    assert cell.reading is not None
    assert (cell.reading.verdict, cell.reading.note) == (Verdict.PASS, "moved from 0.1 to 0.2 while it was read")


def test_a_line_of_the_sheet_has_both_readings_and_their_difference(inspect: Inspect) -> None:
    (cell,) = inspect(charge(1.5)).judged("SiteOverallActivePowerTotal")
    assert cell.reading is not None
    assert (cell.reading.controller, cell.reading.connector, cell.reading.difference) == ("1.5", "0.13", -1.37)


def test_good_is_wrong_for_what_the_controller_lost(inspect: Inspect) -> None:
    def change(report: Report) -> None:
        report["stations"][0]["connected"] = False

    found = wrong_states(inspect(change).judged())
    assert f"{CONNECTOR}/ConnectorState_Available" in found
    assert "EVCE Zones/Z1/ZoneOverallActivePowerTotal" in found
    assert f"{CONNECTOR}/ConnectorIsDC" not in found


def test_another_state_is_wrong_for_what_the_controller_is_connected_to(inspect: Inspect, world: World) -> None:
    inspection = inspect()
    inspection.objects("site")
    world.controller.vanish()
    inspection.controller_history._report = lambda: inspection._report()  # noqa: PLW0108 - the inspector still reaches it
    world.pass_time(61)
    assert f"{CONNECTOR}/ConnectorState_Available" in wrong_states(inspection.judged())


def test_objects_are_missed_and_strangers_noticed(inspect: Inspect) -> None:
    def change(report: Report) -> None:
        report["zones"].append(report["zones"][0] | {"id": 9, "name": "Z9"})
        del report["stations"][0], report["connectors"][0]

    assert inspect(change).misplaced() == {
        "zone 9 (Z9)": "is on the controller and not in the tree",
        "EVCE Zones/Z1/EVSimu1": "is no object of the controller",
    }


def test_an_alarm_that_is_called_for_and_not_there_is_named(inspect: Inspect) -> None:
    def change(report: Report) -> None:
        report["connectors"][0]["status"] = "faulted"

    found = history_and_alarms.wrong_alarms(inspect(change))
    assert found == {"EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm": "is not active although it is faulted"}


def test_an_alarm_that_stands_for_nothing_is_named_with_its_message(inspect: Inspect, world: World) -> None:
    world.controller.change("connector", "EVSimu1/1", status="faulted")
    world.poll()

    def change(report: Report) -> None:
        report["connectors"][0]["status"] = "available"

    (sentence,) = history_and_alarms.wrong_alarms(inspect(change)).values()
    assert sentence.startswith("is active although nothing is wrong with the station: ")
    assert "faulted" in sentence


def test_what_was_just_switched_off_on_purpose_is_not_judged(inspect: Inspect) -> None:
    def change(report: Report) -> None:
        report["connectors"][0] |= {"status": "unavailable", "available": False}

    with pytest.raises(InconclusiveError, match="No station kept its state"):
        history_and_alarms.wrong_alarms(inspect(change))


def test_nothing_that_moves_is_inconclusive_and_not_right(inspect: Inspect) -> None:
    assert inspect().too_old() == (0, {})


def test_a_value_of_the_poll_before_is_too_old(inspect: Inspect, world: World) -> None:
    energy = iter(range(1000, 9000, 10))

    def change(report: Report) -> None:
        report["connectors"][0]["activeEnergy"] = next(energy)

    moving, found = inspect(change).too_old()
    assert moving
    assert f"{CONNECTOR}/ConnectorActiveEnergy" in found
    assert world.clock.monotonic() < 120


def test_histories_are_judged_by_the_interval_that_is_claimed(inspect: Inspect, world: World) -> None:
    world.pass_time(31 * 60)
    samples, found = history_and_alarms.wrong_histories(inspect())
    assert (samples, found) == (36 * 3, {})  # 06:00, 06:15, 06:30 in nine series of three zones and a station
    _, found = history_and_alarms.wrong_histories(inspect(claims=settings.Claims(history_minutes=20)))
    assert "no boundary of 0:20:00" in found["EVCE Zones/Z1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"]


def test_a_log_run_between_the_reading_of_two_series_is_no_gap(
    inspect: Inspect, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pass_time(29 * 60)
    inspection = inspect()
    history, asked = inspection.workstation.history, []

    def read(path: str, **span: datetime) -> tuple[History, list[HistoryRecord]]:
        answer = history(path, **span)
        asked.append(path)
        if len(asked) == 1:
            world.pass_time(2 * 60)
        return answer

    monkeypatch.setattr(inspection.workstation, "history", read)
    assert history_and_alarms.wrong_histories(inspection)[1] == {}
    assert asked[36:] == asked[:1]  # 06:30 came after the first series was read: it alone was read again


@pytest.mark.parametrize("boundaries", shortened([3, 1, 2, 4, 5]))
def test_a_sample_left_out_is_found_although_a_log_run_comes_before_it_is_looked_for_again(
    inspect: Inspect, world: World, monkeypatch: pytest.MonkeyPatch, boundaries: int
) -> None:
    world.pass_time(boundaries * 15 * 60 + 14 * 60 + 50)  # so that the next boundary comes while it waits for a poll
    inspection = inspect()
    history = inspection.workstation.history

    def without_the_middle(path: str, **span: datetime) -> tuple[History, list[HistoryRecord]]:
        answer, records = history(path, **span)
        if path == SERIES:
            del records[len(records) // 2]  # which is another one once there is one more
        return answer, records

    monkeypatch.setattr(inspection.workstation, "history", without_the_middle)
    assert list(history_and_alarms.wrong_histories(inspection)[1]) == [SERIES]


@pytest.mark.parametrize("check", [service.parts_of_1_2, service.forgotten_by_subscription])
def test_what_is_not_claimed_is_not_applicable(inspect: Inspect, check: Callable[[Inspection], object]) -> None:
    with pytest.raises(NotApplicableError, match=r"claims\.\w+ = false"):
        check(inspect(claims=NOTHING))


def test_the_protocol_is_as_its_contract_says(inspect: Inspect) -> None:
    inspection = inspect()
    assert service.parts_of_1_2(inspection) == {}
    assert service.forgotten_by_subscription(inspection) == {}
    assert service.admitted_without_login(inspection) == {}
