"""What counts as alive: threads that must not end, and turns that must not hang."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.liveness import Liveness
from evce_connector.host.step import Step

from features.driver.waiting import until

LOG = logging.getLogger("evce_connector")


class Held:
    """A step whose turn lasts until it is let go."""

    def __init__(self, clock: ManualClock, longest: float) -> None:
        self.go, self._holds = threading.Event(), threading.Event()
        self.step = Step("Held", self._turn, clock, LOG, longest=longest)
        self.step.start()
        assert self._holds.wait(20)

    def _turn(self) -> None:
        self._holds.set()
        self.go.wait(20)

    def end(self) -> None:
        self.go.set()
        self.step.end()
        self.step.join()


@pytest.fixture
def held(clock: ManualClock) -> Iterator[Held]:
    one = Held(clock, longest=60)
    yield one
    one.end()


def test_a_turn_that_takes_longer_than_it_may_hangs(held: Held, clock: ManualClock) -> None:
    liveness = Liveness([held.step], list)
    clock.advance(60)
    before = liveness.dead()
    clock.advance(1)
    assert (before, liveness.dead()) == ([], ["Held hangs for 61 s."])


def test_a_turn_that_has_ended_hangs_no_more(held: Held, clock: ManualClock) -> None:
    clock.advance(61)
    held.go.set()
    until(lambda: not Liveness([held.step], list).dead())


def test_a_turn_that_waits_for_a_database_may_take_as_long_as_it_likes(clock: ManualClock) -> None:
    held = Held(clock, longest=float("inf"))
    clock.advance(3600)
    dead = Liveness([held.step], list).dead()
    held.end()
    assert dead == []


def test_a_thread_that_has_ended_by_itself_is_named() -> None:
    thread = threading.Thread(target=lambda: None, name="EvceProcessor")
    thread.start()
    thread.join()
    assert Liveness([], lambda: [thread]).dead() == ["The thread EvceProcessor has ended by an error of its own."]


def test_a_thread_that_is_not_started_or_not_wanted_is_no_death() -> None:
    assert Liveness([], lambda: [threading.Thread(), None]).dead() == []
