"""Reads a whole site out of what was fetched; a field that cannot be read keeps its last value and is named."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from evce_connector.evce.convert import LARGEST
from evce_connector.evce.object_reader import ObjectReader, spell
from evce_connector.evce.profile import Profile
from evce_connector.site.model import Connector, ConnectorKey, LeftOut, RawList, RawSite, Site, Station, Zone

Model = TypeVar("Model", Zone, Station, Connector)
Key = TypeVar("Key", bound=Hashable)


class Odd(NamedTuple):
    """An object that could not be read whole: why, field by field, and what is kept of it for the next start.

    `mended` is the raw object with the fields as they were last.
    """

    troubles: dict[str, str]
    mended: Any


@dataclass
class ListReader(Generic[Model, Key]):
    """Reads one list again and again; an object that did not change is the very same model object as before.

    `known` holds by id what was last read: the raw object, what it became, and the key of that; `odd` says of those
    that could not be read whole what is amiss. `unreadable` and `left_out` are those of a Site.
    """

    name: str
    read: ObjectReader[Model]
    key_of: Callable[[Model], Key]
    id_field: str
    parent_field: str = ""
    known: dict[int, tuple[Any, Model, Key]] = field(default_factory=dict)
    odd: dict[int, Odd] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, LeftOut] = field(default_factory=dict)

    def objects(self, raw: RawList) -> dict[Key, Model]:
        """Read the list; afterwards `unreadable` and `left_out` tell what is amiss."""
        self.unreadable, self.left_out = {}, {}
        before, self.known = self.known, {}
        was_odd, self.odd = self.odd, {}
        whole = self.read.whole
        nameless: list[int] = []
        for position, item in enumerate(raw.objects):
            id_ = item.get(self.id_field) if isinstance(item, dict) else None
            if type(id_) is not int or not 1 <= id_ <= LARGEST:
                nameless.append(position)
                continue
            last = before.pop(id_, None)  # what was before is freed one by one, not at once while readers wait
            if last is not None and (last[0] is item or last[0] == item):
                self.known[id_] = item, last[1], last[2]
                if was_odd and id_ in was_odd:
                    self.odd[id_] = was_odd[id_]
                continue
            try:
                model = whole(item)
            except (KeyError, ValueError):
                self._read_by_fields(id_, item, last or self.known.get(id_), was_odd.get(id_))
            else:
                self.known[id_] = item, model, self.key_of(model)
        if nameless:
            self._keep_in_doubt(raw, nameless, before, was_odd)
        for id_, odd in self.odd.items():
            self.unreadable |= {f"{self.name}/{id_}/{path}": why for path, why in odd.troubles.items()}
        return self._by_key()

    def _read_by_fields(self, id_: int, item: Any, last: tuple[Any, Model, Key] | None, was: Odd | None) -> None:  # noqa: ANN401 - JSON
        """Read what can be read of an object; without its place it is left out, unless it had one before."""
        reading = self.read.by_fields(item, last[1] if last else None)
        troubles = {spell(path): why for path, why in reading.troubles.items()}
        if reading.value is None:
            path = f"{self.name}/{id_}"
            self.left_out[path] = LeftOut(self.name, id_, self._parent(item))
            self.unreadable |= {f"{path}/{field}": why for field, why in troubles.items()}
            return
        self.known[id_] = item, reading.value, self.key_of(reading.value)
        if troubles:  # none when only optional fields are absent
            kept = was.mended if was else last[0] if last else {}
            names = [str(path[0]) for path in reading.troubles]
            self.odd[id_] = Odd(troubles, item | {name: kept[name] for name in names if name in kept})

    def _parent(self, item: Any) -> int | None:  # noqa: ANN401 - JSON
        """Return the id of what an object belongs to, where that can be told."""
        id_ = item.get(self.parent_field) if isinstance(item, dict) else None
        return id_ if type(id_) is int else None

    def _keep_in_doubt(
        self,
        raw: RawList,
        nameless: list[int],
        before: dict[int, tuple[Any, Model, Key]],
        was_odd: dict[int, Odd],
    ) -> None:
        """Name objects without an id; each may be any that is missing now, so that none of these counts as gone.

        Where there are more of them than are missing, there are some among them that never had a place.
        """
        gone = {id_: last for id_, last in before.items() if id_ not in self.known}
        for position in nameless:
            path = f"{self.name}[{position}]"
            item = raw.objects[position]
            self.unreadable[f"{path}/{self.id_field}"] = "it is missing or no id" + (
                f"; {len(gone)} of the list that are missing may be among those without one" if gone else ""
            )
            if len(nameless) > len(gone):
                self.left_out[path] = LeftOut(self.name, None, self._parent(item))
        every = self.read.names()
        for id_, (item, model, key) in gone.items():
            kept = was_odd[id_].mended if id_ in was_odd else item
            self.known[id_] = None, model._replace(missing=every), key  # None: whatever comes next is another
            self.odd[id_] = Odd({}, kept)

    def _by_key(self) -> dict[Key, Model]:
        found = {key: model for _, model, key in self.known.values()}
        return found if len(found) == len(self.known) else self._first_by_key()

    def _first_by_key(self) -> dict[Key, Model]:
        """Take the first of the objects that became one key, and name the others."""
        found: dict[Key, Model] = {}
        for id_, (item, model, key) in self.known.items():
            if found.setdefault(key, model) is not model:
                path = f"{self.name}/{id_}"
                self.unreadable[path] = f"{key} is taken by {self.name}/{found[key].id}"
                self.left_out[path] = LeftOut(self.name, id_, self._parent(item))
        return found

    def raw_by_key(self) -> dict[Key, Any]:
        """Return the raw objects that were read, by the key of what they became; of two with one key the first."""
        found: dict[Key, Any] = {}
        for id_, (item, _, key) in self.known.items():
            found.setdefault(key, self.odd[id_].mended if id_ in self.odd else item)
        return found

    def replaced(self) -> list[Any]:
        """Return what stands in for objects that could not be read whole."""
        return [odd.mended for odd in self.odd.values()]


class SiteReader:
    """Reads sites one after the other, each in the light of the one before."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        zone, station, connector = (profile.fields[table] for table in ("zone", "station", "connector"))
        self._zones: ListReader[Zone, int] = ListReader("zones", profile.read_zone, attrgetter("id"), zone["id"])
        self._stations: ListReader[Station, int] = ListReader(
            "stations", profile.read_station, attrgetter("id"), station["id"], station["zone_id"]
        )
        self._connectors: ListReader[Connector, ConnectorKey] = ListReader(
            "connectors", profile.read_connector, attrgetter("key"), connector["id"], connector["station_id"]
        )

    def read(self, raw: RawSite) -> Site:
        """Read what one poll or set-up fetched."""
        site = Site(
            self._profile.read_system(raw.system),
            self._zones.objects(raw.zones),
            self._stations.objects(raw.stations),
            self._connectors.objects(raw.connectors),
        )
        for part in (self._zones, self._stations, self._connectors):
            site.unreadable |= part.unreadable
            site.left_out |= part.left_out
        return site

    def replaced(self) -> dict[str, list[Any]]:
        """Return, list by list, what stands in for objects that could not be read whole."""
        parts = (self._zones, self._stations, self._connectors)
        return {part.name: objects for part in parts if (objects := part.replaced())}

    def raw_objects(self) -> dict[str, dict[Any, Any]]:
        """Return, list by list, the raw objects that were read, by the key of what they became."""
        parts = (self._zones, self._stations, self._connectors)
        return {part.name: part.raw_by_key() for part in parts}
