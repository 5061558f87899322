"""Finds the base path and the lists of an unknown controller, and judges how they are paged."""

from __future__ import annotations

from evce_connector.evce.contract_api import PAGE
from evce_connector.evce.convert import Json
from evce_connector.probe import login
from evce_connector.probe.asking import Answer, Asking, UnlikeContractError
from evce_connector.probe.finding import EMPTY, INEXPRESSIBLE, Word, assumed, spelling
from evce_connector.probe.pages import objects, page_keys, total
from evce_connector.probe.places import LISTS, Places, bases, spellings

PAGES = {"zones": "ZonePage", "stations": "StationPage", "connectors": "ConnectorPage"}


def find(asking: Asking) -> Places:
    """Find everything that can be read; a ProbeError where there is no answer, no API or a refused login."""
    places = Places()
    seen = login.door(asking)
    login.log_in(asking, seen, places)
    _bases(asking, places)
    _report_base(asking, places)
    answer = _first(asking, places, "system")
    places.system = answer.document if answer else None
    for kind in LISTS:
        places.lists[kind] = _list(asking, places, kind)
    _singles(asking, places)
    login.try_token(asking, places)
    return places


def _bases(asking: Asking, places: Places) -> None:
    """Find the base path, now that the login is accepted: the one below which zones can be read."""
    for path in spellings("zones"):
        for base in bases(asking):
            if _objects_at(asking, f"{base}{path}?limit=1") is not None:
                places.base, places.paths["zones"] = base, path
                return
    raise UnlikeContractError(
        f"The login is accepted and no zones are found below {', '.join(map(repr, bases(asking)))}: ask the "
        "technician for the path of the zones, and give the base path with --evce."
    )


def _report_base(asking: Asking, places: Places) -> None:
    url = asking.target.origin + places.base
    if places.base == asking.target.path:
        places.add("base path", "path", Word.VERIFIED, f"{places.base or 'none'}, as given")
    else:
        text = f"the API is at {places.base or 'no base path'}, not at {asking.target.path or 'no base path'}"
        word = Word.WRONG if asking.target.path else Word.VERIFIED
        places.add("base path", "path", word, text, f"set evce.base_url to {url}")


def _first(asking: Asking, places: Places, kind: str) -> Answer | None:
    """Ask the spellings of a path until one answers with an object; note what was found."""
    operation = f"GET {assumed().paths[kind]}"
    for path in spellings(kind):
        answer = asking.get(places.base + path)
        if answer.good and isinstance(answer.document, dict):
            places.paths[kind] = path
            places.judge_path(kind, operation, path)
            return answer
    places.not_found(kind, operation)
    return None


def _list(asking: Asking, places: Places, kind: str) -> list[Json]:
    """Read a whole list, and judge its path and its pages."""
    operation = f"GET {assumed().paths[kind]}"
    known = [places.paths[kind]] if kind in places.paths else spellings(kind)
    for path in known:
        answer = asking.get(f"{places.base}{path}?limit=1")
        if answer.good and objects(answer.document) is not None:
            places.paths[kind] = path
            places.judge_path(kind, operation, path)
            announced = _judge_page(places, kind, answer.document)
            _judge_paging(asking, places, kind, answer.document, announced)
            whole = read_list(asking, places, kind)
            _judge_whole(places, kind, whole, announced)
            return whole
    places.not_found(kind, operation)
    return []


def read_list(asking: Asking, places: Places, kind: str) -> list[Json]:
    """Read every object of a list whose path is known."""
    whole: list[Json] = []
    while True:
        page = asking.get(f"{places.base}{places.paths[kind]}?limit={PAGE}&offset={len(whole)}").document
        more, announced = objects(page) or [], total(page)
        if more == whole[: len(more)]:  # nothing, or the first page once more
            return whole
        whole += more
        if announced is None or len(whole) >= announced:
            return whole


def _judge_whole(places: Places, kind: str, whole: list[Json], announced: int | None) -> None:
    """Judge whether a list is whole, as the connector insists: as many objects as announced."""
    part = f"GET {assumed().paths[kind]}"
    if announced == len(whole):
        places.add(part, "whole", Word.VERIFIED, f"as many as announced, {announced}")
    elif announced is not None:
        text = f"{announced} objects are announced and {len(whole)} given"
        places.add(part, "whole", Word.WRONG, text, "the connector refuses such a list: ask the technician why")


def _judge_page(places: Places, kind: str, document: Json) -> int | None:
    """Judge the keys of a page; returns how many objects it announces."""
    page, keys = PAGES[kind], page_keys(document)
    for key, found in zip(("items", "total"), keys, strict=True):
        if found == key:
            places.add(f"{page}.{key}", "field", Word.VERIFIED, f"{key} is there")
        else:
            instead = f"{found} stands there instead" if found else "a bare list, or nothing of the kind, stands there"
            places.add(f"{page}.{key}", "field", Word.WRONG, f"no {key}: {instead}", INEXPRESSIBLE)
    return total(document)


def _judge_paging(asking: Asking, places: Places, kind: str, document: Json, announced: int | None) -> None:
    """Judge whether limit and offset are honoured."""
    part, first = f"GET {assumed().paths[kind]}", objects(document) or []
    if len(first) > 1:
        places.add(part, "limit", Word.WRONG, f"limit=1 gives {len(first)} objects", "expect whole lists in one page")
    elif announced is None or announced <= 1:
        places.add(part, "limit", Word.OPEN, "there is not more than one object", "probe again when there are two")
    else:
        second = _objects_at(asking, f"{places.base}{places.paths[kind]}?limit=1&offset=1")
        if second and second != first:
            places.add(part, "limit", Word.VERIFIED, "limit=1 gives one object, offset=1 the next")
        else:
            places.add(part, "limit", Word.WRONG, "offset=1 does not give the next object", INEXPRESSIBLE)


def _singles(asking: Asking, places: Places) -> None:
    """Ask for one object of each list, as the connector does after a write."""
    for kind in LISTS:
        part = f"GET {assumed().paths[kind]}/{{id}}"
        table, item = kind.removesuffix("s"), next(iter(places.lists[kind]), None)
        key = spelling(table, [item]).fields.get("id")
        if key is None or not isinstance(item, dict):
            places.add(part, "path", Word.OPEN, "no object with an id to ask for", EMPTY[table])
            continue
        answer = asking.get(f"{places.base}{places.paths[kind]}/{item[key]}")
        same = isinstance(answer.document, dict) and answer.document.get(key) == item[key]
        if answer.good and same:
            places.add(part, "path", Word.VERIFIED, f"gives the object {item[key]}")
        else:
            text = f"status {answer.status}, and not the object {item[key]}"
            places.add(part, "path", Word.WRONG, text, "the connector cannot read back what it writes: report it")


def _objects_at(asking: Asking, where: str) -> list[Json] | None:
    answer = asking.get(where)
    return objects(answer.document) if answer.good else None
