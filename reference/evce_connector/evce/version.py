"""Which version of the API a controller speaks, however it spells it: 6, 6.0, V6, 6.1.3."""

from __future__ import annotations

import re

_VERSION = re.compile(r"\s*v?([0-9]+(?:\.[0-9]+)*)\s*", re.IGNORECASE)


def is_version(found: str, expected: str) -> bool:
    """Tell whether a controller's version is that of a profile: its numbers begin with the profile's.

    A profile for version 6 fits 6, 6.0 and 6.1.3. Words without such numbers must be the same.
    """
    numbers, wanted = _numbers(found), _numbers(expected)
    if numbers is None or wanted is None:
        return found == expected
    return (numbers + (0,) * len(wanted))[: len(wanted)] == wanted


def _numbers(version: str) -> tuple[int, ...] | None:
    fits = _VERSION.fullmatch(version)
    return tuple(map(int, fits[1].split("."))) if fits else None
