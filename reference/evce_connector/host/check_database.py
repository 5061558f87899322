"""What `evce-connector check` sees of a configuration's database, in which it changes nothing."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url

from evce_connector.config.model import Storage
from evce_connector.errors import ConnectorError
from evce_connector.host.findings import Finding
from evce_connector.host.in_words import DamagedError, in_words
from evce_connector.host.stores import EMPTY, opened_for_a_command
from evce_connector.persistence.database import DatabaseError, free_bytes, open_database
from evce_connector.persistence.hindrance import unfit
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import log_of, shared_of
from evce_connector.persistence.owner import Owner, owner_of
from evce_connector.persistence.patience import RUNNING
from evce_connector.persistence.place import file_of, is_empty
from evce_connector.persistence.reading_only import why_reading_only
from evce_connector.persistence.short_look import short_look
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import what_run_changes
from evce_connector.processors.interface_alarm import LEAST_FREE, little_room


class Seen(NamedTuple):
    """What was found, and which connector runs on the database now; None when none does."""

    findings: list[Finding]
    owner: Owner | None = None


def look(storage: Storage) -> Seen:
    """Look at a database, and through its file for a short time."""
    try:
        return _seen(storage)
    except ConnectorError as error:
        return Seen([Finding("error", str(error))])


def _seen(storage: Storage) -> Seen:
    if (file := file_of(make_url(storage.url))) is not None:
        LeftLog(file).refuse_strange()
        if is_empty(file):
            return Seen([Finding("warning", str(DatabaseError(storage.url, EMPTY, storage.site)))])
        if not os.path.lexists(file):
            return Seen(_new_database(storage.url, file))
    with in_words(storage):
        if file is not None and (change := what_run_changes(file, revisions())):
            return Seen(_as_it_stands(file, change))
        return _opened(storage)


def _as_it_stands(file: Path, change: str) -> list[Finding]:
    """Look through a file that opening would change; DamagedError."""
    told = [change, *filter(None, [LeftLog(file).missing()])]
    return [*_looked_through(file), *(Finding("warning", f"The database file {file}: {one}.") for one in told)]


def _opened(storage: Storage) -> Seen:
    """Open the database and look through it; DamagedError, or what else opening raises."""
    told: list[Finding] = []
    engine = opened_for_a_command(storage, RUNNING, lambda missing: told.append(Finding("warning", f"{missing}.")))
    try:
        with engine.connect() as connection:
            owner, why_not = owner_of(connection), why_reading_only(connection)
        free = free_bytes(engine)
    finally:
        engine.dispose()
    findings = _looked_through(file_of(make_url(storage.url)))
    if why_not:
        findings = [Finding("error", f"The database can be read, and not written: {why_not}.")]
    elif free is not None and free < LEAST_FREE:
        findings.append(Finding("warning", little_room(free)))
    runs = owner if owner is not None and not owner.has_ended() else None
    return Seen([*findings, *told], runs)


def _new_database(url: str, file: Path) -> list[Finding]:
    """See whether a database can be made, by one of another name beside it that is gone afterwards."""
    if why := unfit(file):
        raise DatabaseError(url, why)
    trial = file.with_name(f"{file.name}.{uuid.uuid4().hex[:8]}.trial")
    try:
        open_database(make_url(url).set(database=str(trial)).render_as_string()).dispose()
    except DatabaseError as error:
        raise DatabaseError(url, error.cause.replace(trial.name, file.name)) from error
    finally:
        for made in (trial, log_of(trial), shared_of(trial)):
            made.unlink(missing_ok=True)
    return [Finding("good", f"The database {file} is not there yet; `evce-connector run` can make it.")]


def _looked_through(file: Path | None) -> list[Finding]:
    """Look through a SQLite file for a short time; DamagedError."""
    good = [Finding("good", "The database can be opened.")]
    if file is None or not file.exists():
        return good
    look = short_look(file)
    if look.damage:
        raise DamagedError(file, look.damage)
    if not look.whole:
        good.append(Finding("good", "It is too large to be looked through here: `evce-connector verify` does."))
    return good
