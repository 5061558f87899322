"""How a message class is filled from an answer: each field's annotation names the place of its value there."""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

from zeep.xsd.types import builtins

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from lxml import etree

T = TypeVar("T")


_types: Any = builtins  # zeep's constructors carry no types
READERS: dict[type, Callable[[str], object]] = {
    str: str,
    int: _types.Integer().pythonvalue,
    bool: _types.Boolean().pythonvalue,
    datetime: _types.DateTime().pythonvalue,
    timedelta: _types.Duration().pythonvalue,
}
"""What makes a value of the wire's text."""


class _Place(NamedTuple):
    """Where one field comes from: the path of element names, what is there, and whether it is a list."""

    field: str
    path: tuple[str, ...]
    of: Any
    read: Callable[[str], object]
    many: bool


def read(kind: type[T], node: etree._Element) -> T:
    """Fill a message class from an element; what it does not hold, or not readably, keeps the field's default."""
    found: dict[str, Any] = {}
    inside = _inside(node)
    for place in _places(cast("Hashable", kind)):
        parts = _follow(node, inside, place.path)
        if place.many:
            found[place.field] = tuple(read(place.of, part) if place.of else part.text or "" for part in parts)
        elif place.of is not None:
            if parts and (len(parts[0]) or parts[0].attrib):
                found[place.field] = read(place.of, parts[0])
        else:
            text = parts[0].text if parts else node.get(place.path[0]) if len(place.path) == 1 else None
            value = None if text is None else _value(place.read, text)
            if value is not None:
                found[place.field] = value
    return kind(**found)


def _value(reader: Callable[[str], object], text: str) -> object:
    """Read a value; None where it is none. A time without an offset is UTC, as EWS means it."""
    try:
        value = reader(text)
    except (ValueError, TypeError):
        return None
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


@cache
def _places(kind: Hashable) -> tuple[_Place, ...]:
    return tuple(_place(name, hint) for name, hint in get_type_hints(kind, include_extras=True).items())


def _place(name: str, hint: Any) -> _Place:  # noqa: ANN401 (type hints have no common type)
    """Read a hint of the form Annotated[type, "Path.In.The.Answer"]; a path of "" is the element's own text."""
    declared, path = get_args(hint)
    parts = [declared, *get_args(declared)]
    return _Place(
        field=name,
        path=tuple(path.split(".")) if path else (),
        of=next((part for part in parts if is_dataclass(part)), None),
        read=next((READERS[part] for part in parts if part in READERS), str),
        many=get_origin(declared) is tuple,
    )


def _follow(
    node: etree._Element, inside: dict[str, list[etree._Element]], path: tuple[str, ...]
) -> list[etree._Element]:
    """Return the elements at a path below a node, whose children are known."""
    if not path:
        return [node]
    parts = inside.get(path[0], [])
    for name in path[1:]:
        parts = _inside(parts[0]).get(name, []) if parts else []
    return parts


def _inside(node: etree._Element) -> dict[str, list[etree._Element]]:
    """Return the children of an element by their names."""
    found: dict[str, list[etree._Element]] = {}
    for child in node.iterchildren("*"):
        found.setdefault(_local(child.tag), []).append(child)
    return found


@cache
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
