"""The alarm of the interface itself: its causes, and which of them it shows."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest
from evce_connector.alarms.rules import Condition
from evce_connector.alarms.state_machine import ACTIVE, NORMAL, RESET
from evce_connector.evce.errors import EvceLoginError, EvceUnreachableError, EvceVersionError
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.evce_connector.processors.bench import Connector

ALARM = "Interface/Alarm"
FULL = OperationalError("INSERT", {}, Exception("database or disk is full"))
LOST = EvceUnreachableError("http://10.0.0.9/api/v2", "connection refused")
REFUSED = EvceLoginError("http://10.0.0.9/api/v2", "bms")


def shown(connector: Connector) -> list[tuple[int, str]]:
    """Return priority and message of each event."""
    return [(event.priority, event.message) for event in connector.events(ALARM)]


def test_it_stands_in_the_folder_of_the_interface(connector: Connector) -> None:
    folder = connector.items.tree.root.folders[1]
    assert (folder.name, [(alarm.id, alarm.name) for alarm in folder.alarms]) == (
        "EVCE Interface",
        [(ALARM, "EVCE-Interface_Alarm")],
    )


def test_a_controller_that_is_lost_for_thirty_seconds_is_an_alarm_until_thirty_after_its_return(
    connector: Connector,
) -> None:
    for _ in range(3):
        connector.interface.report_controller(LOST)
        connector.clock.advance(15)
    assert shown(connector) == [
        (50, "Interface: The charge controller at http://10.0.0.9/api/v2 does not answer: connection refused")
    ]
    connector.interface.report_controller()
    connector.poll_for(15)
    assert connector.states(ALARM) == [ACTIVE]
    connector.poll_for(15)
    assert [(event.state, event.message) for event in connector.events(ALARM)][1:] == [
        (NORMAL, "Interface: no trouble")
    ]


def test_one_failed_poll_is_no_alarm(connector: Connector) -> None:
    connector.interface.report_controller(LOST)
    connector.clock.advance(15)
    connector.interface.report_controller()
    connector.poll_for(120)
    assert shown(connector) == []


def test_a_refused_login_is_an_alarm_at_once_and_over_at_once(connector: Connector) -> None:
    connector.interface.report_controller(REFUSED)
    assert connector.events(ALARM)[-1].priority == 40
    connector.interface.report_controller()
    assert connector.states(ALARM) == [ACTIVE, NORMAL]


def test_a_refused_version_and_another_one_are_the_same_cause(connector: Connector) -> None:
    connector.interface.report_controller(EvceVersionError("7", "6"))
    connector.interface.report_controller(other_version="the charge controller speaks API version 7, not 6")
    assert [priority for priority, _ in shown(connector)] == [600]


def test_the_site_is_hidden_while_the_controller_is_lost_or_refuses_the_login(connector: Connector) -> None:
    found = []
    for error in (REFUSED, None, EvceVersionError("7", "6"), LOST):
        connector.interface.report_controller(error)
        found.append(connector.interface.hides_site)
    connector.clock.advance(30)
    connector.interface.look()
    assert [*found, connector.interface.hides_site] == [True, False, False, False, True]


def test_stations_that_were_replaced_are_an_alarm_for_five_minutes_and_want_an_acknowledge(
    connector: Connector,
) -> None:
    connector.interface.report_replaced(["EVSimu1 (1) by EVSimu1 (2)"])
    assert shown(connector) == [(450, "Interface: replaced: EVSimu1 (1) by EVSimu1 (2)")]
    connector.poll_for(285)
    assert connector.states(ALARM) == [ACTIVE]
    connector.poll_for(15)
    assert connector.states(ALARM) == [ACTIVE, RESET]


def test_when_no_station_was_replaced_nothing_is_said(connector: Connector) -> None:
    connector.interface.report_replaced([])
    assert shown(connector) == []


def test_a_database_that_takes_nothing_is_an_alarm_while_it_takes_nothing(connector: Connector) -> None:
    def refuse(*_: object) -> None:
        raise FULL

    event.listen(connector.engine, "begin", refuse)
    connector.poll()
    raised = connector.book.present()
    event.remove(connector.engine, "begin", refuse)
    assert [(event.alarm, event.state) for event in raised] == [(ALARM, ACTIVE)]
    connector.poll()
    assert shown(connector) == [(30, "Interface: the database cannot be written: database or disk is full")]


def leave_room(monkeypatch: pytest.MonkeyPatch, room: int | None) -> None:
    """Let the disk of the database have so many bytes, None for one that says nothing."""

    def usage(_: object) -> SimpleNamespace:
        if room is None:
            raise OSError
        return SimpleNamespace(free=room)

    monkeypatch.setattr(shutil, "disk_usage", usage)


def test_little_room_for_the_database_is_told_while_there_is_some(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_room(monkeypatch, 99_999_999)
    connector.poll()
    assert shown(connector) == [(30, "Interface: only 100 MB are free for the database: make room on its disk")]


def test_an_alarm_of_little_room_tells_at_once_that_the_database_fails(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_room(monkeypatch, 3_000_000)
    connector.poll()
    for words in ("the disk is full: make room on it", "", "the disk is full again: make room on it"):
        connector.interface.report_database(words)
    assert [message for _, message in shown(connector)] == [
        "Interface: only 3 MB are free for the database: make room on its disk",
        "Interface: the disk is full: make room on it",
        "Interface: the disk is full again: make room on it",
    ]


@pytest.mark.parametrize("room", [None, 100_000_000])
def test_enough_room_is_no_alarm(connector: Connector, monkeypatch: pytest.MonkeyPatch, room: int | None) -> None:
    leave_room(monkeypatch, room)
    connector.poll()
    assert shown(connector) == []


def test_the_worst_cause_is_shown_and_a_milder_one_after_it(connector: Connector) -> None:
    connector.interface.report(Condition.LOGS_LATE, "late")
    connector.interface.report_controller(REFUSED)
    connector.interface.report_controller()
    assert [priority for priority, _ in shown(connector)] == [400, 40, 400]


def test_after_a_restart_it_clears_when_the_trouble_is_over(connector: Connector) -> None:
    connector.interface.report(Condition.DATABASE_FAILING, "full")
    connector.start_again()
    assert connector.states(ALARM) == [ACTIVE]
    connector.poll_for(60)
    assert connector.states(ALARM) == [ACTIVE, NORMAL]
