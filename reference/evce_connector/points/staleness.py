"""Staleness: how old the last good poll is, and what that makes of values (docs/decisions.md, States)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from evce_connector.clock import Clock
from evce_connector.points.tree import FRESH, AgeStates, ValueItem
from evce_connector.site.datapoint import DataPoint
from evce_connector.site.values import EMPTY, State, Value

UNCERTAIN_AFTER, OFFLINE_AFTER = 2, 4
"""Intervals without a good poll; the time-out is added to the first."""
PLAIN_AFTER = 3600.0
"""Age in s above which plain items that change by themselves are Uncertain, unless configured otherwise."""
RESTART_GRACE = 15 * 60.0
"""Age in s up to which values from before a restart are Uncertain rather than Offline."""
_SECOND, _JUST_AFTER = 1.0, 0.001
"""Between two looks at the age, and what is waited beyond a boundary: values are stale when they are *older*; in s."""


@dataclass(frozen=True)
class Ages:
    """When items lose their certainty, as ages of what was last read, in s.

    Live ones are Uncertain and then Offline; plain ones that change by themselves are Uncertain after `plain`.

    >>> Ages.of(interval=15, timeout=15)
    Ages(uncertain=45, offline=60, plain=3600.0)
    """

    uncertain: float
    offline: float
    plain: float = PLAIN_AFTER

    @classmethod
    def of(cls, interval: float, timeout: float, plain: float = PLAIN_AFTER) -> Ages:
        """Return the ages (docs/decisions.md): older than 2 intervals + the time-out, older than 4 intervals; in s."""
        uncertain = UNCERTAIN_AFTER * interval + timeout
        return cls(uncertain, max(uncertain, OFFLINE_AFTER * interval), plain)


class _LastPoll(NamedTuple):
    """When the last good poll was (monotonic s), and whether that was before this start."""

    at: float
    restored: bool


class Staleness:
    """What the age of the last good poll makes of live values at any moment; asked by readers, who wait for nobody.

    `shown` and `plain_shown` are the states by age that the live and the plain items of the tree show already; who
    moves them sets these when all are moved.
    """

    def __init__(self, clock: Clock, ages: Ages) -> None:
        self._clock, self._ages = clock, ages
        self._last: _LastPoll | None = None
        self._read_at: float | None = None
        self.shown, self.plain_shown = State.OFFLINE, State.GOOD

    @property
    def offline_after(self) -> float:
        """Age of the last good poll in s after which live values are Offline."""
        return self._ages.offline

    def note_poll(self, age: float) -> None:
        """Take note of a good poll, `age` s ago; a positive age is one from before a restart."""
        self._last = _LastPoll(self._clock.monotonic() - age, age > 0)
        self._read_at = self._last.at

    def note_set_up(self, age: float) -> None:
        """Take note of a set-up, `age` s ago: it reads plain items, and no live ones."""
        self._read_at = self._clock.monotonic() - age

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

    def plain_state(self) -> State:
        """Return what the age of what was last read makes of plain items that change by themselves."""
        read_at = self._read_at
        old = read_at is not None and self._clock.monotonic() - read_at > self._ages.plain
        return State.UNCERTAIN if old else State.GOOD

    def beyond_shown(self) -> AgeStates:
        """Return what a reader has to add to items: FRESH, unless an age has passed that they do not show yet."""
        live, plain = self.state(), self.plain_state()
        if live is self.shown and plain is self.plain_shown:
            return FRESH
        return AgeStates(State.GOOD if live is self.shown else live, State.GOOD if plain is self.plain_shown else plain)

    def until_due(self) -> float:
        """Return s until what follows from the age changes: with each whole second, and where a state does."""
        last, read_at, now = self._last, self._read_at, self._clock.monotonic()
        boundaries = [read_at + self._ages.plain] if read_at is not None else []
        if last is not None:
            ages = (RESTART_GRACE,) if last.restored else (self._ages.uncertain, self._ages.offline)
            boundaries += [last.at + age for age in ages]
        waits = [boundary - now + _JUST_AFTER for boundary in boundaries if boundary >= now]
        return min([_SECOND - (now - last.at) % _SECOND if last else _SECOND, *waits])


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
