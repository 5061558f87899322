"""The connector of a feature: configured as a technician would, started, stopped and started again."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.config import Configuration
from evce_connector.evce.client import EvceClient
from evce_connector.evce.profile import PROFILES
from evce_connector.host.service import ConnectorService
from requests.adapters import HTTPAdapter
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from features.driver import controller
from features.driver.clocks import ThreadedClock
from features.driver.runners import Runner, Stepped, Threaded
from features.driver.wsgi import WsgiAdapter

USER, PASSWORD, SERVER_NAME = "ebo", "Building-7", "EVCE Ews Server"
EWS_PATH = "/EcoStruxure/DataExchange"
WRITING = ("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE")
"""How statements begin that need room on the disk."""


class SiteService(ConnectorService):
    """A connector whose requests to the controller may be calls within the process, and may take the site's time.

    With `adapter` nothing is connected to. With `network_clock` the lives of tokens and the time that writes may take
    pass on that clock; without, they are measured in real seconds, as time-outs are.
    """

    def __init__(
        self,
        configuration: Configuration,
        clock: ManualClock,
        adapter: HTTPAdapter | None,
        network_clock: ManualClock | None,
    ) -> None:
        self._adapter = adapter
        super().__init__(configuration, clock, network_clock)

    def make_client(self) -> EvceClient:
        """Make a client that calls the simulator, or connects to it."""
        client = super().make_client()
        if self._adapter is not None:
            client._session.mount("http://", self._adapter)  # noqa: SLF001 - the one place where HTTP is left out
        return client


Disk = dict[Path, bytes]
"""What files hold at some moment."""


class Connector:
    """One installation: its configuration, its database, and the service while it runs."""

    def __init__(self, site: controller.Controller, clock: ManualClock, folder: Path, database: str = "") -> None:
        self.site, self.clock = site, clock
        self.over_http = site.over_http
        self._folder = folder
        self.settings: dict[str, dict[str, Any]] = {
            "evce": {
                "base_url": "",
                "login": controller.LOGIN,
                "password": controller.PASSWORD,
                "profile": site.profile,
            },
            "ews": {
                "address": f"http://127.0.0.1:0{EWS_PATH}",
                "realm": "EVCE",
                "server_name": SERVER_NAME,
                "username": USER,
                "password": PASSWORD,
            },
            "portal": {"enabled": False},
            "storage": {"url": database if "://" in database else self._copied(database)},
        }
        self.prompts: list[str] = []
        self.network_clock: ManualClock | None = None
        self._refusing: Callable[..., None] = _nothing
        self._service: ConnectorService | None = None
        self._runner: Runner | None = None

    def _copied(self, database: str) -> str:
        """Begin with a copy of a database's file, if one is given; returns the URL of ours."""
        file = self._folder / "connector.db"
        if database:
            shutil.copyfile(database, file)
        return f"sqlite:///{file.as_posix()}"

    def configure(self, section: str, **values: object) -> None:
        """Enter values on a page of the configuration."""
        self.settings.setdefault(section, {}).update(values)

    def use_profile(self, **changed: str) -> None:
        """Spell the controller by the shipped profile with some of its first lines changed."""
        text = (PROFILES / "v6.toml").read_text(encoding="utf-8")
        for key, value in changed.items():
            text = re.sub(rf'^{key} = ".*"$', f'{key} = "{value}"', text, flags=re.MULTILINE)
        path = self._folder / "profile.toml"
        path.write_text(text, encoding="utf-8")
        self.configure("evce", profile=str(path))

    def delete_database(self) -> None:
        """Take the database's file from under the connector, as whoever cleans up a disk does."""
        for path in self._database_files():
            path.unlink()

    def _database_files(self) -> list[Path]:
        """Return the database's file, and those that SQLite keeps beside it while it is open."""
        return sorted(self._folder.glob("connector.db*"))

    def spoil_database(self, words: str) -> None:
        """Let the database refuse whatever would write to it, in SQLite's own words."""

        def refuse(*arguments: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
            if arguments[2].startswith(WRITING):
                raise OperationalError(arguments[2], None, sqlite3.OperationalError(words))

        self._refusing = refuse
        event.listen(self.service.stores.engine, "before_cursor_execute", refuse)

    def mend_database(self) -> None:
        """Let the database take again what is written."""
        event.remove(self.service.stores.engine, "before_cursor_execute", self._refusing)

    def on_disk(self) -> Disk:
        """Return what the database's files hold at this moment (SQLite)."""
        return {path: path.read_bytes() for path in self._database_files() if not path.name.endswith("-shm")}

    def cut_power(self, disk: Disk) -> None:
        """End as a machine does that loses its power: its files stay as they were at that moment (SQLite)."""
        self.stop()
        self.delete_database()
        for path, content in disk.items():
            path.write_bytes(content)
        with closing(sqlite3.connect(self._folder / "connector.db", isolation_level=None)) as database:
            database.execute("DELETE FROM owner")  # whose process would be dead; here it is this one, and lives on

    def configuration(self) -> Configuration:
        """Check the configuration; ConfigurationError names what is wrong with it."""
        evce = self.settings["evce"] | {"base_url": self.settings["evce"]["base_url"] or self.site.url}
        return config.parse(self.settings | {"evce": evce}, environment={})

    @property
    def service(self) -> ConnectorService:
        """The service, installed and loaded, whether or not its processors run."""
        if self._service is None:
            configuration = self.configuration()
            adapter = None if self.over_http else self.site.adapter
            self._service = SiteService(configuration, self.clock, adapter, self.network_clock)
            if isinstance(self.clock, ThreadedClock):
                self._runner = Threaded(self._service, self.clock)
            else:
                self._runner = Stepped(self._service, self.clock)
        return self._service

    @property
    def runner(self) -> Runner:
        """What lets its processors run."""
        assert self.service
        assert self._runner
        return self._runner

    def serve(self) -> None:
        """Serve Building Operation, and start no processor."""
        if self.over_http:
            self.service.ews.start()

    def start(self) -> None:
        """Start the connector as a whole."""
        self.runner.start()

    def set_up(self) -> None:
        """Run EvceSetupProcessor once and keep what it says."""
        self.prompts = [prompt.message for prompt in self.service.set_up()]

    def stop(self) -> None:
        """Stop the service; its database stays."""
        if self._runner is not None:
            self._runner.stop()
        self._service = self._runner = None

    @property
    def address(self) -> str:
        """The address to be typed into Building Operation."""
        return self.service.ews.address

    def adapter(self) -> WsgiAdapter | None:
        """Return what stands in for the network between Building Operation and the connector, if anything does."""
        return None if self.over_http else WsgiAdapter(self.service.ews.wsgi)


def _nothing(*_: object) -> None:
    """Refuse nothing."""
