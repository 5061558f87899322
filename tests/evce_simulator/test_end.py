"""A simulator that is a process of its own leaves nothing behind, however it is asked to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 60
"""Seconds that an end may take on a busy machine."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking them")
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_the_certificate_that_was_made_for_a_run_goes_with_it(tmp_path: Path, asked: signal.Signals) -> None:
    line = [sys.executable, "-m", "evce_simulator", "run", "--scenario", "guide", "--tls", "--port", "0"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603 - our own module
        assert process.stdout is not None
        said = next(text for text in process.stdout if text.startswith("Control token: "))
        certificates = list(tmp_path.glob("evce-simulator-*/*.pem"))
        process.send_signal(asked)
        status = process.wait(PATIENCE)
    assert said
    assert certificates
    assert (status, list(tmp_path.iterdir())) == (0, [])
