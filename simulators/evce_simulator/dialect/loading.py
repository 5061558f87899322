"""A profile's file, format 2, read and checked: what is wrong is one sentence with the file, the key and what to do."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path as File
from typing import Any

from evce_simulator.dialect import access, format_1, paths, turning
from evce_simulator.dialect.fields import WordTables, fields_of, reduction_part
from evce_simulator.dialect.lines import line_of
from evce_simulator.dialect.profile import KINDS, PARENT, ListPart, Pages, Profile, SystemPart
from evce_simulator.dialect.tables import Table
from evce_simulator.dialect.templates import Template
from evce_simulator.errors import ProfileError

_FORMAT = 2
_SHIPPED = resources.files("evce_simulator") / "profiles"
_NOTHING = paths.parse("")
_ENDS = {*range(400, 500)} - {401, 403, 429}
"""Statuses that may say that there are no more pages: the others ask for a login, a right or a pause."""
_DOCUMENTS = {"zone": ("system",), "station": ("system", "zones"), "connector": ("system", "zones", "stations")}


def load(name: str) -> Profile:
    """Return a profile by the name of a shipped one or by its file.

    ProfileError when it cannot be read, has what PROFILES.md does not know, or cannot be turned round.
    """
    return read(name, _text(name))


def read(name: str, text: str) -> Profile:
    """Return the profile that a text is, of format 1 or 2; ProfileError as above, which calls it by a name."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(name, "TOML", f"the file cannot be read: {error}; correct it there.") from error
    try:
        if format_1.is_format_1(content):
            return replace(profile_of(name, format_1.in_format_2(name, content)), login=format_1.login(content))
        return profile_of(name, content)
    except ProfileError as error:
        raise ProfileError(name, error.key, error.reason, line_of(text, error.key)) from error


def profile_of(name: str, content: dict[str, Any]) -> Profile:
    """Return the profile that the content of a file of format 2 is; ProfileError without a line."""
    found = _profile(name, content)
    turning.check(found)
    return found


def _profile(name: str, content: dict[str, Any]) -> Profile:
    top = Table(name, "", content)
    if top.take("format") != _FORMAT:
        raise top.refused("format", "only profiles with format = 2 are served; without a profile the API v6 is.")
    words = {key: meanings for key, meanings in top.plain("words").items() if _is_words(top, key, meanings)}
    found = Profile(
        name,
        top.needed("api_version"),
        access.login(top.table("login")),
        _system(top.needed_table("system"), words),
        {kind: _list(kind, top.needed_table(f"{kind}s"), words) for kind in KINDS},
        access.writes(top, words),
        access.headers(top.table("headers")),
        _error_text(top.table("errors")),
    )
    top.end()
    return found


def _error_text(table: Table | None) -> paths.Path | None:
    if table is None:
        return None
    found = table.path("text")
    if found is not None and (not found.steps or found.up or not found.can_be_written):
        raise table.refused("text", "nothing can be written there; name a key.")
    table.end()
    return found


def _text(name: str) -> str:
    file = File(name)
    shipped = _SHIPPED / f"{name}.toml"
    try:
        if file.suffix != ".toml" and shipped.is_file():
            return shipped.read_text(encoding="utf-8")
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        there = sorted(one.name.removesuffix(".toml") for one in _SHIPPED.iterdir() if one.name.endswith(".toml"))
        reason = f"it cannot be read ({error}); name a file, or one of {', '.join(there)}."
        raise ProfileError(name, "file", reason) from error


def _is_words(top: Table, key: str, content: object) -> bool:
    if not isinstance(content, dict) or not all(isinstance(one, str | bool) for one in content.values()):
        raise top.refused(f"words.{key}", "this is a table of words to words, true or false; correct it.")
    return True


def _system(table: Table, words: WordTables) -> SystemPart:
    path, at = table.request("path"), table.path("at") or _NOTHING
    found = SystemPart(fields_of("system", table.needed_table("fields"), words), path, at)
    table.end()
    return found


def _list(kind: str, table: Table, words: WordTables) -> ListPart:
    parent = ("id",) if kind in PARENT else ()
    fields = fields_of(kind, table.needed_table("fields"), words)
    found = ListPart(
        kind,
        fields,
        table.path("items") or _NOTHING,
        table.choice("ids", ("number", "text"), "number") == "text",
        table.request("path", parent),
        table.flag("each"),
        table.flag("inside"),
        table.choice("absent", ("empty", "error"), "error") == "empty",
        table.choice("document", _DOCUMENTS[kind]) if "document" in table else None,
        table.request("one", ("id", "parent") if parent else ("id",)),
        table.path("one_at") or _NOTHING,
        _pages(table.table("pages")),
        _query(table),
        tuple((path, tuple(chosen)) for path, chosen in table.word_lists("skip")),
        reduction_part(table, fields, words) if kind == "zone" else None,
    )
    _check_where(table, found)
    table.end()
    return found


def _query(table: Table) -> dict[str, str]:
    found = {key: paths.as_text(value) or "" for key, value in table.plain("query").items()}
    for key, text in found.items():
        table.check_placeholders(f"query.{key}", Template(text), ())
    return found


def _check_where(table: Table, part: ListPart) -> None:
    """Refuse a list that stands nowhere, at two places, or where nothing is above it."""
    if sum([part.path is not None, part.inside, part.document is not None]) != 1:
        raise table.refused("path", "give one of path, inside = true and document: where the list stands.")
    if part.kind == "zone" and (part.inside or part.each):
        raise table.refused("inside" if part.inside else "each", "zones stand in nothing; give a path or a document.")
    if part.each != (part.path is not None and "id" in part.path.names):
        raise table.refused("each", "each = true and {id} in the path belong together; give both or none.")
    if part.inside and not part.items.steps:
        raise table.refused("items", "say where the list stands in each object of the list above.")
    if part.left_out and not part.inside:
        raise table.refused("absent", "only a list inside an object can be absent; take it away.")
    if part.pages and not part.items.steps and (part.pages.total or part.pages.next):
        raise table.refused("pages", "an answer that is a list itself has no place for total and next; take them away.")
    if part.path is None and (part.pages or part.query):
        raise table.refused(
            "pages" if part.pages else "query", "a list without a path of its own has none; take it away."
        )


def _pages(table: Table | None) -> Pages | None:
    if table is None:
        return None
    by = table.choice("by", ("offset", "number", "cursor", "link"))
    found = Pages(
        by,
        table.whole("size", low=1),
        table.needed("size_key"),
        table.text("key"),
        table.whole("first", 1),
        table.path("next"),
        table.whole("end") if "end" in table else None,
        table.path("total"),
    )
    if by != "link" and found.key is None:
        raise table.refused("key", f"give the parameter that has the {by}.")
    if by == "cursor" and found.next is None:
        raise table.refused("next", "give the path of the next cursor in the answer.")
    if found.next is not None and by not in ("cursor", "link"):
        raise table.refused("next", f"by {by} nothing leads to the next page; take it away.")
    if found.end is not None and (by not in ("offset", "number") or found.end not in _ENDS):
        raise table.refused(
            "end", "this is a status such as 404, by offset and number alone; correct it or take it away."
        )
    table.end()
    return found
