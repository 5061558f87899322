"""A network between a client and a PostgreSQL that can swallow whatever is sent: no answer, and no end either."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 65536


class Network:
    """Passes bytes on, both ways, until it is told to swallow them; new connections are taken all the same."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._flows = threading.Event()
        self._flows.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    def swallow(self) -> None:
        """Swallow all that comes from now on, what was on its way included."""
        self._flows.clear()

    def flow(self) -> None:
        """Pass on what comes from now on; what was swallowed is lost."""
        self._flows.set()

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        """Serve on a port of loopback until stopped."""
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(_PIECE):
                if self._flows.is_set():
                    sink.write(piece)
                    await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()
            with suppress(ConnectionError):
                await sink.wait_closed()


@contextmanager
def network(port: int) -> Iterator[Network]:
    """Lay a network in front of a port of this machine."""
    made, started = Network(port), threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(made.serve(started, stop)), name="network")
    thread.start()
    started.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
