"""What came of each check of a server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from evce_acceptance.ews.table import Row


class Outcome(StrEnum):
    """How a check ended."""

    PASS = "pass"
    FAIL = "fail"
    NOT_TESTED = "not tested"


@dataclass(frozen=True)
class Exchange:
    """A request as it was sent, and what came back; `status` is None where nothing did.

    `is_usual` says that it was sent with the user's login, so that it can be sent again.
    """

    operation: str
    content_type: str
    sent: bytes
    status: int | None
    received: bytes
    is_usual: bool = True


@dataclass(frozen=True)
class Line:
    """One check in one version of EWS: why it failed or was not tested, and the exchange that showed it.

    `is_silent` says that it failed because the server did not answer at all.
    """

    row: Row
    version: str
    outcome: Outcome
    why: str = ""
    exchange: Exchange | None = None
    is_silent: bool = False

    @property
    def name(self) -> str:
        """Id and version, by which the line is told."""
        return f"{self.row.id} ({self.version})"


@dataclass
class Result:
    """A whole run; `versions` are those that the server speaks, `requests` how many were sent in `seconds`."""

    url: str
    begun: str
    lines: list[Line] = field(default_factory=list)
    versions: tuple[str, ...] = ()
    server: str = ""
    requests: int = 0
    seconds: float = 0.0

    def of(self, outcome: Outcome) -> list[Line]:
        """Return the lines that ended so."""
        return [line for line in self.lines if line.outcome is outcome]

    def counts(self) -> Counter[tuple[Outcome, str]]:
        """Count lines by how they ended, and by whose word they are."""
        return Counter((line.outcome, line.row.word) for line in self.lines)

    @property
    def exit_status(self) -> int:
        """0 right, 1 wrong, 2 nothing was proven."""
        if self.of(Outcome.FAIL):
            return 1
        return 0 if self.of(Outcome.PASS) else 2

    @property
    def verdict(self) -> str:
        """The run in a sentence."""
        passed, failed, left = (len(self.of(outcome)) for outcome in Outcome)
        if failed:
            by_word = Counter(line.row.word for line in self.of(Outcome.FAIL))
            words = f"{by_word['contract']} of the contract, {by_word['reading']} of our reading of it"
            return f"Failed: {failed} of {passed + failed} checks ({words}); {left} not tested."
        return f"Passed: {passed} checks; {left} not tested." if passed else "Nothing was proven."
