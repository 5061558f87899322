from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import AlarmState, Judgement
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.database import open_database
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from tests.evce_connector.persistence.conftest import START, alarm_item

LOST = Judgement(True, 150, "EVCE Communication", "not connected", Acknowledge.POSSIBLE)
GONE = Judgement(False)
EVER, LATEST = 10**9, 10**17


@pytest.fixture
def book(engine: Engine) -> AlarmLog:
    return AlarmLog(engine)


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def test_one_poll_s_moves_are_one_event_each_and_number_on(book: AlarmLog) -> None:
    events = book.move([(alarm_item(n), LOST) for n in (1, 2, 3)], START)
    assert [event.sequence for event in events] == [1, 2, 3]
    assert book.move([(alarm_item(n), LOST) for n in (1, 2, 3)], minute(1)) == []


def test_everything_is_there_after_a_restart(book: AlarmLog, engine: Engine) -> None:
    book.move([(alarm_item(1), LOST), (alarm_item(2), LOST)], START)
    book.move([(alarm_item(1), Judgement(True, 90, "Ours", "é\n", Acknowledge.REQUIRED))], minute(1))
    again = AlarmLog(engine)
    assert again.present() == book.present()
    assert again.events(Selection(), 0, EVER, EVER) == book.events(Selection(), 0, EVER, EVER)
    assert (again.cursor(), again.last, again.types) == (book.cursor(), 3, book.types)
    assert "Ours" in again.types


def test_another_database_does_not_know_the_cursor(book: AlarmLog, tmp_path: Path) -> None:
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    assert AlarmLog(other).position(book.cursor()) is None
    other.dispose()


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    """Let the database have no page left for what is new."""
    event.listen(engine, "begin", fill)
    try:
        yield
    finally:
        event.remove(engine, "begin", fill)


def fill(_: Connection) -> None:
    raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))


def test_what_moves_while_the_database_takes_nothing_is_told_and_written_later(book: AlarmLog, engine: Engine) -> None:
    book.move([(alarm_item(1), LOST)], START)
    cursor = book.cursor()
    with full(engine):
        book.move([(alarm_item(2), LOST)], minute(1))
        assert book.acknowledge("Stations/2/Alarm", minute(2))
        told = book.events(Selection(), book.position(cursor) or 0, book.last, EVER)
        with pytest.raises(OperationalError):
            book.flush()
    assert [(event.alarm, event.state) for event in told] == [
        ("Stations/2/Alarm", AlarmState.ACTIVE),
        ("Stations/2/Alarm", AlarmState.ACKNOWLEDGED),
    ]
    book.flush()
    assert book.waiting == []
    again = AlarmLog(engine)
    assert again.events(Selection(), 0, LATEST, EVER) == book.events(Selection(), 0, LATEST, EVER)
    assert [event.sequence for event in again.events(Selection(), 1, LATEST, EVER)] == [e.sequence for e in told]


def test_what_was_told_and_never_written_is_known_to_no_later_start(book: AlarmLog, engine: Engine) -> None:
    book.move([(alarm_item(1), LOST)], START)
    with full(engine):
        book.move([(alarm_item(2), LOST)], minute(1))
        told = book.cursor()
    again = AlarmLog(engine)
    again.move([(alarm_item(n), LOST) for n in range(3, 40)], minute(2))
    assert again.position(told) is None
    assert again.position(again.cursor()) == 38


def test_a_commit_that_came_to_pass_though_it_failed_is_not_doubled(book: AlarmLog, engine: Engine) -> None:
    broken: list[Connection] = []

    def break_off(connection: Connection) -> None:
        if not broken:
            connection.connection.driver_connection.commit()
            broken.append(connection)
            raise OperationalError("COMMIT", {}, Exception("the connection broke off"))

    event.listen(engine, "commit", break_off)
    book.move([(alarm_item(1), LOST)], START)
    book.move([(alarm_item(2), LOST)], minute(1))
    book.flush()
    assert broken
    kept = AlarmLog(engine).events(Selection(), 0, LATEST, EVER)
    assert [event.alarm for event in kept] == ["Stations/1/Alarm", "Stations/2/Alarm"]


