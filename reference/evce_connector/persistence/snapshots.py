"""Keeps what was read of the controller, so that the next start has a tree and values before the controller answers.

Set-up keeps each object as one row; a poll keeps its pages as they came, in one transaction, and values are computed
from them again: a row per item would cost twenty times that.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from evce_connector.persistence.attempts import Attempts
from evce_connector.persistence.ledger import Change, SiteLedger
from evce_connector.persistence.readable import instant
from evce_connector.persistence.snapshot_tables import (
    FACT_ROWS,
    OBJECT_ROWS,
    PAGE_ROWS,
    facts_table,
    objects_table,
    pages_table,
)
from evce_connector.persistence.turns import writing
from evce_connector.site.catalogue import LISTS, connector_id, station_id, zone_id
from evce_connector.site.model import ConnectorKey, RawList, RawSite
from evce_connector.site.values import utc_text


def folder_id(name: str, key: int | ConnectorKey) -> str:
    """Return the id of the folder that an object of a list gets."""
    if isinstance(key, tuple):
        return connector_id(*key)
    return zone_id(key) if name == "zones" else station_id(key)


_LAST = 2_000_000_000
"""Position of what entered after set-up: behind all else, until the next set-up counts anew."""
_THESE_PAGES = delete(pages_table).where(
    pages_table.c.list == bindparam("old_list"), pages_table.c.page == bindparam("old_page")
)


@dataclass(frozen=True)
class KeptObject:
    """One object of the tree: its folder, how the controller sent it, and since when set-up misses it, if it does."""

    folder: str
    raw: Any
    gone_since: datetime | None = None


@dataclass(frozen=True)
class KeptSetup:
    """What the last set-up made the tree of, list by list, and when (UTC); `at` is None when none ever succeeded."""

    system: Any
    objects: Mapping[str, list[KeptObject]]
    at: datetime | None

    def raw(self) -> RawSite:
        """Return it in the form of a fetched site."""
        lists = (RawList([], [kept.raw for kept in self.objects[name]]) for name in LISTS)
        return RawSite(self.system, *lists)

    def folders(self) -> set[str]:
        """Return the folders of all objects."""
        return {kept.folder for objects in self.objects.values() for kept in objects}

    def gone(self) -> set[str]:
        """Return the folders of what the controller no longer reported."""
        return {kept.folder for objects in self.objects.values() for kept in objects if kept.gone_since}

    def expected(self, name: str) -> list[str]:
        """Return the folders of what the controller reported in a list."""
        return [kept.folder for kept in self.objects[name] if not kept.gone_since]


@dataclass(frozen=True)
class KeptPoll:
    """The last good poll, and when it was (UTC)."""

    raw: RawSite
    at: datetime


Pages = dict[tuple[str, int], bytes]
"""Pages of a poll by list and number."""


class Snapshots:
    """The last set-up and the last good poll, and small facts by name.

    Set-up and poll are in memory as well, the set-up packed to a tenth: they are there whatever the database does, and
    what it does not take is written by the next `flush`. What a set-up changed is kept in the site's ledger with it.
    """

    def __init__(self, engine: Engine, ledger: SiteLedger | None = None) -> None:
        self._engine = engine
        self._ledger = ledger or SiteLedger(engine)
        self._first = False
        """Whether the database is known to hold no poll: it need not be asked again."""
        self._attempts = Attempts(engine)
        self._lock = threading.Lock()
        self._kept: Pages = {}
        self._latest: tuple[Pages, datetime] | None = None
        self._setup = b""
        self._setup_waits = self._poll_waits = False

    def fact(self, name: str) -> str | None:
        """Return a fact that was kept, or None."""
        with self._engine.connect() as connection:
            found = FACT_ROWS.read(connection, select(facts_table).where(facts_table.c.name == name))
            return found[0] if found else None

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a fact under its name."""
        with writing(self._engine) as connection:
            enter_fact(connection, name, value)

    def take_fact(self, name: str) -> str | None:
        """Return a fact and forget it."""
        if (value := self.fact(name)) is not None:
            with writing(self._engine) as connection:
                connection.execute(delete(facts_table).where(facts_table.c.name == name, facts_table.c.value == value))
        return value

    def keep_setup(self, setup: KeptSetup, changes: Iterable[Change] = ()) -> None:
        """Keep what set-up made the tree of, and what it changed; SQLAlchemyError when that is in memory for now."""
        rows = [
            {
                "list": name,
                "folder": kept.folder,
                "position": position,
                "gone_since": utc_text(kept.gone_since) if kept.gone_since else "",
                "body": json.dumps(kept.raw),
            }
            for name in LISTS
            for position, kept in enumerate(setup.objects[name])
        ]
        self._take_setup(rows, setup.system, utc_text(setup.at) if setup.at else "", changes)
        self.flush()

    def add_to_setup(self, objects: Mapping[str, list[KeptObject]], changes: Iterable[Change] = ()) -> None:
        """Keep objects that entered the tree after set-up, beside what set-up made it of, in the same way."""
        rows = [
            {"list": name, "folder": kept.folder, "position": _LAST, "gone_since": "", "body": json.dumps(kept.raw)}
            for name, entered in objects.items()
            for kept in entered
        ]
        before, system, at = self._rows_of_setup()
        entered = {(row["list"], row["folder"]) for row in rows}
        others = (row for row in before if (row["list"], row["folder"]) not in entered)
        self._take_setup([*others, *rows], system, at, changes)
        self.flush()

    def setup(self) -> KeptSetup:
        """Return what the last set-up made the tree of; without objects when none has ever succeeded."""
        objects: dict[str, list[KeptObject]] = {name: [] for name in LISTS}
        rows, system, at = self._rows_of_setup()
        for row in rows:
            gone_since = instant(row["gone_since"]) if row["gone_since"] else None
            objects[row["list"]].append(KeptObject(row["folder"], json.loads(row["body"]), gone_since))
        return KeptSetup(system, objects, instant(at) if at else None)

    def _rows_of_setup(self) -> tuple[list[dict[str, Any]], Any, str]:
        """Return the rows of all objects, who the controller said that it is, and when (empty: never)."""
        if not self._setup:
            with self._engine.connect() as connection:
                rows = OBJECT_ROWS.read(
                    connection, select(objects_table).order_by(objects_table.c.list, objects_table.c.position)
                )
            self._pack_setup(rows, json.loads(self.fact("setup.system") or "{}"), self.fact("setup.at") or "")
        rows, system, at = json.loads(zlib.decompress(self._setup))
        return rows, system, at

    def _pack_setup(self, rows: list[dict[str, Any]], system: Any, at: str) -> None:  # noqa: ANN401 - JSON
        self._setup = zlib.compress(json.dumps([rows, system, at]).encode(), level=1)

    def _take_setup(self, rows: list[dict[str, Any]], system: Any, at: str, changes: Iterable[Change]) -> None:  # noqa: ANN401 - JSON
        with self._lock:
            self._pack_setup(rows, system, at)
            self._ledger.wait_for(changes)
            self._setup_waits = True

    def take_up(self) -> None:
        """Go on in a database that was opened anew: it gets set-up and poll as they are in memory."""
        with self._lock:
            self._kept, self._setup_waits, self._poll_waits = {}, bool(self._setup), self._latest is not None
        self.flush()

    def flush(self) -> None:
        """Write what is only in memory; SQLAlchemyError when the database does not take it."""
        with self._lock:
            if self._setup_waits:
                self._write_setup()
            if self._poll_waits and self._latest is not None:
                self._write_poll(*self._latest)

    def _write_setup(self) -> None:
        rows, system, at = self._rows_of_setup()
        with self._attempts.begin() as connection:
            connection.execute(delete(objects_table))
            if rows:
                connection.execute(insert(objects_table), rows)
            enter_fact(connection, "setup.system", json.dumps(system))
            if at:
                enter_fact(connection, "setup.at", at)
            told = self._ledger.write(connection)
        self._ledger.let_go(told)
        self._setup_waits = False

    def keep_poll(self, raw: RawSite, replaced: Mapping[str, list[Any]], at: datetime) -> None:
        """Keep the pages of a good poll; SQLAlchemyError when they are only in memory for now."""
        self.take_poll(raw, replaced, at)
        self.flush()

    def take_poll(self, raw: RawSite, replaced: Mapping[str, list[Any]], at: datetime) -> None:
        """Take the pages of a good poll, for the next `flush`.

        `replaced` holds what stood in for objects that could not be read whole. Pages that this object kept before, as
        those of stations usually are, are not written again.
        """
        pages = {(name, number): page for name in LISTS for number, page in enumerate(getattr(raw, name).pages)}
        pages |= {(f"replaced {name}", 0): json.dumps(objects).encode() for name, objects in replaced.items()}
        pages["system", 0] = json.dumps(raw.system).encode()
        with self._lock:
            self._latest, self._poll_waits = (pages, at), True

    def _write_poll(self, pages: Pages, at: datetime) -> None:
        kept, self._kept = self._kept, {}  # after a failure nothing is taken for granted
        changed = [{"list": n, "page": i, "body": page} for (n, i), page in pages.items() if kept.get((n, i)) != page]
        changed.append({"list": "at", "page": 0, "body": utc_text(at).encode()})
        gone = [{"old_list": row["list"], "old_page": row["page"]} for row in changed]
        gone += [{"old_list": name, "old_page": number} for name, number in kept.keys() - pages.keys()]
        with self._attempts.begin() as connection:
            if kept:
                connection.execute(_THESE_PAGES, gone)
            else:
                connection.execute(delete(pages_table))
            connection.execute(insert(pages_table), changed)
        self._kept, self._poll_waits = pages, False

    def poll(self) -> KeptPoll | None:
        """Return the last good poll, or None when there has never been one."""
        bodies: dict[str, list[bytes]] = {}
        if self._latest is not None:
            pages, at = self._latest
            for (name, _), body in sorted({**pages, ("at", 0): utc_text(at).encode()}.items()):
                bodies.setdefault(name, []).append(body)
        elif not self._first:
            with self._engine.connect() as connection:
                rows = connection.execute(select(pages_table).order_by(pages_table.c.list, pages_table.c.page)).all()
                pages_read = PAGE_ROWS.made_of(connection, rows)
            if len(pages_read) == len(rows):  # what stands on a page that lacks would be taken for gone
                for name, body in pages_read:
                    bodies.setdefault(name, []).append(body)
            self._first = not rows
        if "at" not in bodies or "system" not in bodies:
            return None
        lists = (self._merged(bodies, name) for name in LISTS)
        return KeptPoll(RawSite(json.loads(bodies["system"][0]), *lists), instant(bodies["at"][0].decode()))

    def _merged(self, bodies: Mapping[str, list[bytes]], name: str) -> RawList:
        """Decode the pages of a list; what stood in for an object that could not be read whole goes before it.

        So a reader knows the last values of its fields, and still sees which could not be read.
        """
        objects = [item for page in bodies.get(name, []) for item in json.loads(page)["items"]]
        replaced = [item for body in bodies.get(f"replaced {name}", []) for item in json.loads(body)]
        return RawList([], [*replaced, *objects])


def enter_fact(connection: Connection, name: str, value: str) -> None:
    """Keep a fact under its name, in a transaction that is open."""
    if not connection.execute(update(facts_table).where(facts_table.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(facts_table).values(name=name, value=value))
