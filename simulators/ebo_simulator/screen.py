"""What the terminal shows: the system tree, the list view, alarms and tables, drawn with rich."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.measure import Measurement
from rich.table import Table
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text
from rich.tree import Tree as RichTree

from ebo_simulator.display import ACKNOWLEDGEABLE, ALARM_STATES
from ebo_simulator.tree import Kind
from ebo_simulator.workstation import by_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from rich.console import RenderableType

    from ebo_simulator.display import Display
    from ebo_simulator.events import AlarmEvent
    from ebo_simulator.tree import Folder, Point
    from ebo_simulator.workstation import Workstation

PIPE_WIDTH = 200  # into a file nothing is wrapped or cut
STATE_STYLES = {0: "", 1: "yellow", 2: "magenta", 3: "dim", 4: "red"}
ALARM_STYLES = {1: "bold red", 2: "red", 3: "yellow"}
WEB_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
MARKS = {Kind.VALUE: "", Kind.HISTORY: " [history]", Kind.ALARM: " [alarm]"}


def console() -> Console:
    """Make a console on standard output; as wide as the terminal, or wide enough for a file."""
    made = Console(highlight=False, markup=False)
    return made if made.is_terminal else Console(highlight=False, markup=False, width=PIPE_WIDTH)


def tree_view(workstation: Workstation, folder: Folder, changed: Collection[str] = ()) -> RichTree:
    """Draw a folder and all below it, each value beside its name; points in `changed` (ids) stand out."""
    drawn = RichTree(Text(folder.name or workstation.client.url, "bold"))
    _branch(workstation, folder, drawn, changed)
    return drawn


def _branch(workstation: Workstation, folder: Folder, drawn: RichTree, changed: Collection[str]) -> None:
    for child in by_name(folder.folders):
        _branch(workstation, child, drawn.add(Text(child.name, "bold")), changed)
    for point in by_name(folder.points):
        drawn.add(_leaf(workstation, point, point.id in changed))


def _leaf(workstation: Workstation, point: Point, changed: bool) -> Text:
    shown = workstation.show(point)
    style = "reverse" if changed else value_style(point)
    return Text.assemble(point.name, (MARKS[point.kind], "dim"), "  " if shown else "", (shown, style))


def value_style(point: Point) -> str:
    """Give the colour of a value by its state, or of an alarm by its."""
    if point.kind is Kind.ALARM:
        return ALARM_STYLES.get(point.state or 0, "")
    return STATE_STYLES.get(point.state or 0, "red")


def list_view(workstation: Workstation, path: str) -> Table:
    """Draw the list view of a folder: Name, Description and Value."""
    folder = workstation.tree.folder(path)
    table = plain_table(f"{folder.name or '/'}", "Name", "Description", "Value")
    for child in by_name(folder.folders):
        table.add_row(Text(child.name, "bold"), child.description, "")
    for point in by_name(folder.points):
        value = Text(workstation.show(point), value_style(point))
        table.add_row(Text(point.name), Text(point.description), value)
    return table


def tree_and_list(workstation: Workstation, path: str) -> RenderableType:
    """Draw the tree below a folder and, under it, the folder's list view."""
    folder = workstation.tree.folder(path)
    return Group(tree_view(workstation, folder), "", list_view(workstation, path))


def alarm_table(display: Display, events: Iterable[AlarmEvent], *, newest_first: bool = False) -> Table:
    """Draw alarms, the most urgent first, or events in the order of their transitions, the newest first."""
    table = plain_table(
        "Alarms", "Priority", "State", "Category", "Alarm", "Source", "Acknowledge", "Since", "Changed", "Message"
    )
    rows = sorted(events, key=lambda event: (event.priority or 0, event.id))
    if newest_first:
        rows.sort(key=lambda event: event.transition or datetime.min.replace(tzinfo=UTC), reverse=True)
    for event in rows:
        state = event.state or 0
        table.add_row(
            str(event.priority),
            Text(ALARM_STATES.get(state, f"State {state}"), ALARM_STYLES.get(state, "")),
            Text(event.type),
            Text(event.id),
            Text(event.source_name or event.source_id),
            ACKNOWLEDGEABLE.get(event.acknowledgeable or 0, str(event.acknowledgeable)),
            display.time(event.occurrence),
            display.time(event.transition),
            Text(event.message),
        )
    return table


def plain_table(title: str, *columns: str) -> Table:
    """Make a table whose cells show all they hold."""
    table = Table(title=Text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def save_svg(drawn: RenderableType, file: Path, title: str) -> None:
    """Write what the terminal would show as an SVG picture that loads nothing; the same content gives the same file."""
    recorder = Console(record=True, width=PIPE_WIDTH, file=StringIO(), highlight=False, markup=False)
    recorder.width = Measurement.get(recorder, recorder.options, drawn).maximum
    recorder.print(drawn)
    picture = recorder.export_svg(title=title, theme=DEFAULT_TERMINAL_THEME, unique_id="list-view")
    file.write_text(WEB_FONTS.sub("", picture), "utf-8")
