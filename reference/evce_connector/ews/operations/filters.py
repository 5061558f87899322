"""Filters of alarm and system events, checked alike for every operation that has one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from evce_connector.ews.operations.call import members
from evce_connector.ews.wire.faults import EwsFault
from evce_connector.persistence.alarm_table import Selection

MOST_URGENT, LEAST_URGENT = 0, 1000


def is_empty(filter_: Any) -> bool:  # noqa: ANN401 - spyne is untyped
    """Tell whether a filter is absent or chooses nothing: some clients send an empty one always."""
    return filter_ is None or (
        filter_.PriorityFrom is None and filter_.PriorityTo is None and not members(filter_.Types, "Type")
    )


def selection(filter_: Any, known_types: Collection[str]) -> Selection:  # noqa: ANN401 - spyne is untyped
    """Read priorities and types of a filter that may be absent.

    Either priority may stand alone; both are inclusive. EwsFault Invalid_Priority when they are outside 0 to 1000 or
    not in their order, Invalid_Type when a type is unknown.
    """
    if filter_ is None:
        return Selection()
    low, high = filter_.PriorityFrom, filter_.PriorityTo
    bounds = [bound for bound in (low, high) if bound is not None]
    if any(not MOST_URGENT <= bound <= LEAST_URGENT for bound in bounds) or bounds != sorted(bounds):
        raise EwsFault("Invalid_Priority", "Priorities are 0 to 1000, PriorityFrom not above PriorityTo.")
    types = frozenset(members(filter_.Types, "Type"))
    if not types <= set(known_types):
        raise EwsFault("Invalid_Type", "A type of the filter is none that this server has.")
    return Selection(priority_from=low, priority_to=high, types=types)
