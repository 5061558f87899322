"""How to get into a dialect: every kind of login that a profile can name, over the simulator's one account."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import unquote_plus

from werkzeug.wrappers import Request

from evce_simulator.accounts import Accounts
from evce_simulator.clock import Clock
from evce_simulator.dialect.bodies import body_of, filled_in
from evce_simulator.dialect.digest import Digest
from evce_simulator.dialect.paths import ABSENT, Path
from evce_simulator.dialect.profile import LoginPart
from evce_simulator.dialect.talk import PassedOnError, Talk
from evce_simulator.effects import Reply
from evce_simulator.routes import Admission

_COOKIE = "session"
_NO_BODY = 204
_UNAUTHORIZED = 401
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
        return {"WWW-Authenticate": 'Bearer realm="EVCE"'} if self._part.kind in ("token", "oauth2") else {}

    def answer(self, request: Request, path: str, talk: Talk) -> Reply | None:
        """Answer a login or a logout, None for any other request."""
        if path == self._part.path and request.method == self._part.method:
            return self._log_in(request, talk)
        if path == self._part.logout and request.method == self._part.logout_method:
            self._accounts.end_token(self._token(request) or "")
            return Reply(_NO_BODY, [], b"")
        return None

    def _log_in(self, request: Request, talk: Talk) -> Reply:
        if self._part.kind == "oauth2":
            return self._give_token(request, talk)
        given = filled_in(self._part.fields, body_of(request, self._part.send))
        body = {"login": given.get("login", self._accounts.login), "password": given["password"]}
        got = talk.ask("POST", "/login", body=body)
        document: Any = {}
        for at, name in ((self._part.token, "token"), (self._part.life, "expiresIn")):
            document = _put(document, at, got.get(name, ABSENT))
        headers = [("Set-Cookie", f"{_COOKIE}={got.get('token')}; Path=/; HttpOnly")]
        return Reply(200, headers if self._part.kind == "cookie" else [], b"").with_json(document)

    def _give_token(self, request: Request, talk: Talk) -> Reply:
        """Give a client its token (RFC 6749, section 4.4), or say what is wrong as that does."""
        form = body_of(request, "form")
        if form.get("grant_type") != "client_credentials":
            raise _refused_token(400, "unsupported_grant_type")
        if form.get("scope") != self._part.fields.get("scope"):
            raise _refused_token(400, "invalid_scope")
        login, password = form.get("client_id"), form.get("client_secret")
        if self._part.client == "basic":
            login, password = _by_basic(request)
        if login is None or password is None:
            raise _refused_token(401, "invalid_client")
        try:
            got = talk.ask("POST", "/login", body={"login": login, "password": password})
        except PassedOnError as error:
            raise _refused_token(401, "invalid_client") if error.reply.status == _UNAUTHORIZED else error from None
        document: Any = {"token_type": "Bearer"}
        for at, name in ((self._part.token, "token"), (self._part.life, "expiresIn")):
            document = _put(document, at, got.get(name, ABSENT))
        return Reply(200, [("Cache-Control", "no-store")], b"").with_json(document)

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
        if kind in ("token", "cookie", "oauth2"):
            asked = f"Log in at {self._part.path} and send the {'cookie' if kind == 'cookie' else 'token'}."
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


def _by_basic(request: Request) -> tuple[str | None, str | None]:
    """Return who asks and the secret, each encoded like a field of a form."""
    given = request.authorization
    if given is None or given.type != "basic":
        return None, None
    return unquote_plus(given.username or ""), unquote_plus(given.password or "")


def _refused_token(status: int, error: str) -> PassedOnError:
    return PassedOnError(Reply(status, [("Cache-Control", "no-store")], b"").with_json({"error": error}))


def _put(document: Any, at: Path | None, value: Any) -> Any:  # noqa: ANN401 - any JSON
    return document if at is None or value is ABSENT else at.put(document, value)
