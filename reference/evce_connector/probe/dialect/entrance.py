"""Gets to where a controller can be read: through its login, if it has one, and below the base path of its API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from evce_connector.evce.asking import Request
from evce_connector.evce.dialect.login_table import read_login
from evce_connector.evce.dialect.tables import Source, Table
from evce_connector.evce.logins import LoginTable
from evce_connector.evce.profile_error import ProfileError
from evce_connector.probe.asking import Answer, Asking, ProbeError
from evce_connector.probe.dialect import more_headers, names, toml
from evce_connector.probe.dialect.doors import Doors
from evce_connector.probe.dialect.logins import is_wall
from evce_connector.probe.dialect.names import words
from evce_connector.probe.dialect.roles import KINDS
from evce_connector.probe.dialect.ways import UnknownLoginError, Way
from evce_connector.probe.login import NOWHERE

_FEW = 8
"""Paths that are tried below a base path that nobody gave."""


class NothingFoundError(ProbeError):
    """Nothing is known of a controller's paths, and none of those that were tried is there."""


def enter(asking: Asking, answers: Mapping[str, Any]) -> tuple[Way, str, list[str]]:
    """Log in; returns the way, the base path, and paths below it that somebody knows.

    ProbeError where the login is refused.
    UnknownLoginError when a person has to say how to log in, NothingFoundError when a person has to say a path,
    UnknownHeaderError when it is a header.
    """
    headers = more_headers.told(answers.get("headers"))
    asking.carry(headers)
    given = asking.target.path
    bases = [given] if given else list(words()["requests"]["bases"])
    told = _told(answers.get("login"))
    known = [path for name in ("system", *KINDS) if isinstance(path := answers.get(name), str) and "{" not in path]
    found, nowhere = more_headers.found_at(asking, asking.look(bases[0] + NOWHERE))
    headers |= found
    try:
        seen = _first_wall(asking, bases, known, nowhere, told=told is not None)
    except NothingFoundError:
        if not _is_document(asking.look(given)):
            raise
        given, _, last = given.rpartition("/")  # it is an address of what is sought, and no base path
        bases, known, seen = [given], [f"/{last}", *known], None
    if seen is None:
        way = Way(LoginTable("none"), "it can be read without a login: protect it at the controller")
    else:
        way = Doors(asking, bases, seen).find(told)
    way.headers = headers
    base = given or way.base or _base(asking, bases, known, seen)
    return way, base, known


def _told(answer: Any) -> LoginTable | None:  # noqa: ANN401 - what a person wrote
    if answer is None:
        return None
    content = dict(answer) if isinstance(answer, dict) else {"kind": answer}
    finds_token = content.get("kind") == "token" and "token" not in content
    if finds_token:  # what the login's answer has in it is found as if nobody had said anything
        content |= {"token": "token"}
    text = "\n".join(["[login]", *(toml.line(name, value) for name, value in content.items())])
    try:
        table = read_login(Table(Source("the answers", text), ("login",), content))
    except ProfileError as error:
        raise ProbeError(
            f"The answer to the question login cannot be read: {error} Write it as [login] of a profile, such as "
            '{ kind = "basic" }.'
        ) from error
    return replace(table, token="") if finds_token else table


def _paths(few: int | None = None) -> Iterator[str]:
    requests, nouns = words()["requests"]["system"], words()["nouns"]
    yield from ("/", "/zones", "/stations", *requests[:few])
    for kind in ("zones", "stations", "connectors"):
        yield from (f"/{noun}" for noun in nouns[kind][:few])
    if few is None:
        yield from names.nouns("system")
        yield from (f"/{noun}" for kind in ("zones", "stations", "connectors") for noun in names.nouns(kind))


def _first_wall(asking: Asking, bases: list[str], known: list[str], nowhere: Answer, *, told: bool) -> Answer | None:
    """Return the first answer that wants a login, None when something can be read without one.

    `known` are paths that somebody has said, `nowhere` is the answer where nothing is. NothingFoundError when nothing
    answers in either way.
    """
    for base in bases:
        for path in (NOWHERE, *known, *_paths(None if len(bases) == 1 else _FEW)):
            answer = nowhere if nowhere.path == base + path else asking.look(base + path)
            if is_wall(answer):
                return answer
            if _is_document(answer) and not told:
                return None
    raise NothingFoundError(
        f"{asking.target.origin} has nothing at the usual paths below {_said(bases)}: answer this, or give "
        "another base path with --evce."
    )


def _base(asking: Asking, bases: list[str], known: list[str], wall: Answer | None) -> str:
    """Return the first base path below which something can be read, else the one below which a login was wanted.

    NothingFoundError where there is neither.
    """
    for base in bases:
        for path in (*known, *_paths(_FEW)):
            if asking.send(Request("GET", base + path)).good:
                return base
    if wall is not None:
        return next(base for base in bases if wall.path.startswith(f"{base}/"))
    raise NothingFoundError(
        f"{asking.target.origin} lets the login in and has nothing at the usual paths below {_said(bases)}: answer "
        "this, or give another base path with --evce."
    )


def _is_document(answer: Answer) -> bool:
    return answer.good and isinstance(answer.document, dict | list)


def _said(bases: list[str]) -> str:
    return ", ".join(base or "/" for base in bases)


__all__ = ["NothingFoundError", "UnknownLoginError", "enter"]
