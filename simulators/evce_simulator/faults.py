"""Faults on command: which are active, which call they hit, and when they are over."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from evce_simulator.catalogue import FaultRow, fault_named
from evce_simulator.clock import Clock
from evce_simulator.draws import Draws
from evce_simulator.errors import ActionError, SimulatorError

_PERMILLE = 1000
# What may be given beside the options of a fault's own row.
_FREE_OPTIONS = {"id", "password", "delay"}
_OPTIONS_BY_KIND = {"status": {"retry_after"}}


@dataclass
class ActiveFault:
    """A fault that was raised: what it hits (method, path after /api/v2, * at the end for a beginning) and how long.

    It is over after `calls` hits or when the clock has gone `seconds` on, whichever comes first; with neither, when it
    is cleared. With a `probability` it hits so many of the fitting calls, drawn by the simulator's seed.
    """

    number: int
    row: FaultRow
    draws: Draws
    ends: float
    calls: int | None = None
    probability: float | None = None
    method: str | None = None
    path: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0
    on_end: Callable[[], None] | None = None

    def fits(self, method: str, path: str) -> bool:
        """Say whether a call is among those that it hits; a draw is taken for each call that could be."""
        if self.method and self.method != method:
            return False
        if self.path and not (path.startswith(self.path[:-1]) if self.path.endswith("*") else path == self.path):
            return False
        return self.probability is None or self.draws.below(_PERMILLE) < self.probability * _PERMILLE

    def as_json(self) -> dict[str, Any]:
        """Return the fault for a machine; a password in the options is not shown."""
        options = {name: value for name, value in self.options.items() if name != "password"}
        return {
            "number": self.number,
            "name": self.row.name,
            "calls": self.calls,
            "ends": None if self.ends == float("inf") else self.ends,
            "probability": self.probability,
            "method": self.method,
            "path": self.path,
            "options": options,
            "hits": self.hits,
        }


class Faults:
    """The active faults; `starts` has, by kind, what to do when a fault begins: it returns what to do at its end."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.starts: dict[str, Callable[[ActiveFault], Callable[[], None]]] = {}
        self._clock = clock
        self._seed = seed
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._active: list[ActiveFault] = []

    def add(
        self,
        name: str,
        *,
        calls: int | None = None,
        seconds: float | None = None,
        probability: float | None = None,
        method: str | None = None,
        path: str | None = None,
        **options: Any,  # noqa: ANN401 - each fault has options of its own kind
    ) -> ActiveFault:
        """Raise a fault by its name in the catalogue.

        ActionError when something about it is unknown or senseless, UnknownObjectError when the site has no such `id`.
        """
        row = fault_named(name)
        _check(row, calls, seconds, probability, options)
        with self._lock:
            number = next(self._numbers)
            fault = ActiveFault(
                number,
                row,
                Draws(self._seed, 3, number),
                ends=self._clock.monotonic() + seconds if seconds is not None else float("inf"),
                calls=calls,
                probability=probability,
                method=method.upper() if method else None,
                path=path,
                options=row.options | options,
            )
            self._active.append(fault)
        try:
            fault.on_end = self.starts[row.kind](fault) if row.kind in self.starts else None
        except SimulatorError:
            self._active.remove(fault)
            raise
        return fault

    def hit(self, method: str, path: str) -> ActiveFault | None:
        """Return the fault that hits a call, the one raised first among several; its hits are counted."""
        self.end_those_over()
        with self._lock:
            for fault in self._active:
                if fault.fits(method, path):
                    fault.hits += 1
                    return fault
        return None

    def active(self) -> list[ActiveFault]:
        """Return the faults that are not over."""
        self.end_those_over()
        with self._lock:
            return list(self._active)

    def clear(self, name: str | None = None) -> None:
        """End all faults, or those of a name."""
        self._end([fault for fault in self._active if name is None or fault.row.name == name])

    def end_those_over(self) -> None:
        """End faults whose calls or seconds are used up."""
        now = self._clock.monotonic()
        with self._lock:
            over = [
                fault
                for fault in self._active
                if now >= fault.ends or (fault.calls is not None and fault.hits >= fault.calls)
            ]
        self._end(over)

    def _end(self, faults: list[ActiveFault]) -> None:
        for fault in faults:
            with self._lock:
                if fault not in self._active:
                    continue
                self._active.remove(fault)
            if fault.on_end is not None:
                fault.on_end()


def _check(
    row: FaultRow, calls: int | None, seconds: float | None, probability: float | None, options: dict[str, Any]
) -> None:
    """Refuse what cannot be meant."""
    known = set(row.options) | _FREE_OPTIONS | _OPTIONS_BY_KIND.get(row.kind, set())
    unknown = sorted(set(options) - known)
    if unknown:
        raise ActionError(
            f"The fault {row.name} has no option {unknown[0]}; it has {', '.join(row.options) or 'none'}."
        )
    if row.kind == "refused" and (calls is not None or probability is not None):
        raise ActionError("Refused connections cannot be counted: give seconds, or clear the fault.")
    if calls is not None and calls < 1:
        raise ActionError(f"calls must be 1 or more, not {calls}.")
    if seconds is not None and seconds <= 0:
        raise ActionError(f"seconds must be above 0, not {seconds}.")
    if probability is not None and not 0 < probability <= 1:
        raise ActionError(f"probability must be above 0 and at most 1, not {probability}.")
