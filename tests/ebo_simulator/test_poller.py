"""A product at work for minutes of simulated time."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from ebo_simulator import EboClient, Workstation
from ebo_simulator.clock import ManualClock, SystemClock
from ebo_simulator.poller import Poller, Statistics, percentile_95
from ebo_simulator.profiles import profile

from tests.ebo_simulator.canned import Subscriptions
from tests.ebo_simulator.ews_stub import NS, SOAP_TYPE, Stub, StubServer, fault


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 10, tzinfo=UTC))


@pytest.fixture
def timed(server: StubServer, clock: ManualClock) -> Iterator[EboClient]:
    with EboClient(server.url, "ebo", "s3cret") as made:
        made.clock = clock
        yield made


def polled(client: EboClient, clock: ManualClock, like: str, seconds: float) -> Statistics:
    return Poller(Workstation(client, like=profile(like)), clock).run(seconds)


@pytest.mark.usefixtures("subscriptions")
def test_an_automation_server_discovers_once_and_polls_every_ten_seconds(
    timed: EboClient, clock: ManualClock, stub: Stub
) -> None:
    found = polled(timed, clock, "as-p", 60)

    assert found.rounds == {"values": 6, "alarms": 6}
    assert (found.items, found.alarm_events) == (9, 6)
    assert len(stub.asked("GetValues")) == 6
    assert len(stub.asked("GetContainerItems")) == 5
    assert stub.asked("Subscribe") == []
    assert clock.monotonic() == 60


def test_an_enterprise_server_subscribes_and_leaves_nothing_behind(
    timed: EboClient, clock: ManualClock, subscriptions: Subscriptions, stub: Stub
) -> None:
    found = polled(timed, clock, "es", 20)

    assert found.rounds["values"] == 4
    assert (len(stub.asked("Subscribe")), len(stub.asked("GetNotification")), stub.asked("GetValues")) == (1, 4, [])
    assert subscriptions.seen == {}


@pytest.mark.usefixtures("subscriptions")
def test_power_monitoring_expert_reads_history_from_where_it_ended(
    timed: EboClient, clock: ManualClock, stub: Stub
) -> None:
    found = polled(timed, clock, "pme", 1000)

    first_pages = [ask for ask in stub.asked("GetHistory") if ask.find(f".//{{{NS}}}MoreDataRef") is None]
    bounds = [[ask.findtext(f".//{{{NS}}}{name}") for name in ("TimeFrom", "TimeTo")] for ask in first_pages]
    assert bounds == [
        ["2026-03-01T09:45:00Z", "2026-03-01T10:00:00Z"],
        ["2026-03-01T10:00:00Z", "2026-03-01T10:15:00Z"],
    ]
    assert found.rounds == {"values": 17, "alarms": 34, "history": 2}
    assert found.history_records == 6


@pytest.mark.usefixtures("subscriptions")
def test_a_late_round_of_history_leaves_no_gap(timed: EboClient, clock: ManualClock, stub: Stub) -> None:
    def slow(request: object) -> object:
        clock.advance(70)
        return stub._GetValues(request)

    stub.replace["GetValues"] = slow
    polled(timed, clock, "pme", 1100)

    first, second = (ask for ask in stub.asked("GetHistory") if ask.find(f".//{{{NS}}}MoreDataRef") is None)
    assert second.findtext(f".//{{{NS}}}TimeFrom") == first.findtext(f".//{{{NS}}}TimeTo")
    assert clock.monotonic() > 900


@pytest.mark.usefixtures("subscriptions")
def test_a_failed_round_is_counted_and_the_next_one_comes_on_time(
    timed: EboClient, clock: ManualClock, stub: Stub
) -> None:
    stub.replace["GetValues"] = lambda _: (500, SOAP_TYPE, fault("TimeOut", "TIMEOUT", "Busy."))

    found = polled(timed, clock, "as-p", 30)

    assert found.rounds["values"] == 3
    assert found.errors == {"TimeOut": 3}
    assert "TimeOut: TIMEOUT; Busy" in found.last_error


@pytest.mark.usefixtures("subscriptions")
def test_a_round_longer_than_its_interval_does_not_pile_up(timed: EboClient, clock: ManualClock, stub: Stub) -> None:
    def slow(request: object) -> object:
        clock.advance(25)
        return stub._GetValues(request)

    stub.replace["GetValues"] = slow

    assert polled(timed, clock, "as-p", 100).rounds["values"] == 4


@pytest.mark.usefixtures("subscriptions")
def test_the_statistics_have_a_row_for_each_operation(timed: EboClient, clock: ManualClock, stub: Stub) -> None:
    def half_a_second(request: object) -> object:
        clock.advance(0.5)
        return stub._GetValues(request)

    stub.replace["GetValues"] = half_a_second

    rows = {row["operation"]: row for row in polled(timed, clock, "as-p", 30).operations()}

    assert rows["GetValues"]["requests"] == 3
    assert (rows["GetValues"]["median_ms"], rows["GetValues"]["p95_ms"], rows["GetValues"]["max_ms"]) == (500, 500, 500)
    assert rows["GetContainerItems"]["requests"] == 5


def test_what_the_server_does_not_offer_is_left_out(timed: EboClient, clock: ManualClock, stub: Stub) -> None:
    found = polled(timed, clock, "pme", 60)

    assert found.left_out == ["alarms", "history"]
    assert (found.rounds, found.errors) == ({"values": 1}, {})
    assert stub.asked("GetAlarmEvents") == []


def test_an_enterprise_server_polls_where_nothing_can_be_subscribed_to(
    timed: EboClient, clock: ManualClock, stub: Stub
) -> None:
    found = polled(timed, clock, "es", 20)

    assert found.left_out == ["alarms", "subscriptions"]
    assert (len(stub.asked("GetValues")), stub.asked("Subscribe"), found.errors) == (4, [], {})


def test_95_of_100_values_lie_below_the_percentile() -> None:
    assert percentile_95([float(value) for value in range(101)]) == 95
    assert percentile_95([7.0]) == 7


def test_the_system_clock_goes_forward_in_utc() -> None:
    clock = SystemClock()
    before = clock.monotonic()

    clock.wait(0.001)

    assert clock.monotonic() - before >= 0.001
    assert clock.now().tzinfo is UTC


def test_waiting_for_a_moment_that_has_passed_does_not_turn_a_manual_clock_back(clock: ManualClock) -> None:
    clock.wait(-5)

    assert clock.monotonic() == 0
