"""In what two profiles, or two bundles, differ: not in how they are written but in what they mean."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from evce_connector.evce.convert import Json
from evce_connector.evce.one_line import one_line
from evce_connector.probe import bundle
from evce_connector.profile_tools.capture import read_capture
from evce_connector.profile_tools.meaning import Meaning, flat, meaning_of
from evce_connector.profile_tools.opening import open_profile
from evce_connector.profile_tools.shapes import shapes_of

NOTHING = "nothing"
"""What stands for what one of the two does not say."""


class Difference(NamedTuple):
    """One thing that differs: where it stands, and what each of the two says."""

    key: str
    first: str
    second: str

    def __str__(self) -> str:
        return ": ".join(map(one_line, (self.key, f"{self.first} -> {self.second}")))


def differences(first: str, second: str) -> list[Difference]:
    """Compare two profiles by name or file; of two bundles also answers, stamps and the shapes of what was answered.

    ProfileError, BundleError or CaptureError when one of them cannot be read.
    """
    one, other = open_profile(first), open_profile(second)
    found = list(_differing(meaning_of(one.profile), meaning_of(other.profile), ""))
    files = Path(first), Path(second)
    if all(file.is_file() and bundle.is_bundle(file) for file in files):
        parts = [bundle.unpack(file) for file in files]
        for name in (bundle.ANSWERS, bundle.STAMPS):
            said, otherwise = (_toml(part.get(name, b"")) for part in parts)
            found += _differing(said, otherwise, f"{name} ")
        before, after = (shapes_of(read_capture(file)) for file in files)
        found += _differing(before, after, "capture ")
    return found


def _differing(first: Meaning, second: Meaning, before: str) -> Iterator[Difference]:
    for key in sorted({*first, *second}):
        one, other = first.get(key, NOTHING), second.get(key, NOTHING)
        if one != other:
            yield Difference(f"{before}{key}", one, other)


def _toml(part: bytes) -> Meaning:
    """Return what a file of a bundle says, key by key; one that cannot be read as a whole is its text."""
    try:
        document: Mapping[str, Json] = tomllib.loads(part.decode())
    except ValueError:
        return {"text": repr(part)}
    return flat(document)
