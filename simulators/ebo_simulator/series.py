"""A history as it is written, listed or drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ebo_simulator.events import HistoryRecord


@dataclass(frozen=True, slots=True)
class Series:
    """A history as read: the name and path of its item, EWS type, unit, records in time order."""

    name: str
    path: str
    type: str
    unit: str
    records: list[HistoryRecord]
