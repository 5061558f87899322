"""Where the lists are, as a profile says it: by requests, in one another, in another's document; and single objects."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import getter, parse, word_of
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import last_part
from evce_connector.probe.dialect.listings import Document, Listing, at
from evce_connector.probe.dialect.names import meaning, score
from evce_connector.probe.dialect.paging import Paging
from evce_connector.probe.dialect.roles import ABOVE, KINDS, Roles
from evce_connector.probe.dialect.survey import Survey
from evce_connector.probe.dialect.walk import Walk

ASKED, LIKELY, HIGH = Confidence.ASKED, Confidence.LIKELY, Confidence.HIGH
_PARENT_FIELD = {"stations": "zone_id", "connectors": "station_id"}


def list_tables(
    found: Roles, system: Document | None, paging: dict[str, Paging], survey: Survey
) -> dict[str, dict[str, Any]]:
    """Return what `[zones]`, `[stations]` and `[connectors]` say of where their lists are."""
    tables: dict[str, dict[str, Any]] = {}
    documents: dict[str, str] = {"system": system.path} if system else {}
    for kind in KINDS:
        listing = found.lists.get(kind)
        if listing is None:
            continue
        table: dict[str, Any] = {}
        above = found.lists.get(ABOVE.get(kind, ""))
        if listing.each and listing.inside is above:
            table |= {"path": listing.each, "each": True}
        elif listing.inside is not None and listing.inside is above:
            table["inside"] = True
        else:
            same = next((name for name, path in documents.items() if path == listing.document.path), None)
            paged = paging.get(kind)
            if same and not (paged and paged.pages):
                table["document"] = same
            else:
                table["path"] = listing.document.path
                documents[kind] = listing.document.path
        if listing.document.query and "path" in table:
            table["query"] = dict(listing.document.query)
        if listing.items:
            table["items"] = listing.items
        if kind in survey.ids and any(isinstance(one, str) for one in survey.ids[kind]):
            table["ids"] = "text"
        if kind in paging and (pages := paging[kind].pages) and "path" in table:
            table["pages"] = pages
        tables[kind] = table
    return tables


def parents(found: Roles, survey: Survey) -> None:
    """Say how stations name their zone, and connectors their station: as what is around them, or by a reference."""
    for kind, name in _PARENT_FIELD.items():
        listing, above = found.lists.get(kind), found.lists.get(ABOVE[kind])
        own = survey.choices.get(f"{ABOVE[kind]}.id")
        if listing is None:
            continue
        if above is not None and listing.inside is above and own is not None and _path_of(own):
            why = "the list stands in it" if not listing.each else "it is asked for by it"
            said = own.said | {"at": f"^.{_path_of(own)}"} if isinstance(own.said, dict) else f"^.{own.said}"
            survey.add(Choice(kind, name, said, own.confidence, [why]))
        elif f"{kind}.{name}" not in survey.choices:
            candidates = [
                one.path for one in survey.columns[kind] if score(meaning(kind.removesuffix("s"), name), one.keys) > 0
            ]
            survey.add(Choice(kind, name, {"value": 1}, ASKED, ["nothing names it"], candidates))


def _path_of(choice: Choice) -> str:
    """Return the one path that a choice says, empty where it says none."""
    path = choice.said.get("at") if isinstance(choice.said, dict) else choice.said
    return path if isinstance(path, str) else ""


def identities(survey: Survey) -> None:
    """Settle which field is an object's id: the one by which others name it; and a number beside a text."""
    for kind in KINDS:
        choice = survey.choices.get(f"{kind}.id")
        if choice is None or kind not in survey.ids:
            continue
        below = next((one for one, above in ABOVE.items() if above == kind), None)
        reference = survey.matched.get(below or "", {}).get(_PARENT_FIELD.get(below or "", ""))
        if reference is not None:
            choice.confidence = HIGH
            choice.evidence.append(f"{below} name it at {reference.paths[0]}")
        if not any(isinstance(one, str) for one in survey.ids[kind]):
            continue
        taken = {path for one in survey.matched[kind].values() for path in one.paths}
        for column in survey.columns[kind]:
            numbers = [value for value in column.values if type(value) is int and value >= 1]
            if (
                len(set(numbers)) == len(column.values) > 0
                and column.path not in taken
                and score(meaning("connector", "logical_connector"), column.keys) > 0
            ):
                survey.add(
                    Choice(kind, "number", column.path, LIKELY, ["a number of its own beside an id that is a text"])
                )
                if choice.confidence is LIKELY:
                    choice.confidence = HIGH
                    choice.evidence.append(f"{column.path} is the number beside it")
                break


def singles(walk: Walk, found: Roles, survey: Survey, tables: dict[str, dict[str, Any]]) -> None:
    """Try how one object is asked for, and say it where that gives the object."""
    for kind, listing in found.lists.items():
        own = survey.choices.get(f"{kind}.id")
        path = _path_of(own) if own is not None else ""
        if not path or not survey.ids.get(kind) or path == "'$key'":
            continue
        first = survey.ids[kind][0]
        for one, asked in _single_paths(kind, listing, found, survey, first):
            document = walk.get(asked)
            place = _place_of(document.value, path, first) if document else None
            if place is not None:
                tables[kind]["one"] = one
                if place:
                    tables[kind]["one_at"] = place
                break


def _single_paths(kind: str, listing: Listing, found: Roles, survey: Survey, own: Json) -> list[tuple[str, str]]:
    word = quote(word_of(own) or "", safe="")
    above = found.lists.get(ABOVE.get(kind, ""))
    paths = [f"/{listing.noun}/{{id}}"]
    if (listing.inside is None and not listing.items.count(".")) or listing.inside is None:
        paths.insert(0, f"{listing.document.path}/{{id}}")
    if above is not None and listing.inside is above and above.inside is None:
        paths.append(f"{above.document.path}/{{parent}}/{listing.noun}/{{id}}")
    parent = ""
    if listing.inside is not None and survey.ids.get(ABOVE.get(kind, "")):
        parent = quote(word_of(survey.ids[ABOVE[kind]][0]) or "", safe="")
    made = [(path, path.replace("{id}", word).replace("{parent}", parent)) for path in dict.fromkeys(paths)]
    return [(path, asked) for path, asked in made if path != listing.document.path]


def _place_of(document: Json, own_path: str, own: Json) -> str | None:
    """Return where in an answer the object with an id stands, None where it does not."""
    get = getter(parse(own_path))
    places = ["", *_objects_in(document)]
    places += [f"{place}.{inner}" for place in places[1:] for inner in _objects_in(at(document, place))]
    return next((place for place in places if own in (found := get(at(document, place), ()), last_part(found))), None)


def _objects_in(value: Json) -> list[str]:
    found = value.items() if isinstance(value, dict) else ()
    return [key for key, inside in found if isinstance(inside, dict) and key.isidentifier()]
