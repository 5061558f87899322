"""Commands that stay: watching values, following a subscription, working like a product."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

import click
from rich.console import Group
from rich.live import Live

from ebo_simulator.errors import EboError
from ebo_simulator.feeds import value_feed
from ebo_simulator.options import as_json_option, connected, seconds, to_json
from ebo_simulator.paging import pages
from ebo_simulator.poller import Poller, Statistics
from ebo_simulator.screen import console, plain_table, tree_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ebo_simulator.clock import Clock
    from ebo_simulator.tree import Folder, Point
    from ebo_simulator.workstation import Workstation

EVENT_TYPES = {"values": 0, "alarms": 1, "system": 2, "hierarchy": 3}
interval_option = click.option("--interval", type=seconds, default="2s", show_default=True, help="Time between polls.")
count_option = click.option("--count", type=int, help="Stop after this many polls.")


@click.command()
@click.argument("path", default="")
@interval_option
@count_option
@connected
@as_json_option
def watch(workstation: Workstation, path: str, interval: float, count: int | None, as_json: bool) -> None:
    """Watch the tree from PATH down until Ctrl-C; changed values stand out, with --json each change is a line."""
    folder, clock = workstation.tree.folder(path), workstation.client.clock
    try:
        if as_json:
            _watch_as_lines(workstation, folder, _rounds(clock, interval, count))
        else:
            _watch_live(workstation, folder, _rounds(clock, interval, count))
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def _rounds(clock: Clock, interval: float, count: int | None) -> Iterator[int]:
    """Give a number for each poll, and let the interval pass between two."""
    number = 0
    while count is None or number < count:
        if number:
            clock.wait(interval)
        yield number
        number += 1


def _watch_as_lines(workstation: Workstation, folder: Folder, rounds: Iterator[int]) -> None:
    below = {point.id for point in folder.all_points()}
    clock = workstation.client.clock
    with closing(value_feed(workstation, clock)) as feed:
        for _ in rounds:
            try:
                for point in feed.changes():
                    if point.id in below:
                        click.echo(to_json(_change(workstation, point), indent=None))
            except EboError as error:
                click.echo(to_json({"time": clock.now(), "error": str(error)}, indent=None))


def _change(workstation: Workstation, point: Point) -> dict[str, object]:
    return {
        "time": workstation.client.clock.now(),
        "path": point.path,
        "id": point.id,
        "value": point.value,
        "state": point.state,
        "shown": workstation.show(point),
    }


def _watch_live(workstation: Workstation, folder: Folder, rounds: Iterator[int]) -> None:
    clock, screen = workstation.client.clock, console()
    # A tree that is higher than the terminal is cut, because only then is it redrawn in place.
    overflow: Literal["ellipsis", "visible"] = "ellipsis" if screen.is_terminal else "visible"
    with (
        closing(value_feed(workstation, clock)) as feed,
        Live(console=screen, auto_refresh=False, vertical_overflow=overflow) as live,
    ):
        for _ in rounds:
            changed: set[str] = set()
            try:
                changed = {point.id for point in feed.changes()}
                status = f"{len(changed)} changed at {workstation.display.time(clock.now())}; Ctrl-C stops"
            except EboError as error:
                status = str(error)
            live.update(Group(status, tree_view(workstation, folder, changed)), refresh=True)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--event", type=click.Choice(list(EVENT_TYPES)), default="values", show_default=True, help="What to hear of."
)
@click.option("--children", is_flag=True, help="PATHS are folders; hear of them and what is directly in them.")
@click.option("--expires", type=seconds, default="30m", show_default=True, help="Time to ask for.")
@interval_option
@count_option
@connected
def subscribe(
    workstation: Workstation,
    paths: tuple[str, ...],
    event: str,
    children: bool,
    expires: float,
    interval: float,
    count: int | None,
) -> None:
    """Subscribe to PATHS and print each notification as a line of JSON until Ctrl-C; then unsubscribe."""
    client = workstation.client
    length = timedelta(seconds=expires)
    ids = [workstation.item_id(path) for path in paths]
    granted = client.subscribe(ids, event_type=EVENT_TYPES[event], event_mode=int(children), expires=length)
    click.echo(to_json(granted, indent=None))
    renew_at = client.clock.now() + (granted.expires or length) / 2
    last: str | None = None
    try:
        for _ in _rounds(client.clock, interval, count):
            if client.clock.now() >= renew_at:
                renew_at = client.clock.now() + (client.renew(granted.id, length).expires or length) / 2
            for page in pages(partial(client.get_notification, granted.id, last)):
                last = page.notification_id or last
                click.echo(to_json(page, indent=None))
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
    finally:
        client.unsubscribe(granted.id)


@click.command()
@click.option("--duration", type=seconds, default="60s", show_default=True, help="How long to poll.")
@connected
@as_json_option
def run(workstation: Workstation, duration: float, as_json: bool) -> None:
    """Discover once and poll as the product of --profile does; then print statistics."""
    poller = Poller(workstation, workstation.client.clock)
    try:
        poller.run(duration)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
    if as_json:
        click.echo(to_json({"profile": workstation.profile, **summary(poller.statistics)}))
    else:
        _print_statistics(workstation, poller.statistics)


def summary(found: Statistics) -> dict[str, object]:
    """Give statistics for JSON."""
    return {
        "items": found.items,
        "left_out": found.left_out,
        "rounds": found.rounds,
        "value_changes": found.value_changes,
        "alarm_events": found.alarm_events,
        "history_records": found.history_records,
        "errors": found.errors,
        "last_error": found.last_error,
        "operations": found.operations(),
    }


def _print_statistics(workstation: Workstation, found: Statistics) -> None:
    title = f"{workstation.profile.title}, EWS {workstation.client.version}"
    table = plain_table(title, "Operation", "Requests", "Bytes", "Median ms", "95 % ms", "Max ms")
    for row in found.operations():
        table.add_row(*(str(cell) for cell in row.values()))
    console().print(table)
    rounds = ", ".join(f"{count} of {name}" for name, count in found.rounds.items())
    click.echo(f"{found.items} items; rounds: {rounds or 'none'}")
    click.echo(f"{found.value_changes} value changes, {found.alarm_events} alarm events")
    click.echo(f"{found.history_records} history records")
    for name in found.left_out:
        click.echo(f"Left out, because the server does not offer it: {name}", err=True)
    for name, count in found.errors.items():
        click.echo(f"{count} x {name}", err=True)
    if found.last_error:
        click.echo(f"The last: {found.last_error}", err=True)


COMMANDS = (watch, subscribe, run)
