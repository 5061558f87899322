"""The EWS server: everything that answers, put together, and served over HTTP or HTTPS."""

from __future__ import annotations

import logging
import ssl
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from evce_connector.clock import Clock
from evce_connector.ews.access.guesses import Slowed
from evce_connector.ews.dispatch import Dispatcher
from evce_connector.ews.operations.alarms import AlarmReads
from evce_connector.ews.operations.browse import Browse
from evce_connector.ews.operations.change_feeds import AlarmFeed, Feed, HierarchyFeed, SystemFeed, ValueFeed
from evce_connector.ews.operations.history import HistoryReads
from evce_connector.ews.operations.subscribing import Subscribing
from evce_connector.ews.operations.system_events import SystemReads
from evce_connector.ews.operations.values import Values
from evce_connector.ews.settings import EwsSettings
from evce_connector.ews.web import EwsApplication, RequestEntry
from evce_connector.ews.wire.enums import ENUMERATIONS, Enumeration
from evce_connector.ews.wire.faults import AddressInUseError, EwsServerError
from evce_connector.ews.wsgi import CalledEws
from evce_connector.figures import Figures
from evce_connector.http_server.listening import why_not
from evce_connector.http_server.server import HttpServer
from evce_connector.http_server.tls import CertificateError, server_context
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.subscriptions import EventType, SubscriptionStore
from evce_connector.persistence.system_events import SystemEvents
from evce_connector.points.tree import Tree
from evce_connector.points.write_request import Refused, RefusingWriter, Writer

LOGGER = logging.getLogger("evce_connector.ews")
LOCKOUT_PRIORITY, NOTE_PRIORITY = 200, 900
"""Of system events; the lower the more urgent."""


@dataclass(frozen=True, slots=True)
class EwsStores:
    """What the server reads besides the tree; the operations of a store that is None are not offered.

    `refused` keeps the writes that no writer gets to see.
    """

    history: HistoryStore | None = None
    alarms: AlarmLog | None = None
    subscriptions: SubscriptionStore | None = None
    system_events: SystemEvents | None = None
    refused: Refused | None = None

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """Return all stores, on one database; processors must write to these very objects."""
        return cls(HistoryStore(engine), AlarmLog(engine), SubscriptionStore(engine), SystemEvents(engine))

    def types(self, kind: EventType) -> list[str]:
        """Return the types that events of a kind have."""
        source = self.alarms if kind is EventType.ALARMS else self.system_events
        return source.types if source else []


