"""What is sent and what is not, beside the plain cases: twice in one request, lost replies, doubts, other writers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from evce_connector.points.evaluation import POLL_PLANS, EvaluatedPoints, EvaluationPlan
from evce_connector.points.observation import observe
from evce_connector.points.write_request import WriteRequest, WriteResult
from evce_connector.site.datapoint import Level
from evce_connector.site.model import Reduction
from evce_connector.site.values import State
from evce_connector.writes import write_through as writes
from evce_connector.writes.rules import completed, confirmed

from tests.evce_connector.writes.conftest import Desk, ready

REDUCTION, VALIDITY = "Zones/2/ZoneReduction", "Zones/2/ZoneValidity"
AVAILABILITY = "Stations/1/Connectors/1/ConnectorAvailability"
SET_POINT = "Stations/1/Connectors/1/ConnectorSetPointCurrent"
DONE = WriteResult(success=True)
NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
OpenDesk = Callable[..., Desk]


def message(results: list[WriteResult]) -> str:
    (result,) = set(results)
    assert not result.success
    return result.message


def test_one_item_twice_with_one_value_is_written_once(desk: Desk) -> None:
    assert desk.write((REDUCTION, 10.0), (REDUCTION, 10.0)) == [DONE, DONE]
    assert desk.sent() == 1


def test_the_ledger_tells_what_is_shown_after_a_set_up_that_came_between_a_client_and_its_write(desk: Desk) -> None:
    desk.write((REDUCTION, 10.0))
    request = WriteRequest(desk.item(REDUCTION), 20.0)
    desk.write((REDUCTION, 15.0))
    desk.set_up()
    assert desk.writer.write([request], "ebo", "192.168.0.7") == [DONE]
    line = desk.service.stores.commands.lines()[-1]
    assert (line.old, line.new, line.read_back) == ("15.0", "20.0", "20.0")


def test_one_item_twice_with_two_values_is_refused_whole(desk: Desk) -> None:
    *both, validity = desk.write((REDUCTION, 10.0), (REDUCTION, 20.0), (VALIDITY, NEXT_YEAR))
    assert message(both).startswith("INVALID_VALUE: ZoneReduction stands twice")
    assert "because ZoneReduction in the same request is refused" in message([validity])
    assert desk.sent() == 0


def test_a_reduction_out_of_range_asks_the_controller_nothing(desk: Desk) -> None:
    message(desk.write((REDUCTION, 101.0)))
    assert len(desk.simulator.journal) == 0


@pytest.mark.parametrize("fault", ["lost-reply", "truncated-json", "short-json", "html"])
def test_an_answer_that_tells_nothing_is_read_back(desk: Desk, fault: str) -> None:
    desk.simulator.inject(fault, method="PUT", path="/zones/2/reduction")
    (result,) = desk.write((REDUCTION, 10.0))
    after = desk.model.zone(2)["reduction"]
    assert result.success is (after is not None)
    assert desk.see(REDUCTION) == (10.0 if after else 0.0, State.GOOD)


def test_a_write_that_takes_too_long_is_read_back_in_the_time_that_is_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "PATIENCE", 1.0)
    desk.simulator.inject("slow", delay=0.8, method="PUT")
    assert message(desk.write((REDUCTION, 10.0))) == "OPERATION_FAILED: TIMEOUT"
    assert [entry.method for entry in desk.simulator.journal.entries()].count("GET") >= 2


def test_the_patience_is_measured_in_real_seconds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "PATIENCE", 0.2)
    desk.simulator.inject("slow", delay=0.3, calls=1)
    assert message(desk.write((REDUCTION, 10.0))) == "OPERATION_FAILED: TIMEOUT"
    assert desk.sent() == 0


@pytest.mark.parametrize(
    ("found", "value", "same"),
    [
        (None, 0.0, True),
        (None, 5.0, False),
        (Reduction(5.004, "", "", NEXT_YEAR, ""), 5.0, True),
        (Reduction(5.0, "", "", NEXT_YEAR.replace(microsecond=900_000), ""), 5.0, True),
        (Reduction(5.0, "", "", NEXT_YEAR.replace(second=1), ""), 5.0, False),
        (Reduction(6.0, "", "", NEXT_YEAR, ""), 5.0, False),
    ],
)
def test_a_controller_may_round_what_it_confirms_and_clear_a_reduction_of_nought(
    found: Reduction | None, value: float, same: bool
) -> None:
    assert confirmed(found, value, NEXT_YEAR) is same


@pytest.mark.parametrize(
    ("found", "value", "same"), [(33.3, 30.0, True), (26.7, 30.0, True), (34.0, 30.0, False), (3.0, 0.0, False)]
)
def test_a_controller_that_takes_steps_may_be_a_step_away_but_nothing_is_nothing(
    found: float, value: float, same: bool
) -> None:
    assert confirmed(Reduction(found, "", "", NEXT_YEAR, ""), value, NEXT_YEAR, rounding=3.3) is same


def test_a_default_validity_is_never_longer_than_the_longest(open_desk: OpenDesk) -> None:
    desk = ready(open_desk(default_validity="4 h", max_validity_hours=2))
    assert desk.write((REDUCTION, 10.0)) == [DONE]
    assert desk.see(VALIDITY)[0] == datetime(2026, 1, 1, 2, 0, 1, tzinfo=UTC)


def test_a_default_validity_may_be_as_long_as_another_connector_gave_it(open_desk: OpenDesk) -> None:
    desk = ready(open_desk(default_validity="125 years"))
    assert desk.write((REDUCTION, 10.0)) == [DONE]
    assert desk.see(VALIDITY)[0] == datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC) + timedelta(days=125 * 365.25)


def test_without_a_default_validity_a_reduction_needs_one_of_its_own_save_0(open_desk: OpenDesk) -> None:
    desk = ready(open_desk(default_validity="none"))
    (refused,) = desk.write((REDUCTION, 10.0))
    assert refused.message.startswith("INVALID_VALUE: write ZoneValidity with it")
    assert desk.write((REDUCTION, 0.0)) == [DONE]
    assert desk.write((REDUCTION, 10.0), (VALIDITY, NEXT_YEAR)) == [DONE, DONE]
    assert desk.write((REDUCTION, 20.0)) == [DONE], "the validity that holds is kept"


def test_values_of_other_types_cannot_get_through(desk: Desk) -> None:
    zone = desk.service.profile.read_zone(desk.model.zone(2))
    with pytest.raises(TypeError, match="a reduction is a Double"):
        completed({"ZoneReduction": "10"}, zone, NEXT_YEAR, NEXT_YEAR - NEXT_YEAR)


def test_set_points_below_a_zone_are_uncertain_until_the_next_poll_and_measured_values_stay_good(desk: Desk) -> None:
    desk.write(("Zones/1/ZoneReduction", 50.0))
    assert desk.see("Zones/1/ZoneReduction") == (50.0, State.GOOD)
    dependants = (SET_POINT, "Stations/1/StationOverallSetPointCurrent", "Zones/1/ZoneOverallSetPointCurrent")
    assert {desk.see(id_)[1] for id_ in dependants} == {State.UNCERTAIN}
    assert desk.see("Stations/1/Connectors/1/ConnectorActiveEnergy")[1] is State.GOOD
    desk.poll()
    assert {desk.see(id_)[1] for id_ in dependants} == {State.GOOD}


def test_a_poll_in_flight_settles_no_doubt_and_brings_back_no_older_value(desk: Desk) -> None:
    raw = desk.service.make_client()
    with raw:
        old = desk.service.status_processor._primed_reader().read(raw.fetch())
    started = desk.clock.monotonic()
    desk.clock.advance(1)
    desk.write(("Zones/1/ZoneReduction", 50.0))
    desk.service.items.poll(old, started=started)
    assert desk.see("Zones/1/ZoneReduction") == (50.0, State.GOOD)
    assert desk.see(SET_POINT)[1] is State.UNCERTAIN


def test_a_set_up_in_flight_brings_back_no_older_value(desk: Desk) -> None:
    items, raw = desk.service.items, desk.service.make_client()
    with raw:
        old = desk.service.status_processor._primed_reader().read(raw.fetch())
    started = desk.clock.monotonic()
    desk.clock.advance(1)
    desk.write((REDUCTION, 50.0))
    items.set_up(old, started=started)
    assert desk.see(REDUCTION) == (50.0, State.GOOD)
    desk.poll()
    assert desk.see(REDUCTION) == (50.0, State.GOOD)


def test_the_status_of_a_station_is_uncertain_after_an_availability_until_the_next_poll(desk: Desk) -> None:
    desk.write((AVAILABILITY, False))
    assert desk.see(AVAILABILITY) == (False, State.GOOD)
    assert desk.see("Stations/1/StationStatus")[1] is State.UNCERTAIN
    desk.poll()
    assert desk.see("Stations/1/StationStatus")[1] is State.GOOD


@pytest.fixture
def charging(open_desk: OpenDesk) -> Desk:
    """Schedule a change for Stations/1/Connectors/1 of the campus, where a transaction runs."""
    desk = ready(open_desk("campus"))
    assert desk.write((AVAILABILITY, False)) == [DONE]
    assert desk.sent() == 1
    return desk


def test_a_scheduled_change_stays_uncertain_through_polls_and_set_ups(charging: Desk) -> None:
    for step in (charging.poll, charging.service.set_up, charging.poll):
        assert charging.see(AVAILABILITY) == (True, State.UNCERTAIN)
        step()
    assert charging.see(AVAILABILITY) == (True, State.UNCERTAIN)


def test_a_scheduled_change_that_came_is_good(charging: Desk) -> None:
    charging.model.unplug(1)
    charging.poll()
    assert charging.see(AVAILABILITY) == (False, State.GOOD)


def test_what_is_scheduled_can_be_taken_back(charging: Desk) -> None:
    assert charging.write((AVAILABILITY, True)) == [DONE]
    assert charging.see(AVAILABILITY) == (True, State.GOOD)
    assert charging.sent() == 2


def test_a_change_that_came_and_was_undone_by_others_is_sent_again(charging: Desk) -> None:
    charging.model.unplug(1)
    charging.model.set_connector(1, available=True)
    assert charging.write((AVAILABILITY, False)) == [DONE]
    assert charging.sent() == 2


def test_nobody_can_tell_whether_a_lost_reply_took_a_scheduled_change_back(charging: Desk) -> None:
    charging.simulator.inject("reset", method="PUT")
    assert message(charging.write((AVAILABILITY, True))).startswith("OPERATION_FAILED: ")
    assert charging.see(AVAILABILITY) == (True, State.UNCERTAIN)


def test_lines_of_the_ledger_are_in_the_order_of_the_controller(desk: Desk) -> None:
    threads = [
        threading.Thread(target=desk.write, args=((REDUCTION, float(value)), (VALIDITY, NEXT_YEAR)))
        for value in range(1, 7)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    lines = [line for line in desk.service.stores.commands.lines() if line.item == REDUCTION]
    assert [line.old for line in lines[1:]] == [line.new for line in lines[:-1]]
    assert float(lines[-1].new) == desk.model.zone(2)["reduction"]["value"]


def test_the_last_write_is_shown_again_after_a_restart(desk: Desk, open_desk: OpenDesk) -> None:
    desk.write((REDUCTION, 10.0))
    assert open_desk().see("Interface/LastWriteItem") == (REDUCTION, State.GOOD)


def test_what_was_scheduled_for_another_transaction_is_sent_again(charging: Desk) -> None:
    charging.model.set_connector(1, transactionId=4711)
    assert charging.write((AVAILABILITY, False)) == [DONE]
    assert charging.sent() == 2


def test_a_controller_that_names_no_transactions_is_asked_each_time(charging: Desk) -> None:
    index = charging.service.items.index
    assert index is not None
    node = index.connectors[1, 1]
    assert node.write.scheduled is not None
    node.write.scheduled = node.write.scheduled._replace(transaction_id=None)
    charging.model.set_connector(1, transactionId=None)
    assert charging.write((AVAILABILITY, False)) == [DONE]
    assert charging.sent() == 2


def test_a_write_to_a_zone_evaluates_the_zone_and_the_site_and_nothing_of_what_stands_below(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[EvaluationPlan] = []
    evaluate = EvaluationPlan.evaluate

    def noted(plan: EvaluationPlan, *arguments: Any) -> EvaluatedPoints:  # noqa: ANN401 - as evaluate takes them
        evaluated.append(plan)
        return evaluate(plan, *arguments)

    monkeypatch.setattr(EvaluationPlan, "evaluate", noted)
    assert desk.write(("Zones/1/ZoneReduction", 50.0)) == [DONE]
    assert evaluated == [POLL_PLANS[Level.ZONE], POLL_PLANS[Level.SITE]]


@pytest.mark.parametrize("id_", ["Zones/1/ZoneReduction", AVAILABILITY])
def test_what_a_write_leaves_uncertain_is_what_evaluating_all_of_the_site_would(desk: Desk, id_: str) -> None:
    for connector in [one["id"] for one in desk.model.connectors() if one["id"] != 1]:
        desk.model.remove_connector(connector)  # a station without connectors has sums over nothing
    desk.set_up()
    desk.poll()
    desk.write((id_, 50.0) if "Zone" in id_ else (id_, False))
    index = desk.service.items.index
    assert index
    seen = [node.last for node in index.nodes() if node.last]
    assert [change for last in seen for change in observe(last, State.GOOD, all_anew=True)] == []
    assert any(item.state is State.UNCERTAIN for node in index.nodes() for item in node.items)
