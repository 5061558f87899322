"""Writes against a simulated controller: what is sent, what is confirmed, what is refused and why, what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.clock import ManualClock, SystemClock
from evce_connector.host.service import ConnectorService
from evce_connector.points.tree import ValueItem
from evce_connector.points.write_request import WriteRequest, WriteResult
from evce_connector.site.values import State, Value
from evce_connector.writes import write_through as writes
from evce_connector.writes.write_through import EvceWriter
from evce_simulator import EvceSimulator

from tests.support.joined import see

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
DONE = WriteResult(success=True)
REDUCTION, VALIDITY = "Zones/2/ZoneReduction", "Zones/2/ZoneValidity"
AVAILABILITY = "Stations/1/Connectors/1/ConnectorAvailability"
NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


class Operator:
    """Writes by the ids of items, as SetValues does."""

    def __init__(self, service: ConnectorService) -> None:
        self.service = service
        self.writer = EvceWriter(service.context, service.stores.commands)

    def set(self, **values: Value) -> list[WriteResult]:
        return self.send(
            {{"reduction": REDUCTION, "validity": VALIDITY}[name]: value for name, value in values.items()}
        )

    def send(self, values: dict[str, Value]) -> list[WriteResult]:
        requests = []
        for id_, value in values.items():
            item = self.service.items.tree.get(id_)
            assert isinstance(item, ValueItem)
            requests.append(WriteRequest(item, value))
        return self.writer.write(requests, "ebo", "192.168.0.7")


@pytest.fixture
def site(simulate: Simulate) -> EvceSimulator:
    return simulate("guide")


@pytest.fixture
def operator(site: EvceSimulator, serve: Serve) -> Operator:
    service = serve(site.url)
    service.set_up()
    service.poll()
    site.journal.clear()
    return Operator(service)


def sent(site: EvceSimulator) -> int:
    return site.journal.count("PUT") + site.journal.count("DELETE")


def failure(results: list[WriteResult], word: str) -> str:
    (result,) = set(results)
    assert not result.success
    assert result.message.startswith(f"{word}: ")
    return result.message


def test_reduction_and_validity_of_a_zone_are_one_call(operator: Operator, site: EvceSimulator) -> None:
    assert operator.set(reduction=25.0, validity=NEXT_YEAR) == [DONE, DONE]
    assert sent(site) == 1
    assert see(operator.service, REDUCTION) == (25.0, State.GOOD)
    assert see(operator.service, VALIDITY) == (NEXT_YEAR, State.GOOD)
    assert site.model.zone(2)["reduction"]["validity"] == "2027-01-01T00:00:00Z"


def test_the_order_of_the_two_does_not_matter(operator: Operator, site: EvceSimulator) -> None:
    assert operator.set(validity=NEXT_YEAR, reduction=25.0) == [DONE, DONE]
    assert sent(site) == 1


def test_a_reduction_alone_keeps_the_present_validity(operator: Operator) -> None:
    operator.set(reduction=25.0, validity=NEXT_YEAR)
    assert operator.set(reduction=40.0) == [DONE]
    assert see(operator.service, REDUCTION)[0] == 40.0
    assert see(operator.service, VALIDITY)[0] == NEXT_YEAR


def test_a_validity_alone_keeps_the_present_reduction(operator: Operator) -> None:
    operator.set(reduction=25.0, validity=NEXT_YEAR)
    later = NEXT_YEAR + timedelta(days=1)
    assert operator.set(validity=later) == [DONE]
    assert (see(operator.service, REDUCTION)[0], see(operator.service, VALIDITY)[0]) == (25.0, later)


def test_a_reduction_without_a_validity_takes_the_default(operator: Operator, clock: ManualClock) -> None:
    assert operator.set(reduction=25.0) == [DONE]
    assert see(operator.service, VALIDITY)[0] == clock.now() + timedelta(hours=1)


def test_the_default_validity_is_configured(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    service = serve(site.url, writes={"default_validity": "30 min"})
    service.set_up()
    Operator(service).set(reduction=25.0)
    assert see(service, VALIDITY)[0] == clock.now() + timedelta(minutes=30)


def test_a_validity_on_a_zone_without_reduction_sends_nought(operator: Operator, site: EvceSimulator) -> None:
    assert operator.set(validity=NEXT_YEAR) == [DONE]
    assert site.model.zone(2)["reduction"]["value"] == 0.0


@pytest.mark.parametrize("value", [0.0, 100.0, 33.3])
def test_reductions_from_0_to_100_are_accepted(operator: Operator, value: float) -> None:
    assert operator.set(reduction=value) == [DONE]
    assert see(operator.service, REDUCTION)[0] == value


@pytest.mark.parametrize("value", [-0.1, 100.1, 1e9])
def test_other_reductions_are_refused_with_the_range_and_nothing_is_sent(
    operator: Operator, site: EvceSimulator, value: float
) -> None:
    assert "0 to 100 %" in failure(operator.set(reduction=value), "INVALID_VALUE")
    assert sent(site) == 0
    assert see(operator.service, REDUCTION)[0] == 0.0


@pytest.mark.parametrize("seconds", [-3600, 0])
def test_a_validity_that_is_past_is_refused(
    operator: Operator, site: EvceSimulator, clock: ManualClock, seconds: float
) -> None:
    reduction, validity = operator.set(reduction=10.0, validity=clock.now() + timedelta(seconds=seconds))
    assert "2026-01-01T00:00:00Z, the controller's time" in failure([validity], "INVALID_VALUE")
    assert "because ZoneValidity" in failure([reduction], "OPERATION_FAILED")
    assert sent(site) == 0


def test_the_controllers_clock_decides_what_is_past(
    operator: Operator, site: EvceSimulator, clock: ManualClock
) -> None:
    site.clock.jump(3600)
    failure(operator.set(validity=clock.now() + timedelta(minutes=30)), "INVALID_VALUE")


@pytest.mark.parametrize(("hours", "accepted"), [(24, True), (24.01, False)])
def test_a_longest_validity_can_be_configured(
    site: EvceSimulator, serve: Serve, clock: ManualClock, hours: float, accepted: bool
) -> None:
    service = serve(site.url, writes={"max_validity_hours": 24})
    service.set_up()
    (result,) = Operator(service).set(validity=clock.now() + timedelta(hours=hours))
    assert result.success is accepted
    assert ("at most 24 h ahead" in result.message) is not accepted


def test_a_validity_with_a_fraction_of_a_second_is_set_to_the_second(operator: Operator) -> None:
    assert operator.set(validity=NEXT_YEAR + timedelta(microseconds=123456)) == [DONE]
    assert see(operator.service, VALIDITY)[0] == NEXT_YEAR


def test_a_connector_is_made_inoperative_and_operative(operator: Operator, site: EvceSimulator) -> None:
    for wanted in (False, True):
        assert operator.send({AVAILABILITY: wanted}) == [DONE]
        assert see(operator.service, AVAILABILITY) == (wanted, State.GOOD)
        assert site.model.connector(1)["available"] is wanted


def test_a_station_that_is_not_connected_is_a_failure_with_its_reason(operator: Operator, site: EvceSimulator) -> None:
    site.model.set_station(1, connected=False)
    assert "409" in failure(operator.send({AVAILABILITY: False}), "OPERATION_FAILED")
    assert site.model.connector(1)["available"] is True


def test_a_write_while_a_vehicle_charges_is_scheduled_shown_uncertain_and_sent_once(
    simulate: Simulate, serve: Serve, clock: ManualClock
) -> None:
    site = simulate("campus-live")
    service = serve(site.url)
    clock.advance(3600)
    number = next(one["id"] for one in site.model.connectors() if one["status"] == "charging")
    service.set_up()
    service.poll()
    operator = Operator(service)
    connector = site.model.connector(number)
    id_ = f"Stations/{connector['stationId']}/Connectors/{connector['logicalConnector']}/ConnectorAvailability"
    for _ in range(2):
        assert operator.send({id_: False}) == [DONE]
        assert see(service, id_) == (True, State.UNCERTAIN)
    assert sent(site) == 1
    assert [line.answer for line in service.stores.commands.lines()] == ["Scheduled", "Scheduled"]


def test_a_station_that_rejects_is_a_failure(operator: Operator, site: EvceSimulator) -> None:
    site.model._stubborn.add(1)
    assert "the station rejects it" in failure(operator.send({AVAILABILITY: False}), "OPERATION_FAILED")
    assert see(operator.service, AVAILABILITY) == (True, State.GOOD)


@pytest.mark.parametrize(
    ("fault", "words"), [("refused", "connection refused"), ("unauthorized", "refuses the login"), ("html", "not JSON")]
)
def test_a_controller_in_trouble_is_a_failure_with_its_cause_and_nothing_changes(
    operator: Operator, site: EvceSimulator, fault: str, words: str
) -> None:
    site.inject(fault)
    assert words in failure(operator.set(reduction=10.0), "OPERATION_FAILED")
    assert see(operator.service, REDUCTION)[0] == 0.0


def test_a_lost_reply_is_read_back_and_found_done(operator: Operator, site: EvceSimulator) -> None:
    site.inject("lost-reply", method="PUT")
    assert operator.set(reduction=10.0) == [DONE]
    assert see(operator.service, REDUCTION)[0] == 10.0


def test_a_lost_request_is_read_back_and_found_not_done(operator: Operator, site: EvceSimulator) -> None:
    site.inject("reset", method="PUT")
    assert "the connection broke" in failure(operator.set(reduction=10.0), "OPERATION_FAILED")
    assert see(operator.service, REDUCTION)[0] == 0.0


def test_a_controller_that_cannot_be_read_back_is_a_failure(operator: Operator, site: EvceSimulator) -> None:
    site.model.set_zone(2, reduction=5)
    assert "cannot be read" in failure(operator.set(reduction=10.0), "OPERATION_FAILED")


def test_writes_can_be_switched_off(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url, writes={"enabled": False})
    service.set_up()
    site.journal.clear()
    failure(Operator(service).set(reduction=10.0), "VALUE_NOT_WRITEABLE")
    assert len(site.journal) == 0


def test_writes_need_no_poll_but_a_set_up(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    assert Operator(service).set(reduction=10.0) == [DONE]
    assert see(service, REDUCTION) == (10.0, State.GOOD)


def test_without_a_set_up_nothing_is_written(operator: Operator, site: EvceSimulator) -> None:
    operator.service.items.index = None
    assert "EvceSetupProcessor" in failure(operator.set(reduction=10.0), "OPERATION_FAILED")
    assert sent(site) == 0


def test_what_is_not_done_in_time_is_a_timeout(
    simulate: Simulate, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = simulate("guide", clock=SystemClock())
    service = serve(site.url)
    service.set_up()
    object.__setattr__(service.context, "clock", SystemClock())
    monkeypatch.setattr(writes, "PATIENCE", 0.3)
    site.inject("slow", delay=0.5)
    assert Operator(service).set(reduction=10.0) == [WriteResult(False, "OPERATION_FAILED: TIMEOUT")]


def test_a_write_waits_for_the_one_before_no_longer_than_its_time(
    operator: Operator, site: EvceSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "PATIENCE", 0.1)
    with operator.writer._locks["Zones/2"]:
        assert operator.set(reduction=10.0) == [WriteResult(False, "OPERATION_FAILED: TIMEOUT")]
    assert len(site.journal) == 0


def test_of_two_writers_at_once_the_last_wins_whole(operator: Operator, site: EvceSimulator) -> None:
    pairs = [(10.0, NEXT_YEAR), (20.0, NEXT_YEAR + timedelta(days=1))]
    threads = [
        threading.Thread(target=operator.set, kwargs={"reduction": value, "validity": validity})
        for value, validity in pairs * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    reduction = site.model.zone(2)["reduction"]
    assert (reduction["value"], datetime.fromisoformat(reduction["validity"])) in pairs
    assert see(operator.service, REDUCTION)[0] == reduction["value"]


def test_zones_and_connectors_of_one_request_have_a_result_each_in_order(operator: Operator) -> None:
    results = operator.send({AVAILABILITY: False, REDUCTION: 120.0, "Zones/3/ZoneReduction": 5.0})
    assert [result.success for result in results] == [True, False, True]


def test_every_write_is_a_line_of_the_ledger(operator: Operator) -> None:
    operator.set(reduction=25.0, validity=NEXT_YEAR)
    operator.set(reduction=120.0)
    first, second, third = operator.service.stores.commands.lines()
    assert (first.at, first.user, first.client) == ("2026-01-01T00:00:00Z", "ebo", "192.168.0.7")
    assert (first.item, first.old, first.new, first.read_back) == (REDUCTION, "0.0", "25.0", "25.0")
    assert (first.success, first.answer, first.valid_until) == (True, "", "2027-01-01T00:00:00Z")
    assert (second.item, second.new) == (VALIDITY, "2027-01-01T00:00:00Z")
    assert (third.success, third.old, third.read_back) == (False, "25.0", "25.0")
    assert third.answer.startswith("INVALID_VALUE")


def test_the_last_write_is_shown_in_the_tree(operator: Operator, clock: ManualClock) -> None:
    operator.set(reduction=25.0)
    shown = {name: see(operator.service, f"Interface/LastWrite{name}")[0] for name in ("", "By", "Item", "Result")}
    assert shown == {"": clock.now(), "By": "ebo", "Item": REDUCTION, "Result": "done"}
    operator.set(reduction=120.0)
    assert str(see(operator.service, "Interface/LastWriteResult")[0]).startswith("INVALID_VALUE")


def test_an_empty_request_is_no_line(operator: Operator) -> None:
    assert operator.send({}) == []
    assert operator.service.stores.commands.lines() == []


def test_the_last_good_command_of_each_zone_is_found(operator: Operator) -> None:
    for value in (10.0, 20.0, 120.0):
        operator.set(reduction=value)
    operator.send({"Zones/3/ZoneReduction": 5.0})
    found = operator.service.stores.commands.last_of("ZoneReduction")
    assert {item: command.new for item, command in found.items()} == {
        "Zones/2/ZoneReduction": "20.0",
        "Zones/3/ZoneReduction": "5.0",
    }


def test_a_limit_gives_the_last_lines_oldest_first(operator: Operator) -> None:
    for value in (1.0, 2.0, 3.0):
        operator.set(reduction=value)
    assert [line.new for line in operator.service.stores.commands.lines(2)] == ["2.0", "3.0"]
