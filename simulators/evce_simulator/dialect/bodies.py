"""Bodies of requests in a dialect: read, and laid over the profile's template to see what was filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

from evce_simulator.dialect.paths import as_text
from evce_simulator.dialect.talk import turned_away
from evce_simulator.dialect.templates import Template

# ruff: noqa: ANN401 - any JSON

_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
_ANY = "(?s:.*)"


def body_of(request: Request, send: str) -> dict[str, Any]:
    """Return the fields of a body that is sent as `json`, `form` or `none`; PassedOnError when it is something else."""
    content = request.get_data(cache=True, parse_form_data=False)
    if send == "none":
        if content:
            raise turned_away(400, "This request has no body; send none.")
        return {}
    if request.mimetype != _TYPES[send]:
        raise turned_away(400, f"The body must be {_TYPES[send]}, not {request.mimetype or 'without a type'}.")
    if send == "form":
        return _form(content)
    try:
        body = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise turned_away(400, "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise turned_away(400, "The body must be a JSON object.")
    return body


def filled_in(template: dict[str, Any], body: dict[str, Any], where: str = "") -> dict[str, Any]:
    """Return the values of the placeholders; PassedOnError names the field that does not fit the template."""
    found: dict[str, Any] = {}
    for key in body:
        if key not in template:
            raise turned_away(400, f"The field {where}{key} is unknown; the fields are {', '.join(template)}.")
    for key, wanted in template.items():
        if key not in body:
            raise turned_away(400, f"The field {where}{key} is missing.")
        found |= _filled_in_one(wanted, body[key], f"{where}{key}")
    return found


def field_of(template: dict[str, Any], placeholder: str) -> str:
    """Return the name of the field in which a placeholder stands, the placeholder's own when it stands in the path."""
    return next((name for name, text in _texts(template) if placeholder in Template(text).names), placeholder)


def _texts(template: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Give the texts of a template with the names of their fields."""
    if isinstance(template, str):
        yield name, template
    elif isinstance(template, dict):
        for key, inner in template.items():
            yield from _texts(inner, f"{name}.{key}" if name else key)
    elif isinstance(template, list):
        for place, inner in enumerate(template):
            yield from _texts(inner, f"{name}[{place}]")


def _filled_in_one(wanted: Any, value: Any, name: str) -> dict[str, Any]:
    if isinstance(wanted, dict):
        if not isinstance(value, dict):
            raise turned_away(400, f"The field {name} must be an object.")
        return filled_in(wanted, value, f"{name}.")
    if isinstance(wanted, list):
        if not isinstance(value, list) or len(value) != len(wanted):
            raise turned_away(400, f"The field {name} must be a list of {len(wanted)}.")
        parts = [_filled_in_one(one, value[place], f"{name}[{place}]") for place, one in enumerate(wanted)]
        return {key: one for part in parts for key, one in part.items()}
    if isinstance(wanted, str):
        template = Template(wanted, _ANY)
        if template.whole is not None:
            return {template.whole: value}
        if template.names:
            found = template.match(value) if isinstance(value, str) else None
            if found is None:
                raise turned_away(400, f"The field {name} must be as {wanted}, not {value!r}.")
            return dict(found)
    if not _is_same(wanted, value):
        raise turned_away(400, f"The field {name} must be {wanted!r}, not {value!r}.")
    return {}


def _is_same(wanted: Any, value: Any) -> bool:
    """Compare a constant with what came; a form has texts alone."""
    if isinstance(value, str):
        return as_text(wanted) == value
    return type(wanted) is type(value) and bool(wanted == value)


def _form(content: bytes) -> dict[str, Any]:
    pairs = parse_qsl(content.decode(errors="replace"), keep_blank_values=True)
    if len(dict(pairs)) < len(pairs):
        raise turned_away(400, "A field of the form is given more than once; give each once.")
    return dict(pairs)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
