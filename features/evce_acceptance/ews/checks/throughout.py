"""What was looked at in every answer of the run, told at its end."""

from __future__ import annotations

from collections.abc import Callable

from evce_acceptance.ews.checking import Case, NotTestedError, WrongError, check
from evce_acceptance.ews.contract import operations

SUBJECTS = {
    "answers.envelope": "envelope",
    "answers.media-type": "media-type",
    "answers.version": "version",
    "answers.of-1.2": "of-1.2",
    "answers.times": "times",
    "faults.form": "fault-form",
    "faults.status": "fault-status",
    "faults.detail": "fault-detail",
}
"""Which subject of the observations each row is about."""


def _of(subject: str) -> Callable[[Case], None]:
    def look(case: Case) -> None:
        observed = case.server.observed
        if subject in observed.wrong:
            problem, case.server.last = observed.wrong[subject]
            raise WrongError(f"{problem[0].upper()}{problem[1:]}.")
        if not observed.looked[subject]:
            raise NotTestedError("no answer of that kind came")

    return look


for _id, _subject in SUBJECTS.items():
    check(_id)(_of(_subject))
for _name in operations():
    check(f"schema.{_name}")(_of(f"schema {_name}"))
