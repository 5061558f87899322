"""What a profile means, key by key in the terms of format 2, however and in whichever format it is written.

What is left out stands as what it then means; a table of words stands in each field that names it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import cast

from evce_connector.evce.contract_api import PAGE
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import ISO, UNITS
from evce_connector.evce.dialect.declared import Availability, Dialect, Field, Fields, Objects, Pages, Reads, Write
from evce_connector.evce.dialect.paths import ABSENT, Path, Where
from evce_connector.evce.logins import LoginTable
from evce_connector.evce.profile import LEFT, Profile

Meaning = dict[str, str]
"""What stands at each key."""
_PLAIN = re.compile(r"[\w$@-]+")
_LISTS = ("zones", "stations", "connectors")


def meaning_of(profile: Profile) -> Meaning:
    """Return what a profile means."""
    found = {"api_version": _written(profile.api_version)}
    return found | (_of_dialect(profile.dialect) if profile.dialect else _of_contract(profile))


def flat(document: Mapping[str, Json], before: str = "") -> Meaning:
    """Return the values of nested tables by their keys, `table.key`."""
    found: Meaning = {}
    for key, value in document.items():
        if isinstance(value, Mapping):
            found |= flat(cast("Mapping[str, Json]", value), f"{before}{key}.")
        else:
            found[f"{before}{key}"] = _written(value)
    return found


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _of_dialect(dialect: Dialect) -> Meaning:
    found = _login(dialect.login) | {"system.path": dialect.system.path, "system.at": _path(dialect.system.at)}
    found |= _fields("system.fields", dialect.system.fields)
    for objects in (dialect.zones, dialect.stations, dialect.connectors):
        found |= _objects(objects)
    if dialect.reduction_fields:
        found |= _fields("zones.reduction", dialect.reduction_fields)
        found |= _tests("zones.reduction.none_when", dialect.none_when)
    for key, write in (("reduction", dialect.reduction), ("reduction.clear", dialect.clear)):
        found |= _write(key, write) if write else {}
    found |= {f"headers.{name}": _hidden(value) for name, value in dialect.headers.items()}
    found |= {"errors.text": dialect.error_text} if dialect.error_text else {}
    return found | (_availability(dialect.availability) if dialect.availability else {})


def _login(login: LoginTable | None) -> Meaning:
    if login is None:
        return {"login.kind": "by evce.authentication"}
    found = {
        "kind": login.kind,
        "path": login.path,
        "method": login.method if login.path else "",
        "send": login.send if login.path else "",
        "token": login.token,
        "life": login.life,
        "header": login.header,
        "value": _hidden(login.value),
        "query": login.query,
        "logout": login.logout,
        "logout_method": login.logout_method if login.logout else "",
        "client": ("basic" if login.by_basic else "form") if login.kind == "oauth2" else "",
    }
    found |= {f"fields.{name}": _hidden(value) for name, value in login.fields.items()}
    return {f"login.{key}": value for key, value in found.items() if value}


def _hidden(value: Json) -> str:
    """Write what is sent to get in; a text without a placeholder may be a secret, and is told apart by its hash."""
    text = str(value)
    if not text or "{" in text:
        return text
    return f"a text, SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _objects(objects: Objects) -> Meaning:
    kind = objects.kind
    found = {
        "ids": "text" if objects.ids_are_text else "number",
        "path": objects.path,
        "each": "true" if objects.place == "each" else "",
        "inside": "true" if objects.place == "inside" else "",
        "document": objects.document,
        "items": _path(objects.items),
        "absent": "empty" if objects.may_be_absent else "",
        "one": objects.one,
        "one_at": _path(objects.one_at) if objects.one else "",
    }
    found |= {f"query.{name}": value for name, value in objects.query.items()}
    found |= _pages(objects.pages) if objects.pages else {}
    told = {f"{kind}.{key}": value for key, value in found.items() if value}
    return told | _tests(f"{kind}.skip", objects.skip) | _fields(f"{kind}.fields", objects.fields)


def _pages(pages: Pages) -> Meaning:
    found = {
        "by": pages.by,
        "key": pages.key,
        "size_key": pages.size_key,
        "size": str(pages.size or ""),
        "first": str(pages.first) if pages.by == "number" else "",
        "next": _path(pages.next) if pages.next else "",
        "end": str(pages.end or ""),
        "total": _path(pages.total) if pages.total else "",
    }
    return {f"pages.{key}": value for key, value in found.items() if value}


def _tests(key: str, tests: Iterable[Reads]) -> Meaning:
    return {f"{key}.{_path(test.at)}": ", ".join(sorted(test.words)) for test in tests}


def _fields(table: str, fields: Fields) -> Meaning:
    found: Meaning = {}
    for name, field in fields.items():
        found[f"{table}.{name}"] = _place(field)
        found |= {f"{table}.{name}.{key}": said for key, said in _conversions(field).items() if said}
        found |= {f"{table}.{name}.words.{word}": _written(meant) for word, meant in (field.words or {}).items()}
    return found


def _place(field: Field) -> str:
    if field.value is not ABSENT:
        return f"always {_written(field.value)}"
    return f"search {field.search}" if field.search else ", ".join(map(_path, field.at)) or "(the object)"


def _conversions(field: Field) -> Meaning:
    default = "" if field.absent_is is ABSENT else _written(field.absent_is) + (", for null too" if field.null else "")
    return {
        "default": default,
        "as": "text" if field.as_text or field.is_text else "last-part" if field.last_part else "",
        "join": _written(field.join) if field.join is not None else "",
        "otherwise": "" if field.otherwise is ABSENT else _written(field.otherwise),
        "unit": field.unit if field.unit and UNITS[field.unit][1] != 1 else "",
        "time": field.time if field.time != ISO else "",
        "split": field.split,
        "counts": field.counts if field.counts != "taken" else "",
        "within": f"{field.within:g}" if field.within else "",
    }


def _path(path: Path) -> str:
    """Write a path in one way, whatever quotation marks it was written with."""
    written = "^." * path.ups
    for step in path.steps:
        if isinstance(step, str):
            written += f".{_key(step)}" if written and not written.endswith(".") else _key(step)
        elif isinstance(step, Where):
            written += f"[{_key(step.key)}={step.word}]"
        else:
            written += f"[{step}]"
    return written.removesuffix(".")


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else repr(key)


def _write(key: str, write: Write) -> Meaning:
    has_body = write.send != "none" and bool(write.body)
    found = {"path": write.path, "method": write.method, "send": write.send if has_body else ""}
    found |= {"time": write.time if write.time != ISO else "", "step": f"{write.step:g}" if write.step else ""}
    told = {f"{key}.{name}": value for name, value in found.items() if value}
    return told | (flat(write.body, f"{key}.body.") if has_body else {})


def _availability(declared: Availability) -> Meaning:
    found = _write("availability", declared.write)
    found |= {"availability.words.true": _written(declared.available)}
    found |= {"availability.words.false": _written(declared.unavailable)}
    if declared.status is not None:
        found["availability.status"] = _path(declared.status)
    return found | {f"availability.statuses.{word}": _written(meant) for word, meant in declared.statuses.items()}


def _of_contract(profile: Profile) -> Meaning:
    """Return what a profile of format 1 means: the contract, in other words."""
    paths, fields = profile.paths, profile.fields
    found = {"login.kind": "by evce.authentication", "login.path": paths["login"], "system.path": paths["system"]}
    found |= {f"system.fields.{name}": spelled for name, spelled in fields["system"].items()}
    for kind in _LISTS:
        pages = Pages("offset", "offset", "limit", PAGE, total=Path("total", 0, ("total",)))
        found |= {f"{kind}.ids": "number", f"{kind}.path": paths[kind], f"{kind}.items": "items"}
        found |= {f"{kind}.{key}": said for key, said in _pages(pages).items()}
        found |= {f"{kind}.one": f"{paths[kind]}/{{id}}"}
        found |= {f"{kind}.fields.{name}": spelled for name, spelled in fields[kind.removesuffix("s")].items()}
    found |= {f"zones.reduction.{name}": spelled for name, spelled in fields["reduction"].items()}
    part = "left" if profile.reduction_percent == LEFT else "taken"
    if part == "left":
        found["zones.reduction.value.counts"] = part
    return found | _writes_of_contract(profile, part)


def _writes_of_contract(profile: Profile, part: str) -> Meaning:
    spelled, paths = profile.fields["reduction"], profile.paths
    body: Mapping[str, Json] = {
        spelled["value"]: f"{{{part}}}",
        spelled["type"]: "percentage",
        spelled["validity"]: "{validity}",
        spelled["validity_mode"]: "absolute",
    }
    plug: Mapping[str, Json] = {profile.fields["connector"]["available"]: "{available}"}
    return {
        **_write("reduction", Write(paths["reduction"], "PUT", body=body)),
        **_write("reduction.clear", Write(paths["reduction"], "DELETE")),
        **_availability(
            Availability(Write(paths["availability"], "PUT", body=plug), status=Path("status", 0, ("status",)))
        ),
    }
