"""Where the value of a data point comes from, in words and as the fields of the model that it is made of."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

from evce_connector.points.index import SiteNode
from evce_connector.points.tree import ValueItem
from evce_connector.site.catalogue import BY_NAME, PARTS
from evce_connector.site.datapoint import Count, DataPoint, Field, Formula, OfReduction, Phase, StatusIs, Sum

_ANY: Any = SimpleNamespace(dc=False, phase_connection="tri", missing=frozenset())
"""A connector on three phases, for what a formula needs of any."""


def fields_of(point: DataPoint, node: SiteNode | None = None) -> list[str]:
    """Return the fields that a data point is read from (`max_current`, `reduction.value`); none where it is a sum.

    What a formula needs can differ from object to object; without one it is what a three-phase connector needs.
    """
    needs = point.needs(node.model if node else _ANY)
    if isinstance(point.source, Phase | Formula):
        return sorted({name.partition(".")[0] for name in needs})
    return sorted(needs)


def in_words(point: DataPoint) -> str:
    """Say how a value follows from what was read: the catalogue's source, or the guide's formula."""
    words = "kept by the connector itself"
    match point.source:
        case Field(name):
            words = f"{name}, as read"
        case Phase(name, phase):
            words = f"phase {phase} of {name}"
        case StatusIs(status):
            words = f"whether status is {status}"
        case OfReduction(name):
            words = f"{name} of the zone's reduction"
        case Formula(function):
            said = inspect.getdoc(function) or function.__name__
            words = said.partition("\n")[0].removeprefix("Return").strip(" ,.")
        case Sum(part):
            words = f"sum of {part} over the {PARTS[point.level]}s"
        case Count(level):
            words = f"number of {level}s below"
    return words


def summed(point: DataPoint) -> DataPoint | None:
    """Return the data point of the level below that one is the sum of; None for another."""
    return BY_NAME[point.source.part] if isinstance(point.source, Sum) else None


def parts_of(node: SiteNode, point: DataPoint) -> list[tuple[SiteNode, ValueItem]]:
    """Return the items that a value is the sum of."""
    part = summed(point)
    return [(below, below.item(part.name)) for below in node.parts] if part else []
