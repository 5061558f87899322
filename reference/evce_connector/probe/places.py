"""What a probe finds out about an unknown controller: where its API is, how to log in, what stands in its lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from evce_connector.evce.convert import Json
from evce_connector.probe.asking import Asking
from evce_connector.probe.finding import PROPOSED, Finding, Word, assumed, candidates

LISTS = ("zones", "stations", "connectors")


@dataclass
class Places:
    """What was found: the base path, how to log in, the paths below the base, and what stands in the lists."""

    base: str = ""
    authentication: str = "basic"
    paths: dict[str, str] = field(default_factory=dict)
    system: Json = None
    lists: dict[str, list[Json]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, part: str, aspect: str, word: Word, text: str, advice: str = "") -> None:
        """Note a finding."""
        self.findings.append(Finding(part, aspect, word, text, advice))

    def judge_path(self, kind: str, part: str, path: str) -> None:
        """Note under which path a call answers."""
        usual = assumed().paths[kind]
        if path == usual:
            self.add(part, "path", Word.VERIFIED, f"{self.base}{path} answers")
        else:
            self.add(part, "path", Word.WRONG, f"it is at {path} here, not at {usual}", PROPOSED)

    def not_found(self, kind: str, part: str) -> None:
        """Note that no path of a call answers."""
        text = f"none of {', '.join(spellings(kind))} answers"
        self.add(part, "path", Word.WRONG, text, "ask the technician for the path and write it into profile.toml")


def bases(asking: Asking) -> list[str]:
    """Return the base paths to try: the one that was given, then the usual ones."""
    given = [asking.target.path] if asking.target.path else []
    return list(dict.fromkeys([*given, *candidates()["bases"]]))


def spellings(kind: str) -> list[str]:
    """Return the paths to try for a call, the assumed one first."""
    return list(dict.fromkeys([assumed().paths[kind], *candidates()["paths"][kind]]))
