"""Time zones by their IANA names, and the one that the machine is in."""

from __future__ import annotations

import difflib
from zoneinfo import ZoneInfo, available_timezones

import tzlocal

UTC_NAME = "UTC"


def zone_named(name: str) -> ZoneInfo:
    """Return a zone; ValueError says that there is none of this name, and which was probably meant."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: "Europe" is a folder of zones
        close = difflib.get_close_matches(name, available_timezones(), 1)
        meant = f"did you mean {close[0]}?" if close else "it is a name like Europe/Paris or UTC"
        raise ValueError(f"no time zone has the name {name!r} ({meant})") from error


def machine_zone() -> str:
    """Return the name of the machine's zone; UTC where it cannot be told."""
    try:
        name = tzlocal.get_localzone_name()
        zone_named(name)
    except (KeyError, ValueError, OSError, TypeError):  # TypeError: a machine that has a zone without a name
        return UTC_NAME
    return name
