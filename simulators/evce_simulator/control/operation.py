"""An operation of the control plane as data: how it is asked for, what it does, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from evce_simulator.errors import InvalidRequestError
from evce_simulator.shapes import Shapes

CONTROL_PATH = "/control"
Schema = dict[str, Any]
_READ: dict[str, Callable[[str], Any]] = {"string": str, "integer": int, "number": float}
_SHAPES = Shapes({})
"""Bodies have no references."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as an operation looks at it; `number` is the id in its path, 0 where none is."""

    number: int
    body: dict[str, Any]
    query: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method at a path below /control, spelt as OpenAPI does (/zones/{id}).

    `body` is the schema of its JSON object, None when it takes none; `query` has the schemas of its parameters, none of
    which is required. `answer` is the schema of what `run` returns.
    """

    group: str
    method: str
    path: str
    summary: str
    run: Callable[[Asked], Any]
    answer: Schema
    body: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Method and path, for sentences."""
        return f"{self.method} {CONTROL_PATH}{self.path}"

    def asked(self, number: int, body: dict[str, Any], query: Mapping[str, str]) -> Asked:
        """Return a request that fits; InvalidRequestError says what of it does not."""
        return Asked(number, self._fitting(body), self._read(query))

    def _fitting(self, body: dict[str, Any]) -> dict[str, Any]:
        schema = self.body or body_of({})
        for name in schema["required"]:
            if name not in body:
                raise InvalidRequestError(f"{self.title}: {name} is missing in the body.")
        for name, value in body.items():
            if name in schema["properties"]:
                self._check(name, schema["properties"][name], value)
            elif not schema["additionalProperties"]:
                offered = ", ".join(schema["properties"]) or "nothing"
                raise InvalidRequestError(f"{self.title} takes no {name!r} in its body; it takes {offered}.")
        return body

    def _read(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return all parameters by name, None for those that are neither given nor have a default."""
        read = {name: schema.get("default") for name, schema in self.query.items()}
        for name, text in query.items():
            if name not in self.query:
                offered = ", ".join(self.query) or "none"
                raise InvalidRequestError(f"{self.title} has no parameter {name!r}; it has {offered}.")
            kind = self.query[name]["type"]
            try:
                read[name] = _READ[kind](text)
            except ValueError:
                raise InvalidRequestError(f"{self.title}: {name} is {text!r}, which is not {kind}.") from None
            self._check(name, self.query[name], read[name])
        return read

    def _check(self, name: str, schema: Schema, value: object) -> None:
        """Compare a value with its schema; how instants may be written is left to who reads them."""
        if "type" not in schema:  # anything
            return
        if isinstance(value, float) and not isfinite(value):  # Python reads them in JSON
            raise InvalidRequestError(f"{self.title}: {name}: {value} is no number.")
        shape = {key: part for key, part in schema.items() if key != "format"}
        for difference in _SHAPES.differences(shape, value, {}):
            raise InvalidRequestError(f"{self.title}: {name}: {difference.what}.")


def body_of(properties: dict[str, Schema], required: Sequence[str] = (), *, more: bool = False) -> Schema:
    """Return the schema of a body with these properties; with `more` it may have any others."""
    return {"type": "object", "required": list(required), "additionalProperties": more, "properties": properties}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(name: str) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": ref(name)}


NOTHING: Schema = {"type": "object", "description": "empty"}
"""What is answered when there is nothing to say."""
