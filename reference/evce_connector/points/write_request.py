"""Where writes go: the EWS server checks them and hands them to a Writer; processors implement it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from evce_connector.points.tree import ValueItem
from evce_connector.site.values import Value


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """A value that parsed as the type of its writeable item.

    `beside` names an item of the same place in the same SetValues that was refused before: then nothing of this place
    is sent, whatever its writer thinks of this value.
    """

    item: ValueItem
    value: Value
    beside: str = ""

    @property
    def place(self) -> str:
        """Key of the folder of its zone or connector."""
        return place_of(self.item.key)


@dataclass(frozen=True, slots=True)
class WriteResult:
    """Outcome of one write; the message is empty on success, `OPERATION_FAILED: <why>` otherwise."""

    success: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """A write that no writer got to see: who sent it, and item and value as they were sent; `old` is what it shows."""

    user: str
    client: str
    item: str
    old: str
    new: str
    why: str


Refused = Callable[[RefusedWrite], object]
"""Is told of each such write, and neither waits nor raises."""


def place_of(key: str) -> str:
    """Return the folder that an item's key or id belongs to."""
    return key.rpartition("/")[0]


def held_back(culprit: str) -> WriteResult:
    """Say that a good value was not written because another one of its zone or connector was refused."""
    why = f"nothing was sent, because {culprit} in the same request is refused: correct it or leave it out, and repeat"
    return WriteResult(success=False, message=f"OPERATION_FAILED: {why}")


class Writer(Protocol):
    """Carries out what one SetValues asks for, all at once, within 8 s (clients wait 10).

    What belongs to one place, a zone or a connector, is written whole or not at all: half of it is not what was meant.
    """

    def write(self, requests: Sequence[WriteRequest], user: str, client: str) -> list[WriteResult]:
        """Write; return a result for each request, in their order. Never raises."""
        ...


class RefusingWriter:
    """Stands in where nothing implements writes."""

    def write(self, requests: Sequence[WriteRequest], user: str, client: str) -> list[WriteResult]:
        """Refuse every request."""
        del user, client
        return [WriteResult(False, "OPERATION_FAILED: writes are not enabled")] * len(requests)
