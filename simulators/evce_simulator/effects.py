"""What faults do to an answer: other statuses, other bodies, objects that no longer fit the contract."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from evce_simulator.draws import Draws
from evce_simulator.odd_fields import change_field
from evce_simulator.problems import problem_body

_LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Login</title></head><body>"
    b"<form method='post'><input name='login'><input name='password' type='password'></form></body></html>"
)
_WORDS = {"status", "type", "phaseConnection", "authenticationMode", "disconnectedAuthenticationMode", "validityMode"}
_DETAILS = {
    302: "It has moved.",
    400: "The request cannot be read.",
    401: "The credentials are not accepted.",
    403: "The login may not do this.",
    404: "There is nothing here.",
    409: "The station is not connected; nothing was changed.",
    422: "The input is refused.",
    429: "Too many requests; come again later.",
    500: "Something failed inside the controller.",
    503: "The controller is starting; come again later.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def status_line(self) -> str:
        """Status and its name."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def with_body(self, body: bytes, content_type: str | None = None) -> Reply:
        """Return the answer with another body, its length announced rightly."""
        changed = {"content-length"} | ({"content-type"} if content_type else set())
        headers = [(name, value) for name, value in self.headers if name.lower() not in changed]
        headers.append(("Content-Length", str(len(body))))
        if content_type:
            headers.append(("Content-Type", content_type))
        return replace(self, headers=headers, body=body)

    def with_json(self, document: Any) -> Reply:  # noqa: ANN401 - any JSON
        """Return the answer with a JSON document for its body."""
        return self.with_body(_written(document), "application/json")


def error_reply(options: dict[str, Any]) -> Reply:
    """Make the answer of a fault that is a status."""
    status = int(options["status"])
    title = _long_title(options["title"]) if "title" in options else None
    reply = Reply(status, [], b"").with_body(
        problem_body(status, _DETAILS.get(status, ""), title).encode(), "application/problem+json"
    )
    if status == HTTPStatus.UNAUTHORIZED:
        reply.headers.append(("WWW-Authenticate", 'Basic realm="EVCE", charset="UTF-8"'))
    if "retry_after" in options:
        reply.headers.append(("Retry-After", str(options["retry_after"])))
    if "location" in options:
        reply.headers.append(("Location", options["location"]))
    return reply


def kept_alive(reply: Reply) -> Reply:
    """Say that the connection stays open."""
    return replace(reply, headers=[*reply.headers, ("Connection", "keep-alive"), ("Keep-Alive", "timeout=60")])


def html(reply: Reply) -> Reply:
    """Answer with a login page, status 200."""
    return replace(reply, status=200).with_body(_LOGIN_PAGE, "text/html; charset=utf-8")


def short(reply: Reply, at: int) -> Reply:
    """End the body at a byte, as if that were all."""
    return reply.with_body(reply.body[:at])


def without_objects(reply: Reply, count: int) -> Reply:
    """Leave the first objects out of a list; other answers stay."""
    body = _json(reply)
    if not isinstance(body, dict) or "items" not in body:
        return reply
    items = body["items"][count:]
    return reply.with_body(_written({"items": items, "total": len(items)}))


def is_later_page(query: str) -> bool:
    """Say whether a query asks for another page than the first."""
    offset = dict(parse_qsl(query)).get("offset", "0")
    return offset.isdecimal() and int(offset) > 0


def shifted_query(query: str, count: int, page: int) -> str:
    """Ask for `page` objects at most and, but for the first page, for those that stand `count` places later."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if is_later_page(query):
        asked["offset"] = str(int(asked["offset"]) + count)
    limit = asked.get("limit", str(page))
    if limit.isdecimal() and int(limit):
        asked["limit"] = str(min(page, int(limit)))
    return urlencode(asked)


def shortened(reply: Reply, count: int) -> Reply:
    """Say of a list that it has so many objects fewer; other answers stay."""
    body = _json(reply)
    if not isinstance(body, dict) or "items" not in body:
        return reply
    return reply.with_body(_written(body | {"total": max(0, body["total"] - count)}))


def with_odd_field(reply: Reply, options: dict[str, Any]) -> Reply:
    """Change one field of one object of an answer; who has no such field, and errors, stay."""
    body = _json(reply)
    if reply.status != HTTPStatus.OK or not isinstance(body, dict):
        return reply
    changed = change_field(body, options["field"], options["change"], options.get("value"), options.get("id"))
    return reply.with_body(_written(body)) if changed else reply


def with_bad_object(reply: Reply, change: str, number: int | None) -> Reply:
    """Spoil one object: the one of a list with that id, else the first; or the object that the answer is.

    Who answers, and a token, are no objects of a list: they stay.
    """
    body = _json(reply)
    if not isinstance(body, dict) or not body.keys() & {"items", "id"}:
        return reply
    if "items" not in body:
        return reply.with_body(_written(_CHANGES[change](body)))
    for place, item in enumerate(body["items"]):
        if number is None or item["id"] == number:
            body["items"][place] = _CHANGES[change](item)
            break
    return reply.with_body(_written(body))


def waiting_time(draws: Draws, delay: float, sigma: float | None) -> float:
    """Return how long an answer waits (s): the delay, or log-normal about it."""
    if not sigma:
        return delay
    normal = sum(draws.below(1 << 32) / (1 << 32) for _ in range(12)) - 6
    return delay * math.exp(sigma * normal)


def _json(reply: Reply) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(reply.body)
    except ValueError:
        return None


def _written(body: Any) -> bytes:  # noqa: ANN401 - any JSON
    return json.dumps(body, ensure_ascii=False).encode(errors="backslashreplace")


def _long_title(length: int) -> str:
    """Return a title that would forge lines of a log, with control characters among them."""
    line = "Bad request\r\n2026-01-05 06:00:00 ERROR forged by the controller\x1b[2J\t\x00\n"
    return (line * (length // len(line) + 1))[:length]


def _other_type(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return something of another type that looks alike."""
    if isinstance(value, bool) or value is None:
        return "no" if not value else "yes"
    if isinstance(value, int | float):
        return f"{value} units"
    if isinstance(value, list):
        return {str(place): each for place, each in enumerate(value)}
    return 7 if isinstance(value, str) else []


def _wrong_types(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name == "id" else _other_type(value) for name, value in item.items()}


def _null_values(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name == "id" else None for name, value in item.items()}


def _missing_fields(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name == "id"}


def _unknown_words(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: "somethingNew" if name in _WORDS else _unknown_words(value) if isinstance(value, dict) else value
        for name, value in item.items()
    }


_CHANGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "wrong-types": _wrong_types,
    "null-values": _null_values,
    "missing-fields": _missing_fields,
    "unknown-words": _unknown_words,
}
