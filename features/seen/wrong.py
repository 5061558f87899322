"""What an acceptance run that only reads makes of the connectors of features/mutants, each wrong in one place."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from features.mutants.running import Outcome, Task, Verdict, look_at
from features.mutants.scenarios import Notice
from features.mutants.table import Mutant
from features.seen.lies import ALONE, RUNS

FILE = Path(__file__).with_name("seen.csv")
CONTRACT = "ews"
LOOKS = (*RUNS, CONTRACT)
"""Who looks: the runs of `evce-acceptance run` that only read, and `evce-acceptance ews`."""
RIGHT = "the connector as it is"
LONGEST = 160
"""Characters of a sentence that are kept."""


@dataclass(eq=False)
class Acceptance:
    """Looks as acceptance does: with the controller, by EWS alone, at the server; notes the first that each finds."""

    failures: list[Notice] = field(default_factory=list)
    passed: int = 0

    def run(self, scratch: Path, *, all_failures: bool) -> None:
        """Start a site and look at it; a connector that does not come that far is seen by everyone."""
        from features.seen import looking, sites  # noqa: PLC0415 - they import the connector, which is changed first

        del all_failures  # all look, for they are told apart
        try:
            world = sites.of_every_kind(scratch)
            try:
                for run in RUNS:
                    with looking.inspected(world, alone=run == ALONE) as inspection:
                        self._note(run, looking.everything(inspection))
                self._note(CONTRACT, looking.off_contract(world))
            finally:
                world.close()
        except Exception as error:  # noqa: BLE001 - whatever a wrong connector may raise
            for run in LOOKS:
                self._note(run, {"the connector": f"{type(error).__name__}: {error}"})

    def _note(self, run: str, findings: Mapping[str, str]) -> None:
        if not findings:
            self.passed += 1
            return
        item, said = min(findings.items())
        self.failures.append(Notice(run, item, f"{item}: {said}".replace("\n", " ")[:LONGEST]))


def look_at_all(mutants: Sequence[Mutant], jobs: int, tell: Callable[[str], None]) -> dict[str, dict[str, str]]:
    """Look at mutants, and at the connector as it is; returns what each look says of each, "" where it sees nothing."""
    seen: dict[str, dict[str, str]] = {}

    def done(outcome: Outcome) -> None:
        if outcome.verdict in (Verdict.HUNG, Verdict.STILLBORN):
            seen[outcome.id] = dict.fromkeys(LOOKS, "it does not start, or hangs")
        else:
            seen[outcome.id] = dict.fromkeys(LOOKS, "") | {one.node: one.why for one in outcome.notices}
        words = "; ".join(f"{run}: {said or '-'}" for run, said in seen[outcome.id].items())
        tell(f"{len(seen):4}/{len(mutants) + 1} {outcome.seconds:5.1f} s {outcome.id}  {words}"[:300])

    tasks = [Task(RIGHT, None, Acceptance()), *(Task(one.id, one.patch, Acceptance()) for one in mutants)]
    look_at(tasks, jobs, done)
    return seen


def load(path: Path = FILE) -> dict[str, dict[str, str]]:
    """Return what was seen the last time."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["mutant"]: {look: row[look] for look in LOOKS} for row in csv.DictReader(file)}


def keep(seen: Mapping[str, Mapping[str, str]], order: Iterable[str], path: Path = FILE) -> None:
    """Write what was seen, a row for each mutant."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["mutant", *LOOKS])
        rows.writerows([id_, *(seen[id_][look] for look in LOOKS)] for id_ in order if id_ in seen)
