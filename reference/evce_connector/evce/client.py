"""The connection to a controller: its requests within their time, its answers decoded, its failures as errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import requests
import urllib3

from evce_connector.clock import Clock, SystemClock
from evce_connector.evce.apis import Api, api_of, error_text_of, headers_of, login_of, path_of
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.causes import BROKEN, cause
from evce_connector.evce.contract_api import ContractApi
from evce_connector.evce.decoding import Decoder, reason_by
from evce_connector.evce.errors import (
    EvceAnswerError,
    EvceCutError,
    EvceError,
    EvceShiftedListError,
    EvceUnreachableError,
)
from evce_connector.evce.lasting_logins import login_by
from evce_connector.evce.lines import CuttableAdapter, Lines
from evce_connector.evce.logins import Door, Received, written
from evce_connector.evce.numbers import HeldNumbers, KeepsNumbers
from evce_connector.evce.profile import Profile
from evce_connector.evce.tls_causes import Asked
from evce_connector.evce.watch import Watch
from evce_connector.site.model import RawSite

FETCH_TIMEOUT = 25.0
"""Seconds for all lists together, so that a slow controller is still asked every 30 s at the latest."""
PIECE = 64 * 1024
"""Bytes of an answer read at most at a time."""
MAX_BODY = 64 * 1024 * 1024
"""Bytes of one answer beyond which something is wrong."""
LEAVE_TIMEOUT = 2.0
"""Seconds that a log-out may take at the end."""


@dataclass(frozen=True)
class EvceOptions:
    """How to reach the controller: guide, section 4.2, "EVCE API Config Options". Time-outs in s."""

    base_url: str
    login: str
    password: str = field(repr=False)
    authentication: str = "basic"
    verify_tls: bool | str = True
    connect_timeout: float = 5.0
    read_timeout: float = 10.0


class EvceClient:
    """One connection to a controller; not to be shared between threads that must not wait for each other.

    A request that does not succeed is an EvceError: EvceUnreachableError without an answer, EvceLoginError when the
    login is refused, EvceBusyError when it is to come back later, EvceRefusalError when the controller refuses it with
    a reason, EvceAnswerError when the answer is not what the API promises.
    """

    def __init__(
        self,
        options: EvceOptions,
        profile: Profile,
        network_clock: Clock | None = None,
        numbers: KeepsNumbers | None = None,
        api: Api | None = None,
        watch: Watch | None = None,
    ) -> None:
        """Make it; `numbers` stand for objects that the controller names by texts, memory's own without any.

        `api` is one that clients of this controller share, `watch` is told of each request.
        """
        self.options = options
        self.profile = profile
        self._clock = network_clock or SystemClock()
        self._base = options.base_url.rstrip("/")
        self._session = requests.Session()
        self._lines = Lines()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, CuttableAdapter(self._lines))
        self._session.trust_env = False  # a controller on the site network is never behind the machine's proxy
        self._session.verify = options.verify_tls
        self._answered = False
        self._watch = watch or Watch()
        self._deadline = float("inf")
        self._lock = threading.Lock()
        self._numbers = numbers or HeldNumbers()
        self._api = api or api_of(profile, self._numbers, options.login)
        table = login_of(profile, options.authentication)
        credentials = options.login, options.password
        door = Door(*credentials, self._session, self._lines, self._clock, self._send, self._decoded)
        self._login = login_by(table, door, path_of)
        for name, value in headers_of(profile).items():
            self._session.headers[name] = written(value, door).encode()
        strict = isinstance(self._api, ContractApi)
        reason = reason_by(error_text_of(profile))
        sent = "" if table.is_key_alone else options.login
        self._decoder = Decoder(self._base, sent, self._login.hidden, reason, strict=strict)
        if options.verify_tls is False:  # chosen by the technician and named by `check`; one warning a request is noise
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Log out where the profile says how, within 2 s, and give back the connections."""
        if self._login.is_inside:
            self._leave()
        self._session.close()

    def _leave(self) -> None:
        """Log out if that can be done in time; a controller that does not answer ends the session by itself."""
        timer = threading.Timer(LEAVE_TIMEOUT, self.cut)
        timer.name, timer.daemon = "log-out", True
        timer.start()
        try:
            with suppress(EvceError), self.within(LEAVE_TIMEOUT):
                self._login.leave()
        finally:
            timer.cancel()
            timer.join()

    def cut(self) -> None:
        """Let no request wait any longer, from any thread: it and all that follow are an EvceCutError."""
        self._lines.cut()

    def fetch(self) -> RawSite:
        """Fetch who answers, and every zone, station and connector; an EvceError when any list is not whole.

        When a list changed while it was read all is fetched once more: something may have slipped between two pages.
        So it is when a new object has got another number than at first, since the database had given that away.
        """
        with self.within(FETCH_TIMEOUT):
            try:
                site = self._fetch()
            except EvceShiftedListError:
                site = self._fetch()
            if self._numbers.keep():
                return site
            self._api.forget_numbers()
            return self._fetch()

    def _fetch(self) -> RawSite:
        with self._decoder.remembering():
            return self._api.fetch(self.ask)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let all requests made inside take no longer than that together, and keep no connection beyond them.

        A connection kept from poll to poll is one that the controller may close just as the next request leaves.
        """
        self._deadline = self._clock.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = float("inf")
            self._session.close()

    def system(self) -> Any:  # noqa: ANN401 - decoded JSON, read by the profile
        """Fetch name, API version and clock of the controller."""
        return self._api.system(self.ask)

    def get(self, kind: str, id_: int) -> Any:  # noqa: ANN401 - as above
        """Fetch one object of the list `kind` (zones, stations, connectors) by its id."""
        return self._api.get(self.ask, kind, id_)

    def put_reduction(self, zone: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Set a zone's reduction; returns the zone after the write."""
        return self._api.put_reduction(self.ask, zone, body)

    def delete_reduction(self, zone: int) -> Any:  # noqa: ANN401 - as above
        """Clear a zone's reduction; returns the zone after the write."""
        return self._api.delete_reduction(self.ask, zone)

    def put_availability(self, connector: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Make a connector operative or inoperative; returns {status, connector}."""
        return self._api.put_availability(self.ask, connector, body)

    def ask(self, request: Request) -> Answer:
        """Carry out one request, with a new login when the old one has ended; an EvceError as the class says."""
        with self._lock:
            self._login.enter()
            received = self._send(request)
            if self._login.enters_again(request, received):
                received = self._send(request)
            return self._decoded(request, received)

    def _url(self, request: Request) -> str:
        """Return where a request goes; EvceAnswerError for the whole address of another than the controller."""
        path, query = self._login.cleaned(request.path), urlencode(request.query)
        if query:
            path += f"{'&' if '?' in path else '?'}{query}"
        if not path.startswith(("http://", "https://")):
            return self._base + path
        if urlsplit(path)[:2] != urlsplit(self._base)[:2]:
            raise EvceAnswerError(path.partition("?")[0], "the address is another controller's")
        return path

    def _send(self, request: Request) -> Received:
        """Send one request; a GET whose connection breaks goes out once more, by a fresh one.

        Some controllers close a connection that they said they would keep. What must not be sent twice leaves by a
        fresh connection from the start.
        """
        if request.method != "GET":
            self._session.close()
            return self._exchange(request)
        try:
            return self._exchange(request)
        except EvceUnreachableError as error:
            if error.cause != BROKEN:
                raise
        self._session.close()
        return self._exchange(request)

    def _exchange(self, request: Request) -> Received:
        """Send and read, and tell what came of it."""
        began, received = self._clock.monotonic(), None
        try:
            received = self._carried_out(request)
        finally:
            seconds = self._clock.monotonic() - began
            self._watch.answered(request.method, seconds, received[0] if received else None)
            answer = (received[0], len(received[2])) if received else None
            self._watch.tell(request.method, request.path, seconds, answer, self._login.hidden)
        return received

    def _carried_out(self, request: Request) -> Received:
        """Send and read within the time-out as a whole, so that a dribbled answer cannot hold up a poll."""
        url = self._url(request)
        if self._lines.are_cut:
            raise EvceCutError(url)
        now = self._clock.monotonic()
        left = self._deadline - now
        if left <= 0:
            raise EvceUnreachableError(url, "the time for it is over")
        timeouts = (min(self.options.connect_timeout, left), min(self.options.read_timeout, left))
        deadline = now + min(sum(timeouts), left)
        try:
            with self._session.request(
                request.method,
                url,
                json=request.json,
                data=request.form,
                timeout=timeouts,
                stream=True,
                allow_redirects=False,
            ) as response:
                self._answered = True
                answer = bytearray()
                while piece := response.raw.read1(PIECE, decode_content=True):  # what has come, waiting for no more
                    answer += piece
                    if self._clock.monotonic() > deadline:
                        raise EvceUnreachableError(url, "the answer took too long")
                    if len(answer) > MAX_BODY:
                        raise EvceAnswerError(url.removeprefix(self._base), f"it is larger than {MAX_BODY} bytes")
                return response.status_code, response.headers, bytes(answer)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if self._lines.are_cut:
                raise EvceCutError(url) from error
            asked = Asked(url, self.options.verify_tls, timeouts[0], self._lines)
            words = cause(error, asked, silent=not self._answered)
            if self._lines.are_cut:  # while it was looked at
                raise EvceCutError(url) from error
            raise EvceUnreachableError(url, words) from error

    def _decoded(self, request: Request, received: Received) -> Answer:
        return self._decoder.decoded(request, self._url(request), received)
