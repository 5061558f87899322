"""One field of an answer made odd: null, another value, or not there; all other fields stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# ruff: noqa: ANN401 - any JSON


def change_field(body: dict[str, Any], field: str, change: str, value: Any, number: int | None) -> bool:
    """Change a field in place and say whether one was found; KeyError for a `change` that is none of CHANGES.

    Of a list it is the field of the object with the id `number`, or without one of the first object that has the field.
    Dots lead inward, to fields and places of lists: `reduction.validity`, `activePower.1`.
    """
    act = CHANGES[change]
    *inward, last = field.split(".")
    for item in body.get("items", [body]):
        holder = _inside(item, inward)
        key = _key(holder, last)
        if key is not None and number in (None, item.get("id")):
            act(holder, key, value)
            return True
    return False


def _inside(item: Any, names: list[str]) -> Any:
    """Follow names inward; None where one of them is not there."""
    for name in names:
        key = _key(item, name)
        if key is None:
            return None
        item = item[key]
    return item


def _key(holder: Any, name: str) -> str | int | None:
    """Return what a name is called in an object or a list, None when it is not in there."""
    if isinstance(holder, list):
        return int(name) if name.isdecimal() and int(name) < len(holder) else None
    return name if isinstance(holder, dict) and name in holder else None


def _put_null(holder: Any, key: str | int, _value: Any) -> None:
    holder[key] = None


def _put_value(holder: Any, key: str | int, value: Any) -> None:
    holder[key] = value


def _leave_out(holder: Any, key: str | int, _value: Any) -> None:
    del holder[key]


CHANGES: dict[str, Callable[[Any, str | int, Any], None]] = {
    "null": _put_null,
    "value": _put_value,
    "missing": _leave_out,
}
