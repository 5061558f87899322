"""The parts of a profile that are requests and no lists: how to get in, and what changes something."""

from __future__ import annotations

from evce_simulator.dialect.fields import LIMITS, WordTables, named_words, time_of
from evce_simulator.dialect.profile import LoginPart, Write
from evce_simulator.dialect.tables import Table
from evce_simulator.dialect.templates import Template, placeholders_in

_PARTS = ("taken", "left", "taken_share", "left_share")
AMOUNTS = {part: part for part in _PARTS} | {f"limit_{unit.lower()}": unit for unit in LIMITS}
"""Placeholders of how much is reduced, and what each counts."""
UNTIL = ("validity", "seconds", "duration")
"""Placeholders of how long it holds."""
_LOGINS = ("none", "basic", "digest", "token", "cookie", "key")
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
    if kind in ("token", "cookie"):
        request = table.request("path")
        if request is None:
            raise table.refused("path", f"a {kind} is got somewhere: give the path of the login.")
        logout = table.request("logout")
        found = LoginPart(
            kind,
            request.text,
            table.text("method", "POST") or "POST",
            table.choice("send", ("json", "form"), "json"),
            _credentials(table),
            life=table.path("life"),
            logout=logout.text if logout else None,
        )
    if kind == "token":
        token = table.path("token")
        if token is None:
            raise table.refused("token", "give the path of the token in the answer.")
        header, value = table.text("header") or "Authorization", _header_value(table, "Bearer {token}", ("token",))
        found = LoginPart(
            kind,
            found.path,
            found.method,
            found.send,
            found.fields,
            token,
            found.life,
            header,
            value,
            logout=found.logout,
        )
    elif kind == "key":
        header, value = table.text("header") or "X-API-Key", _header_value(table, "{password}", ("login", "password"))
        found = LoginPart(kind, header=header, value=value, query=table.text("query"))
    table.end()
    return found


def _credentials(table: Table) -> dict[str, object]:
    fields = table.plain("fields")
    _check_body(table, "fields", fields, ("login", "password"))
    if "password" not in placeholders_in(fields):
        raise table.refused("fields", "say what is sent, with {login} and {password} where they stand.")
    return fields


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
        if isinstance(value, dict):
            _check_body(table, f"{key}.{name}", value, known)
        elif isinstance(value, str):
            table.check_placeholders(f"{key}.{name}", Template(value), known)
