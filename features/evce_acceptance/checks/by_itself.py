"""What EWS alone tells of a site's values: types and words, states, and figures that must fit each other.

The rules hold beside a controller too; they say less than a comparison with it, and need nobody's login but one's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ebo_simulator import Folder, Point
from ebo_simulator.display import STATES, state_name
from evce_acceptance.checks.inspection import Findings, Inspection
from evce_acceptance.checks.matching import Matched, value_points
from evce_acceptance.checks.shown import Judge, Rule, Shown
from evce_acceptance.checks.states import NOTHING_HOLDS, PHASES
from evce_acceptance.guide import cells
from evce_acceptance.guide.datapoints import DataPoint, datapoints

STATUSES = (
    *("available", "preparing", "charging", "suspendedEVSE", "suspendedEV"),
    *("finishing", "reserved", "unavailable", "faulted"),
)
"""The nine statuses of OCPP 1.6."""
WORDS = {
    "StationStatus": STATUSES,
    "ZoneReductionType(Percentage)": ("percentage",),
    "ZoneValidityMode(Absolute)": ("absolute",),
}
"""The words of an item, in any case; of the two of a reduction the name tells it."""
ONE_STATE = "ConnectorState_"
VOLTS = (90.0, 290.0)
"""Between which a phase is anywhere, a load's power factor included: 100 V less a tenth, 277 V and a little more."""
CHARGES = 6.0
"""A from which a vehicle charges (IEC 61851); below, a current may be all reactive."""
STANDBY = 0.05
"""kW that may be shown without a current: a meter's rounding."""


def _rows(matched: Matched) -> Iterator[tuple[DataPoint, Folder, Point]]:
    for (level, _), folder in matched.folders.items():
        points = value_points(folder)
        for row in datapoints():
            if row.level == level and row.name in points:
                yield row, folder, points[row.name]


def words(matched: Matched) -> Iterator[Rule]:
    """Give a rule for each value: it is of its type, and one of the words that it may be."""
    for row, _, point in _rows(matched):
        yield Rule((point,), _is_a_word(row, point))


def _is_a_word(row: DataPoint, point: Point) -> Judge:
    def judge(shown: Shown) -> dict[str, str] | None:
        if not shown.has(point):
            return {point.path: "GetValues gave no value for its id"}
        value = shown.value(point)
        try:
            cells.read(row.type, value)
        except (ValueError, KeyError):
            return {point.path: f"{value!r} is no {row.type}"}
        known = WORDS.get(row.name)
        if known and value and value.lower() not in map(str.lower, known):
            return {point.path: f"{value!r} is none of {', '.join(known)}"}
        return {}

    return judge


def states(matched: Matched) -> Iterator[Rule]:
    """Give a rule for each object: no state that EWS has not, nothing of a lost station Good, nothing else in doubt."""
    stations = {folder.path: value_points(folder) for _, folder in matched.of("station")}
    for (level, _), folder in matched.folders.items():
        points = value_points(folder)
        home = folder.path if level == "station" else folder.path.rpartition("/")[0]
        link = stations.get(home, {}).get("StationIsConnected") if level in ("station", "connector") else None
        yield Rule((*points.values(), *filter(None, (link,))), _has_fitting_states(level, points, link))


def _has_fitting_states(level: str, points: Mapping[str, Point], link: Point | None) -> Judge:
    rows = [row for row in datapoints() if row.level == level and row.name in points]
    live = {row.name: points[row.name] for row in rows if row.live}
    plain = {row.name: points[row.name] for row in rows if not row.live and row.name not in NOTHING_HOLDS}

    def judge(shown: Shown) -> dict[str, str]:
        found = {
            point.path: f"has the state {shown.state(point)}, which EWS does not know"
            for point in points.values()
            if shown.state(point) not in (None, *STATES)
        }
        is_reached = any(shown.is_good(point) for point in live.values())
        if link is not None and shown.is_good(link) and not shown.is_true(link):
            lost = [point for point in live.values() if shown.is_good(point)]
            return found | {one.path: "shown as Good although its station is shown as not connected" for one in lost}
        if not is_reached:
            return found
        certain = plain | (_certain(shown, live, points) if level == "connector" and link is not None else {})
        doubtful = [one for one in certain.values() if shown.has(one) and not shown.is_good(one)]
        return found | {
            one.path: f"shown as {state_name(shown.state(one))} although others of the same {level} are Good"
            for one in doubtful
        }

    return judge


