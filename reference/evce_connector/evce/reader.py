"""Reads a whole site out of what was fetched; an object that cannot be read keeps its last values and is named."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from evce_connector.evce.profile import Profile
from evce_connector.site.model import Connector, ConnectorKey, RawList, RawSite, Site, Station, Zone

Model = TypeVar("Model", Zone, Station, Connector)
Key = TypeVar("Key", bound=Hashable)


@dataclass
class ListReader(Generic[Model, Key]):
    """Reads one list again and again; an object that did not change is the very same model object as before.

    `known` holds by id what was last read: the raw object, what it became, and the key of that.
    """

    name: str
    read: Callable[[Any], Model]
    key_of: Callable[[Model], Key]
    id_field: str
    known: dict[int, tuple[Any, Model, Key]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    stale: set[Key] = field(default_factory=set)

    def objects(self, raw: RawList) -> dict[Key, Model]:
        """Read the list; afterwards `unreadable` names bad objects and `stale` holds those with older values."""
        self.unreadable, self.stale = {}, set()
        before, self.known = self.known, {}
        nameless = False
        for position, item in enumerate(raw.objects):
            id_ = item.get(self.id_field) if isinstance(item, dict) else None
            if type(id_) is not int:
                self.unreadable[f"{self.name}[{position}]"] = f"{self.id_field} is missing or no number"
                nameless = True
                continue
            last = before.pop(id_, None)  # what was before is freed one by one, not at once while readers wait
            if last is not None and (last[0] is item or last[0] == item):
                self.known[id_] = item, last[1], last[2]
                continue
            try:
                model = self.read(item)
            except ValueError as error:
                self._keep(id_, last, str(error))
            else:
                self.known[id_] = item, model, self.key_of(model)
        if nameless:  # one of the nameless may be any that is missing now: none of them counts as gone
            for id_, last in before.items():
                if id_ not in self.known:
                    self._keep(id_, last, "it may be one of those without an id")
        return self._by_key()

    def _keep(self, id_: int, last: tuple[Any, Model, Key] | None, why: str) -> None:
        self.unreadable[f"{self.name}/{id_}"] = why
        if last is not None:
            self.known[id_] = last
            self.stale.add(last[2])

    def _by_key(self) -> dict[Key, Model]:
        found = {key: model for _, model, key in self.known.values()}
        return found if len(found) == len(self.known) else self._first_by_key()

    def _first_by_key(self) -> dict[Key, Model]:
        """Take the first of the objects that became one key, and name the others."""
        found: dict[Key, Model] = {}
        for id_, (_, model, key) in self.known.items():
            if found.setdefault(key, model) is not model:
                self.unreadable[f"{self.name}/{id_}"] = f"{key} is taken by {self.name}/{found[key].id}"
        return found

    def raw_by_key(self) -> dict[Key, Any]:
        """Return the raw objects that were read, by the key of what they became; of two with one key the first."""
        found: dict[Key, Any] = {}
        for item, _, key in self.known.values():
            found.setdefault(key, item)
        return found

    def replaced(self) -> list[Any]:
        """Return the last good raw objects that stand in for unreadable ones."""
        return [item for item, _, key in self.known.values() if key in self.stale]


class SiteReader:
    """Reads sites one after the other, each in the light of the one before."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        ids = {table: profile.fields[table]["id"] for table in ("zone", "station", "connector")}
        self._zones: ListReader[Zone, int] = ListReader("zones", profile.read_zone, lambda zone: zone.id, ids["zone"])
        self._stations: ListReader[Station, int] = ListReader(
            "stations", profile.read_station, lambda station: station.id, ids["station"]
        )
        self._connectors: ListReader[Connector, ConnectorKey] = ListReader(
            "connectors", profile.read_connector, lambda connector: connector.key, ids["connector"]
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
        site.stale_zones, site.stale_stations = self._zones.stale, self._stations.stale
        site.stale_connectors = self._connectors.stale
        return site

    def replaced(self) -> dict[str, list[Any]]:
        """Return, list by list, the last good raw objects that stand in for unreadable ones."""
        parts = (self._zones, self._stations, self._connectors)
        return {part.name: objects for part in parts if (objects := part.replaced())}

    def raw_objects(self) -> dict[str, dict[Any, Any]]:
        """Return, list by list, the raw objects that were read, by the key of what they became."""
        parts = (self._zones, self._stations, self._connectors)
        return {part.name: part.raw_by_key() for part in parts}
