"""What a connector shows, read close together, and judged by itself: rules about values that must fit each other.

Nothing but EWS is asked. A poll may come between two requests, and sums may follow what they are made of a moment
later; so what breaks a rule is read again at other moments, its items alone and one after the other, and only what
broke it each time is found wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ebo_simulator import EboClient, Point
from ebo_simulator.discovery import batches
from ebo_simulator.messages import Value
from evce_acceptance.checks.states import GOOD

ROUNDS = 4


class Shown:
    """The newest reading of each item that was read; what was not answered is not there."""

    def __init__(self, client: EboClient, ids_per_request: int) -> None:
        self._client, self._size = client, ids_per_request
        self._values: dict[str, Value] = {}
        self._first: dict[str, Value] = {}

    def read(self, points: Iterable[Point]) -> None:
        """Read items anew, in their order."""
        for ids in batches(list(dict.fromkeys(point.id for point in points)), self._size):
            for id_ in ids:
                self._values.pop(id_, None)
            self._keep({value.id: value for value in self._client.get_values(ids).values})

    def take(self, points: Iterable[Point]) -> None:
        """Take over what was read of items last, by whomever."""
        self._keep({point.id: Value(point.id, point.state, point.value) for point in points})

    def _keep(self, values: dict[str, Value]) -> None:
        self._values |= values
        self._first = values | self._first

    @property
    def at_first(self) -> Shown:
        """What was shown of each item when it was read first."""
        first = Shown(self._client, self._size)
        first._values = dict(self._first)
        return first

    def has(self, point: Point) -> bool:
        """Whether an item was answered."""
        return point.id in self._values

    def value(self, point: Point) -> str:
        """Return the value as on the wire; "" for what was not answered."""
        return self._values[point.id].value if self.has(point) else ""

    def state(self, point: Point) -> int | None:
        """Return the state by its number; None for what has none."""
        return self._values[point.id].state if self.has(point) else None

    def is_good(self, *points: Point) -> bool:
        """Whether items were all answered as Good."""
        return all(self.has(point) and self.state(point) == GOOD for point in points)

    def number(self, point: Point) -> float | None:
        """Return a value as a number, None where it is none."""
        try:
            return float(self.value(point))
        except ValueError:
            return None

    def is_true(self, point: Point) -> bool:
        """Whether a Boolean is shown as true."""
        return self.value(point) == "True"


Judge = Callable[[Shown], dict[str, str] | None]


@dataclass(frozen=True)
class Rule:
    """Some items, and what is wrong with them as they are shown: a sentence by path.

    `judge` gives None where it cannot be told, for an item is not Good or not there.
    """

    points: tuple[Point, ...]
    judge: Judge


@dataclass(frozen=True)
class Judged:
    """How many rules could be told of, and what was found wrong."""

    decided: int
    findings: dict[str, str]


def judged(shown: Shown, rules: Iterable[Rule], wait: Callable[[], None]) -> Judged:
    """Judge rules by what was read last; what breaks one is read anew, after a wait, ROUNDS times in all."""
    open_, decided = list(rules), 0
    for number in range(ROUNDS):
        if number:
            wait()
            shown.read(point for rule in open_ for point in rule.points)
        verdicts = [(rule, rule.judge(shown)) for rule in open_]
        decided += sum(verdict is not None for _, verdict in verdicts) if not number else 0
        broken = [(rule, verdict) for rule, verdict in verdicts if verdict]
        open_ = [rule for rule, _ in broken]
        if not open_:
            return Judged(decided, {})
    return Judged(decided, {path: said for _, verdict in broken for path, said in verdict.items()})
