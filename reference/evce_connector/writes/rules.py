"""The rules of writes that need no controller: what a value may be, what is kept beside it, what is confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evce_connector.points.write_request import WriteRequest, WriteResult
from evce_connector.site.model import Reduction, Zone
from evce_connector.site.values import Value, utc_text

REDUCTION, VALIDITY, AVAILABILITY = "ZoneReduction", "ZoneValidity", "ConnectorAvailability"
UNREAD = frozenset({"reduction.value", "reduction.validity"})
"""What of a zone must be readable to tell whether the controller has what was sent."""
FULL = 100.0
"""The greatest reduction in per cent: nothing is left."""
_ENOUGH = timedelta(hours=1)
"""Validity of a reduction of 0, where nothing else says one: it takes nothing away, however long it lasts."""
_NOTHING = timedelta(0)
SAME_VALUE, SAME_TIME = 0.005, timedelta(seconds=1)
"""How far the controller may round what it confirms: per cent, and time."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that cannot be: the name of its item, and what its writer is told."""

    item: str
    why: str

    @property
    def result(self) -> WriteResult:
        """Result of that item; what belongs to it is held back."""
        return WriteResult(success=False, message=f"INVALID_VALUE: {self.why}")


def failed(why: str) -> WriteResult:
    """Say that the controller did not do it."""
    return WriteResult(success=False, message=f"OPERATION_FAILED: {why}")


def contradiction(requests: Sequence[WriteRequest]) -> Refusal | None:
    """Refuse one item with two values in one SetValues: only one of the two could be true."""
    first: dict[str, Value] = {}
    for request in requests:
        if first.setdefault(request.item.name, request.value) != request.value:
            return Refusal(request.item.name, f"{request.item.name} stands twice in the request, with different values")
    return None


def out_of_range(value: Value | None) -> Refusal | None:
    """Refuse a reduction outside 0 to 100 %, before the controller is asked anything.

    >>> out_of_range(20.0) is None, out_of_range(120.0).why
    (True, 'a reduction is 0 to 100 %, not 120')
    """
    if isinstance(value, float) and not 0 <= value <= FULL:
        return Refusal(REDUCTION, f"a reduction is 0 to 100 %, not {value:g}")
    return None


def validity_trouble(validity: Value | None, now: datetime, longest_hours: float) -> Refusal | None:
    """Refuse a validity that is past by the controller's clock `now`, or further ahead than allowed (0: no limit).

    >>> noon = datetime.fromisoformat("2027-01-01T12:00:00+00:00")
    >>> validity_trouble(noon + timedelta(hours=3), noon, longest_hours=2).why
    'the validity may lie at most 2 h ahead (writes.max_validity_hours)'
    """
    if not isinstance(validity, datetime):
        return None
    if validity.replace(microsecond=0) <= now:
        return Refusal(VALIDITY, f"the validity must lie after {utc_text(now)}, the controller's time")
    if longest_hours and validity > now + timedelta(hours=longest_hours):
        return Refusal(VALIDITY, f"the validity may lie at most {longest_hours:g} h ahead (writes.max_validity_hours)")
    return None


def unread_beside(wanted: Mapping[str, Value], zone: Zone) -> str:
    """Say why one of reduction and validity cannot be written alone: what it would have to keep cannot be read.

    A reduction of 0 can: however long it lasts, it takes nothing away.
    """
    if wanted.get(REDUCTION) == 0:
        return ""
    for beside, field in ((REDUCTION, "value"), (VALIDITY, "validity")):
        if beside not in wanted and f"reduction.{field}" in zone.missing:
            return f"the {beside} that stays cannot be read: write ZoneReduction and ZoneValidity together"
    return ""


def holding(zone: Zone, now: datetime, lasts: timedelta = _NOTHING) -> Reduction | None:
    """Return the reduction that a zone has at a time, None when there is none or it is over.

    One that the controller reports without an end that can be read holds, for nobody knows that it is over; its
    validity is so long after `now` as it `lasts`.
    """
    found = zone.reduction
    if found is None or found.validity > now:
        return found
    is_endless = "reduction.validity" in zone.missing and "reduction.value" not in zone.missing
    return found._replace(validity=now + lasts) if is_endless else None


def completed(
    wanted: Mapping[str, Value], zone: Zone, now: datetime, default: timedelta | None
) -> tuple[float, datetime] | Refusal:
    """Return reduction and validity to send: what is wanted, else what holds now, else 0 and the default.

    The reduction is in per cent. The validity (UTC) goes to the second: a controller need not keep fractions, and would
    seem to disagree. Without a default a reduction that has no validity is refused, save 0, which takes one back.
    TypeError when what is wanted is not of the data points' types.
    """
    holds = holding(zone, now, default or _ENOUGH)
    value = wanted.get(REDUCTION, holds.value if holds else 0.0)
    if default is None and value != 0 and holds is None and VALIDITY not in wanted:
        return Refusal(REDUCTION, f"write {VALIDITY} with it: no validity holds, and writes.default_validity is none")
    validity = wanted.get(VALIDITY, holds.validity if holds else now + (default or _ENOUGH))
    if not isinstance(value, float) or not isinstance(validity, datetime):
        raise TypeError(f"a reduction is a Double and a DateTime, not {value!r} and {validity!r}")
    return value + 0.0, validity.replace(microsecond=0)  # + 0.0: -0 is 0


def confirmed(found: Reduction | None, value: float, validity: datetime, rounding: float = 0.0) -> bool:
    """Tell whether the controller has what was sent (%, until UTC); a reduction of 0 may also be none at all.

    `rounding` is by how many per cent this controller may round, beside what each may; nothing is nothing.
    """
    rounding = rounding if value else 0.0
    if found is None:
        return value == 0
    return abs(found.value - value) <= SAME_VALUE + rounding and abs(found.validity - validity) < SAME_TIME