class EwsServer:
    """Serves a tree to EWS clients; a context manager that leaves no thread and no socket behind.

    `wsgi` is the service as a plain WSGI application, for tests and features without a socket. What has no store is
    not offered.
    """

    def __init__(
        self,
        tree: Tree,
        settings: EwsSettings,
        clock: Clock,
        *,
        writer: Writer | None = None,
        stores: EwsStores | None = None,
        enums: Sequence[Enumeration] = ENUMERATIONS,
        figures: Figures | None = None,
    ) -> None:
        figures = figures or Figures()
        self.settings = settings
        self._stores = stores or EwsStores()
        self._clock = clock
        self._dispatcher = Dispatcher(settings, clock)
        self.application = EwsApplication(settings, clock, self._dispatcher, self._slowed, figures)
        self.wsgi = CalledEws(self.application)
        book = self._stores.alarms
        alarm_state = book.state if book else _normal
        values = Values(tree, alarm_state, writer or RefusingWriter(), figures, self._stores.refused)
        self._dispatcher.serve_values(values)
        self._dispatcher.serve(Browse(tree, alarm_state, self._dispatcher.offered, enums).handlers)
        self._serve_stores(tree)
        self._server: HttpServer | None = None
        self._withheld = ""

    def _serve_stores(self, tree: Tree) -> None:
        """Offer what the stores make possible."""
        stores, clock, page_size = self._stores, self._clock, self.settings.page_size
        feeds: dict[EventType, Feed] = {EventType.VALUES: ValueFeed(tree, clock)}
        if stores.alarms is not None:
            feeds[EventType.ALARMS] = AlarmFeed(tree, stores.alarms)
            self._dispatcher.serve(AlarmReads(tree, stores.alarms, clock, page_size).handlers)
        if stores.system_events is not None:
            feeds[EventType.SYSTEM] = SystemFeed(tree, stores.system_events)
            self._dispatcher.serve(SystemReads(tree, stores.system_events, page_size).handlers)
        feeds[EventType.HIERARCHY] = HierarchyFeed(tree, clock)
        if stores.history is not None:
            self._dispatcher.serve(HistoryReads(tree, stores.history, clock, page_size).handlers)
        if stores.subscriptions is not None:
            subscribing = Subscribing(
                stores.subscriptions, feeds, stores.types, clock, self.settings, lambda: self.address
            )
            self._dispatcher.serve(subscribing.handlers)

    def database_trouble(self) -> str:
        """Say how the database last failed a client, in words; empty when it did not of late."""
        return self._dispatcher.database_trouble()

    def _slowed(self, user: str, address: str) -> None:
        """Enter a system event, on a thread of the pool: logins are judged in the loop, which waits for no database."""
        whose = f"of user {user!r}" if user else "of names that no user has"
        message = f"Wrong logins {whose} from {address} are slowed down after repeated failures; right ones get in"
        LOGGER.warning("EWS login: %s", message)
        enter = partial(self._enter_event, "EWS login", message, LOCKOUT_PRIORITY)
        if self._server is None:
            enter()
        else:
            self._server.later(enter)

    @property
    def address(self) -> str:
        """The real URL of the service, with the port that was taken when the settings say 0."""
        return self.application.address

    @property
    def requests(self) -> deque[RequestEntry]:
        """The last requests, oldest first."""
        return self.application.requests

    @property
    def subscriptions(self) -> int:
        """How many subscriptions there are; 0 where none are offered."""
        return len(self._stores.subscriptions) if self._stores.subscriptions is not None else 0

    def slowed(self) -> list[Slowed]:
        """Return the addresses whose wrong logins are slowed down now."""
        return self.application.guesses.slowed()

    def tell_refused(self) -> None:
        """Log how many refused logins the last minute's lines left out; to be called now and then."""
        self.application.refusals.turn()

    def forgive(self, client: str) -> None:
        """Forget the wrong logins of an address, and enter that as a system event."""
        self.application.guesses.forgive(client)
        self._enter_event("EWS login", f"Wrong logins from {client[:64]} are forgiven", NOTE_PRIORITY)

    @property
    def operations(self) -> list[str]:
        """Names of the operations that are offered."""
        return self._dispatcher.offered()

    def start(self) -> None:
        """Listen and answer from now on, on threads of its own; AddressInUseError when the port is taken.

        EwsServerError when the certificate or its key cannot be used, RuntimeError when it listens already.
        """
        if self._server is not None:
            raise RuntimeError("The EWS server has been started already.")
        settings = self.settings
        tls = _tls(settings) if settings.certificate else None
        server = HttpServer(
            self.application, settings.host, settings.port, name="ews-server", limits=settings.limits, tls=tls
        )
        try:
            server.start()
        except OSError as error:
            raise AddressInUseError(why_not(settings.host, settings.port, error)) from error
        self.application.address = settings.url(settings.host, server.port)
        self._server = server
        self._enter_event("EWS server", f"EWS server started at {self.address}", NOTE_PRIORITY)

    def trouble(self) -> str:
        """Return why the server does not answer now, as a sentence; empty when it does."""
        return self._server.trouble() if self._server else self._withheld

    @property
    def thread(self) -> threading.Thread | None:
        """The thread that answers; None while the server is not started."""
        return self._server.thread if self._server else None

    def withhold(self, why: str) -> None:
        """Say why the server is not started at all, as a sentence that `trouble` returns."""
        self._withheld = why

    def stop(self) -> None:
        """Answer what has begun, then close every connection and the port."""
        if self._server is not None:
            self._server.stop()
            self._server = None
            self._enter_event("EWS server", "EWS server stopped", NOTE_PRIORITY)

    def _enter_event(self, kind: str, message: str, priority: int) -> None:
        if self._stores.system_events is not None:
            self._stores.system_events.add(self._clock.now(), kind, message, priority)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _tls(settings: EwsSettings) -> ssl.SSLContext:
    """Read the server's certificate; EwsServerError when it cannot be read or does not fit its key."""
    try:
        return server_context(settings.certificate or "", settings.private_key, "the EWS server")
    except CertificateError as error:
        raise EwsServerError(str(error)) from error


def _normal(_: str) -> int:
    """Return the state of an alarm when there is no alarm log: Normal."""
    return 0
