"""Staleness: how old the last good poll is, and what that makes of live values (design: states follow the age)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from evce_connector.clock import Clock
from evce_connector.points.tree import ValueItem
from evce_connector.site.datapoint import DataPoint
from evce_connector.site.values import EMPTY, State, Value

UNCERTAIN_AFTER, OFFLINE_AFTER = 2, 4
"""Intervals without a good poll; the time-out is added to the first."""
RESTART_GRACE = 15 * 60.0
"""Age in s up to which values from before a restart are Uncertain rather than Offline."""
_SECOND, _JUST_AFTER = 1.0, 0.001
"""Between two looks at the age, and what is waited beyond a boundary: values are stale when they are *older*; in s."""


@dataclass(frozen=True)
class Ages:
    """When live items lose their certainty, as ages of the last good poll in s."""

    uncertain: float
    offline: float

    @classmethod
    def of(cls, interval: float, timeout: float) -> Ages:
        """Return the ages (docs/decisions.md): older than 2 intervals + the time-out, older than 4 intervals."""
        uncertain = UNCERTAIN_AFTER * interval + timeout
        return cls(uncertain, max(uncertain, OFFLINE_AFTER * interval))


class _LastPoll(NamedTuple):
    """When the last good poll was (monotonic s), and whether that was before this start."""

    at: float
    restored: bool


class Staleness:
    """What the age of the last good poll makes of live values at any moment; asked by readers, who wait for nobody.

    `shown` is the state by age that the items of the tree show already; who moves them sets it when all are moved.
    """

    def __init__(self, clock: Clock, ages: Ages) -> None:
        self._clock, self._ages = clock, ages
        self._last: _LastPoll | None = None
        self.shown = State.OFFLINE

    @property
    def offline_after(self) -> float:
        """Age of the last good poll in s after which live values are Offline."""
        return self._ages.offline

    def note_poll(self, age: float) -> None:
        """Take note of a good poll, `age` s ago; a positive age is one from before a restart."""
        self._last = _LastPoll(self._clock.monotonic() - age, age > 0)

    def age(self) -> float | None:
        """Return the age of the last good poll in s, or None before the first ever."""
        last = self._last
        return None if last is None else self._clock.monotonic() - last.at

    def state(self) -> State:
        """Return what the age makes of live values at this moment."""
        last = self._last
        if last is None:
            return State.OFFLINE
        age = self._clock.monotonic() - last.at
        if last.restored:
            return State.UNCERTAIN if age <= RESTART_GRACE else State.OFFLINE
        if age > self._ages.offline:
            return State.OFFLINE
        return State.UNCERTAIN if age > self._ages.uncertain else State.GOOD

    def beyond_shown(self) -> State:
        """Return what a reader has to add to live items: Good, unless an age has passed that they do not show yet."""
        state = self.state()
        return State.GOOD if state is self.shown else state

    def until_due(self) -> float:
        """Return s until what follows from the age changes: with each whole second, and where a state does."""
        last = self._last
        if last is None:
            return _SECOND
        age = self._clock.monotonic() - last.at
        boundaries = (RESTART_GRACE,) if last.restored else (self._ages.uncertain, self._ages.offline)
        waits = [boundary - age + _JUST_AFTER for boundary in boundaries if boundary >= age]
        return min([_SECOND - age % _SECOND, *waits])


class PollAgeItem(ValueItem):
    """The item PollAge: its value is the age of the last good poll in whole s at the moment that it is read.

    `given` is what it was given last, by which subscribers hear of it: the value before the first poll.
    """

    __slots__ = ("_staleness", "given")

    def __init__(self, id_: str, point: DataPoint, staleness: Staleness) -> None:
        self._staleness = staleness
        super().__init__(id_, point, point.unit, EMPTY[point.type], State.UNCERTAIN)

    @property
    def value(self) -> Value:
        """The age now, in whole seconds."""
        age = self._staleness.age()
        return self.given if age is None else int(age)

    @value.setter
    def value(self, value: Value) -> None:
        self.given = value

    @property
    def fragment(self) -> bytes | None:
        """None: its XML is not kept, since the next read may show another age."""
        return None

    @fragment.setter
    def fragment(self, fragment: bytes | None) -> None:
        del fragment