def _certain(shown: Shown, live: Mapping[str, Point], points: Mapping[str, Point]) -> dict[str, Point]:
    """Return what of a connected connector must be Good: not the average of phases that the guide does not name."""
    phases, dc = points.get("ConnectorPhaseConnection"), points.get("ConnectorIsDC")
    known = phases is not None and shown.value(phases).startswith(PHASES)
    if known or (dc is not None and shown.is_true(dc)):
        return dict(live)
    return {name: point for name, point in live.items() if name != "ConnectorOverallRmsCurrentAverage"}


def figures(matched: Matched) -> Iterator[Rule]:
    """Give rules for what a connector shows: one state at a time, and power that its current can carry."""
    for _, folder in matched.of("connector"):
        points = value_points(folder)
        of_states = tuple(point for name, point in points.items() if name.startswith(ONE_STATE))
        if of_states:
            yield Rule(of_states, _has_one_state(folder, of_states))
        for phase in (1, 2, 3):
            names = f"ConnectorOverallActivePower{phase}", f"ConnectorOverallRmsCurrentPhase{phase}", "ConnectorIsDC"
            if all(name in points for name in names):
                power, current, dc = (points[name] for name in names)
                yield Rule((power, current, dc), _has_a_voltage(power, current, dc))


def _has_one_state(folder: Folder, points: tuple[Point, ...]) -> Judge:
    def judge(shown: Shown) -> dict[str, str] | None:
        if not shown.is_good(*points):
            return None
        true = [point for point in points if shown.is_true(point)]
        if not true:
            return {folder.path: f"is in no state: none of its {len(points)} {ONE_STATE}* is True"}
        words_ = " and ".join(point.name.removeprefix(ONE_STATE) for point in true)
        return {} if len(true) == 1 else {one.path: f"True at once with others: {words_}" for one in true}

    return judge


def _has_a_voltage(power: Point, current: Point, dc: Point) -> Judge:
    def judge(shown: Shown) -> dict[str, str] | None:
        if not shown.is_good(power, current, dc) or shown.is_true(dc):
            return None  # what a direct voltage may be is nothing that the guide says
        kilowatts, amperes = shown.number(power), shown.number(current)
        if kilowatts is None or amperes is None:
            return None
        kilowatts, amperes = abs(kilowatts), abs(amperes)  # a vehicle may give back
        low, high = VOLTS[0] * amperes / 1000, VOLTS[1] * amperes / 1000
        if kilowatts > high + STANDBY or (amperes >= CHARGES and kilowatts < low):
            return {
                power.path: f"{kilowatts:g} kW at {amperes:g} A fits no voltage from {VOLTS[0]:g} to {VOLTS[1]:g} V"
            }
        return {}

    return judge


ENERGIES = ("ConnectorActiveEnergy", "StationActiveEnergy")
"""Meters; a zone's sum falls when a station leaves it."""


def meters(matched: Matched) -> list[Point]:
    """Return the items that count energy and never fall."""
    folders = [folder for key, folder in matched.folders.items() if key[0] in ("station", "connector")]
    return [points[name] for folder in folders for name in ENERGIES if name in (points := value_points(folder))]


def fallen(inspection: Inspection) -> tuple[int, Findings]:
    """Read all meters again, more than a poll after the first time; returns how many were compared, and which fell."""
    points, shown = meters(inspection.placed), inspection.shown
    first = shown.at_first
    before = {point.path: _counted(first, point) for point in points}
    inspection.progress("waiting for a poll, to see what meters do")
    inspection.wait(inspection.shown_at + inspection.age - inspection.clock.monotonic())
    shown.read(points)
    after = {point.path: _counted(shown, point) for point in points}
    pairs = {path: (before[path], now) for path, now in after.items()}
    both = {path: (then, now) for path, (then, now) in pairs.items() if then is not None and now is not None}
    return len(both), {path: f"fell from {then:g} to {now:g} kWh" for path, (then, now) in both.items() if now < then}


def _counted(shown: Shown, point: Point) -> float | None:
    return shown.number(point) if shown.is_good(point) else None
