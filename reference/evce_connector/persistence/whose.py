"""Whose database it is, by what stands in it: this connector's, a newer one's, another program's, or nobody's yet.

A SQLite file of ours carries our number in its head, so that also a piece of it is known again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.errors import ConnectorError
from evce_connector.persistence.hindrance import unread_by_us
from evce_connector.persistence.looking import is_logged, open_to_look
from evce_connector.persistence.schema import metadata

APPLICATION = 0x45564345
"""SQLite's `application_id` of our files: EVCE."""
REVISIONS = "alembic_version"
"""The table that Alembic keeps, in whichever program."""
_LATER = frozenset({"owner", "portal_audit", "portal_users", "processor_runs", "settings"})
"""Tables that 0.1.0 did not have, which kept no revision; nor had its `commands` a `stage`."""
_STAGE = ("commands", "stage")
NOTHING = 1
"""Bytes of a file that SQLite takes for empty."""
_ENOUGH = 4
"""Tables with names of ours that make an unmarked database ours: others too may have one of `commands`."""
_NAMED = 3
"""Tables of another program that are named."""
_MAGIC = b"SQLite format 3\0"
_HEAD = 100
"""Bytes at the beginning of each SQLite file, before its tables."""
_NUMBER = slice(68, 72)
"""Where in them `application_id` stands."""
_OURS = b"alarm_events"
"""Stands in each file of ours, where SQLite keeps how tables were made; small pieces lack it."""
_LOOKED_THROUGH = 16_000_000
"""Bytes at the beginning of a file that are looked through for that."""


class Whose(Enum):
    """To whom a database belongs."""

    NOBODYS = "nobody's"
    OURS = "ours"
    NEWER = "a newer version's"
    ANOTHERS = "another program's"


class AnothersError(ConnectorError):
    """Another program's database is where ours should be; nothing was changed in it."""

    def __init__(self, database: str, content: Content) -> None:
        super().__init__(
            f"The database {database} is another program's: {content.strange()}. It stays as it is. Give storage.url a "
            f"file of the connector's own, which it makes at its first start."
        )


class TablesMissingError(SQLAlchemyError):
    """Somebody dropped tables or columns of ours."""


class Content(NamedTuple):
    """What tells whose a database is: its tables, their revision, and SQLite's number of the program.

    `columns` are all by table and name; where there are none nobody has looked at them.
    """

    tables: frozenset[str]
    revision: str | None
    application: int = 0
    columns: frozenset[tuple[str, str]] = frozenset()

    def whose(self, known: Sequence[str]) -> Whose:
        """Tell whose it is, by the revisions that this version knows."""
        if self.is_strange:
            return Whose.ANOTHERS
        if not self.tables and self.application != APPLICATION:
            return Whose.NOBODYS
        if self.revision in (None, *known):
            return Whose.OURS
        later = str(self.revision).isdecimal() and len(str(self.revision)) == len(known[-1])
        if later:
            return Whose.NEWER
        return Whose.OURS if self.application == APPLICATION else Whose.ANOTHERS

    def has_lost_revision(self, known: Sequence[str]) -> bool:
        """Tell whether tables of ours that had a revision have none any more that means anything."""
        if self.whose(known) is not Whose.OURS or self.revision in known:
            return False
        return self.revision is not None or bool(self.tables & _LATER) or _STAGE in self.columns

    @property
    def is_strange(self) -> bool:
        """Whether another program's number or tables are in it, and not enough of ours."""
        if self.application:
            return self.application != APPLICATION
        return bool(self.tables) and len(self.tables & metadata.tables.keys()) < _ENOUGH

    def strange(self) -> str:
        """Say what in it is not ours."""
        if self.application not in (0, APPLICATION):
            return f"its application_id is {self.application}, not the connector's"
        others = sorted(self.tables - metadata.tables.keys() - {REVISIONS})
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        if others:
            return f"it holds the tables {', '.join(others[:_NAMED])}{more}"
        return f"its tables are of a revision {self.revision}, which is none of the connector's"

    def missing(self) -> str:
        """Say which tables and columns of the newest revision are not there; nothing when all are."""
        gone = sorted(metadata.tables.keys() - self.tables)
        if len(gone) == len(metadata.tables):
            return "its tables are gone"
        if gone:
            return f"its table{'s' * (len(gone) > 1)} {', '.join(gone)} {'are' if len(gone) > 1 else 'is'} missing"
        declared = {(table.name, column.name) for table in metadata.tables.values() for column in table.columns}
        lacking = sorted(declared - self.columns) if self.columns else []
        names = ", ".join(f"{table}.{column}" for table, column in lacking)
        several = len(lacking) > 1
        return f"its column{'s' * several} {names} {'are' if several else 'is'} missing" if lacking else ""


