"""HTTP Digest: nobody is answered without a login, and each refusal says how to log in."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

import requests
from evce_acceptance.ews.checking import Case, NotTestedError, check, expect
from evce_acceptance.ews.contract import NAMESPACE
from evce_acceptance.ews.messages import envelope, request
from evce_acceptance.ews.speaking import Answer, NoLogin
from requests.auth import AuthBase

_OPERATION = "GetWebServiceInformation"
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_BEGINNING = re.compile(r"(?:^|,\s*)(?=digest\s)", re.IGNORECASE)
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class Digest(AuthBase):
    """A login that answers a challenge once, with a nonce that may be another one."""

    def __init__(self, user: str, password: str, challenge: dict[str, str], nonce: str = "") -> None:
        self._user, self._password, self._challenge = user, password, challenge
        self._nonce = nonce or challenge["nonce"]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header Authorization."""
        algorithm = self._challenge.get("algorithm", "MD5").upper()
        parts = urlsplit(str(request.url))
        uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        realm, count, own = self._challenge["realm"], "00000001", "0a4f113b"

        def hashed(text: str) -> str:
            return _HASHES[algorithm](text.encode()).hexdigest()

        secret = hashed(f"{self._user}:{realm}:{self._password}")
        response = hashed(f"{secret}:{self._nonce}:{count}:{own}:auth:{hashed(f'{request.method}:{uri}')}")
        written = {"username": self._user, "realm": realm, "nonce": self._nonce, "uri": uri, "response": response}
        written |= {"cnonce": own} | {name: self._challenge[name] for name in ("opaque",) if name in self._challenge}
        header = ", ".join(f'{name}="{value}"' for name, value in written.items())
        request.headers["Authorization"] = f"Digest {header}, algorithm={algorithm}, qop=auth, nc={count}"
        return request


def challenges(answer: Answer) -> list[dict[str, str]]:
    """Return the parameters of each Digest challenge."""
    pieces = [piece for header in answer.challenges for piece in _BEGINNING.split(header)]
    return [
        {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(piece)}
        for piece in pieces
        if piece.strip().lower().startswith("digest")
    ]


def _send(case: Case, login: AuthBase) -> Answer:
    """Ask, with a login, for what every server answers."""
    body = envelope(request(_OPERATION, case.server.version))
    return case.server.send(_OPERATION, body, login=login)


def _unauthorised(case: Case, login: AuthBase, what: str) -> Answer:
    return _is_401(_send(case, login), what)


def _is_401(answer: Answer, what: str) -> Answer:
    expect(answer.status == 401, f"{what} was answered by {answer.in_words}, not by HTTP 401.")
    expect(answer.challenges, f"{what} was answered by HTTP 401 without a header WWW-Authenticate.")
    expect(challenges(answer), f"{what} was answered by HTTP 401 without a challenge of Digest.")
    expect(
        NAMESPACE.encode() + b'"' not in answer.body or answer.fault, f"{what} was answered by HTTP 401, and with data."
    )
    return answer


def _challenge(case: Case) -> dict[str, str]:
    found = challenges(_send(case, NoLogin()))
    usable = [
        one for one in found if one.get("algorithm", "MD5").upper() in _HASHES and {"realm", "nonce"} <= one.keys()
    ]
    if not usable:
        raise NotTestedError("the server challenges by no algorithm that is known (MD5, SHA-256)")
    return usable[0]


@check("login.none")
def asks_for_a_login(case: Case) -> None:
    _unauthorised(case, NoLogin(), "A request without a login")


@check("login.challenge")
def challenges_in_full(case: Case) -> None:
    answer = _unauthorised(case, NoLogin(), "A request without a login")
    for one in challenges(answer):
        for name in ("realm", "nonce"):
            expect(one.get(name), f"A challenge of Digest has no {name}.")
        expect(
            "auth" in re.split(r"[\s,]+", one.get("qop", "")),
            f"A challenge of Digest has the qop {one.get('qop')!r}, not auth.",
        )


@check("login.headers")
def puts_each_challenge_into_its_header(case: Case) -> None:
    answer = _unauthorised(case, NoLogin(), "A request without a login")
    count = len(challenges(answer))
    expect(count <= len(answer.challenges), f"{count} challenges of Digest stand in {len(answer.challenges)} header.")


@check("login.fresh")
def gives_another_nonce(case: Case) -> None:
    first, second = (_challenge(case)["nonce"] for _ in range(2))
    expect(first != second, "Two requests without a login were challenged with the same nonce.")


@check("login.right")
def takes_a_right_login(case: Case) -> None:
    login = Digest(case.server.speaker.user, case.server.speaker.password, _challenge(case))
    answer = _send(case, login)
    expect(answer.status == 200, f"A login that answers the first challenge was answered by {answer.in_words}.")


@check("login.wrong-password")
def refuses_a_wrong_password(case: Case) -> None:
    login = Digest(case.server.speaker.user, "evce-acceptance is not the password", _challenge(case))
    answer = _send(case, login)
    if answer.status == requests.codes.too_many:
        raise NotTestedError("the server says that there were too many wrong logins (HTTP 429)")
    _is_401(answer, "A login with a wrong password")


@check("login.foreign-nonce")
def refuses_a_foreign_nonce(case: Case) -> None:
    speaker = case.server.speaker
    login = Digest(speaker.user, speaker.password, _challenge(case), nonce="ZXZjZS1hY2NlcHRhbmNl")
    _unauthorised(case, login, "A login with a nonce that the server never gave")


@check("login.nonsense")
def refuses_nonsense(case: Case) -> None:
    class Nonsense(AuthBase):
        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = 'Digest username="'
            return request

    answer = _send(case, Nonsense())
    expect(answer.status in (400, 401), f"A header Authorization that is cut off was answered by {answer.in_words}.")
