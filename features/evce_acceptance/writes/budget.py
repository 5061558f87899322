"""The harm budget: what writes may cost the site, counted at its worst before anything is sent.

A reduction costs kW x minutes: the share that it takes of the most that the zone could draw, until its validity has
ended at the latest. What a lease did not use is given back when it is proven restored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evce_acceptance.site import settings
from evce_acceptance.site.approval import WriteRefusedError
from evce_acceptance.site.objects import Json

KW_PER_A = 3 * 230 / 1000
"""kW that a zone of three phases draws for each ampere."""
MINUTE = timedelta(minutes=1)


class BudgetError(WriteRefusedError):
    """A write would go beyond the harm budget, or into blackout hours; the message gives the figures."""


@dataclass(frozen=True, slots=True)
class Harm:
    """What a lease may cost at its worst: kW for so many minutes, at zones and connectors by the controller's ids."""

    kw: float
    minutes: float
    zones: tuple[int, ...] = ()
    connectors: tuple[int, ...] = ()

    @property
    def kw_minutes(self) -> float:
        """The power taken away, times how long."""
        return self.kw * self.minutes


@dataclass
class HarmBudget:
    """What is left of the harm that a run may do; `lowers` is the direction of a reduction, once it is known.

    >>> from datetime import UTC
    >>> left = HarmBudget(settings.Budget(kw_minutes=60, reduction_lowers=True))
    >>> left.spend(Harm(kw=22.0, minutes=2.0, zones=(1,)), datetime(2030, 1, 31, 12, tzinfo=UTC))
    >>> left.kw_minutes
    44.0
    >>> left.spend(Harm(kw=11.0, minutes=2.0, zones=(1,)), datetime(2030, 1, 31, 12, tzinfo=UTC))
    Traceback (most recent call last):
    evce_acceptance.writes.budget.BudgetError: A lease of 11.0 kW for 2.0 min would bring the harm to 66.0 kW x min...
    """

    budget: settings.Budget
    lowers: bool | None = None
    kw_minutes: float = 0.0
    zones: set[int] = field(default_factory=set)
    connectors: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.lowers is None:
            self.lowers = self.budget.reduction_lowers

    def taken(self, percent: float) -> float:
        """Return the share of a zone's power that a reduction takes away, 0 to 1; BudgetError while nobody knows."""
        if self.lowers is None:
            raise BudgetError(
                "Nobody has said yet whether a reduction lowers the set point. Look at a zone of the controller, and "
                "set budget.reduction_lowers in the site's file."
            )
        return (percent if self.lowers else 100 - percent) / 100

    def of_zone(self, zone: Json, connectors: Iterable[Json], percent: float, seconds: float) -> Harm:
        """Estimate the harm of a reduction of a zone, given its connectors."""
        return Harm(power(zone, connectors) * self.taken(percent), seconds / 60, zones=(int(zone["id"]),))

    def of_connector(self, connector: Json, seconds: float) -> Harm:
        """Estimate the harm of making a connector inoperative; it has no transaction, so that it costs no power."""
        self.taken(0)
        return Harm(0.0, seconds / 60, connectors=(int(connector["id"]),))

    def spend(self, harm: Harm, now: datetime) -> None:
        """Count a lease that begins now at its worst; BudgetError, and nothing is counted, when it is too much."""
        self._not_in_blackout(now, harm.minutes)
        total = self.kw_minutes + harm.kw_minutes
        if total > self.budget.kw_minutes:
            raise BudgetError(
                f"A lease of {harm.kw:.1f} kW for {harm.minutes:.1f} min would bring the harm to {total:.1f} kW x min; "
                f"budget.kw_minutes allows {self.budget.kw_minutes:g}, of which {self.kw_minutes:.1f} are used."
            )
        for word, used, more, most in (
            ("zones", self.zones, harm.zones, self.budget.zones),
            ("connectors", self.connectors, harm.connectors, self.budget.connectors),
        ):
            touched = used | set(more)
            if len(touched) > most:
                raise BudgetError(
                    f"{', '.join(map(str, more))} would be number {len(touched)} of the {word} touched; "
                    f"budget.{word} allows {most}."
                )
        self.kw_minutes = total
        self.zones |= set(harm.zones)
        self.connectors |= set(harm.connectors)

    def give_back(self, harm: Harm, minutes: float) -> None:
        """Count only the minutes that a lease lasted, once it is proven restored."""
        self.kw_minutes -= harm.kw * max(0.0, harm.minutes - minutes)

    def _not_in_blackout(self, now: datetime, minutes: float) -> None:
        """Refuse a lease that would last into blackout hours, local time."""
        spans = [tuple(map(_minutes, span.split("-"))) for span in self.budget.blackout]
        zone = local_zone(self.budget.time_zone)
        instant = now
        while instant <= now + timedelta(minutes=minutes) + MINUTE:
            local = instant.astimezone(zone)
            minute = local.hour * 60 + local.minute
            for text, (start, end) in zip(self.budget.blackout, spans, strict=True):
                inside = start <= minute < end if start <= end else minute >= start or minute < end
                if inside:
                    raise BudgetError(
                        f"A lease of {minutes:.1f} min that begins at {now.astimezone(zone):%H:%M} would fall into the "
                        f"blackout hours {text} ({self.budget.time_zone or 'UTC'}). Run it at another time."
                    )
            instant += MINUTE


def power(zone: Json, connectors: Iterable[Json]) -> float:
    """Return the most that a zone draws or could draw, kW: measured, by its set point, or by its maximum current."""
    measured = sum(sum(connector["activePower"]) for connector in connectors)
    return float(max(measured, zone["setPointPower"], zone["maxCurrent"] * KW_PER_A))


def local_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name; BudgetError when there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BudgetError(
            f"budget.time_zone {name!r} is not known; write it like Europe/Paris, or leave it out for UTC."
        ) from error


def _minutes(text: str) -> int:
    """Return the minute of the day of "HH:MM"."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
