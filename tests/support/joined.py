"""A simulated charge controller and the connector in front of it, wired as the product wires itself: by its service.

Processors run when a test says so, on its thread; where they are to run by themselves a test starts the service.
"""

# ruff: noqa: ANN401 - entries of a configuration have no one type

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from evce_connector import config
from evce_connector.clock import Clock
from evce_connector.host.service import ConnectorService
from evce_connector.points.tree import ValueItem
from evce_connector.site.values import State, Value
from evce_simulator import EvceSimulator
from evce_simulator.scenario import Scenario
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

LOGIN, PASSWORD = "bms", "Wall-box 4711"
"""Whom the controller admits."""
USER, EWS_PASSWORD = "ebo", "Building-7"
"""Whom the connector admits, and lets write."""
ADDRESS = "http://127.0.0.1:0/EcoStruxure/DataExchange"
NOBODY = "http://127.0.0.1:9/api/v2"
"""Where no controller is."""

Document = dict[str, dict[str, Any]]
AnyClock = TypeVar("AnyClock", bound=Clock)


def settings(folder: Path, url: str = NOBODY, **sections: Any) -> Document:
    """Return a configuration that is right, with entries of its sections added or changed.

    The database is in the folder; the pages of health are off.
    """
    document: Document = {
        "evce": {"base_url": url, "login": LOGIN, "password": PASSWORD},
        "ews": {"address": ADDRESS, "realm": "EVCE", "username": USER, "password": EWS_PASSWORD},
        "portal": {"enabled": False},
        "storage": {"url": f"sqlite:///{(folder / 'connector.db').as_posix()}"},
    }
    return document | {section: document.get(section, {}) | dict(entries) for section, entries in sections.items()}


def connect(document: Document, clock: Clock | None = None) -> ConnectorService:
    """Make the connector of a configuration; whoever asks for it stops it."""
    return ConnectorService(config.parse(document, {}), clock)


def see(service: ConnectorService, id_: str) -> tuple[Value, State]:
    """Return what a connector shows of an item now: value and state."""
    service.step()
    item = value_item(service, id_)
    return item.value, item.state


def value_item(service: ConnectorService, id_: str) -> ValueItem:
    """Return a value item of a connector's tree."""
    item = service.items.tree.get(id_)
    assert isinstance(item, ValueItem), f"{id_} is not in the tree"
    return item


@contextmanager
def failing_disk(service: ConnectorService, beginning: str = "") -> Iterator[None]:
    """Let the disk fail under each statement of a connector that begins so."""

    def fail(*arguments: Any) -> None:
        if arguments[2].startswith(beginning):
            raise OperationalError(arguments[2], None, sqlite3.OperationalError("disk I/O error"))

    event.listen(service.stores.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(service.stores.engine, "before_cursor_execute", fail)


class JoinedSite(Generic[AnyClock]):
    """A controller that runs, and its connector, made and not set up; both end with `close`, or the `with` block.

    `controller` are further options of the simulator, `database` is a file to begin with, `sections` are entries of the
    configuration.
    """

    def __init__(
        self,
        folder: Path,
        clock: AnyClock,
        scenario: str | Scenario = "guide",
        *,
        controller: Mapping[str, Any] | None = None,
        database: Path | None = None,
        **sections: Any,
    ) -> None:
        self.clock = clock
        options: dict[str, Any] = {"login": LOGIN, "password": PASSWORD, "clock": clock} | dict(controller or {})
        self.simulator = EvceSimulator(scenario, **options).start()
        self.model = self.simulator.model
        if database is not None and not (folder / "connector.db").exists():
            shutil.copyfile(database, folder / "connector.db")
        self.document = settings(folder, self.simulator.url, **sections)
        try:
            self.service = connect(self.document, clock)
        except BaseException:
            self.simulator.stop()
            raise

    def restart(self, **sections: Any) -> None:
        """Stop the connector and make it anew on its database, with entries of its configuration changed."""
        self.service.stop()
        for section, entries in sections.items():
            self.document[section] = self.document.get(section, {}) | dict(entries)
        self.service = connect(self.document, self.clock)

    def set_up(self) -> None:
        """Run EvceSetupProcessor once."""
        self.service.set_up()

    def poll(self) -> None:
        """Run one cycle of EvceProcessor."""
        self.service.poll()

    def item(self, id_: str) -> ValueItem:
        """Return a value item by its id."""
        return value_item(self.service, id_)

    def see(self, id_: str) -> tuple[Value, State]:
        """Return what an item shows now: value and state."""
        return see(self.service, id_)

    def close(self) -> None:
        """Stop both."""
        try:
            self.service.stop()
        finally:
            self.simulator.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
