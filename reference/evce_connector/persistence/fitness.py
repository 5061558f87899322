"""Whether a SQLite file can be written in as it stands, found by looking alone: nothing is made, mended or changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from evce_connector.persistence.hindrance import kind_of, unfit, why_unread
from evce_connector.persistence.looking import open_to_look
from evce_connector.persistence.place import is_empty
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import Content, Whose, content_of


def unfitness(file: Path) -> str:
    """Return why a file is no sound database of this version; empty when it is one, as far as its head tells."""
    if why := unfit(file):
        return why
    if not file.exists():
        return f"there is no file {file}"
    if is_empty(file):
        return f"{file} is an empty file"
    try:
        with closing(open_to_look(file)) as connection:
            return _unfitness_of(file, content_of(connection), revisions())
    except sqlite3.Error as error:
        damaged = kind_of(error) == sqlite3.SQLITE_CORRUPT
        return f"{file} is damaged: {error}" if damaged else f"{file} cannot be read: {why_unread(file, error)}"


def _unfitness_of(file: Path, content: Content, known: Sequence[str]) -> str:
    if content.whose(known) is not Whose.OURS:
        return f"{file} is not the connector's"
    if content.revision != known[-1]:
        return f"{file} is of another version of the connector"
    missing = content.missing()
    return f"{file} is damaged: {missing}" if missing else ""
