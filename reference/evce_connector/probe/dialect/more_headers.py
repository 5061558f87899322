"""Headers that a controller wants beside the login: told by a person, tried with the login's name, or asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from evce_connector.evce.asking import Request
from evce_connector.evce.dialect.login_table import read_headers
from evce_connector.evce.dialect.tables import Source, Table
from evce_connector.evce.logins import LoginTable
from evce_connector.evce.profile_error import ProfileError
from evce_connector.probe.asking import Answer, Asking, ProbeError
from evce_connector.probe.dialect import toml
from evce_connector.probe.dialect.logins import text_of
from evce_connector.probe.dialect.names import plain, words

_NAME = r"[A-Za-z][\w]*(?:-[\w]+)+"
_NAMED = re.compile(
    rf"\bheaders?\b[^\w]{{1,3}}(?P<after>{_NAME})|(?P<before>{_NAME})[^\w]{{1,3}}\bheaders?\b", re.IGNORECASE
)
_OF_HTTP = frozenset({"content-type", "content-length", "user-agent", "www-authenticate"})
"""Headers that an error may speak of and that HTTP itself is about."""


_UNREADABLE = "The answer to the question headers cannot be read:"
_AS = 'Write it as [headers] of a profile, such as { X-System = "EV" }.'


class UnknownHeaderError(ProbeError):
    """Each request is refused that lacks a header, and nobody knows with what it is sent; `name` is the header's."""

    def __init__(self, origin: str, name: str) -> None:
        super().__init__(
            f"{origin} refuses requests without the header {name} (400): with what does every request carry it?"
        )
        self.name = name


def told(answer: object) -> dict[str, str]:
    """Return the headers that a person has told, as `[headers]` of a profile; ProbeError when they are none."""
    if answer is None:
        return {}
    if not isinstance(answer, Mapping):
        raise ProbeError(f"{_UNREADABLE} it is no table of headers. {_AS}")
    text = "\n".join(["[headers]", *(toml.line(name, value) for name, value in answer.items())])
    try:
        return read_headers(Table(Source("the answers", text), ("headers",), dict(answer)), LoginTable("none"))
    except ProfileError as error:
        raise ProbeError(f"{_UNREADABLE} {error} {_AS}") from error


def wanted(answer: Answer) -> str:
    """Return the header without which a request is bad (400), as the answer says; empty when it names none."""
    found = _NAMED.search(text_of(answer)) if answer.status == HTTPStatus.BAD_REQUEST else None
    name = found["after"] or found["before"] if found else ""
    is_key = plain(name) in set(map(plain, words()["login"]["headers"]))
    return "" if name.lower() in _OF_HTTP or is_key else name


def found_at(asking: Asking, answer: Answer) -> tuple[dict[str, str], Answer]:
    """Return what the header carries that an answer wants, the login's name if that is taken, and the answer with it.

    No header where it wants none. UnknownHeaderError when it wants something else, which a person has to say.
    """
    found: dict[str, str] = {}
    while name := wanted(answer):
        if name in found:
            raise UnknownHeaderError(asking.target.origin, name)
        found[name] = "{login}"
        asking.carry(found)
        answer = asking.send(Request("GET", answer.path))
    return found, answer
