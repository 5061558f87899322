"""What an acceptance run finds: checks with verdicts, the point-to-point sheet, exchanges; kept as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

TEXTS = ("sent", "received")
"""What of an exchange run.json leaves to the wire log."""


class Verdict(StrEnum):
    """How a check ended."""

    PASS = "pass"
    FAIL = "fail"
    DEVIATION = "known deviation"
    UNEXPECTED_PASS = "unexpected pass"
    NOT_APPLICABLE = "not applicable"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"

    @property
    def fails_run(self) -> bool:
        """Whether one such verdict makes the whole run fail."""
        return self in (Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.ERROR)


class Proof(StrEnum):
    """Where a check was made: the weight that its verdict has."""

    SIMULATION = "simulation"
    READ_ONLY = "site, read-only"
    LEASE = "site, with lease"


@dataclass(frozen=True, slots=True)
class Reading:
    """A line of the point-to-point sheet: one item, as controller and connector show it at the same moment.

    `controller` is what the guide's formula gives on the controller's figures; `item` is the path of names below the
    root; `difference` is for numbers, connector less controller, in `unit`; `note` says what the technician must know.
    """

    item: str
    name: str
    type: str
    unit: str
    controller: str
    connector: str
    state: str
    difference: float | None
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One scenario, or one example of a scenario outline.

    `items` are the paths that a failure names; `reason` is a sentence for every verdict but `pass`; `again` is a
    command that shows a failure again.
    """

    feature: str
    scenario: str
    requirements: tuple[str, ...]
    proof: Proof
    verdict: Verdict
    reason: str = ""
    items: tuple[str, ...] = ()
    seconds: float = 0.0
    link: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to the controller or the connector, with the redacted texts of both sides.

    `at` is UTC in ISO form, `party` "controller" or "connector", `operation` "GET /zones" or the SOAP operation.
    """

    at: str
    party: str
    operation: str
    url: str
    status: int | None
    seconds: float
    sent: str = ""
    received: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a technician was asked to do, and said."""

    step: str
    instruction: str
    answer: str
    at: str


@dataclass(frozen=True, slots=True)
class LeaseEntry:
    """One line of a write lease: what was planned, written, read back, restored or proven."""

    at: str
    phase: str
    target: str
    value: str
    outcome: str


@dataclass
class Run:
    """A whole acceptance run; times are UTC in ISO form."""

    site: str
    started: str
    ended: str = ""
    approved_by: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    lease: list[LeaseEntry] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """Fail when any check fails the run, inconclusive when nothing was proven, else pass."""
        if any(check.verdict.fails_run for check in self.checks):
            return Verdict.FAIL
        return Verdict.PASS if any(check.verdict is Verdict.PASS for check in self.checks) else Verdict.INCONCLUSIVE

    @property
    def exit_status(self) -> int:
        """0 passed, 1 failed, 2 nothing proven: for machines."""
        return {Verdict.PASS: 0, Verdict.FAIL: 1}.get(self.verdict, 2)

    def to_json(self) -> str:
        """Write everything but the exchanges' texts, which the wire log holds."""
        content = asdict(self)
        for exchange in content["exchanges"]:
            for text in TEXTS:
                del exchange[text]
        return json.dumps(content | {"verdict": self.verdict}, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Run:
        """Read what `to_json` wrote."""
        content = json.loads(text)
        del content["verdict"]
        content["checks"] = [
            Check(**one | {k: tuple(one[k]) for k in ("requirements", "items")} | _enums(one))
            for one in content["checks"]
        ]
        content["readings"] = [Reading(**one | _enums(one)) for one in content["readings"]]
        for name, kind in (("exchanges", Exchange), ("answers", Answer), ("lease", LeaseEntry)):
            content[name] = [kind(**one) for one in content[name]]
        return cls(**content)


def _enums(row: dict[str, Any]) -> dict[str, Any]:
    kinds = {"verdict": Verdict, "proof": Proof}
    return {name: kind(row[name]) for name, kind in kinds.items() if name in row}
