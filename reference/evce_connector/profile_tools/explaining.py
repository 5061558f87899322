"""The way of one value from the controller's JSON to the item that EWS clients read, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from evce_connector.errors import ConnectorError
from evce_connector.evce.contract_api import PAGE
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.lines import line_of
from evce_connector.evce.dialect.lists import ListPlace
from evce_connector.evce.one_line import one_line
from evce_connector.evce.profile import Profile
from evce_connector.points.index import SiteNode
from evce_connector.points.tree import ValueItem
from evce_connector.profile_tools.conversions import declared, path_of, place_of
from evce_connector.profile_tools.offline import OfflineAnswers, spelled
from evce_connector.profile_tools.opening import Opened
from evce_connector.profile_tools.reading import LISTS, OfflineSite, Seen
from evce_connector.profile_tools.showing import value_of, ways_of
from evce_connector.profile_tools.sources import fields_of, in_words, parts_of, summed
from evce_connector.site.catalogue import BY_NAME
from evce_connector.site.datapoint import DataPoint, Level

LEVELS = (Level.SITE, Level.ZONE, Level.STATION, Level.CONNECTOR)
SHOWN_PARTS = 10
"""Parts of a sum that are listed; more are counted."""


class UnknownPointError(ConnectorError):
    """A name that is no data point of the guide, or an id that the capture's tree does not have."""


@dataclass(frozen=True)
class Line:
    """One line of an explanation: how deep it stands, what it is about, and what it says."""

    depth: int
    about: str
    text: str

    def __str__(self) -> str:
        return f"{'  ' * self.depth}{self.about:<10}{one_line(self.text)}"


def explain(opened: Opened, wanted: str, offline: OfflineSite | None = None) -> Iterator[Line]:
    """Explain a data point by its name or an item's id; with a site read from a capture with the values of an object.

    Of a name the first object that has it is shown. UnknownPointError.
    """
    point = _point(wanted)
    if offline is None:
        yield from _without_values(opened, point, 0)
        return
    items = offline.items()
    if wanted in items:
        node, item = items[wanted]
    elif "/" in wanted:
        close = get_close_matches(wanted, [one for one in items if one.endswith(point.name)], 3, 0)
        raise UnknownPointError(f"The capture's tree has no item {wanted!r}: there is {', '.join(close) or 'none'}.")
    else:
        found = next(((node, item) for node, item in items.values() if item.name == point.name), None)
        if found is None:
            raise UnknownPointError(f"The capture has no {point.level}, so that {point.name} has no value there.")
        node, item = found
    yield from _with_values(opened, offline, node, item, 0)


def _point(wanted: str) -> DataPoint:
    """Return the data point that an id ends with, or that has a name; UnknownPointError."""
    name = wanted.rpartition("/")[2]
    known = {name: point for name, point in BY_NAME.items() if point.level in LEVELS}
    if name not in known:
        close = ", ".join(get_close_matches(name, known, 3, 0.4)) or "see reference/POINTS.md"
        raise UnknownPointError(f"{name!r} is no data point of the guide: {close}.")
    return known[name]


def _without_values(opened: Opened, point: DataPoint, depth: int) -> Iterator[Line]:
    """Tell the way of any such value."""
    profile = opened.profile
    yield Line(depth, point.level, point.name)
    if (part := summed(point)) is not None:
        yield Line(depth + 1, "formula", in_words(point))
        yield from _without_values(opened, part, depth + 1)
        return
    names = fields_of(point)
    if names and profile:
        request, list_ = request_of(profile, point.level)
        yield Line(depth + 1, "request", request)
        yield Line(depth + 1, "list", list_)
    for name in names:
        yield Line(depth + 1, "path", _placed(opened, point.level, name))
        for said in _said(profile, point.level, name):
            yield Line(depth + 1, "converts", said)
        yield Line(depth + 1, "field", f"{point.level}.{name}")
    yield Line(depth + 1, "formula", in_words(point))
    yield Line(depth + 1, "item", f"{point.name}, {point.type}{f' in {point.unit}' if point.unit else ''}")


