"""A connector whose controller speaks a dialect is accepted like any other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.once
@pytest.mark.timeout(240)
def test_a_connector_whose_controller_speaks_a_dialect_is_accepted(tmp_path: Path) -> None:
    """The simulated site, as two processes: what is true is read at the contract's own API."""
    line = [sys.executable, "-m", "evce_acceptance", "run", "--dialect", "areas", "--scenario", "guide"]
    line += ["--output", str(tmp_path / "out")]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=200)  # noqa: S603 - ours
    assert (done.returncode, "pass: simulated site guide" in done.stdout) == (0, True), done.stdout + done.stderr
