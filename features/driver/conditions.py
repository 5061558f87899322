"""What an operator can wait for, in words: each look reads it from Building Operation, or from the controller."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial

from ebo_simulator import EwsFault, Point
from ebo_simulator.display import ALARM_STATES, STATES
from evce_acceptance.guide.datapoints import datapoints

from features.driver.watching import Seen
from features.driver.world import World

UNAUTHORIZED = (401, 403)


def every_live_value(world: World, state: str, folder: str = "") -> Seen:
    """Look at the states of all live data points, or of those of a folder."""
    live = {(point.level, point.name) for point in datapoints() if point.live}
    found = Counter(STATES[point.state or 0] for point in _read(world, folder) if (_level(point), point.name) in live)
    return Seen(set(found) == {state}, ", ".join(f"{count} are {name}" for name, count in found.items()))


def _read(world: World, folder: str) -> list[Point]:
    """Read the data points of the site, or of one folder."""
    workstation = world.operation.browse()
    points = [
        point
        for path, point in workstation.tree.points.items()
        if path.startswith("EVCE Zones/") and (not folder or path.rpartition("/")[0] == folder)
    ]
    workstation.read(points)
    return points


def _level(point: Point) -> str:
    return ("site", "zone", "station", "connector")[point.path.count("/") - 1]


def alarm(world: World, name: str, state: str) -> Seen:
    """Look at the state of an alarm."""
    workstation = world.operation.browse()
    (id_,) = (point.id for path, point in workstation.tree.points.items() if path.endswith(f"/{name}"))
    (found,) = [ALARM_STATES[event.state or 0] for event in workstation.alarm_events() if event.id == id_] or ["Normal"]
    return Seen(found == state, f"it is {found}")


def item(world: World, folder: str, name: str, shown: str) -> Seen:
    """Look at a line of the list view; text that ends with three dots is a beginning."""
    found = world.operation.shown(folder, name)
    holds = found.startswith(shown[:-3]) if shown.endswith("...") else found == shown
    return Seen(holds, f"it shows {found}")


def last_sample(world: World, folder: str, time: str) -> Seen:
    """Look when the last sample of the active energy of a zone was taken (UTC)."""
    _, records = world.operation.browse().history(f"{folder}/OverallConsumptionLogs/ZoneActiveEnergy-Readings")
    times = [f"{record.timestamp:%H:%M}" for record in records]
    return Seen(times[-1:] == [time], f"the last samples are of {', '.join(times[-3:]) or 'no time'}")


def folder_id(world: World, folder: str, id_: str) -> Seen:
    """Look which id a folder has in the tree as it is now."""
    world.browse_again()
    if not world.operation.has(folder):
        return Seen(holds=False, words="nothing stands there")
    found = world.operation.folder(folder).id
    return Seen(found == id_, f"it has the id {found}")


def refused_requests(world: World, count: str) -> Seen:
    """Count the requests that the charge controller refused for their login."""
    found = sum(entry.status in UNAUTHORIZED for entry in world.controller.journal.entries())
    return Seen(found == int(count), f"it has refused {found}")


def subscription_refused(world: World, which: str, fault: str) -> Seen:
    """Ask for what is new by the subscription that was made first, or last."""
    try:
        world.operation.client.get_notification(_subscription(world, which))
    except EwsFault as told:
        return Seen(told.name == fault, f"the fault {told.name} is told")
    return Seen(holds=False, words="it lives")


def subscription_brings(world: World, which: str, count: str) -> Seen:
    """Count the values that a subscription brings to who has got none of it yet."""
    found = len(world.operation.client.get_notification(_subscription(world, which)).values)
    return Seen(found == int(count), f"it brings {found}")


def _subscription(world: World, which: str) -> str:
    return world.subscriptions[{"first": 0, "last": -1}[which]]


CONDITIONS: dict[str, Callable[..., Seen]] = {
    r"every live value is (?P<state>\w+)": every_live_value,
    r'every live value of "(?P<folder>[^"]+)" is (?P<state>\w+)': every_live_value,
    r'the alarm "(?P<name>[^"]+)" is (?P<state>\w+)': alarm,
    r'"(?P<folder>[^"]+)" shows "(?P<name>[^"]+)" as (?P<shown>.+)': item,
    r'the last sample of "(?P<folder>[^"]+)" is of (?P<time>\d\d:\d\d)': last_sample,
    r'the folder "(?P<folder>[^"]+)" has the id "(?P<id_>[^"]+)"': folder_id,
    r"the charge controller has refused (?P<count>\d+) requests?": refused_requests,
    r"the (?P<which>first|last) subscription is refused by the fault (?P<fault>\w+)": subscription_refused,
    r"the (?P<which>first|last) subscription brings (?P<count>\d+) values": subscription_brings,
}
"""What can be waited for, and who looks."""


def condition(words: str) -> Callable[[World], Seen]:
    """Find who looks at what the words say; ValueError when nobody does."""
    for pattern, look in CONDITIONS.items():
        if match := re.fullmatch(pattern, words):
            return partial(look, **match.groupdict())
    raise ValueError(f"Nobody can wait for this: {words}")
