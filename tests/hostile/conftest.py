"""What the hostile tests share: a controller, connectors as processes, crowds of stalling clients, good clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from load.processes import Child
from tests.hostile.connector import PASSWORD, USER
from tests.hostile.yardstick import ALONE, Cores, allowed
from tests.support.joined import settings

OWN, SHARED = "127.0.0.1", "127.0.0.2"
"""The address that good clients have for themselves, and the one that they share with those who stall."""
SOURCES = [SHARED] * 3 + [f"127.0.0.{last}" for last in range(3, 10)]
"""Where stalling clients come from in turn: of one address more than it may have without a login, of others fewer."""
STATIONS = 50
CONNECTORS = 2 * STATIONS
FIGURE = "measured"
LOGIN = [USER, PASSWORD]
LEAST = 60
"""Polls of a good client over each connection without which too little was measured."""
POLLED = 100
"""Ids in a poll of a good client."""


@dataclass
class Connector:
    """A running connector: its process, the ids that it serves, and what it logged."""

    child: Child
    log: Path
    ca: str = ""
    ids: list[str] = field(default_factory=list)

    @property
    def ews(self) -> str:
        return str(self.child.ready["ews"])

    @property
    def portal(self) -> str:
        return str(self.child.ready["portal"])

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class GoodClient:
    """A good client's process: what it sees of a connector between `begin` and `end`, which waits for `LEAST` polls."""

    def __init__(self, child: Child, connector: Connector) -> None:
        self._child, self._connector = child, connector
        self._cores: Cores

    def begin(self) -> None:
        self._cores = Cores(self._connector.child.process.pid)
        self._child.ask("begin")

    def end(self) -> dict[str, Any]:
        seen: dict[str, Any] = self._child.ask("end", least=LEAST)
        return seen | {"stretch": self._cores.stretch()}


def is_in_time(seen: dict[str, Any], seconds: float) -> bool:
    """Tell whether every answer to a good client came within so many s, and what this machine took for other work."""
    slowest: float = max(seen[connection]["slowest"] for connection in ("kept", "fresh"))
    return slowest < allowed(seconds * max(1.0, seen["stretch"] / ALONE), seen["yardstick"], seen["slowness"])


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    """Hold the processes of a test; they end with it, the last one first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def controller() -> Iterator[str]:
    """Serve a site whose connectors all change with every poll."""
    with Child("load.bench.controller", str(CONNECTORS)) as child:
        child.ask("take_turns")
        yield child.ready["url"]


def document(controller: str, database: str) -> dict[str, Any]:
    """Return a configuration on free ports."""
    portal = {"enabled": True, "address": "http://127.0.0.1:0"}
    login = {"username": USER, "password": PASSWORD}
    return settings(Path(), controller, ews=login, portal=portal, storage={"url": database})


Start = Callable[..., Connector]


@pytest.fixture
def start(processes: ExitStack, controller: str, tmp_path: Path) -> Start:
    """Start connectors: of another controller, on another database, over HTTPS, with few open files."""

    def run(
        url: str = controller, *, database: str = "", certificate: Sequence[str] = (), files: int | None = None
    ) -> Connector:
        settings = document(url, database or f"sqlite:///{(tmp_path / 'connector.db').as_posix()}")
        if certificate:
            settings["ews"]["address"] = "https://127.0.0.1:0/EcoStruxure/DataExchange"
            settings["ews"] |= {"certificate": certificate[0], "private_key": certificate[1]}
        log = tmp_path / f"connector-{len(list(tmp_path.glob('*.log')))}.log"
        limit = [str(files)] if files else []
        lines = processes.enter_context(log.open("w"))
        child = processes.enter_context(Child("tests.hostile.connector", json.dumps(settings), *limit, log=lines))
        connector = Connector(child, log, certificate[0] if certificate else "")
        connector.ids = child.ask("set_up")
        return connector

    return run


@pytest.fixture
def good_client(processes: ExitStack) -> Callable[..., GoodClient]:
    """Start good clients of a connector, logged in and with a connection that they keep."""

    def run(connector: Connector, source: str = OWN) -> GoodClient:
        child = processes.enter_context(Child("tests.hostile.polling"))
        beside = processes.enter_context(Child("tests.hostile.yardstick")).ready["port"]
        child.ask(
            "log_in",
            address=connector.ews,
            login=LOGIN,
            source=source,
            ids=connector.ids[:POLLED],
            ca=connector.ca,
            yardstick=beside,
        )
        return GoodClient(child, connector)

    return run


@pytest.fixture
def crowd(processes: ExitStack) -> Callable[..., Child]:
    """Let a crowd of one kind come; all of it has come when this returns."""

    def run(kind: str, count: int, address: str, ids: Sequence[str] = (), sources: Sequence[str] = SOURCES) -> Child:
        child = processes.enter_context(Child("tests.hostile.stalling"))
        child.ask("come", kind=kind, count=count, address=address, sources=sources, login=LOGIN, ids=ids)
        return child

    return run


Measured = Callable[[object], None]


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Note a figure, to be read at the end of the run."""
    return lambda figure: record_property(FIGURE, figure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured."""
    for report in [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]:
        for name, figure in getattr(report, "user_properties", []):
            if name == FIGURE and report.when == "call":
                terminalreporter.write_line(f"{report.nodeid.partition('::')[2]}: {figure}")
