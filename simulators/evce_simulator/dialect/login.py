"""How to get into a dialect: every kind of login that a profile can name, over the simulator's one account."""

from __future__ import annotations

import hmac
from typing import Any

from werkzeug.wrappers import Request

from evce_simulator.accounts import Accounts
from evce_simulator.clock import Clock
from evce_simulator.dialect.bodies import body_of, filled_in
from evce_simulator.dialect.digest import Digest
from evce_simulator.dialect.paths import ABSENT, Path
from evce_simulator.dialect.profile import LoginPart
from evce_simulator.dialect.talk import Talk
from evce_simulator.effects import Reply
from evce_simulator.routes import Admission

_COOKIE = "session"
_NO_BODY = 204
_REFUSED = (403, "This login is not accepted any more; log in again.")


class Login:
    """The way in. PassedOnError, with a problem, when a login cannot be read or is wrong."""

    def __init__(self, part: LoginPart, accounts: Accounts, clock: Clock) -> None:
        self._part = part
        self._accounts = accounts
        self._digest = Digest(accounts, clock)

    @property
    def is_contract(self) -> bool:
        """Whether it is the contract's own, with its own call for a token."""
        return self._part.kind == "contract"

    def admission(self, request: Request) -> Admission:
        """Return what says, each time it is asked, whether this request may come in."""
        return lambda: self._refusal(request)

    def challenge(self, request: Request) -> dict[str, str]:
        """Return the header that tells a client, with 401, how to get in, where there is such a header."""
        if self._part.kind == "digest":
            return {"WWW-Authenticate": self._digest.challenge(request)}
        if self._part.kind in ("basic", "contract"):
            return {"WWW-Authenticate": 'Basic realm="EVCE", charset="UTF-8"'}
        return {"WWW-Authenticate": 'Bearer realm="EVCE"'} if self._part.kind == "token" else {}

    def answer(self, request: Request, path: str, talk: Talk) -> Reply | None:
        """Answer a login or a logout, None for any other request."""
        if path == self._part.path and request.method == self._part.method:
            return self._log_in(request, talk)
        if path == self._part.logout and request.method == "POST":
            self._accounts.end_token(self._token(request) or "")
            return Reply(_NO_BODY, [], b"")
        return None

    def _log_in(self, request: Request, talk: Talk) -> Reply:
        sent = request.args.to_dict() if request.method == "GET" else body_of(request, self._part.send)
        given = filled_in(self._part.fields, sent)
        body = {"login": given.get("login", self._accounts.login), "password": given["password"]}
        got = talk.ask("POST", "/login", body=body)
        document: Any = {}
        for at, name in ((self._part.token, "token"), (self._part.life, "expiresIn")):
            document = _put(document, at, got.get(name, ABSENT))
        headers = [("Set-Cookie", f"{_COOKIE}={got.get('token')}; Path=/; HttpOnly")]
        return Reply(200, headers if self._part.kind == "cookie" else [], b"").with_json(document)

    def _refusal(self, request: Request) -> tuple[int, str] | None:
        """Say with which status and reason a request is refused, None for who may come in."""
        kind = self._part.kind
        if kind == "none":
            return None
        if kind == "digest":
            return None if self._digest.admits(request) else (401, "Answer the digest challenge with the login.")
        if kind == "key":
            return (
                None if self._has_key(request) else (401, f"Send the key as {self._part.query or self._part.header}.")
            )
        if kind in ("token", "cookie"):
            asked = f"Log in at {self._part.path} and send the {kind}."
            return self._refused(f"Bearer {self._token(request) or ''}", asked)
        header = request.headers.get("Authorization")
        is_token = (header or "").partition(" ")[0].lower() == "bearer"
        return self._refused(
            None if is_token and kind == "basic" else header, "Send the login by basic authentication."
        )

    def _refused(self, header: str | None, asked: str) -> tuple[int, str] | None:
        """Let the account decide on an Authorization header as the contract has it."""
        if self._accounts.refuses(header):
            return _REFUSED
        return None if self._accounts.admits(header) else (401, asked)

    def _token(self, request: Request) -> str | None:
        """Return the token that a request carries, in its header or as its cookie."""
        if self._part.kind == "cookie":
            return request.cookies.get(_COOKIE)
        found = self._part.value.match(request.headers.get(self._part.header, ""))
        return found["token"] if found else None

    def _has_key(self, request: Request) -> bool:
        part = self._part
        sent = request.headers.get(part.header) if part.query is None else request.args.get(part.query)
        wanted = part.value.filled(login=self._accounts.login, password=self._accounts.password)
        return self._accounts.tried(right=hmac.compare_digest((sent or "").encode(), wanted.encode()))


def _put(document: Any, at: Path | None, value: Any) -> Any:  # noqa: ANN401 - any JSON
    return document if at is None or value is ABSENT else at.put(document, value)
