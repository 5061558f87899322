"""Client for the EVCE REST API: three lists a poll, single requests for writes, basic or token login."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import requests
import urllib3
from requests.auth import HTTPBasicAuth

from evce_connector.clock import Clock, SystemClock
from evce_connector.evce.answers import document_of, reason, seconds, token_life
from evce_connector.evce.causes import BROKEN, SPEAKS_TLS, cause, speaks_tls, wants_https
from evce_connector.evce.errors import (
    EvceAnswerError,
    EvceBusyError,
    EvceCutError,
    EvceLoginError,
    EvceRefusalError,
    EvceShiftedListError,
    EvceUnreachableError,
)
from evce_connector.evce.lines import CuttableAdapter, Lines
from evce_connector.evce.one_line import one_line
from evce_connector.evce.profile import Profile
from evce_connector.site.model import RawList, RawSite

PAGE = 1000
"""Objects asked for at a time, the most that the API gives."""
FETCH_TIMEOUT = 25.0
"""Seconds for all lists together, so that a slow controller is still asked every 30 s at the latest."""
PIECE = 64 * 1024
"""Bytes of an answer read at most at a time."""
MAX_BODY = 64 * 1024 * 1024
"""Bytes of one answer beyond which something is wrong."""
TOKEN_RENEWAL = 0.8
"""Share of a token's life after which a new one is fetched."""
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
"""How controllers answer to a token that has ended."""


