"""Known deviations of a site's connector: a file of failures that are understood, each with its reason and link.

```toml
[[deviation]]
scenario = "data points: *"                   # glob on "feature: scenario"
items = ["EVCE Zones/Z1/*/StationCpoUrl"]     # globs on the items that the failure names; left out: all of it
reason = "Firmware 6.1 leaves the URL empty."
link = "https://support.example/4711"
```

In a glob `*` is any text and `?` any character; all else, brackets too, stands for itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from evce_acceptance.results.run import Check, Proof, Verdict
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FEATURE = "known deviations"
"""The feature under which the file's own faults appear in a run."""

_DECIDED = (Verdict.PASS, Verdict.FAIL)


class DeviationsError(Exception):
    """The file of known deviations cannot be used; the message says where and what to write instead."""


class Deviation(BaseModel):
    """A failure that is expected until somebody mends it.

    >>> known = Deviation(scenario="Site: every value*", items=["*/Z1/*"], reason="Meter lost.", link="https://example.com/7")
    >>> known.covers("EVCE Zones/Z1/ZoneReduction"), known.covers("EVCE Zones/Z2/ZoneReduction")
    (True, False)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scenario: str = Field(min_length=1)
    items: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    reason: str = Field(min_length=1)
    link: str = Field(pattern=r"^https?://\S+$")

    def matches(self, check: Check) -> bool:
        """Whether the check is the deviation's scenario, or one of them."""
        return bool(_glob(self.scenario).fullmatch(f"{check.feature}: {check.scenario}"))

    def covers(self, item: str) -> bool:
        """Whether a failure of this item is expected."""
        return not self.items or any(_glob(glob).fullmatch(item) for glob in self.items)


def load(path: Path) -> list[Deviation]:
    """Read the file; DeviationsError names the row and entry that is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DeviationsError(
            f"{path} cannot be read: {error.strerror}. Mend `deviations` in the site's file."
        ) from error
    except ValueError as error:
        raise DeviationsError(f"{path} is not TOML: {error}.") from error
    rows = content.pop("deviation", [])
    if content or not isinstance(rows, list):
        wrong = ", ".join(content) or "[deviation]"
        raise DeviationsError(f"{path} holds {wrong}; write each known deviation as a table [[deviation]].")
    return [_row(path, number, row) for number, row in enumerate(rows, start=1)]


def _row(path: Path, number: int, row: object) -> Deviation:
    try:
        return Deviation.model_validate(row)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise DeviationsError(
            f"{path}, deviation {number}: {wrong}. Give scenario, reason and link (a URL); items may be left out."
        ) from None


def apply(checks: Sequence[Check], deviations: Sequence[Deviation]) -> list[Check]:
    """Judge checks by what is known of the site.

    A failing check becomes a known deviation when all items that it names are covered, or the scenario as such is. A
    passing check that should fail becomes an unexpected pass. Checks are added for deviations that match nothing
    (error) and for item globs that cover no failing item any more (unexpected pass).
    """
    return [_judged(check, checks, deviations) for check in checks] + [
        stale for deviation in deviations for stale in _stale(deviation, checks)
    ]


def _judged(check: Check, checks: Sequence[Check], deviations: Sequence[Deviation]) -> Check:
    matching = [deviation for deviation in deviations if deviation.matches(check)]
    if check.verdict is Verdict.FAIL:
        return _excused(check, matching)
    unseen = [one for one in matching if not one.items or not any(_failing(one, checks))]
    if check.verdict is Verdict.PASS and unseen:
        reason = f"It passes, though a known deviation says: {unseen[0].reason} Take the deviation out of the file."
        return replace(check, verdict=Verdict.UNEXPECTED_PASS, reason=reason, link=unseen[0].link)
    return check


def _excused(check: Check, matching: Sequence[Deviation]) -> Check:
    """Say which deviations explain a failure, when they explain all of it."""
    whole = [one for one in matching if not one.items][:1]
    needed = whole or [one for one in matching if any(map(one.covers, check.items))]
    explained = whole or (check.items and all(any(one.covers(item) for one in needed) for item in check.items))
    if not explained:
        return check
    reasons = " ".join(dict.fromkeys(one.reason for one in needed))
    reason = f"{reasons} (Found: {check.reason})" if check.reason else reasons
    return replace(check, verdict=Verdict.DEVIATION, reason=reason, link=needed[0].link)


def _failing(deviation: Deviation, checks: Sequence[Check]) -> list[str]:
    """List the failing items that a deviation covers."""
    failing = [check for check in checks if check.verdict is Verdict.FAIL and deviation.matches(check)]
    return [item for check in failing for item in check.items if deviation.covers(item)]


def _stale(deviation: Deviation, checks: Sequence[Check]) -> list[Check]:
    matching = [check for check in checks if deviation.matches(check)]
    if not matching:
        reason = (
            f"The known deviation matches no check of this run. Correct its scenario or take it out: {deviation.reason}"
        )
        return [_own(deviation, matching, Verdict.ERROR, reason)]
    if not all(check.verdict in _DECIDED for check in matching):
        return []
    failing = _failing(deviation, checks)
    unseen = [glob for glob in deviation.items if not any(_glob(glob).fullmatch(item) for item in failing)]
    if not unseen or all(check.verdict is Verdict.PASS for check in matching):  # those say so themselves
        return []
    reason = (
        f"No failing item is {' or '.join(unseen)} any more. Take it out of the known deviation: {deviation.reason}"
    )
    return [_own(deviation, matching, Verdict.UNEXPECTED_PASS, reason)]


def _own(deviation: Deviation, matching: Sequence[Check], verdict: Verdict, reason: str) -> Check:
    proof = matching[0].proof if matching else Proof.READ_ONLY
    return Check(FEATURE, deviation.scenario, (), proof, verdict, reason, link=deviation.link)


@lru_cache(maxsize=1024)
def _glob(text: str) -> re.Pattern[str]:
    """Make a pattern of a glob; brackets are plain, for names of items hold them."""
    kinds = {"*": ".*", "?": "."}
    return re.compile("".join(kinds.get(one) or re.escape(one) for one in text), re.DOTALL)
