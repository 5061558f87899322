from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import AlarmState, Judgement
from evce_connector.persistence.alarm_log import AlarmLog, Selection
from evce_connector.persistence.database import open_database
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tests.evce_connector.persistence.conftest import START, alarm_item

LOST = Judgement(True, 150, "EVCE Communication", "not connected", Acknowledge.POSSIBLE)
GONE = Judgement(False)
EVER = 10**9


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


def test_a_move_that_cannot_be_kept_is_not_shown(book: AlarmLog, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE alarm_events RENAME TO away")
    with pytest.raises(DBAPIError):
        book.move([(alarm_item(), LOST)], START)
    assert book.state(alarm_item().id) is AlarmState.NORMAL
    assert book.last == 0


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
    assert book.prune(minute(2)) == 2
    assert [event.alarm for event in book.events(Selection(), 0, EVER, EVER)] == ["Stations/2/Alarm"]
    assert book.position(cursor) == 3
    assert book.position(book.cursor(2)) is None
    assert book.prune(minute(2)) == 0


def test_numbers_go_on_after_everything_was_pruned(book: AlarmLog, engine: Engine) -> None:
    book.move([(alarm_item(), LOST)], START)
    book.move([(alarm_item(), GONE)], START)
    book.prune(minute(1))
    (event,) = AlarmLog(engine).move([(alarm_item(), LOST)], minute(2))
    assert event.sequence == 3


def test_a_repeated_acknowledge_of_what_never_was_is_refused(book: AlarmLog) -> None:
    assert book.acknowledge("Stations/9/Alarm", START) is False
    assert not book.knows("Stations/9/Alarm")
