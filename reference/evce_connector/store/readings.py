"""What one object shows after a poll: the values of its data points, and a state for each.

The rules of states are the design's: a live item is Offline while its station is not connected or is gone, Uncertain
while its object cannot be read; a sum is Uncertain when part of it is not Good and Offline when all of it is Offline;
where the guide does not cover what is reported the value is a fallback and Uncertain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from evce_connector.catalogue import PARTS, points_of
from evce_connector.datapoint import Count, DataPoint, Kept, Level, Sum, UpdatedBy
from evce_connector.formulas import state_of_sum
from evce_connector.values import State, Value, ValueType

Objects = int
"""How many objects of a level stand below; see Counts."""
Counts = dict[Level, int]
"""How many objects of each level stand below one in the tree."""


@dataclass(slots=True)
class Reading:
    """Values and states of one object's data points, in the order of its plan."""

    values: list[Value]
    states: list[State]
    good: bool = False
    """Whether all states are known to be Good: sums of such readings need not look at each."""


class Plan:
    """How the data points of a level are read: made once from the catalogue, used for every object of the level.

    `polled` leaves out what only set-up writes.
    """

    def __init__(self, level: Level, *, polled: bool) -> None:
        self.points = tuple(point for point in points_of(level) if not (polled and point.updated_by is UpdatedBy.SETUP))
        self._readers: list[tuple[int, Callable[[Any], Value]]] = []
        self._sums: list[tuple[int, int, Callable[[Sequence[Any]], Value]]] = []
        self._counts: list[tuple[int, Level]] = []
        self._certain = [(index, point.certain) for index, point in enumerate(self.points) if point.certain]
        self._live = [point.live for point in self.points]
        below = Plan(PARTS[level], polled=polled).points if level in PARTS else ()
        for index, point in enumerate(self.points):
            self._add(index, point, below)

    def _add(self, index: int, point: DataPoint, below: Sequence[DataPoint]) -> None:
        source = point.source
        if isinstance(source, Sum):
            part = next(position for position, other in enumerate(below) if other.name == source.part)
            self._sums.append((index, part, fsum if point.type is ValueType.DOUBLE else sum))
        elif isinstance(source, Count):
            self._counts.append((index, source.level))
        elif not isinstance(source, Kept):
            self._readers.append((index, source.reader()))

    def read(
        self,
        model: Any,  # noqa: ANN401 - a zone, station or connector, as the level says; None for the site itself
        states: tuple[State, State],
        parts: Sequence[tuple[Reading, bool]],
        counts: Counts,
    ) -> Reading:
        """Read one object.

        `states` are those of its plain and of its live items by themselves; `parts` are the readings of what it is
        made of, each with whether the controller still reports it: what is gone has a state, and adds nothing.
        """
        plain, live = states
        values: list[Value] = [0] * len(self.points)
        of_items = [plain] * len(values) if plain is live else [live if is_live else plain for is_live in self._live]
        for index, reader in self._readers:
            values[index] = reader(model)
        for index, level in self._counts:
            values[index] = counts.get(level, 0)
        for index, certain in self._certain:
            if not certain(model):
                of_items[index] = max(of_items[index], State.UNCERTAIN)
        good = all(reading.good for reading, _ in parts)
        present_values = [reading.values for reading, present in parts if present]
        for index, part, total in self._sums:
            values[index] = total([of_part[part] for of_part in present_values])
            if not good and of_items[index] is not State.OFFLINE:
                state = state_of_sum(reading.states[part] for reading, _ in parts)
                of_items[index] = max(of_items[index], state)
        return Reading(values, of_items, not any(of_items))


SETUP_PLANS = {level: Plan(level, polled=False) for level in Level}
"""Every data point of a level."""
POLL_PLANS = {level: Plan(level, polled=True) for level in Level}
"""The data points of a level that polls write."""
