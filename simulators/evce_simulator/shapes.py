"""The schemas of the contract against values: not whether a value fits, but every place where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in a body where it is not as the contract says, and the part of the contract that this concerns."""

    place: str
    part: str
    what: str


class Shapes:
    """The schemas of an OpenAPI document, as far as this contract uses JSON Schema."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def body_of(self, response: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a response's body, empty when it has none."""
        content = self._resolved(response)[1].get("content", {})
        return next((media["schema"] for media in content.values()), {})

    def differences(self, schema: dict[str, Any], value: Any, seen: dict[str, None]) -> list[Difference]:  # noqa: ANN401
        """Return every place where a value does not fit, and note the parts of the contract that it showed."""
        return list(self._walk(schema, value, "body", "", seen))

    def _resolved(self, schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Follow a reference; return the name that it leads to with what stands there."""
        name = ""
        while "$ref" in schema:
            target: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                name, target = part, target[part]
            schema = target
        return name, schema

    def _walk(
        self,
        schema: dict[str, Any],
        value: Any,  # noqa: ANN401 - any JSON
        place: str,
        part: str,
        seen: dict[str, None],
    ) -> Iterator[Difference]:
        name, schema = self._resolved(schema)
        if "oneOf" in schema:
            fitting = [each for each in schema["oneOf"] if _kind_fits(self._resolved(each)[1], value)]
            name, schema = self._resolved(fitting[0] if fitting else {"type": ["object", "null"]})
        if not _kind_fits(schema, value):
            yield Difference(place, part, f"{_shown(value)} is not {_wanted(schema)}")
            return
        yield from (Difference(place, part, what) for what in [*_words(schema, value), *_limits(schema, value)])
        if isinstance(value, dict):
            yield from self._object(name, schema, value, place, seen)
        elif isinstance(value, list):
            for number, each in enumerate(value):
                yield from self._walk(schema.get("items", {}), each, f"{place}[{number}]", part, seen)

    def _object(
        self, name: str, schema: dict[str, Any], value: dict[str, Any], place: str, seen: dict[str, None]
    ) -> Iterator[Difference]:
        properties = schema.get("properties", {})
        for key in schema.get("required", []):
            if key not in value:
                yield Difference(place, f"{name}.{key}", f"{key} is missing")
        for key, each in value.items():
            if key in properties:
                seen[f"{name}.{key}"] = None
                yield from self._walk(properties[key], each, f"{place}.{key}", f"{name}.{key}", seen)
            else:
                yield Difference(place, f"{name}.{key}", f"{key} is not in the contract")


def _kind_fits(schema: dict[str, Any], value: object) -> bool:
    """Say whether a value is of a type that a schema allows."""
    kinds = schema.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if isinstance(value, bool) != (kind == "boolean"):
            continue
        if isinstance(value, _KINDS.get(kind, ())):
            return True
    return not kinds


def _words(schema: dict[str, Any], value: object) -> Iterator[str]:
    """Compare with constants, enumerations and formats."""
    if "const" in schema and value != schema["const"]:
        yield f"{_shown(value)} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{_shown(value)} is none of {', '.join(schema['enum'])}"
    if schema.get("format") == "date-time" and not _DATE_TIME.fullmatch(str(value)):
        yield f"{_shown(value)} is no date-time with its offset"


def _limits(schema: dict[str, Any], value: object) -> Iterator[str]:
    """Compare a number, or how many values a list has, with its limits."""
    number, names = value, ("minimum", "maximum")
    if isinstance(value, list):
        number, names = len(value), ("minItems", "maxItems")
    if isinstance(number, bool) or not isinstance(number, int | float):
        return
    least, most = (schema.get(name) for name in names)
    if (least is not None and number < least) or (most is not None and number > most):
        of = " values" if isinstance(value, list) else ""
        yield f"{number}{of} is not from {_limit(least)} to {_limit(most)}"


def _limit(number: float | None) -> str:
    return "any" if number is None else str(number)


def _wanted(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", "")
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _shown(value: object) -> str:
    """Write a value short enough for a line."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - characters of a line
