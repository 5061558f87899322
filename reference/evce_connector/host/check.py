"""`evce-connector check`: what would go wrong with a configuration, found before it runs (C-13)."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import make_url

from evce_connector import config
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.model import Storage
from evce_connector.errors import ConnectorError
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceVersionError
from evce_connector.evce.version import is_version
from evce_connector.host.exposed import exposed
from evce_connector.host.found_at_start import lacking
from evce_connector.host.in_words import DamagedError, in_words
from evce_connector.host.options import evce_options, ews_settings
from evce_connector.host.registry import chosen, classes
from evce_connector.host.stores import EMPTY, opened_for_a_command
from evce_connector.persistence.database import DatabaseError, free_bytes, open_database
from evce_connector.persistence.hindrance import unfit
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import log_of, shared_of
from evce_connector.persistence.owner import owner_of
from evce_connector.persistence.patience import RUNNING
from evce_connector.persistence.place import file_of, is_empty
from evce_connector.persistence.reading_only import why_reading_only
from evce_connector.persistence.short_look import short_look
from evce_connector.processors.interface_alarm import LEAST_FREE, little_room


@dataclass(frozen=True)
class Finding:
    """One thing that was checked, and how it stands."""

    kind: Literal["good", "warning", "error"]
    text: str


def check(path: Path) -> list[Finding]:
    """Check a configuration file and everything that it points at."""
    try:
        configuration = config.load(path)
    except ConfigurationError as error:
        return [Finding("error", trouble) for trouble in error.troubles]
    findings = [Finding("good", f"{path} is a valid configuration.")]
    laid_open = partial(_exposed, path)  # after the database, which is narrowed when it is opened
    for step in (_processors, _secrets, _tls, _controller, _server, _database, laid_open):
        try:
            findings += step(configuration)
        except ConfigurationError as error:
            findings += [Finding("error", trouble) for trouble in error.troubles]
        except ConnectorError as error:
            findings.append(Finding("error", str(error)))
    return findings


def _processors(configuration: Configuration) -> list[Finding]:
    classes(configuration)
    names = [processor.name for processor, _ in chosen(configuration)]
    return [Finding("good", f"Processors of other packages that will run: {', '.join(names)}.")] if names else []


def _secrets(configuration: Configuration) -> list[Finding]:
    sections = {"evce": configuration.evce, "ews": configuration.ews}
    sections |= {f"ews.users.{number}": user for number, user in enumerate(configuration.ews.users)}
    return [
        Finding("warning", f"{name}.password stands in plain text; password_file or the environment is safer.")
        for name, section in sections.items()
        if section.password is not None
    ]


def _exposed(path: Path, configuration: Configuration) -> list[Finding]:
    return [Finding("warning", sentence) for sentence in exposed(path, configuration)]


def _tls(configuration: Configuration) -> list[Finding]:
    evce = configuration.evce
    if not evce.base_url.startswith("https:"):
        return [Finding("warning", "evce.base_url is http: the EVCE password crosses the network in clear.")]
    if evce.verify_tls is False:
        return [Finding("warning", "evce.verify_tls is false: anyone on the network can pose as the controller.")]
    if isinstance(evce.verify_tls, str) and not Path(evce.verify_tls).is_file():
        return [Finding("error", f"evce.verify_tls: the CA file {evce.verify_tls!r} is not there.")]
    return []


def _controller(configuration: Configuration) -> list[Finding]:
    profile = profiles.load(configuration.evce.profile)
    with EvceClient(evce_options(configuration.evce), profile) as client:
        system = profile.read_system(client.system())
    if is_version(system.api_version, profile.api_version):
        return [Finding("good", f"The charge controller answers with API version {system.api_version}.")]
    if configuration.evce.refuse_other_versions:
        raise EvceVersionError(system.api_version, profile.api_version)
    found = system.api_version or "unknown"
    text = f"The charge controller speaks API version {found}; only {profile.api_version} is supported."
    return [Finding("warning", text)]


def _server(configuration: Configuration) -> list[Finding]:
    """See whether the EWS server's port is free, by taking it for a moment."""
    ews_settings(configuration)
    address = urlsplit(configuration.ews.address)
    port = {"https": 443}.get(address.scheme, 80) if address.port is None else address.port
    try:
        with socket.create_server((address.hostname or "", port)):
            return [Finding("good", f"The EWS server can listen at {configuration.ews.address}.")]
    except OSError as error:
        text = f"ews.address: cannot listen at {address.hostname}:{port}: {os.strerror(error.errno or 0)}."
        return [Finding("error", text)]


def _database(configuration: Configuration) -> list[Finding]:
    storage = configuration.storage
    file, missing = file_of(make_url(storage.url)), ""
    if file is not None:
        left = LeftLog(file)
        left.refuse_strange()
        if is_empty(file):
            return [Finding("warning", str(DatabaseError(storage.url, EMPTY, storage.site)))]
        if not os.path.lexists(file):
            return _new_database(storage.url, file)
        missing = lacking(left)
    try:
        with in_words(storage):
            return [*_opened(storage), *([Finding("warning", f"{missing}.")] if missing else [])]
    except DamagedError as error:
        return [Finding("error", str(error))]


def _opened(storage: Storage) -> list[Finding]:
    """Open the database and look through it; DamagedError, or what else opening raises."""
    engine = opened_for_a_command(storage, RUNNING)
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
    return findings


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
