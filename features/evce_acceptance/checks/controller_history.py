"""What the controller said and when: looks at its lists, from which values of any short span of time follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ebo_simulator.clock import Clock
from evce_acceptance.checks.matching import Key
from evce_acceptance.guide.oracle import Oracle, Value
from evce_acceptance.site.objects import Json, Report

LISTS = {"zone": "zones", "station": "stations", "connector": "connectors"}


class Look:
    """One look at all lists; `begun` and `ended` in s of the run's clock, `objects` by level and id."""

    def __init__(self, begun: float, ended: float, report: Report) -> None:
        self.begun, self.ended, self.oracle = begun, ended, Oracle(report)
        self.objects: dict[Key, Json] = {("site", 0): {}}
        for level, name in LISTS.items():
            self.objects |= {(level, thing["id"]): thing for thing in report[name]}
        self._values: dict[tuple[Key, str], Value] = {}

    def value(self, key: Key, formula: str) -> Value:
        """Return what a formula gives for an object of this look; computed once."""
        if (key, formula) not in self._values:
            self._values[key, formula] = self.oracle.value(formula, self.objects[key])
        return self._values[key, formula]


class ControllerHistory:
    """Looks at the controller now and then, at most every `every` s, and remembers all looks of the run."""

    def __init__(self, report: Callable[[], Report], clock: Clock, every: float) -> None:
        self._report, self._clock, self.every = report, clock, every
        self.looks: list[Look] = []

    def look(self) -> Look:
        """Ask the controller for its lists."""
        begun = self._clock.monotonic()
        report = self._report()
        self.looks.append(Look(begun, self._clock.monotonic(), report))
        return self.looks[-1]

    @property
    def last(self) -> Look:
        """The newest look."""
        return self.looks[-1] if self.looks else self.look()

    def watch_until(self, instant: float) -> None:
        """Look every `every` s until an instant of the clock has passed."""
        while (left := instant - self._clock.monotonic()) > 0:
            self._clock.wait(min(left, self.every))
            self.look()

    def between(self, since: float, until: float) -> list[Look]:
        """Return the looks of a span of time, with the one before it and the one after it."""
        first = max((n for n, look in enumerate(self.looks) if look.ended <= since), default=0)
        last = min((n for n, look in enumerate(self.looks) if look.begun >= until), default=len(self.looks) - 1)
        return self.looks[first : last + 1]


def values(looks: Iterable[Look], key: Key, formula: str) -> list[Value]:
    """Return what a formula gives for an object in each look that knows it."""
    return [look.value(key, formula) for look in looks if key in look.objects]
