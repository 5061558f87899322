"""One site under inspection: its tree matched with its controller, its point-to-point sheet, and what is found wrong.

Without a controller the tree speaks for itself, and whatever would ask the controller ends in NoControllerError.

Every finding is a sentence by the path of the item it is about; no findings means that all is right. The inspection
only reads. It runs alike on a real site and on simulated ones: time passes on its clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ebo_simulator import EboClient, Folder, Kind, Point, Workstation
from ebo_simulator.clock import Clock
from evce_acceptance.checks.checkout import Cell, Checkout, again, judgement
from evce_acceptance.checks.controller_history import ControllerHistory, values
from evce_acceptance.checks.matching import LOGS, Key, Matched, described, match, value_points
from evce_acceptance.checks.placing import placed, told_by
from evce_acceptance.checks.polling import Interval, measure, moving
from evce_acceptance.checks.shown import Judged, Rule, Shown, judged
from evce_acceptance.guide.cells import unit_of
from evce_acceptance.guide.datapoints import datapoints, named
from evce_acceptance.results.run import Verdict
from evce_acceptance.site.endpoint import product
from evce_acceptance.site.objects import Json, Report
from evce_acceptance.site.settings import MEASURED, Claims, Connector, NoControllerError

Findings = dict[str, str]

POLLS_WATCHED = 3
LOOKS_A_POLL = 3.7
"""Not a whole number, so that readings fall on ever other moments of the polling interval."""
WATCHED = 200
"""Items that move, watched at a time: more would keep the requests of a look apart."""


def say_nothing(_: str) -> None:
    """Show no progress."""


@dataclass
class Ends:
    """How an inspection reaches both ends: EWS clients, the controller's report, a clock, and what is claimed.

    `connect` makes a client; `version` and `user` are those of the site unless given. `report` is None where nobody
    told of a controller. A polling interval that is measured is looked for every `watch_every` s, and told with `tell`.
    """

    connect: Callable[..., EboClient]
    report: Callable[[], Report] | None
    clock: Clock
    connector: Connector
    claims: Claims
    progress: Callable[[str], None] = say_nothing
    tell: Callable[[str], None] = say_nothing
    watch_every: float = 1.0


def _nobody_told() -> Report:
    raise NoControllerError


class Inspection:
    """What an inspector finds; the tree is browsed and the sheet is filled once, when first asked for."""

    def __init__(self, ends: Ends) -> None:
        self.connect, self.clock, self.claims = ends.connect, ends.clock, ends.claims
        self.client = ends.connect()
        self.connector, self.progress, self.shown_at = ends.connector, ends.progress, 0.0
        self.alone, self._tell, self._watch_every = ends.report is None, ends.tell, ends.watch_every
        every = ends.connector.poll_at_most / LOOKS_A_POLL
        self.controller_history = ControllerHistory(ends.report or _nobody_told, ends.clock, every)
        self.workstation = Workstation(self.client, like=product(ends.connector))

    def close(self) -> None:
        """Close the connections to the connector."""
        self.client.close()

    @cached_property
    def matched(self) -> Matched:
        """The tree of the connector, matched with the controller."""
        if not self.alone:
            self.progress("looking at the controller")
            self.controller_history.look()
        self.progress("browsing the connector's tree")
        root = self.workstation.discover().root
        return placed(root) if self.alone else match(root, self._report())

    @cached_property
    def placed(self) -> Matched:
        """The tree as it speaks for itself, whatever the controller has."""
        return self.matched if self.alone else placed(self._root)

    @property
    def _root(self) -> Folder:
        return self.workstation.tree.root if self.matched.folders else self.workstation.discover().root

    @cached_property
    def shown(self) -> Shown:
        """What the connector shows of all data points; alone it is read with GetValues, for no sheet does so then."""
        shown = Shown(self.client, self.connector.ids_per_request)
        points = [point for folder in self.placed.folders.values() for point in value_points(folder).values()]
        if self.alone:
            self.progress(f"reading {len(points)} data points")
        (shown.read if self.alone else shown.take)(points)
        self.shown_at = self.clock.monotonic()
        return shown

    @cached_property
    def interval(self) -> Interval | None:
        """The polling interval as measured; None where the site's file tells it."""
        if self.connector.poll_seconds != MEASURED:
            return None
        size = self.connector.ids_per_request
        watched = moving(self.placed, size)
        found = measure(Shown(self.client, size), watched, self.clock, self._watch_every, self.progress)
        self.controller_history.every = found.seconds / LOOKS_A_POLL
        self._tell(found.words)
        return found

    @property
    def poll_seconds(self) -> float:
        """The polling interval: as the site's file tells it, else as measured, which takes a minute the first time."""
        return self.interval.seconds if self.interval else self.connector.poll_at_most

    @property
    def age(self) -> float:
        """How old, in s, a value may be."""
        return self.poll_seconds + self.connector.late_seconds

    def wait(self, seconds: float) -> None:
        """Let time pass, with an eye on the controller where there is one."""
        if self.alone:
            return self.clock.wait(seconds)
        return self.controller_history.watch_until(self.clock.monotonic() + seconds)

    def thing(self, key: Key) -> Json:
        """Return what labels depend on: of the controller's object, or as the folder itself shows it."""
        return told_by(self.matched.folders[key]) if self.alone else self.controller_history.last.objects.get(key, {})

    def fitting(self, rules: Iterable[Rule], *, twice: bool = False) -> Judged:
        """Judge rules about what is shown, `twice` more than a poll apart; what breaks one is read again."""
        every, half = list(rules), self.poll_seconds / 2
        found = judged(self.shown, every, lambda: self.wait(half))
        if found.findings or not twice:
            return found
        self.progress("waiting for a poll, to compare it again")
        self.wait(self.age)
        self.shown.read(point for rule in every for point in rule.points)
        return judged(self.shown, every, lambda: self.wait(half))

    def _report(self) -> Report:
        oracle = self.controller_history.last.oracle
        return {"zones": oracle.zones, "stations": oracle.stations, "connectors": oracle.connectors}

    @cached_property
    def checkout(self) -> Checkout:
        """The point-to-point sheet."""
        ends = self.client, self.connector, self.matched, self.controller_history, self.clock
        return Checkout(*ends, self.poll_seconds)

    def objects(self, level: str) -> dict[str, Json]:
        """Return the controller's objects of a level by the path of their folder; unmatched ones by what they are.

        Alone, an object is what its folder shows.
        """
        if self.alone:
            return {folder.path: told_by(folder) for _, folder in self.matched.of(level)}
        known = self.controller_history.last.objects
        paths = {key: folder.path for key, folder in self.matched.of(level)}
        return {paths.get(key) or described(level, thing): thing for key, thing in known.items() if key[0] == level}

    def points(self, name: str) -> dict[str, Point]:
        """Return every data point of a name, as the tree was read, by the path of its folder."""
        folders = (folder for _, folder in self.matched.of(named(name).level))
        return {folder.path: points[name] for folder in folders if name in (points := value_points(folder))}

    def judged(self, name: str = "") -> list[Cell]:
        """Return the lines of the sheet, of one data point if named; NoControllerError alone."""
        self._must_know_the_controller()
        return [cell for cell in self.checkout.judged(self.progress) if name in ("", cell.datapoint.name)]

    def misplaced(self) -> Findings:
        """Find objects of the controller without a folder, and folders without an object; NoControllerError alone."""
        self._must_know_the_controller()
        missing = dict.fromkeys(self.matched.missing, "is on the controller and not in the tree")
        return missing | dict.fromkeys(self.matched.strangers, "is no object of the controller")

    def incomplete(self, level: str) -> Findings:
        """Find data points of the guide that a folder lacks, and others that it holds."""
        wanted = {row.name for row in datapoints() if row.level == level}
        found: Findings = {}
        for _, folder in self.matched.of(level):
            names = set(value_points(folder))
            found |= {f"{folder.path}/{name}": "the guide's data point is missing" for name in wanted - names}
            found |= {f"{folder.path}/{name}": f"is no {level}'s data point in the guide" for name in names - wanted}
        return found

    def mislabelled(self) -> Findings:
        """Find data points of another type or unit than the guide's, writeable or not otherwise, or named otherwise."""
        found: Findings = {}
        for key, folder in self.matched.folders.items():
            points, thing = value_points(folder), self.thing(key)
            for row in datapoints():
                if row.level != key[0] or (point := points.get(row.name)) is None:
                    continue
                unit = unit_of(row.unit, thing)
                if (point.type, point.unit) != (row.type, unit):
                    shown = f"{point.type or 'no type'} in {point.unit or 'no unit'}"
                    found[point.path] = f"is {shown}, not {row.type} in {unit or 'no unit'}"
                elif point.writeable is not row.writeable:
                    found[point.path] = f"can {'' if point.writeable else 'not '}be written"
                elif point.description != point.name:
                    found[point.path] = f"is described as {point.description!r}, not by its name"
        return found

    def without_history(self) -> Findings:
        """Find series of the guide that are not there, not once, or of another unit than their data point."""
        found: Findings = {}
        for key, folder in self.matched.folders.items():
            logs = [point for one in folder.folders if one.name == LOGS for point in one.points]
            points = value_points(folder)
            for row in datapoints():
                if row.level != key[0] or not row.history or (point := points.get(row.name)) is None:
                    continue
                path = f"{folder.path}/{LOGS}/{row.name}-Readings"
                series = [(one.value_item_id, one.type, one.unit) for one in logs if one.path == path]
                if series != [(point.id, row.type, row.unit)]:
                    found[path] = f"is not there once, as the history of {row.name} in its unit"
        return found

    def without_alarm(self) -> Findings:
        """Find stations that have not one alarm, named by their OCPP identifier."""
        found: Findings = {}
        for key, folder in self.matched.of("station"):
            station = self.thing(key)
            name = f"Station-{station.get('ocppIdentifier')}_Alarm"
            alarms = [point.name for point in folder.points if point.kind is Kind.ALARM]
            if alarms != [name]:
                found[f"{folder.path}/{name}"] = f"is not the one alarm there: {', '.join(alarms) or 'there is none'}"
        return found

    def doubled(self) -> Findings:
        """Find ids that stand for two items, names that stand twice in a folder, and items that are not served."""
        root = self._root
        folders, points = list(root.walk()), list(root.all_points())
        ids = Counter([folder.id for folder in folders] + [point.id for point in points])
        names = Counter([folder.path for folder in folders] + [point.path for point in points])
        found = {one.path: f"its id {one.id} stands for {ids[one.id]} items" for one in points if ids[one.id] > 1}
        found |= {one.path: f"its id {one.id} stands for {ids[one.id]} items" for one in folders if ids[one.id] > 1}
        found |= {path: f"stands {count} times in its folder" for path, count in names.items() if count > 1}
        by_id = {one.id: one.path for one in points}
        return found | {
            by_id.get(error.id, error.id): f"is listed and refused: {error.message}"
            for error in self.workstation.tree.errors
        }

    def too_old(self) -> tuple[int, Findings]:
        """Watch what moves for a few polls; returns how many items moved, and those that showed an older value.

        A value is too old when it is none that the controller had in the last `poll_seconds` + `late_seconds`.
        """
        self._must_know_the_controller()
        every, age = self.controller_history.every, self.checkout.age
        self.judged()  # at least `age` seconds of looks
        found: Findings = {}
        moving: set[Key] = set()
        for number in range(round(POLLS_WATCHED * LOOKS_A_POLL)):
            self.progress(
                f"watching moving values, {number * every:.0f} of {POLLS_WATCHED * every * LOOKS_A_POLL:.0f} s"
            )
            self.clock.wait(every)
            self.controller_history.look()
            cells_ = [again(cell) for cell in self.checkout.cells if self._moves(cell)][:WATCHED]
            moving |= {cell.key for cell in cells_}
            self.checkout.read(cells_)
            self.controller_history.look()
            for cell in cells_:
                if sentence := self._too_old(cell, age):
                    found.setdefault(cell.point.path, sentence)
        return len(moving), found

    def _must_know_the_controller(self) -> None:
        if self.alone:
            raise NoControllerError

    def _moves(self, cell: Cell) -> bool:
        looks = self.controller_history.looks[-round(LOOKS_A_POLL) :]
        return len(set(map(str, values(looks, cell.key, cell.datapoint.source)))) > 1

    def _too_old(self, cell: Cell, age: float) -> str:
        looks = self.controller_history.between(cell.begun - age, cell.ended)
        verdict, _ = judgement(cell, values(looks, cell.key, cell.datapoint.source))
        if not cell.answers or verdict is not Verdict.FAIL:
            return ""
        return f"showed {cell.point.value}, which the controller's figures did not give in the last {age:g} s"
