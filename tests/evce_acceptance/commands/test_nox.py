"""Under nox a run ends as the command does, for a pipeline tells "wrong" from "could not begin"."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once  # other Pythons are tested without nox
ROOT = Path(__file__).parents[3]
COULD_NOT_BEGIN = 3


@pytest.mark.parametrize("session", [["sat", "--", "--site"], ["shadow", "--", "--pair"]], ids=["sat", "shadow"])
def test_a_run_that_could_not_begin_is_told_by_the_same_exit_status(session: list[str]) -> None:
    line = [sys.executable, "-m", "nox", "-s", *session, "gone.toml"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)  # noqa: S603 - our own sessions
    assert done.returncode == COULD_NOT_BEGIN, done.stdout + done.stderr
