"""What a request carries, read strictly: page and filter from the query, JSON bodies, ids; else the reason why not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from flask import Request

from evce_simulator.errors import InvalidRequestError

LARGEST_PAGE = 1000
_INTEGER = re.compile(r"[+-]?[0-9]{1,1000}")  # no more, for Python reads no integer of any length
_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_LEAP_SECOND = "60"


class MalformedRequestError(InvalidRequestError):
    """A request that cannot be read at all; it is answered with 400."""


def number_in_path(text: str) -> int | None:
    """Return the id in a path, or None when no object can have it."""
    return int(text) if _INTEGER.fullmatch(text) and int(text) >= 1 else None


def integer_in_query(request: Request, name: str, low: int, high: int | None = None) -> int | None:
    """Return an integer of the query, None when it is absent; InvalidRequestError when it is outside its limits."""
    values = request.args.getlist(name)
    if not values:
        return None
    if len(values) > 1:
        raise InvalidRequestError(f"{name} is given {len(values)} times; give it once.")
    if not _INTEGER.fullmatch(values[0]) or int(values[0]) < low or (high is not None and int(values[0]) > high):
        limits = f"from {low} to {high}" if high is not None else f"of {low} or more"
        raise InvalidRequestError(f"{name} must be an integer {limits}, not {values[0]!r}.")
    return int(values[0])


def page(request: Request) -> tuple[int, int]:
    """Return limit and offset of a list."""
    limit = integer_in_query(request, "limit", 1, LARGEST_PAGE)
    offset = integer_in_query(request, "offset", 0)
    return limit or LARGEST_PAGE, offset or 0


def json_body(request: Request, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON object of a body that has exactly these fields.

    MalformedRequestError when the body is no JSON, InvalidRequestError when it is no object or its fields are others.
    """
    if request.mimetype != "application/json":
        raise MalformedRequestError(f"The body must be application/json, not {request.mimetype or 'without a type'}.")
    try:
        body = json.loads(request.get_data().decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    for name in body:
        if name not in fields:
            raise InvalidRequestError(f"The field {name!r} is unknown; the fields are {', '.join(fields)}.")
    for name in fields:
        if name not in body:
            raise InvalidRequestError(f"The field {name} is missing.")
    return body


def text_field(body: dict[str, Any], name: str) -> str:
    """Return a field that must be text; InvalidRequestError when it is not."""
    if not isinstance(body[name], str):
        raise InvalidRequestError(f"{name} must be text.")
    return str(body[name])


def number_field(body: dict[str, Any], name: str) -> float:
    """Return a field that must be a number; InvalidRequestError when it is not. A huge one is no number here."""
    if isinstance(body[name], bool) or not isinstance(body[name], int | float) or abs(body[name]) == float("inf"):
        raise InvalidRequestError(f"{name} must be a number.")
    number: float = body[name]
    return number


def boolean_field(body: dict[str, Any], name: str) -> bool:
    """Return a field that must be true or false; InvalidRequestError when it is not."""
    if not isinstance(body[name], bool):
        raise InvalidRequestError(f"{name} must be true or false.")
    return bool(body[name])


def constant_field(body: dict[str, Any], name: str, value: str) -> str:
    """Return a field that can have one value only; InvalidRequestError when it has another."""
    if body[name] != value:
        raise InvalidRequestError(f"{name} must be {value!r}.")
    return value


def instant_field(body: dict[str, Any], name: str) -> datetime:
    """Return a field that must be a date-time with offset (RFC 3339); InvalidRequestError when it is not."""
    found = _DATE_TIME.fullmatch(text_field(body, name))
    if not found:
        raise InvalidRequestError(f"{name} must be a date-time as 2026-01-31T18:00:00Z.")
    date, minute, second, fraction, offset = found.groups()
    leap = second == _LEAP_SECOND
    text = f"{date}T{minute}:{'59' if leap else second}{(fraction or '')[:7]}{offset.upper()}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC) + timedelta(seconds=1 if leap else 0)
    except (ValueError, OverflowError) as error:
        raise InvalidRequestError(f"{name} is no instant of the calendar.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
