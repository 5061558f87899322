"""The EWS service as an application of the HTTP server: path, method, login, size, access log; then the dispatcher."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from werkzeug.http import parse_options_header

from evce_connector.clock import Clock
from evce_connector.ews.access.guesses import Guesses
from evce_connector.ews.access.login import Access, Admission
from evce_connector.ews.access.refusals import Refusals
from evce_connector.ews.dispatch import Dispatcher, Reply, refuse
from evce_connector.ews.operations import bulk
from evce_connector.ews.settings import EwsSettings, User
from evce_connector.ews.wire.contract import WSDL
from evce_connector.ews.wire.faults import CONTENT_TYPES, EwsFault, invalid_request
from evce_connector.figures import OK, Figures
from evce_connector.http_server.messages import Cost, Head, Response, sentence

LOGGER = logging.getLogger("evce_connector.ews")
_LOCATION = re.compile(rb'(<soap12:address location=)"[^"]*"')
_TYPES = frozenset({"application/soap+xml", "text/xml", "application/xml"})
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})
_CONTRACT = frozenset({"wsdl", "singlewsdl"})
"""Queries that ask for the contract; ours is in one file, as `?singleWsdl` asks."""
_KEPT_REQUESTS = 1000
_SHORT = 64 * 1024
"""Bytes of a request that is looked at in the loop: longer ones hold thousands of ids."""
_QUICK = {"GetValues": 2_000, "GetItems": 200}
"""Ids up to which a bulk read is answered in the loop; items are written anew each time, values are kept written."""
_LARGE = 16 * 1024
"""Bytes of a request from which on its answer may be megabytes."""
_GROWING = (b"GetContainerItems", b"GetItems", b"GetValues")
"""Operations whose answers grow with the ids that are asked for."""


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One line of the access log: who asked what, how long it took (s), about how many items, how it ended."""

    time: datetime
    operation: str
    user: str
    client: str
    duration: float
    items: int
    outcome: str


class EwsApplication:
    """Admits requests, and answers those of users; plain and synchronous, it knows no socket."""

    def __init__(
        self,
        settings: EwsSettings,
        clock: Clock,
        dispatcher: Dispatcher,
        on_slowed: Callable[[str, str], None],
        figures: Figures,
    ) -> None:
        self.max_body = settings.max_body
        self.settings = settings
        self._clock = clock
        self.dispatcher = dispatcher
        self._access = Access(settings, clock, on_slowed)
        self._figures = figures
        self.refusals = Refusals(clock)
        self.requests: deque[RequestEntry] = deque(maxlen=_KEPT_REQUESTS)
        self.address = settings.address
        self.answered = 0
        self._lock = threading.Lock()

    def admit(self, head: Head) -> Response | EwsRequest:
        """Judge a request by its head: a user's call of the service, or what is answered without one."""
        settings = self.settings
        if head.path != settings.path:
            return sentence(404, f"There is nothing here; the service is at {settings.path} (case matters).")
        if head.method in ("GET", "HEAD") and head.query.lower() in _CONTRACT:
            return Response(200, self.wsdl(head), "text/xml; charset=utf-8")
        if head.method != "POST":
            text = f"EWS is called by POST; its contract is at {self.address}?wsdl."
            return sentence(405, text, (("Allow", "POST"),))
        login = self._access.look(head.header("authorization"), "POST", settings.path, head.client)
        if login.user is not None:
            self._figures.ews_logins.add("admitted")
            return EwsRequest(self, head, login.user)
        self._note(login, head.client)
        return sentence(login.status, login.sentence, login.headers, delay=login.delay)

    def _note(self, login: Admission, client: str) -> None:
        """Count a request that is not let in, and log one whose login is refused."""
        if login.judged_wrong:
            self._enter(RequestEntry(self._clock.now(), "", "", client, 0.0, 0, "LOGIN_REFUSED"))
        if login.why:
            self._figures.ews_logins.add("slowed" if login.delay else "refused")
            self.refusals.note(client, f"An EWS login from {client} is refused: {login.why}")
        else:
            self._figures.ews_logins.add("asked")

    @property
    def guesses(self) -> Guesses:
        """Who guesses passwords."""
        return self._access.guesses

    def reply(self, user: User, client: str, make: Callable[[], Reply]) -> Response:
        """Make a reply, log the request, and return what HTTP sends of it."""
        started = self._clock.monotonic()
        reply = make()
        self._log(reply, user.name, client, started)
        status = reply.status or (self.settings.fault_status if reply.fault else 200)
        return Response(status, reply.body, CONTENT_TYPES[reply.namespace])

    def _log(self, reply: Reply, user: str, client: str, started: float) -> None:
        """Enter a line in the access log, count the request, and log it where each is to be."""
        duration, operation, outcome = self._clock.monotonic() - started, reply.operation, reply.fault or OK
        self._figures.ews_requests.add(duration, operation or "unknown", outcome)
        self._enter(RequestEntry(self._clock.now(), operation, user, client, duration, reply.items, outcome))
        if LOGGER.isEnabledFor(logging.DEBUG):
            what, said = operation or "a request", f"{1000 * duration:.1f} ms, {reply.items} items"
            LOGGER.debug("EWS: %s of user %r from %s: %s, %s", what, user, client, outcome, said)

    def _enter(self, entry: RequestEntry) -> None:
        self.requests.append(entry)
        with self._lock:
            self.answered += 1

    def wsdl(self, head: Head) -> bytes:
        """Return the contract with the address at which the client reached this server; never with a foreign name."""
        address = self.settings.public_url or self._reached_at(head)
        return _LOCATION.sub(lambda match: match[1] + quoteattr(address).encode(), WSDL)

    def _reached_at(self, head: Head) -> str:
        """Return the address by its name where the client used one of this machine's, else by its number."""
        if not head.host:
            return self.address
        named = _named(head.header("host"))
        if named and named[0] in {head.host, self.settings.host, *_own_names()} and named[1] in (None, head.port):
            return self.settings.url(named[0], head.port)
        return self.settings.url(head.host, head.port)


