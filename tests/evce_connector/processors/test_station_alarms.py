"""The alarm of each station, poll after poll, through restarts, outages and changes of the site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import ACKNOWLEDGED, ACTIVE, NORMAL, RESET, AlarmState
from evce_connector.evce.reader import SiteReader
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.evce_connector.processors.bench import Connector

ALARM, OTHER = "Stations/1/Alarm", "Stations/2/Alarm"


def fault(connector: Connector, number: int = 1, code: str = "GroundFailure") -> None:
    connector.change("connector", number, status="faulted", errorCode=code)
    connector.poll()


def heal(connector: Connector, number: int = 1) -> None:
    connector.change("connector", number, status="available", errorCode=None)
    connector.poll()


def grow(connector: Connector, stations: int = 10) -> None:
    """Let the site have so many stations that one may leave it: of a few it would be a controller still starting up."""
    station, plug = connector.model.station(2), connector.model.connector(3)
    for number in range(3, stations + 1):
        connector.model.add("station", **station | {"id": number, "ocppIdentifier": f"EVSimu{number}"})
        connector.model.add("connector", **plug | {"id": number + 1, "stationId": number})
    connector.set_up()
    connector.poll()


def test_a_fault_is_raised_at_once_and_its_message_names_all(connector: Connector) -> None:
    fault(connector)
    raised = connector.events(ALARM)[-1]
    assert raised.message == "Station EVSimu1: connector 1 faulted (GroundFailure)"
    assert (raised.state, raised.priority, raised.category) == (ACTIVE, 100, "EVCE Fault")
    assert (raised.acknowledge, raised.source, raised.source_name) == (
        Acknowledge.REQUIRED,
        "Stations/1/StationStatus",
        "Station-EVSimu1_Alarm",
    )
    assert raised.transition == connector.clock.now()


def test_each_station_has_an_alarm_of_its_own(connector: Connector) -> None:
    fault(connector, 3)
    assert (connector.states(ALARM), connector.states(OTHER)) == ([], [ACTIVE])


def test_a_poll_that_finds_the_same_makes_no_event(connector: Connector) -> None:
    fault(connector)
    connector.poll_for(60)
    assert connector.states(ALARM) == [ACTIVE]


def test_a_fault_that_is_over_waits_for_its_acknowledge(connector: Connector) -> None:
    fault(connector)
    heal(connector)
    connector.poll_for(30)
    assert connector.states(ALARM) == [ACTIVE, RESET]
    assert connector.events(ALARM)[-1].message == (
        "Station EVSimu1: status available, connector 1 available, connector 2 available"
    )
    assert connector.book.acknowledge(ALARM, connector.clock.now())
    assert connector.book.state(ALARM) is NORMAL


def test_a_second_faulted_connector_is_named_without_raising_anew(connector: Connector) -> None:
    fault(connector)
    connector.book.acknowledge(ALARM, connector.clock.now())
    fault(connector, 2, "PowerMeterFailure")
    last = connector.events(ALARM)[-1]
    assert last.state is ACKNOWLEDGED
    assert last.message == (
        "Station EVSimu1: connector 1 faulted (GroundFailure), connector 2 faulted (PowerMeterFailure)"
    )


def test_a_lost_station_is_raised_after_thirty_seconds(connector: Connector) -> None:
    connector.change("station", 1, connected=False)
    connector.poll()
    connector.poll_for(15)
    assert connector.states(ALARM) == []
    connector.poll_for(15)
    assert [(event.state, event.message) for event in connector.events(ALARM)] == [
        (ACTIVE, "Station EVSimu1: not connected")
    ]


def test_a_worse_condition_raises_an_acknowledged_alarm_anew(connector: Connector) -> None:
    connector.change("connector", 1, status="unavailable")
    connector.poll()
    connector.book.acknowledge(ALARM, connector.clock.now())
    fault(connector, 2)
    assert connector.states(ALARM) == [ACTIVE, ACKNOWLEDGED, ACTIVE]


def test_a_milder_condition_keeps_the_outstanding_acknowledge(connector: Connector) -> None:
    fault(connector)
    connector.change("connector", 1, status="unavailable", errorCode=None)
    connector.poll_for(45)
    last = connector.events(ALARM)[-1]
    assert (last.state, last.priority, last.acknowledge) == (ACTIVE, 300, Acknowledge.REQUIRED)


def test_a_flapping_connector_raises_once(connector: Connector) -> None:
    for _ in range(40):
        fault(connector)
        connector.clock.advance(15)
        heal(connector)
        connector.clock.advance(14)
    assert connector.states(ALARM) == [ACTIVE]


def test_suspended_by_the_station_makes_no_alarm_until_its_rule_is_enabled(
    make_connector: Callable[..., Connector],
) -> None:
    connector = make_connector(alarms={"rules": [{"condition": "suspendedEVSE", "enabled": True, "priority": 444}]})
    connector.change("connector", 1, status="suspendedEVSE")
    connector.poll()
    assert [(event.priority, event.category) for event in connector.events(ALARM)] == [(444, "EVCE Load management")]


def test_what_a_client_of_ours_made_unavailable_is_no_alarm(connector: Connector) -> None:
    connector.make_available(1, 1, available=False)
    connector.change("connector", 1, status="unavailable", available=False)
    connector.poll_for(60)
    assert connector.states(ALARM) == []


def test_what_is_unavailable_when_a_client_of_ours_switches_it_off_is_an_alarm_no_longer(connector: Connector) -> None:
    connector.change("connector", 1, status="unavailable", available=False)
    connector.poll()
    connector.make_available(1, 1, available=False)
    connector.poll_for(45)
    assert connector.states(ALARM) == [ACTIVE, NORMAL]


def test_once_it_was_available_again_a_connector_is_ours_no_longer(connector: Connector) -> None:
    connector.make_available(1, 1, available=False)
    connector.change("connector", 1, status="unavailable", available=False)
    connector.poll()
    connector.change("connector", 1, status="available", available=True)
    connector.poll()
    connector.change("connector", 1, status="unavailable", available=False)
    connector.poll()
    assert connector.states(ALARM) == [ACTIVE]


def test_a_connector_that_a_client_of_ours_made_available_is_not_ours(connector: Connector) -> None:
    connector.make_available(1, 1, available=True)
    connector.change("connector", 1, status="unavailable", available=False)
    connector.poll()
    assert connector.states(ALARM) == [ACTIVE]


def test_a_scheduled_outage_is_ours_when_it_comes(connector: Connector) -> None:
    connector.change("connector", 1, status="charging", transactionId=9)
    connector.poll()
    connector.make_available(1, 1, "Scheduled", available=False)
    connector.poll_for(30)
    connector.change("connector", 1, status="unavailable", available=False, transactionId=None)
    connector.poll_for(30)
    assert connector.states(ALARM) == []


@pytest.mark.parametrize(("transaction", "states"), [(9, []), (None, [ACTIVE])])
def test_after_a_restart_a_scheduled_outage_is_to_come_only_while_a_transaction_runs(
    connector: Connector, transaction: int | None, states: list[AlarmState]
) -> None:
    connector.make_available(1, 1, "Scheduled", available=False)
    connector.change("connector", 1, transactionId=transaction)
    connector.start_again()
    connector.change("connector", 1, status="unavailable", available=False, transactionId=None)
    connector.poll()
    assert connector.states(ALARM) == states


def test_an_outage_of_ours_is_remembered_over_a_restart(connector: Connector) -> None:
    connector.make_available(1, 1, available=False)
    connector.change("connector", 1, status="unavailable", available=False)
    connector.start_again()
    connector.poll_for(30)
    assert connector.states(ALARM) == []


def test_a_restart_neither_repeats_nor_loses_a_raised_alarm(connector: Connector) -> None:
    fault(connector)
    connector.start_again(seconds=600)
    connector.poll_for(60)
    assert connector.states(ALARM) == [ACTIVE]


def test_an_alarm_that_settles_slowly_stays_raised_over_a_restart(connector: Connector) -> None:
    connector.change("station", 1, connected=False)
    connector.poll()
    connector.poll_for(30)
    connector.book.acknowledge(ALARM, connector.clock.now())
    connector.start_again()
    connector.poll_for(60)
    assert connector.states(ALARM) == [ACTIVE, ACKNOWLEDGED]


def test_an_alarm_whose_condition_went_while_we_were_down_clears_after_its_time(connector: Connector) -> None:
    fault(connector)
    connector.change("connector", 1, status="available", errorCode=None)
    connector.start_again(seconds=600)
    assert connector.states(ALARM) == [ACTIVE]
    connector.poll_for(30)
    assert connector.states(ALARM) == [ACTIVE, RESET]


def test_what_happened_while_we_were_down_is_raised_after_it(connector: Connector) -> None:
    connector.change("connector", 1, status="faulted")
    connector.start_again()
    assert connector.states(ALARM) == [ACTIVE]


def test_an_alarm_whose_rule_was_taken_out_clears_after_the_restart(connector: Connector) -> None:
    fault(connector)
    connector.start_again(alarms={"rules": [{"condition": "faulted", "enabled": False}]})
    assert connector.states(ALARM) == [ACTIVE, RESET]


def test_a_station_that_the_controller_no_longer_reports_is_not_connected(connector: Connector) -> None:
    grow(connector)
    connector.model.remove_station(1)
    connector.poll_for(45)
    assert [(event.state, event.message) for event in connector.events(ALARM)] == [
        (ACTIVE, "Station EVSimu1: no longer reported by the charge controller")
    ]


def test_the_alarm_of_a_station_that_left_the_tree_is_normal(connector: Connector) -> None:
    grow(connector)
    fault(connector, 3)
    connector.model.remove_station(2)
    connector.service.set_up(prune=True)
    connector.poll()
    assert connector.states(OTHER) == [ACTIVE, NORMAL]


def test_an_alarm_goes_on_through_a_new_set_up(connector: Connector) -> None:
    fault(connector)
    connector.set_up()
    connector.poll_for(60)
    assert connector.states(ALARM) == [ACTIVE]


def test_settling_begins_again_after_an_outage_of_the_controller(connector: Connector) -> None:
    connector.change("station", 1, connected=False)
    connector.poll()
    connector.simulator.inject("unavailable")
    connector.poll_for(600)
    connector.simulator.clear_faults()
    connector.poll()
    assert connector.states(ALARM) == []
    connector.poll_for(30)
    assert connector.states(ALARM) == [ACTIVE]


def test_before_set_up_nothing_moves(connector: Connector) -> None:
    with connector.service.make_client() as client:
        site = SiteReader(connector.service.profile).read(client.fetch())
    connector.items.index = None
    assert connector.stations.follow(site) == 0


def test_alarms_move_while_the_database_takes_nothing_and_their_events_are_written_later(connector: Connector) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    fault(connector)
    heal(connector)
    connector.clock.advance(30)
    event.listen(connector.engine, "begin", refuse)
    connector.poll()
    assert connector.items.interface.get("StorageState") == "the database cannot be written: disk full"
    assert connector.book.state(ALARM) is RESET
    event.remove(connector.engine, "begin", refuse)
    connector.poll()
    assert connector.book.waiting == []
    assert connector.states(ALARM) == [ACTIVE, RESET]
