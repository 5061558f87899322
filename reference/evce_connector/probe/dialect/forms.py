"""What a login's call wants to be sent, however deep it stands: learnt from what it says is missing, or from OpenAPI.

What is learnt is a template: a password stands in it as `{password}`, and is sent once the call has named its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from evce_connector.probe.asking import Answer
from evce_connector.probe.dialect.logins import text_of
from evce_connector.probe.dialect.names import plain, split, words

_NAME = r"['\"`]?(?P<name>[A-Za-z_$][\w$.-]*)['\"`]?"
_LACKS = (
    "missing|required|mandatory|not present|absent|fehlt|erforderlich|manquant|manque|obligatoire|obligatorio|"
    "requerido|obrigat\u00f3rio|obbligatorio|mancante|verplicht|ontbreekt|wymagane|brakuje|mangler|saknas|"
    "kr\u00e4vs|chyb\u00ed|povinn\u00e9|puuttuu"
)
_MISSING = (
    re.compile(
        rf"{_NAME}\s*:?\s*(?:(?:field|property|attribute)\s+)?(?:(?:is|are|ist|est|es|jest|was)\s+)?(?:{_LACKS})\b"
    ),
    re.compile(rf"(?:missing|required)\s+(?:\w+\s+)?(?:field|property|attribute|parameter|key|member)s?:?\s+{_NAME}"),
)
_POINTER = re.compile(r"\"pointer\":\s*\"/(?P<name>[\w$/-]+)\"")
_PLACE = re.compile(r"\"loc\":\s*\[\"body\",\s*(?P<name>[^\]]+)\]")
_OBJECT = re.compile(
    rf"{_NAME}\s+(?:must be|should be|is not|has to be|expected)\s+(?:an?\s+)?(?:JSON\s+)?object", re.IGNORECASE
)
_MUST = "must be|should be|must equal|has to be|must be one of:?"
_CONSTANT = re.compile(rf"{_NAME}\s+(?:{_MUST})\s+(?:equal to )?['\"\[]+(?P<value>[\w.:-]+)['\"\]]")
_AROUND = frozenset(
    {"data", "attributes", "credentials", "auth", "request", "payload", "body", "params", "account", "session"}
)
"""Names of what holds fields, and is none itself."""
_KIND = frozenset({"type", "kind", "resource", "resourcetype"})
_NO_FIELDS = frozenset(
    {"field", "property", "attribute", "parameter", "value", "it", "this", "body", "is", "token", "authentication"}
)
_CALLS = frozenset(
    {"login", "auth", "token", "tokens", "session", "sessions", "signin", "authenticate", "grants", "logon"}
)
_DEEPEST = 5

Body = dict[str, Any]


def grown(body: Body, answer: Answer, path: str) -> Body | None:
    """Return a body with what a refusal says is missing in it, or must be otherwise; None where it says nothing new.

    `path` is the call's, whose last word is what it makes, as the type of an object that JSON:API wants.
    """
    made = deepcopy(body)
    text = text_of(answer)
    for found in _OBJECT.finditer(text):
        _put(made, found["name"].split("."), {}, instead=True)
    for found in _CONSTANT.finditer(text):
        _put(made, found["name"].split("."), found["value"], instead=True)
    for place in _missing(text):
        if not place or place[-1].lower() in _NO_FIELDS - {"token"}:
            continue
        _put(made, place, _value(place[-1], path))
    return made if made != body else None


def _missing(text: str) -> Iterator[list[str]]:
    """Yield the places that a refusal says are missing."""
    for found in _POINTER.finditer(text):
        yield found["name"].split("/")
    for found in _PLACE.finditer(text):
        try:
            yield [str(one) for one in json.loads(f"[{found['name']}]")]
        except ValueError:
            continue
    for pattern in _MISSING:
        for found in pattern.finditer(text):
            yield found["name"].rstrip(".").split(".")


def _value(name: str, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return what a field of that name is to be sent."""
    known = words()["login"]
    letters = plain(name)
    if name in known["fixed"]:
        return known["fixed"][name]
    if letters in _AROUND:
        return {}
    if letters in _KIND:
        return path.rstrip("/").rpartition("/")[2]
    for role in ("password", "login"):
        if letters in {plain(one) for one in known[role]}:
            return f"{{{role}}}"
    return ""


