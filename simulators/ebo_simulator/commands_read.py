"""Commands that look: what the server is, its tree, its values, its past."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ebo_simulator.options import as_json_option, connected, moment, to_json
from ebo_simulator.paging import pages
from ebo_simulator.screen import console, list_view, plain_table, save_svg, tree_and_list, tree_view
from ebo_simulator.series import Series
from ebo_simulator.tree import Kind

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TextIO

    from ebo_simulator.tree import Folder, Point
    from ebo_simulator.workstation import Workstation

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet works out in place of showing it."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


@click.command()
@connected
@as_json_option
def info(workstation: Workstation, as_json: bool) -> None:
    """Show who the server is, its version, and the operations it offers."""
    found = workstation.client.get_web_service_information()
    if as_json:
        click.echo(to_json(found))
        return
    system = found.system
    table = plain_table("EWS server", "What", "Value")
    table.add_row("Name", system.name if system else "")
    table.add_row("Id", system.id if system else "")
    table.add_row("System version", system.version if system else "")
    table.add_row("EWS version", f"{found.major}.{found.minor}")
    table.add_row("Answered in version", found.version)
    table.add_row("Operations", ", ".join(found.operations))
    table.add_row("Profiles", ", ".join(found.profiles))
    console().print(table)


@click.command()
@click.argument("path", default="")
@click.option("--svg", type=click.Path(path_type=Path), help="Draw the list view into this SVG file as well.")
@connected
@as_json_option
def tree(workstation: Workstation, path: str, svg: Path | None, as_json: bool) -> None:
    """Show the system tree from PATH down, and the list view of PATH."""
    folder = workstation.tree.folder(path)
    if svg is not None:
        save_svg(list_view(workstation, path), svg, title=path or workstation.client.url)
    if as_json:
        click.echo(to_json(as_data(workstation, folder)))
    elif path:
        console().print(tree_and_list(workstation, path))
    else:
        console().print(tree_view(workstation, folder))
    for error in workstation.tree.errors:
        click.echo(f"Listed but not served: {error.id} ({error.message})", err=True)


def as_data(workstation: Workstation, folder: Folder) -> dict[str, object]:
    """Give a folder and all below it for JSON."""
    return {
        "id": folder.id,
        "name": folder.name,
        "description": folder.description,
        "type": folder.type,
        "points": [point_data(workstation, point) for point in folder.points],
        "folders": [as_data(workstation, child) for child in folder.folders],
    }


def point_data(workstation: Workstation, point: Point) -> dict[str, object]:
    """Give a point for JSON, with what the list view shows."""
    return {**asdict(point), "shown": workstation.show(point)}


@click.command()
@click.argument("paths", nargs=-1)
@connected
@as_json_option
def values(workstation: Workstation, paths: tuple[str, ...], as_json: bool) -> None:
    """Read the values at PATHS (points, or folders with all below them; everything if none are given)."""
    chosen = workstation.select(paths or ("",), Kind.VALUE)
    workstation.read(chosen)
    if as_json:
        click.echo(to_json([point_data(workstation, point) for point in chosen]))
        return
    table = plain_table("Values", "Path", "Description", "Value")
    for point in chosen:
        table.add_row(point.path, point.description, workstation.show(point))
    console().print(table)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--from", "time_from", type=moment, help="First moment, as 2030-01-31T12:00:00Z.")
@click.option("--to", "time_to", type=moment, help="First moment that is left out.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write the records to this file.")
@click.option("--plot", "plot_file", type=click.Path(path_type=Path), help="Draw the trend into this PNG file.")
@connected
@as_json_option
def history(
    workstation: Workstation,
    paths: tuple[str, ...],
    time_from: datetime | None,
    time_to: datetime | None,
    csv_file: Path | None,
    plot_file: Path | None,
    as_json: bool,
) -> None:
    """Read the history at PATHS: history items, values that have one, or folders with all below them."""
    series = []
    for point in [point for path in paths for point in workstation.histories(path)]:
        first, records = workstation.history(point.path, time_from, time_to)
        series.append(Series(point.name, point.path, first.type or point.type, first.unit or point.unit, records))
    if csv_file is not None:
        with open(csv_file, "w", newline="", encoding="utf-8", opener=_for_its_owner) as out:
            write_csv(series, out)
    if plot_file is not None:
        from ebo_simulator.trend import plot  # noqa: PLC0415 - it says why

        plot(series, plot_file, workstation.display)
    if as_json:
        click.echo(to_json(series))
    elif csv_file is None and plot_file is None:
        _print_history(workstation, series)


def write_csv(series: list[Series], out: TextIO) -> None:
    """Write records as path, time (UTC), value, unit, state; values as on the wire."""
    writer = csv.writer(out)
    writer.writerow(["path", "time", "value", "unit", "state"])
    for one in series:
        for record in one.records:
            at = record.timestamp.isoformat().replace("+00:00", "Z") if record.timestamp else ""
            writer.writerow([_defused(one.path), at, _defused(record.value), _defused(one.unit), record.state])


def _for_its_owner(path: str, flags: int) -> int:
    """Open a file that its owner alone may read when it is new; Path.open takes no opener, and Windows no mode."""
    return os.open(path, flags, 0o600)


def _defused(cell: str | None) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula (OWASP); plain numbers stay as they are."""
    text = cell or ""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _print_history(workstation: Workstation, series: list[Series]) -> None:
    for one in series:
        table = plain_table(one.path, "Time", "Value")
        for record in one.records:
            shown = workstation.display.show(one.type, record.value, one.unit, record.state)
            table.add_row(workstation.display.time(record.timestamp), shown)
        console().print(table)


@click.command()
@click.argument("path")
@click.option("--from", "time_from", type=moment, help="First moment, as 2030-01-31T12:00:00Z.")
@click.option("--to", "time_to", type=moment, help="First moment that is left out.")
@click.option("--group", type=int, help="AggregationGroup, as the server numbers it.")
@click.option("--period", "periods", type=int, multiple=True, help="A period; may be repeated.")
@click.option("--aggregation", type=int, help="AggregationType, as the server numbers it.")
@connected
def aggregate(
    workstation: Workstation,
    path: str,
    time_from: datetime | None,
    time_to: datetime | None,
    group: int | None,
    periods: tuple[int, ...],
    aggregation: int | None,
) -> None:
    """Ask the server to sum up the history at PATH; prints JSON."""
    ask = partial(
        workstation.client.get_historical_data_aggregation,
        workstation.histories(path)[0].id,
        time_from=time_from,
        time_to=time_to,
        group=group,
        periods=periods or None,
        aggregation=aggregation,
    )
    click.echo(to_json(list(pages(ask))))


COMMANDS = (info, tree, values, history, aggregate)
