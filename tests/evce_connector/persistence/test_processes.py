"""Whether a process still runs: asked of the system itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from evce_connector.persistence import processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process started")


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_process_that_runs_is_not_gone(child: subprocess.Popen[bytes]) -> None:
    assert not processes.is_gone(child.pid, processes.start_of(child.pid))


def test_a_killed_process_is_gone_before_anybody_asks_for_its_end_and_after(child: subprocess.Popen[bytes]) -> None:
    started = processes.start_of(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes.is_gone(child.pid, started)
    child.wait()
    assert processes.is_gone(child.pid, started)


def test_a_process_with_the_same_id_that_started_at_another_time_is_another_one() -> None:
    assert processes.is_gone(os.getpid(), "1")


def test_a_process_that_the_system_hides_is_not_taken_for_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = processes.start_of(os.getpid())
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert not processes.is_gone(os.getpid(), started)


def test_a_system_that_tells_nothing_of_itself_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert (processes.kernel(), processes.start_of(os.getpid())) == ("", "")
