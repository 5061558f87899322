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
from evce_connector.cli.options import CONFIG, can_ask
from evce_connector.cli.printing import print_rows
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
from evce_connector.writes.release import Ledger, NoLedger, Reductions, reductions, release, who_set

NOT_CONFIRMED = 2
"""Exit status when reductions were found and nobody said yes; 1 says that one is left, or that a zone is unreadable."""
_NOBODY_TO_ASK = (
    "Nothing is cleared: there is no terminal to ask at. Give --yes to clear what is listed; --zone ID takes one of it."
)


@click.command("release")
@CONFIG
@click.option("--zone", "zones", type=int, multiple=True, metavar="ID", help="Only this zone; may be given again.")
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--dry-run", is_flag=True, help="Only list what would be cleared.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: print JSON, for programs.")
def release_all(path: Path | None, *, zones: tuple[int, ...], yes: bool, dry_run: bool, as_json: bool) -> None:
    """Clear reductions on the charge controller, those of others too, whatever the database does.

    They are listed first, and cleared when you say yes. Exit status 1 when one is left or a zone cannot be read, 2 when
    nothing was cleared because nobody said yes.
    """
    if as_json and not dry_run:
        raise click.UsageError("--json goes with --dry-run.")
    configuration = configured(path, whole=True)
    profile = profiles.load(configuration.evce.profile)
    with (
        _ledger_or_nothing(configuration) as (ledger, numbers),
        EvceClient(evce_options(configuration.evce), profile, numbers=numbers) as client,
    ):
        found = _of_zones(reductions(client), zones)
        if dry_run:
            _list(found, ledger, as_json=as_json)
            sys.exit(1 if found.unreadable else 0)
        if found.held and not yes:
            _list(found, ledger, as_json=False)
            _confirm(len(found.held))
        released = []
        for zone in release(client, ledger, SystemClock(), found):
            click.echo(zone.text)
            released.append(zone.success)
        with suppress(SQLAlchemyError):  # each zone has said what its line came to
            ledger.flush()
    if not released:
        click.echo("None of these zones has a reduction." if zones else "No zone has a reduction.")
    if not all(released):
        sys.exit(1)


def _of_zones(found: Reductions, zones: tuple[int, ...]) -> Reductions:
    """Return what is asked for; ConnectorError names zones that there are not, unless some could not be read."""
    if not zones:
        return found
    if (strange := sorted(set(zones) - set(found.zones))) and not found.unreadable:
        there = ", ".join(map(str, sorted(found.zones))) or "none"
        raise ConnectorError(
            f"The controller has no zone {', '.join(map(str, strange))}; it has {there}. Nothing is cleared."
        )
    return found._replace(held=[one for one in found.held if one.zone.id in zones])


def _list(found: Reductions, ledger: Ledger, *, as_json: bool) -> None:
    """Print what would be cleared, and by whom it was set as far as the ledger knows."""
    setters = zip(found.held, who_set(ledger, found.held), strict=True)
    rows = [
        (str(one.zone.id), one.zone.name, f"{one.reduction.value:g} %", one.until or "not known", by)
        for one, by in setters
    ]
    names = ("Zone", "Name", "Reduction", "Until", "By")
    if as_json or rows:
        print_rows(names, rows, as_json=as_json)
    elif not found.unreadable:
        click.echo("Nothing would be cleared: no such zone has a reduction.")
    for sentence in found.unreadable:
        click.echo(sentence, err=as_json)


def _confirm(count: int) -> None:
    """Ask whether all that was listed is to be cleared; exit status 2 when not, or when nobody can be asked."""
    if not can_ask():
        click.echo(_NOBODY_TO_ASK, err=True)
        sys.exit(NOT_CONFIRMED)
    what = "this reduction" if count == 1 else f"these {count} reductions"
    if not click.confirm(f"Clear {what}? Whoever set them is not told."):
        click.echo("Nothing is cleared.")
        sys.exit(NOT_CONFIRMED)


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
