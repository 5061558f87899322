"""Reads a profile of format 2 into a Dialect; each mistake is a ProfileError of one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import (
    ROOT,
    Availability,
    Dialect,
    Fields,
    Objects,
    Reads,
    Spelled,
    System,
    Write,
)
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
from evce_connector.evce.dialect.page_table import read_pages
from evce_connector.evce.dialect.paths import ABSENT
from evce_connector.evce.dialect.tables import Source, Table
from evce_connector.evce.dialect.write_tables import check_end, read_availability, read_reduction
from evce_connector.evce.profile_error import Mistakes

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
_UNKNOWN_SYSTEM = System("", ROOT, {})
_NO_REDUCTION: tuple[Fields, tuple[Reads, ...]] = {}, ()
_NO_WRITES: tuple[Write | None, Write | None] = None, None
_NUMBER: dict[str, What] = {"number": What(optional=True)}


def load_dialect(name: str, text: str, document: Mapping[str, Json], spelled: Spelled) -> Dialect:
    """Read the text of a profile, decoded as `document`; `spelled` is how the contract spells things.

    ProfileError says what is wrong, on which line of the profile `name`, and what to do: its `sentences` all of it.
    """
    top = Table(Source(name, text), (), document)
    mistakes = Mistakes()
    reading = mistakes.reading
    reading(lambda: top.only(_TOP), None)
    version = 'the version that the controller says of itself, such as "3"'
    api_version = reading(lambda: top.text("api_version", what=version), "")
    for key in ("system", "zones", "stations", "connectors"):
        reading(partial(_has_table, top, key), None)
    words = reading(lambda: _words(top.table("words")), _named_alone(top))
    system = reading(lambda: _system(top.table("system"), words), _UNKNOWN_SYSTEM) if "system" in top else None
    zones, stations, connectors = _lists(top, words, system, mistakes)
    reduction, clear = reading(lambda: _reduction(top), _NO_WRITES)
    login = reading(lambda: read_login(top.table("login")), None) if "login" in top else None
    has_clock = system is not None and "time" in system.fields
    fields, none_when = reading(lambda: _reduction_of_zones(top, words, reduction, has_clock=has_clock), _NO_REDUCTION)
    availability = reading(lambda: _availability(top, words), None)
    headers: dict[str, str] = {}
    headers = reading(lambda: read_headers(top.table("headers"), login), headers)
    error_text = reading(lambda: _error_text(top.table("errors")), "")
    mistakes.tell()
    return Dialect(
        name=name,
        api_version=api_version,
        spelled=spelled,
        login=login,
        system=system or _UNKNOWN_SYSTEM,
        zones=zones,
        stations=stations,
        connectors=connectors,
        reduction_fields=fields,
        none_when=none_when,
        headers=headers,
        error_text=error_text,
        reduction=reduction,
        clear=clear,
        availability=availability,
    )


def _lists(top: Table, words: Tables, system: System | None, mistakes: Mistakes) -> list[Objects]:
    """Read zones, stations and connectors; mistakes in one make none in those below it."""
    documents: dict[str, Objects | None] = {}
    if system and (system.path or system is _UNKNOWN_SYSTEM):
        documents["system"] = None
    found: list[Objects] = []
    for kind, known in (("zones", ZONES), ("stations", STATIONS), ("connectors", CONNECTORS)):
        read = partial(_objects, top, kind, known, words, documents, found[-1] if found else None)
        found.append(mistakes.reading(read, _unknown(kind)) if kind in top else _unknown(kind))
        documents[kind] = found[-1]
    return found


def _reduction(top: Table) -> tuple[Write | None, Write | None]:
    return read_reduction(top.table("reduction")) if "reduction" in top else (None, None)


def _availability(top: Table, words: Tables) -> Availability | None:
    return read_availability(top.table("availability"), words) if "availability" in top else None


def _reduction_of_zones(
    top: Table, words: Tables, write: Write | None, *, has_clock: bool
) -> tuple[Fields, tuple[Reads, ...]]:
    """Read what stands in a zone's reduction, and what tells that it is none; `write` is what sets it."""
    if not isinstance(top.content.get("zones", {}), dict) or "zones" not in top:
        return _NO_REDUCTION  # told already
    table = top.table("zones").table("reduction")
    mistakes = Mistakes()
    fields: Fields = mistakes.reading(lambda: read_fields(table.without("none_when"), REDUCTION, words, 1), {})
    none_when = mistakes.reading(lambda: read_tests(table.table("none_when"), 1), _NO_REDUCTION[1])
    mistakes.reading(lambda: check_end(table, fields, write, has_clock=has_clock), None)
    mistakes.tell()
    return fields, none_when


