"""Clients that guess a password, as a child: many connections, each with the next guess as soon as one is answered."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from http.client import HTTPException

from load.driver import EwsDriver
from load.messages import get_values
from load.processes import serve

PATIENCE = 20.0


class Guessing:
    """What a test can ask for."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._statuses: Counter[int] = Counter()
        self._threads: list[threading.Thread] = []
        self._guesses = itertools.count()

    def begin(self, address: str, user: str, source: str, connections: int) -> int:
        """Guess from now on."""
        self._threads = [threading.Thread(target=self._guess, args=(address, user, source)) for _ in range(connections)]
        for thread in self._threads:
            thread.start()
        return 0

    def _guess(self, address: str, user: str, source: str) -> None:
        while not self._stop.is_set():
            password = f"guess {next(self._guesses)}"
            try:
                with EwsDriver(address, user, password, PATIENCE, source=source) as driver:
                    self._statuses[driver.send(get_values(["x"])).status] += 1
            except (OSError, HTTPException):
                self._statuses[0] += 1

    def end(self) -> dict[int, int]:
        """Stop; returns how often which status ended a guess, 0 for a connection that was closed."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return dict(self._statuses)


if __name__ == "__main__":
    guessing = Guessing()
    serve({}, {"begin": guessing.begin, "end": guessing.end})
