"""Commands on alarms, the server's own events, enumerations and the place of an item."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ebo_simulator.options import as_json_option, connected, moment, to_json
from ebo_simulator.paging import pages
from ebo_simulator.screen import alarm_table, console, plain_table
from ebo_simulator.tree import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from ebo_simulator.events import AlarmEvents, UpdatedAlarmEvents
    from ebo_simulator.workstation import Workstation

time_from_option = click.option("--from", "time_from", type=moment, help="First moment, as 2030-01-31T12:00:00Z.")
time_to_option = click.option("--to", "time_to", type=moment, help="First moment that is left out.")
priority_from_option = click.option("--priority-from", type=int, help="Most urgent priority (0-1000).")
priority_to_option = click.option("--priority-to", type=int, help="Least urgent priority.")
types_option = click.option("--type", "types", multiple=True, help="Only this type; may be repeated.")


@click.command()
@priority_from_option
@priority_to_option
@types_option
@click.option("--since", metavar="LASTUPDATE", help="Only what changed since the LastUpdate of an earlier answer.")
@connected
@as_json_option
def alarms(
    workstation: Workstation,
    priority_from: int | None,
    priority_to: int | None,
    types: tuple[str, ...],
    since: str | None,
    as_json: bool,
) -> None:
    """Show the alarms as they are now, or what happened to them since LASTUPDATE."""
    limits: dict[str, Any] = {"priority_from": priority_from, "priority_to": priority_to, "types": types or None}
    client = workstation.client
    answers: list[AlarmEvents | UpdatedAlarmEvents]
    if since is None:
        answers = [*pages(partial(client.get_alarm_events, **limits))]
    else:
        answers = [*pages(partial(client.get_updated_alarm_events, since, **limits))]
    events = [event for answer in answers for event in answer.events]
    last = answers[-1]
    if as_json:
        found = {"events": events, "last_update": last.last_update, "needs_refresh": last.needs_refresh}
        click.echo(to_json(found))
        return
    console().print(alarm_table(workstation.display, events))
    click.echo(f"LastUpdate: {last.last_update}{'  (the server asks to reload)' if last.needs_refresh else ''}")


@click.command(name="alarm-history")
@click.argument("alarm", required=False)
@time_from_option
@time_to_option
@priority_from_option
@priority_to_option
@types_option
@connected
@as_json_option
def alarm_history(
    workstation: Workstation,
    alarm: str | None,
    time_from: datetime | None,
    time_to: datetime | None,
    priority_from: int | None,
    priority_to: int | None,
    types: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show past alarm events, of ALARM (a path or an id) or of all."""
    ask = partial(
        workstation.client.get_alarm_history,
        None if alarm is None else workstation.item_id(alarm),
        time_from=time_from,
        time_to=time_to,
        priority_from=priority_from,
        priority_to=priority_to,
        types=types or None,
    )
    events = [event for answer in pages(ask) for event in answer.events]
    if as_json:
        click.echo(to_json(events))
    else:
        console().print(alarm_table(workstation.display, events, newest_first=True))


@click.command(name="system-events")
@time_from_option
@time_to_option
@priority_from_option
@priority_to_option
@types_option
@connected
@as_json_option
def system_events(
    workstation: Workstation,
    time_from: datetime | None,
    time_to: datetime | None,
    priority_from: int | None,
    priority_to: int | None,
    types: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show what the server reports about itself."""
    ask = partial(
        workstation.client.get_system_events,
        time_from=time_from,
        time_to=time_to,
        priority_from=priority_from,
        priority_to=priority_to,
        types=types or None,
    )
    events = [event for answer in pages(ask) for event in answer.events]
    if as_json:
        click.echo(to_json(events))
        return
    table = plain_table("System events", "Time", "Priority", "Type", "Source", "Message")
    for event in events:
        time = workstation.display.time(event.timestamp)
        table.add_row(time, str(event.priority), event.type, event.source_name or event.source_id, event.message)
    console().print(table)


@click.command()
@connected
@as_json_option
def types(workstation: Workstation, as_json: bool) -> None:
    """List the types of alarms and, in EWS 1.2, of system events that filters may name."""
    client = workstation.client
    found = {"alarms": client.get_alarm_event_types()}
    if client.version != "1.1":
        found["system events"] = client.get_system_event_types()
    if as_json:
        click.echo(to_json(found))
        return
    for subject, names in found.items():
        click.echo(f"{subject}: {', '.join(names)}")


@click.command()
@click.argument("ids", nargs=-1)
@connected
@as_json_option
def enums(workstation: Workstation, ids: tuple[str, ...], as_json: bool) -> None:
    """Show enumerations: those of IDS, or all that value items of the tree refer to."""
    points = () if ids else workstation.tree.root.all_points(Kind.VALUE)
    wanted = ids or tuple(dict.fromkeys(point.enum_id for point in points if point.enum_id))
    found = workstation.client.get_enums(wanted)
    if as_json:
        click.echo(to_json(found))
        return
    table = plain_table("Enumerations", "Id", "Name", "Values")
    for enum in found.enums:
        table.add_row(enum.id, enum.name, ", ".join(f"{value.value} = {value.text}" for value in enum.values))
    console().print(table)
    for error in found.errors:
        click.echo(f"{error.id}: {error.message}", err=True)


@click.command()
@click.argument("path")
@connected
@as_json_option
def where(workstation: Workstation, path: str, as_json: bool) -> None:
    """Ask the server for the containers above the item at PATH."""
    above = workstation.client.get_hierarchical_information(workstation.item_id(path))
    click.echo(to_json(above) if as_json else " > ".join(above))


COMMANDS = (alarms, alarm_history, system_events, types, enums, where)
