"""EvceLogsProcessor: which samples it takes, what it says of those it could not take, and through which changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.processors.logs import LONGEST_WAIT
from evce_connector.site.values import State
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.evce_connector.processors.bench import Connector
from tests.support.retention import run_out

NINE = {
    "ActiveEnergy",
    "OverallActivePowerPhase1",
    "OverallActivePowerPhase2",
    "OverallActivePowerPhase3",
    "OverallActivePowerTotal",
    "OverallRmsCurrentAverage",
    "OverallRmsCurrentPhase1",
    "OverallRmsCurrentPhase2",
    "OverallRmsCurrentPhase3",
}


def told(connector: Connector, name: str) -> object:
    return connector.items.interface.get(name)


@pytest.mark.parametrize(("folder", "level"), [("Zones/1", "Zone"), ("Stations/1", "Station")])
def test_nine_series_of_each_zone_and_station_get_a_sample(connector: Connector, folder: str, level: str) -> None:
    connector.log_at(6, 15)
    times = {name: [sample.time for sample in connector.samples(folder, level + name)] for name in NINE}
    assert times == {name: [datetime(2026, 3, 2, 6, 15, tzinfo=UTC)] for name in NINE}


def test_a_sample_is_what_the_item_shows_with_its_state(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.change("connector", 3, activeEnergy=99.25)
    connector.log_at(6, 30)
    assert [sample[1:] for sample in connector.samples()] == [(37.5, State.GOOD), (124.25, State.GOOD)]


def test_a_doubtful_value_is_logged_as_uncertain(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.clock.advance(900)
    connector.items.apply_staleness()
    connector.poll()
    connector.clock.advance(46)
    connector.clock.advance(900 - 46 - 50)
    connector.poll()
    connector.clock.advance(50)
    connector.logs.cycle()
    assert [sample.state for sample in connector.samples()] == [State.GOOD, State.UNCERTAIN]


def test_what_is_offline_leaves_a_gap(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.change("station", 1, connected=False)
    connector.log_at(6, 30)
    connector.change("station", 1, connected=True)
    connector.log_at(6, 45)
    times = [f"{sample.time:%H:%M}" for sample in connector.samples("Stations/1", "StationActiveEnergy")]
    assert (times, told(connector, "LogsMissed")) == (["06:15", "06:45"], 0)


def test_values_that_went_offline_without_a_poll_are_not_logged(connector: Connector) -> None:
    connector.clock.advance(900)
    connector.logs.cycle()
    assert connector.samples() == []


def test_between_boundaries_nothing_is_logged(connector: Connector) -> None:
    for minute in (1, 14, 16, 29):
        connector.log_at(6, minute)
    assert connector.times() == []


def test_a_run_up_to_a_status_interval_late_is_on_time(connector: Connector) -> None:
    connector.logs.cycle()
    connector.log_at(6, 15, 15)
    assert connector.times()[-1] == "06:15"


def test_a_late_run_leaves_a_gap_and_says_so(connector: Connector, caplog: pytest.LogCaptureFixture) -> None:
    connector.log_at(6, 15)
    with caplog.at_level(logging.WARNING):
        connector.log_at(6, 30, 16)
    said = "samples were missed 1 times, first at 2026-03-02T06:30:00Z: the connector was late or did not run"
    assert connector.times() == ["06:15"]
    assert (told(connector, "LogsMissed"), told(connector, "LogsState")) == (1, said)
    assert [record.getMessage() for record in caplog.records] == [f"EvceLogsProcessor: {said}"]
    assert connector.book.event("Interface/Alarm").message == f"Interface: {said}"  # type: ignore[union-attr]


def test_after_a_run_on_time_all_is_good_again(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.log_at(6, 30, 16)
    connector.log_at(6, 45)
    assert (told(connector, "LogsState"), told(connector, "LogsMissed")) == ("good", 1)
    assert connector.states("Interface/Alarm")[-1] == 0


def test_the_last_log_is_shown(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.log_at(6, 30, 16)
    assert told(connector, "LastLog") == datetime(2026, 3, 2, 6, 15, tzinfo=UTC)


def test_before_set_up_it_says_what_it_waits_for(connector: Connector) -> None:
    connector.items.index = None
    assert connector.logs.cycle() == 1.0
    assert told(connector, "LogsState") == "waiting for EvceSetupProcessor to succeed once"


def test_what_was_missed_while_it_did_not_run_is_counted_after_the_restart(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.start_again(seconds=3600)
    connector.logs.cycle()
    assert (connector.times(), told(connector, "LogsMissed")) == (["06:15", "07:15"], 3)
    connector.start_again()
    connector.logs.cycle()
    assert told(connector, "LogsMissed") == 3
    assert told(connector, "LastLog") == datetime(2026, 3, 2, 7, 15, tzinfo=UTC)


def test_a_run_that_comes_twice_over_a_restart_logs_once(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.change("connector", 1, activeEnergy=1000.0)
    connector.start_again(seconds=5)
    connector.logs.cycle()
    assert [sample.value for sample in connector.samples()] == [37.5]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(60, ["06:15", "06:30", "07:00"]), (5, ["06:15", "06:30", "06:35", "06:40", "06:45"])],
)
def test_a_new_interval_takes_effect_without_losing_a_sample(
    connector: Connector, minutes: int, expected: list[str]
) -> None:
    connector.log_at(6, 15)
    connector.log_at(6, 30)
    connector.start_again(logs={"interval_minutes": minutes})
    while connector.times() != expected:
        connector.clock.advance(min(60, connector.logs.cycle()))
        connector.poll()
        assert connector.clock.now() <= datetime(2026, 3, 2, 7, 1, tzinfo=UTC)
    assert told(connector, "LogsMissed") == 0


def test_a_clock_set_forward_and_back_makes_neither_hole_nor_duplicate(
    connector: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    connector.log_at(6, 15)
    for seconds in (3600, -3600, -3600, 3600):
        connector.clock.jump(seconds)
        ahead = -seconds if seconds == 3600 else 3600
        connector.clock.advance(900)
        connector.set_controller_ahead(ahead)
        connector.poll()
        connector.logs.cycle()
    assert connector.times() == ["06:15", "06:30", "06:45", "07:00", "07:15"]
    assert any("the machine's clock was set by +3600 s" in record.getMessage() for record in caplog.records)


def test_a_clock_that_is_believed_skips_what_was_never_lived_through(connector: Connector) -> None:
    connector.log_at(6, 15)
    connector.clock.jump(3600)
    connector.logs.cycle()
    connector.clock.advance(900)
    connector.poll()
    connector.logs.cycle()
    assert (connector.times(), told(connector, "LogsMissed")) == (["06:15", "07:30"], 4)


def test_a_clock_that_is_set_back_overwrites_and_doubles_nothing(connector: Connector) -> None:
    for hour, minute in ((6, 15), (6, 30), (6, 45), (7, 0)):
        connector.log_at(hour, minute)
    connector.change("connector", 1, activeEnergy=1000.0)
    connector.clock.jump(-3600)
    connector.poll()
    connector.logs.cycle()
    for _ in range(5):
        connector.clock.advance(900)
        connector.poll()
        connector.logs.cycle()
    assert connector.times() == ["06:15", "06:30", "06:45", "07:00", "07:15"]
    assert [sample.value for sample in connector.samples()] == [37.5, 37.5, 37.5, 37.5, 1025.0]


def test_samples_and_alarm_events_end_with_their_retention(make_connector: Callable[..., Connector]) -> None:
    connector = make_connector(logs={"retention_days": 1}, alarms={"retention_days": 1})
    connector.change("connector", 1, status="unavailable")
    connector.poll()
    connector.change("connector", 1, status="available")
    connector.poll_for(45)
    connector.log_at(6, 15)
    for seconds in (86400, 6 * 3600):
        connector.clock.advance(seconds)
        connector.poll()
        connector.logs.cycle()
        run_out(connector.service)
    assert [f"{sample.time:%d %H:%M}" for sample in connector.samples()] == ["03 06:15", "03 12:15"]
    assert connector.events("Stations/1/Alarm") == []


def test_a_database_that_fails_is_tried_again_and_the_sample_is_not_lost(connector: Connector) -> None:
    connector.log_at(6, 15)

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(connector.engine, "begin", refuse)
    connector.clock.advance(900)
    connector.poll()
    assert connector.logs.cycle() == 1.0
    assert told(connector, "LogsState") == "the database cannot be written: disk full"
    event.remove(connector.engine, "begin", refuse)
    connector.clock.advance(1)
    connector.poll()
    connector.logs.cycle()
    assert (connector.times(), told(connector, "LogsMissed")) == (["06:15", "06:30"], 0)


def test_what_set_up_added_is_logged_from_then_on(connector: Connector) -> None:
    connector.log_at(6, 15)
    station, plug = connector.model.station(1), connector.model.connector(1)
    connector.model.add("station", **station | {"id": 9, "ocppIdentifier": "EVSimu9", "serialNumber": "9"})
    connector.model.add("connector", **plug | {"id": 9, "stationId": 9})
    connector.set_up()
    connector.log_at(6, 30)
    assert connector.samples("Stations/9", "StationActiveEnergy") == [
        Sample(datetime(2026, 3, 2, 6, 30, tzinfo=UTC), 12.5, State.GOOD)
    ]


def test_it_waits_for_the_next_boundary_and_looks_at_the_clock_meanwhile(connector: Connector) -> None:
    assert connector.logs.cycle() == LONGEST_WAIT
    connector.clock.advance(895)
    assert connector.logs.cycle() == 5


def test_it_runs_until_it_is_stopped(connector: Connector) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=connector.logs.execute, args=(stop,))
    thread.start()
    while not connector.clock.waiting():
        assert thread.is_alive()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_daylight_saving_of_local_time_changes_nothing(make_connector: Callable[..., Connector]) -> None:
    connector = make_connector()
    connector.clock.advance(timedelta(days=26, hours=18).total_seconds())  # 2026-03-29 00:00 UTC, a change at 01:00
    connector.poll()
    connector.logs.cycle()
    for _ in range(11):
        connector.clock.advance(900)
        connector.poll()
        connector.logs.cycle()
    assert connector.times() == [f"{hour:02}:{minute:02}" for hour in range(3) for minute in (0, 15, 30, 45)]
