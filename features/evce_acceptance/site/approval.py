"""Who allowed a run to write, and the guard in front of both ends: without a name nothing that changes is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import requests
from ebo_simulator.clock import Clock
from evce_acceptance.results.verdicts import InconclusiveError
from evce_acceptance.site.wire import Pace, PacedAdapter, WireLog

_BODY = re.compile(r"<(?:[\w.-]+:)?Body[^>]*>\s*<(?:[\w.-]+:)?(\w+?)(?:Request)?[\s>/]")
_READS = re.compile(r"Get\w+|Subscribe|Unsubscribe|Renew")
"""EWS operations that change nothing at the controller and acknowledge no alarm."""


class WriteRefusedError(InconclusiveError):
    """A write was refused before it was sent; the message says why, and what would allow it."""


class ReadOnlyError(WriteRefusedError):
    """A changing call came to a client that only reads; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who answers for the writes of a run; without a name nobody does."""

    name: str = ""
    allow_writes: bool = False

    @property
    def given(self) -> bool:
        """Whether writes are allowed, and by somebody."""
        return self.allow_writes and bool(self.name.strip())


NOT_APPROVED = Approval()


class GuardedAdapter(PacedAdapter):
    """A paced adapter that lets nothing through that changes the site, unless somebody approved of writes.

    What is not known to read counts as changing.
    """

    def __init__(self, party: str, pace: Pace, log: WireLog, clock: Clock, approval: Approval = NOT_APPROVED) -> None:
        super().__init__(party, pace, log, clock)
        self._approval = approval

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as in requests
        """Send what may be sent; ReadOnlyError for the rest, before anything is on the wire."""
        changing = changes(request)
        if changing and not self._approval.given:
            raise ReadOnlyError(
                f"{changing} would change the site and was not sent. Allow it with --allow-writes --approved-by NAME."
            )
        return super().send(request, *args, **kwargs)


def changes(request: requests.PreparedRequest) -> str:
    """Return the name of a request that may change something, "" for one that only reads or logs in."""
    path = request.path_url.partition("?")[0]
    if request.method in ("GET", "HEAD") or (request.method == "POST" and path.endswith("/login")):
        return ""
    body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else str(request.body or "")
    operation = _BODY.search(body)
    if request.method != "POST" or operation is None:
        return f"{request.method} {path}"
    return "" if _READS.fullmatch(operation[1]) else operation[1]
