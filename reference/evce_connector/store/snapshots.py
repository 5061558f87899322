"""Keeps what was read of the controller, so that the next start has a tree and values before the controller answers.

Set-up keeps each object as one row; a poll keeps its pages as they came, in one transaction, and values are computed
from them again: a row per item would cost twenty times that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Engine, Integer, LargeBinary, String, Table, delete, insert, select

from evce_connector.model import RawList, RawSite
from evce_connector.store.schema import metadata
from evce_connector.values import utc_text

LISTS = ("zones", "stations", "connectors")

_objects = Table(
    "site_objects",
    metadata,
    Column("list", String(16), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("body", String, nullable=False),
)
_pages = Table(
    "poll_pages",
    metadata,
    Column("list", String(16), primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
_facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String, nullable=False),
)


@dataclass(frozen=True)
class KeptSite:
    """A site as it was read at an instant (UTC)."""

    raw: RawSite
    at: datetime


class Snapshots:
    """The last set-up and the last good poll, and small facts by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fact(self, name: str) -> str | None:
        """Return a fact that was kept, or None."""
        with self._engine.connect() as connection:
            value: str | None = connection.scalar(select(_facts.c.value).where(_facts.c.name == name))
            return value

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a fact under its name."""
        with self._engine.begin() as connection:
            connection.execute(delete(_facts).where(_facts.c.name == name))
            connection.execute(insert(_facts).values(name=name, value=value))

    def keep_setup(self, system: Any, objects: Mapping[str, list[Any]], at: datetime) -> None:  # noqa: ANN401 - JSON
        """Keep what set-up made the tree of."""
        rows = [
            {"list": name, "position": position, "body": json.dumps(item)}
            for name in LISTS
            for position, item in enumerate(objects[name])
        ]
        with self._engine.begin() as connection:
            connection.execute(delete(_objects))
            if rows:
                connection.execute(insert(_objects), rows)
        self.keep_fact("setup.system", json.dumps(system))
        self.keep_fact("setup.at", utc_text(at))

    def setup(self) -> KeptSite | None:
        """Return what the last set-up made the tree of, or None when none has ever succeeded."""
        at = self.fact("setup.at")
        if at is None:
            return None
        with self._engine.connect() as connection:
            rows = connection.execute(select(_objects).order_by(_objects.c.list, _objects.c.position)).all()
        lists = {name: [json.loads(row.body) for row in rows if row.list == name] for name in LISTS}
        system = json.loads(self.fact("setup.system") or "{}")
        return KeptSite(RawSite(system, *(RawList([], lists[name]) for name in LISTS)), _instant(at))

    def keep_poll(self, raw: RawSite, replaced: Mapping[str, list[Any]], at: datetime) -> None:
        """Keep the pages of a good poll; `replaced` holds last good objects for those that could not be read."""
        rows = [
            {"list": name, "page": number, "body": page}
            for name in LISTS
            for number, page in enumerate(getattr(raw, name).pages)
        ]
        for name, objects in replaced.items():
            rows.append({"list": f"replaced {name}", "page": 0, "body": json.dumps(objects).encode()})
        rows.append({"list": "system", "page": 0, "body": json.dumps(raw.system).encode()})
        rows.append({"list": "at", "page": 0, "body": utc_text(at).encode()})
        with self._engine.begin() as connection:
            connection.execute(delete(_pages))
            connection.execute(insert(_pages), rows)

    def poll(self) -> KeptSite | None:
        """Return the last good poll, or None when there has never been one."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_pages).order_by(_pages.c.list, _pages.c.page)).all()
        bodies: dict[str, list[bytes]] = {}
        for row in rows:
            bodies.setdefault(row.list, []).append(row.body)
        if "at" not in bodies:
            return None
        lists = (self._merged(bodies, name) for name in LISTS)
        return KeptSite(RawSite(json.loads(bodies["system"][0]), *lists), _instant(bodies["at"][0].decode()))

    def _merged(self, bodies: Mapping[str, list[bytes]], name: str) -> RawList:
        """Decode the pages of a list; objects that were replaced take the place of those with the same id."""
        objects = [item for page in bodies.get(name, []) for item in json.loads(page)["items"]]
        replaced = [item for body in bodies.get(f"replaced {name}", []) for item in json.loads(body)]
        return RawList([], [*objects, *replaced])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
