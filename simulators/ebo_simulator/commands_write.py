"""Commands that change something: values and acknowledgements. They exit with 1 when the server refused any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ebo_simulator.errors import BadOptionError
from ebo_simulator.options import as_json_option, connected, to_json
from ebo_simulator.screen import console, plain_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ebo_simulator.messages import Result
    from ebo_simulator.workstation import Workstation

REFUSED = 1


@click.command(name="set")
@click.argument("assignments", nargs=-1, required=True, metavar="PATH=VALUE...")
@connected
@as_json_option
def set_values(workstation: Workstation, assignments: tuple[str, ...], as_json: bool) -> None:
    """Write values, all in one request: "EVCE Zones/Z1/ZoneReduction=25"."""
    report(workstation.write(_assigned(assignments)), as_json=as_json)


@click.command()
@click.argument("assignments", nargs=-1, required=True, metavar="PATH=VALUE...")
@connected
@as_json_option
def force(workstation: Workstation, assignments: tuple[str, ...], as_json: bool) -> None:
    """Force values until they are unforced."""
    values = _assigned(assignments)
    ids = {workstation.tree.point(path).id: path for path in values}
    results = workstation.client.force_values({key: values[path] for key, path in ids.items()})
    report({ids.get(result.id, result.id): result for result in results}, as_json=as_json)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@connected
@as_json_option
def unforce(workstation: Workstation, paths: tuple[str, ...], as_json: bool) -> None:
    """Let forced values follow their source again."""
    ids = {workstation.tree.point(path).id: path for path in paths}
    results = workstation.client.unforce_values(ids)
    report({ids.get(result.id, result.id): result for result in results}, as_json=as_json)


@click.command()
@click.argument("alarms", nargs=-1, required=True, metavar="ALARM...")
@connected
@as_json_option
def acknowledge(workstation: Workstation, alarms: tuple[str, ...], as_json: bool) -> None:
    """Acknowledge alarms, by path or by the id that `alarms` shows."""
    report(workstation.acknowledge(alarms), as_json=as_json)


def _assigned(assignments: tuple[str, ...]) -> dict[str, str]:
    """Split PATH=VALUE at the last equals sign: names may hold one, values of EWS do not."""
    values = {}
    for text in assignments:
        path, equals, value = text.rpartition("=")
        if not equals:
            raise BadOptionError(f"{text!r} assigns nothing; write PATH=VALUE.")
        values[path] = value
    return values


def report(results: Mapping[str, Result], *, as_json: bool) -> None:
    """Show the result of each item, and exit with 1 if any was refused."""
    if as_json:
        click.echo(to_json(results))
    else:
        table = plain_table("Results", "Item", "Result")
        for item, result in results.items():
            table.add_row(item, "done" if result.success else f"refused: {result.message}")
        console().print(table)
    if not all(result.success for result in results.values()):
        raise SystemExit(REFUSED)


COMMANDS = (set_values, force, unforce, acknowledge)
