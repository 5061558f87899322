"""What answers say of a login: whether one is wanted, what it wants to be sent, and the token that it gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.probe.asking import Answer
from evce_connector.probe.dialect.columns import numeric, written_key
from evce_connector.probe.dialect.names import plain, words

_SHORTEST_TOKEN = 8
_FEW = 3
"""Elements of a list in a login's answer that are looked into."""
_SHORTEST_LIFE = 30
TOKEN_HEADERS = (
    ("Authorization", "Bearer {token}"),
    ("X-Auth-Token", "{token}"),
    ("X-Access-Token", "{token}"),
    ("Authorization", "Token {token}"),
    ("Authorization", "{token}"),
    ("X-Session-Token", "{token}"),
    ("X-API-Key", "{token}"),
    ("X-Token", "{token}"),
    ("Authorization", "JWT {token}"),
)
"""Where a token usually goes, the most usual first."""
WORD = re.compile(r"[A-Za-z_$][\w$-]*")


def is_wall(answer: Answer) -> bool:
    """Tell whether an answer wants a login: it refuses, or sends on to a page where one logs in."""
    sent_on = HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST
    return answer.refused or (
        sent_on and bool(re.search("log|sign|auth", answer.headers.get("Location", ""), re.IGNORECASE))
    )


def text_of(answer: Answer) -> str:
    """Return all that an answer says, as one text."""
    return json.dumps(answer.document, ensure_ascii=False) if answer.is_json else answer.text


def field_sets(text: str) -> Iterator[dict[str, Any]]:
    """Yield what a login may want to be sent, first what the controller itself names."""
    known = words()["login"]
    named = list(
        dict.fromkeys(re.findall(r"(?:fields? (?:are |is )?|, |\"loc\": \[\"body\", \")([A-Za-z_$][\w$-]*)", text))
    )
    spoken = [*named, *WORD.findall(text)]
    logins = [word for word in spoken if word in known["login"]]
    passwords = [word for word in spoken if word in known["password"]]
    fixed = {word: known["fixed"].get(word, "") for word in named if word in known["fixed"]}
    listed = re.search(r"fields are ([\w$, -]+?)\.", text)
    more = [name.strip() for name in listed[1].split(",")] if listed else []
    for name in more:
        if name not in (*logins[:1], *passwords[:1]) and name not in fixed:
            fixed[name] = known["fixed"].get(name, "")
    unknown = [name for name in more if name in fixed and name not in known["fixed"]]
    if len(more) > 1 and not logins and unknown:
        logins = unknown[:1]
    if len(more) > 1 and not passwords and unknown[len(logins) :]:
        passwords = unknown[-1:]
    fixed = {name: value for name, value in fixed.items() if name not in (*logins[:1], *passwords[:1])}
    if passwords and (logins or more):
        login = {logins[0]: "{login}"} if logins else {}
        order = {**fixed, **login, passwords[0]: "{password}"}
        yield {name: order[name] for name in (*(one for one in more if one in order), *order)}
    usual = [
        ("username", "password"),
        ("login", "password"),
        ("user", "password"),
        ("email", "password"),
        ("userName", "password"),
    ]
    for login_name, password in usual:
        yield {**fixed, login_name: "{login}", password: "{password}"}
    yield {"grant_type": "password", "username": "{login}", "password": "{password}"}
    yield {"grant_type": "client_credentials", "client_id": "{login}", "client_secret": "{password}"}


def _leaves(document: Json, path: str = "") -> Iterator[tuple[str, str, Json]]:
    if isinstance(document, dict):
        for key, value in document.items():
            below = f"{path}.{written_key(key)}" if path else written_key(key)
            if isinstance(value, dict):
                yield from _leaves(value, below)
            elif isinstance(value, list):
                for place, inside in enumerate(value[:_FEW]):
                    yield from _leaves(inside, f"{below}[{place}]")
            else:
                yield below, key, value


def find_token(document: Json, told: str = "") -> tuple[str, str] | None:
    """Return path and value of the token in a login's answer, None where there is none.

    >>> find_token({"data": {"token": "a-long-secret", "expires": 60}})
    ('data.token', 'a-long-secret')
    """
    texts = [
        (path, key, value)
        for path, key, value in _leaves(document)
        if isinstance(value, str) and value.isprintable() and " " not in value
    ]
    if told:
        return next(((path, value) for path, _, value in texts if path == told), None)
    for name in words()["login"]["token"]:
        for path, key, value in texts:
            if plain(key) == plain(name) and len(value) >= _SHORTEST_TOKEN:
                return path, value
    long = [(path, value) for path, _, value in texts if len(value) >= 2 * _SHORTEST_TOKEN]
    return long[0] if len(long) == 1 else None


def find_life(document: Json) -> str:
    """Return the path of a token's life in s in a login's answer, empty where none stands."""
    for name in words()["login"]["life"]:
        for path, key, value in _leaves(document):
            number = numeric(value)
            if plain(key) == plain(name) and number is not None and 0 < number < 10**8:
                return path
    numbers = [
        path
        for path, _, value in _leaves(document)
        if (found := numeric(value)) is not None and _SHORTEST_LIFE <= found <= 10**7
    ]
    return numbers[0] if len(numbers) == 1 else ""
