"""What got worse since an earlier run: a pipeline that is to stop for nothing else asks for this."""

from __future__ import annotations

from dataclasses import dataclass

from evce_acceptance.results.run import Check, Run, Verdict

SHOWN = 5
"""Items of a check that a sentence names."""
UNDECIDED = (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True)
class Comparison:
    """A run beside an earlier one, in sentences: `worse` is a reason to stop, `untested` passed then."""

    worse: list[str]
    untested: list[str]
    exit_status: int
    """0 nothing got worse, 1 something did, 2 nothing was proven."""


def compared(now: Run, then: Run) -> Comparison:
    """Compare the checks of a run with those of an earlier one of the same site.

    Worse is a check that fails and did not, or names items that it did not name. What failed then may fail on.
    """
    before = {_key(check): check for check in then.checks}
    worse = [sentence for check in now.checks if (sentence := _worse(check, before.get(_key(check))))]
    untested = [
        f"{check.feature}: {check.scenario}"
        for check in now.checks
        if check.verdict in UNDECIDED and (was := before.get(_key(check))) and was.verdict is Verdict.PASS
    ]
    proven = any(check.verdict not in UNDECIDED for check in now.checks)
    return Comparison(worse, untested, 1 if worse else 0 if proven else 2)


def _key(check: Check) -> tuple[str, str, str]:
    return check.feature, check.scenario, check.proof


def _worse(check: Check, was: Check | None) -> str:
    if not check.verdict.fails_run:
        return ""
    name = f"{check.feature}: {check.scenario}"
    if was is None or not was.verdict.fails_run:
        return f"{name}: was {was.verdict if was else 'not there'}, is {check.verdict}"
    if new := sorted(set(check.items) - set(was.items)):
        more = f" and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
        return f"{name}: wrong now too: {', '.join(new[:SHOWN])}{more}"
    return ""
