"""The EWS service as a WSGI application: path, method, size, login, access log; then the dispatcher."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from evce_connector.clock import Clock
from evce_connector.ews.contract import WSDL
from evce_connector.ews.digest import Digest
from evce_connector.ews.dispatch import Dispatcher, Reply, refuse
from evce_connector.ews.faults import CONTENT_TYPES, invalid_request
from evce_connector.ews.lockout import LoginGuard
from evce_connector.ews.settings import EwsSettings, User

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Request Entity Too Large",
    415: "415 Unsupported Media Type",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
}
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?")
_LOCATION = re.compile(rb'(<soap12:address location=)"[^"]*"')
_TYPES = frozenset({"application/soap+xml", "text/xml", "application/xml"})
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})
_KEPT_REQUESTS = 1000


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


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


class EwsApplication:
    """A plain WSGI application; it can be called without a socket."""

    def __init__(
        self,
        settings: EwsSettings,
        clock: Clock,
        dispatcher: Dispatcher,
        on_lockout: Callable[[str, float], None],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._dispatcher = dispatcher
        self._on_lockout = on_lockout
        self._digest = Digest(settings, clock)
        self._guard = LoginGuard(settings.lockout, clock)
        self.requests: deque[RequestEntry] = deque(maxlen=_KEPT_REQUESTS)
        self.address = settings.address
        self.answered = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        response = self._respond(environ)
        headers = [
            ("Content-Type", response.content_type),
            ("Content-Length", str(len(response.body))),
            *response.headers,
        ]
        start_response(_STATUS[response.status], headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]

    def _respond(self, environ: WSGIEnvironment) -> _Response:
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if path != self._settings.path:
            return _sentence(404, f"There is nothing here; the service is at {self._settings.path} (case matters).")
        if environ["REQUEST_METHOD"] == "GET" and environ.get("QUERY_STRING", "").lower() == "wsdl":
            return _Response(200, self.wsdl(environ.get("HTTP_HOST", "")), "text/xml; charset=utf-8")
        if environ["REQUEST_METHOD"] != "POST":
            sentence = f"EWS is called by POST; its contract is at {self.address}?wsdl."
            return _sentence(405, sentence, (("Allow", "POST"),))
        client = environ.get("REMOTE_ADDR", "")
        if (waits := self._guard.waits(client)) > 0:
            return _locked_out(waits)
        login = self._digest.check(environ.get("HTTP_AUTHORIZATION", ""), "POST", self._settings.path)
        if login.user is None:
            return self._refuse_login(client, login.stale, login.wrong)
        self._guard.succeeded(client)
        return self._serve(environ, login.user, client)

    def _refuse_login(self, client: str, stale: bool, wrong: bool) -> _Response:
        """Ask for a login, or, after too many wrong ones, for patience."""
        if wrong:
            self._log("", "", client, self._clock.monotonic(), "LOGIN_REFUSED")
            if (delay := self._guard.failed(client)) > 0:
                self._on_lockout(client, delay)
        headers = tuple(("WWW-Authenticate", challenge) for challenge in self._digest.challenges(stale))
        return _sentence(401, "Log in with HTTP Digest and a user of this EWS server.", headers)

    def _serve(self, environ: WSGIEnvironment, user: User, client: str) -> _Response:
        started = self._clock.monotonic()
        body, refusal = self._read(environ)
        reply = refusal or self._dispatcher.reply(body, user, client)
        self._log(reply.operation, user.name, client, started, reply.fault or "OK", reply.items)
        status = reply.status or (self._settings.fault_status if reply.fault else 200)
        return _Response(status, reply.body, CONTENT_TYPES[reply.namespace])

    def _read(self, environ: WSGIEnvironment) -> tuple[bytes, Reply | None]:
        """Read the body, or refuse it unread."""
        if not _is_soap(environ.get("CONTENT_TYPE", "")):
            return b"", refuse(invalid_request("Send a SOAP envelope as application/soap+xml in UTF-8.", 415))
        limit = self._settings.max_body
        too_long = invalid_request(f"The request is longer than {limit} bytes.", 413)
        length = environ.get("CONTENT_LENGTH", "")
        if length and not length.isdecimal():
            return b"", refuse(invalid_request("The Content-Length is no number.", 400))
        if length and int(length) > limit:
            return b"", refuse(too_long)
        # A body in chunks has no length; it is read up to the limit and one byte more.
        body: bytes = environ["wsgi.input"].read(int(length) if length else limit + 1)
        return (body, None) if len(body) <= limit else (b"", refuse(too_long))

    def _log(self, operation: str, user: str, client: str, started: float, outcome: str, items: int = 0) -> None:
        duration = self._clock.monotonic() - started
        self.requests.append(RequestEntry(self._clock.now(), operation, user, client, duration, items, outcome))
        with self._lock:
            self.answered += 1

    def wsdl(self, host: str = "") -> bytes:
        """Return the contract with the address that the client used, or the configured one."""
        address = self.address
        if _HOST.fullmatch(host):
            address = f"{address.partition('://')[0]}://{host}{self._settings.path}"
        return _LOCATION.sub(lambda match: match[1] + quoteattr(address).encode(), WSDL)


def _is_soap(content_type: str) -> bool:
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charset = next((value for name, _, value in (p.partition("=") for p in parameters) if name == "charset"), "")
    return media in _TYPES and charset.strip("\"'") in _CHARSETS


def _sentence(status: int, text: str, headers: tuple[tuple[str, str], ...] = ()) -> _Response:
    return _Response(status, f"{text}\n".encode(), headers=headers)


def _locked_out(waits: float) -> _Response:
    text = f"Too many wrong logins came from this address; try again in {ceil(waits)} s."
    return _sentence(429, text, (("Retry-After", str(ceil(waits))),))
