"""What a run has not tested, in words: that it passed says nothing of these."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from evce_acceptance.results.run import Check, Proof, Run, Verdict

TITLES = {Verdict.PASS: "Passed", Verdict.FAIL: "Failed", Verdict.INCONCLUSIVE: "Nothing proven"}


IN_PART = "in part"
"""Said of what some checks decided and others did not."""


class Area(NamedTuple):
    """What checks are about, in a word; feature and scenario are globs."""

    feature: str
    scenario: str
    word: str


AREAS = (
    Area("site_writes", "*", "writes"),
    Area("site_by_hand", "*", "what a technician does"),
    Area("datapoints", "*", "values beside the controller's"),
    Area("*", "Every value is what *", "values beside the controller's"),
    Area("*", "The tree is the controller's *", "the tree beside the controller's"),
    Area("*", "Only what the controller *", "states beside the controller's"),
    Area("*", "Histories *", "histories"),
    Area("*", "No value is older *", "ages of values"),
    Area("*", "The alarms *", "alarms"),
    Area("*", "A subscription *", "subscriptions"),
    Area("*", "A client of EWS 1.1 *", "EWS 1.1"),
)
"""Of which checks people speak by another word than the scenario's own name."""


def area_of(check: Check) -> str:
    """Return what a check is about, in a word or by its name."""
    fitting = (
        area.word
        for area in AREAS
        if fnmatchcase(check.feature, area.feature) and fnmatchcase(check.scenario, area.scenario)
    )
    return next(fitting, f'"{check.scenario}"')


def untested(checks: Iterable[Check]) -> list[str]:
    """Return what stayed undecided, each thing once, and whether in part; what the product does not claim is no part.

    >>> tried = Check("site_writes", "An idle connector", (), Proof.LEASE, Verdict.PASS)
    >>> untested([tried, Check("site_writes", "A reduction", (), Proof.LEASE, Verdict.INCONCLUSIVE)])
    ['writes (in part)']
    """
    checks = list(checks)
    left = dict.fromkeys(area_of(check) for check in checks if check.verdict is Verdict.INCONCLUSIVE)
    undecided = (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE)
    decided = {area_of(check) for check in checks if check.verdict not in undecided}
    return [f"{area} ({IN_PART})" if area in decided else area for area in left]


def is_only_read(run: Run) -> bool:
    """Tell whether a run on a site decided nothing by a write."""
    decided = [check for check in run.checks if check.verdict is not Verdict.INCONCLUSIVE]
    return any(check.proof is Proof.READ_ONLY for check in decided) and not any(
        check.proof is Proof.LEASE for check in decided
    )


def is_by_ews_alone(run: Run) -> bool:
    """Tell whether a run judged a site whose controller nobody told of."""
    return "connector" in run.settings and run.settings.get("controller") is None


def verdict_in_words(run: Run) -> str:
    """Say how a run ended, and what it says nothing of.

    >>> done = Check("any_site", "Nobody gets in without a login", (), Proof.READ_ONLY, Verdict.PASS)
    >>> left = Check("site_writes", "An idle connector", (), Proof.LEASE, Verdict.INCONCLUSIVE)
    >>> verdict_in_words(Run("Depot", "", checks=[done, left]))
    'Passed, read-only: writes not tested'
    """
    title, left = TITLES[run.verdict], untested(run.checks)
    if run.verdict is not Verdict.PASS:
        return title
    how = (", read-only" if is_only_read(run) else "") + (", by EWS alone" if is_by_ews_alone(run) else "")
    return f"{title}{how}: {' and '.join(filter(None, [', '.join(left[:-1]), left[-1]]))} not tested" if left else title
