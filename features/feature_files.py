"""Where the features stand: in the folder of the specification and in those below it."""

from __future__ import annotations

from pathlib import Path

from evce_acceptance.folders import SPECIFICATION
from pytest_bdd.feature import get_feature
from pytest_bdd.parser import Feature


def feature_files(folder: Path = SPECIFICATION) -> list[Path]:
    """Return every feature file of a folder and of those below it, in order."""
    return sorted(folder.rglob("*.feature"))


def feature_named(stem: str) -> Path | None:
    """Return the file of a feature by its name without ending, in whatever folder; None when there is none."""
    return next((path for path in feature_files() if path.stem == stem), None)


def parsed_features(folder: Path = SPECIFICATION) -> tuple[Feature, ...]:
    """Parse every feature of a folder, as pytest-bdd does; what it parsed before it takes from its memory."""
    return tuple(get_feature(str(folder), str(path.relative_to(folder))) for path in feature_files(folder))
