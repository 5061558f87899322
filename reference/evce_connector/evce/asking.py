"""What is asked of a controller and what it answers, whatever its dialect: one request, one answer.

`EvceClient` carries requests out; the contract's API and dialects (reference/PROFILES.md) make them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from evce_connector.evce.convert import Json


@dataclass(frozen=True)
class Request:
    """One request below the base URL; `query` is added to the path, and `json` or `form` is the body if it has one.

    `path` may hold a query of its own, as the one of a `Link` header does.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Json = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    """A good answer: its headers by names without regard to capitals, its body, and what that decodes to as JSON."""

    headers: Mapping[str, str]
    body: bytes
    document: Json


Ask = Callable[[Request], Answer]
"""Carries out one request; an EvceError when there is no good answer."""


class Numbers(Protocol):
    """Which number stands for an object that its controller names by a text; the same one for ever."""

    def number(self, kind: str, text: str, wished: int | None = None) -> int:
        """Return the number of an object of a kind (`zone`, `station`, `connector`, `plug 7`).

        A new one gets `wished` if nobody of its kind has that, else the next that is free.
        """
        ...

    def text(self, kind: str, number: int) -> str | None:
        """Return the text that a number stands for, None where it stands for none."""
        ...
