"""What a start finds where its SQLite database should be, and would be lost or spoilt by opening it as it is."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import make_url

from evce_connector.clock import Clock
from evce_connector.persistence import salvage
from evce_connector.persistence.database import DatabaseError
from evce_connector.persistence.hindrance import unfit
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import log_of
from evce_connector.persistence.names import named
from evce_connector.persistence.place import file_of, is_empty
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import refuse_others

LOGGER = logging.getLogger("evce_connector")


def noticed(url: str, clock: Clock) -> str:
    """Return in sentences what a start found, and put aside what must not be opened; empty when all is well.

    DatabaseError when it cannot be put aside, AnothersError when the file is another program's.
    """
    file = file_of(make_url(url))
    if file is None or unfit(file):  # who opens it says that better
        return ""
    left = LeftLog(file)
    refuse_others(file, named(url, ""), revisions())
    try:
        if is_empty(file):
            return _empty(left, clock)
        if left.is_alone():
            moved = salvage.move_aside(file, clock.now())
            return f"the database file {file} was not there, and is begun anew. Its log is {log_of(moved)} now."
        if left.is_of_another_file():
            return _strange_log(file, "was of another file, which a connector that was killed ran on", clock)
        if left.is_behind():
            return _strange_log(file, "was cut or spoilt, and the file holds later things than it", clock)
    except OSError as error:
        raise DatabaseError(url, f"what is beside it belongs to another file, and cannot be moved: {error}") from error
    missing = lacking(left)
    if not missing and left.perhaps_missing():
        LOGGER.warning(
            "The connector that ran before was killed, and nothing of its log is beside %s. If somebody removed it, "
            "what was acknowledged last is lost; if another program opened the file since, nothing is.",
            file,
        )
    return missing


def lacking(left: LeftLog) -> str:
    """Say in a sentence which part of a log is gone, and what that means; empty when it is whole."""
    if missing := left.missing():
        return f"the database file {left.file} is gone on with, but {missing}: what was acknowledged last is lost"
    return ""


def _empty(left: LeftLog, clock: Clock) -> str:
    """Tell of an empty file; what SQLite kept beside it goes aside with it: SQLite itself would delete that."""
    file = left.file
    words = (
        f"the database file {file} was empty, and is begun anew. If a connector ran on it before, all that it kept is "
        "lost: a back-up, put in its place while the connector stands, has it."
    )
    if not left.is_alone():
        return words
    return f"{words} It was moved to {salvage.move_aside(file, clock.now())} with what was beside it."


def _strange_log(file: Path, why: str, clock: Clock) -> str:
    moved = log_of(salvage.move_aside(file, clock.now(), salvage.LOG))
    words = f"the log beside the database file {file} {why}."
    return f"{words} The log is {moved} now, and the file is gone on with as it is; what was written last is not in it."
