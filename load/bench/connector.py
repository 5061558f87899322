"""The connector as a child: it polls when it is told to, and says what that cost."""

from __future__ import annotations

import gc
import logging
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil
from evce_connector import config
from evce_connector.evce.client import EvceClient
from evce_connector.evce.reader import SiteReader
from evce_connector.host import collector, tuning
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.snapshots import Snapshots
from evce_connector.points.site_items import SiteItems

from load import clock
from load.processes import serve

USER, PASSWORD = "bench", "b3nch-Word"


def configuration(
    controller: str,
    folder: Path,
    login: str = "bench",
    password: str = "bench",  # noqa: S107 - as above
    database: str = "",
    profile: str = "v6",
) -> dict[str, Any]:
    """Return the document of a configuration that serves on a free port of loopback.

    `database` is the URL of one; without it there is a file in the folder.
    """
    return {
        "evce": {"base_url": controller, "login": login, "password": password, "profile": profile},
        "ews": {"address": "http://127.0.0.1:0/EcoStruxure/DataExchange", "username": USER, "password": PASSWORD},
        "portal": {"enabled": False},
        "storage": {"url": database or f"sqlite:///{(folder / 'connector.db').as_posix()}"},
    }


class Meter:
    """Adds up what parts of the work cost; parts are timed where they stand, in the connector that really runs."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._collection = 0.0
        gc.callbacks.append(self._collected)

    def watch(self, owner: type, method: str, step: str) -> None:
        """Time a method of a class from now on."""
        work: Callable[..., Any] = getattr(owner, method)

        def timed(*args: Any, **values: Any) -> Any:  # noqa: ANN401 - whatever the method takes and gives
            before = clock.cpu()
            try:
                return work(*args, **values)
            finally:
                self.seconds[step] += clock.cpu() - before

        setattr(owner, method, timed)

    def _collected(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self._collection = clock.cpu()
        else:
            self.seconds["garbage collector (in the others)"] += clock.cpu() - self._collection


class Bench:
    """What the parent can ask for."""

    def __init__(self, service: ConnectorService) -> None:
        self.service = service
        self.meter = Meter()
        self.client = service.make_client()
        self.meter.watch(EvceClient, "fetch", "fetch and decode")
        self.meter.watch(SiteReader, "read", "read into the model")
        self.meter.watch(SiteItems, "poll", "items")
        self.meter.watch(Snapshots, "keep_poll", "keep in the database")
        self._stop = Event()
        self._polls = 0
        self._thread: Thread | None = None

    def set_up(self) -> list[str]:
        """Run set-up; returns the ids of all value items of the site."""
        self.service.set_up()
        collector.settle()  # as the worker does that runs set-up
        return [item.id for item in self.service.items.tree.items() if not item.id.startswith("Interface")]

    def poll(self) -> dict[str, Any]:
        """Poll once; returns CPU and wall seconds, and CPU seconds by step."""
        self.meter.seconds.clear()
        cost = clock.cost_of(lambda: self.service.status_processor.cycle(self.client))
        state = str(self.service.items.interface.get("EvceState"))
        if state != "good":
            raise RuntimeError(state)
        return {"cpu": cost.cpu, "wall": cost.wall, "steps": dict(self.meter.seconds)}

    def poll_on(self) -> int:
        """Poll again and again from now on, one poll after the other."""
        self._stop.clear()
        self._polls = 0
        self._thread = Thread(target=self._poll_always)
        self._thread.start()
        return 0

    def _poll_always(self) -> None:
        while not self._stop.is_set():
            self.service.status_processor.cycle(self.client)
            self._polls += 1

    def poll_off(self) -> int:
        """End that; returns how many polls there were."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        return self._polls

    def log_run(self, minute: int) -> dict[str, float]:
        """Take the samples of a boundary, so many minutes from now; returns their count, CPU and wall seconds."""
        at = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=minute)
        count = 0

        def run() -> None:
            nonlocal count
            samples = list(self.service.logs_processor._samples(at))  # noqa: SLF001 - a run waits for its boundary
            self.service.stores.history.append(samples)
            count = len(samples)

        cost = clock.cost_of(run)
        return {"samples": count, "cpu": cost.cpu, "wall": cost.wall}

    def memory(self) -> float:
        """Return the resident memory in MB."""
        return float(psutil.Process().memory_info().rss) / 1e6

    def cpu(self) -> float:
        """Return the CPU seconds of the whole process so far, user and system."""
        times = psutil.Process().cpu_times()
        return float(times.user + times.system)

    def actions(self) -> dict[str, Callable[..., Any]]:
        """Return what can be asked for, by name."""
        names = ("set_up", "poll", "poll_on", "poll_off", "log_run", "memory", "cpu")
        return {name: getattr(self, name) for name in names}


def main() -> None:
    """Run a connector for the controller and in the folder that the arguments name."""
    logging.basicConfig(level=logging.ERROR)
    controller, folder = sys.argv[1], Path(sys.argv[2])
    service = ConnectorService(config.parse(configuration(controller, folder, *sys.argv[3:7]), {}))
    tuning.tune()
    service.ews.start()
    try:
        serve({"address": service.ews.address}, Bench(service).actions())
    finally:
        service.stop()


if __name__ == "__main__":
    main()
