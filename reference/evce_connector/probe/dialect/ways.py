"""What comes of seeking a login: the way in that was found, or that a person has to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evce_connector.evce.logins import LoginTable
from evce_connector.probe.asking import ProbeError


class UnknownLoginError(ProbeError):
    """No way in was found; the technician knows it, and an answer to the question `login` tells it.

    `ways` are such answers, where the controller shows what they may be.
    """

    def __init__(self, text: str, ways: list[dict[str, Any]] | None = None) -> None:
        super().__init__(text)
        self.ways = ways or []


@dataclass
class Way:
    """The way in that was found, and how: `evidence` for a person, `base` where its calls are, headers besides."""

    table: LoginTable
    evidence: str
    base: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
