"""What goes wrong or is reserved by itself on a lifelike site: when, at which connector, and with what error code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from evce_simulator import ocpp
from evce_simulator.draws import Draws
from evce_simulator.units import HOUR, MINUTE

_STREAM = 5
_EVERY = 48 * HOUR  # ms from one incident to the next at one connector, on the average
_FAULTS = 40  # of a hundred incidents; the others are reservations
_REPAIRED_WITHIN = (10, 120)  # minutes
_COMES = 70  # of a hundred who reserved
_ERROR_CODES = tuple(code for code in ocpp.ERROR_CODES if code != "NoError")


@dataclass(frozen=True, slots=True)
class Incident:
    """A reservation of a connector, or with an error code a fault that is `repaired` (ms) after it began."""

    connector: int
    error_code: str = ""
    repaired: int = 0

    def can_happen(self, status: str) -> bool:
        """Say whether a connector with this status can fail, or be reserved."""
        return status not in {ocpp.FAULTED, ocpp.UNAVAILABLE} if self.error_code else status == ocpp.AVAILABLE


class Incidents:
    """The incidents of a site, drawn by its seed; `due` (ms of the site) is when the next one happens."""

    def __init__(self, seed: int) -> None:
        self.draws = Draws(seed, _STREAM)
        self.due = 0

    def plan(self, now: int, connectors: int) -> int:
        """Draw when the next incident happens on a site with so many connectors, and return that."""
        self.due = now + max(1, 2 * self.draws.below(_EVERY) // max(1, connectors))
        return self.due

    def draw(self, connectors: Collection[int]) -> Incident | None:
        """Draw what happens to which of the connectors; None where there are none."""
        if not connectors:
            return None
        number = sorted(connectors)[self.draws.below(len(connectors))]
        if not self.draws.happens(_FAULTS):
            return Incident(number)
        code = _ERROR_CODES[self.draws.below(len(_ERROR_CODES))]
        return Incident(number, code, self.draws.between(*_REPAIRED_WITHIN) * MINUTE)

    def who_reserved_comes(self) -> bool:
        """Draw whether somebody who reserved comes at last."""
        return self.draws.happens(_COMES)
