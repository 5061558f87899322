"""Where the server reads an odd request otherwise than h11 does, and why that is right."""

from __future__ import annotations

from dataclasses import dataclass

from tests.hostile.oddities import Case


@dataclass(frozen=True)
class Difference:
    """A class of differences: the oddity that makes it, what becomes of the request by h11 and by us, the reason."""

    oddity: str
    by_h11: str
    ours: str
    reason: str

    def explains(self, case: Case, seen: tuple[str, str]) -> bool:
        """Tell whether a case that differs so is of this class."""
        return self.oddity in case.oddities and seen == (self.by_h11, self.ours)


DIFFERENCES: list[Difference] = []
