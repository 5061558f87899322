"""What a row of the catalogue is: a data point, where its value comes from, and how sure we are of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from functools import lru_cache
from operator import attrgetter
from typing import Any

from evce_connector.site.model import Connector, Reduction, Zone
from evce_connector.site.values import EPOCH, Value, ValueType


class Level(StrEnum):
    """Where in the tree a data point stands."""

    SITE = "site"
    ZONE = "zone"
    STATION = "station"
    CONNECTOR = "connector"
    INTERFACE = "interface"
    CURTAILMENT = "curtailment"


class UpdatedBy(StrEnum):
    """Which run brings the value: set-up alone, each poll, or our own calculation after each poll."""

    SETUP = "setup"
    POLLED = "polled"
    CALCULATED = "calculated"


class Mark(Flag):
    """What else is true of a data point. Without SCREEN or INFERRED a list of the guide gives it.

    FADING is plain, and changes by itself: when the controller has been gone for long it is Uncertain.
    """

    NONE = 0
    LIVE = auto()
    WRITEABLE = auto()
    HISTORY = auto()
    SCREEN = auto()
    INFERRED = auto()
    OURS = auto()
    FADING = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """The value of one field of the model object, as read."""

    name: str

    def reader(self) -> Callable[[Any], Value]:
        """Return the function that reads it."""
        return attrgetter(self.name)

    @property
    def needs(self) -> frozenset[str]:
        """What must have been read for it, as models name what is missing; so in the other sources."""
        return frozenset({self.name})


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase (1, 2 or 3) of a reading of a connector."""

    name: str
    phase: int

    def reader(self) -> Callable[[Connector], Value]:
        """Return the function that reads it."""
        reading, index = attrgetter(self.name), self.phase - 1
        return lambda connector: reading(connector)[index]

    @property
    def needs(self) -> frozenset[str]:
        """The phase of the reading."""
        return frozenset({f"{self.name}.{self.phase}"})


@dataclass(frozen=True, slots=True)
class StatusIs:
    """Whether a connector's status is this OCPP 1.6 word."""

    status: str

    def reader(self) -> Callable[[Connector], Value]:
        """Return the function that compares it."""
        status = self.status
        return lambda connector: connector.status == status

    @property
    def needs(self) -> frozenset[str]:
        """The status."""
        return frozenset({"status"})


NO_REDUCTION = Reduction(0.0, "percentage", "", EPOCH, "absolute")
"""What a zone without reduction shows; its validity is Uncertain (assumed)."""


@dataclass(frozen=True, slots=True)
class OfReduction:
    """One field of a zone's reduction."""

    name: str

    def reader(self) -> Callable[[Zone], Value]:
        """Return the function that reads it, of NO_REDUCTION where there is none."""
        reading = attrgetter(self.name)
        return lambda zone: reading(zone.reduction or NO_REDUCTION)

    @property
    def needs(self) -> frozenset[str]:
        """The field of the reduction."""
        return frozenset({f"reduction.{self.name}"})


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of the guide on one object."""

    function: Callable[[Any], Value]

    def reader(self) -> Callable[[Any], Value]:
        """Return the function itself."""
        return self.function


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a data point over the parts: connectors of a station, stations of a zone, zones of the site."""

    part: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many objects of a level stand below in the tree."""

    level: Level


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that the connector writes itself: its own health."""


Source = Field | Phase | StatusIs | OfReduction | Formula | Sum | Count | Kept
Read = Field | Phase | StatusIs | OfReduction | Formula
"""Sources that are read from one model object."""


def read_together(sources: Sequence[Read]) -> Callable[[Any], Iterable[Value]]:
    """Return the function that reads several sources of one object at once: sooner, where they are of one kind."""
    fields = [source.name for source in sources if isinstance(source, Field)]
    if len(fields) == len(sources) > 1:
        return attrgetter(*fields)
    phases = [source for source in sources if isinstance(source, Phase)]
    if phases == list(sources) == [Phase(phases[0].name, phase) for phase in (1, 2, 3)]:
        return attrgetter(phases[0].name)
    statuses = [source.status for source in sources if isinstance(source, StatusIs)]
    if len(statuses) == len(sources):
        return _compared(statuses)
    readers = [source.reader() for source in sources]
    return lambda model: [reader(model) for reader in readers]


def _compared(statuses: Sequence[str]) -> Callable[[Connector], Iterable[Value]]:
    """Return the function that compares a connector's status with several; there are few, so that it remembers."""

    @lru_cache(64)
    def compare(status: str) -> Iterable[Value]:
        return tuple(status == one for one in statuses)

    return lambda connector: compare(connector.status)


@dataclass(frozen=True, slots=True)
class DataPoint:
    """One data point: what the tree, the poll, the write checks, the feature tables and the documentation derive from.

    `unit` is "" for none; where it differs from object to object, `unit_of` gives it. `certain` tells of an object
    whether its value is Good, or only a fallback to be shown Uncertain. `formula_needs` tells of an object what its
    formula reads. `assumed` says what the guide does not.
    `alias` is a name taken over from another connector, empty for none.
    """

    level: Level
    updated_by: UpdatedBy
    name: str
    type: ValueType
    unit: str
    source: Source
    marks: Mark
    unit_of: Callable[[Any], str] | None = None
    certain: Callable[[Any], bool] | None = None
    formula_needs: Callable[[Any], frozenset[str]] | None = None
    enum: str = ""
    assumed: str = ""
    alias: str = ""

    @property
    def label(self) -> str:
        """Name that clients see: the guide's, or the one taken over."""
        return self.alias or self.name

    def needs(self, model: Any) -> frozenset[str]:  # noqa: ANN401 - an object of its level
        """Return what must have been read of an object for its own value, as models name what is missing."""
        if self.formula_needs:
            return self.formula_needs(model)
        return self.source.needs if isinstance(self.source, Field | Phase | StatusIs | OfReduction) else frozenset()

    @property
    def live(self) -> bool:
        """Whether its state follows the age of the last good poll."""
        return Mark.LIVE in self.marks

    @property
    def fades(self) -> bool:
        """Whether it is plain, and changes by itself: Uncertain when the controller has been gone for long."""
        return Mark.FADING in self.marks

    @property
    def writeable(self) -> bool:
        """Whether EWS clients may set it."""
        return Mark.WRITEABLE in self.marks

    @property
    def history(self) -> bool:
        """Whether EvceLogsProcessor logs it."""
        return Mark.HISTORY in self.marks

    @property
    def provenance(self) -> str:
        """How the guide gives it: list, screen, inferred; or ours."""
        for mark in (Mark.SCREEN, Mark.INFERRED, Mark.OURS):
            if mark in self.marks and mark.name:
                return mark.name.lower()
        return "list"
