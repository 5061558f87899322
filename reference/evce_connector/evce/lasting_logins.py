"""Logins that are made by a request and last for a while: a token, or a session that a cookie stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote_plus

from requests.auth import HTTPBasicAuth

from evce_connector.evce.answers import token_life
from evce_connector.evce.asking import Request
from evce_connector.evce.convert import Json
from evce_connector.evce.errors import EvceAnswerError
from evce_connector.evce.logins import (
    Basic,
    Digest,
    Door,
    Find,
    Key,
    Login,
    LoginTable,
    Received,
    filled,
    filled_form,
    written,
)

_WRONG_CLIENT = re.compile(rb'"error"\s*:\s*"(invalid_client|unauthorized_client)"')
TOKEN_RENEWAL = 0.8
"""Share of a token's or session's life after which a new one is fetched."""
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
"""How controllers answer to a token or session that has ended."""


class _Lasting(Login):
    """A login that is made by a request and lasts for a while, for most of which it is kept."""

    def __init__(self, door: Door, table: LoginTable, at: Callable[[str], Find]) -> None:
        super().__init__(door.password)
        self._door, self._table, self._at = door, table, at
        self._until = float("-inf")

    def enter(self) -> None:
        """Log in at first, and when most of the life of what that gave is over."""
        if self._door.clock.monotonic() >= self._until:
            self._log_in()

    def enters_again(self, request: Request, received: Received) -> bool:
        """Log in anew when what there was has ended before its time."""
        if not self._has_ended(request, received[0]):
            return False
        self._log_in()
        return True

    def leave(self) -> None:
        """Log out where the profile says how."""
        if self._table.logout and self.is_inside:
            self.is_inside = False
            self._door.send(Request(self._table.logout_method, self._table.logout))
            self._forget()
            self._until = float("-inf")

    def _log_in(self) -> None:
        table, door = self._table, self._door
        self._forget()
        if table.send == "form":
            document = self._let_in(Request(table.method, table.path, form=filled_form(table.fields, door)))
        else:
            document = self._let_in(Request(table.method, table.path, json=filled(dict(table.fields), door)))
        life = self._at(table.life)(document) if table.life else None
        self._until = door.clock.monotonic() + TOKEN_RENEWAL * token_life(life)
        self.is_inside = True

    def _has_ended(self, request: Request, status: int) -> bool:
        """Tell from an answer's status whether what let us in has ended."""
        del request
        return status in _REFUSED

    def _forget(self) -> None:
        """Send no longer what let us in."""

    def _let_in(self, request: Request) -> Json:
        """Log in, and keep what lets us in from now on; returns the answer's document."""
        return self._door.decoded(request, self._answer(request)).document

    def _answer(self, request: Request) -> Received:
        """Send the request of a login."""
        return self._door.send(request)


class Token(_Lasting):
    """A token for login and password, which each request carries in a header."""

    def _forget(self) -> None:
        self._door.session.headers.pop(self._table.header or "Authorization", None)

    def _let_in(self, request: Request) -> Json:
        document = super()._let_in(request)
        token = self._at(self._table.token)(document)
        if not isinstance(token, str) or not token.isprintable():
            raise EvceAnswerError(self._table.path, "it gives no token")
        self._secrets = self._door.password, token
        value = written(self._table.value or "Bearer {token}", self._door, token)
        self._door.session.headers[self._table.header or "Authorization"] = value.strip().encode()
        return document


class OAuth2(Token):
    """A token for a client's own credentials (RFC 6749, section 4.4), from a request of its own for each."""

    def _let_in(self, request: Request) -> Json:
        door = self._door
        if self._table.by_basic:  # section 2.3.1: each is encoded like a form's field
            door.session.auth = HTTPBasicAuth(quote_plus(door.login), quote_plus(door.password))
        try:
            return super()._let_in(request)
        finally:
            door.session.auth = None

    def _answer(self, request: Request) -> Received:
        """Ask for a token; who does not know the client may say so with 400 (section 5.2), which is a wrong login."""
        status, headers, body = super()._answer(request)
        is_wrong = status == HTTPStatus.BAD_REQUEST and _WRONG_CLIENT.search(body) is not None
        return (HTTPStatus.UNAUTHORIZED if is_wrong else status), headers, body


class Cookie(_Lasting):
    """A session whose cookie each request carries; whoever reads and is sent on, to the login's page, has none.

    Whoever writes may be sent on after it was done: that is not to be sent twice.
    """

    def _has_ended(self, request: Request, status: int) -> bool:
        return super()._has_ended(request, status) or (request.method == "GET" and _sends_on(status))

    def _forget(self) -> None:
        self._door.session.cookies.clear()

    def _let_in(self, request: Request) -> Json:
        received = self._door.send(request)
        has_cookie = len(self._door.session.cookies) > 0
        if has_cookie and _sends_on(received[0]):  # to the page that a browser would show next
            return None
        document = self._door.decoded(request, received).document
        if not has_cookie:
            raise EvceAnswerError(self._table.path, "it sets no cookie")
        return document


_KINDS: dict[str, type[_Lasting]] = {"token": Token, "oauth2": OAuth2, "cookie": Cookie}


def login_by(table: LoginTable, door: Door, at: Callable[[str], Find]) -> Login:
    """Return the login that a table describes; `at` reads its paths. ValueError for a kind that there is not."""
    if lasting := _KINDS.get(table.kind):
        return lasting(door, table, at)
    if table.kind == "key":
        return Key(door, table)
    if table.kind == "none":
        return Login(door.password)
    if table.kind not in ("basic", "digest"):
        raise ValueError(f"there is no login of the kind {table.kind!r}")
    return (Basic if table.kind == "basic" else Digest)(door)


def _sends_on(status: int) -> bool:
    return HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
