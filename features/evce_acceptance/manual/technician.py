"""What software cannot do on a site: a technician is asked to, and the answers are kept.

The steps stand in manual.toml. In an unattended run every step is inconclusive.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ebo_simulator.clock import Clock
from evce_acceptance.results.run import Answer
from evce_acceptance.results.verdicts import InconclusiveError
from pydantic import BaseModel, ConfigDict, Field

YES, NO, SKIP = "yes", "no", "skip"
DIRECTION = "direction"


class Step(BaseModel):
    """One row of manual.toml: what to do, what to answer, and the requirements that it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    instruction: str
    question: str
    choices: tuple[str, ...] = Field(min_length=2)
    requirements: tuple[str, ...]


@cache
def steps() -> dict[str, Step]:
    """Return every manual step by its id."""
    rows = tomllib.loads(Path(__file__).with_name("manual.toml").read_text(encoding="utf-8"))["step"]
    return {step.id: step for step in map(Step.model_validate, rows)}


class Technician:
    """Who stands at the site, or nobody: `read` gives a line that was typed, and is None in an unattended run."""

    def __init__(self, clock: Clock, tell: Callable[[str], object], read: Callable[[], str] | None = None) -> None:
        self._clock, self._tell, self._read = clock, tell, read
        self.answers: list[Answer] = []

    def ask(self, step: str, instruction: str, choices: tuple[str, ...]) -> Answer:
        """Ask until one of the choices is typed, or the beginning of only one; InconclusiveError when nobody answers.

        "skip" and the end of input are kept as answers, and leave the step undecided too.
        """
        if self._read is None:
            raise InconclusiveError(f"{step}: nobody was there to do it. Run it attended.")
        self._tell(f"{step}\n{instruction}")
        answer = self._answer(choices)
        kept = Answer(step, instruction, answer, self._clock.now().isoformat(timespec="seconds"))
        self.answers.append(kept)
        if answer == SKIP:
            raise InconclusiveError(f"{step}: the technician skipped it.")
        return kept

    def perform(self, step_id: str) -> bool:
        """Have a step of manual.toml done; returns whether the answer to its question is yes."""
        step = steps()[step_id]
        return self.ask(step.title, f"{step.instruction}\n{step.question}", step.choices).answer == YES

    def reduction_lowers(self) -> bool:
        """Ask for the direction of a reduction, which is assumed: nothing is written before somebody has said it."""
        return self.perform(DIRECTION)

    def _answer(self, choices: tuple[str, ...]) -> str:
        assert self._read
        while True:
            self._tell(f"Answer {' / '.join(choices)}:")
            try:
                typed = self._read().strip().casefold()
            except EOFError:
                return SKIP
            fitting = [choice for choice in choices if typed and choice.startswith(typed)]
            if typed in choices or len(fitting) == 1:
                return typed if typed in choices else fitting[0]
