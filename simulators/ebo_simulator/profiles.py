"""How each product that reads EWS behaves, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ebo_simulator.errors import BadOptionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One product: version of EWS, ids in a request, and how often it asks for what (seconds, 0 for never)."""

    name: str
    title: str
    version: str
    ids: int
    subscriptions: bool
    values_interval: float
    alarms_interval: float
    history_interval: float


@cache
def profiles() -> dict[str, Profile]:
    """Read the profiles that come with the package, by name."""
    tables = tomllib.loads((files("ebo_simulator") / "profiles.toml").read_text("utf-8"))
    return {name: Profile(name=name, **table) for name, table in tables.items()}


def profile(name: str) -> Profile:
    """Find a profile by its name; BadOptionError when there is none.

    >>> profile("as-p").version, profile("as-p").ids, profile("as-p").values_interval
    ('1.1', 100, 10)
    """
    if name not in profiles():
        raise BadOptionError(f"Profile {name!r} is not known; use one of {', '.join(profiles())}.")
    return profiles()[name]
