"""The contract's own application asked from within: one call of a dialect is one or several of the contract."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from evce_simulator.effects import Reply
from evce_simulator.problems import problem_body
from evce_simulator.reading import LARGEST_PAGE
from evce_simulator.routes import ADMISSION, BASE_PATH, Admission
from evce_simulator.server import CONNECTION, QuietConnection

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_OK = 200
_OF_THE_BODY = {"content-length", "content-type"}


class PassedOnError(Exception):
    """An answer that is given as it is: a problem, or what a fault has left of the contract's answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"answered with {reply.status}")
        self.reply = reply


def turned_away(status: int, detail: str, **headers: str) -> PassedOnError:
    """Make the error that answers with a problem."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    reply = Reply(status, named, b"").with_body(problem_body(status, detail).encode(), "application/problem+json")
    return PassedOnError(reply)


class Talk:
    """The calls that one call of the dialect makes; `admission` is asked in each, after the faults.

    PassedOnError when an answer is no JSON object with status 200. CutConnectionError when a fault cuts the connection.
    """

    def __init__(self, app: WSGIApplication, outer: WSGIEnvironment, admission: Admission) -> None:
        self._app = app
        self._outer = outer
        self._admission = admission
        self._connection: QuietConnection | None = outer.get(CONNECTION)
        self._dropped_by = self._connection.dropped_by if self._connection else None
        self._ends_by = self._dropped_by
        self._said: dict[str, str] = {}
        self.has_asked = False
        """Whether any call was sent, so that it is known who asks."""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """What the answers said beside their bodies, such as that the connection stays open."""
        return list(self._said.items())

    def get(self, path: str, **query: int) -> dict[str, Any]:
        """Read an object of the contract."""
        return self.ask("GET", path, urlencode(query))

    def page(self, kind: str, limit: int, offset: int, chosen: dict[str, int]) -> tuple[list[Any], Any]:
        """Read a page of a list, and how many objects the whole list has."""
        document = self.get(f"/{kind}s", **chosen, limit=limit, offset=offset)
        items = document.get("items")
        if not isinstance(items, list):
            raise PassedOnError(self._last)
        return items, document.get("total")

    def whole(self, kind: str, chosen: dict[str, int] | None = None) -> list[Any]:
        """Read a list page by page to its end."""
        found: list[Any] = []
        while True:
            items, total = self.page(kind, LARGEST_PAGE, len(found), chosen or {})
            found += items
            if not items or not isinstance(total, int) or len(found) >= total:
                return found

    def ask(self, method: str, path: str, query: str = "", body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send one call and return the object that it answers with."""
        reply = self._last = self._reply(method, path, query, b"" if body is None else json.dumps(body).encode())
        self._said |= {name: value for name, value in reply.headers if name.lower() not in _OF_THE_BODY}
        try:
            document = json.loads(reply.body) if reply.status == _OK else None
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise PassedOnError(reply)
        return document

    def _reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
        environ = self._outer | {
            "REQUEST_METHOD": method,
            "PATH_INFO": BASE_PATH + path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            ADMISSION: self._admission,
        }
        self.has_asked = True
        if self._connection is not None:  # a fault that ends it from the next call on means the next of the dialect
            self._connection.dropped_by = self._dropped_by
        head: list[Any] = []
        written: list[bytes] = []

        def keep(status: str, headers: list[tuple[str, str]], _trouble: object = None, /) -> Callable[[bytes], object]:
            head[:] = [int(status.partition(" ")[0]), headers]
            return written.append

        body_parts = list(self._app(environ, keep))
        if self._connection is not None:
            self._ends_by = self._ends_by or self._connection.dropped_by
            self._connection.dropped_by = self._ends_by
        return Reply(head[0], head[1], b"".join(written + body_parts))
