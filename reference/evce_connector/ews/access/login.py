"""Who gets in: looks at a request's login, and at who guesses passwords.

A login is judged first and without regard to what failed before, so that a right one always gets in at once: with a
nonce that the client has proven or with a new one, also from an address that others guess from. Only a wrong response
counts, one that answers a challenge of this server and not with a user's password. Another scheme, another realm (an
older configuration), an unsupported algorithm, a uri that names another path (a proxy that rewrites it) and a foreign
or outdated nonce count nothing: such a client is challenged again, as one without a login is.

What is told of wrong responses, and what that can and cannot do: guesses.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from evce_connector.clock import Clock
from evce_connector.ews.access.digest import Digest, Login
from evce_connector.ews.access.guesses import Guesses
from evce_connector.ews.access.refusals import named
from evce_connector.ews.settings import EwsSettings, User

LOG_IN = "Log in with HTTP Digest and a user of this EWS server."
_FOREIGN = "it is no login by HTTP Digest for this address and realm: look at the client's way to log in and at its URL"
TOO_MANY = "There were too many wrong logins of this user or from this address. A right one gets in at once."


@dataclass(frozen=True, slots=True)
class Admission:
    """Who a request comes from, or how it is refused.

    `status` is 200, 401 or 429; `headers` hold the challenges or Retry-After; `sentence` is for the person.
    `judged_wrong` when the client is told that its response was wrong, for the access log. `delay` is the time in real
    s after which the refusal should be sent, by a front whose waiting costs no thread. `why` says for the log what is
    wrong with a login that was given; empty where there is none, or where one is only to be computed anew.
    """

    user: User | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    sentence: str = ""
    judged_wrong: bool = False
    delay: float = 0.0
    why: str = field(default="", compare=False)


class Access:
    """Judges the logins of one EWS server.

    `on_slowed` is called with the user (empty when there is none of that name) and the address when the wrong logins
    begin to be slowed, once until they are forgiven; it is called in the midst of a look and must not wait or raise.
    """

    def __init__(self, settings: EwsSettings, clock: Clock, on_slowed: Callable[[str, str], None]) -> None:
        self._lockout = settings.lockout
        self._digest = Digest(settings, clock)
        self._guesses = Guesses(settings.lockout, clock)
        self._on_slowed = on_slowed
        self._admissions = {user.name: Admission(user) for user in settings.users}

    def look(self, authorization: str, method: str, path: str, address: str) -> Admission:
        """Judge a request by its Authorization header (empty when it has none; bytes as Latin-1); waits for nothing.

        `path` is that of the service, `address` the client's.
        """
        login = self._digest.check(authorization, method, path)
        if login.user is not None:
            return self._admissions[login.user.name]
        if login.wrong:
            return self._wrong(login, address)
        return self._challenge(login.stale, why=_FOREIGN if authorization and not login.stale else "")

    @property
    def guesses(self) -> Guesses:
        """Whose wrong responses are counted."""
        return self._guesses

    def _wrong(self, login: Login, address: str) -> Admission:
        user = self._digest.user_called(login.name)
        name, who = user.name if user else "", named(login.name, known=user is not None)
        judgement = self._guesses.wrong(login.name, address, name)
        if judgement.begun:
            self._on_slowed(name, address)
        if judgement.told:
            return self._challenge(stale=False, judged_wrong=True, why=f"the login of {who} is wrong")
        pause = str(ceil(self._lockout.interval))
        why = f"the login of {who} is wrong, as too many before it, and is told to wait"
        return Admission(None, 429, (("Retry-After", pause),), TOO_MANY, delay=self._lockout.delay, why=why)

    def _challenge(self, stale: bool, judged_wrong: bool = False, why: str = "") -> Admission:
        headers = tuple(("WWW-Authenticate", challenge) for challenge in self._digest.challenges(stale))
        return Admission(None, 401, headers, LOG_IN, judged_wrong, why=why)