def test_when_too_many_events_wait_the_oldest_go_and_who_lacks_them_is_told_everything_anew(
    book: AlarmLog, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evce_connector.persistence.alarm_memory.MOST_WAITING", 2)
    before = book.cursor()
    with full(engine):
        for number in (1, 2, 3):
            book.move([(alarm_item(number), LOST)], minute(number))
    book.flush()
    assert [event.alarm for event in book.waiting] == []
    again = AlarmLog(engine)
    assert [event.alarm for event in again.present()] == ["Stations/2/Alarm", "Stations/3/Alarm"]
    assert [log.position(before) for log in (book, again)] == [None, None]


@pytest.mark.parametrize("restarted", [False, True])
def test_an_alarm_that_gets_milder_is_told_from_memory_to_who_chose_the_urgent_ones(
    book: AlarmLog, engine: Engine, restarted: bool
) -> None:
    book.move([(alarm_item(), Judgement(True, 100, "EVCE Fault", "faulted", Acknowledge.POSSIBLE))], START)
    log = AlarmLog(engine) if restarted else book
    position = log.last
    with full(engine):
        log.move([(alarm_item(), LOST), (alarm_item(2), LOST)], minute(1))
        log.move([(alarm_item(), GONE)], minute(2))
        told = log.events(Selection(priority_to=100), position, log.last, EVER, followed=True)
    assert [(event.alarm, event.priority, event.state) for event in told] == [
        ("Stations/1/Alarm", 150, AlarmState.ACTIVE),
        ("Stations/1/Alarm", 150, AlarmState.NORMAL),
    ]


def test_an_alarm_whose_item_left_goes_back_to_normal(book: AlarmLog) -> None:
    book.move([(alarm_item(n), LOST) for n in (1, 2)], START)
    (event,) = book.retain(["Stations/2/Alarm"], minute(1))
    assert (event.alarm, event.state, event.transition) == ("Stations/1/Alarm", AlarmState.NORMAL, minute(1))
    assert book.retain(["Stations/2/Alarm"], minute(2)) == []


def test_a_selection_means_the_same_in_memory_and_in_the_database(book: AlarmLog) -> None:
    for number, priority in enumerate((100, 150, 300)):
        condition = Judgement(True, priority, f"c{number}", "m", Acknowledge.REQUIRED)
        book.move([(alarm_item(number), condition)], minute(number))
    selections = [
        Selection(alarm="Stations/1/Alarm"),
        Selection(time_from=minute(1)),
        Selection(time_to=minute(1)),
        Selection(priority_from=150),
        Selection(priority_to=150),
        Selection(types=frozenset({"c0", "c2"})),
        Selection(types=frozenset({"none"})),
    ]
    counts = []
    for selection in selections:
        found = book.events(selection, 0, EVER, EVER)
        assert found == book.present(selection)
        counts.append(len(found))
    assert counts == [1, 2, 1, 2, 2, 2, 0]


def test_pruning_keeps_what_is_not_normal(book: AlarmLog) -> None:
    book.move([(alarm_item(n), LOST) for n in (1, 2)], START)
    book.move([(alarm_item(1), GONE)], minute(1))
    cursor = book.cursor()
    assert sum(book.prune(minute(2))) == 2
    assert [event.alarm for event in book.events(Selection(), 0, EVER, EVER)] == ["Stations/2/Alarm"]
    assert book.position(cursor) == 3
    assert book.position(book.cursor(2)) is None
    assert sum(book.prune(minute(2))) == 0


def test_numbers_go_on_after_everything_was_pruned(book: AlarmLog, engine: Engine) -> None:
    book.move([(alarm_item(), LOST)], START)
    book.move([(alarm_item(), GONE)], START)
    list(book.prune(minute(1)))
    (event,) = AlarmLog(engine).move([(alarm_item(), LOST)], minute(2))
    assert event.sequence == 3


def test_a_repeated_acknowledge_of_what_never_was_is_refused(book: AlarmLog) -> None:
    assert book.acknowledge("Stations/9/Alarm", START) is False
    assert not book.knows("Stations/9/Alarm")
