"""What a handler is told of a call, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evce_connector.ews.settings import User
from evce_connector.ews.wire.faults import EwsFault

VERSIONS = ("1.1", "1.2")

Answer = Mapping[str, Any] | bytes | Iterable[bytes]
"""Members of the response message, or its content already written, in parts that may be made as they are taken."""


@dataclass(slots=True)
class Call:
    """One call of an operation; handlers enter in `items` how many items it was about."""

    operation: str
    version: str
    user: User
    client: str
    items: int = 0


Handler = Callable[[Call, Any], Answer]
"""From the call and its decoded request (spyne object of the contract's type) to the answer; raises EwsFault."""


def version_of(asked: str | None) -> str:
    """Return the version to answer in: the one asked for when it is 1.1 or 1.2, else 1.2 (docs/ews.md, Envelope)."""
    return asked if asked in VERSIONS else "1.2"


def members(list_: Any, name: str = "Id") -> list[str]:  # noqa: ANN401 - spyne is untyped
    """Return the texts of a list element, a nil one as empty; none when the list is absent."""
    return [] if list_ is None else [part or "" for part in getattr(list_, name) or []]


def needed_ids(list_: Any) -> list[str]:  # noqa: ANN401 - spyne is untyped
    """Return the ids of a list that an operation cannot do without; the EwsFault Missing_Id_List when it has none."""
    ids = members(list_)
    if not ids:
        raise EwsFault("Missing_Id_List", "The request must name at least one id.")
    return ids


def paired(first: Any, second: Any, fault: str, what: str) -> tuple[Any, Any]:  # noqa: ANN401 - any two of a type
    """Return two bounds that go together: both or neither, in their order; else an EwsFault of that name."""
    if (first is None) != (second is None):
        raise EwsFault(fault, f"{what}From and {what}To go together: send both or neither.")
    if first is not None and first > second:
        raise EwsFault(fault, f"{what}From must not be above {what}To.")
    return first, second
