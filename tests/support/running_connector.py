"""The connector as `evce-connector run` runs it, in this process: it starts anew with what is saved on its pages."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from evce_connector.clock import SystemClock
from evce_connector.config.start import Start
from evce_connector.host.loaded import Loading
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.host.service_manager import ServiceManager
from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import Settings

from features.driver.waiting import until
from tests.support.connector_process import configuration_file, free_port
from tests.support.joined import Document


class RunningConnector:
    """A connector whose file says where database and pages are, and nothing else; `saved` is what pages saved before.

    `service` is the connector that runs now, one after the other.
    """

    def __init__(
        self, folder: Path, empty_database: Path, saved: Document | None = None, manager: ServiceManager | None = None
    ) -> None:
        self._manager = manager
        self.database = folder / "connector.db"
        self.pages = f"http://127.0.0.1:{free_port()}"
        shutil.copyfile(empty_database, self.database)
        url = f"sqlite:///{self.database.as_posix()}"
        document: Document = {"storage": {"url": url}, "portal": {"address": self.pages}}
        self._file = configuration_file(document, folder)
        if saved:
            self._save(url, Start(document, str(self._file), {}).layers({}, self.database).replaced(saved))
        self.start()

    def start(self) -> None:
        """Start it, and wait until it serves."""
        self._told: list[ConnectorService] = []
        self._running = Running(Loading(self._file, {}), self._told.append, manager=self._manager)
        self._thread = threading.Thread(target=self._running.run, name="connector")
        self._thread.start()
        until(lambda: self._told or not self._thread.is_alive(), "the connector starts")
        assert self._told, "it ended at once"

    @property
    def service(self) -> ConnectorService:
        """The connector as it runs now."""
        return self._told[-1]

    @property
    def first_password(self) -> str:
        """What the first start has said on the console."""
        return Path(f"{self.database}.first-password").read_text(encoding="utf-8").strip()

    def reload(self) -> None:
        """Let it read its configuration again, and wait until it serves by that."""
        before = len(self._told)
        self._running.reload.set()
        until(lambda: len(self._told) > before, "the connector starts anew")

    def spoil(self) -> None:
        """Let its file say what no configuration may, and have that read."""
        self._file.write_text(f"{self._file.read_text(encoding='utf-8')}\n[status]\ninterval_seconds = 1\n", "utf-8")
        self._running.reload.set()

    def stop(self) -> None:
        """End it."""
        self._running.stop.set()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _save(self, url: str, saved: Document) -> None:
        engine = open_database(url)
        Settings(engine).save(saved, "admin", "made", SystemClock().now())
        engine.dispose()
