"""Values as an operator of Building Operation reads them: `0.00 kW [Offline]`, `100 A`, `12/16/2149 8:27:56 AM`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ebo_simulator.errors import BadOptionError

STATES = {0: "Good", 1: "Uncertain", 2: "Forced", 3: "Offline", 4: "Error"}
ALARM_STATES = {0: "Normal", 1: "Active", 2: "Acknowledged", 3: "Reset", 4: "Disabled"}
ACKNOWLEDGEABLE = {0: "no", 1: "possible", 2: "required"}
TWO_DECIMALS = Decimal("0.01")
NOON = 12


@dataclass(frozen=True, slots=True)
class Display:
    """A culture and a time zone; what it cannot read as the stated type it shows as received.

    BadOptionError when either is not known.

    >>> german = Display("de-DE", "Europe/Berlin")
    >>> german.show("Double", "12.4", "kW"), german.show("Double", "0", "kW", state=3)
    ('12,40 kW', '0,00 kW [Offline]')
    >>> Display().show("DateTime", "2030-01-31T12:00:00Z")
    '1/31/2030 12:00:00 PM'
    >>> Display("tlh")
    Traceback (most recent call last):
    ebo_simulator.errors.BadOptionError: Culture 'tlh' is not known; use one of en-US...
    """

    culture: str = "en-US"
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self.culture not in cultures():
            raise BadOptionError(f"Culture {self.culture!r} is not known; use one of {', '.join(cultures())}.")
        _zone(self.timezone)

    @property
    def zone(self) -> tzinfo:
        """The time zone, for those who write times themselves."""
        return _zone(self.timezone)

    def show(self, kind: str, value: str, unit: str = "", state: int | None = 0) -> str:
        """Write a value with its unit and, unless it is Good, its state."""
        text = self.value(kind, value)
        parts = [text, unit if text else "", "" if state in (0, None) else f"[{state_name(state)}]"]
        return " ".join(part for part in parts if part)

    def value(self, kind: str, value: str) -> str:
        """Write a value of an EWS type: Double with two decimals, times in the display's time zone, others plain."""
        match kind.lower():
            case "double":
                return self._number(value)
            case "datetime":
                return self._date_time(value)
            case "boolean":
                return {"1": "True", "true": "True", "0": "False", "false": "False"}.get(value.lower(), value)
        return value

    def time(self, moment: datetime | None) -> str:
        """Write a moment in the display's culture and time zone; nothing for none."""
        if moment is None:
            return ""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        local = aware.astimezone(self.zone)
        return cultures()[self.culture]["date_time"].format(
            year=local.year,
            month=local.month,
            day=local.day,
            hour=local.hour,
            hour12=local.hour % NOON or NOON,
            minute=local.minute,
            second=local.second,
            half="AM" if local.hour < NOON else "PM",
        )

    def _number(self, value: str) -> str:
        try:
            number = Decimal(value).quantize(TWO_DECIMALS, ROUND_HALF_UP)
        except InvalidOperation:
            return value
        return str(number or abs(number)).replace(".", cultures()[self.culture]["decimal"])

    def _date_time(self, value: str) -> str:
        try:
            return self.time(datetime.fromisoformat(value))
        except (ValueError, OverflowError):  # no time, or one that the zone moves out of the calendar
            return value


def state_name(state: int | None) -> str:
    """Name a value's state."""
    return STATES.get(0 if state is None else state, f"State {state}")


@cache
def cultures() -> dict[str, dict[str, str]]:
    """Read the cultures that come with the package."""
    return tomllib.loads((files("ebo_simulator") / "cultures.toml").read_text("utf-8"))


@cache
def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        raise BadOptionError(f"Time zone {name!r} is not known; write it as in Europe/Paris.") from cause
