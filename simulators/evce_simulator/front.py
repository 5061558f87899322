"""What every call to the API passes: the faults that may hit it, and the journal that notes how it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evce_simulator import effects
from evce_simulator.accounts import Accounts
from evce_simulator.clock import Clock
from evce_simulator.effects import Reply
from evce_simulator.faults import ActiveFault, Faults
from evce_simulator.journal import Journal
from evce_simulator.server import CutConnectionError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Front:
    """A WSGI application around the API's own; `base_path` is what the journal and faults leave out of paths.

    CutConnectionError when a fault cuts the connection.
    """

    def __init__(
        self,
        app: WSGIApplication,
        base_path: str,
        clock: Clock,
        accounts: Accounts,
        faults: Faults,
        journal: Journal,
        stop: threading.Event,
    ) -> None:
        self._app = app
        self._base_path = base_path
        self._clock = clock
        self._accounts = accounts
        self._faults = faults
        self._journal = journal
        self._stop = stop

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        began, monotonic = self._clock.now(), self._clock.monotonic()
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(self._base_path)
        is_api = environ["PATH_INFO"].startswith(f"{self._base_path}/")
        fault = self._faults.hit(method, path) if is_api else None
        status = [0]
        try:
            return self._answer(environ, start_response, fault, status)
        finally:
            if is_api:
                self._journal.add(
                    time=began,
                    monotonic=monotonic,
                    method=method,
                    path=path,
                    query=environ.get("QUERY_STRING", ""),
                    status=status[0],
                    seconds=self._clock.monotonic() - monotonic,
                    fault=fault.row.name if fault else None,
                )

    def _answer(
        self, environ: WSGIEnvironment, start_response: StartResponse, fault: ActiveFault | None, status: list[int]
    ) -> Iterable[bytes]:
        """Answer as the fault wants it; `status` tells what was sent."""
        kind, options = (fault.row.kind, fault.options) if fault else ("", {})
        if kind == "cut":
            if options.get("carry_out"):
                self._ask(environ)
            raise CutConnectionError(reset=options["reset"])
        if kind == "expired-token":
            self._accounts.expire_tokens()
        if kind == "slow" and fault:
            self._wait(effects.waiting_time(fault.draws, options["delay"], options.get("sigma")))
        reply = effects.error_reply(options) if kind == "status" else _changed(self._ask(environ), kind, options)
        status[0] = reply.status
        write = start_response(reply.status_line, reply.headers)
        if kind == "truncated":
            write(reply.body[: options["at"]])
            raise CutConnectionError(reset=False)
        if kind == "dribbled":
            self._dribble(write, reply.body, options)
            return []
        return [reply.body]

    def _ask(self, environ: WSGIEnvironment) -> Reply:
        """Let the API answer."""
        head: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], _trouble: object = None, /) -> Any:  # noqa: ANN401 - WSGI's write, not used
            head[:] = [int(status.partition(" ")[0]), headers]

        body = b"".join(self._app(environ, keep))
        return Reply(head[0], head[1], body)

    def _dribble(self, write: Any, body: bytes, options: dict[str, Any]) -> None:  # noqa: ANN401 - WSGI's write
        """Send the body in parts with a wait before each."""
        size = max(1, -(-len(body) // int(options["parts"])))
        for start in range(0, len(body), size):
            self._wait(options["delay"])
            write(body[start : start + size])

    def _wait(self, seconds: float) -> None:
        self._clock.wait(self._stop, seconds)


def _changed(reply: Reply, kind: str, options: dict[str, Any]) -> Reply:
    """Return the answer as a fault of this kind leaves it."""
    if kind == "html":
        return effects.html(reply)
    if kind == "short":
        return effects.short(reply, options["at"])
    if kind == "object":
        return effects.with_bad_object(reply, options["change"], options.get("id"))
    if kind == "list":
        return effects.without_objects(reply, options["count"])
    return reply
