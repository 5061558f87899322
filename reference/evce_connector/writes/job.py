"""What one SetValues asks of one zone or connector, within what time, and what becomes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evce_connector.points.write_request import WriteRequest, WriteResult, held_back
from evce_connector.site.values import Value
from evce_connector.writes.heartbeat import Kept
from evce_connector.writes.rules import Refusal, failed

PATIENCE = 8.0
"""Seconds for everything that one SetValues asks for, waiting for other writes included."""
SENDING = 0.7
"""Share of it after which nothing is sent any more: the rest is for reading back what became of it."""
TIMEOUT = failed("TIMEOUT")
DONE = WriteResult(success=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one group of requests ended, and what the ledger should know; `culprit` names the one item it failed by."""

    result: WriteResult
    answer: str = ""
    valid_until: str = ""
    culprit: str = ""

    @classmethod
    def of(cls, refusal: Refusal) -> Outcome:
        """Return the outcome of a group of which one item cannot be."""
        return cls(refusal.result, culprit=refusal.item)

    def result_of(self, request: WriteRequest) -> WriteResult:
        """Return one request's result: the group's, unless only another item is to blame."""
        return self.result if self.culprit in ("", request.item.name) else held_back(self.culprit)


@dataclass(frozen=True, slots=True)
class Job:
    """What one SetValues asks of one zone or connector; instants in s of the network's clock."""

    folder: str
    requests: Sequence[WriteRequest]
    user: str
    client: str
    send_until: float
    deadline: float
    renews: Kept | None = None
    """The reduction that is to be prolonged, if the controller still has that one."""

    @property
    def wanted(self) -> dict[str, Value]:
        """The values by the names of their data points."""
        return {request.item.name: request.value for request in self.requests}


def groups(requests: Sequence[WriteRequest]) -> dict[str, list[int]]:
    """Put together the requests that belong to one zone or connector, by its folder."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, request in enumerate(requests):
        groups[request.place].append(number)
    return groups
