"""What a process took is told without what other work took from it."""

from __future__ import annotations

import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from tests.support import stopwatch
from tests.support.stopwatch import WORK, Stopwatch, Took, slowness


def test_what_a_process_took_is_without_what_it_and_who_asked_it_waited_for_a_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instants = iter([100.0, 104.0])
    waited = {"7": iter([0.5]), stopwatch._me(): iter([20.0, 21.0])}
    monkeypatch.setattr(stopwatch, "time", SimpleNamespace(monotonic=lambda: next(instants)))
    monkeypatch.setattr(stopwatch, "_waited_for_a_core", lambda task: next(waited[task]))
    assert Stopwatch().took(7) == Took(wall=4.0, own=2.5)


def test_what_a_process_sleeps_is_not_taken_for_waiting_for_a_core() -> None:
    began = time.monotonic()
    script = "import time; time.sleep(0.5); print(); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603 - as written above
        assert process.stdout
        process.stdout.readline()
        waited, wall = stopwatch._waited_for_a_core(str(process.pid)), time.monotonic() - began
        process.communicate("\n")
    assert waited <= wall - 0.5


def test_of_a_process_that_ran_before_only_what_came_since_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = iter([100.0, 104.0])
    waited = {"7": iter([0.5, 2.0]), stopwatch._me(): iter([20.0, 20.0])}
    monkeypatch.setattr(stopwatch, "time", SimpleNamespace(monotonic=lambda: next(instants)))
    monkeypatch.setattr(stopwatch, "_waited_for_a_core", lambda task: next(waited[task]))
    assert Stopwatch(7).took(7) == Took(wall=4.0, own=2.5)


def test_a_core_that_is_slow_is_told_and_a_quick_one_changes_nothing() -> None:
    assert [slowness([]), slowness([WORK / 2]), slowness([WORK, WORK * 3])] == [1.0, 1.0, 2.0]
