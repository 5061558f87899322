"""What else stands on the controller while a lease holds: nobody writes to it, so that nothing of it may change.

What can be written is looked at: the reductions of zones, the availability of connectors. A reduction that ends by its
validity has not been changed by anybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from evce_acceptance.checks.matching import described
from evce_acceptance.site.objects import Json, Report

ZONE, CONNECTOR = "zone", "connector"


class Bystander(NamedTuple):
    """An object beside the target of a lease: its kind, the controller's id, its name in words, and what it has."""

    kind: str
    id: int
    name: str
    state: Json | None


def bystanders(report: Report, kind: str, target: int) -> list[Bystander]:
    """Return what a report says of every zone and connector but the target."""
    found = [Bystander(ZONE, one["id"], described(ZONE, one), reduction_of(one)) for one in report["zones"]]
    found += [
        Bystander(CONNECTOR, one["id"], described(CONNECTOR, one), {"available": one["available"]})
        for one in report["connectors"]
    ]
    return [one for one in found if (one.kind, one.id) != (kind, target)]


def reduction_of(zone: Json) -> Json | None:
    """Return what matters of a zone's reduction."""
    reduction = zone["reduction"]
    return None if reduction is None else {name: reduction[name] for name in ("value", "validity")}


def is_over(state: Json | None, now: datetime) -> bool:
    """Say whether a reduction ends by itself up to an instant of the controller's clock."""
    return state is not None and "validity" in state and datetime.fromisoformat(state["validity"]) <= now
