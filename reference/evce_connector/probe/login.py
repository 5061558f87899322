"""How an unknown controller wants to be logged in to, found with exactly one use of the password."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

from evce_connector.evce.answers import TOKEN_LIFE
from evce_connector.evce.one_line import one_line
from evce_connector.probe.asking import Answer, Asking, UnlikeContractError
from evce_connector.probe.finding import INEXPRESSIBLE, Word, assumed
from evce_connector.probe.pages import objects
from evce_connector.probe.places import Places, bases, spellings

NOWHERE = "/evce-connector-looks-where-nothing-is"
"""A path that no controller has: how it is refused tells a wall in front of everything from a call that is there."""
_OTHER_WAY = re.compile(r"\bapi.?key\b|\bkey\b|cookie|\bsession\b", re.IGNORECASE)
"""What a refusal speaks of that wants neither basic authentication nor a token."""


def door(asking: Asking) -> Answer:
    """Return the first answer without login that shows an API: a list, or the wish for a login.

    UnlikeContractError when no path shows one.
    """
    moved = ""
    for path in spellings("zones"):
        for base in bases(asking):
            answer = asking.look(f"{base}{path}?limit=1")
            if answer.refused or (answer.good and objects(answer.document) is not None):
                return answer
            moved = moved or one_line(answer.headers.get("Location", ""))
    hint = f" It sends on to {moved}: try that address." if moved else ""
    raise UnlikeContractError(
        f"{asking.target.origin} answers and shows no EVCE API below {', '.join(map(repr, bases(asking)))}: "
        f"give the base path of the API with --evce.{hint}"
    )


def log_in(asking: Asking, seen: Answer, places: Places) -> None:
    """Log in at the door as it wants; exactly one attempt with the password.

    ProbeLoginError when the login is refused, UnlikeContractError when it is wanted in a way that the contract does not
    know, for which the password is not used.
    """
    if seen.good:
        text = "the lists are readable without a login"
        places.add("login", "kind", Word.WRONG, text, "protect the API at the controller, then probe again")
        asking.use_basic()
        return
    wanted = seen.headers.get("WWW-Authenticate", "").lower()
    base = max((base for base in bases(asking) if seen.path.startswith(f"{base}/")), key=len, default="")
    if not wanted and _OTHER_WAY.search(json.dumps(seen.document) if seen.is_json else seen.text):
        raise UnlikeContractError(f"{asking.target.origin} wants another login than the contract's.")
    if "digest" in wanted:
        raise UnlikeContractError(f"{asking.target.origin} wants digest authentication.")
    if "basic" in wanted or (not wanted and not _has_login_call(asking, base)):
        asking.use_basic()
        if asking.get(f"{seen.path}?limit=1").refused:
            raise asking.refusal("basic authentication")
        places.add("login", "kind", Word.VERIFIED, "basic authentication is accepted")
        return
    places.authentication = "token"
    for path in _login_calls(asking, base):
        answer = asking.log_in(base + path)
        if answer.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            _take_token(asking, places, path, answer)
            return
    raise UnlikeContractError(
        f"{asking.target.origin} wants a bearer token, and none of {', '.join(spellings('login'))} below {base!r} "
        "gives one: ask the technician for the path of its login."
    )


def _login_calls(asking: Asking, base: str) -> list[str]:
    """Return the paths that may be a login's, first those that are not guarded themselves: found without a password."""
    seen = {path: asking.look(base + path) for path in spellings("login")}
    there = [path for path, answer in seen.items() if answer.status != HTTPStatus.NOT_FOUND]
    if all(answer.refused for answer in seen.values()) and asking.look(base + NOWHERE).refused:
        return []  # refused before anybody looks what is asked for, so that none may be a login's
    return sorted(there or seen, key=lambda path: seen[path].refused)


def _has_login_call(asking: Asking, base: str) -> bool:
    """Say whether a login call is there: it does not want to be read."""
    return asking.look(base + assumed().paths["login"]).status == HTTPStatus.METHOD_NOT_ALLOWED


def _take_token(asking: Asking, places: Places, path: str, answer: Answer) -> None:
    token = answer.document.get("token") if isinstance(answer.document, dict) else None
    if answer.refused:
        raise asking.refusal(f"a token from {answer.path}")
    if not answer.good or not isinstance(token, str):
        raise UnlikeContractError(
            f"The login at {answer.path} answers {answer.status} and gives no token: the connector sends login and "
            "password and expects token and expiresIn. It was tried once; ask the technician how to log in."
        )
    asking.use_token(token)
    places.paths["login"] = path
    places.add("login", "kind", Word.VERIFIED, "a bearer token is given and accepted")
    _judge_token(places, path, answer)


def _judge_token(places: Places, path: str, answer: Answer) -> None:
    places.judge_path("login", "POST /login", path)
    document = answer.document if isinstance(answer.document, dict) else {}
    for part in ("Credentials.login", "Credentials.password"):
        places.add(part, "field", Word.VERIFIED, "accepted")
    places.add("Token.token", "field", Word.VERIFIED, "a text")
    life = document.get("expiresIn")
    if isinstance(life, int | float) and life > 0:
        places.add("Token.expiresIn", "field", Word.VERIFIED, f"{life:g} s")
    else:
        text = f"expiresIn is no number above 0: the token is taken to live {TOKEN_LIFE:g} s"
        places.add("Token.expiresIn", "field", Word.WRONG, text, INEXPRESSIBLE)


def try_token(asking: Asking, places: Places) -> None:
    """With basic authentication accepted, see once whether the token login is there too."""
    if places.authentication == "token":
        return
    path = assumed().paths["login"]
    answer = asking.log_in(places.base + path)
    if answer.good and isinstance(answer.document, dict) and isinstance(answer.document.get("token"), str):
        _judge_token(places, path, answer)
    else:
        text = f"status {answer.status} and no token"
        places.add("POST /login", "path", Word.OPEN, text, "not needed: keep evce.authentication at basic")