def content_of(connection: sqlite3.Connection) -> Content:
    """Look at what a SQLite database holds; sqlite3.Error when it cannot be read."""
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite|_%' ESCAPE '|'"
    tables = frozenset(name for (name,) in connection.execute(names))
    found = None
    if REVISIONS in tables:
        found = connection.execute(f"SELECT * FROM {REVISIONS}").fetchone()  # noqa: S608 - a name of ours
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    columns = connection.execute(
        "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'"
    )
    return Content(tables, str(found[0]) if found else None, application, frozenset(columns.fetchall()))


def looked_into(file: Path) -> Content | None:
    """Look at what a file holds, and change nothing in it or beside it; None when it holds nothing that can be read.

    The file alone says whether it is another program's: a log of ours may have been left beside it.
    """
    alone = alone_in(file)
    with suppress(OSError):
        return _content(file) if is_logged(file) and not (alone and alone.is_strange) else alone
    return alone


def alone_in(file: Path) -> Content | None:
    """Return the same of a file without its log."""
    return _content(file, without_log=True)


def _content(file: Path, *, without_log: bool = False) -> Content | None:
    with suppress(OSError, sqlite3.Error):
        if file.stat().st_size > NOTHING:
            with closing(open_to_look(file, without_log=without_log)) as connection:
                return content_of(connection)
    return None


def refuse_others(file: Path, database: str, known: Sequence[str]) -> None:
    """Raise AnothersError before anything is done with another program's file."""
    content = alone_in(file)
    if content is None or not content.tables:  # what was made in it may stand in the log alone
        content = looked_into(file)
    if content is not None and content.whose(known) is Whose.ANOTHERS:
        raise AnothersError(database, content)


def was_ours(file: Path) -> bool:
    """Tell whether a file that is damaged was ours: by our number in its head, or by what is left of our tables.

    So are a head that is cut off, and nothing but zeros: nobody else misses them. All else that stands at storage.url
    is somebody else's, and not to be touched.
    """
    with suppress(OSError), file.open("rb") as content:
        beginning = content.read(_LOOKED_THROUGH)
        if len(beginning) < _HEAD and _MAGIC.startswith(beginning[: len(_MAGIC)]):
            return True
        if beginning.startswith(_MAGIC) and (number := int.from_bytes(beginning[_NUMBER], "big")):
            return number == APPLICATION
        return _OURS in beginning or not beginning.strip(b"\0")
    return False


def what_run_does(file: Path, known: Sequence[str]) -> str:
    """Say what `evce-connector run` does with a file in which something is wrong."""
    if file.stat().st_size <= NOTHING:
        return "`evce-connector run` begins it anew."
    if unread_by_us(file):
        return "`evce-connector run` ends with the same under that user."
    content = looked_into(file)
    whose = content.whose(known) if content else None
    if whose is Whose.ANOTHERS or (content is None and not was_ours(file)):
        return "`evce-connector run` refuses it, and leaves it as it is. Check storage.url."
    if whose is Whose.NEWER:
        return "`evce-connector run` refuses it, and leaves it as it is. Install the newer version."
    return f"`evce-connector run` {_goes_on(content, known)}."


def what_run_changes(file: Path, known: Sequence[str]) -> str:
    """Say what is not right of the tables in a sound file of ours, and what `evce-connector run` does; else nothing."""
    content = looked_into(file)
    whose = content.whose(known) if content else None
    if content is not None and whose is Whose.NOBODYS:
        return "it holds no tables: `evce-connector run` makes them at its start"
    if content is None or whose is not Whose.OURS or content.revision == known[-1]:
        return ""
    lost = content.has_lost_revision(known)
    if lost and content.missing():
        return ""
    why = "its tables have lost their revision" if lost else "its tables are of an older version"
    return f"{why}: `evce-connector run` {_goes_on(content, known)}"


def _goes_on(content: Content | None, known: Sequence[str]) -> str:
    """Say how it goes on with what is ours."""
    lost = content is not None and content.has_lost_revision(known)
    if content is None or ((lost or content.revision == known[-1]) and content.missing()):
        return "moves it aside at its start, and goes on with what can be read of it"
    if lost:
        return "enters the revision of its tables again at its start"
    if content.revision != known[-1]:
        return "brings its tables up to date at its start, after a copy"
    return "moves it aside when it meets the damage, and goes on with what can be read of it"
