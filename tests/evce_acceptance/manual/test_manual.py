"""Manual steps: asked, answered, kept; nobody there, nothing decided."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ebo_simulator.clock import ManualClock
from evce_acceptance.manual.technician import SKIP, YES, Technician, steps
from evce_acceptance.results.run import Answer
from evce_acceptance.results.verdicts import InconclusiveError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REQUIREMENTS = Path(__file__).parents[3] / "features" / "data" / "requirements.csv"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def attended(said: list[str]) -> Callable[..., Technician]:
    """Make a technician who types these lines, and then leaves."""

    def make(*typed: str) -> Technician:
        left = list(typed)

        def read() -> str:
            if not left:
                raise EOFError
            return left.pop(0)

        return Technician(ManualClock(NOON), said.append, read)

    return make


def test_the_technician_reads_what_to_do_and_the_answer_is_kept(
    attended: Callable[..., Technician], said: list[str]
) -> None:
    technician = attended("done")
    answer = technician.ask("Unplug", "Unplug the cable.", ("done", "skip"))
    assert answer == Answer("Unplug", "Unplug the cable.", "done", "2026-03-02T12:00:00+00:00")
    assert technician.answers == [answer]
    assert said == ["Unplug\nUnplug the cable.", "Answer done / skip:"]


def test_the_question_is_asked_again_until_an_answer_fits(attended: Callable[..., Technician], said: list[str]) -> None:
    assert attended("", "perhaps", "Y").perform("unplug-cable")
    assert said.count("Answer yes / no / skip:") == 3


def test_a_beginning_that_fits_two_choices_is_no_answer(attended: Callable[..., Technician]) -> None:
    assert attended("d", "done").ask("Step", "Do it.", ("done", "doing")).answer == "done"


@pytest.mark.parametrize(("typed", "lowers"), [("yes", True), ("no", False)])
def test_the_direction_of_a_reduction_is_asked_of_the_technician(
    attended: Callable[..., Technician], typed: str, lowers: bool
) -> None:
    assert attended(typed).reduction_lowers() is lowers


@pytest.mark.parametrize("typed", [(), ("skip",)])
def test_a_skipped_step_is_inconclusive_and_kept(attended: Callable[..., Technician], typed: tuple[str, ...]) -> None:
    technician = attended(*typed)
    with pytest.raises(InconclusiveError, match="skipped"):
        technician.perform("rename")
    assert [answer.answer for answer in technician.answers] == [SKIP]


def test_an_unattended_run_asks_nobody(said: list[str]) -> None:
    technician = Technician(ManualClock(NOON), said.append)
    with pytest.raises(InconclusiveError, match="Reboot the charge controller: nobody was there"):
        technician.perform("reboot-controller")
    assert (said, technician.answers) == ([], [])


def test_every_step_names_requirements_that_exist_and_can_be_answered_and_skipped() -> None:
    with REQUIREMENTS.open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    for step in steps().values():
        assert set(step.requirements) <= known, step.id
        assert {YES, SKIP} <= set(step.choices), step.id


def test_the_steps_are_those_that_software_cannot_do() -> None:
    assert set(steps()) == {"direction", "unplug-cable", "reboot-controller", "pull-network", "rename"}
