"""One victim from its start to its end by kill -9, and what it and its clients told until then."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ebo_simulator.errors import EboError

from tests.evce_connector.kills.clients import WATCHED, Clients, client_of
from tests.evce_connector.kills.starting import Starter, Victim
from tests.evce_connector.kills.told import Told
from tests.support.joined import Document
from tests.support.stopwatch import Took

PATIENCE = 60.0
"""Seconds that a victim gets for what it is to be killed at."""
START = "do start"
"""What a victim says before it opens its database: who is killed then gives no answer."""


class Life:
    """A victim; `live` returns what its first answer took, when it is dead: None if it was killed before it.

    It is killed `late` s after a word was told a number of times: in the middle of what begins then.
    """

    def __init__(
        self, told: Told, clients: Clients, each_step: Callable[[int], None], at: tuple[str, int], late: float
    ) -> None:
        self._told, self._clients, self._each_step = told, clients, each_step
        self._at, self._late = at, late
        self._kill: Callable[[], None] = lambda: None
        self._killed = threading.Event()
        self._timers: list[threading.Timer] = []

    def live(self, starter: Starter, document: Document, *further: str) -> Took | None:
        """Let it live and die; AssertionError with its last words when it ended by itself."""
        self._clients.expect()
        if self._at[0] == START:
            self._told.arm(START, 1, self._strike)
        try:
            with starter.started(document, self._told.step + 1, *further) as victim:
                self._kill = victim.kill
                self._after(PATIENCE, victim.kill)
                address = self._served(victim)
                took = self._first_answer(victim, address) if address else None
                for line in victim.said:
                    self._hear(line)
        finally:
            self._end()
        assert self._killed.is_set(), f"{self._at} was not told in {PATIENCE} s, or it ended: {starter.log.read_text()}"
        return took

    def _served(self, victim: Victim) -> str:
        """Wait until it serves, and return its address; empty when it ended before."""
        for line in victim.said:
            word, _, address = line.strip().partition(" ")
            if word == "ews":
                return address
            self._hear(line)
        return ""

    def _first_answer(self, victim: Victim, address: str) -> Took | None:
        """Ask for values as soon as it serves, and for what was subscribed; then let the clients begin."""
        try:
            with client_of(address) as client:
                values = {value.id: value.value for value in client.get_values(WATCHED).values}
                took = victim.took()
                assert all(values.get(id_) for id_ in WATCHED), f"the first answer lacks values: {values}"
                self._clients.watcher.look_again(client)
        except EboError:
            if self._killed.is_set():
                return None
            raise
        if self._at[0] != START:
            self._told.arm(*self._at, self._strike)
        self._clients.start(address)
        return took

    def _hear(self, line: str) -> None:
        """Take what it says."""
        words = line.split()
        self._told.say(*words)
        if words[0] == "step":
            self._each_step(int(words[1]))

    def _strike(self) -> None:
        if self._late:
            self._after(self._late, self._strike_now)
        else:
            self._strike_now()

    def _strike_now(self) -> None:
        self._killed.set()
        self._clients.victim_dies()
        self._kill()

    def _after(self, seconds: float, do: Callable[[], None]) -> None:
        self._timers.append(threading.Timer(seconds, do))
        self._timers[-1].start()

    def _end(self) -> None:
        self._clients.victim_dies()
        self._clients.join()
        for timer in self._timers:
            timer.cancel()
            timer.join()
