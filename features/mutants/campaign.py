"""One run over many mutants: who looks first, what is told of each, and whether the result counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ebo_simulator.clock import Clock, SystemClock

from features.mutants import report
from features.mutants.running import Outcome, Task, Verdict, look_at
from features.mutants.scenarios import Look
from features.mutants.survivors import survivors
from features.mutants.table import Mutant

REMEMBERED = 12
"""Scenarios that noticed the mutants before: those of one module are often noticed by the same."""

LEAST_RATE = 95.0
"""Share in per cent of the generated mutants that the features must notice."""


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

    def generated(self, module: str | None = None) -> tuple[bool, str | None]:
        """Run generated mutants; returns whether enough were killed, and the part of the page; None if that cannot be.

        Each survivor must have its reason, and what has one must survive. Scenarios that noticed the last mutants of a
        module look at the next one first.
        """
        from features.mutants.generated import MODULES, generate  # noqa: PLC0415 - cosmic-ray is needed here only

        mutants = {one.id: one for name in MODULES if module in (None, name) for one in generate(name)}
        known = {one.id: one for one in survivors() if module is None or one.where.startswith(f"{module}:")}
        modules = {one.id: one.patch.module for one in mutants.values()}
        recent: dict[str, list[str]] = {}

        def adapt(task: Task) -> Task:
            return replace(task, look=replace(task.look, nodes=tuple(recent.get(modules[task.id], ()))))

        def learn(outcome: Outcome) -> None:
            if outcome.verdict is Verdict.KILLED:
                nodes = recent.setdefault(modules[outcome.id], [])
                node = outcome.notices[0].node
                nodes[:] = [node, *(one for one in nodes if one != node)][:REMEMBERED]

        tasks = [
            Task(one.id, one.patch, Look(MODULES[one.patch.module], one.words, only=self._narrow or one.id in known))
            for one in mutants.values()
        ]
        outcomes = self._run(tasks, "generated mutants", adapt, learn)
        lived = {id_ for id_, outcome in outcomes.items() if outcome.verdict is Verdict.SURVIVED}
        for one in (mutants[id_] for id_ in sorted(lived - known.keys())):
            self._tell(f"no reason: {one.where} {one.old!r} > {one.new!r}")
        for id_ in sorted(known.keys() - lived):
            self._tell(f"survivors.toml: {id_!r} does not survive (any more)")
        counts = report.tally(modules, list(outcomes.values()))
        if not self._control(outcomes):
            return False, None
        page = report.generated(counts, sorted(known[id_] for id_ in lived & known.keys()))
        return lived == known.keys() and self._enough(counts), page

    def _enough(self, counts: Sequence[report.Made]) -> bool:
        """Tell the rate of each module, and whether that of all together is enough."""
        for row in (*counts, together := report.total(counts)):
            self._tell(f"{row.module}: {row.killed} killed, {row.survived} survived: {row.rate:.1f} %")
        return together.rate >= LEAST_RATE

    def _run(
        self,
        tasks: Sequence[Task],
        what: str,
        adapt: Callable[[Task], Task] = lambda task: task,
        learn: Callable[[Outcome], None] = lambda _: None,
    ) -> Mapping[str, Outcome]:
        """Run tasks and tell of each."""
        found: dict[str, Outcome] = {}
        began = self._clock.monotonic()

        def done(outcome: Outcome) -> None:
            found[outcome.id] = outcome
            learn(outcome)
            self._tell(f"{len(found):4}/{len(tasks)} {outcome.seconds:5.1f} s {outcome.verdict:9} {_line(outcome)}")

        look_at(tasks, self._jobs, done, adapt, self._clock)
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
