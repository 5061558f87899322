"""The clients of a running connector: made for whoever asks the controller, and cut when the connector ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar
from weakref import WeakSet

from evce_connector.clock import Clock
from evce_connector.evce.apis import Api, api_of
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.numbers import HeldNumbers, KeepsNumbers
from evce_connector.evce.profile import Profile
from evce_connector.evce.watch import Watch

GRACE = 1.5
"""Seconds from the order to end until what still waits for the controller is cut: an end takes less than 3 s."""


class Cuttable(Protocol):
    """What asks a controller, and can be told to wait no longer, from any thread."""

    def cut(self) -> None:
        """Let no request wait any longer."""
        ...


Asks = TypeVar("Asks", bound=Cuttable)


class Clients:
    """Makes clients of one controller, each by the options of its time, and cuts all of them at once."""

    def __init__(
        self,
        options: Callable[[], EvceOptions],
        profile: Profile,
        network_clock: Clock,
        numbers: Callable[[], KeepsNumbers] | None = None,
        watch: Watch | None = None,
    ) -> None:
        """Make it; `numbers` returns those of the database that is open when a client is made.

        `watch` is told of each request of all clients.
        """
        self._watch = watch or Watch()
        self._options, self._profile, self._network_clock = options, profile, network_clock
        held = HeldNumbers()
        self._numbers = numbers or (lambda: held)
        self._made: WeakSet[Cuttable] = WeakSet()
        self._lock = threading.Lock()
        self._are_cut = False
        self._shared: tuple[KeepsNumbers, str, Api] | None = None

    def make(self) -> EvceClient:
        """Make a client; one that is made after the cut asks nothing any more."""
        options = self._options()
        numbers, api = self._api(options.login)
        return self.take_in(EvceClient(options, self._profile, self._network_clock, numbers, api, self._watch))

    def _api(self, login: str) -> tuple[KeepsNumbers, Api]:
        """Return the API that all clients share, and the numbers that it goes by."""
        numbers = self._numbers()
        with self._lock:
            if self._shared is None or self._shared[0] is not numbers or self._shared[1] != login:
                self._shared = numbers, login, api_of(self._profile, numbers, login)
            return numbers, self._shared[2]

    def take_in(self, made: Asks) -> Asks:
        """Take in what asks this or another controller, so that it is cut with the others."""
        with self._lock:
            self._made.add(made)
            if self._are_cut:
                made.cut()
        return made

    def cut(self) -> None:
        """Let nobody wait for the controller any longer."""
        with self._lock:
            self._are_cut = True
            for client in self._made:
                client.cut()

    @contextmanager
    def cut_after(self, seconds: float = GRACE) -> Iterator[None]:
        """Let what has begun come to its end inside, and cut it when that takes longer than so many seconds."""
        timer = threading.Timer(seconds, self.cut)
        timer.name, timer.daemon = "clients-end", True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
