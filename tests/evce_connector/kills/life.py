"""One victim from its start to its end by kill -9, and what it and its clients told until then."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from ebo_simulator.errors import EboError

from tests.evce_connector.kills.clients import WATCHED, Clients, client_of
from tests.evce_connector.kills.told import Told
from tests.support.joined import Document
from tests.support.kills import Stopwatch, Took

ROOT = Path(__file__).parents[3]
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

    def live(self, document: Document, log: Path, *further: str) -> Took | None:
        """Let it live and die; AssertionError with its last words when it ended by itself."""
        arguments = [json.dumps(document), str(self._told.step + 1), *further]
        command = [sys.executable, "-m", "tests.evce_connector.kills.victim", *arguments]
        self._clients.expect()
        watch = Stopwatch()
        with (
            log.open("w") as words,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, text=True, cwd=ROOT) as victim,  # noqa: S603 - our own script
        ):
            self._kill = victim.kill
            self._after(PATIENCE, victim.kill)
            try:
                address = self._served(victim)
                took = self._first_answer(address, victim.pid, watch) if address else None
                self._hear(victim)
            finally:
                victim.kill()
                self._end()
        assert self._killed.is_set(), f"{self._at} was not told in {PATIENCE} s, or it ended: {log.read_text()}"
        return took

    def _served(self, victim: subprocess.Popen[str]) -> str:
        """Wait until it serves, and return its address; empty when it was killed before."""
        assert victim.stdout
        if self._at[0] == START:
            self._told.arm(START, 1, self._strike)
        self._told.say(*victim.stdout.readline().split())
        word, _, address = victim.stdout.readline().strip().partition(" ")
        assert word == "ews" or self._killed.is_set(), "the victim did not start"
        return address

    def _first_answer(self, address: str, process: int, watch: Stopwatch) -> Took | None:
        """Ask for values as soon as it serves, and for what was subscribed; then let the clients begin."""
        try:
            with client_of(address) as client:
                values = {value.id: value.value for value in client.get_values(WATCHED).values}
                took = watch.took(process)
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

    def _hear(self, victim: subprocess.Popen[str]) -> None:
        """Take what it says until it is dead; a line that was cut was not said."""
        assert victim.stdout
        for line in victim.stdout:
            if not line.endswith("\n"):
                return
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
