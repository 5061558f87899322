"""An HTTP server on a thread of its own: an event loop reads whole requests, so that a slow client costs no thread.

uvicorn's protocol with httptools parses; accepting is ours, because connections are bounded before a handshake of TLS.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from email.utils import formatdate
from functools import partial
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from evce_connector.http_server.connection import Connection, last_answer
from evce_connector.http_server.exchange import Exchanges
from evce_connector.http_server.files import with_files_for
from evce_connector.http_server.guests import Guests
from evce_connector.http_server.loops import new_loop
from evce_connector.http_server.messages import Application, Limits
from evce_connector.http_server.notes import Notes
from evce_connector.http_server.parser import Parser
from evce_connector.http_server.room import Pool

_BACKLOG = 512
"""Connections that wait to be accepted."""
_LOOK = 0.5
"""Time in s between two looks at the connections."""
_BREATH = 0.1
"""Time in s before the next try when no connection can be accepted."""
_LAST_TURNS = 5
"""Turns that the loop takes to close sockets, of which one may follow from the other."""
_NO_FILES = "no connection could be accepted, for the process has too many files open"
_HANDSHAKE = "a client and this server could not agree on TLS"
_UNEXPECTED = "the event loop met an error"
_PLAIN_ANSWER = last_answer(400, "Bad Request", "This port speaks HTTPS only; use https:// in the address.")

logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # a line for each port scanner helps nobody


class HttpServer:
    """Serves an application at an address; `start` and `stop` leave no thread and no socket behind."""

    def __init__(
        self,
        application: Application,
        host: str,
        port: int,
        *,
        name: str,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._application = application
        self._host, self._wanted_port = host, port
        self._name = name
        self._limits = with_files_for(limits or Limits())
        self._tls = tls
        self.port = port
        """The port that was taken, once the server has started."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._pool: Pool | None = None
        self._stop = asyncio.Event()
        self._pulse = 0.0

    def start(self) -> None:
        """Listen and answer from now on; OSError when the address cannot be taken, RuntimeError when it is started."""
        if self._thread is not None:
            raise RuntimeError(f"The {self._name} server has been started already.")
        listening = _listen(self._host, self._wanted_port)
        self.port = listening.getsockname()[1]
        self._stop = asyncio.Event()
        self._pool = Pool(f"{self._name}-pool", self._limits.threads, self._limits.waiting)
        self._loop = new_loop()
        self._pulse = self._loop.time()
        self._thread = threading.Thread(target=self._run, args=(listening,), name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer what has begun, as far as that takes no longer than `limits.stopping`; then close everything."""
        if self._loop is None or self._thread is None or self._pool is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._pool.stop()
        self._loop = self._thread = self._pool = None

    @property
    def thread(self) -> threading.Thread | None:
        """The thread of the event loop; None while the server is not started."""
        return self._thread

    def later(self, work: Callable[[], None]) -> None:
        """Do something on a thread of the pool that nobody waits for; what it raises is logged."""
        if self._loop is not None and self._pool is not None:
            self._loop.call_soon_threadsafe(self._pool.begin, work)

    def trouble(self) -> str:
        """Return why the server does not answer now, as a sentence; empty when it does, or is not started."""
        if self._loop is None or self._pool is None:
            return ""
        age = self._loop.time() - self._pulse
        if age > _LOOK + self._limits.stopping:
            return f"The {self._name} server has not looked at its connections for {age:.0f} s."
        if self._pool.is_full:
            return f"The {self._name} server works on as many requests as it may, and refuses others."
        return ""

    def _run(self, listening: _Listening) -> None:
        assert self._loop is not None  # noqa: S101 - start() has made it
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(listening))
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
            asyncio.set_event_loop(None)

    async def _serve(self, listening: _Listening) -> None:
        loop = asyncio.get_running_loop()
        notes = Notes(f"{self._host}:{self.port}")
        loop.set_exception_handler(lambda _, context: _unexpected(notes, context))
        guests = Guests(self._limits, notes.take)
        state = ServerState()
        assert self._pool is not None  # noqa: S101 - start() has made it
        exchanges = Exchanges(self._application, self._limits, self._pool, guests, notes)
        parsing = _Parsing(exchanges, state, loop)
        tasks = [
            loop.create_task(self._accept(listening, guests, parsing, notes)),
            loop.create_task(self._look(guests, notes, state)),
        ]
        try:
            await self._stop.wait()
        finally:
            for task in tasks:
                task.cancel()
            listening.close()
            await asyncio.wait(tasks)
            if listening.latest is not None:
                listening.latest.close()
            await self._finish(guests, state)

    async def _accept(self, listening: _Listening, guests: Guests, parsing: _Parsing, notes: Notes) -> None:
        """Take in clients; what cannot be accepted now is tried again."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(listening)
            except OSError:
                notes.take(_NO_FILES)
                guests.make_room()
                await asyncio.sleep(_BREATH)
                continue
            try:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection = Connection(client, self._limits, loop.time)
            except OSError:  # the client has gone already
                client.close()
                continue
            listening.latest = None
            guests.enter(connection)
            connection.handshake = loop.create_task(self._welcome(client, connection, parsing, notes))
            connection.handshake.add_done_callback(partial(_welcomed, client, connection, guests))

    async def _welcome(self, client: socket.socket, connection: Connection, parsing: _Parsing, notes: Notes) -> None:
        """Agree on TLS where it is spoken, and hand the connection to the loop."""
        loop = asyncio.get_running_loop()
        plain = client.dup() if self._tls else None
        try:
            timeout = self._limits.head_time if self._tls else None
            await loop.connect_accepted_socket(
                lambda: parsing.of(connection), client, ssl=self._tls, ssl_handshake_timeout=timeout
            )
        except ssl.SSLError as error:
            if plain is not None and error.reason == "HTTP_REQUEST":
                plain.send(_PLAIN_ANSWER)
            else:
                notes.take(_HANDSHAKE)
        except OSError:
            pass  # the client has gone
        finally:
            if plain is not None:
                plain.close()

    async def _look(self, guests: Guests, notes: Notes, state: ServerState) -> None:
        """Look at all connections again and again, and keep the date of answers."""
        loop = asyncio.get_running_loop()
        kept = str(int(self._limits.silence)).encode()
        while True:
            self._pulse = loop.time()
            guests.look(self._pulse)
            notes.look(self._pulse)
            state.default_headers = [(b"date", formatdate(usegmt=True).encode()), (b"keep-alive", b"timeout=" + kept)]
            await asyncio.sleep(_LOOK)

    async def _finish(self, guests: Guests, state: ServerState) -> None:
        """Let running answers end for a while, then close every connection."""
        guests.close_silent()
        if state.tasks:
            await asyncio.wait(set(state.tasks), timeout=self._limits.stopping)
        guests.abort()
        for task in list(state.tasks):
            task.cancel()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=self._limits.stopping)
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)


