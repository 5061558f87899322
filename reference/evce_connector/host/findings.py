"""What a look at a configuration found, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.errors import ConnectorError


@dataclass(frozen=True)
class Finding:
    """One thing that was checked, and how it stands."""

    kind: Literal["good", "warning", "error"]
    text: str


Look = Callable[[Configuration], list[Finding]]
"""Looks at one thing that a configuration points at; a ConnectorError says what is wrong with it."""


def found_by(looks: Iterable[Look], configuration: Configuration) -> list[Finding]:
    """Look at one thing after the other, whatever was wrong with those before."""
    findings: list[Finding] = []
    for look in looks:
        try:
            findings += look(configuration)
        except ConfigurationError as error:
            findings += [Finding("error", trouble) for trouble in error.troubles]
        except ConnectorError as error:
            findings.append(Finding("error", str(error)))
    return findings
