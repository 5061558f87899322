"""What a profile is to say of one field, how sure that is, and why."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Any


class Confidence(StrEnum):
    """How sure a part of a proposal is; what is asked stands in it as a guess until somebody answers."""

    HIGH = "high"
    LIKELY = "likely"
    ASKED = "asked"


@dataclasses.dataclass
class Choice:
    """A part of a profile: `table` and `field` name it, `said` is what the profile says there, None for nothing.

    `candidates` are what else it may be, for whoever is asked; `ask` is the question, `why` the doubt that is asked.
    """

    table: str
    field: str
    said: Any
    confidence: Confidence
    evidence: list[str] = dataclasses.field(default_factory=list)
    candidates: list[Any] = dataclasses.field(default_factory=list)
    ask: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        """The name by which an answer may call it, such as `connectors.max_current`."""
        return f"{self.table}.{self.field}" if self.field else self.table

    def doubt(self, confidence: Confidence, why: str) -> None:
        """Make it no surer than that."""
        order = list(Confidence)
        self.confidence = max(self.confidence, confidence, key=order.index)
        self.evidence.append(why)
        if confidence is Confidence.ASKED:
            self.why = why

    @property
    def to_choose(self) -> list[Any]:
        """What it may be: first what the profile says of it until somebody answers, then the candidates."""
        said = self.said
        if said is None:
            return list(self.candidates)
        bare = said.get("at") if isinstance(said, dict) else None
        return [said, *(one for one in self.candidates if one not in (said, bare))]
