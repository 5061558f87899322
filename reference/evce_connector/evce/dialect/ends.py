"""When a reduction ends whose controller says how long it still lasts, or nothing at all, instead of an instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import DURATION, SECONDS_LEFT, usable
from evce_connector.evce.dialect.declared import Field
from evce_connector.evce.dialect.paths import ABSENT
from evce_connector.site.values import utc_instant, utc_text

_DURATION = TypeAdapter(timedelta)
_SAME = 0.005
"""Per cent by which any controller may round."""
_OVER = timedelta(minutes=1)
"""How long after its end a reduction that is still there may be the one that was written."""


class _Known(NamedTuple):
    """What a zone was written: per cent, by how many of these the controller may round, and until when."""

    value: float
    slack: float
    until: datetime


class Ends:
    """Keeps the ends of reductions, by the contract's ids of their zones. It may be shared by threads.

    `validity` is the field as the profile has it: None where the controller does not say how long.
    """

    def __init__(self, validity: Field | None) -> None:
        self._form = validity.time if validity else ""
        self._within = timedelta(seconds=validity.within if validity else 0.0)
        self.are_ours = validity is None or self._form in (SECONDS_LEFT, DURATION)
        """Whether the ends of reductions are kept or reckoned here; else the controller says them."""
        self._known: dict[Json, _Known] = {}

    def sent(self, zone: int, value: Json, slack: float, until: datetime, *, lost: bool) -> None:
        """Keep what a zone was sent: per cent, by how many of these it may be rounded, and until when.

        Where the answer was `lost` what is read back tells whether it was done; who does not say how long tells it by
        another value alone.
        """
        if not self.are_ours or not usable(value):
            return
        known, slack = self._known.get(zone), slack + _SAME
        if not (lost and not self._form and known and abs(known.value - value) <= slack):
            self._known[zone] = _Known(value, slack, until)

    def cleared(self, zone: int) -> None:
        """Forget the end of a reduction that was taken away."""
        self._known.pop(zone, None)

    def of(self, zone: Json, said: Json, value: Json, now: Json) -> Json:
        """Return until when a zone's reduction holds, as the contract has it.

        `said` is what the controller says of how long, `value` the per cent that it takes, `now` its clock. What is
        said and cannot be read stays as it came; of what is not said ABSENT comes unless it was written here.
        """
        clock = _instant(now)
        if not isinstance(zone, int):  # of a zone that is none nothing can be kept
            return said
        if not self._form:
            return self._unsaid(zone, value, clock)
        end = _end(said, self._form, clock)
        if end is None:
            return said
        known = self._known.get(zone)
        if known is None or abs(end - known.until) > self._within:
            known = self._known[zone] = _Known(0.0, 0.0, end)
        return utc_text(known.until)

    def _unsaid(self, zone: int, value: Json, clock: datetime | None) -> Json:
        known = self._known.get(zone)
        if known is None or not usable(value) or abs(value - known.value) > known.slack:
            return ABSENT
        return ABSENT if clock is not None and clock > known.until + _OVER else utc_text(known.until)


def _end(said: Json, form: str, clock: datetime | None) -> datetime | None:
    """Return the end of what lasts so long from now on, to the second; None where that cannot be reckoned."""
    try:
        if clock is None:
            return None
        if form == DURATION:
            left = _DURATION.validate_python(said) if isinstance(said, str) and said.startswith("P") else None
        else:
            left = timedelta(seconds=said) if usable(said) else None
        return None if left is None else (clock + left + timedelta(seconds=0.5)).replace(microsecond=0)
    except (ValidationError, OverflowError):
        return None


def _instant(text: Json) -> datetime | None:
    try:
        return utc_instant(text) if isinstance(text, str) else None
    except ValueError:
        return None
