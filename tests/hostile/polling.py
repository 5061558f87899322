"""A good client as a child: polls over a connection that it keeps, and over one that it makes anew each time."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from http.client import HTTPException
from typing import Any

from load import clock
from load.driver import EwsDriver
from load.messages import get_values, trouble_in, values_of
from load.processes import serve
from tests.hostile.yardstick import Yardstick

PATIENCE = 8.0
"""Time in s after which the client gives up."""
LAST_WAIT = 60.0
"""Time in s after which it ends whatever came of it."""
PAUSE = 0.02
"""Time in s between two polls."""


@dataclass
class Seen:
    """What came of polls over one kind of connection; times in s."""

    answers: int = 0
    slowest: float = 0.0
    refusals: int = 0
    slowest_refusal: float = 0.0
    troubles: list[str] = field(default_factory=list)

    def poll(self, driver: EwsDriver, body: bytes, count: int) -> None:
        """Poll once, and note how it went; a connection that is refused or closed without an answer is a refusal."""
        started = clock.wall()
        try:
            answer = driver.send(body)
        except (OSError, HTTPException) as error:
            self.refusals += 1
            self.slowest_refusal = max(self.slowest_refusal, clock.wall() - started)
            if isinstance(error, TimeoutError):
                self.troubles.append(f"no answer within {PATIENCE:.0f} s")
            return
        self.slowest = max(self.slowest, clock.wall() - started)
        self.answers += 1
        got = len(values_of(answer.body))
        if trouble := trouble_in(*answer) or ("" if got == count else f"{got} values of {count}"):
            self.troubles.append(trouble)


class Client:
    """Polls between `begin` and `end`; its kept connection is made and logged in before."""

    def __init__(self) -> None:
        self._make: Callable[[], EwsDriver]
        self._kept: EwsDriver
        self._body = b""
        self._count = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen: dict[str, Seen] = {}
        self._yardstick: Yardstick

    def log_in(self, address: str, login: tuple[str, str], source: str, ids: list[str], ca: str, yardstick: int) -> int:
        """Connect and poll once; `yardstick` is the port of what is asked beside the connector."""
        self._yardstick = Yardstick(yardstick)
        context = ssl.create_default_context(cafile=ca) if ca else None
        self._make = lambda: EwsDriver(address, *login, PATIENCE, source=source, context=context)
        self._body, self._count = get_values(ids), len(ids)
        self._kept, first = self._make(), Seen()
        first.poll(self._kept, self._body, self._count)
        if first.troubles or not first.answers:
            raise RuntimeError(f"The first poll failed: {first}")
        return first.answers

    def begin(self) -> int:
        """Poll from now on."""
        self._stop.clear()
        self._seen = {"kept": Seen(), "fresh": Seen()}
        self._kept.reconnects = 0
        self._yardstick.begin()
        self._thread = threading.Thread(target=self._poll_always, daemon=True)
        self._thread.start()
        return 0

    def _poll_always(self) -> None:
        while not self._stop.wait(PAUSE):
            self._seen["kept"].poll(self._kept, self._body, self._count)
            with self._make() as fresh:
                self._seen["fresh"].poll(fresh, self._body, self._count)
            self._yardstick.ask()

    def end(self, least: int = 0) -> dict[str, Any]:
        """Stop polling once so many polls over each connection were answered or refused.

        Returns what was seen, how often the kept connection had been closed, the yardstick's slowest answer, and how
        slow its core was.
        """
        of = self._seen.values()
        clock.until(lambda: all(seen.answers + seen.refusals >= least for seen in of), LAST_WAIT)
        self._stop.set()
        if self._thread:
            self._thread.join()
        seen = {name: asdict(seen) for name, seen in self._seen.items()}
        beside = {"yardstick": self._yardstick.slowest, "slowness": self._yardstick.slowness}
        return seen | beside | {"reconnects": self._kept.reconnects}

    def close(self) -> None:
        """Stop polling and close the kept connection."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        self._kept.close()


def main() -> None:
    """Be a client that logs in when it is told to."""
    client = Client()
    serve({}, {"log_in": client.log_in, "begin": client.begin, "end": client.end})
    client.close()


if __name__ == "__main__":
    main()
