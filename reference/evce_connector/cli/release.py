"""`evce-connector release`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.cli.configured import configured
from evce_connector.cli.options import CONFIG
from evce_connector.clock import SystemClock
from evce_connector.config import Configuration
from evce_connector.errors import ConnectorError
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.evce.numbers import HeldNumbers, KeepsNumbers
from evce_connector.host.options import evce_options
from evce_connector.host.stores import opened_for_a_command
from evce_connector.persistence.commands import CommandLedger
from evce_connector.persistence.fitness import unfitness
from evce_connector.persistence.numbers import NumberStore
from evce_connector.persistence.place import file_of
from evce_connector.writes.release import Ledger, NoLedger, release


@click.command("release")
@CONFIG
@click.option("--zone", "zones", type=int, multiple=True, help="Clear this zone's alone (its ZoneId); repeatable.")
def release_all(path: Path | None, zones: tuple[int, ...]) -> None:
    """Clear every reduction on the charge controller, whatever the database does; exit status 1 when one is left."""
    configuration = configured(path, whole=True)
    profile = profiles.load(configuration.evce.profile)
    with (
        _ledger_or_nothing(configuration) as (ledger, numbers),
        EvceClient(evce_options(configuration.evce), profile, numbers=numbers) as client,
    ):
        released = []
        for zone in release(client, ledger, SystemClock(), zones):
            click.echo(zone.text)
            released.append(zone.success)
        with suppress(SQLAlchemyError):  # each zone has said what its line came to
            ledger.flush()
    if not released:
        click.echo("None of these zones has a reduction." if zones else "No zone has a reduction.")
    if not all(released):
        sys.exit(1)


@contextmanager
def _ledger_or_nothing(configuration: Configuration) -> Iterator[tuple[Ledger, KeepsNumbers]]:
    """Open the command ledger and the zones' numbers, or say where there are none: power is given back without them.

    A file that is not there is not made, and one that is damaged is left for the running connector.
    """
    storage = configuration.storage
    try:
        file = file_of(make_url(storage.url))
        why = unfitness(file) if file else ""
        engine = None if why else opened_for_a_command(storage)
    except (SQLAlchemyError, ConnectorError, OSError) as error:
        engine, why = None, str(error).partition("\n")[0].rstrip(".")
    if engine is None:
        yield NoLedger(why), HeldNumbers()
        return
    try:
        yield CommandLedger(engine), _numbers(engine)
    finally:
        engine.dispose()


def _numbers(engine: Engine) -> KeepsNumbers:
    """Return the numbers of a database, or memory's where it cannot be read: they need not be the same as ever here."""
    try:
        return NumberStore(engine)
    except SQLAlchemyError:
        return HeldNumbers()
