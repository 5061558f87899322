"""Reads a profile of format 2 into a Dialect; each mistake is a ProfileError of one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import Dialect, Objects, Pages, Spelled, System
from evce_connector.evce.dialect.fields import (
    CONNECTORS,
    REDUCTION,
    STATIONS,
    SYSTEM,
    ZONES,
    Tables,
    What,
    read_fields,
    read_tests,
)
from evce_connector.evce.dialect.login_table import read_headers, read_login
from evce_connector.evce.dialect.paths import ABSENT
from evce_connector.evce.dialect.tables import Source, Table
from evce_connector.evce.dialect.write_tables import check_end, read_availability, read_reduction

_TOP = (
    *("format", "api_version", "login", "system", "zones", "stations", "connectors"),
    *("headers", "errors", "reduction", "availability", "words"),
)
_LIST = (
    *(
        "ids",
        "path",
        "each",
        "inside",
        "document",
        "items",
        "absent",
        "skip",
        "one",
        "one_at",
        "pages",
        "query",
        "fields",
    ),
)
_PAGES = ("by", "key", "size_key", "size", "first", "next", "end", "total")
_NEEDS_KEY = {"offset": "the offset", "number": "the page's number", "cursor": "the cursor"}
_ENDS = range(400, 500)
_OTHERS = {401: "a login", 403: "a right", 429: "a pause"}
"""Statuses that say something else than that a list has ended."""
_NUMBER: dict[str, What] = {"number": What(optional=True)}


def load_dialect(name: str, text: str, document: Mapping[str, Json], spelled: Spelled) -> Dialect:
    """Read the text of a profile, decoded as `document`; `spelled` is how the contract spells things.

    ProfileError says what is wrong, on which line of the profile `name`, and what to do.
    """
    top = Table(Source(name, text), (), document)
    top.only(_TOP)
    api_version = top.text("api_version", what='the version that the controller says of itself, such as "3"')
    for key in ("system", "zones", "stations", "connectors"):
        top.need(key, f"a table [{key}]")
    words = _words(top.table("words"))
    system = _system(top.table("system"), words)
    documents: dict[str, Objects | None] = {"system": None} if system.path else {}
    documents["zones"] = zones = _objects(top.table("zones"), ZONES, words, documents, None)
    documents["stations"] = stations = _objects(top.table("stations"), STATIONS, words, documents, zones)
    connectors = _objects(top.table("connectors"), CONNECTORS, words, documents, stations)
    reduced = top.table("zones").table("reduction")
    reduction_fields = read_fields(reduced.without("none_when"), REDUCTION, words, 1)
    reduction, clear = read_reduction(top.table("reduction")) if "reduction" in top else (None, None)
    check_end(reduced, reduction_fields, reduction, has_clock="time" in system.fields)
    login = read_login(top.table("login")) if "login" in top else None
    return Dialect(
        name=name,
        api_version=api_version,
        spelled=spelled,
        login=login,
        system=system,
        zones=zones,
        stations=stations,
        connectors=connectors,
        reduction_fields=reduction_fields,
        none_when=read_tests(reduced.table("none_when"), 1),
        headers=read_headers(top.table("headers"), login),
        error_text=_error_text(top.table("errors")),
        reduction=reduction,
        clear=clear,
        availability=read_availability(top.table("availability"), words) if "availability" in top else None,
    )


def _error_text(table: Table) -> str:
    table.only(("text",))
    return table.path("text").written if "text" in table else ""


def _words(table: Table) -> Tables:
    found: dict[str, dict[str, Json]] = {}
    for name in table:
        words = table.table(name)
        for word, value in words.content.items():
            if not isinstance(value, str | int | float):
                raise words.trouble(word, f"must be a text, a number, true or false, not {value!r}")
        found[name] = dict(words.content)
    return found


def _system(table: Table, words: Tables) -> System:
    table.only(("path", "at", "fields"))
    path = table.request("path", default="")
    fields = read_fields(table.table("fields"), SYSTEM, words, 0)
    if not path:
        table.refuse(["at"], "without path")
        for name, field in fields.items():
            if field.value is ABSENT:
                raise table.table("fields").trouble(name, "needs [system] path, or { value = ... } instead of a path")
    return System(path, table.path("at", ""), fields)


def _objects(
    table: Table,
    known: Mapping[str, What],
    words: Tables,
    documents: Mapping[str, Objects | None],
    above: Objects | None,
) -> Objects:
    """Read where a list is and what stands in it; `above` is the list of the parents, zones have none."""
    kind = table.place[-1]
    table.only(_LIST if above else (*_LIST, "reduction"))
    place = _place(table, documents, above)
    ids_are_text = table.choice("ids", ("number", "text"), "number") == "text"
    nested = 1 + above.nested if above and place in ("each", "inside") else 0
    fields = table.table("fields")
    if "number" in fields and not ids_are_text:
        raise fields.trouble("number", f'is for texts as ids: write ids = "text" into [{kind}], or take it out')
    known = {**known, **_NUMBER}
    if "one" not in table:
        table.refuse(["one_at"], "without one")
    if place != "inside":
        table.refuse(["absent"], "without inside = true")
    if "pages" in table and not table.text("items", ""):
        why = "where the answer is the list itself, which has no place for it: name items, or"
        table.table("pages").refuse(["total", "next"], why)
    if place not in ("path", "each"):
        table.refuse(["pages", "query"], "without path")
    return Objects(
        kind=kind,
        fields=read_fields(fields, known, words, nested),
        ids_are_text=ids_are_text,
        place=place,
        path=table.request("path", ("id",) if place == "each" else (), "" if place in ("inside", "document") else None),
        document=table.text("document", ""),
        items=table.path("items", ""),
        may_be_absent=table.choice("absent", ("empty", "error"), "error") == "empty",
        skip=read_tests(table.table("skip"), nested),
        one=_one(table, above),
        one_at=table.path("one_at", ""),
        pages=_pages(table.table("pages")) if "pages" in table else None,
        query=_query(table),
        nested=nested,
    )


def _query(table: Table) -> dict[str, str]:
    """Return the parameters of a list; a password has no place in them, nor anything else in braces."""
    query = table.texts("query")
    for name, text in query.items():
        table.table("query").known_placeholders(name, text, ())
    return query


def _place(table: Table, documents: Mapping[str, Objects | None], above: Objects | None) -> str:
    """Tell how the list is come by: path, each, inside or document."""
    each, inside = table.flag("each"), table.flag("inside")
    if above is None:
        table.refuse(["each", "inside"], "for zones, which have no parents")
    ways = [key for key in ("path", "inside", "document") if key in table and (key != "inside" or inside)]
    if len(ways) != 1:
        have = " and ".join(ways) or "none of them"
        raise table.trouble("", f"needs one of path, inside and document, and has {have}")
    if each and ways != ["path"]:
        raise table.trouble("each", "needs path, with {id} for the parent's own id, and neither inside nor document")
    if each and "{id}" not in table.text("path"):
        raise table.trouble("path", "must have {id}, the parent's own id, for each = true")
    if ways == ["document"]:
        _check_document(table, documents)
    return "each" if each else ways[0]


def _check_document(table: Table, documents: Mapping[str, Objects | None]) -> None:
    name = table.content["document"]
    if not isinstance(name, str) or name not in documents:
        there = ", ".join(documents) or "none"
        raise table.trouble("document", f"must name a request above it that has a path ({there}), not {name!r}")
    objects = documents[name]
    if objects and (objects.pages or objects.place in ("each", "inside")):
        raise table.trouble("document", f"names [{name}], which does not come in one document: name another or a path")


def _one(table: Table, above: Objects | None) -> str:
    path = table.request("one", ("id", "parent") if above else ("id",), "")
    if "one" in table and "{id}" not in path:
        raise table.trouble("one", "must have {id}, the object's own id")
    return path


def _pages(table: Table) -> Pages:
    table.only(_PAGES)
    by = table.choice("by", ("offset", "number", "cursor", "link"))
    if by in _NEEDS_KEY:
        table.need("key", f"the query parameter that carries {_NEEDS_KEY[by]}")
    else:
        table.refuse(["key"], f'for by = "{by}"')
    if by != "number":
        table.refuse(["first"], f'for by = "{by}"')
    if by == "cursor":
        table.need("next", "the path of the next cursor in the answer")
    elif by != "link":
        table.refuse(["next"], f'for by = "{by}"')
    if by not in ("offset", "number"):
        table.refuse(["end"], f'for by = "{by}"')
    if "size" in table:
        table.need("size_key", "the query parameter that carries the size")
    elif "size_key" in table:
        table.need("size", "how many objects to ask for")
    return Pages(
        by=by,
        key=table.text("key") if "key" in table else "",
        size_key=table.text("size_key") if "size_key" in table else "",
        size=table.count("size", 0, least=1),
        first=table.count("first", 1),
        next=table.path("next") if "next" in table else None,
        end=_end(table),
        total=table.path("total") if "total" in table else None,
    )


def _end(table: Table) -> int:
    """Return the status that says that there are no more pages, 0 where none does."""
    status = table.count("end", 0)
    if "end" in table and status not in _ENDS:
        raise table.trouble("end", f"must be a status from 400 to 499, such as 404, not {status}")
    if status in _OTHERS:
        raise table.trouble("end", f"must be another status: {status} asks for {_OTHERS[status]}")
    return status