class _Parsing:
    """Makes uvicorn's protocol for a connection."""

    def __init__(self, exchanges: Exchanges, state: ServerState, loop: asyncio.AbstractEventLoop) -> None:
        self._config = Config(
            exchanges,
            loop="none",
            lifespan="off",
            ws="none",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=3600,  # ours is shorter
        )
        self._config.load()
        self._state, self._loop = state, loop

    def of(self, connection: Connection) -> Connection:
        """Return the connection, with the protocol that parses what it receives."""
        parser = Parser(self._config, self._state, {"connection": connection}, self._loop)
        return connection.parse_with(parser)


def _welcomed(client: socket.socket, connection: Connection, guests: Guests, _: asyncio.Task[None]) -> None:
    """Let go of a client with whom it came to nothing; a task cancelled before its first step ends here alone."""
    connection.handshake = None
    if not connection.is_made:
        guests.leave(connection)
        client.close()


class _Listening(socket.socket):
    """A socket that listens, and remembers the `latest` client until it is taken in: a loop that stops forgets it."""

    latest: socket.socket | None = None

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a client."""
        client, address = super().accept()
        self.latest = client
        return client, address


def _listen(host: str, port: int) -> _Listening:
    """Bind a socket; OSError when that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    listening = _Listening(bound.family, bound.type, bound.proto, bound.detach())
    listening.setblocking(False)
    return listening


def _unexpected(notes: Notes, context: dict[str, Any]) -> None:
    """Take note of what the loop could not hand to anyone; clients that break off are everyday things."""
    error = context.get("exception")
    if not isinstance(error, OSError):
        notes.take(f"{_UNEXPECTED}: {context.get('message', '')}", error)
