"""How large a site is, in words: what was read of one, or what is in the tree."""

from __future__ import annotations

from collections.abc import Sized
from typing import Protocol


class HasObjects(Protocol):
    """What has the three lists of a site, whatever is in them."""

    @property
    def zones(self) -> Sized:
        """The zones."""
        ...

    @property
    def stations(self) -> Sized:
        """The stations."""
        ...

    @property
    def connectors(self) -> Sized:
        """The connectors."""
        ...


def size_of(site: HasObjects) -> str:
    """Say how large a site is.

    >>> from evce_connector.site.model import Site, System
    >>> size_of(Site(System("", "", "", None)))
    '0 zones, 0 stations, 0 connectors'
    """
    lists = {"zone": site.zones, "station": site.stations, "connector": site.connectors}
    return ", ".join(counted(len(objects), what) for what, objects in lists.items())


def counted(count: int, what: str) -> str:
    """Say how many of something there are."""
    return f"{count} {what}" + ("" if count == 1 else "s")
