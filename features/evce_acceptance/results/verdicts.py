"""What a check says besides passing: wrong items by name, not applicable, inconclusive."""

from __future__ import annotations

from collections.abc import Mapping

SHOWN = 10
"""Wrong items that a message names; the report has them all."""


class WrongItemsError(AssertionError):
    """A check fails, and names what is wrong: a sentence by the path of each item."""

    def __init__(self, findings: Mapping[str, str]) -> None:
        self.findings = dict(findings)
        lines = [f"{item}: {sentence}" for item, sentence in sorted(self.findings.items())]
        if len(lines) > SHOWN:
            lines = [*lines[:SHOWN], f"and {len(lines) - SHOWN} more"]
        super().__init__("\n".join(lines))


class NotApplicableError(Exception):
    """The product does not claim what the check is about; the message names the claim."""


class InconclusiveError(Exception):
    """The check could not be decided; the message says why, and what to do about it."""


def all_right(findings: Mapping[str, str]) -> None:
    """Fail with the findings, if there are any: WrongItemsError."""
    if findings:
        raise WrongItemsError(findings)
