"""The fault contract as data: what can be raised by name, and what the connector is expected to show."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from evce_simulator.errors import ActionError


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the connector shows while a fault hits every call; `notice` and `recover` in intervals of polling."""

    poll: str
    state: str
    of: str
    alarm: str
    notice: int
    recover: int


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A row of the catalogue; `options` may be given other values when the fault is raised."""

    name: str
    about: str
    kind: str
    expect: Expectation
    options: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the row for a machine."""
        return asdict(self)


@cache
def catalogue() -> dict[str, FaultRow]:
    """Return all faults by name."""
    text = (resources.files("evce_simulator") / "faults.toml").read_text(encoding="utf-8")
    return {
        name: FaultRow(name, row["about"], row["kind"], Expectation(**row["expect"]), row.get("with", {}))
        for name, row in tomllib.loads(text).items()
    }


def fault_named(name: str) -> FaultRow:
    """Return a fault; ActionError says which there are."""
    if name not in catalogue():
        raise ActionError(f"There is no fault {name!r}; there are {', '.join(catalogue())}.")
    return catalogue()[name]
