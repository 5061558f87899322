"""What one object shows after a poll: the values of its data points, and a state for each.

States (docs/decisions.md): a live item is Offline while its station is not connected or is gone, and any is Uncertain
while a field that it needs cannot be read; a sum is Uncertain when part of it is not Good or has no place in the tree,
and Offline when all of it is Offline; where the guide does not cover what is reported the value is a fallback and
Uncertain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum
from typing import Any

from evce_connector.site.catalogue import PARTS, adds_up, points_of
from evce_connector.site.datapoint import Count, DataPoint, Kept, Level, Phase, Read, Sum, UpdatedBy, read_together
from evce_connector.site.formulas import state_of_sum
from evce_connector.site.values import EMPTY, State, Value, ValueType

Objects = int
"""How many objects of a level stand below; see Counts."""
Counts = dict[Level, int]
"""How many objects of each level stand below one in the tree."""


@dataclass(slots=True)
class EvaluatedPoints:
    """Values and states of one object's data points, in the order of its plan."""

    values: list[Value]
    states: list[State]
    good: bool = False
    """Whether all states are known to be Good: sums over such parts need not look at each."""


class EvaluationPlan:
    """How the data points of a level are evaluated: made once from the catalogue, used for every object of the level.

    `polled` leaves out what only set-up writes; `live` tells of each whether the last poll's age decides.
    """

    def __init__(self, level: Level, *, polled: bool) -> None:
        self.points = tuple(point for point in points_of(level) if not (polled and point.updated_by is UpdatedBy.SETUP))
        self._sums: list[tuple[int, int, Callable[[Iterable[Any]], Value]]] = []
        self._counts: list[tuple[int, Level]] = []
        self._certain = [(index, point.certain) for index, point in enumerate(self.points) if point.certain]
        self._adds_up = [(index, levels) for index, point in enumerate(self.points) if (levels := adds_up(point))]
        self.live = [point.live for point in self.points]
        self._below = EvaluationPlan(PARTS[level], polled=polled).points if level in PARTS else ()
        read: list[tuple[int, Read]] = []
        for index, point in enumerate(self.points):
            if isinstance(point.source, Sum):
                self._add_sum(index, point, point.source)
            elif isinstance(point.source, Count):
                self._counts.append((index, point.source.level))
            elif not isinstance(point.source, Kept):
                read.append((index, point.source))
        self._readers = list(_grouped(read))

    def _add_sum(self, index: int, point: DataPoint, source: Sum) -> None:
        part = next(position for position, other in enumerate(self._below) if other.name == source.part)
        self._sums.append((index, part, fsum if point.type is ValueType.DOUBLE else sum))

    def evaluate(
        self,
        model: Any,  # noqa: ANN401 - a zone, station or connector, as the level says; None for the site itself
        states: tuple[State, State],
        parts: Sequence[tuple[EvaluatedPoints, bool]],
        counts: Counts,
        left_out: Collection[Level] = (),
    ) -> EvaluatedPoints:
        """Evaluate one object.

        `states` are those of its plain and of its live items by themselves; `parts` is what was evaluated of what it is
        made of, each with whether the controller still reports it: what is gone has a state, and adds nothing.
        `left_out` are the levels of which something below has no place in the tree.
        """
        plain, live = states
        values: list[Value] = [0] * len(self.points)
        of_items = [plain] * len(values) if plain is live else [live if is_live else plain for is_live in self.live]
        for place, reader in self._readers:
            values[place] = reader(model)
        for index, level in self._counts:
            values[index] = counts.get(level, 0)
        for index, certain in self._certain:
            if not certain(model):
                of_items[index] = max(of_items[index], State.UNCERTAIN)
        if model is not None and model.missing:
            self._mark_missing(model, values, of_items)
        if self._sums:
            self._add_up(values, of_items, parts)
        if left_out:
            for index, levels in self._adds_up:
                if not levels.isdisjoint(left_out):
                    of_items[index] = max(of_items[index], State.UNCERTAIN)
        return EvaluatedPoints(values, of_items, not any(of_items))

    def _mark_missing(self, model: Any, values: list[Value], of_items: list[State]) -> None:  # noqa: ANN401 - as above
        """Make Uncertain what needs a field that cannot be read; what never could be is empty."""
        for index, point in enumerate(self.points):
            if not model.missing.isdisjoint(point.needs(model)):
                of_items[index] = max(of_items[index], State.UNCERTAIN)
                values[index] = EMPTY[point.type] if values[index] is None else values[index]

    def _add_up(
        self, values: list[Value], of_items: list[State], parts: Sequence[tuple[EvaluatedPoints, bool]]
    ) -> None:
        """Enter the sums over the parts, and their states."""
        columns = list(zip(*[below.values for below, present in parts if present], strict=True))
        columns = columns or [()] * len(self._below)
        good = all(below.good for below, _ in parts)
        for index, part, total in self._sums:
            values[index] = total(columns[part])
            if not good and of_items[index] is not State.OFFLINE:
                state = state_of_sum(below.states[part] for below, _ in parts)
                of_items[index] = max(of_items[index], state)


def _grouped(sources: Iterable[tuple[int, Read]]) -> Iterator[tuple[slice, Callable[[Any], Iterable[Value]]]]:
    """Put together what stands together and is read alike; yields where its values belong, and how it is read."""

    def alike(entry: tuple[int, Read]) -> tuple[object, ...]:
        index, source = entry
        position = index - places.index(index)  # as long as nothing stands between them, this stays the same
        return position, type(source), source.name if isinstance(source, Phase) else ""

    entries = list(sources)
    places = [index for index, _ in entries]
    for _, together in groupby(entries, alike):
        group = list(together)
        yield slice(group[0][0], group[-1][0] + 1), read_together([source for _, source in group])


SETUP_PLANS = {level: EvaluationPlan(level, polled=False) for level in Level}
"""Every data point of a level."""
POLL_PLANS = {level: EvaluationPlan(level, polled=True) for level in Level}
"""The data points of a level that polls write."""
