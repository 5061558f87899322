"""A look through a SQLite file that ends in time, for commands that do not exist to look whether it is sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from evce_connector.persistence.looking import open_to_look
from evce_connector.persistence.place import damage_in

SECONDS = 10.0
"""How long it may take: some hundred megabytes are looked through by then."""
_STEPS = 10_000
"""Steps of SQLite between two looks at the clock."""


class Look(NamedTuple):
    """What was seen: why the file is damaged, in SQLite's words, if it is; and whether all of it was looked through."""

    damage: str
    whole: bool


def short_look(file: Path, seconds: float = SECONDS) -> Look:
    """Look through the pages of a file, for so many s at most; nothing is made or changed."""
    until = monotonic() + seconds
    try:
        with closing(open_to_look(file)) as connection:
            connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        damage = damage_in(error)  # of all else who opens it says more
        return Look(damage, whole=error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT)
    return Look("" if found == "ok" else found.replace("\n", " "), whole=True)
