"""What a check is told, and how it says what it found: a function by the id of its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from ebo_simulator.clock import Clock
from evce_acceptance.ews.results import Exchange
from evce_acceptance.ews.server import NotTestedError, Server, WrongError
from evce_acceptance.ews.site import Site

Read = TypeVar("Read")


@dataclass
class Case:
    """A server in one version, what is known of its site, and what may be written to it."""

    server: Server
    site: Site
    clock: Clock
    writes: Mapping[str, str] = field(default_factory=dict)
    acknowledge: tuple[str, ...] = ()
    _kept: dict[str, tuple[Any, Exchange | None]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self.clock.now()

    def kept(self, name: str, read: Callable[[], Read]) -> Read:
        """Read something once for all checks that look at it; a failure shows the exchange in which it was read."""
        if name not in self._kept:
            self._kept[name] = read(), self.server.last
        found, self.server.last = self._kept[name]
        return cast("Read", found)


Check = Callable[[Case], None]
_CHECKS: dict[str, Check] = {}


def check(*ids: str) -> Callable[[Check], Check]:
    """Enter a function as the check of the rows with these ids.

    It returns when all is right, raises WrongError with a sentence of what is not, or NotTestedError with why it cannot
    be looked at.
    """

    def enter(function: Check) -> Check:
        for id_ in ids:
            if id_ in _CHECKS:
                raise ValueError(f"there are two checks {id_}")
            _CHECKS[id_] = function
        return function

    return enter


def entered() -> Mapping[str, Check]:
    """Return the functions that were entered so far, by id."""
    return _CHECKS


def expect(right: object, sentence: str) -> None:
    """Raise WrongError with a sentence unless something is right."""
    if not right:
        raise WrongError(sentence)


def some(texts: Iterable[object], most: int = 5) -> str:
    """Name some of many, for a sentence."""
    named = [str(text) for text in texts]
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return ", ".join(named[:most]) + more


__all__ = ["Case", "NotTestedError", "WrongError", "check", "entered", "expect", "some"]
