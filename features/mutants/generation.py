"""The campaign over generated mutants: module by module, each mutant looked at by those who execute its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from ebo_simulator.clock import Clock, SystemClock

from features.mutants import outcomes, report
from features.mutants.collected import Crew, Work
from features.mutants.generated import Generated, generate, sample
from features.mutants.mutated import Mutated, mutated
from features.mutants.outcomes import Became
from features.mutants.recording import Recording, Seen, group, kept
from features.mutants.running import Outcome, Task, Verdict, look_at
from features.mutants.scenarios import FEATURES, Look
from features.mutants.survivors import survivors
from features.mutants.swapping import can_swap

LEAST_RATE = 95.0
"""Share in per cent of the generated mutants that must be noticed."""
MOST = 120
"""Scenarios and tests that look at one mutant at most, of those that execute its line the likeliest.

What nobody of them notices counts as a survivor.
"""
AT_IMPORT = 4
"""So many times as many look at a mutant that only an import can make: nobody knows who needs its line."""
MOST_KNOWN = 12
"""Those that look at one that is known to survive."""
REMEMBERED = 12
"""Scenarios that noticed the mutants before: those of one module are often noticed by the same."""


class Generation:
    """Runs generated mutants, and tells of each in a line; unless `again`, not those that were noticed before."""

    def __init__(
        self,
        jobs: int,
        tell: Callable[[str], None],
        *,
        most: int = MOST,
        again: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self._jobs, self._tell, self._most, self._clock = jobs, tell, most, clock or SystemClock()
        self._known = {one.id: one for one in survivors()}
        self._before = outcomes.load()
        self._spared = set() if again else {id_ for id_, row in self._before.items() if row.killed}

    def run(
        self,
        modules: Sequence[str],
        recorded: Callable[[Callable[[Recording | None], Recording]], Recording] | None = kept,
    ) -> bool:
        """Run all mutants of modules and keep what became of them; returns whether all is well.

        `recorded` may have a recording, or makes one; without it everyone looks, the expected ones first.
        """
        files = dict.fromkeys(file for row in mutated().values() for file in row.files)
        began = self._clock.monotonic()
        with Crew([FEATURES, *files], self._jobs) as crew:
            recording = recorded(crew.record) if recorded else crew.unrecorded()
            self._tell(
                f"{len(recording.lines)} scenarios and tests recorded in {self._clock.monotonic() - began:.0f} s"
            )
            for node in sorted(recording.failing):
                self._tell(f"fails without any mutant, and is not asked: {node}")
            good = [self._module(name, crew, recording) for name in modules]
        self._tell(f"all in {self._clock.monotonic() - began:.0f} s")
        return all(good) and self._enough()

    def _module(self, name: str, crew: Crew, recording: Recording) -> bool:
        """Run the mutants of one module, look that who noticed is right about the connector, and keep the outcomes."""
        began, mutants = self._clock.monotonic(), {one.id: one for one in generate(name)}
        asked = {id_: one for id_, one in mutants.items() if id_ not in self._spared}
        found = self._look_at(asked, crew, recording, Ranking(mutated()[name], recording, self._before))
        good = self._control(crew, recording, found)
        became = [
            Became(id_, found[id_].verdict.value, _by(found[id_])) if id_ in found else self._before[id_]
            for id_ in mutants
        ]
        outcomes.keep(became, mutated())
        lived = {row.mutant for row in became if row.verdict == Verdict.SURVIVED}
        known = {id_ for id_, one in self._known.items() if one.where.partition(":")[0] == name}
        for one in (mutants[id_] for id_ in mutants if id_ in lived - known):
            again = f" ({one.nth})" if one.nth > 1 else ""
            self._tell(f"no reason: {one.where}{again} line {one.number} {one.old!r} > {one.new!r}")
        for id_ in sorted(known - lived):
            self._tell(f"survivors.toml: {id_!r} does not survive (any more)")
        killed = sum(row.killed for row in became)
        seconds = self._clock.monotonic() - began
        self._tell(f"{name}: {killed} killed, {len(lived)} survived, of {len(became)}, in {seconds:.0f} s")
        return good and lived == known

    def _look_at(
        self, mutants: Mapping[str, Generated], crew: Crew, recording: Recording, ranking: Ranking
    ) -> dict[str, Outcome]:
        """Run mutants: those within functions by the crew, and those that only an import can make."""
        found: dict[str, Outcome] = {}

        def done(outcome: Outcome) -> None:
            found[outcome.id] = outcome
            ranking.learn(outcome)
            self._tell(f"{len(found):4}/{len(mutants)} {_line(outcome)}")

        def nodes(id_: str) -> tuple[str, ...]:
            most = min(MOST_KNOWN, self._most) if id_ in self._known else self._most
            return ranking.of(mutants[id_])[:most]

        def adapted(task: Task) -> Task:
            most = MOST_KNOWN if task.id in self._known else self._most * AT_IMPORT
            chosen = ranking.of(mutants[task.id], imported=True)[:most]
            return replace(task, look=Look(nodes=chosen, only=True, files=_files(chosen)))

        work, tasks = [], []
        for id_, one in mutants.items():
            if recording.is_at_import(one.patch.module, one.number) or not can_swap(one.patch):
                tasks.append(Task(id_, one.patch, Look()))
            elif nodes(id_):
                work.append(Work(id_, one.patch, ()))
            else:  # nobody executes it
                done(Outcome(id_, Verdict.SURVIVED))
        crew.run(work, done, lambda one: one._replace(nodes=nodes(one.id)))
        look_at(tasks, self._jobs, done, adapted, self._clock)
        return found

    def _control(self, crew: Crew, recording: Recording, found: dict[str, Outcome]) -> bool:
        """Run who noticed on the connector as it is; what one noticed that fails there does not count."""
        nodes = {_by(outcome) for outcome in found.values()} & recording.nodes.keys() - recording.passed
        wrong = set[str]()

        def done(seen: Seen) -> None:
            if seen.passed:
                recording.passed.add(seen.node)
            else:
                wrong.add(seen.node)
                self._tell(f"fails without any mutant, so that what it noticed does not count: {seen.node}")

        crew.run([Work(node, None, (node,)) for node in sorted(nodes)], done)
        for id_, outcome in found.items():
            if _by(outcome) in wrong:
                found[id_] = Outcome(id_, Verdict.SURVIVED)
        return not wrong

    def sample(self, size: int, seed: int) -> bool:
        """Run mutants chosen by chance; returns whether each that is not known to survive was noticed.

        They are of the modules of which all were run once, so that it is known which survive. Who noticed one the last
        time looks at it first; if that is nobody, everyone does.
        """
        rows, ran = mutated(), {row.module for row in self._before.values()}
        chosen = {one.id: one for one in sample([name for name in rows if name in ran], size, seed)}
        chosen = {id_: one for id_, one in chosen.items() if id_ not in self._known}
        found: dict[str, Outcome] = {}

        def done(outcome: Outcome) -> None:
            found[outcome.id] = outcome
            self._tell(_line(outcome))

        before = {id_: self._before[id_].by for id_ in chosen if id_ in self._before and self._before[id_].by}
        first = [
            Task(id_, chosen[id_].patch, Look(nodes=[by], only=True, files=_files([by]))) for id_, by in before.items()
        ]
        look_at(first, self._jobs, done)
        rest = []
        for id_, one in chosen.items():
            if id_ not in found or not found[id_].killed:
                row = rows[one.patch.module]
                look = Look((*row.files, *row.features), one.words, files=(*row.files, FEATURES))
                rest.append(Task(id_, one.patch, look))
        look_at(rest, self._jobs, done)
        lived = [id_ for id_, outcome in found.items() if outcome.verdict is Verdict.SURVIVED]
        for id_ in lived:
            self._tell(f"nobody noticed {id_}")
        self._tell(f"{len(found) - len(lived)} of {len(found)} generated mutants noticed (seed {seed})")
        return self._are_right(found.values()) and not lived

    def _are_right(self, found: Iterable[Outcome]) -> bool:
        """Run who noticed on the connector as it is; returns whether all of it passes."""
        nodes = tuple(dict.fromkeys(_by(outcome) for outcome in found if _by(outcome)))
        task = Task("control", None, Look(nodes=nodes, only=True, files=_files(nodes)), all_failures=True)
        control: list[Outcome] = []
        look_at([task] if nodes else [], 1, control.append)
        wrong = [notice for outcome in control for notice in outcome.notices]
        for notice in wrong:
            self._tell(f"fails without any mutant: {notice.node}: {notice.why}")
        return not wrong

    def _enough(self) -> bool:
        """Tell the rate of each module, and whether that of all together is enough."""
        counts = report.tally(outcomes.load().values())
        for row in (*counts, together := report.total(counts)):
            self._tell(f"{row.module}: {row.killed} killed, {row.survived} survived: {row.rate:.1f} %")
        return together.rate >= LEAST_RATE


class Ranking:
    """Who looks at the mutants of a module, the likeliest to notice first."""

    def __init__(self, row: Mutated, recording: Recording, before: Mapping[str, Became]) -> None:
        self._row, self._recording, self._before = row, recording, before
        self._recent: list[str] = []
        self._expected = {*row.features, *row.files}
        self._nth: dict[str, int] = {}
        times: Counter[str] = Counter()
        for node in recording.nodes:
            self._nth[node] = times[group(node)]
            times[group(node)] += 1

    def learn(self, outcome: Outcome) -> None:
        """Let who noticed look at the next mutants first."""
        if node := _by(outcome):
            self._recent = [node, *(one for one in self._recent if one != node)][:REMEMBERED]

    def of(self, mutant: Generated, *, imported: bool = False) -> tuple[str, ...]:
        """Return the ids of who executes a mutant's line, in order; of everyone for one that only an import can make.

        First who noticed it or its neighbours before, then their other examples, then who names the same data point,
        then tests of its own, then of each scenario one example, the expected features before others, then the rest.
        """
        row, recording = self._row, self._recording
        nodes = recording.everyone() if imported else recording.of(mutant.patch.module, mutant.number)
        if not row.tests:
            nodes = [node for node in nodes if node.startswith(FEATURES)]
        before = self._before.get(mutant.id)
        first = [before.by if before else "", *self._recent]
        return tuple(sorted(nodes, key=lambda node: self._key(node, first, mutant.words)))

    def _key(self, node: str, first: Sequence[str], words: Collection[str]) -> tuple[float, ...]:
        if node in first:
            return 0, first.index(node)
        if group(node) in map(group, first):
            return 0, len(first) + self._nth[node]
        if any(word in node for word in words):
            return 1, self._nth[node]
        if self._recording.nodes[node] in self._row.files:  # tests of its own, which take no time
            return 1, len(self._nth) + self._nth[node]
        expected = self._recording.nodes[node] in self._expected
        return 2, min(self._nth[node], 1), not expected, self._recording.seconds.get(group(node), 0.0)


def _files(nodes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.partition("::")[0] for node in nodes))


def _by(outcome: Outcome) -> str:
    return outcome.notices[0].node if outcome.verdict is Verdict.KILLED and outcome.notices else ""


def _line(outcome: Outcome) -> str:
    """Say which mutant it is, and who noticed what."""
    said = "; ".join(f"{notice.node}: {notice.why}" for notice in outcome.notices[:1])
    return f"{outcome.seconds:5.1f} s {outcome.verdict:9} {outcome.id}  {said}"[:300]
