"""Where writes go: the EWS server checks them and hands them to a Writer; processors implement it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from evce_connector.points.tree import ValueItem
from evce_connector.values import Value


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """A value that parsed as the type of its writeable item."""

    item: ValueItem
    value: Value


@dataclass(frozen=True, slots=True)
class WriteResult:
    """Outcome of one write; the message is empty on success, `OPERATION_FAILED: <why>` otherwise."""

    success: bool
    message: str = ""


class Writer(Protocol):
    """Carries out what one SetValues asks for, all at once, within 8 s (clients wait 10)."""

    def write(self, requests: Sequence[WriteRequest], user: str, client: str) -> list[WriteResult]:
        """Write; return a result for each request, in their order. Never raises."""
        ...


class RefusingWriter:
    """Stands in where nothing implements writes."""

    def write(self, requests: Sequence[WriteRequest], user: str, client: str) -> list[WriteResult]:
        """Refuse every request."""
        del user, client
        return [WriteResult(False, "OPERATION_FAILED: writes are not enabled")] * len(requests)
