"""Where the API of an unknown controller is: base path, login, lists and how they are paged."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from evce_connector.evce.client import PAGE
from evce_connector.evce.convert import Json
from evce_connector.probe.asking import Answer, Asking, ProbeError
from evce_connector.probe.finding import EMPTY, INEXPRESSIBLE, Finding, Word, assumed, candidates

LISTS = ("zones", "stations", "connectors")
PAGES = {"zones": "ZonePage", "stations": "StationPage", "connectors": "ConnectorPage"}
PROFILE = "use the proposed profile.toml"


@dataclass
class Places:
    """What was found: the base path, how to log in, the paths below the base, and what stands in the lists."""

    base: str = ""
    authentication: str = "basic"
    paths: dict[str, str] = field(default_factory=dict)
    system: Json = None
    lists: dict[str, list[Json]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, part: str, aspect: str, word: Word, text: str, advice: str = "") -> None:
        """Note a finding."""
        self.findings.append(Finding(part, aspect, word, text, advice))


def find(asking: Asking) -> Places:
    """Find everything that can be read; a ProbeError where there is no answer, no API or a refused login."""
    places = Places()
    door = _door(asking)
    _log_in(asking, door, places)
    _bases(asking, places)
    _report_base(asking, places)
    answer = _first(asking, places, "system")
    places.system = answer.document if answer else None
    for kind in LISTS:
        places.lists[kind] = _list(asking, places, kind)
    _singles(asking, places)
    _login_call(asking, places)
    return places


def bases(asking: Asking) -> list[str]:
    """Return the base paths to try: the one that was given, then the usual ones."""
    given = [asking.target.path] if asking.target.path else []
    return list(dict.fromkeys([*given, *candidates()["bases"]]))


def _door(asking: Asking) -> Answer:
    """Return the first answer without login that shows an API: a list, or the wish for a login."""
    moved = ""
    for path in _spellings("zones"):
        for base in bases(asking):
            answer = asking.look(f"{base}{path}?limit=1")
            if answer.refused or (answer.good and _objects(answer.document) is not None):
                return answer
            moved = moved or answer.headers.get("Location", "")
    hint = f" It sends on to {moved}: try that address." if moved else ""
    raise ProbeError(
        f"{asking.target.origin} answers and shows no EVCE API below {', '.join(map(repr, bases(asking)))}: "
        f"give the base path of the API with --evce.{hint}"
    )


def _log_in(asking: Asking, door: Answer, places: Places) -> None:
    """Log in at the door as it wants; exactly one attempt with the password."""
    if door.good:
        text = "the lists are readable without a login"
        places.add("login", "kind", Word.WRONG, text, "protect the API at the controller, then probe again")
        asking.use_basic()
        return
    wanted = door.headers.get("WWW-Authenticate", "").lower()
    base = max((base for base in bases(asking) if door.path.startswith(f"{base}/")), key=len, default="")
    if "basic" in wanted or (not wanted and not _has_login_call(asking, base)):
        asking.use_basic()
        if asking.get(f"{door.path}?limit=1").refused:
            raise asking.refusal("basic authentication")
        places.add("login", "kind", Word.VERIFIED, "basic authentication is accepted")
        return
    places.authentication = "token"
    for path in _spellings("login"):
        answer = asking.log_in(base + path)
        if answer.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            _take_token(asking, places, path, answer)
            return
    raise ProbeError(
        f"{asking.target.origin} wants a bearer token, and none of {', '.join(_spellings('login'))} below {base!r} "
        "gives one: ask the technician for the path of its login."
    )


def _has_login_call(asking: Asking, base: str) -> bool:
    """Say whether a login call is there: it does not want to be read."""
    return asking.look(base + assumed().paths["login"]).status == HTTPStatus.METHOD_NOT_ALLOWED


def _take_token(asking: Asking, places: Places, path: str, answer: Answer) -> None:
    token = answer.document.get("token") if isinstance(answer.document, dict) else None
    if answer.refused:
        raise asking.refusal("a token")
    if not answer.good or not isinstance(token, str):
        raise ProbeError(
            f"The login at {answer.path} answers {answer.status} and gives no token: the connector sends login and "
            "password and expects token and expiresIn. It was tried once; ask the technician how to log in."
        )
    asking.use_token(token)
    places.paths["login"] = path
    places.add("login", "kind", Word.VERIFIED, "a bearer token is given and accepted")
    _judge_token(places, path, answer)


def _judge_token(places: Places, path: str, answer: Answer) -> None:
    _judge_path(places, "login", "POST /login", path)
    document = answer.document if isinstance(answer.document, dict) else {}
    for part in ("Credentials.login", "Credentials.password"):
        places.add(part, "field", Word.VERIFIED, "accepted")
    places.add("Token.token", "field", Word.VERIFIED, "a text")
    life = document.get("expiresIn")
    if isinstance(life, int | float) and life > 0:
        places.add("Token.expiresIn", "field", Word.VERIFIED, f"{life:g} s")
    else:
        text = "expiresIn is no number above 0, so that every request logs in again"
        places.add("Token.expiresIn", "field", Word.WRONG, text, INEXPRESSIBLE)


def _bases(asking: Asking, places: Places) -> None:
    """Find the base path, now that the login is accepted: the one below which zones can be read."""
    for path in _spellings("zones"):
        for base in bases(asking):
            if _objects_at(asking, f"{base}{path}?limit=1") is not None:
                places.base, places.paths["zones"] = base, path
                return
    raise ProbeError(
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
    for path in _spellings(kind):
        answer = asking.get(places.base + path)
        if answer.good and isinstance(answer.document, dict):
            places.paths[kind] = path
            _judge_path(places, kind, operation, path)
            return answer
    _not_found(places, kind, operation)
    return None


def _list(asking: Asking, places: Places, kind: str) -> list[Json]:
    """Read a whole list, and judge its path and its pages."""
    operation = f"GET {assumed().paths[kind]}"
    known = [places.paths[kind]] if kind in places.paths else _spellings(kind)
    for path in known:
        answer = asking.get(f"{places.base}{path}?limit=1")
        if answer.good and _objects(answer.document) is not None:
            places.paths[kind] = path
            _judge_path(places, kind, operation, path)
            total = _judge_page(places, kind, answer.document)
            _judge_paging(asking, places, kind, answer.document, total)
            objects = read_list(asking, places, kind)
            _judge_whole(places, kind, objects, total)
            return objects
    _not_found(places, kind, operation)
    return []


def read_list(asking: Asking, places: Places, kind: str) -> list[Json]:
    """Read every object of a list whose path is known."""
    objects: list[Json] = []
    while True:
        answer = asking.get(f"{places.base}{places.paths[kind]}?limit={PAGE}&offset={len(objects)}")
        more = _objects(answer.document) or []
        if more == objects[: len(more)]:  # nothing, or the first page once more
            return objects
        objects += more
        total = _total(answer.document)
        if total is None or len(objects) >= total:
            return objects


def _judge_whole(places: Places, kind: str, objects: list[Json], total: int | None) -> None:
    """Judge whether a list is whole, as the connector insists: as many objects as announced."""
    part = f"GET {assumed().paths[kind]}"
    if total == len(objects):
        places.add(part, "whole", Word.VERIFIED, f"as many as announced, {total}")
    elif total is not None:
        text = f"{total} objects are announced and {len(objects)} given"
        places.add(part, "whole", Word.WRONG, text, "the connector refuses such a list: ask the technician why")


def _judge_page(places: Places, kind: str, document: Json) -> int | None:
    """Judge the keys of a page; returns how many objects it announces."""
    page, keys = PAGES[kind], _page_keys(document)
    for key, found in zip(("items", "total"), keys, strict=True):
        if found == key:
            places.add(f"{page}.{key}", "field", Word.VERIFIED, f"{key} is there")
        else:
            instead = f"{found} stands there instead" if found else "a bare list, or nothing of the kind, stands there"
            places.add(f"{page}.{key}", "field", Word.WRONG, f"no {key}: {instead}", INEXPRESSIBLE)
    return _total(document)


def _judge_paging(asking: Asking, places: Places, kind: str, document: Json, total: int | None) -> None:
    """Judge whether limit and offset are honoured."""
    part, first = f"GET {assumed().paths[kind]}", _objects(document) or []
    if len(first) > 1:
        places.add(part, "limit", Word.WRONG, f"limit=1 gives {len(first)} objects", "expect whole lists in one page")
    elif total is None or total <= 1:
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
        objects = places.lists[kind]
        item = objects[0] if objects and isinstance(objects[0], dict) else {}
        key = next((key for key in item if key.lower() == "id"), None)
        if key is None:
            places.add(part, "path", Word.OPEN, "no object with an id to ask for", EMPTY[kind.removesuffix("s")])
            continue
        answer = asking.get(f"{places.base}{places.paths[kind]}/{item[key]}")
        same = isinstance(answer.document, dict) and answer.document.get(key) == item[key]
        if answer.good and same:
            places.add(part, "path", Word.VERIFIED, f"gives the object {item[key]}")
        else:
            text = f"status {answer.status}, and not the object {item[key]}"
            places.add(part, "path", Word.WRONG, text, "the connector cannot read back what it writes: report it")


def _login_call(asking: Asking, places: Places) -> None:
    """With basic authentication accepted, see once whether the token login is there too."""
    if places.authentication == "token":
        return
    path = assumed().paths["login"]
    answer = asking.log_in(places.base + path)
    if answer.good and isinstance(answer.document, dict) and isinstance(answer.document.get("token"), str):
        _judge_token(places, path, answer)
    else:
        text = f"status {answer.status} and no token"
        places.add("POST /login", "path", Word.OPEN, text, "not needed: keep evce.authentication at basic")


def _judge_path(places: Places, kind: str, part: str, path: str) -> None:
    usual = assumed().paths[kind]
    if path == usual:
        places.add(part, "path", Word.VERIFIED, f"{places.base}{path} answers")
    else:
        places.add(part, "path", Word.WRONG, f"it is at {path} here, not at {usual}", PROFILE)


def _not_found(places: Places, kind: str, part: str) -> None:
    text = f"none of {', '.join(_spellings(kind))} answers"
    places.add(part, "path", Word.WRONG, text, "ask the technician for the path and write it into profile.toml")


def _spellings(kind: str) -> list[str]:
    return list(dict.fromkeys([assumed().paths[kind], *candidates()["paths"][kind]]))


def _objects_at(asking: Asking, where: str) -> list[Json] | None:
    answer = asking.get(where)
    return _objects(answer.document) if answer.good else None


def _page_keys(document: Json) -> tuple[str | None, str | None]:
    """Return the keys of the list and of the number of objects in a page."""
    page: dict[str, Any] = document if isinstance(document, dict) else {}
    spelled = candidates()["page"]
    items = next((key for key in ("items", *spelled["items"]) if isinstance(page.get(key), list)), None)
    return items, next((key for key in ("total", *spelled["total"]) if type(page.get(key)) is int), None)


def _objects(document: Json) -> list[Json] | None:
    """Return the objects of a page in whatever form, None when it is no page."""
    if isinstance(document, list):
        return document
    items = _page_keys(document)[0]
    return document[items] if isinstance(document, dict) and items else None


def _total(document: Json) -> int | None:
    key = _page_keys(document)[1]
    return document[key] if isinstance(document, dict) and key else None
