"""Logs in as a client of OAuth2 with credentials of its own (RFC 6749, section 4.4), with one wrong login at most.

Whether a call gives such tokens is told by how it refuses a client that says nothing of itself, and the scope by what
is said of it: by the controller's metadata (RFC 8414), the challenge of its API (RFC 6750), or the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from requests.auth import HTTPBasicAuth

from evce_connector.evce.asking import Request
from evce_connector.evce.logins import LoginTable, filled_form
from evce_connector.probe.asking import Answer, Asking
from evce_connector.probe.dialect.logins import text_of

_METADATA = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
_IS_CLIENT = frozenset({"invalid_client", "invalid_request", "invalid_scope", "unauthorized_client"})
"""Errors of a call that knows client credentials: another says that it does not support them."""
_SAID = re.compile(
    r"scopes?\b[^\w\"']*(?:is|are|must be|be|should be|of|to|:|=)[\s\"':=\[]*([\w./:-]*\w)", re.IGNORECASE
)
_NO_SCOPES = frozenset({"a", "an", "the", "invalid", "unknown", "missing", "required", "not", "wrong", "malformed"})
_MOST_SCOPES = 3
_CLIENTS = ("form", "basic")
_ANSWERED = {"token": "access_token", "life": "expires_in"}
_BY_FORM = {"client_id": "{login}", "client_secret": "{password}"}


class Given(NamedTuple):
    """The token's answer, and the login that led to it."""

    answer: Answer
    table: LoginTable


class Wanted(NamedTuple):
    """What such a call wants that is not known: the ways to answer the question `login`."""

    ways: list[dict[str, Any]]


def is_call(asking: Asking, path: str) -> bool:
    """Tell whether a call gives tokens to clients: it refuses one without a name as OAuth2 says."""
    answer = asking.send(Request("POST", path, form={"grant_type": "client_credentials"}))
    return answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED) and _error(answer) in _IS_CLIENT


def ask(asking: Asking, base: str, path: str, seen: Answer) -> Given | Wanted | None:
    """Ask for a token, by basic authentication, then in the form; None where it is no call for this login.

    ProbeLoginError where login and password are refused: nothing more is sent then.
    """
    metadata = _metadata(asking)
    scopes: list[str] = ["", *_said_of_scope(seen, metadata)]
    for scope in islice(scopes, _MOST_SCOPES + 1):  # those that a refusal names come to it on the way
        told = {"scope": scope} if scope else {}
        for by_basic in _ways(metadata):
            fields = {"grant_type": "client_credentials", **({} if by_basic else _BY_FORM), **told}
            table = LoginTable("oauth2", path, send="form", fields=fields, by_basic=by_basic, **_ANSWERED)
            answer = send(asking, base, table)
            if answer.good:
                return Given(answer, table)
            if answer.refused and (not by_basic or "basic" in answer.headers.get("WWW-Authenticate", "").lower()):
                raise asking.refusal(f"the call {base + path} as a client of OAuth2")
            if _error(answer) == "invalid_scope":
                scopes += [one for one in _scopes_in(text_of(answer)) if one not in scopes]
                break
            if not answer.refused and _error(answer) not in ("invalid_request", "invalid_client"):
                return None
    way = {"kind": "oauth2", "path": path}
    if _error(asking.answers[-1]) == "invalid_scope":
        return Wanted([way | {"client": client, "scope": "what the controller's maker says"} for client in _CLIENTS])
    return None


def send(asking: Asking, base: str, table: LoginTable) -> Answer:
    """Ask for a token once, as a login says."""
    target = asking.target
    form = filled_form(table.fields, target)
    before = asking.session.auth
    if table.by_basic:  # each encoded like a field of a form: RFC 6749, section 2.3.1
        asking.session.auth = HTTPBasicAuth(quote_plus(target.login), quote_plus(target.password))
    try:
        return asking.send(Request("POST", base + table.path, form=form))
    finally:
        asking.session.auth = before


def _error(answer: Answer) -> str:
    return str(answer.document.get("error", "")) if isinstance(answer.document, dict) else ""


def _metadata(asking: Asking) -> Mapping[str, Any]:
    """Return what the controller says of its tokens, empty where it does not."""
    for path in _METADATA:
        answer = asking.send(Request("GET", path))
        if answer.good and isinstance(answer.document, dict) and "token_endpoint" in answer.document:
            return answer.document
    return {}


def _ways(metadata: Mapping[str, Any]) -> list[bool]:
    """Return whether to try basic authentication, and whether the form, in this order."""
    named = metadata.get("token_endpoint_auth_methods_supported")
    if not isinstance(named, list):
        return [True, False]
    return [way for way, name in ((True, "client_secret_basic"), (False, "client_secret_post")) if name in named]


def _said_of_scope(seen: Answer, metadata: Mapping[str, Any]) -> list[str]:
    challenge = re.search(r'scope="([^"]+)"', seen.headers.get("WWW-Authenticate", ""))
    supported = metadata.get("scopes_supported")
    named = [one for one in supported if isinstance(one, str)] if isinstance(supported, list) else []
    return list(dict.fromkeys([*([challenge[1]] if challenge else []), *([" ".join(named)] if named else []), *named]))


def _scopes_in(text: str) -> Iterator[str]:
    """Yield the scopes that a refusal names."""
    for found in _SAID.finditer(text):
        if found[1].lower() not in _NO_SCOPES:
            yield found[1]
