"""What every call to the API passes: the faults that may hit it, and the journal that notes how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from evce_simulator import effects
from evce_simulator.accounts import Accounts
from evce_simulator.clock import Clock
from evce_simulator.effects import Reply
from evce_simulator.faults import ActiveFault, Faults
from evce_simulator.journal import Journal
from evce_simulator.server import CONNECTION, CutConnectionError, QuietConnection

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Front:
    """A WSGI application around the API's own; `base_path` is what the journal and faults leave out of paths."""

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
        connection: QuietConnection | None = environ.get(CONNECTION)
        dropped_by = connection.dropped_by if connection else None
        fault = self._faults.hit(method, path) if is_api and dropped_by is None else None
        status = [0]
        try:
            if dropped_by is not None:
                raise CutConnectionError(reset=False)
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
                    fault=fault.row.name if fault else dropped_by,
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
        reply = self._reply(environ, kind, options)
        status[0] = reply.status
        if kind == "dropped" and fault and CONNECTION in environ:
            environ[CONNECTION].dropped_by = fault.row.name
        write = start_response(reply.status_line, reply.headers)
        if kind == "truncated":
            write(reply.body[: options["at"]])
            raise CutConnectionError(reset=False)
        if kind == "dribbled":
            self._dribble(write, reply.body, options)
            return []
        return [reply.body]

    def _reply(self, environ: WSGIEnvironment, kind: str, options: dict[str, Any]) -> Reply:
        """Make the answer that a fault of this kind leads to."""
        if kind == "status":
            return effects.error_reply(options)
        if kind != "shift":
            reply = self._ask(environ)
            return _CHANGES[kind](reply, options) if kind in _CHANGES else reply
        query = environ.get("QUERY_STRING", "")
        asked = effects.shifted_query(query, options["count"], options["page"])
        reply = self._ask(environ | {"QUERY_STRING": asked})
        return effects.shortened(reply, options["count"]) if effects.is_later_page(query) else reply

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


_CHANGES: dict[str, Callable[[Reply, dict[str, Any]], Reply]] = {
    "html": lambda reply, _: effects.html(reply),
    "short": lambda reply, options: effects.short(reply, options["at"]),
    "object": lambda reply, options: effects.with_bad_object(reply, options["change"], options.get("id")),
    "field": effects.with_odd_field,
    "list": lambda reply, options: effects.without_objects(reply, options["count"]),
    "dropped": lambda reply, _: effects.kept_alive(reply),
}
"""What faults leave of an answer, by kind; faults of other kinds leave it whole."""
