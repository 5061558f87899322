"""What an operator's workstation does with an EWS server: browse once, then read, trend, see alarms and write."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ebo_simulator.discovery import batches, discover
from ebo_simulator.display import ALARM_STATES, Display
from ebo_simulator.errors import BadOptionError
from ebo_simulator.paging import pages
from ebo_simulator.profiles import Profile, profile
from ebo_simulator.tree import Folder, Kind, Point, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ebo_simulator.client import EboClient
    from ebo_simulator.events import AlarmEvent, History, HistoryRecord, ValueChanged
    from ebo_simulator.messages import ErrorResult, Result, Value

Item = TypeVar("Item", Folder, Point)


class Row(NamedTuple):
    """A line of the list view."""

    name: str
    description: str
    value: str


class Workstation:
    """One operator's view of a server: the tree is discovered on first use and kept.

    Items are named by their path of names from below the root, "EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorIsDC".
    `read_errors` are the ids that the last read could not serve. UnknownPathError when nothing has a path that is
    named, and the errors of EboClient when the server does not answer as it should.
    """

    def __init__(self, client: EboClient, display: Display | None = None, like: Profile | None = None) -> None:
        self.client = client
        self.display = display or Display()
        self.profile = like or profile("es")
        self.read_errors: list[ErrorResult] = []
        self._tree: Tree | None = None

    @property
    def tree(self) -> Tree:
        """The tree as of the last discovery."""
        return self._tree or self.discover()

    def discover(self) -> Tree:
        """Browse the whole server anew."""
        self._tree = discover(self.client, self.profile.ids)
        return self._tree

    def select(self, paths: Iterable[str], kind: Kind) -> list[Point]:
        """Give the points of a kind at some paths: points, or all in and below folders.

        Before the first discovery only what leads there is browsed; where that finds nothing, the whole server is, for
        the error names what is called nearly so.
        """
        wanted = list(paths)
        if self._tree is None:
            part = discover(self.client, self.profile.ids, wanted)
            if all(part.holds(path, kind) for path in wanted):
                return [point for path in wanted for point in part.select(path, kind)]
        return [point for path in wanted for point in self.tree.select(path, kind)]

    def read(self, points: Iterable[Point] | None = None) -> list[Point]:
        """Read values in batches (all of the tree if none are named), and give the points that changed."""
        wanted = self.tree.root.all_points(Kind.VALUE) if points is None else points
        by_id = {point.id: point for point in wanted if point.kind is Kind.VALUE}
        changed: list[Point] = []
        self.read_errors = []
        for ids in batches(list(by_id), self.profile.ids):
            answer = self.client.get_values(ids)
            self.read_errors.extend(answer.errors)
            changed.extend(update(by_id, answer.values))
        return changed

    def value(self, path: str) -> str:
        """Read one value now, and write it as the list view does."""
        point = self.tree.point(path)
        self.read([point])
        return self.show(point)

    def raw(self, path: str) -> Point:
        """Read one value now; the answer is a copy that later reads leave alone."""
        point = self.tree.point(path)
        self.read([point])
        return replace(point)

    def show(self, point: Point) -> str:
        """Write what stands in the list view's Value column: nothing for a history, the state of an alarm."""
        if point.kind is Kind.ALARM:
            return "" if point.state is None else ALARM_STATES.get(point.state, f"State {point.state}")
        if point.kind is Kind.HISTORY:
            return ""
        return self.display.show(point.type, point.value, point.unit, point.state)

    def list_view(self, path: str) -> list[Row]:
        """Give the lines of a folder as Building Operation lists them: folders first, then points, each by name."""
        folder = self.tree.folder(path)
        return [
            *(Row(child.name, child.description, "") for child in by_name(folder.folders)),
            *(Row(point.name, point.description, self.show(point)) for point in by_name(folder.points)),
        ]

    def write(self, values: Mapping[str, str]) -> dict[str, Result]:
        """Write values by path in one request, and give the result of each path.

        Values are the wire's (decimal point, True or False, times as 2030-01-31T12:00:00Z).
        """
        ids = {self.tree.point(path).id: path for path in values}
        answer = self.client.set_values({key: values[path] for key, path in ids.items()})
        return {ids.get(result.id, result.id): result for result in answer}

    def history(
        self, path: str, time_from: datetime | None = None, time_to: datetime | None = None
    ) -> tuple[History, list[HistoryRecord]]:
        """Read a history to its last page: the first answer (for type and unit) and all records.

        `path` is the history item's or that of the value whose history it is. EWS takes both bounds or neither:
        BadOptionError when one is missing, or when the value has no history.
        """
        if (time_from is None) != (time_to is None):
            raise BadOptionError("A history is asked for with both bounds or with neither; give --from and --to.")
        point = self._history_of(path)
        ask = partial(self.client.get_history, point.id, time_from=time_from, time_to=time_to)
        answers = list(pages(ask))
        return answers[0], [record for answer in answers for record in answer.records]

    def histories(self, path: str) -> list[Point]:
        """Give the history items at a path: the item, that of a value, or all in and below a folder.

        BadOptionError when the value has no history.
        """
        point = self.tree.points.get(path.strip("/"))
        return self.tree.select(path, Kind.HISTORY) if point is None else [self._history_of(path)]

    def _history_of(self, path: str) -> Point:
        point = self.tree.point(path)
        if point.kind is Kind.HISTORY:
            return point
        for history in self.tree.root.all_points(Kind.HISTORY):
            if history.value_item_id == point.id:
                return history
        raise BadOptionError(f"{path!r} has no history; its folder's OverallConsumptionLogs lists those that do.")

    def alarm_events(
        self,
        *,
        priority_from: int | None = None,
        priority_to: int | None = None,
        types: Iterable[str] | None = None,
    ) -> list[AlarmEvent]:
        """Read the alarms as they are now, to the last page."""
        return self.alarms_with_cursor(priority_from=priority_from, priority_to=priority_to, types=types)[0]

    def alarms_with_cursor(
        self,
        *,
        priority_from: int | None = None,
        priority_to: int | None = None,
        types: Iterable[str] | None = None,
    ) -> tuple[list[AlarmEvent], str]:
        """Read the alarms as they are now, and the LastUpdate from which GetUpdatedAlarmEvents goes on."""
        ask = partial(
            self.client.get_alarm_events,
            priority_from=priority_from,
            priority_to=priority_to,
            types=None if types is None else list(types),
        )
        answers = list(pages(ask))
        return [event for answer in answers for event in answer.events], answers[-1].last_update

    def acknowledge(self, alarms: Iterable[str]) -> dict[str, Result]:
        """Acknowledge alarms by path or by id, and give the result of each as it was named."""
        ids = {self.item_id(alarm): alarm for alarm in alarms}
        return {ids.get(result.id, result.id): result for result in self.client.acknowledge_alarm_events(ids)}

    def item_id(self, name: str) -> str:
        """Give the id of the point or folder at a path; what is no path is taken for an id."""
        clean = name.strip("/")
        found = self.tree.points.get(clean) or self.tree.folders.get(clean)
        return name if found is None else found.id


def update(by_id: Mapping[str, Point], values: Iterable[Value | ValueChanged]) -> list[Point]:
    """Enter values received, and give the points that they change."""
    changed = []
    for value in values:
        point = by_id.get(value.id)
        if point is not None and (point.value, point.state) != (value.value, value.state):
            point.value, point.state = value.value, value.state
            changed.append(point)
    return changed


def by_name(rows: Iterable[Item]) -> list[Item]:
    """Sort as the list view does, without regard to case."""
    return sorted(rows, key=lambda row: row.name.casefold())
