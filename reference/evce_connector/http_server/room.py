"""Bounds of what a server works on at a time: threads, requests that wait for one, and large answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from evce_connector.errors import ConnectorError

_log = logging.getLogger("evce_connector.http")

Answer = TypeVar("Answer")
LARGE = 64 * 1024
"""Bytes from which on an answer counts as long as its client has not taken it."""


class NoRoomError(ConnectorError):
    """The server is full; the text says of what, and what to do."""


class Pool:
    """Threads for what may wait; a bounded number of requests waits for them."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._threads, self._waiting = threads, waiting
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._begun = 0
        self._for_nobody: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Whether the next request would be refused."""
        return self._begun >= self._threads + self._waiting

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Work on a thread; NoRoomError when too many requests wait for one already."""
        if self.is_full:
            raise NoRoomError(f"{self._threads} requests are worked on and {self._waiting} wait; try again later.")
        self._begun += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._begun -= 1

    def begin(self, work: Callable[[], None]) -> None:
        """Work on a thread for nobody; what it raises is logged, and when too many wait it is left undone."""
        task = asyncio.get_running_loop().create_task(self._logged(work))
        self._for_nobody.add(task)  # the loop itself keeps no task alive
        task.add_done_callback(self._for_nobody.discard)

    async def _logged(self, work: Callable[[], None]) -> None:
        try:
            await self.run(work)
        except NoRoomError:
            _log.warning("What the server had put off was left undone: too many requests wait for its threads.")
        except Exception:  # noqa: BLE001 - nobody waits for it, so that nobody else would hear
            _log.exception("What the server had put off failed")

    def stop(self) -> None:
        """Begin nothing more, and wait for what runs."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class AnswerRoom:
    """Room for large answers, in bytes: made one at a time, and counted until their clients have taken them."""

    def __init__(self, size: int, patience: float) -> None:
        self._size, self._patience = size, patience
        self._taken = 0
        self._changed = asyncio.Condition()
        self._making = asyncio.Semaphore()
        self._asked = 0

    @asynccontextmanager
    async def turn(self, most: int) -> AsyncIterator[None]:
        """Have the turn of making a large answer; NoRoomError when so many requests wait for it already."""
        if self._asked > most:
            raise NoRoomError(f"{most} requests with large answers wait for their turn; try again later.")
        self._asked += 1
        try:
            async with self._making:
                yield
        finally:
            self._asked -= 1

    async def take(self, length: int) -> int:
        """Take room for an answer, and return how much: none for a small one; one alone may exceed all the room.

        NoRoomError when none becomes free in time.
        """
        if length <= LARGE:
            return 0
        async with self._changed:
            try:
                async with asyncio.timeout(self._patience):
                    await self._changed.wait_for(lambda: not self._taken or self._taken + length <= self._size)
            except TimeoutError as error:
                megabytes = self._size // 1024 // 1024
                text = f"{megabytes} MB of large answers wait for their clients; take them, or ask for fewer ids."
                raise NoRoomError(text) from error
            self._taken += length
        return length

    async def free(self, taken: int) -> None:
        """Give room back."""
        if taken:
            async with self._changed:
                self._taken -= taken
                self._changed.notify_all()
