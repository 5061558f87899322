"""`evce-connector demo`: simulated controller, connector and simulated workstation, joined over real HTTP."""

from __future__ import annotations

import secrets
import threading
from contextlib import ExitStack
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from ebo_simulator.client import EboClient
from ebo_simulator.screen import value_style
from ebo_simulator.tree import Folder, Kind
from ebo_simulator.workstation import Workstation, by_name
from evce_simulator import EvceSimulator
from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from evce_connector import config
from evce_connector.clock import Clock, ScaledClock, SystemClock
from evce_connector.config import Configuration
from evce_connector.errors import ConnectorError
from evce_connector.host.service import ConnectorService
from evce_connector.points.layout import ZONES_FOLDER

PATIENCE = 30.0
"""Seconds that set-up and the first poll may take."""
REDRAW, FOCUS = 1.0, 6.0
"""Seconds between two readings, and between two stations in focus."""
PIPE_WIDTH = 176


class Demo:
    """A whole site on this machine for as long as the context is open; nothing of it stays."""

    def __init__(self, scenario: str, speed: float = 1.0, start: datetime | None = None) -> None:
        self.console = Console(highlight=False)
        if not self.console.is_terminal:
            self.console = Console(highlight=False, width=PIPE_WIDTH)
        self._clock: Clock = SystemClock() if speed == 1.0 and start is None else ScaledClock(speed, start)
        self._scenario = scenario
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
            self.simulator = stack.enter_context(
                EvceSimulator(
                    scenario=self._scenario,
                    login="bms",
                    password=secrets.token_urlsafe(9),
                    clock=self._clock,
                    control_port=0,
                )
            )
            self.password = secrets.token_urlsafe(9)
            self.service = stack.enter_context(ConnectorService(self._configuration(folder), self._clock))
            client = EboClient(self.service.ews.address, "ebo", self.password)
            stack.callback(client.close)
            self.workstation = Workstation(client)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def _configuration(self, folder: Path) -> Configuration:
        document = {
            "evce": {
                "base_url": self.simulator.url,
                "login": self.simulator.login,
                "password": self.simulator.password,
            },
            "ews": {
                "address": "http://127.0.0.1:0/EcoStruxure/DataExchange",
                "realm": "EVCE",
                "username": "ebo",
                "password": self.password,
            },
            "portal": {"address": "http://127.0.0.1:0"},
            "storage": {"url": f"sqlite:///{(folder / 'demo.db').as_posix()}"},
        }
        return config.parse(document, {})

    def wait_for_poll(self) -> None:
        """Wait until set-up and one poll are done; ConnectorError with the connector's own words when they fail."""
        deadline = SystemClock().monotonic() + PATIENCE
        never = threading.Event()
        while self.service.items.age() is None:
            if SystemClock().monotonic() > deadline:
                raise ConnectorError(
                    f"No poll succeeded in {PATIENCE:.0f} s: {self.service.items.interface.get('EvceState')}"
                )
            SystemClock().wait(never, 0.05)

    def print_once(self, svg: Path | None = None) -> None:
        """Print addresses, the tree, and every data point of the site, one zone, one station and one connector.

        With `svg`, also draw it into that file, with neither addresses nor passwords. ConnectorError when no poll
        succeeds, or the scenario has no station.
        """
        self.wait_for_poll()
        self.workstation.read()
        station = self._stations()[0]
        picture = Group(self._system_tree(), self._lists(station))
        self.console.print(self._addresses(), picture)
        if svg is not None:
            recorder = Console(record=True, width=PIPE_WIDTH, file=StringIO(), highlight=False)
            recorder.print(picture)
            svg.write_text(recorder.export_svg(title="evce-connector demo"), encoding="utf-8")

    def show_live(self, stop: threading.Event) -> None:
        """Show the living site, one station after the other, until stopped; ConnectorError as in `print_once`."""
        self.wait_for_poll()
        clock, shown = SystemClock(), 0
        with Live(console=self.console, screen=self.console.is_terminal, auto_refresh=False) as live:
            while not stop.is_set():
                changed = {point.id for point in self.workstation.read()}
                stations = self._stations()
                station = stations[int(shown * REDRAW / FOCUS) % len(stations)]
                live.update(Group(self._addresses(), self._lists(station, changed)), refresh=True)
                shown += 1
                clock.wait(stop, REDRAW)

    def _stations(self) -> list[str]:
        """Return the paths of all stations."""
        zones = self.workstation.tree.folder(ZONES_FOLDER)
        stations = [
            f"{ZONES_FOLDER}/{zone.name}/{station.name}"
            for zone in by_name(zones.folders)
            for station in by_name(zone.folders)
            if any(point.name == "StationId" for point in station.points)
        ]
        if not stations:
            raise ConnectorError(f"The scenario {self._scenario!r} has no station to show.")
        return stations

    def _addresses(self) -> RenderableType:
        grid = Table.grid(padding=(0, 2))
        grid.add_row("charge controller", self.simulator.url, f"login {self.simulator.login}", self.simulator.password)
        grid.add_row("its page", self.simulator.page_url or "", "plug in, break, change", "")
        grid.add_row("EWS server", self.service.ews.address, "user ebo", self.password)
        now = self._clock.now().strftime("%Y-%m-%d %H:%M:%S UTC")
        grid.add_row("state", str(self.service.items.interface.get("EvceState")), now, "Ctrl-C ends")
        return Panel(grid, title="evce-connector demo", title_align="left", border_style="green")

    def _system_tree(self) -> RenderableType:
        root = self.workstation.tree.root
        drawn = Tree(Text(root.name, "bold"))
        self._add_folders(drawn, root)
        return Columns([drawn, self._list(self.workstation.tree.folder(ZONES_FOLDER), frozenset())], padding=(0, 8))

    def _add_folders(self, drawn: Tree, folder: Folder) -> None:
        for child in by_name(folder.folders):
            status = next((point for point in child.points if point.name == "StationStatus"), None)
            label = Text.assemble(child.name, ("  " + self.workstation.show(status) if status else "", "green"))
            self._add_folders(drawn.add(label), child)

    def _lists(self, station: str, changed: set[str] | frozenset[str] = frozenset()) -> RenderableType:
        """Draw the list views of the station's zone, the station, and its first connector."""
        tree = self.workstation.tree
        zone = station.rpartition("/")[0]
        connectors = [child.name for child in tree.folder(station).folders if child.name.startswith("Connector-")]
        paths = [zone, station, *(f"{station}/{name}" for name in sorted(connectors)[:1])]
        return Columns([self._list(tree.folder(path), changed) for path in paths], padding=(0, 2))

    def _list(self, folder: Folder, changed: set[str] | frozenset[str]) -> RenderableType:
        table = Table(title=Text(folder.name, "bold"), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.add_column("Name", no_wrap=True)
        table.add_column("Value", no_wrap=True)
        for point in by_name(folder.points):
            if point.kind is Kind.VALUE:
                style = "reverse green" if point.id in changed else value_style(point)
                table.add_row(point.name, Text(self.workstation.show(point), style))
        return table
