"""The simulator's API in another dialect: a WSGI application around the contract's, with its faults and journal."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from evce_simulator.accounts import Accounts
from evce_simulator.clock import Clock
from evce_simulator.dialect.identity import Identity
from evce_simulator.dialect.lists import Lists
from evce_simulator.dialect.login import Login
from evce_simulator.dialect.objects import Objects
from evce_simulator.dialect.paths import ABSENT
from evce_simulator.dialect.profile import Profile
from evce_simulator.dialect.talk import PassedOnError, Talk, turned_away
from evce_simulator.dialect.writes import Writes
from evce_simulator.effects import Reply
from evce_simulator.routes import BASE_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_UNAUTHORIZED = 401
_PROBLEM = "application/problem+json"


class Dialect:
    """Serves the contract's application `inner` through a profile turned round, under the API's base path.

    What stands beside the API is the inner application's. CutConnectionError when a fault cuts the connection.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        profile: Profile,
        accounts: Accounts,
        clock: Clock,
        texts: Mapping[str, Mapping[int, str]] | None = None,
    ) -> None:
        """Make it; `texts` are ids that objects have already, by kind and number."""
        self._inner = inner
        self._profile = profile
        self._accounts = accounts
        identity = Identity(profile, texts)
        objects = Objects(profile, identity, clock)
        self._login = Login(profile.login, accounts, clock)
        self._lists = Lists(profile, objects, identity)
        self._writes = Writes(profile, objects, identity, clock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        request = Request(environ)
        path = request.path.removeprefix(BASE_PATH)
        if not request.path.startswith(f"{BASE_PATH}/") or (self._login.is_contract and path == "/login"):
            return self._inner(environ, start_response)
        talk = Talk(self._inner, environ, self._login.admission(request))
        try:
            self._refuse_without_headers(request)
            reply = self._login.answer(request, path, talk) or self._reply(request, path, talk)
        except PassedOnError as error:
            reply = self._in_its_words(self._challenged(request, error.reply))
        start_response(reply.status_line, reply.headers)
        return [reply.body]

    def _reply(self, request: Request, path: str, talk: Talk) -> Reply:
        """Answer what is read and written; who may not come in hears of nothing else."""
        try:
            return self._answer(request, path, talk)
        except PassedOnError:
            refused = None if talk.has_asked else self._login.admission(request)()
            if refused is None:
                raise
            raise turned_away(*refused) from None

    def _answer(self, request: Request, path: str, talk: Talk) -> Reply:
        readable = [(one, found) for one in self._lists.readable if (found := one.path.match(path)) is not None]
        if readable and request.method == "GET":
            return self._lists.answer(request, readable, talk)
        changing = [
            (name, one, found) for name, one in self._writes.changing if (found := one.path.match(path)) is not None
        ]
        fitting = [one for one in changing if one[1].method == request.method]
        if fitting:
            return self._writes.answer(request, fitting, talk)
        if not readable and not changing:
            raise turned_away(404, f"There is nothing at {request.path}.")
        offered = {"GET"} if readable else set()
        allowed = ", ".join(sorted(offered | {one[1].method for one in changing}))
        raise turned_away(405, f"{request.method} is not offered here.", Allow=allowed)

    def _refuse_without_headers(self, request: Request) -> None:
        """Refuse a request that lacks a header of the profile; its value may be a secret."""
        known = {"login": self._accounts.login, "password": self._accounts.password}
        for name, value in self._profile.headers.items():
            if not hmac.compare_digest(request.headers.get(name, "").encode(), value.filled(**known).encode()):
                raise turned_away(400, f"The header {name} must be as the profile says.")

    def _in_its_words(self, reply: Reply) -> Reply:
        """Say what is wrong at the place where this controller says it; what is no problem stays as it is."""
        at, kind = self._profile.error_text, dict(reply.headers).get("Content-Type", "")
        if at is None or not kind.startswith(_PROBLEM):
            return reply
        try:
            problem = json.loads(reply.body)
        except ValueError:
            return reply
        return reply.with_json(at.put(ABSENT, problem.get("detail"))) if isinstance(problem, dict) else reply

    def _challenged(self, request: Request, reply: Reply) -> Reply:
        """Tell with 401 how to get in here, instead of how to get into the contract's API."""
        if reply.status != _UNAUTHORIZED:
            return reply
        headers = [(name, value) for name, value in reply.headers if name.lower() != "www-authenticate"]
        return replace(reply, headers=[*headers, *self._login.challenge(request).items()])
