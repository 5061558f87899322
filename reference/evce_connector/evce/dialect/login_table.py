"""Reads what a profile says of getting in; each mistake is a ProfileError."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.tables import Table
from evce_connector.evce.logins import LoginTable

_WITH_A_BODY = ("POST", "PUT", "PATCH")
"""Methods of a login, whose fields stand in its body: an address would be logged."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SESSION = ("path", "method", "send", "fields", "life", "logout", "logout_method")
_KEYS = {
    "none": (),
    "basic": (),
    "digest": (),
    "token": (*_SESSION, "token", "header", "value"),
    "oauth2": ("path", "client", "scope", "token", "life", "header", "value", "logout", "logout_method"),
    "cookie": _SESSION,
    "key": ("header", "value", "query"),
}
"""Which keys mean something for each kind of login."""
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "content-type", "cookie", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
_TOKENS = ("token", "oauth2")
_LASTING = (*_TOKENS, "cookie")
_LIFE = {"oauth2": "expires_in"}
_SECRETS = ("login", "password")
_HEADER = {
    "token": ("Authorization", "Bearer {token}"),
    "oauth2": ("Authorization", "Bearer {token}"),
    "key": ("X-API-Key", "{password}"),
}
"""The header, and its value, where the profile says nothing."""


def read_login(table: Table) -> LoginTable:
    """Read `[login]`; ProfileError says what does not fit."""
    kind = table.choice("kind", tuple(_KEYS))
    table.only(("kind", *_KEYS[kind]), f' for kind = "{kind}"')
    if "query" in table:
        table.refuse(["header"], "beside query")
    header, value = _HEADER.get(kind, ("", ""))
    by_form = kind != "oauth2" or table.choice("client", ("basic", "form"), "basic") == "form"
    found = LoginTable(
        kind=kind,
        path=table.request("path") if kind in _LASTING else "",
        method=table.choice("method", _WITH_A_BODY, "POST"),
        send="form" if kind == "oauth2" else table.choice("send", ("json", "form"), "json"),
        fields=_client(table, by_form=by_form) if kind == "oauth2" else _fields(table) if kind in _LASTING else {},
        token=table.path("token", "access_token" if kind == "oauth2" else None).written if kind in _TOKENS else "",
        life=table.path("life", _LIFE.get(kind, "")).written,
        header="" if "query" in table else table.text("header", header),
        value=table.text("value", value),
        query=table.text("query") if "query" in table else "",
        logout=table.request("logout", default=""),
        logout_method=table.choice("logout_method", METHODS, "POST"),
        by_basic=not by_form,
    )
    if "logout" not in table:
        table.refuse(["logout_method"], "without logout")
    table.known_placeholders("value", found.value, ("token",) if kind in _TOKENS else _SECRETS)
    if kind in _TOKENS and "{token}" not in found.value:
        raise table.trouble("value", "must have {token}, which stands for the token")
    return found


def _client(table: Table, *, by_form: bool) -> dict[str, str]:
    """Return what a client sends for a token of its own: RFC 6749, section 4.4."""
    fields = {"grant_type": "client_credentials"}
    if by_form:
        fields |= {"client_id": "{login}", "client_secret": "{password}"}
    return fields | ({"scope": table.text("scope")} if "scope" in table else {})


def read_headers(table: Table, login: LoginTable | None) -> dict[str, str]:
    """Read `[headers]`: what each request carries beside the login's own header; ProfileError."""
    owned = {login.header.lower()} if login and login.header else set()
    if login is None or login.kind in ("basic", "digest"):
        owned.add("authorization")
    headers = {}
    for name in table:
        headers[name] = table.text(name)
        if not _HEADER_NAME.fullmatch(name):
            raise table.trouble(name, "is no name of a header: write letters, digits and -")
        if name.lower() in _OF_THE_CONNECTION:
            raise table.trouble(name, "belongs to the connection: take it out")
        if name.lower() in owned:
            raise table.trouble(name, "is the login's own: say its value in [login], or take it out")
        if not headers[name].isprintable() or headers[name] != headers[name].strip():
            raise table.trouble(name, "must be one line without blanks around it")
        table.known_placeholders(name, headers[name], _SECRETS)
    return headers


def _fields(table: Table) -> Mapping[str, Json]:
    """Return what is sent to log in; of JSON it may have tables and lists in it."""
    table.need("fields", 'a table of what is sent, such as { login = "{login}", password = "{password}" }')
    fields = table.table("fields")
    for text in fields.texts_within(nested=table.content.get("send") != "form"):
        table.known_placeholders("fields", text, _SECRETS)
    return fields.content
