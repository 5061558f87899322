"""How far a run is, for who waits: the number of the check, how many there are, and about how long it takes still."""

from __future__ import annotations

from collections.abc import Callable

from ebo_simulator.clock import Clock

ENOUGH = 0.1
"""Part of the checks after which the rest can be estimated: the first ones read the whole tree."""


def say_nothing(_: str) -> None:
    """Show nobody anything."""


class Progress:
    """Shows a line again and again: `13 of 124, about 2 min left: Every zone holds the data points of the guide`.

    `detail` is what a long check is at.
    """

    def __init__(self, clock: Clock, show: Callable[[str], None] = say_nothing) -> None:
        self._clock, self._show = clock, show
        self._began = clock.monotonic()
        self._name = ""
        self.done = self.total = 0

    def begin(self, total: int) -> None:
        """Begin with so many checks."""
        self.total, self.done, self._began = total, 0, self._clock.monotonic()

    def next(self, name: str) -> None:
        """Come to a check."""
        self._name = name
        self._show(self._line(name))

    def detail(self, text: str) -> None:
        """Say what the present check is at."""
        self._show(self._line(f"{self._name}: {text}" if self._name else text))

    def end(self) -> str:
        """Have one check done; returns which of how many it was."""
        self.done += 1
        return f"{self.done} of {self.total}"

    def _line(self, text: str) -> str:
        if not self.total:
            return text
        return f"{min(self.done + 1, self.total)} of {self.total}{self._left()}: {text}"

    def _left(self) -> str:
        if self.done < ENOUGH * self.total:
            return ""
        seconds = (self._clock.monotonic() - self._began) / self.done * (self.total - self.done)
        return f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {seconds:.0f} s left"
