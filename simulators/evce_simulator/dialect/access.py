"""The parts of a profile that are requests and no lists: how to get in, and what changes something."""

from __future__ import annotations

import re
from dataclasses import replace

from evce_simulator.dialect.fields import LIMITS, WordTables, named_words, time_of
from evce_simulator.dialect.paths import parse
from evce_simulator.dialect.profile import LoginPart, Write
from evce_simulator.dialect.tables import Table
from evce_simulator.dialect.templates import Template, placeholders_in

_PARTS = ("taken", "left", "taken_share", "left_share")
AMOUNTS = {part: part for part in _PARTS} | {f"limit_{unit.lower()}": unit for unit in LIMITS}
"""Placeholders of how much is reduced, and what each counts."""
UNTIL = ("validity", "seconds", "duration")
"""Placeholders of how long it holds."""
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LOGINS = ("none", "basic", "digest", "token", "cookie", "key", "oauth2")
_TOKEN, _LIFE = parse("access_token"), parse("expires_in")
_CLIENT: dict[str, object] = {"grant_type": "client_credentials"}
_IN_FORM: dict[str, object] = {"client_id": "{login}", "client_secret": "{password}"}
_IN_WRITES = ("id", "zone", "station", "connector", "number")
_VALUES = {
    "reduction": (*AMOUNTS, *UNTIL, "login"),
    "clear": ("login",),
    "availability": ("available", "login"),
}


def login(table: Table | None) -> LoginPart:
    """Read how to get in; ProfileError when it does not fit."""
    if table is None:
        return LoginPart()
    kind = table.choice("kind", _LOGINS)
    found = LoginPart(kind)
    if kind in ("token", "cookie", "oauth2"):
        found = _lasting(kind, table)
    if kind in ("token", "oauth2"):
        token = table.path("token") or (_TOKEN if kind == "oauth2" else None)
        if token is None:
            raise table.refused("token", "give the path of the token in the answer.")
        header, value = table.text("header") or "Authorization", _header_value(table, "Bearer {token}", ("token",))
        found = replace(found, token=token, header=header, value=value)
    elif kind == "key":
        header, value = table.text("header") or "X-API-Key", _header_value(table, "{password}", ("login", "password"))
        found = LoginPart(kind, header=header, value=value, query=table.text("query"))
    table.end()
    return found


def _lasting(kind: str, table: Table) -> LoginPart:
    """Read a login that is got by a request and lasts for a while."""
    request, logout = table.request("path"), table.request("logout")
    if request is None:
        raise table.refused("path", f"a {kind} is got somewhere: give the path of the login.")
    found = LoginPart(
        kind,
        request.text,
        life=table.path("life"),
        logout=logout.text if logout else None,
        logout_method=table.text("logout_method", "POST") or "POST",
    )
    if kind == "oauth2":
        client = table.choice("client", ("basic", "form"), "basic")
        fields = _CLIENT | (_IN_FORM if client == "form" else {})
        scope = table.text("scope")
        fields |= {} if scope is None else {"scope": scope}
        return replace(found, send="form", fields=fields, life=found.life or _LIFE, client=client)
    return replace(
        found,
        method=table.choice("method", ("POST", "PUT", "PATCH"), "POST"),
        send=table.choice("send", ("json", "form"), "json"),
        fields=_credentials(table),
    )


def _credentials(table: Table) -> dict[str, object]:
    fields = table.plain("fields")
    _check_body(table, "fields", fields, ("login", "password"))
    if "password" not in placeholders_in(fields):
        raise table.refused("fields", "say what is sent, with {login} and {password} where they stand.")
    return fields


def headers(table: Table | None) -> dict[str, Template]:
    """Read what every request has to carry; ProfileError when it does not fit."""
    if table is None:
        return {}
    found = {}
    for name, value in table.rest().items():
        if not isinstance(value, str) or not _HEADER_NAME.fullmatch(name):
            raise table.refused(name, "this is a header and its text; write its name with letters, digits and - alone.")
        found[name] = Template(value, ".+")
        table.check_placeholders(name, found[name], ("login", "password"))
    return found


def _header_value(table: Table, default: str, known: tuple[str, ...]) -> Template:
    value = Template(table.text("value") or default, ".+")
    table.check_placeholders("value", value, known)
    return value


def writes(top: Table, words: WordTables) -> dict[str, Write]:
    """Read reduction, clear and availability, as far as there are any; ProfileError when one does not fit."""
    found = {}
    reduction, availability = top.table("reduction"), top.table("availability")
    if reduction is not None:
        clear = reduction.table("clear")
        found["reduction"] = _write("reduction", reduction, words)
        if clear is not None:
            found["clear"] = _write("clear", clear, words)
    if availability is not None:
        found["availability"] = _write("availability", availability, words)
    return found


def _write(what: str, table: Table, words: WordTables) -> Write:
    path = table.request("path", _IN_WRITES)
    if path is None:
        raise table.refused("path", "give the path of the request.")
    send = table.choice("send", ("json", "form", "none"), "json")
    body = table.plain("body")
    _check_body(table, "body", body, _IN_WRITES + _VALUES[what])
    is_availability = what == "availability"
    found = Write(
        path,
        table.text("method") or ("DELETE" if what == "clear" else "PUT"),
        "none" if not body else send,
        body,
        time_of(table) if what == "reduction" else "iso",
        table.above_zero("round") if what == "reduction" else None,
        named_words(table, "words", words) if is_availability else None,
        table.path("status") if is_availability else None,
        named_words(table, "statuses", words) if is_availability else None,
    )
    table.end()
    return found


def _check_body(table: Table, key: str, body: dict[str, object], known: tuple[str, ...]) -> None:
    for name, value in body.items():
        _check_value(table, f"{key}.{name}", value, known)


def _check_value(table: Table, key: str, value: object, known: tuple[str, ...]) -> None:
    if isinstance(value, dict):
        _check_body(table, key, value, known)
    elif isinstance(value, list):
        for one in value:
            _check_value(table, key, one, known)
    elif isinstance(value, str):
        table.check_placeholders(key, Template(value), known)
