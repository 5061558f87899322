"""A site as its controller would tell it, to be changed and read again without a controller."""

# ruff: noqa: ANN401 - JSON has no one type

from __future__ import annotations

from typing import Any

from evce_connector.evce.profile import Profile
from evce_connector.evce.reader import SiteReader
from evce_connector.site.model import RawList, RawSite, Site


class SiteFile:
    """A site as JSON of the controller, to be changed at will and read again and again."""

    def __init__(self, profile: Profile, dump: dict[str, Any]) -> None:
        self.system: dict[str, Any] = dump["system"]
        self.zones: list[Any] = dump["zones"]
        self.stations: list[Any] = dump["stations"]
        self.connectors: list[Any] = dump["connectors"]
        self.reader = SiteReader(profile)

    def raw(self) -> RawSite:
        lists = (RawList([], list(objects)) for objects in (self.zones, self.stations, self.connectors))
        return RawSite(self.system, *lists)

    def read(self) -> Site:
        return self.reader.read(self.raw())

    def zone(self, number: int) -> dict[str, Any]:
        return next(zone for zone in self.zones if zone["id"] == number)

    def station(self, number: int) -> dict[str, Any]:
        return next(station for station in self.stations if station["id"] == number)

    def connector(self, number: int) -> dict[str, Any]:
        return next(connector for connector in self.connectors if connector["id"] == number)

    def change(self, kind: str, number: int, **fields: Any) -> None:
        """Replace an object by a changed copy, as the next answer of a controller would."""
        objects: list[Any] = getattr(self, f"{kind}s")
        index = next(index for index, item in enumerate(objects) if item["id"] == number)
        objects[index] = objects[index] | fields

    def remove(self, kind: str, number: int) -> None:
        objects: list[Any] = getattr(self, f"{kind}s")
        objects[:] = [item for item in objects if item["id"] != number]