Received = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body of an answer."""


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

    def __init__(self, options: EvceOptions, profile: Profile, network_clock: Clock | None = None) -> None:
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
        self._pages: dict[str, tuple[bytes, Any]] = {}
        self._answered = False
        self._token_until = float("-inf")
        self._deadline = float("inf")
        self._lock = threading.Lock()
        if options.authentication == "basic":
            self._session.auth = HTTPBasicAuth(options.login.encode(), options.password.encode())
        if options.verify_tls is False:  # chosen by the technician and named by `check`; one warning a request is noise
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()

    def cut(self) -> None:
        """Let no request wait any longer, from any thread: it and all that follow are an EvceCutError."""
        self._lines.cut()

    def fetch(self) -> RawSite:
        """Fetch who answers, and every zone, station and connector; an EvceError when any list is not whole.

        When a list changed while it was read all is fetched once more: something may have slipped between two pages.
        """
        with self.within(FETCH_TIMEOUT):
            try:
                return self._fetch()
            except EvceShiftedListError:
                return self._fetch()

    def _fetch(self) -> RawSite:
        return RawSite(self.system(), self._list("zones"), self._list("stations"), self._list("connectors"))

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
        return self._request("GET", self.profile.paths["system"])[1]

    def get(self, kind: str, id_: int) -> Any:  # noqa: ANN401 - as above
        """Fetch one object of the list `kind` (zones, stations, connectors) by the controller's id."""
        return self._request("GET", f"{self.profile.paths[kind]}/{id_}")[1]

    def put_reduction(self, zone: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Set a zone's reduction; returns the zone after the write."""
        return self._request("PUT", self.profile.paths["reduction"].format(id=zone), body)[1]

    def delete_reduction(self, zone: int) -> Any:  # noqa: ANN401 - as above
        """Clear a zone's reduction; returns the zone after the write."""
        return self._request("DELETE", self.profile.paths["reduction"].format(id=zone))[1]

    def put_availability(self, connector: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Make a connector operative or inoperative; returns {status, connector}."""
        return self._request("PUT", self.profile.paths["availability"].format(id=connector), body)[1]

    def _list(self, kind: str) -> RawList:
        """Fetch every page of a list and make sure that it is whole: as many as each page announces, none twice."""
        path = self.profile.paths[kind]
        pages: list[bytes] = []
        objects: list[Any] = []
        total = 1
        while len(objects) < total:
            where = f"{path}?limit={PAGE}&offset={len(objects)}"
            body, page = self._request("GET", where)
            before, (items, total) = total, self._page(path, page)
            if pages and total != before:
                raise EvceShiftedListError(path, before, total)
            if not items and len(objects) < total:
                raise EvceAnswerError(path, f"it announces {total} objects and gives {len(objects)}")
            self._pages[where] = body, page
            pages.append(body)
            objects += items
        if len(objects) > total:
            raise EvceAnswerError(path, f"it announces {total} objects and gives {len(objects)}")
        self._refuse_duplicates(path, objects, self.profile.fields[kind.removesuffix("s")]["id"])
        return RawList(pages, objects)

    def _page(self, path: str, page: object) -> tuple[list[Any], int]:
        items, total = (page.get("items"), page.get("total")) if isinstance(page, dict) else (None, None)
        if not isinstance(items, list) or not isinstance(total, int) or isinstance(total, bool):
            raise EvceAnswerError(path, "it is not a page with items and total")
        return items, total

    def _refuse_duplicates(self, path: str, objects: list[Any], key: str) -> None:
        """Refuse a list in which an id stands twice, as when a page is repeated."""
        ids = [item[key] for item in objects if isinstance(item, dict) and isinstance(item.get(key), int)]
        if len(set(ids)) < len(ids):
            twice = next(id_ for index, id_ in enumerate(ids) if id_ in ids[:index])
            raise EvceAnswerError(path, f"the id {twice} stands in it twice")

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[bytes, Any]:
        """Send one request, with a new token when the old one is refused; returns the body and what it decodes to."""
        with self._lock:
            if self.options.authentication == "basic":
                return self._decoded(path, *self._send(method, path, body))
            if self._clock.monotonic() >= self._token_until:
                self._login()
            status, headers, answer = self._send(method, path, body)
            if status in _REFUSED:
                self._login()
                status, headers, answer = self._send(method, path, body)
            return self._decoded(path, status, headers, answer)

    def _login(self) -> None:
        """Exchange login and password for a token and keep it for most of its life."""
        path = self.profile.paths["login"]
        self._session.headers.pop("Authorization", None)
        credentials = {"login": self.options.login, "password": self.options.password}
        _, token = self._decoded(path, *self._send("POST", path, credentials))
        if not isinstance(token, dict) or not isinstance(token.get("token"), str):
            raise EvceAnswerError(path, "it gives no token")
        self._session.headers["Authorization"] = f"Bearer {token['token']}"
        self._token_until = self._clock.monotonic() + TOKEN_RENEWAL * token_life(token.get("expiresIn"))

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> Received:
        """Send one request; a GET whose connection breaks goes out once more, by a fresh one.

        Some controllers close a connection that they said they would keep. What must not be sent twice leaves by a
        fresh connection from the start.
        """
        if method != "GET":
            self._session.close()
            return self._exchange(method, path, body)
        try:
            return self._exchange(method, path, body)
        except EvceUnreachableError as error:
            if error.cause != BROKEN:
                raise
        self._session.close()
        return self._exchange(method, path, body)

    def _exchange(self, method: str, path: str, body: Mapping[str, Any] | None) -> Received:
        """Send and read within the time-out as a whole, so that a dribbled answer cannot hold up a poll."""
        url = self._base + path
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
                method, url, json=body, timeout=timeouts, stream=True, allow_redirects=False
            ) as response:
                self._answered = True
                answer = bytearray()
                while piece := response.raw.read1(
                    PIECE, decode_content=True
                ):  # what has come, without waiting for more
                    answer += piece
                    if self._clock.monotonic() > deadline:
                        raise EvceUnreachableError(url, "the answer took too long")
                    if len(answer) > MAX_BODY:
                        raise EvceAnswerError(path, f"it is larger than {MAX_BODY} bytes")
                return response.status_code, response.headers, bytes(answer)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if self._lines.are_cut:
                raise EvceCutError(url) from error
            words = cause(error)
            silent = isinstance(error, requests.ConnectionError) and not self._answered
            if silent and words == BROKEN and url.startswith("http:") and speaks_tls(url, timeouts[0]):
                words = SPEAKS_TLS
            raise EvceUnreachableError(url, words) from error

    def _decoded(self, path: str, status: int, headers: Mapping[str, str], body: bytes) -> tuple[bytes, Any]:
        """Decode a good answer; raise the error that fits any other."""
        where = path.partition("?")[0]
        if status == HTTPStatus.UNAUTHORIZED:
            raise EvceLoginError(self._base, self.options.login)
        if status == HTTPStatus.FORBIDDEN:
            raise EvceLoginError(self._base, self.options.login, forbidden=where)
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            raise EvceBusyError(where, status, seconds(headers.get("Retry-After", "")))
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST and (place := headers.get("Location")):
            advice = "if that is its API, write the address into evce.base_url"
            raise EvceAnswerError(where, f"status {status}, it sends on to {one_line(place)}: {advice}")
        if status == HTTPStatus.BAD_REQUEST and self._base.startswith("http:") and wants_https(body):
            raise EvceUnreachableError(self._base + where, SPEAKS_TLS)
        known, page = self._pages.get(path, (b"", None))
        if status == HTTPStatus.OK and body == known and known:
            return known, page  # the very same objects as before: whoever compares them has little to do
        try:
            document = document_of(body)
        except (ValueError, RecursionError) as error:
            kind = one_line(headers.get("Content-Type", "no content type"))
            raise EvceAnswerError(where, f"status {status}, not JSON ({len(body)} bytes, {kind})") from error
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise EvceRefusalError(where, status, reason(document))
        if status != HTTPStatus.OK:
            raise EvceAnswerError(where, f"status {status}, {reason(document)}")
        return body, document
