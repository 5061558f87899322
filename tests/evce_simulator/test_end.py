"""A simulator that is a process of its own leaves nothing behind when whoever started it ends it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 60
"""Seconds that an end may take on a busy machine."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking them")
def test_the_certificate_that_was_made_for_a_run_goes_with_it(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "evce_simulator", "run", "--scenario", "guide", "--tls", "--port", "0"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603 - our own module
        try:
            assert process.stdout is not None
            assert any(text.startswith("Control token: ") for text in process.stdout)
            assert list(tmp_path.glob("evce-simulator-*/*.pem"))
            process.terminate()
            status = process.wait(PATIENCE)
        finally:
            process.kill()  # or a test that failed would wait for it
    assert (status, list(tmp_path.iterdir())) == (0, [])