def _put(body: Body, place: list[str], value: Any, *, instead: bool = False) -> None:  # noqa: ANN401 - JSON
    """Put a value at its place; one of a name alone goes into the innermost object that is empty."""
    inside = body
    if len(place) == 1 and place[0] not in body:
        inside = _innermost(body)
    for key in place[:-1]:
        if not isinstance(inside.get(key), dict):
            inside[key] = {}
        inside = inside[key]
    if instead or place[-1] not in inside:
        inside[place[-1]] = value


def _innermost(body: Body) -> Body:
    for value in body.values():
        if isinstance(value, dict):
            return _innermost(value)
    return body


def is_ready(body: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell whether a body has a place for the password, so that it can be sent for good."""
    if isinstance(body, dict):
        return any(is_ready(one) for one in body.values())
    return bool(body == "{password}")


def is_deep(body: Body) -> bool:
    """Tell whether something stands in something else in it."""
    return any(isinstance(one, dict) for one in body.values())


class Offered(NamedTuple):
    """What an OpenAPI document says of how to log in: calls with their bodies, and where keys go."""

    calls: list[tuple[str, str, Body]]
    headers: list[str]
    queries: list[str]


def offered(document: Any) -> Offered:  # noqa: ANN401 - JSON of a document
    """Read how to log in from an OpenAPI document: of each call its path, how its body is sent, and its template."""
    found = Offered([], [], [])
    if not isinstance(document, dict):
        return found
    paths = document.get("paths")
    for path, call in paths.items() if isinstance(paths, dict) else ():
        post = call.get("post") if isinstance(call, dict) else None
        is_login = bool(set(split(path.rstrip("/").rpartition("/")[2])) & _CALLS)  # any other may create something
        if is_login and isinstance(post, dict) and (made := _body(document, post)) and is_ready(made[1]):
            found.calls.append((path, *made))
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else document.get("securityDefinitions")
    for one in schemes.values() if isinstance(schemes, dict) else ():
        if isinstance(one, dict) and one.get("type") == "apiKey" and isinstance(one.get("name"), str):
            {"header": found.headers, "query": found.queries}.get(str(one.get("in")), []).append(one["name"])
    return found


def _body(document: Mapping[str, Any], post: Mapping[str, Any]) -> tuple[str, Body] | None:
    body = post.get("requestBody")
    content = body.get("content") if isinstance(body, dict) else None
    for kind, said in content.items() if isinstance(content, dict) else ():
        if isinstance(said, dict):
            send = "form" if "form" in kind else "json"
            made = _template(document, said.get("schema"), "", 0)
            return (send, made) if isinstance(made, dict) else None
    return None


def _template(document: Mapping[str, Any], schema: Any, name: str, deep: int) -> Any:  # noqa: ANN401 - JSON of a document
    """Return what a schema's value is to be sent, None for what need not be sent."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        schema = _referred(document, schema["$ref"])
    if not isinstance(schema, dict) or deep > _DEEPEST:
        return None
    properties = schema.get("properties")
    if isinstance(properties, dict):
        required = schema.get("required", [])
        made = {key: _template(document, one, key, deep + 1) for key, one in properties.items()}
        return {
            key: "" if one is None else one for key, one in made.items() if one not in (None, "") or key in required
        }
    for fixed in ([schema["const"]] if "const" in schema else [], schema.get("enum"), [schema.get("default")]):
        if isinstance(fixed, list) and fixed and fixed[0] is not None:
            return fixed[0]
    return _value(name, "") or None


def _referred(document: Any, reference: str) -> Any:  # noqa: ANN401 - JSON of a document
    for key in reference.removeprefix("#").split("/")[1:]:
        document = document.get(key) if isinstance(document, dict) else None
    return document
