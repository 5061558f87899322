"""The connector as long as its process lives: made anew when its configuration is to be read again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from evce_connector.clock import SystemClock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.errors import ConnectorError
from evce_connector.host.journal import logging_to
from evce_connector.host.service import ConnectorService
from evce_connector.portal.sessions import Sessions

LOGGER = logging.getLogger("evce_connector")
LOOK = 0.5
"""Time in s between two looks at what was asked for, so that Ctrl-C gets through on Windows."""


class Running:
    """Runs the connector until `stop` is set, anew each time that `reload` is set or a command asks for it.

    What the running one holds is kept in its database, so that values, alarms and subscriptions go on; EWS clients are
    not answered for a second or two. A configuration that is wrong, or that no connector can be started with, changes
    nothing: the log says why, and the one before goes on.
    """

    def __init__(self, load: Callable[[], Configuration], tell: Callable[[ConnectorService], None]) -> None:
        """Make what runs; `load` reads the configuration, `tell` is called with each connector that has started."""
        self._load, self._tell = load, tell
        self.stop, self.reload = threading.Event(), threading.Event()
        self._sessions = Sessions(SystemClock())

    def run(self) -> None:
        """Run until stopped; a ConnectorError or OSError says why the first start failed, or why the connector ends."""
        configuration, before, trouble = self._load(), None, ""
        while not self.stop.is_set():
            with ExitStack() as ends:
                try:
                    service = ends.enter_context(_started(configuration, self._sessions))
                except (ConnectorError, OSError) as error:
                    if before is None:
                        raise
                    configuration, before, trouble = before, None, str(error)
                    continue
                if trouble:
                    LOGGER.error("The new configuration cannot be used, and the one before goes on: %s", trouble)
                self._tell(service)
                wanted = self._until_another(service)
                service.context.storage.look()  # once it has ended nobody knows what should be there
            configuration, before, trouble = wanted or configuration, configuration, ""

    def _until_another(self, service: ConnectorService) -> Configuration | None:
        """Wait for a new configuration that is right; None when the connector is to end."""
        while not self.stop.wait(LOOK):
            if service.ownership.lost:
                raise service.ownership.lost
            if self.reload.is_set() or service.reload_asked.is_set():
                self.reload.clear()
                service.reload_asked.clear()
                try:
                    wanted = self._load()
                except ConfigurationError as error:
                    LOGGER.error("The configuration is not read again, and the one before goes on: %s", error)  # noqa: TRY400 - a sentence
                else:
                    LOGGER.info("The configuration is read again: the connector starts anew.")
                    return wanted
        return None


@contextmanager
def _started(configuration: Configuration, sessions: Sessions) -> Iterator[ConnectorService]:
    """Run a connector that logs as its configuration says."""
    with logging_to(configuration), ConnectorService(configuration, sessions=sessions) as service:
        yield service
