"""The fixtures that others can use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import requests
from evce_simulator import EvceSimulator, ManualClock
from evce_simulator.pytest_plugin import evce, evce_clock, run_evce

__all__ = ["evce", "evce_clock", "run_evce"]

USER_TEST = """
import pytest

@pytest.mark.evce("campus", password="x", tls=True)
def test_marked(evce, evce_clock):
    assert len(evce.model.zones()) == 6 and evce.password == "x" and evce.ca_file.exists()
    evce_clock.advance(60)
    assert evce.clock.monotonic() == 60

def test_plain(evce):
    assert len(evce.model.zones()) == 3
"""


def test_the_fixture_is_a_running_simulator(evce: EvceSimulator) -> None:
    answer = requests.get(f"{evce.url}/zones", auth=(evce.login, evce.password), timeout=10)
    assert answer.json()["total"] == 3


def test_more_of_them_run_side_by_side_on_one_clock(
    run_evce: Callable[..., EvceSimulator], evce_clock: ManualClock
) -> None:
    one, other = run_evce("campus"), run_evce("guide", login="other")
    evce_clock.advance(5)
    assert one.clock.now() == other.clock.now()
    assert one.port != other.port


def test_a_users_test_chooses_its_site_by_the_marker(tmp_path: Path) -> None:
    file = tmp_path / "test_user.py"
    file.write_text(USER_TEST, encoding="utf-8")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["evce_simulator.pytest_plugin"]\n', encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", str(file)]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment, timeout=50
    )
    assert "2 passed" in result.stdout, result.stdout
