"""Reads what a profile says of getting in; each mistake is a ProfileError."""

from __future__ import annotations

from evce_connector.evce.dialect.tables import Table
from evce_connector.evce.logins import LoginTable

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SESSION = ("path", "method", "send", "fields", "life", "logout")
_KEYS = {
    "none": (),
    "basic": (),
    "digest": (),
    "token": (*_SESSION, "token", "header", "value"),
    "cookie": _SESSION,
    "key": ("header", "value", "query"),
}
"""Which keys mean something for each kind of login."""
_SECRETS = ("login", "password")
_HEADER = {"token": ("Authorization", "Bearer {token}"), "key": ("X-API-Key", "{password}")}
"""The header, and its value, where the profile says nothing."""


def read_login(table: Table) -> LoginTable:
    """Read `[login]`; ProfileError says what does not fit."""
    kind = table.choice("kind", tuple(_KEYS))
    table.only(("kind", *_KEYS[kind]), f' for kind = "{kind}"')
    session = kind in ("token", "cookie")
    if "query" in table:
        table.refuse(["header"], "beside query")
    header, value = _HEADER.get(kind, ("", ""))
    found = LoginTable(
        kind=kind,
        path=table.request("path") if session else "",
        method=table.choice("method", METHODS, "POST"),
        send=table.choice("send", ("json", "form"), "json"),
        fields=_fields(table) if session else {},
        token=table.path("token").written if kind == "token" else "",
        life=table.path("life").written if "life" in table else "",
        header="" if "query" in table else table.text("header", header),
        value=table.text("value", value),
        query=table.text("query") if "query" in table else "",
        logout=table.request("logout", default=""),
    )
    table.known_placeholders("value", found.value, ("token",) if kind == "token" else _SECRETS)
    if kind == "token" and "{token}" not in found.value:
        raise table.trouble("value", "must have {token}, which stands for the token")
    return found


def _fields(table: Table) -> dict[str, str]:
    """Return what is sent to log in."""
    table.need("fields", 'a table of what is sent, such as { login = "{login}", password = "{password}" }')
    fields = table.texts("fields")
    for name, text in fields.items():
        table.table("fields").known_placeholders(name, text, _SECRETS)
    return fields
