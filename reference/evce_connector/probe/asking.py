"""Asks a charge controller of which nothing is known yet: read-only, slowly, and with a wrong login only once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import requests
import urllib3
from requests.auth import HTTPBasicAuth

from evce_connector.clock import Clock
from evce_connector.errors import ConnectorError
from evce_connector.evce.answers import document_of
from evce_connector.evce.asking import Request
from evce_connector.evce.causes import at_wrong_door
from evce_connector.evce.convert import Json
from evce_connector.evce.lines import CuttableAdapter, Lines
from evce_connector.evce.one_line import one_line
from evce_connector.evce.tls_causes import Asked, tls_cause

TIMEOUTS = (5.0, 15.0)
"""Seconds to connect, and to wait for more of an answer."""
REQUESTS_MAX = 300
"""Requests after which the probe gives up: more would be guessing."""
MAX_BODY = 64 * 1024 * 1024
"""Bytes of one answer beyond which something is wrong."""
LONGEST_TEXT = 1024 * 1024
"""Bytes that are kept of an answer that is no JSON."""
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class ProbeError(ConnectorError):
    """The probe cannot go on: no answer, a refused login, a busy controller, or no API there."""


class UnlikeContractError(ProbeError):
    """What answers is nothing that the contract knows, as its login or its lists; it may speak a dialect."""


class ProbeLoginError(ProbeError):
    """The controller refuses the login; trying again soon could lock the account."""


@dataclass(frozen=True)
class Target:
    """Which controller to ask, as whom, and how many times a second. `verify` as in evce.verify_tls."""

    url: str
    login: str
    password: str = field(repr=False)
    verify: bool | str = True
    requests_per_second: float = 2.0

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def path(self) -> str:
        """The base path that was given, without a slash at its end; empty when there was none."""
        return urlsplit(self.url).path.rstrip("/")


@dataclass(frozen=True)
class Answer:
    """One request, `path` without its `query`, and what came back; `document` is None where it is not JSON."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    document: Json
    is_json: bool
    query: str = ""
    text: str = ""
    """What came, where it is no JSON."""
    with_login: bool = False
    """Whether something of the login went with the request."""

    @property
    def good(self) -> bool:
        """Whether it is JSON with status 200."""
        return self.status == HTTPStatus.OK and self.is_json

    @property
    def refused(self) -> bool:
        """Whether the controller wants another login."""
        return self.status in REFUSED


