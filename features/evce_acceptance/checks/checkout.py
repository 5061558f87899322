"""The point-to-point sheet: every data point read from both sides close together, and judged.

A value is right when it is what the guide's formula gives on the controller's figures of the last poll. When that was
is not known from outside; so it must be what the formula gives at some moment of the last `poll_seconds` +
`late_seconds`, as far as the looks at the controller tell. A figure that moved in that time may lie between the values
it had. An item that is not right is read again, up to READS times at other moments, before it is called wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from ebo_simulator import EboClient, Point
from ebo_simulator.clock import Clock
from ebo_simulator.discovery import batches
from ebo_simulator.display import state_name
from evce_acceptance.checks.controller_history import ControllerHistory, values
from evce_acceptance.checks.matching import Key, Matched, value_points
from evce_acceptance.checks.states import doubt, is_lost
from evce_acceptance.guide import cells
from evce_acceptance.guide.datapoints import DataPoint, datapoints
from evce_acceptance.guide.oracle import Value
from evce_acceptance.results.run import Reading, Verdict
from evce_acceptance.site.settings import Connector

READS = 3
NOT_ANSWERED = "(no answer)"

T = TypeVar("T")


@dataclass(slots=True)
class Cell:
    """One item to be judged, and how it was last read; instants in s of the run's clock.

    `wrong_value` and `wrong_state` are sentences, "" while nothing is wrong.
    """

    key: Key
    datapoint: DataPoint
    point: Point
    answers: int = 0
    begun: float = 0.0
    ended: float = 0.0
    wrong_value: str = ""
    wrong_state: str = ""
    reading: Reading | None = None


class Checkout:
    """Reads all data points of the matched tree, and keeps a line for each."""

    def __init__(
        self,
        client: EboClient,
        connector: Connector,
        matched: Matched,
        history: ControllerHistory,
        clock: Clock,
        poll_seconds: float,
    ) -> None:
        self._client, self._connector, self._history, self._clock = client, connector, history, clock
        self.cells = list(_cells(matched))
        self._poll_seconds, self.age = poll_seconds, poll_seconds + connector.late_seconds
        self._judged = False

    def judged(self, progress: Callable[[str], None]) -> list[Cell]:
        """Return every item with its line; the first call reads them."""
        if not self._judged:
            self._judge_all(progress)
            self._judged = True
        return self.cells

    def _judge_all(self, progress: Callable[[str], None]) -> None:
        open_ = self.cells
        self._history.watch_until(self._history.looks[0].ended + self.age)
        for number in range(1, READS + 1):
            progress(f"reading {len(open_)} data points" + (", once more" if number > 1 else ""))
            self.read(open_)
            self._history.look()
            for cell in open_:
                cell.reading = self.judge(cell)
            open_ = [cell for cell in open_ if cell.reading is None or cell.reading.verdict is Verdict.FAIL]
            if not open_ or number == READS:
                break
            self._history.watch_until(self._clock.monotonic() + self._poll_seconds / 2)

    def read(self, cells_: Iterable[Cell]) -> None:
        """Read the present values and states of items, in requests of the size that the site allows."""
        for batch in batches(list(cells_), self._connector.ids_per_request):
            by_id = {cell.point.id: cell for cell in batch}
            begun = self._clock.monotonic()
            answer = self._client.get_values(list(by_id))
            ended = self._clock.monotonic()
            for cell in batch:
                cell.answers, cell.begun, cell.ended = 0, begun, ended
            for value in answer.values:
                if (found := by_id.get(value.id)) is not None:
                    found.answers += 1
                    found.point.value, found.point.state = value.value, value.state

    def judge(self, cell: Cell) -> Reading:
        """Compare an item with what the controller said in the time that it may come from."""
        looks = self._history.between(cell.begun - self.age, cell.ended)
        expected = values(looks, cell.key, cell.datapoint.source)
        verdict, note = judgement(cell, expected)
        if verdict is Verdict.FAIL and cell.answers and is_lost(cell.datapoint, cell.key, looks):
            verdict = Verdict.INCONCLUSIVE  # what is lost may show its last value
        cell.wrong_value = note if verdict is Verdict.FAIL else ""
        cell.wrong_state = doubt(cell.datapoint, cell.key, looks, cell.point) if cell.answers else ""
        if cell.wrong_state:
            verdict, note = Verdict.FAIL, "; ".join(filter(None, (cell.wrong_value, cell.wrong_state)))
        last = expected[-1] if expected else ""
        return Reading(
            cell.point.path,
            cell.datapoint.name,
            cell.point.type,
            cell.point.unit,
            _written(last),
            cell.point.value if cell.answers else NOT_ANSWERED,
            state_name(cell.point.state),
            _difference(last, cell.point.value) if cell.answers else None,
            verdict,
            note,
        )


def _cells(matched: Matched) -> Iterable[Cell]:
    by_level: dict[str, list[DataPoint]] = {}
    for row in datapoints():
        by_level.setdefault(row.level, []).append(row)
    for key, folder in matched.folders.items():
        points = value_points(folder)
        for row in by_level[key[0]]:
            if row.name in points:
                yield Cell(key, row, points[row.name])


def judgement(cell: Cell, expected: list[Value]) -> tuple[Verdict, str]:
    """Judge a value by what the controller's figures gave in the time that it may come from; with a note."""
    shown, kind = cell.point.value, cell.datapoint.type
    if cell.answers != 1:
        return Verdict.FAIL, f"GetValues gave {'no value' if not cell.answers else f'{cell.answers} values'} for its id"
    if not expected:
        return Verdict.INCONCLUSIVE, "the controller no longer reports the object"
    try:
        if any(cells.is_same(kind, shown, value) for value in expected):
            return Verdict.PASS, ""
        moved = len(set(expected)) > 1
        if moved and kind in ("Double", "Integer"):
            low, high = min(map(float, expected)), max(map(float, expected))
            if low - cells.TOLERANCE <= float(shown) <= high + cells.TOLERANCE:
                return Verdict.PASS, f"moved from {low:g} to {high:g} while it was read"
    except (ValueError, KeyError):
        return Verdict.FAIL, f"{shown!r} is no {kind}"
    wanted = " or ".join(dict.fromkeys(map(_written, expected)))
    return Verdict.FAIL, f"shows {shown or 'nothing'}, the controller's figures give {wanted or 'nothing'}"


def _written(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _difference(expected: Value, shown: str) -> float | None:
    """Return connector less controller."""
    if isinstance(expected, str | bool):
        return None
    try:
        return round(float(shown) - float(expected), 6)
    except ValueError:
        return None


def wrong_values(found: Iterable[Cell]) -> dict[str, str]:
    """Return what is wrong with values, by path."""
    return {cell.point.path: cell.wrong_value for cell in found if cell.wrong_value}


def wrong_states(found: Iterable[Cell]) -> dict[str, str]:
    """Return what is wrong with states, by path."""
    return {cell.point.path: cell.wrong_state for cell in found if cell.wrong_state}


def again(cell: Cell) -> Cell:
    """Return a copy to be read at another moment, which leaves the sheet's line alone."""
    return replace(cell, point=replace(cell.point), reading=None)
