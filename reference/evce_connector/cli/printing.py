"""How commands print what they know: as a table for people, or by --json for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Print a value as JSON; times and other things without a form of their own become text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below the names of their columns, each column as wide as it needs."""
    lines = [tuple(names), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def print_rows(names: Sequence[str], rows: Iterable[Sequence[str]], *, as_json: bool) -> None:
    """Print rows as a table, or as a JSON list of objects whose keys are the names of the columns in lower case."""
    if not as_json:
        print_table(names, rows)
        return
    keys = [name.lower().replace(" ", "_") for name in names]
    objects: list[Mapping[str, str]] = [dict(zip(keys, row, strict=True)) for row in rows]
    print_json(objects)
