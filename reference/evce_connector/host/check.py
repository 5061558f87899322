"""`evce-connector check`: what would go wrong with a configuration, found before it runs (C-13)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import SystemClock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.required import refuse_unfinished
from evce_connector.config.start import Start
from evce_connector.config.variables import unread
from evce_connector.errors import ConnectorError
from evce_connector.host import check_database, neighbours, running_beside
from evce_connector.host.exposed import exposed
from evce_connector.host.findings import Finding, Look, found_by
from evce_connector.host.journal import logging_to
from evce_connector.host.loaded import Loaded, Loading
from evce_connector.host.registry import chosen
from evce_connector.host.shown import PAGES_CERTIFICATE, file_beside
from evce_connector.host.startable import troubles_of
from evce_connector.host.trial import assembled
from evce_connector.http_server.tls import ends, look_at_own
from evce_connector.persistence.owner import Owner


def check(path: Path | None, environment: Mapping[str, str] | None = None) -> list[Finding]:
    """Check what the next start would run with, a file or without one, and everything that it points at."""
    try:
        loaded = to_check(path, environment)
    except ConfigurationError as error:
        return [Finding("error", trouble) for trouble in error.troubles]
    configuration = loaded.configuration
    saved = f" with version {loaded.number} of the saved settings" if loaded.number else ""
    findings = [Finding("good", f"{loaded.start.file_name}{saved} is a valid configuration.")]
    findings += [Finding("warning" if loaded.look_again else "error", trouble) for trouble in loaded.troubles]
    findings += [Finding("warning", sentence) for sentence in unread(loaded.start.environment)]
    refused = troubles_of(configuration)
    findings += [Finding("error", trouble) for trouble in refused]
    database = check_database.look(configuration.storage)
    findings += _processors(configuration, refused) + _secrets(loaded.start)
    findings += found_by(_neighbours(refused, database.owner), configuration)
    findings += pages(configuration, database.owner) + database.findings
    if database.owner is not None:
        findings.append(running_beside.told(database.owner, configuration))
    if not any("password_file" in trouble for trouble in refused):  # a log hides passwords, which it has to know
        findings += found_by([_log], configuration)
        findings += [Finding("warning", sentence) for sentence in exposed(loaded.start, configuration)]
    if not refused:
        findings += found_by([_assembled], configuration)
    return list(dict.fromkeys(findings))  # two looks may meet the same


def to_check(path: Path | None, environment: Mapping[str, str] | None = None) -> Loaded:
    """Read what the next start would run with; ConfigurationError names all that is wrong or missing in it."""
    loaded = Loading(path, os.environ if environment is None else environment).newest()
    loaded.start.refuse_nowhere()
    refuse_unfinished(loaded.configuration)
    return loaded


def _processors(configuration: Configuration, refused: list[str]) -> list[Finding]:
    if any(trouble.startswith("processors.") for trouble in refused):
        return []
    names = [processor.name for processor, _ in chosen(configuration)]
    return [Finding("good", f"Processors of other packages that will run: {', '.join(names)}.")] if names else []


def _secrets(start: Start) -> list[Finding]:
    """Name the passwords that stand in the file itself; what is saved on the pages is encrypted."""
    tables = {name: start.file.get(name, {}) for name in ("evce", "ews")}
    tables |= {f"ews.users.{number}": user for number, user in enumerate(tables["ews"].get("users", []))}
    return [
        Finding("warning", f"{name}.password stands in plain text; password_file or the environment is safer.")
        for name, table in tables.items()
        if "password" in table
    ]


def _neighbours(refused: list[str], owner: Owner | None) -> list[Look]:
    """Return how controller and EWS port are looked at, without what is known to be refused."""
    looks: list[Look] = []
    if not any(trouble.startswith("evce.") for trouble in refused):
        looks += [neighbours.tls, neighbours.controller]
    if not any(trouble.startswith("ews.") for trouble in refused):
        looks.append(lambda configuration: _ews_server(configuration, owner))
    return looks


def _ews_server(configuration: Configuration, owner: Owner | None) -> list[Finding]:
    if owner is not None and running_beside.is_this(owner, configuration):
        return [Finding("good", f"The EWS server is served at {owner.address} by the connector that runs.")]
    return neighbours.server(configuration)


def pages(configuration: Configuration, owner: Owner | None = None) -> list[Finding]:
    """See whether the pages could be served: until when their certificate holds, and the port by taking it shortly.

    `owner` is the connector that runs on the database: where it is this configuration's, it may have the port itself.
    """
    portal = configuration.portal
    if not portal.enabled:
        return []
    try:
        found = _certificate(configuration)
    except ConnectorError as error:
        return [Finding("error", str(error))]
    if trouble := neighbours.taken(portal.address):
        ours = owner is not None and running_beside.is_this(owner, configuration)
        if ours and running_beside.pages_answer(portal.address):
            return [*found, Finding("good", f"The pages are served at {portal.address} by the connector that runs.")]
        return [*found, Finding("error", f"portal.address: {trouble}")]
    return [*found, Finding("good", f"The pages can be served at {portal.address}.")]


def _certificate(configuration: Configuration) -> list[Finding]:
    """Look at the certificate of the pages; CertificateError when what is there for them cannot be used."""
    portal, storage, now = configuration.portal, configuration.storage, SystemClock().now()
    if not portal.address.startswith("https:"):
        return []
    if portal.certificate is None:
        own = file_beside(storage.url, storage.site, PAGES_CERTIFICATE)
        look_at_own(own, urlsplit(portal.address).hostname or "", now)
        return []
    with suppress(OSError, ValueError):  # OpenSSL takes more kinds of files than can be looked into
        if (ended := ends(Path(portal.certificate))) <= now:
            text = f"portal.certificate: {portal.certificate} has ended on {ended:%Y-%m-%d}: browsers refuse it."
            return [Finding("warning", text)]
    return []


def _log(configuration: Configuration) -> list[Finding]:
    """See whether the log can be written, as a start does: by opening it. A file that is made for that goes again."""
    file = Path(configuration.logging.file) if configuration.logging.file else None
    is_new = file is not None and not os.path.lexists(file)
    with logging_to(configuration):
        pass
    if is_new and file is not None:
        with suppress(OSError):
            if not file.stat().st_size:
                file.unlink()
    return []


def _assembled(configuration: Configuration) -> list[Finding]:
    """Put the connector together as a start does, in memory: what cannot be made of its configuration is an error."""
    try:
        with assembled(configuration):
            return []
    except SQLAlchemyError as error:
        return [Finding("error", f"The connector cannot be put together: {error}")]
