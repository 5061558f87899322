"""The ways to log in to a controller: what each sends, how long it lasts, and what a refusal means.

A `LoginTable` says which, the profile's own or the one that follows from `evce.authentication`. A login belongs to one
client, whose session carries what it leads to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote, quote_plus, unquote_plus, urlencode

import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
from requests.utils import parse_dict_header

from evce_connector.clock import Clock
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.convert import Json
from evce_connector.evce.lines import Lines

SHORTEST = 4
"""Characters below which a password or token is none that could be hidden in a text."""
_PLACE = re.compile(r"\{(\w+)\}")
_DIGEST = re.compile(r"\bdigest\s+(.*)", re.IGNORECASE | re.DOTALL)

Received = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body of an answer."""
Find = Callable[[Json], Json]
"""Finds a value in a document; None where there is none."""


@dataclass(frozen=True)
class LoginTable:
    """How to get in, as `[login]` of a profile says (reference/PROFILES.md); empty is what is not said.

    `fields` and `value` hold `{login}`, `{password}` and `{token}` where those belong; `token` and `life` are paths.
    `by_basic` tells that login and password go with the request of a token by basic authentication.
    """

    kind: str
    path: str = ""
    method: str = "POST"
    send: str = "json"
    fields: Mapping[str, Json] = field(default_factory=dict, repr=False)
    token: str = ""
    life: str = ""
    header: str = ""
    value: str = field(default="", repr=False)
    query: str = ""
    logout: str = ""
    logout_method: str = "POST"
    by_basic: bool = False

    @property
    def is_key_alone(self) -> bool:
        """Whether no login name goes to the controller."""
        return self.kind == "key" and "{login}" not in self.value


@dataclass(frozen=True)
class Door:
    """What a login needs of its client: what it is let in with, and how a request goes out as it is.

    `send` raises an EvceUnreachableError without an answer; `decoded` an EvceError for one that is not good.
    """

    login: str
    password: str = field(repr=False)
    session: requests.Session
    lines: Lines
    clock: Clock
    send: Callable[[Request], Received]
    decoded: Callable[[Request, Received], Answer]


class Login:
    """A login that needs nothing: as it is, the one of a controller that asks for none."""

    is_inside = False
    """Whether there is something to log out of."""

    def __init__(self, *secrets: str) -> None:
        self._secrets = secrets

    def enter(self) -> None:
        """Log in where that is due before a request; EvceError when the controller does not let us in."""

    def enters_again(self, request: Request, received: Received) -> bool:
        """Log in anew if an answer says that the login has ended, and tell whether its request is to go out again.

        EvceError when the controller does not let us in.
        """
        del request, received
        return False

    def leave(self) -> None:
        """Log out, if there is something to log out of; EvceError when that fails."""

    def cleaned(self, path: str) -> str:
        """Return a path without what the login adds to it anyway."""
        return path

    def hidden(self, text: str) -> str:
        """Return a text of the controller without the password or token that it may repeat."""
        for secret in self._secrets:
            if len(secret) >= SHORTEST:
                for spelled in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret)):
                    text = text.replace(spelled, "…")
        return text


class Basic(Login):
    """Login and password with each request."""

    def __init__(self, door: Door) -> None:
        super().__init__(door.password)
        door.session.auth = HTTPBasicAuth(door.login.encode(), door.password.encode())


class Key(Login):
    """A key with each request, in a header or as a query parameter that nothing above the connection knows."""

    def __init__(self, door: Door, table: LoginTable) -> None:
        value = written(table.value or "{password}", door)
        super().__init__(door.password, value)
        self._query = table.query
        if self._query:
            door.lines.secret_query = urlencode({table.query: value})
        else:
            door.session.headers[table.header or "X-API-Key"] = value.strip().encode()

    def cleaned(self, path: str) -> str:
        """Return a path without the key, which a controller repeats in the address of a list's next page."""
        before, _, query = path.partition("?")
        if not self._query or not query:
            return path
        kept = "&".join(one for one in query.split("&") if unquote_plus(one.partition("=")[0]) != self._query)
        return f"{before}?{kept}" if kept else before


class _Challenged(HTTPDigestAuth):
    """Answers a challenge that the client has read itself: requests' own reading of it knows none of our deadlines."""

    challenge: Mapping[str, str] | None = None

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.challenge is not None:
            self.init_per_thread_state()
            self._thread_local.chal = self.challenge  # type: ignore[attr-defined] # the stubs do not have it
            header = self.build_digest_header(r.method, r.url)  # type: ignore[no-untyped-call] # as above
            if header:  # none for an algorithm that nobody uses
                r.headers["Authorization"] = header.encode()
        return r


class Digest(Login):
    """Digest authentication: the first request is refused with a challenge, which all that follow answer."""

    def __init__(self, door: Door) -> None:
        super().__init__(door.password)
        self._auth = _Challenged(door.login, door.password)
        door.session.auth = self._auth

    def enters_again(self, request: Request, received: Received) -> bool:
        """Take a challenge; the request that it refused goes out again with an answer to it."""
        del request
        status, headers, _ = received
        given = _DIGEST.search(headers.get("WWW-Authenticate", ""))
        challenge = parse_dict_header(given[1]) if given else {}  # type: ignore[no-untyped-call] # of the stubs
        if status != HTTPStatus.UNAUTHORIZED or not (challenge.get("realm") and challenge.get("nonce")):
            return False
        self._auth.challenge = challenge
        return True


class Credentials(Protocol):
    """Who holds what is logged in with."""

    @property
    def login(self) -> str:
        """The user, or what stands for one."""

    @property
    def password(self) -> str:
        """The secret."""


def filled(template: Json, credentials: Credentials) -> Json:
    """Put login and password in their places, however deep."""
    if isinstance(template, dict):
        return {key: filled(value, credentials) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, credentials) for value in template]
    return written(template, credentials) if isinstance(template, str) else template


def filled_form(fields: Mapping[str, Json], credentials: Credentials) -> dict[str, str]:
    """Put login and password in the fields of a form; what is no text is written as JSON has it, such as true."""
    values = {name: filled(template, credentials) for name, template in fields.items()}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


def written(template: str, credentials: Credentials, token: str = "") -> str:
    """Put login, password and token in their places; what stands in braces and is none of them stays."""
    values = {"login": credentials.login, "password": credentials.password, "token": token}
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)
