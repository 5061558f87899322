"""Reads come from memory: no database, no poll and no step of the clock holds them up, and they know the age now."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evce_connector.evce.reader import SiteReader
from evce_connector.ews.settings import Role, User
from evce_connector.persistence.alarm_log import AlarmState
from evce_connector.site.values import State
from sqlalchemy import event

from features.driver.wsgi import WsgiAdapter
from tests.evce_connector.ews.conftest import Wire, ids
from tests.evce_connector.ews.operations.test_subscribing import Follower
from tests.evce_connector.writes.conftest import Desk, ready
from tests.support.joined import EWS_PASSWORD, USER

SOON = 0.25
"""Longest time in s that a read may take."""
POWER, REDUCTION = "Zones/1/ZoneOverallActivePowerTotal", "Zones/1/ZoneReduction"
AGE, CURTAILED = "Interface/PollAge", "Interface/Zones/1/ConfirmedReduction"
GOOD, UNCERTAIN, OFFLINE = (str(int(state)) for state in (State.GOOD, State.UNCERTAIN, State.OFFLINE))


@pytest.fixture
def reduced(open_desk: Callable[..., Desk]) -> Desk:
    """Open a site with a reduction that the load does not follow: an alarm after 40 s."""
    desk = ready(open_desk(follow_seconds=40))
    desk.write((REDUCTION, 80.0), ("Zones/1/ZoneValidity", datetime(2026, 1, 1, 1, tzinfo=UTC)))
    desk.model.set_connector(1, activePower=[10.0] * 3)
    desk.poll()
    return desk


@pytest.fixture
def wire(reduced: Desk) -> Wire:
    wire = Wire(reduced.service.ews, User(USER, EWS_PASSWORD, Role.WRITER))
    wire.session.mount("http://", WsgiAdapter(reduced.service.ews.wsgi))  # its address has no port yet
    return wire


def read(wire: Wire, *names: str) -> list[tuple[str, str]]:
    """Read values and states."""
    rows = wire.ask("GetValues", ids("GetValuesIds", *names)).rows("ValueItem")
    return [(row["Value"], row["State"]) for row in rows]


def time_of(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextmanager
def locked(desk: Desk) -> Iterator[None]:
    """Lock the database from beside, as a copy of it or a stuck process would."""
    with closing(sqlite3.connect(Path(str(desk.service.stores.engine.url.database)))) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


def note_inserts(desk: Desk) -> threading.Event:
    """Return what is set as soon as something is about to be added to the database."""
    begun = threading.Event()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT"):
            begun.set()

    event.listen(desk.service.stores.engine, "before_cursor_execute", note)
    return begun


@contextmanager
def held_by_another_thread(lock: threading.RLock) -> Iterator[None]:  # type: ignore[valid-type]
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:  # type: ignore[attr-defined]
            held.set()
            release.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    try:
        yield
    finally:
        release.set()
        thread.join()


@pytest.mark.parametrize(
    "operation", ["GetValues", "GetItems", "GetContainerItems", "GetHierarchicalInformation", "GetAlarmEventTypes"]
)
def test_while_the_database_is_locked_reads_are_answered_although_an_alarm_is_due(
    reduced: Desk, wire: Wire, operation: str
) -> None:
    ids_tag = f"{operation}Ids"
    content = {
        "GetHierarchicalInformation": f"<GetHierarchicalInformationId>{POWER}</GetHierarchicalInformationId>",
        "GetContainerItems": ids(ids_tag, "Zones/1"),
        "GetAlarmEventTypes": "",
    }.get(operation, ids(ids_tag, POWER, AGE, CURTAILED))
    wire.ask(operation, content)
    reduced.clock.advance(41)
    with locked(reduced):
        assert time_of(lambda: wire.ask(operation, content)) < SOON


def test_while_a_step_hangs_in_the_database_reads_are_answered_and_the_alarm_moves_afterwards(
    reduced: Desk, wire: Wire
) -> None:
    hanging = note_inserts(reduced)
    read(wire, POWER)
    reduced.clock.advance(41)
    thread = threading.Thread(target=reduced.service.step)
    with locked(reduced):
        thread.start()
        assert hanging.wait(10)
        assert time_of(lambda: read(wire, POWER, AGE, CURTAILED)) < SOON
        assert thread.is_alive()
    thread.join()
    assert reduced.alarm() is AlarmState.ACTIVE


def test_while_a_step_hangs_in_the_database_values_of_the_zone_go_on(reduced: Desk, wire: Wire) -> None:
    reduced.clock.advance(41)
    with locked(reduced):
        follow = threading.Thread(target=reduced.service.steps[1].turn)
        follow.start()
        reduced.clock.advance(60)
        assert time_of(reduced.service.steps[0].turn) < SOON
        assert read(wire, "Interface/Zones/1/ReductionMinutesLeft") == [("59", OFFLINE)]
    follow.join()


def test_while_a_step_hangs_in_the_database_a_poll_shows_its_values_at_once(reduced: Desk, wire: Wire) -> None:
    hanging = note_inserts(reduced)
    reduced.clock.advance(41)
    reduced.model.set_connector(1, activePower=[9.0] * 3)
    with reduced.service.make_client() as client:
        site = SiteReader(reduced.service.profile).read(client.fetch())
    step = threading.Thread(target=reduced.service.step)
    with locked(reduced):
        step.start()
        assert hanging.wait(10)
        assert time_of(lambda: reduced.service.items.poll(site)) < SOON
        assert time_of(lambda: reduced.service.context.station_alarms.follow(site)) < SOON
        assert read(wire, POWER, "Interface/Zones/1/MeasuredPower") == [("27.0", GOOD)] * 2
        assert step.is_alive()
    step.join()
    assert reduced.alarm() is AlarmState.ACTIVE


def test_what_a_confirmed_write_makes_others_do_holds_up_no_poll(reduced: Desk) -> None:
    lock, free = reduced.service.items.lock, []

    def take_lock() -> None:
        free.append(lock.acquire(timeout=1))
        lock.release()

    def look() -> None:
        poll = threading.Thread(target=take_lock)
        poll.start()
        poll.join()

    reduced.service.items.changed = look
    assert [result.success for result in reduced.write((REDUCTION, 50.0))] == [True]
    assert free == [True]


def test_while_another_thread_holds_the_items_a_read_is_answered(reduced: Desk, wire: Wire) -> None:
    reduced.clock.advance(46)
    with held_by_another_thread(reduced.service.items.lock):
        assert time_of(lambda: read(wire, POWER, AGE, CURTAILED)) < SOON
        assert read(wire, POWER) == [("30.0", UNCERTAIN)]


def test_a_read_between_a_boundary_and_the_step_shows_the_state_by_the_age_now(reduced: Desk, wire: Wire) -> None:
    seen = []
    for seconds in (0, 45, 0.001, 14.999, 0.001):
        reduced.clock.advance(seconds)
        seen.append([state for _, state in read(wire, POWER, CURTAILED, "Zones/1/ZoneType")])
    assert seen == [[GOOD] * 3, [GOOD] * 3, [UNCERTAIN, UNCERTAIN, GOOD], [UNCERTAIN, UNCERTAIN, GOOD],
                    [OFFLINE, OFFLINE, GOOD]]  # fmt: skip


def test_a_read_between_the_step_and_what_follows_it_shows_no_better_state(reduced: Desk, wire: Wire) -> None:
    reduced.clock.advance(46)
    reduced.service.items.apply_staleness()
    assert [state for _, state in read(wire, POWER, CURTAILED)] == [UNCERTAIN, UNCERTAIN]


def test_what_a_read_computed_is_kept_for_no_later_read(reduced: Desk, wire: Wire) -> None:
    read(wire, POWER)
    reduced.clock.advance(46)
    read(wire, POWER)
    reduced.service.poll()
    assert read(wire, POWER) == [("30.0", GOOD)]


def test_the_age_of_the_last_poll_is_that_of_the_read(reduced: Desk, wire: Wire) -> None:
    seen = []
    for seconds in (0, 0.9, 0.1, 6, 100):
        reduced.clock.advance(seconds)
        seen.append(read(wire, POWER, AGE)[1])
    assert seen == [(age, GOOD) for age in ("0", "0", "1", "7", "107")]


def test_subscribers_hear_of_ages_and_states_by_the_step_alone(reduced: Desk, wire: Wire) -> None:
    follower = Follower(wire, 0, POWER, AGE, CURTAILED)
    follower.ask()
    heard = []
    for seconds in (45, 0.5, 14.5, 0.5):
        reduced.clock.advance(seconds)
        reduced.service.step()
        heard.append([(row["Id"], row["State"]) for row in follower.ask().rows("Event")])
    assert heard == [
        [(AGE, GOOD)],
        [(POWER, UNCERTAIN), (CURTAILED, UNCERTAIN)],
        [(AGE, GOOD)],
        [(POWER, OFFLINE), (CURTAILED, OFFLINE)],
    ]


def test_a_notification_between_a_boundary_and_the_step_brings_the_state_by_the_age_now(
    reduced: Desk, wire: Wire
) -> None:
    reduced.clock.advance(46)
    events = Follower(wire, 0, POWER, CURTAILED).ask().rows("Event")
    assert [row["State"] for row in events] == [UNCERTAIN, UNCERTAIN]


def test_steps_are_due_each_second_and_just_after_each_boundary(reduced: Desk) -> None:
    items, clock = reduced.service.items, reduced.clock
    began, moved = clock.monotonic(), []
    while items.staleness.shown is not State.OFFLINE:
        shown = items.staleness.shown
        clock.advance(items.staleness.until_due())
        items.apply_staleness()
        if items.staleness.shown is not shown:
            moved.append(clock.monotonic() - began)
    assert moved == [pytest.approx(45.001, abs=0.0005), pytest.approx(60.001, abs=0.0005)]
