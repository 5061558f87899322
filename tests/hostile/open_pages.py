"""Browsers with open pages, as a child: each asks for its table each two seconds, as portal.js does, with its ETag."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from load import clock
from load.processes import serve
from tests.hostile.stalling import raise_file_limit

EACH = 2.0
"""Time in s between an answer and the next question, as in portal.js."""
PATIENCE = 8.0
"""Time in s after which a page says that the connector does not answer."""
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_TAG = re.compile(rb"\r\netag: ([^\r]+)", re.IGNORECASE)


@dataclass
class Seen:
    """What came of the questions: how often which status came, 0 for none, and the slowest answer in s."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0


class Page:
    """A page that is open: keeps its connection and the tag of what it shows."""

    def __init__(self, server: tuple[str, int], head: bytes) -> None:
        self._server, self._head = server, head
        self._tag = b""

    async def live(self, seen: Seen) -> None:
        """Ask again and again until this is cancelled, and connect anew where the connection is closed."""
        await asyncio.sleep(EACH * random.random())  # noqa: S311 - no secret
        while True:
            try:
                reader, writer = await asyncio.open_connection(*self._server)
                with contextlib.closing(writer):
                    while True:
                        await self._ask(reader, writer, seen)
                        await asyncio.sleep(EACH)
            except (OSError, asyncio.IncompleteReadError):
                seen.statuses[0] += 1
                await asyncio.sleep(EACH)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Seen) -> None:
        """Ask once; OSError when nothing comes in time, IncompleteReadError when the connection ends."""
        started = clock.wall()
        writer.write(self._head + (b"If-None-Match: %s\r\n\r\n" % self._tag if self._tag else b"\r\n"))
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            if length := _LENGTH.search(head):
                await reader.readexactly(int(length[1]))
        if tag := _TAG.search(head):
            self._tag = tag[1]
        seen.statuses[int(head[9:12])] += 1
        seen.slowest = max(seen.slowest, clock.wall() - started)


class OpenPages:
    """Pages that are opened and closed when a test says so, all from one address, as behind a proxy."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._open: list[asyncio.Task[None]] = []
        self._seen = Seen()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def open(self, count: int, address: str, headers: dict[str, str], paths: list[str]) -> int:
        """Open so many pages, which ask for the paths in turn; `headers` are those of a browser with a session."""
        parts = urlsplit(address)
        server = parts.hostname or "", parts.port or 80
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": parts.netloc, **headers}.items())
        self._seen = Seen()

        async def begin() -> None:
            for number in range(count):
                head = f"GET {paths[number % len(paths)]} HTTP/1.1\r\n{lines}".encode()
                self._open.append(asyncio.create_task(Page(server, head).live(self._seen)))

        asyncio.run_coroutine_threadsafe(begin(), self._loop).result()
        return count

    def close(self) -> dict[str, Any]:
        """Close all pages; returns how often which status came, and the slowest answer in s."""

        async def end() -> None:
            for page in self._open:
                page.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)
            self._open.clear()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        return {"statuses": dict(self._seen.statuses), "slowest": self._seen.slowest}


def main() -> None:
    """Open and close pages when told to."""
    raise_file_limit()
    pages = OpenPages()
    serve({}, {"open": pages.open, "close": pages.close})
    pages.close()


if __name__ == "__main__":
    main()
