"""The connector as long as its process lives: made anew when its configuration is to be read again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial

from evce_connector.clock import Clock, SystemClock
from evce_connector.config import ConfigurationError
from evce_connector.config.required import not_set
from evce_connector.config.variables import unread
from evce_connector.errors import ConnectorError
from evce_connector.host.addresses import BY, new_addresses, undo
from evce_connector.host.in_words import in_words
from evce_connector.host.journal import logging_to
from evce_connector.host.loaded import Loaded, Loading
from evce_connector.host.refused_logins import RefusedLogins
from evce_connector.host.service import ConnectorService
from evce_connector.host.service_manager import ServiceManager
from evce_connector.host.staggering import first_set_up_in
from evce_connector.host.startable import refuse
from evce_connector.persistence.patience import within
from evce_connector.persistence.portal_users import Act
from evce_connector.persistence.settings import SettingsError
from evce_connector.portal.sessions import Sessions

LOGGER = logging.getLogger("evce_connector")
_MOMENT = 0.3
"""Seconds that a note for the database waits for it: it is tried again at the next look."""
LOOK = 0.5
"""Time in s between two looks at what was asked for, so that Ctrl-C gets through on Windows."""


class Running:
    """Runs the connector until `stop` is set, anew each time that `reload` is set or a command asks for it.

    What the running one holds is kept in its database, so that values, alarms and subscriptions go on; EWS clients are
    not answered for a second or two. A configuration that is wrong, or that no connector can be started with, changes
    nothing: the log says why, and the one before goes on. New addresses that were saved are undone unless somebody
    confirms them.
    """

    def __init__(
        self,
        loading: Loading,
        tell: Callable[[ConnectorService], None],
        clock: Clock | None = None,
        manager: ServiceManager | None = None,
    ) -> None:
        """Make what runs; `loading` reads the configuration, `tell` is called with each connector that has started.

        `clock` is that of people, who wait in real seconds; `manager` is told how the connector is.
        """
        self._loading, self._tell = loading, tell
        self._clock = clock or SystemClock()
        self._manager = manager or ServiceManager({}, self._clock)
        self.stop, self.reload = threading.Event(), threading.Event()
        self._kept = Sessions(self._clock), RefusedLogins(self._clock)
        self._confirmed: Loaded | None = None
        """What ran last with addresses that need not be confirmed any more."""
        self._unnoted = self._undone = False
        """Whether the database lacks the note of that, and whether new addresses were undone and nothing ran since."""

    def run(self) -> None:
        """Run until stopped; a ConnectorError or OSError says why the first start failed, or why the connector ends."""
        refused: dict[int, str] = {}
        loaded, before, trouble = self._loading.at_start(), None, ""
        if not loaded.served_before:  # as when this process was ended before somebody confirmed new addresses
            with suppress(ConfigurationError):
                self._confirmed = self._loading.as_it_ran()
        while not self.stop.is_set():
            with ExitStack() as ends:
                try:
                    set_up_in = first_set_up_in(loaded.configuration) if before is None else 0.0
                    service = ends.enter_context(_started(loaded, *self._kept, set_up_in))
                except (ConnectorError, OSError) as error:
                    trouble = str(error)
                    if before is not None:
                        loaded, before = before, None
                    elif loaded.served_before:
                        _warn(loaded.troubles)
                        raise
                    else:
                        refused[loaded.number] = trouble
                        loaded = self._loading.at_start(refused)
                    continue
                service.desk.refused = trouble
                if trouble and not refused:
                    LOGGER.error("The new configuration cannot be used, and the one before goes on: %s", trouble)
                refused.clear()
                loaded = _told(loaded, service)
                self._look_for_addresses(loaded, service, trouble)
                self._tell(service)
                self._manager.ready(_status(service))
                wanted = self._until_another(service, loaded)
                if wanted is None:
                    self._manager.stopping()
                service.context.storage.look()  # once it has ended nobody knows what should be there
            loaded, before, trouble = wanted or loaded, loaded, ""

    def _look_for_addresses(self, loaded: Loaded, service: ConnectorService, trouble: str) -> None:
        """Let new addresses wait to be confirmed, else keep what runs as what ran last.

        Where the former ones could not be used when the new ones were undone, these go on, and the pages say why.
        """
        if self._undone and trouble:
            return
        self._undone = False
        service.desk.new_addresses = new_addresses(self._confirmed, loaded, self._clock)
        if service.desk.new_addresses is None:
            self._note(loaded, service)

    def _note(self, loaded: Loaded, service: ConnectorService) -> None:
        """Keep what runs as what ran last; a database that does not take the note is asked again later."""
        self._confirmed, self._unnoted = loaded, True
        with suppress(SettingsError), within(_MOMENT):
            service.stores.settings.note_ran(loaded.number)
            self._unnoted = False

    def _look_at_addresses(self, loaded: Loaded, service: ConnectorService) -> None:
        """Note new addresses that were confirmed, and undo those that were not in time."""
        new = service.desk.new_addresses
        if new is None or self._confirmed is None:
            if self._unnoted and self._confirmed is not None:
                self._note(self._confirmed, service)
            return
        if new.kept:
            service.desk.new_addresses = None
            self._note(loaded, service)
        elif not new.left:
            self._undo(self._confirmed, loaded, service)

    def _undo(self, confirmed: Loaded, loaded: Loaded, service: ConnectorService) -> None:
        """Go back to the former addresses; two minutes later, where the database does not take that."""
        service.desk.new_addresses = None  # or somebody could still confirm them while it is saved
        try:
            undone = undo(service.stores.settings, confirmed, loaded, self._clock.now())
        except SettingsError as error:
            LOGGER.error("The new addresses are not undone: %s", error)  # noqa: TRY400 - a sentence
            service.desk.new_addresses = new_addresses(confirmed, loaded, self._clock)
            return
        if undone:
            service.stores.portal_audit.add(Act(self._clock.now(), BY, "", "Saved settings", undone))
        self._undone = True
        service.reload_asked.set()

    def _until_another(self, service: ConnectorService, loaded: Loaded) -> Loaded | None:
        """Wait for a new configuration that is right; None when the connector is to end."""
        while not self.stop.wait(LOOK):
            if service.ownership.lost:
                raise service.ownership.lost
            self._manager.look(_status(service), service.liveness.dead())
            self._look_at_addresses(loaded, service)
            if self.reload.is_set() or service.reload_asked.is_set():
                self.reload.clear()
                service.reload_asked.clear()
                self._manager.reloading()
                service.context.storage.look()  # a database that was taken away gets its settings back first
                try:
                    lacks = bool(service.configuration.lacking)
                    wanted = self._loading.again(service.stores.settings, unfinished=lacks)
                except ConfigurationError as error:
                    service.desk.refused = str(error)
                    LOGGER.error("The configuration is not read again, and the one before goes on: %s", error)  # noqa: TRY400 - a sentence
                    self._manager.ready(_status(service))
                else:
                    LOGGER.info("The configuration is read again: the connector starts anew.")
                    return wanted
        return None


def _told(loaded: Loaded, service: ConnectorService) -> Loaded:
    """Say what was wrong with the saved settings, and ask for those that a database tells only now that it is open."""
    lacking = service.configuration.lacking
    _warn([*loaded.troubles, *([not_set(lacking)] if lacking else []), *unread(loaded.start.environment)])
    if loaded.look_again:
        service.context.storage.look()
        with suppress(SettingsError):
            if service.stores.settings.current() is not None:
                service.reload_asked.set()
    return replace(loaded, troubles=(), look_again=False, served_before=True)


def _status(service: ConnectorService) -> str:
    """Say in a line what the connector does, for whoever looks at it as a service."""
    if service.configuration.lacking:
        return f"Only the pages are served: {service.ews.trouble()}"
    return f"EWS server at {service.ews.address}; charge controller: {service.items.interface.get('EvceState')}"


def _warn(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        LOGGER.warning("%s", sentence)


@contextmanager
def _started(
    loaded: Loaded, sessions: Sessions, refused: RefusedLogins, set_up_in: float
) -> Iterator[ConnectorService]:
    """Run a connector that logs as its configuration says; what `check` refuses too is refused before anything else.

    DatabaseError where its database fails while it is put together, started or run: a server that fifty ask at once
    may not answer in time.
    """
    refuse(loaded.configuration)
    service = partial(ConnectorService, loaded.configuration, sessions=sessions, loaded=loaded, refused=refused)
    with (
        logging_to(loaded.configuration),
        in_words(loaded.configuration.storage),
        service(set_up_in=set_up_in) as started,
    ):
        yield started
