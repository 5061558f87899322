"""The connector as a child that is treated badly: the whole service, its log on standard error, its loops in reach."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from evce_connector import config
from evce_connector.host import collector, tuning
from evce_connector.host.service import ConnectorService

from load import clock
from load.processes import serve

USER, PASSWORD = "bms", "Wall-box 4711"
READER, READER_PASSWORD = "pme", "Read-0nly"
MOST_POLLS = 10_000
"""Polls that are measured at a time."""


class Actions:
    """What a test can ask for."""

    def __init__(self, service: ConnectorService) -> None:
        self._service = service
        self._stop = threading.Event()
        self._polls = 0
        self._polling: threading.Thread | None = None

    def set_up(self) -> list[str]:
        """Run set-up and poll once; returns the ids of the value items of the site."""
        self._service.set_up()
        collector.settle()
        self._service.poll()
        return [item.id for item in self._service.items.tree.items() if not item.id.startswith("Interface")]

    def containers(self) -> list[str]:
        """Return the ids of all containers."""
        return [id_ for id_, node in self._service.items.tree.nodes.items() if hasattr(node, "folders")]

    def poll_on(self, every: float) -> int:
        """Poll each so many s from now on; a poll that fails or hangs is followed by the next."""
        self._polling = threading.Thread(target=self._poll_always, args=(every,))
        self._polling.start()
        return 0

    def _poll_always(self, every: float) -> None:
        with self._service.make_client() as client:
            while not self._stop.wait(every):
                self._polls += 1
                self._service.status_processor.cycle(client)

    def polls(self) -> int:
        """Return how many polls have begun."""
        return self._polls

    def cost_of_polls(self, seconds: float) -> list[tuple[float, float]]:
        """Poll one time after the other for so many s; returns for each the CPU of the process and the time, in s."""
        with self._service.make_client() as client:
            poll = partial(self._service.status_processor.cycle, client)
            costs = [clock.cost_of(poll) for _ in clock.rounds(seconds, MOST_POLLS)]
        return [(cost.cpu, cost.wall) for cost in costs]

    def hold_ews(self, seconds: float) -> int:
        """Hold the loop of the EWS server for so long."""
        server = self._service.ews._server
        assert server is not None
        assert server._loop is not None
        server._loop.call_soon_threadsafe(clock.pause, seconds)
        return 0

    def told_wrong(self) -> int:
        """Return how many logins were told to be wrong."""
        return sum(entry.outcome == "LOGIN_REFUSED" for entry in self._service.ews.requests)

    def close(self) -> None:
        """End the polls."""
        self._stop.set()
        if self._polling:
            self._polling.join()

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Return the actions by their names."""
        names = ("set_up", "containers", "poll_on", "polls", "cost_of_polls", "hold_ews", "told_wrong")
        return {name: getattr(self, name) for name in names}


def limit_files(most: int) -> None:
    """Let this process open so many files and no more."""
    import resource  # noqa: PLC0415 - Windows has none, and no such limit

    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    """Run the connector of the document (JSON) that the first argument is; a second limits its open files."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    if len(sys.argv) > 2:
        limit_files(int(sys.argv[2]))
    # not by tests.support.joined, which brings the simulator: the memory of this process is measured
    service = ConnectorService(config.parse(json.loads(sys.argv[1]), {}))
    actions = Actions(service)
    tuning.tune()
    service.ews.start()
    if service.portal:
        service.portal.start()
    ready = {"ews": service.ews.address, "portal": service.portal.address if service.portal else ""}
    try:
        serve(ready, actions.by_name())
    finally:
        actions.close()
        service.stop()


if __name__ == "__main__":
    main()