def _has_table(top: Table, key: str) -> None:
    top.need(key, f"a table [{key}]")


def _named_alone(top: Table) -> Tables:
    """Return tables with one word for true and one for false, for who names them while something is wrong within."""
    words = top.content.get("words")
    return {name: {"": True, " ": False} for name in (words if isinstance(words, dict) else ())}


def _unknown(kind: str) -> Objects:
    """Return what stands for a list that cannot be read, so that mistakes in the others are found."""
    return Objects(kind, {}, ids_are_text=True, place="path", path="/", nested=1 if kind == "stations" else 0)


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
    top: Table,
    kind: str,
    known: Mapping[str, What],
    words: Tables,
    documents: Mapping[str, Objects | None],
    above: Objects | None,
) -> Objects:
    """Read where a list is and what stands in it; `above` is the list of the parents, zones have none."""
    table = top.table(kind)
    mistakes = Mistakes()
    reading = mistakes.reading
    reading(lambda: table.only(_LIST if above else (*_LIST, "reduction")), None)
    place = reading(lambda: _place(table, documents, above), "")
    ids_are_text = reading(lambda: table.choice("ids", ("number", "text"), "number"), "text") == "text"
    nested = 1 + above.nested if above and place in ("each", "inside", "") else 0
    fields = reading(lambda: table.table("fields"), None)
    reading(lambda: _refuse_what_does_not_fit(table, fields, place, ids_are_text=ids_are_text), None)
    found = Objects(
        kind=kind,
        fields=reading(lambda: read_fields(fields, {**known, **_NUMBER}, words, nested), {}) if fields else {},
        ids_are_text=ids_are_text,
        place=place,
        path=reading(lambda: _path(table, place), "") if place else "",
        document=reading(lambda: table.text("document", ""), ""),
        items=reading(lambda: table.path("items", ""), ROOT),
        may_be_absent=reading(lambda: table.choice("absent", ("empty", "error"), "error"), "") == "empty",
        skip=reading(lambda: read_tests(table.table("skip"), nested), ()),
        one=reading(lambda: _one(table, above), ""),
        one_at=reading(lambda: table.path("one_at", ""), ROOT),
        pages=reading(lambda: read_pages(table.table("pages")), None) if "pages" in table else None,
        query=reading(lambda: _query(table), {}),
        nested=nested,
    )
    mistakes.tell()
    return found


def _refuse_what_does_not_fit(table: Table, fields: Table | None, place: str, *, ids_are_text: bool) -> None:
    """Refuse keys that make no sense beside others."""
    if fields and "number" in fields and not ids_are_text:
        kind = table.place[-1]
        raise fields.trouble("number", f'is for texts as ids: write ids = "text" into [{kind}], or take it out')
    if "one" not in table:
        table.refuse(["one_at"], "without one")
    if place not in ("inside", ""):
        table.refuse(["absent"], "without inside = true")
    if "pages" in table and not table.text("items", ""):
        why = "where the answer is the list itself, which has no place for it: name items, or"
        table.table("pages").refuse(["total", "next"], why)
    if place not in ("path", "each", ""):
        table.refuse(["pages", "query"], "without path")


def _path(table: Table, place: str) -> str:
    """Read the request of a list, which it has by path and each alone."""
    none = "" if place in ("inside", "document") else None
    return table.request("path", ("id",) if place == "each" else (), none)


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
