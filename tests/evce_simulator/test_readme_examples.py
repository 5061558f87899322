"""What the simulator's README shows is done as it is shown: its tests run, its calls of the control plane are taken."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import evce_simulator
import requests
from evce_simulator import pytest_plugin

from tests.evce_simulator.controlling import Control

README = Path(evce_simulator.__file__).with_name("README.md").read_text(encoding="utf-8")


def shown(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_tests_that_it_shows_pass(tmp_path: Path) -> None:
    conftest, test = shown("python")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "test_shown.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", "-W", "error", "."]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment, timeout=50
    )
    assert "1 passed" in result.stdout, result.stdout


def test_it_names_every_fixture() -> None:
    (fixtures,) = re.findall(r"\| fixture \|.*?\n((?:\|.*\n?)+)", README)
    named = set(re.findall(r"^\| `(\w+)`", fixtures, re.MULTILINE))
    assert named == {
        name for name, part in vars(pytest_plugin).items() if type(part).__name__ == "FixtureFunctionDefinition"
    }


def test_the_calls_that_it_shows_are_taken(run: Callable[..., Any]) -> None:
    control = Control(run("campus", control_port=0).simulator)
    (calls,) = shown("sh")
    for call in calls.splitlines():
        *_, body, address = shlex.split(call)
        headers = {"Authorization": f"Bearer {control.token}", "Content-Type": "application/x-www-form-urlencoded"}
        url = f"{control.simulator.control_url}{address.partition('/control')[2]}"
        assert requests.post(url, data=body, headers=headers, timeout=10).status_code == 200  # as curl -d sends it
    assert control.simulator.clock.speed == 60
    assert [fault.row.name for fault in control.simulator.faults.active()] == ["unavailable"]
