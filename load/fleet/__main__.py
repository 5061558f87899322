"""`python -m load.fleet --sites 50 --connectors 200`: so many connectors on one PostgreSQL, and what they take."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console

from load import clock
from load.bench import machine
from load.bench.figures import Figure, table
from load.fleet.connectors import Plan, all_ready, running
from load.fleet.database import serving
from load.fleet.measuring import Start, Watched, by_proportion, figures, watch
from load.processes import Child

_PIPE_WIDTH = 150
_TELL_EACH = 15.0
"""Seconds between two lines of progress."""
SETTLING = 20.0
"""Seconds after which neither polls nor what the database counts is of the start any more."""
_PATIENCE = 120.0
_PATIENCE_EACH = 10.0
"""Seconds that a fleet gets to serve every site, and how many more for each of them."""


@click.command()
@click.option("--sites", type=click.IntRange(1, 1000), default=50, show_default=True, help="Sites, a connector each.")
@click.option("--connectors", type=click.IntRange(2, 10_000), default=200, show_default=True, help="On each site.")
@click.option("--minutes", type=click.FloatRange(0.05), default=20.0, show_default=True, help="How long to watch them.")
@click.option("--interval", type=click.FloatRange(15, 30), default=15.0, show_default=True, help="Of polls, s.")
@click.option("--logs", type=click.IntRange(1, 1440), default=15, show_default=True, help="Interval of samples, min.")
@click.option("--spread", type=click.FloatRange(0, 3600), default=0.0, show_default=True, help="Of first set-ups, s.")
@click.option("--extrapolate", type=click.IntRange(1), default=5000, show_default=True, help="Sites of a larger fleet.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File for the figures as JSON.")
def main(
    *,
    sites: int,
    connectors: int,
    minutes: float,
    interval: float,
    logs: int,
    spread: float,
    extrapolate: int,
    output: Path | None,
) -> None:
    """Start a fleet of connectors at one moment, watch it, and print what it takes; Ctrl-C ends it and all of it."""
    signal.signal(signal.SIGTERM, _end)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH)
    plan = Plan(sites, connectors, interval, logs, spread)
    start, seen = measure(plan, 60 * minutes, progress(console))
    found = [*figures(plan, start, seen), *by_proportion(extrapolate, plan, seen)]
    described = machine.describe()
    console.print(described)
    console.print(table(found, f"{sites} sites of {connectors} connectors, for {seen.seconds:.0f} s"))
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(_document(plan, described, seen, found), indent=1), encoding="utf-8")
        console.print(f"kept in {output}")


def measure(
    plan: Plan, seconds: float, tell: Callable[[str], None], settling: float = SETTLING
) -> tuple[Start, Watched]:
    """Run a fleet, and watch it for so many s from `settling` s after its start on; nothing of it is left.

    ClickException when a part of it cannot run.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="evce-fleet-")))
        stack.callback(signal.signal, signal.SIGINT, signal.getsignal(signal.SIGINT))
        database = stack.enter_context(serving(plan.sites))
        controllers = stack.enter_context(Child("load.fleet.controllers", str(plan.connectors)))
        url, base = controllers.ready["url"], controllers.ready["base"]
        begun, before = clock.wall(), database.look()
        connectors = stack.enter_context(running(plan, url, base, database.url, folder))
        stack.enter_context(_ended_in_peace())
        all_ready(connectors, _PATIENCE + _PATIENCE_EACH * plan.sites + plan.spread, tell)
        cpu = sum(connector.cpu() for connector in connectors)
        start = Start(clock.wall() - begun, cpu, database.look().cpu - before.cpu)
        clock.pause(settling)
        return start, watch(connectors, controllers, database, plan, seconds, tell)


def progress(console: Console) -> Callable[[str], None]:
    """Return what prints a line of progress now and then."""
    told = float("-inf")

    def tell(words: str) -> None:
        nonlocal told
        if clock.wall() - told >= _TELL_EACH:
            told = clock.wall()
            console.print(words)

    return tell


@contextmanager
def _ended_in_peace() -> Iterator[None]:
    """Let a second Ctrl-C not break off the end of what the first one ends."""
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(_signal: int, _frame: object) -> None:
    sys.exit(128 + signal.SIGTERM)


def _document(plan: Plan, described: dict[str, Any], seen: Watched, found: list[Figure]) -> dict[str, Any]:
    rows = [figure.as_json() for figure in found]
    return {"machine": described, "plan": asdict(plan), "seconds": round(seen.seconds, 1), "figures": rows}


if __name__ == "__main__":
    main()