class Asking:
    """Requests to one controller, each a pause after the one before; `say` hears each of them.

    ProbeError when the target's URL is no http or https address, when nobody answers, or when a login is refused.
    """

    def __init__(
        self, target: Target, clock: Clock, say: Callable[[str], None], requests_max: int = REQUESTS_MAX
    ) -> None:
        if urlsplit(target.url).scheme not in ("http", "https") or not urlsplit(target.url).hostname:
            raise ProbeError(f"{target.url!r} is no address of a controller: give http(s)://host/path with --evce.")
        self.target = target
        self.clock = clock
        self.answers: list[Answer] = []
        self.about = ""
        """What is looked for now, for whoever waits."""
        self.requests_max = requests_max
        self._say = say
        self._pause = 1 / target.requests_per_second
        self._next = clock.monotonic()
        self._basic: HTTPBasicAuth | None = None
        self._token: str | None = None
        self.lines = Lines()
        self.session = requests.Session()
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, CuttableAdapter(self.lines))
        self._has_logged_in = False
        self._usual_headers = set(self.session.headers)
        self.session.trust_env = False  # a controller on the site network is never behind the machine's proxy
        self.session.verify = target.verify
        if target.verify is False:  # chosen by the technician; one warning a request is noise
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.session.close()

    def cut(self) -> None:
        """Let no request wait any longer, from any thread: it and all that follow are a ProbeError."""
        self.lines.cut()

    def carry(self, headers: Mapping[str, str]) -> None:
        """Send headers with each request from now on; `{login}` and `{password}` in them are filled in."""
        for name, template in headers.items():
            value = template.replace("{login}", self.target.login).replace("{password}", self.target.password)
            self.session.headers[name] = value.encode()
            if "{password}" not in template:  # with it, it is a login
                self._usual_headers.add(name)

    def use_basic(self) -> None:
        """Log in by basic authentication from now on."""
        self._basic = HTTPBasicAuth(self.target.login.encode(), self.target.password.encode())

    def use_token(self, token: str) -> None:
        """Log in by this bearer token from now on."""
        self._token = token

    def look(self, path: str) -> Answer:
        """Ask without any login: no wrong password can come of it."""
        return self._ask("GET", path, logged_in=False)

    def get(self, path: str) -> Answer:
        """Ask with the login; a refusal (401) ends the probe at once, so that the account is not locked."""
        answer = self._ask("GET", path)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise self.refusal("a bearer token" if self._token else "basic authentication")
        return answer

    def log_in(self, path: str) -> Answer:
        """Ask for a token with login and password."""
        return self._ask("POST", path, {"login": self.target.login, "password": self.target.password}, logged_in=False)

    def refusal(self, way: str) -> ProbeLoginError:
        """Say that the login was refused, and that it was tried once."""
        return ProbeLoginError(
            f"The charge controller at {self.target.origin} refuses the login {self.target.login!r} by {way}. It was "
            "tried once and not again, so that the account is not locked: check --login and --password-file."
        )

    def rest(self, seconds: float) -> None:
        """Ask nothing for so long, or until somebody cuts."""
        self.clock.wait(threading.Event(), seconds)

    def send(self, request: Request) -> Answer:
        """Send a request as it is, with what a login has left on `session` and `lines`; `path` is below the origin."""
        query = urlencode(request.query)
        return self._exchange(request if not query else replace(request, path=f"{request.path}?{query}"), {}, None)

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None, *, logged_in: bool = True) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token and logged_in else {}
        auth = self._basic if logged_in and not self._token else None
        return self._exchange(Request(method, path, json=body), headers, auth)

    def _exchange(self, request: Request, headers: dict[str, str], auth: HTTPBasicAuth | None) -> Answer:
        if len(self.answers) >= self.requests_max:
            raise ProbeError(
                f"After {self.requests_max} requests the probe stops: {self.target.origin} is not understood."
            )
        self.clock.wait(threading.Event(), self._next - self.clock.monotonic())
        self._next = self.clock.monotonic() + self._pause
        method, path = request.method, request.path
        url = self.target.origin + path
        try:
            with self.session.request(
                method,
                url,
                json=request.json,
                data=request.form,
                headers=headers,
                auth=auth,
                timeout=TIMEOUTS,
                stream=True,
                allow_redirects=False,
            ) as response:
                content = response.raw.read(MAX_BODY + 1, decode_content=True)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            asked = Asked(url, self.target.verify, TIMEOUTS[0], self.lines, "--evce", "--ca")
            raise ProbeError(f"The charge controller at {url} does not answer: {_cause(error, asked)}.") from error
        answer = replace(_answer(method, path, response, content), with_login=self._shows_login(request, headers, auth))
        self.answers.append(answer)
        self._say(self._told(answer, path))
        if answer.status in BUSY:
            raise _busy(url, answer)
        return answer

    def _told(self, answer: Answer, path: str) -> str:
        """Say what was answered, and how far the probe is."""
        why = "" if not answer.refused or answer.with_login else ", for no login was sent"
        about = f"; {self.about}" if self.about else ""
        count = f"{len(self.answers)} of at most {self.requests_max}"
        return f"{answer.method} {path}: {answer.status}{why} ({count}{about})"

    def _shows_login(self, request: Request, headers: dict[str, str], auth: HTTPBasicAuth | None) -> bool:
        """Tell whether a request carries login or password, or what a login gave."""
        session = self.session
        more = set(session.headers) - self._usual_headers
        if self.target.password and self.target.password in str((request.json, request.form)):
            self._has_logged_in = True
            return True
        has_session = self._has_logged_in and len(session.cookies) > 0
        return bool(headers or auth or session.auth or more or has_session or self.lines.secret_query)

    @property
    def tried(self) -> list[dict[str, Any]]:
        """Return what was asked and answered, for a program; without queries, which may hold a key."""
        return [
            {"method": one.method, "path": one.path, "status": one.status, "with_login": one.with_login}
            for one in self.answers
        ]

    @property
    def refused(self) -> str:
        """Say how many requests were refused, and how many of these had the password; empty where none was."""
        refused = [answer for answer in self.answers if answer.refused]
        with_login = sum(1 for answer in refused if answer.with_login)
        if not refused:
            return ""
        return (
            f"{len(refused)} {'request was' if len(refused) == 1 else 'requests were'} refused (401 or 403): "
            f"{len(refused) - with_login} without a login, which is no wrong login; {with_login} with the password, or "
            "what it gave, where the controller did not look for it or did not take it"
        )


def _answer(method: str, path: str, response: requests.Response, content: bytes) -> Answer:
    try:
        document, is_json = document_of(content), True
    except (ValueError, RecursionError):
        document, is_json = None, False
    text = "" if is_json else content[:LONGEST_TEXT].decode(errors="replace")
    below, _, query = path.partition("?")
    return Answer(method, below, response.status_code, response.headers, document, is_json, query, text)


def _busy(url: str, answer: Answer) -> ProbeError:
    later = one_line(answer.headers.get("Retry-After", ""))
    when = f"in {later} s" if later.isdecimal() else f"after {later}" if later else "later"
    return ProbeError(
        f"The charge controller is busy: {url} answers {answer.status}. The probe stops; start it again {when}, "
        "with a smaller --requests-per-second."
    )


def _cause(error: Exception, asked: Asked) -> str:
    """Say in words what kept an answer away."""
    if of_tls := tls_cause(error, asked):
        return of_tls
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "it took too long; check the address and the firewall"
    text = str(error)
    if "refused" in text:
        return "connection refused; check host and port of --evce"
    if "resolve" in text:
        return "its name is not known; check the host of --evce"
    return at_wrong_door(asked) or "the connection broke; check that it speaks the scheme of --evce"
