"""Where the files stand that the package reads: inside it when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def _found(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


DATA, SPECIFICATION = _found("data"), _found("specification")
"""The tables of the guide, and the features; of these the wheel holds those that a site is accepted by."""
