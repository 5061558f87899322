"""How a message class is filled from an answer: each field's annotation names the place of its value there."""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")


class _Place(NamedTuple):
    """Where one field comes from: the path of element names, the class of what is there, and whether it is a list."""

    field: str
    path: tuple[str, ...]
    of: Any
    many: bool


def read(kind: type[T], node: object) -> T:
    """Fill a message class from what zeep parsed; what the answer does not hold keeps the field's default."""
    found: dict[str, Any] = {}
    for place in _places(cast("Hashable", kind)):
        value = _follow(node, place.path)
        if value is None:
            continue
        if place.many:
            found[place.field] = tuple(read(place.of, part) if place.of else part or "" for part in value)
        else:
            found[place.field] = read(place.of, value) if place.of else _in_utc(value)
    return kind(**found)


def _in_utc(value: object) -> object:
    """Take a time without an offset for UTC, as EWS means it."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


@cache
def _places(kind: Hashable) -> tuple[_Place, ...]:
    return tuple(_place(name, hint) for name, hint in get_type_hints(kind, include_extras=True).items())


def _place(name: str, hint: Any) -> _Place:  # noqa: ANN401 (type hints have no common type)
    """Read a hint of the form Annotated[type, "Path.In.The.Answer"]."""
    declared, path = get_args(hint)
    parts = [declared, *get_args(declared)]
    return _Place(
        field=name,
        path=tuple(path.split(".")),
        of=next((part for part in parts if is_dataclass(part)), None),
        many=get_origin(declared) is tuple,
    )


def _follow(node: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 (zeep's values are untyped)
    for name in path:
        if node is None:
            return None
        node = getattr(node, name, None)
    return node
