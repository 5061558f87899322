"""`evce-connector backup` and `evce-connector verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evce_connector.cli.configured import configured
from evce_connector.cli.options import CONFIG, FILE
from evce_connector.cli.printing import JSON, print_json
from evce_connector.host.in_words import DamagedError
from evce_connector.persistence import backup as backups
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.readable import DROPS
from evce_connector.persistence.short_look import short_look
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import what_run_does

PART = 10
"""Per cent between two lines of progress."""


@click.command()
@CONFIG
@click.option("--output", type=FILE, required=True, help="File to write; it must not be there yet.")
def backup(path: Path | None, output: Path) -> None:
    """Copy the database into a file, while the connector may go on (SQLite)."""
    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        percent = 100 * done // (total or 1)
        if percent >= told + PART:
            told = percent - percent % PART
            click.echo(f"{told} % of {total} pages")

    file = backups.sqlite_file(configured(path).storage.url)
    for piece in backups.left_over(output):
        click.echo(f"{piece} is of a copy that was broken off: delete it, unless one is being made there now.")
    backups.back_up(file, output, progress)
    if damage := short_look(output).damage:
        raise backups.BackupError(f"{DamagedError(file, damage)} The copy {output} is as damaged.")
    click.echo(
        f"{output} holds what {file} held. To go back to it: stop the connector, and put it in the file's place."
    )


@click.command()
@CONFIG
@click.argument("file", type=FILE, required=False)
@JSON
def verify(path: Path | None, file: Path | None, *, as_json: bool) -> None:
    """Say whether the database of a configuration, or else FILE, is sound, and what it holds (SQLite).

    Exit status 1 when something is wrong with it.
    """
    if path is not None and file is not None:
        raise click.UsageError("Name a configuration by --config, or a file, not both.")
    if file is None:
        file = backups.sqlite_file(configured(path).storage.url)
    if not file.is_file():
        raise backups.BackupError(f"There is no file {file}.")
    wrong = _wrong_with(file)
    if as_json:
        tables = [] if wrong else [content._asdict() for content in backups.contents(file)]
        print_json({"file": str(file), "sound": not wrong, "wrong": wrong, "tables": tables})
        sys.exit(1 if wrong else 0)
    if wrong:
        for sentence in wrong:
            click.echo(sentence)
        sys.exit(1)
    for content in backups.contents(file):
        newest = f", the newest of {content.newest}" if content.newest else ""
        click.echo(f"{content.table}: {content.rows} rows{newest}")
    click.echo(f"{file} is sound.")


def _wrong_with(file: Path) -> list[str]:
    """Say what is wrong with a database file and its log, and last what `run` does with that."""
    left = LeftLog(file)  # before anybody opens the file
    damage = list(backups.faults(file))
    missing = left.missing()
    told = [f"{file} is not whole: {missing}. What was acknowledged last is lost."] if missing else []
    if damage:
        return [*told, *damage, what_run_does(file, revisions())]
    if rows := list(backups.row_faults(file)):
        return [*told, *rows, f"{DROPS}, and goes on."]
    return told
