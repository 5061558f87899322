"""`evce-connector check`: what would go wrong with a configuration, found before it runs (C-13)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import make_url

from evce_connector.clock import SystemClock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.model import Storage
from evce_connector.config.required import refuse_unfinished
from evce_connector.config.start import Start
from evce_connector.host import neighbours
from evce_connector.host.exposed import exposed
from evce_connector.host.findings import Finding, found_by
from evce_connector.host.in_words import DamagedError, in_words
from evce_connector.host.loaded import Loading
from evce_connector.host.registry import chosen, classes
from evce_connector.host.shown import PAGES
from evce_connector.host.stores import EMPTY, opened_for_a_command
from evce_connector.http_server.tls import ends, server_context
from evce_connector.persistence.database import DatabaseError, free_bytes, open_database
from evce_connector.persistence.hindrance import unfit
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import log_of, shared_of
from evce_connector.persistence.owner import owner_of
from evce_connector.persistence.patience import RUNNING
from evce_connector.persistence.place import file_of, is_empty
from evce_connector.persistence.reading_only import why_reading_only
from evce_connector.persistence.short_look import short_look
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import what_run_changes
from evce_connector.processors.interface_alarm import LEAST_FREE, little_room


def check(path: Path | None, environment: Mapping[str, str] | None = None) -> list[Finding]:
    """Check what the next start would run with, a file or without one, and everything that it points at."""
    try:
        loaded = Loading(path, os.environ if environment is None else environment).newest()
        loaded.start.refuse_nowhere()
        configuration = loaded.configuration
        refuse_unfinished(configuration)
    except ConfigurationError as error:
        return [Finding("error", trouble) for trouble in error.troubles]
    saved = f" with version {loaded.number} of the saved settings" if loaded.number else ""
    findings = [Finding("good", f"{loaded.start.file_name}{saved} is a valid configuration.")]
    findings += [Finding("warning" if loaded.look_again else "error", trouble) for trouble in loaded.troubles]
    laid_open = partial(_exposed, loaded.start)  # after the database, which is narrowed when it is opened
    in_file = partial(_secrets, loaded.start)
    at_neighbours = (neighbours.tls, neighbours.controller, neighbours.server)
    looks = (_processors, in_file, *at_neighbours, pages, _database, laid_open)
    return findings + found_by(looks, configuration)


def _processors(configuration: Configuration) -> list[Finding]:
    classes(configuration)
    names = [processor.name for processor, _ in chosen(configuration)]
    return [Finding("good", f"Processors of other packages that will run: {', '.join(names)}.")] if names else []


def pages(configuration: Configuration) -> list[Finding]:
    """See whether the pages could be served: their certificate, and the port by taking it for a moment."""
    portal = configuration.portal
    if not portal.enabled:
        return []
    found = []
    if portal.address.startswith("https:") and portal.certificate is not None:
        server_context(portal.certificate, portal.private_key, PAGES)
        with suppress(ValueError):  # OpenSSL takes more kinds of files than can be looked into
            if (ended := ends(Path(portal.certificate))) <= SystemClock().now():
                text = f"portal.certificate: {portal.certificate} has ended on {ended:%Y-%m-%d}: browsers refuse it."
                found.append(Finding("warning", text))
    if trouble := neighbours.taken(portal.address):
        return [*found, Finding("error", f"portal.address: {trouble}.")]
    return [*found, Finding("good", f"The pages can be served at {portal.address}.")]


def _secrets(start: Start, _: Configuration) -> list[Finding]:
    """Name the passwords that stand in the file itself; what is saved on the pages is encrypted."""
    tables = {name: start.file.get(name, {}) for name in ("evce", "ews")}
    tables |= {f"ews.users.{number}": user for number, user in enumerate(tables["ews"].get("users", []))}
    return [
        Finding("warning", f"{name}.password stands in plain text; password_file or the environment is safer.")
        for name, table in tables.items()
        if "password" in table
    ]


def _exposed(start: Start, configuration: Configuration) -> list[Finding]:
    return [Finding("warning", sentence) for sentence in exposed(start, configuration)]


def _database(configuration: Configuration) -> list[Finding]:
    storage = configuration.storage
    if (file := file_of(make_url(storage.url))) is not None:
        LeftLog(file).refuse_strange()
        if is_empty(file):
            return [Finding("warning", str(DatabaseError(storage.url, EMPTY, storage.site)))]
        if not os.path.lexists(file):
            return _new_database(storage.url, file)
    try:
        with in_words(storage):
            if file is not None and (change := what_run_changes(file, revisions())):
                return _as_it_stands(file, change)
            return _opened(storage)
    except DamagedError as error:
        return [Finding("error", str(error))]


def _as_it_stands(file: Path, change: str) -> list[Finding]:
    """Look through a file that opening would change; DamagedError."""
    told = [change, *filter(None, [LeftLog(file).missing()])]
    return [*_looked_through(file), *(Finding("warning", f"The database file {file}: {one}.") for one in told)]


def _opened(storage: Storage) -> list[Finding]:
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
    if owner is not None and not owner.has_ended():
        findings.append(Finding("good", f"A connector runs on the database: {owner.name}."))
    return [*findings, *told]


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