def _with_values(opened: Opened, offline: OfflineSite, node: SiteNode, item: ValueItem, depth: int) -> Iterator[Line]:
    """Tell the way of the value of one object."""
    point = BY_NAME[item.name]
    yield Line(depth, node.level, f"{point.name} of {node.folder.key}, {node.folder.name}")
    parts = parts_of(node, point)
    if summed(point) is not None:
        yield Line(depth + 1, "formula", in_words(point))
        for _, below in parts[:SHOWN_PARTS]:
            yield Line(depth + 1, "part", f"{below.key} = {value_of(below)}")
        if len(parts) > SHOWN_PARTS:
            yield Line(depth + 1, "part", f"and {len(parts) - SHOWN_PARTS} more")
        yield Line(depth + 1, "item", f"{item.key} = {value_of(item)}")
        if parts:  # of one that is in doubt the part that is to blame
            worst = max(parts, key=lambda part: part[1].state)
            yield from _with_values(opened, offline, *worst, depth + 1)
        return
    ways = ways_of(offline, node, item)
    if ways and (seen := offline.origin(node)):
        yield from _where(offline.answers, offline.profile, node.level, seen, depth + 1)
    for way, name in zip(ways, fields_of(point, node), strict=True):
        yield Line(depth + 1, "path", _placed(opened, node.level, name))
        yield Line(depth + 1, "raw", way.raw)
        for step in way.steps:
            yield Line(depth + 1, step.key, str(step))
        if way.trouble:
            yield Line(depth + 1, "trouble", f"cannot be read: {way.trouble}")
        yield Line(depth + 1, "field", f"{node.level}.{name} = {way.value}")
    yield Line(depth + 1, "formula", in_words(point))
    yield Line(depth + 1, "item", f"{item.key} = {value_of(item)}")


def _placed(opened: Opened, level: Level, name: str) -> str:
    """Write what the profile says of a field, and on which line."""
    place = place_of(opened.profile, level, name)
    line = line_of(opened.text, tuple(place.split(".")))
    return f"{path_of(opened.profile, level, name)} (line {line}, {place})"


def _said(profile: Profile, level: Level, name: str) -> Iterator[str]:
    """Yield the conversions that a dialect declares for a field."""
    field = declared(profile, level, name)
    if field is None:
        return
    said = {
        "as": "text" if field.as_text or field.is_text else "",
        "join": repr(field.join) if field.join is not None else "",
        "words": ", ".join(f"{word} = {meaning}" for word, meaning in (field.words or {}).items()),
        "unit": field.unit,
        "time": field.time if field.time != "iso" else "",
        "split": field.split,
        "counts": field.counts if field.counts != "taken" else "",
    }
    yield from (f"{key} {text}" for key, text in said.items() if text)


def request_of(profile: Profile, level: Level) -> tuple[str, str]:
    """Return the request that gives the objects of a level, and where they stand in its answer."""
    kind = LISTS[level]
    if profile.dialect is None:
        return f"GET {profile.paths[kind]}?limit={PAGE}&offset=0, and on", "items"
    every = [profile.dialect.zones, profile.dialect.stations, profile.dialect.connectors]
    above = every[: [one.kind for one in every].index(kind) + 1]
    objects = above[-1]
    asked = next(one for one in reversed(above) if one.place != "inside")  # by whose request they come
    pages = f", page by page ({asked.pages.by})" if asked.pages else ""
    each = ", once for each parent" if asked.place == "each" else ""
    inside = " in each parent" if objects.place == "inside" else ""
    where = ListPlace(profile.dialect, objects, None).where
    return f"GET {where}{pages}{each}", f"{objects.items.written or 'the answer itself'}{inside}"


def _where(answers: OfflineAnswers, profile: Profile, level: Level, seen: Seen, depth: int) -> Iterator[Line]:
    """Say in which answer of the capture an object stands, and where there."""
    for request, answer in answers.given:
        place = _place(answer.document, seen.value, "")
        if place is not None:
            yield Line(depth, "request", spelled(request))
            yield Line(depth, "list", place or "the answer itself")
            return
    request_words, list_words = request_of(profile, level)
    yield Line(depth, "request", request_words)
    yield Line(depth, "list", list_words)


def _place(document: Json, wanted: Json, here: str) -> str | None:
    """Return the path of this very object in a document, None where it does not stand there."""
    if document is wanted:
        return here
    inner: Iterator[tuple[str, Json]] = iter(())
    if isinstance(document, dict):
        inner = ((f"{here}.{key}" if here else str(key), value) for key, value in document.items())
    elif isinstance(document, list):
        inner = ((f"{here}[{index}]", value) for index, value in enumerate(document))
    for place, value in inner:
        if isinstance(value, dict | list) and (found := _place(value, wanted, place)) is not None:
            return found
    return None
