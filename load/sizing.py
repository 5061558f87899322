"""`python -m load.sizing`: rows a day and disk a year of sites of three sizes, on each kind of database.

A connector writes simulated days through its own stores; what a row takes is the growth of the database, and the rest
is multiplication. `--write` puts the table into reference/HOSTING.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from evce_connector import config
from evce_connector.alarms.state_machine import Judgement
from evce_connector.config.model import Alarms, Commands, Logs
from evce_connector.config.section import Section
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.commands import Command, Stage
from evce_connector.persistence.waiting_samples import Sample
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from load import clock
from load.bench import databases
from load.bench.connector import configuration
from load.processes import ROOT, Child

SIZES = (100, 1_000, 10_000)
"""Connectors on a site: two on a station, a hundred in a zone."""
SAMPLES, EVENTS, COMMANDS = 500_000, 20_000, 10_000
"""Rows that are written for a measurement: samples of at least a quarter of a day at the largest site."""
INTERVAL = timedelta(minutes=15)
EVENTS_A_DAY = 1
"""Of a station: an alarm every four days that is raised, acknowledged, over, and raised anew by a worse cause."""
REDUCTIONS_A_DAY = 96
"""Of a zone: one every quarter of an hour."""
_DAYS = 365
_HOSTING = ROOT / "reference" / "HOSTING.md"
_BEGIN, _END = "<!-- sizing -->\n", "<!-- /sizing -->"
_AT_ONCE = 100


@dataclass(frozen=True)
class Rows:
    """What of each of the three tables that grow: rows, or bytes of a row."""

    samples: float
    events: float
    commands: float

    def times(self, other: Rows) -> float:
        """Return the sum of the products."""
        return self.samples * other.samples + self.events * other.events + self.commands * other.commands


@dataclass(frozen=True)
class Measured:
    """What a site of one size takes on one kind of database: bytes of the site itself, and of each row."""

    kind: str
    connectors: int
    site: float
    row: Rows


def stations(connectors: int) -> int:
    """Return how many stations a site of so many connectors has."""
    return max(1, connectors // 2)


def zones(connectors: int) -> int:
    """Return how many zones it has."""
    return max(1, connectors // 100)


def a_day(connectors: int) -> Rows:
    """Return the rows that a day brings: nine series of each zone and station, alarms, and reductions."""
    series = 9 * (zones(connectors) + stations(connectors))
    samples = series * (timedelta(days=1) / INTERVAL)
    return Rows(samples, EVENTS_A_DAY * stations(connectors), REDUCTIONS_A_DAY * zones(connectors))


def kept_days() -> Rows:
    """Return for how many days each is kept by default."""
    sections: tuple[type[Section], ...] = (Logs, Alarms, Commands)
    return Rows(*(section.model_fields["retention_days"].default for section in sections))


def a_year(measured: Measured) -> float:
    """Return the bytes that a year brings while nothing is too old yet."""
    return _DAYS * measured.row.times(a_day(measured.connectors))


def at_last(measured: Measured) -> float:
    """Return the bytes that a database has when as much goes as comes, by the default retention."""
    daily, days = a_day(measured.connectors), kept_days()
    rows = Rows(daily.samples * days.samples, daily.events * days.events, daily.commands * days.commands)
    return measured.site + measured.row.times(rows)


def table(found: Sequence[Measured]) -> str:
    """Write the figures of all sizes and kinds as Markdown."""
    sizes = sorted({one.connectors for one in found})
    daily = [a_day(size) for size in sizes]
    lines = [
        _line("connectors on the site", (f"{size:,}" for size in sizes)),
        "|---" * (len(sizes) + 1) + "|",
        _line("zones, stations", (f"{zones(size):,}, {stations(size):,}" for size in sizes)),
        _line("samples a day", (f"{rows.samples:,.0f}" for rows in daily)),
        _line("alarm events a day", (f"{rows.events:,.0f}" for rows in daily)),
        _line("commands a day", (f"{rows.commands:,.0f}" for rows in daily)),
    ]
    for kind in dict.fromkeys(one.kind for one in found):
        of_kind = sorted((one for one in found if one.kind == kind), key=lambda one: one.connectors)
        lines += [
            _line(f"{kind}: bytes of a sample, an alarm event, a command", (_row(one.row) for one in of_kind)),
            _line(f"{kind}: the site itself", (_size(one.site) for one in of_kind)),
            _line(f"{kind}: what a year brings", (_size(a_year(one)) for one in of_kind)),
            _line(f"{kind}: in the end, by the default retention", (_size(at_last(one)) for one in of_kind)),
        ]
    return "\n".join(lines)


def _line(name: str, cells: Iterator[str] | Sequence[str]) -> str:
    return f"| {' | '.join([name, *cells])} |"


def _row(row: Rows) -> str:
    return f"{row.samples:.0f}, {row.events:.0f}, {row.commands:.0f}"


def _size(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"  # noqa: PLR2004 - where GB begin


def measure(kind: str, connectors: int) -> Measured:
    """Let a connector write simulated days into an empty database."""
    with (
        TemporaryDirectory(prefix="evce-sizing-") as folder,
        databases.place(kind, Path(folder)) as url,
        Child("load.bench.controller", str(connectors)) as controller,
        _connector(controller.ready["url"], Path(folder), url) as service,
    ):
        site = _bytes(kind, url)
        writers = ((_write_samples, SAMPLES), (_write_events, EVENTS), (_write_commands, COMMANDS))
        return Measured(kind, connectors, site, Rows(*(_of_a_row(kind, url, service, *writer) for writer in writers)))


@contextmanager
def _connector(controller: str, folder: Path, url: str) -> Iterator[ConnectorService]:
    service = ConnectorService(config.parse(configuration(controller, folder, database=url), {}))
    try:
        service.set_up()
        service.poll()
        yield service
    finally:
        service.stop()


Write = Callable[[ConnectorService, int], int]


def _of_a_row(kind: str, url: str, service: ConnectorService, write: Write, rows: int) -> float:
    """Return the bytes by which a row lets a database grow; `write` returns how many rows it wrote."""
    before = _bytes(kind, url)
    written = write(service, rows)
    for flush in service.stores.parts().values():  # what a busy database did not take in time
        flush()
    return (_bytes(kind, url) - before) / written


def _write_samples(service: ConnectorService, rows: int) -> int:
    """Write boundary after boundary what the site shows, with a meter that goes on."""
    began = clock.now().replace(minute=0, second=0, microsecond=0)
    shown = list(service.logs_processor._samples(began))  # noqa: SLF001 - a run waits for its boundary
    count = 0
    while count < rows:
        boundary = count // len(shown)
        at, step = began + boundary * INTERVAL, 0.137 * boundary
        samples = [(item, Sample(at, sample.value + step, sample.state)) for item, sample in shown]
        with suppress(SQLAlchemyError):  # they wait then, and go with the next ones
            service.stores.history.append(samples)
        count += len(samples)
    return count


def _write_events(service: ConnectorService, rows: int) -> int:
    """Raise the alarms of all stations and let them go, again and again."""
    alarms = [alarm for folder in service.items.tree.root.walk() for alarm in folder.alarms]
    count, number = 0, 0
    while count < rows:
        active = number % 2 == 0
        judgement = Judgement(
            active, 100, "EVCE Fault", "Station: connector 1 is faulted" if active else "Station: no trouble"
        )
        moved = service.stores.alarms.move([(alarm, judgement) for alarm in alarms], clock.now())
        count, number = count + len(moved), number + 1
    return count


def _write_commands(service: ConnectorService, rows: int) -> int:
    """Keep what is asked for and how it ended, line by line as a write does."""
    at = clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    asked = Command(at, "ebo", "192.168.0.7", "Zones/1/ZoneReduction", "10.0", "20.0", success=False)
    ended = Command(
        at,
        "ebo",
        "192.168.0.7",
        asked.item,
        "10.0",
        "20.0",
        success=True,
        read_back="20.0",
        valid_until=at,
        stage=Stage.CONFIRMED,
    )
    for _ in range(0, rows, _AT_ONCE):
        numbers = service.stores.commands.intend([asked] * _AT_ONCE)
        service.stores.commands.complete(numbers, [ended] * _AT_ONCE)
    return rows


def _bytes(kind: str, url: str) -> float:
    """Return what the tables of a database take, with their indexes."""
    with databases.opened(url) as connection:
        if kind == databases.SQLITE:
            pages = connection.scalar(text("PRAGMA page_count")) or 0
            return float(pages * (connection.scalar(text("PRAGMA page_size")) or 0))
        query = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
        return float(connection.scalar(text(f"{query} current_schema()::regnamespace")) or 0)


def into(document: str, content: str) -> str:
    """Return a document with the table in its place."""
    return re.sub(f"(?<={_BEGIN}).*?(?={_END})", lambda _: f"{content}\n", document, flags=re.DOTALL)


@click.command()
@click.option("--write", is_flag=True, help="Put the table into reference/HOSTING.md.")
def main(*, write: bool) -> None:
    """Measure what rows take, and tell what sites take in a day, in a year and in the end."""
    found = table([measure(kind, connectors) for kind in databases.kinds() for connectors in SIZES])
    click.echo(found)
    if write:
        _HOSTING.write_text(into(_HOSTING.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
