"""The connector as long as its process lives: made anew when its configuration is to be read again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial

from evce_connector.clock import SystemClock
from evce_connector.config import ConfigurationError
from evce_connector.errors import ConnectorError
from evce_connector.host.journal import logging_to
from evce_connector.host.loaded import Loaded, Loading
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.settings import SettingsError
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

    def __init__(self, loading: Loading, tell: Callable[[ConnectorService], None]) -> None:
        """Make what runs; `loading` reads the configuration, `tell` is called with each connector that has started."""
        self._loading, self._tell = loading, tell
        self.stop, self.reload = threading.Event(), threading.Event()
        self._sessions = Sessions(SystemClock())

    def run(self) -> None:
        """Run until stopped; a ConnectorError or OSError says why the first start failed, or why the connector ends."""
        loaded, before, trouble = self._loading.at_start(), None, ""
        while not self.stop.is_set():
            with ExitStack() as ends:
                try:
                    service = ends.enter_context(_started(loaded, self._sessions))
                except (ConnectorError, OSError) as error:
                    if before is None:
                        raise
                    loaded, before, trouble = before, None, str(error)
                    continue
                service.desk.refused = trouble
                if trouble:
                    LOGGER.error("The new configuration cannot be used, and the one before goes on: %s", trouble)
                loaded = _told(loaded, service)
                self._tell(service)
                wanted = self._until_another(service)
                service.context.storage.look()  # once it has ended nobody knows what should be there
            loaded, before, trouble = wanted or loaded, loaded, ""

    def _until_another(self, service: ConnectorService) -> Loaded | None:
        """Wait for a new configuration that is right; None when the connector is to end."""
        while not self.stop.wait(LOOK):
            if service.ownership.lost:
                raise service.ownership.lost
            if self.reload.is_set() or service.reload_asked.is_set():
                self.reload.clear()
                service.reload_asked.clear()
                service.context.storage.look()  # a database that was taken away gets its settings back first
                try:
                    wanted = self._loading.again(service.stores.settings)
                except ConfigurationError as error:
                    service.desk.refused = str(error)
                    LOGGER.error("The configuration is not read again, and the one before goes on: %s", error)  # noqa: TRY400 - a sentence
                else:
                    LOGGER.info("The configuration is read again: the connector starts anew.")
                    return wanted
        return None


def _told(loaded: Loaded, service: ConnectorService) -> Loaded:
    """Say what was wrong with the saved settings, and ask for those that a database tells only now that it is open."""
    for sentence in loaded.troubles:
        LOGGER.warning("%s", sentence)
    if loaded.look_again:
        service.context.storage.look()
        with suppress(SettingsError):
            if service.stores.settings.current() is not None:
                service.reload_asked.set()
    return replace(loaded, troubles=(), look_again=False)


@contextmanager
def _started(loaded: Loaded, sessions: Sessions) -> Iterator[ConnectorService]:
    """Run a connector that logs as its configuration says."""
    service = partial(ConnectorService, loaded.configuration, sessions=sessions, loaded=loaded)
    with logging_to(loaded.configuration), service() as started:
        yield started
