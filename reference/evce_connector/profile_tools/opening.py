"""Profiles by whatever a person names them: a shipped one, a file, or the bundle of a probe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evce_connector.evce import profile as profiles
from evce_connector.evce.profile import Profile, ProfileError
from evce_connector.probe import bundle


@dataclass(frozen=True)
class Opened:
    """A profile, the name that a person gave it, and its text, by whose lines it is talked about."""

    name: str
    text: str
    profile: Profile


def open_profile(name: str) -> Opened:
    """Read a profile; ProfileError, whose `sentences` are all its mistakes, or BundleError."""
    file = Path(name)
    if not (file.is_file() and bundle.is_bundle(file)):
        text = profiles.text_of(name)
        return Opened(name, text, profiles.read(name, text))
    parts = bundle.unpack(file)
    if bundle.PROFILE not in parts:
        raise ProfileError(f"The bundle {name!r} holds no {bundle.PROFILE}.")
    text = parts[bundle.PROFILE].decode(errors="replace")
    return Opened(name, text, profiles.read(f"{name}/{bundle.PROFILE}", text))
