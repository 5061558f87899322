"""One run over the mutants made by hand: who looks first, what is told of each, and whether the result counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ebo_simulator.clock import Clock, SystemClock

from features.mutants import report
from features.mutants.running import Outcome, Task, Verdict, look_at
from features.mutants.scenarios import Look
from features.mutants.table import Mutant


class Campaign:
    """Runs mutants, tells of each in a line, and then runs what noticed on the connector as it is.

    A scenario that fails there too has noticed nothing: its kills do not count, and the run fails.
    """

    def __init__(
        self, jobs: int, tell: Callable[[str], None], *, narrow: bool = False, clock: Clock | None = None
    ) -> None:
        self._jobs, self._tell, self._narrow, self._clock = jobs, tell, narrow, clock or SystemClock()

    def by_hand(self, mutants: Sequence[Mutant]) -> tuple[bool, dict[str, str] | None]:
        """Run mutants made by hand; returns whether all were killed, and who noticed each; None if that cannot be.

        Who noticed a mutant the last time looks at it first.
        """
        before = report.told()
        tasks = [
            Task(one.id, one.patch, Look(one.expected, noticed=before.get(one.id, ""), only=self._narrow))
            for one in mutants
        ]
        outcomes = self._run(tasks, "mutants made by hand")
        for one in mutants:
            notices = outcomes[one.id].notices
            if notices and notices[0].scenario.partition(":")[0] not in one.expected:
                self._tell(f"{one.id}: noticed by {notices[0].scenario}, which was not expected to")
        if not self._control(outcomes):
            return False, None
        noticed = {id_: report.who_noticed(outcome) for id_, outcome in outcomes.items()}
        return all(outcome.killed for outcome in outcomes.values()), noticed

    def _run(
        self,
        tasks: Sequence[Task],
        what: str,
    ) -> Mapping[str, Outcome]:
        """Run tasks and tell of each."""
        found: dict[str, Outcome] = {}
        began = self._clock.monotonic()

        def done(outcome: Outcome) -> None:
            found[outcome.id] = outcome
            self._tell(f"{len(found):4}/{len(tasks)} {outcome.seconds:5.1f} s {outcome.verdict:9} {_line(outcome)}")

        look_at(tasks, self._jobs, done, clock=self._clock)
        killed = sum(outcome.killed for outcome in found.values())
        seconds = self._clock.monotonic() - began
        self._tell(f"{killed} of {len(tasks)} {what} killed in {seconds:.0f} s")
        return {task.id: found[task.id] for task in tasks}

    def _control(self, outcomes: Mapping[str, Outcome]) -> bool:
        """Run what noticed on the connector as it is; returns whether all of it passes."""
        nodes = _noticed(outcomes.values())
        if not nodes:
            return True
        found: list[Outcome] = []
        look_at([Task("control", None, Look(nodes=nodes, only=True), all_failures=True)], 1, found.append)
        for notice in found[0].notices:
            self._tell(f"fails without any mutant, so that what it noticed does not count: {notice.node}: {notice.why}")
        self._tell(f"{len(nodes)} scenarios noticed; {len(found[0].notices)} of them fail on the connector as it is")
        return found[0].verdict is Verdict.SURVIVED


def _noticed(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Return the ids of the scenarios that noticed mutants, each once."""
    return tuple(dict.fromkeys(notice.node for outcome in outcomes for notice in outcome.notices if notice.node))


def _line(outcome: Outcome) -> str:
    """Say which mutant it is, and who noticed what."""
    said = "; ".join(f"{notice.scenario}: {notice.why}" for notice in outcome.notices[:1])
    return f"{outcome.id}  {said}"[:240]
