"""`python -m load.bench`: print the figures as a table, and keep them as JSON with the machine's description."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console

from load.bench import discovery, history, life, machine, polls, reads, writes, years
from load.bench.figures import Figure, table

_PIPE_WIDTH = 150

PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "reads": reads.measure,
    "polls": polls.measure,
    "dialects": polls.measure_dialects,
    "life": life.measure,
    "writes": writes.measure,
    "history": history.measure,
    "years": years.measure,
    "discovery": discovery.measure,
}


@click.command()
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="Measure these parts only.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File for the figures as JSON.")
def main(only: tuple[str, ...], output: Path | None) -> None:
    """Measure the connector beside what others would build; every ratio is taken side by side in this run."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH)
    described = machine.describe()
    figures: list[Figure] = []
    for name in only or PARTS:
        with console.status(f"measuring {name}"):
            figures += PARTS[name]()
    console.print(described)
    console.print(table(figures))
    if output is not None:
        document = {"machine": described, "figures": [figure.as_json() for figure in figures]}
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(document, indent=1), encoding="utf-8")
        console.print(f"kept in {output}")


if __name__ == "__main__":
    main()
