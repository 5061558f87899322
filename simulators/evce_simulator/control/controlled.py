"""What is controlled from here, as far as the control plane needs it."""

from __future__ import annotations

from typing import Any, Protocol

from evce_simulator.clock import VirtualClock
from evce_simulator.faults import Faults
from evce_simulator.journal import Journal
from evce_simulator.model import Model


class Controlled(Protocol):
    """The simulator."""

    clock: VirtualClock
    model: Model
    faults: Faults
    journal: Journal
    control_token: str

    @property
    def url(self) -> str:
        """Base URL of the API."""
        ...

    def clear_faults(self, name: str | None = None) -> None:
        """End all faults, or those of a name."""
        ...

    def save(self) -> dict[str, Any]:
        """Return the whole state as a snapshot."""
        ...

    def load(self, saved: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        ...

    def reset(self, seed: int | None = None) -> None:
        """Begin the scenario anew."""
        ...
