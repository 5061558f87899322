"""Two ways to let the connector's processors run: stepped by the caller, or on their own threads."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Protocol

from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService

from features.driver.clocks import ThreadedClock
from features.driver.waiting import until

HAIR = 1e-6
"""Seconds that the clock moves at least, so that no rounding keeps a thread waiting for ever."""


class Runner(Protocol):
    """Starts processors, and lets time pass for them."""

    def start(self) -> None:
        """Start the whole connector: server, set-up and polls."""

    def start_polling(self) -> None:
        """Start EvceProcessor alone."""

    def advance(self, seconds: float) -> None:
        """Let time pass; returns when everything that fell due is done."""

    def stop(self) -> None:
        """Stop everything and give back threads, sockets and files."""


class Stepped:
    """No thread and no socket: the caller's own thread does what falls due, in order."""

    def __init__(self, service: ConnectorService, clock: ManualClock) -> None:
        self._service, self._clock = service, clock
        self._client = service.make_client()
        self._due: dict[Callable[[], float], float] = {}

    def start(self) -> None:
        """Set up, then poll and log."""
        self._service.set_up()
        self._due[self._service.logs_processor.cycle] = self._clock.monotonic()
        self.start_polling()

    def start_polling(self) -> None:
        """Poll now, and again whenever the processor says."""
        self._due = {self._poll: self._clock.monotonic(), **self._due}
        self.advance(0)

    def _poll(self) -> float:
        return self._service.status_processor.cycle(self._client)

    def advance(self, seconds: float) -> None:
        """Go from one due poll or log to the next until the seconds have passed; then the steps have their turn."""
        end = self._clock.monotonic() + seconds
        while self._due and min(self._due.values()) <= end:
            cycle = min(self._due, key=lambda due: self._due[due])
            self._clock.advance(max(0.0, self._due[cycle] - self._clock.monotonic()))
            started = self._clock.monotonic()
            self._due[cycle] = max(started + cycle(), self._clock.monotonic())
        self._clock.advance(max(0.0, end - self._clock.monotonic()))
        self._service.step()

    def stop(self) -> None:
        """Close what a service holds that was never started."""
        self._client.close()
        self._service.stop()


class Threaded:
    """The connector as it runs on site: its own threads and sockets, on a clock that the caller moves."""

    def __init__(self, service: ConnectorService, clock: ThreadedClock) -> None:
        self._service, self._clock = service, clock
        clock.late.update(self._late())

    def _late(self) -> set[threading.Thread]:
        """Return the threads that have a turn each second: the steps', and the one that starts what is due."""
        return {self._service.processors.thread, *(step.thread for step in self._service.steps)}

    def start(self) -> None:
        """Start the service, and let it come through set-up and its first poll."""
        self._service.start()
        self._settle()
        if self._service.items.index is not None and self._service.items.age() is None:
            self.advance(1.0)

    def start_polling(self) -> None:
        """Start EvceProcessor on a thread."""
        self._service.processors.open()
        self._service.processors.start("EVCE Processor")
        for step in self._service.steps:
            step.start()
        self._settle()

    def advance(self, seconds: float) -> None:
        """Move the clock to one instant after another at which something is due, and let all threads finish in between.

        Those that have a turn each second would have it moved second by second; they have it at the end, and are waited
        for, and the one that starts processors also when one is due.
        """
        end = self._clock.until = self._clock.monotonic() + seconds
        self._settle()
        while self._clock.monotonic() + (wait := self._next()) <= end:
            self._clock.advance(max(HAIR, wait))
            if self._service.processors.until_due() <= 0:
                self._clock.call(self._service.processors.thread)
            self._settle()
        self._clock.advance(max(0.0, end - self._clock.monotonic()))
        self._settle()

    def _next(self) -> float:
        """Return the seconds until a processor, or an answer to one, need not wait any longer, or is due."""
        processors = self._service.processors
        due = [processors.until_due()] if processors.thread.is_alive() else []
        return min(self._waits()[0] + due, default=math.inf)

    def _settle(self) -> None:
        """Wait until every thread waits on the clock, itself or for an answer that does."""
        until(self._is_settled, "the processors and the steps come to rest")

    def _waits(self) -> tuple[list[float], list[float]]:
        """Return the seconds that processors have to wait, or answers to them, and those of threads that are late."""
        late = {thread.ident for thread in self._clock.late}
        waits = self._clock.waits().items()
        return [s for thread, s in waits if thread not in late], [s for thread, s in waits if thread in late]

    def _is_settled(self) -> bool:
        """Say whether all that runs waits; what began to run between two looks would be missed by one."""
        alive, waits = self._alive(), self._waits()
        return alive == self._alive() and all(
            len(some) == count and all(wait > 0 for wait in some) for some, count in zip(waits, alive, strict=True)
        )

    def _alive(self) -> tuple[int, int]:
        """Count the runs of processors that have begun, and the threads that are late."""
        return self._service.processors.busy(), sum(one.is_alive() for one in self._clock.late)

    def stop(self) -> None:
        """Stop threads and sockets, and see that none is left."""
        self._service.stop()
        threads = set(self._clock.late)
        self._clock.late.difference_update(self._late())
        assert not any(thread.is_alive() for thread in threads), "a processor's thread did not end"