@dataclass(frozen=True, slots=True)
class EwsRequest:
    """A request of a user, to be answered once its body is there."""

    application: EwsApplication
    head: Head
    user: User

    def cost(self, body: bytes) -> Cost:
        """Say where the answer may be made: a small bulk read needs nothing but memory."""
        found = bulk.recognise(body) if len(body) <= _SHORT else None
        if found and len(found.ids) <= _QUICK[found.operation]:
            return Cost.QUICK
        return Cost.LARGE if len(body) > _LARGE and any(name in body for name in _GROWING) else Cost.USUAL

    def answer(self, body: bytes) -> Response:
        """Answer a call."""
        if not _is_soap(self.head.header("content-type")):
            return self._refuse(invalid_request("Send a SOAP envelope as application/soap+xml in UTF-8.", 415))
        return self._reply(lambda: self.application.dispatcher.reply(body, self.user, self.head.client))

    def too_long(self) -> Response:
        """Refuse a request because of its length."""
        return self._refuse(invalid_request(f"The request is longer than {self.application.max_body} bytes.", 413))

    def overloaded(self, why: str) -> Response:
        """Refuse a request for want of room."""
        return self._refuse(EwsFault("TimeOut", f"The server is busy: {why}", 503))

    def _refuse(self, fault: EwsFault) -> Response:
        return self._reply(lambda: refuse(fault))

    def _reply(self, make: Callable[[], Reply]) -> Response:
        return self.application.reply(self.user, self.head.client, make)


@lru_cache(64)
def _is_soap(content_type: str) -> bool:
    media, parameters = parse_options_header(content_type)
    return media.lower() in _TYPES and parameters.get("charset", "").lower() in _CHARSETS


def _named(host: str) -> tuple[str, int | None] | None:
    """Read a Host header; None where it is nonsense."""
    try:
        parts = urlsplit(f"//{host}")
        return ((parts.hostname or "").lower(), parts.port) if parts.username is None else None
    except ValueError:
        return None


@lru_cache(1)
def _own_names() -> frozenset[str]:
    """Return the names by which clients may reach this machine."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, name.partition(".")[0]})
