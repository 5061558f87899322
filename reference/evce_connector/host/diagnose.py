"""`evce-connector diagnose`: what a supporter needs to see, in one zip file and without secrets."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import distributions
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from evce_connector import owner_only
from evce_connector.config import Configuration
from evce_connector.errors import ConnectorError
from evce_connector.host.check import check
from evce_connector.host.journal import forms_of, redacted, secrets_of
from evce_connector.host.stores import Stores, open_stores
from evce_connector.site.catalogue import LISTS

LOG_TAIL = 200_000
"""Bytes of the log's end that go into the bundle."""


def write_bundle(path: Path | None, configuration: Configuration, output: Path) -> list[str]:
    """Write the bundle for a configuration file; returns the names of what is in it.

    ConnectorError when it cannot be written, or a password file cannot be read.
    """
    documents = {
        "configuration.json": configuration.model_dump_json(indent=2),
        "check.txt": "\n".join(f"{finding.kind}: {finding.text}" for finding in check(path)),
        "versions.txt": _versions(),
    }
    try:
        with open_stores(configuration) as stores:
            documents |= _kept(stores)
    except ConnectorError as error:  # what a supporter is asked about, then
        documents["database.txt"] = str(error)
    log = Path(configuration.logging.file) if configuration.logging.file else None
    if log and log.is_file():
        documents["connector.log"] = log.read_bytes()[-LOG_TAIL:].decode("utf-8", "replace")
    forms = forms_of(secrets_of(configuration))
    try:
        file = open(output, "wb", opener=owner_only.opener)  # noqa: SIM115 - Path.open takes no opener
    except OSError as error:
        raise ConnectorError(
            f"The bundle {output} cannot be written: {error.strerror}. Give another --output."
        ) from error
    with file, ZipFile(file, "w", ZIP_DEFLATED) as bundle:
        for name, text in documents.items():
            bundle.writestr(name, redacted(text, forms))
    return sorted(documents)


def _versions() -> str:
    described = [package.metadata for package in distributions()]  # its name and its version read the file each
    packages = sorted(f"{each['Name']} {each['Version']}" for each in described)
    return "\n".join([f"Python {sys.version}", platform.platform(), *packages])


def _kept(stores: Stores) -> dict[str, str]:
    """Return what the database holds: the ledgers, and of the site only how much there is."""
    setup, poll = stores.snapshots.setup(), stores.snapshots.poll()
    commands = stores.commands.lines()
    summary = {
        "setup": {"at": str(setup.at), **{name: len(setup.objects[name]) for name in LISTS}, "gone": len(setup.gone())},
        "poll": {"at": str(poll.at), **{name: len(getattr(poll.raw, name).objects) for name in LISTS}} if poll else {},
        "commands": len(commands),
        "items taken over": len(stores.adopted.read()),
    }
    return {
        "summary.json": json.dumps(summary, indent=2),
        "site_changes.csv": stores.site_ledger.csv(),
        "commands.txt": "\n".join(str(command) for command in commands),
    }
