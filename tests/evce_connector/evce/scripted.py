"""A controller that answers what a test tells it to, byte for byte, over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit


class Answer(NamedTuple):
    """One answer: status, body, and headers beside its length."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


def as_json(document: object, status: int = 200) -> Answer:
    return Answer(json.dumps(document).encode(), status, {"Content-Type": "application/json"})


def page(items: list[Any], total: object) -> Answer:
    return as_json({"items": items, "total": total})


Script = Callable[[str, dict[str, str]], Answer]
"""What to answer to a path (after /api/v2) with a query."""


class Asked(NamedTuple):
    """One request as it came: its path with the query, its headers by names without regard to capitals."""

    method: str
    path: str
    headers: Message
    body: bytes


class ScriptedController:
    """Answers every request by a script; a context manager that leaves no thread and no socket behind.

    `seen` are the requests' lines, `asked` all of them; the last one is the one that the script is to answer.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: list[str] = []
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/v2"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        controller = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                path = parts.path.removeprefix("/api/v2")
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                controller.seen.append(f"{self.command} {self.path}")
                controller.asked.append(Asked(self.command, self.path, self.headers, body))
                answer = controller.script(path, {name: found[0] for name, found in parse_qs(parts.query).items()})
                self.send_response(answer.status)
                for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
                    self.send_header(name, value)
                with suppress(ConnectionError):  # whoever asked may wait no longer
                    self.end_headers()
                    self.wfile.write(answer.body)

            def do_POST(self) -> None:
                self.do_GET()

            def do_PUT(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
