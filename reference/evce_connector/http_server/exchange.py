"""One request and its answer: the head is judged, the body read whole, the answer made where it holds up nobody."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from evce_connector.http_server.connection import Connection
from evce_connector.http_server.guests import SLOW, Guests
from evce_connector.http_server.messages import Admitted, Application, Cost, Head, Limits, Response, sentence
from evce_connector.http_server.notes import Notes
from evce_connector.http_server.room import LARGE, AnswerRoom, NoRoomError, Pool

_log = logging.getLogger("evce_connector.http")

Scope = dict[str, Any]
"""What ASGI says of a request."""
_DRAINED = 4
"""A body up to this many times the limit is read and thrown away; a longer one ends the connection."""
_IN_CHUNKS = 2
"""A body in chunks may take this many times the limit on the wire: it is longer there by what stands between them."""
_WITHOUT_LOGIN = 64 * 1024
"""Bytes on the wire of a body in chunks, whose end nobody knows, of a client that has not logged in."""
_TOO_LONG = sentence(413, "The body of the request is longer than this server reads.", closes=True)
_FAILED = sentence(500, "The server failed; its log says why.", closes=True)


class Exchanges:
    """The ASGI application around ours: each call is one request."""

    def __init__(self, application: Application, limits: Limits, pool: Pool, guests: Guests, notes: Notes) -> None:
        self._application = application
        self._limits = limits
        self._pool = pool
        self._guests = guests
        self._notes = notes
        self._room = AnswerRoom(limits.large_answers, limits.taking_time)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        """Answer one request; an error of our own is logged, and answered in a sentence where no answer has begun."""
        connection: Connection = scope["state"]["connection"]
        try:
            await self._exchange(scope, connection, receive, send)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the client and the others must not suffer
            _log.exception("A request could not be answered")
            try:
                await self._send(send, connection, _FAILED)
            except RuntimeError:  # an answer has begun
                connection.abort()

    async def _exchange(self, scope: Scope, connection: Connection, receive: Any, send: Any) -> None:  # noqa: ANN401
        head = head_of(scope)
        verdict = misunderstanding(scope) or self._application.admit(head)
        if not isinstance(verdict, Response):
            self._guests.know(connection)
        most = self._application.max_body
        length = int(head.header("content-length") or 0)  # the parser lets nothing else pass than one number
        if length > _DRAINED * most:
            refusal = _TOO_LONG if isinstance(verdict, Response) else replace(verdict.too_long(), closes=True)
            await self._send(send, connection, refusal)
            return
        body = await self._read(receive, connection, most, _on_the_wire(head, verdict, most))
        if body is None:
            return
        if isinstance(verdict, Response):
            if verdict.delay:
                await asyncio.sleep(verdict.delay)
            await self._send(send, connection, verdict)
        elif len(body) > most:
            await self._send(send, connection, verdict.too_long())
        else:
            await self._answer(send, connection, verdict, body)

    async def _read(self, receive: Any, connection: Connection, most: int, on_the_wire: int) -> bytes | None:  # noqa: ANN401
        """Read a whole body, keeping at most one byte too many of it; None when the client is gone."""
        connection.expects_body(on_the_wire)
        message = await receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            pieces = bytearray(body)
            while message.get("more_body"):
                message = await receive()
                pieces += message.get("body", b"")
                del pieces[most + 1 :]
            body = bytes(pieces)
        if message["type"] == "http.disconnect":
            return None
        connection.has_request()
        return body

    async def _answer(self, send: Any, connection: Connection, request: Admitted, body: bytes) -> None:  # noqa: ANN401
        """Make an answer and send it; a large one counts until its client has taken it."""
        taken = 0
        try:
            response, taken = await self._make(request, body)
        except NoRoomError as error:
            response = request.overloaded(str(error))
        try:
            await self._send(send, connection, response)
        finally:
            await self._room.free(taken)

    async def _make(self, request: Admitted, body: bytes) -> tuple[Response, int]:
        """Make an answer where it holds up nobody; returns it with the room that it takes. NoRoomError when full."""
        cost = request.cost(body)
        if cost is Cost.LARGE:
            async with self._room.turn(self._limits.waiting):
                response = await self._pool.run(lambda: request.answer(body))
                return response, await self._room.take(len(response.body))
        response = request.answer(body) if cost is Cost.QUICK else await self._pool.run(lambda: request.answer(body))
        return response, await self._room.take(len(response.body))

    async def _send(self, send: Any, connection: Connection, response: Response) -> None:  # noqa: ANN401
        """Send an answer; a large one piece by piece, each of which the client must take in time."""
        body = response.body
        connection.hands_over()
        await send(_start(response))
        if len(body) <= LARGE:
            await send({"type": "http.response.body", "body": body})
            connection.has_answered()
            return
        connection.has_request()  # each piece has a time-out of its own
        view = memoryview(body)
        try:
            for at in range(0, len(body), LARGE):
                async with asyncio.timeout(self._limits.taking_time):
                    piece = {"type": "http.response.body", "body": bytes(view[at : at + LARGE])}
                    await send(piece | {"more_body": at + LARGE < len(body)})
        except TimeoutError:
            self._notes.take(SLOW)
            connection.abort()
        else:
            connection.has_answered()


def head_of(scope: Scope) -> Head:
    """Return a request's head as an application sees it."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    host, port = scope["server"] or ("", 0)
    client = scope["client"]
    query = scope["query_string"].decode("latin-1")
    return Head(scope["method"], scope["path"], query, headers, client[0] if client else "", host, port or 0)


def misunderstanding(scope: Scope) -> Response | None:
    """Refuse what the parser lets pass and HTTP/1.1 forbids (RFC 9112, sections 2.5, 3.2 and 6.1)."""
    version = scope["http_version"]
    if version not in ("1.0", "1.1"):
        return sentence(505, "This server speaks HTTP/1.1.", closes=True)
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        return sentence(400, "The request must have one Host header.", closes=True)
    codings = [value.strip().lower() for name, value in scope["headers"] if name == b"transfer-encoding"]
    if codings not in ([], [b"chunked"]):
        return sentence(501, "This server reads bodies with a length or in chunks.", closes=True)
    return None


def _on_the_wire(head: Head, verdict: Admitted | Response, most: int) -> int:
    """Return how many bytes a body may take on the wire."""
    if "content-length" in head.headers:
        return int(head.headers["content-length"])
    return _WITHOUT_LOGIN if isinstance(verdict, Response) else _IN_CHUNKS * most


def _start(response: Response) -> dict[str, Any]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.status != HTTPStatus.NOT_MODIFIED:  # what the client has keeps its type and its length
        headers = [
            (b"content-type", response.content_type.encode("latin-1")),
            (b"content-length", str(len(response.body)).encode()),
            *headers,
        ]
    if response.closes:
        headers.append((b"connection", b"close"))
    return {"type": "http.response.start", "status": response.status, "headers": headers}
