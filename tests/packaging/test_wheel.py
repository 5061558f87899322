"""The wheel as others install it: the connector alone, and site acceptance on a machine without a checkout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from evce_simulator import EvceSimulator

from tests.support.joined import LOGIN, PASSWORD, settings

ROOT = Path(__file__).parents[2]
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
PATIENCE = 400
"""Seconds that pip, or a whole acceptance run, may take on a busy machine."""
pytestmark = [pytest.mark.once, pytest.mark.timeout(PATIENCE + 60)]
PORTAL = {"enabled": True, "address": "http://127.0.0.1:0"}
ITEM = "EVCE Zones/Z1/ZoneMaxCurrent(A)"
OF_OTHERS = ("zeep", "factory", "faker", "matplotlib", "yaml", "pytest", "locust")
"""What simulators, acceptance and tests need, and a connector must not."""


class Installed:
    """An environment of its own with the wheel in it."""

    def __init__(self, folder: Path, wheel: Path, extras: str = "") -> None:
        self.folder = folder
        venv.create(folder / "venv")
        pip = [sys.executable, "-m", "pip", "--python", self.program("python")]  # one of its own takes half of the time
        command = [*pip, "install", "--quiet", "--no-compile", f"{wheel}{extras}"]
        subprocess.run(command, check=True, env=self.environment, timeout=PATIENCE)  # noqa: S603 - our own package

    def program(self, name: str) -> str:
        """Return the path of a command in the environment."""
        return str(self.folder / "venv" / SCRIPTS / name)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that must see nothing of this checkout."""
        hidden = ("PYTHONPATH", "PYTEST_ADDOPTS", "COV_CORE_SOURCE", "COVERAGE_PROCESS_START")
        return {name: value for name, value in os.environ.items() if name not in hidden} | {"PYTHONUTF8": "1"}

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in its folder."""
        return subprocess.run(  # noqa: S603 - our own commands
            [self.program(name), *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def ran(self, name: str, *arguments: str) -> str:
        """Run a command that must succeed; returns what it said."""
        done = self.run(name, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, timeout=PATIENCE)  # noqa: S603 - our own package
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def connector(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the connector alone."""
    return Installed(tmp_path_factory.mktemp("connector"), wheel)


@pytest.fixture(scope="module")
def acceptance(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install acceptance and simulators."""
    return Installed(tmp_path_factory.mktemp("acceptance"), wheel, "[acceptance,simulators]")


@pytest.fixture
def config(connector: Installed) -> Iterator[str]:
    """Write the configuration of a connector in front of a simulated controller."""
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD) as simulator:
        lines = []
        for name, entries in settings(connector.folder, simulator.url, portal=PORTAL).items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in entries.items())]
        path = connector.folder / "connector.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        yield str(path)


@pytest.mark.parametrize("package", OF_OTHERS)
def test_the_connector_alone_comes_without_what_others_need(connector: Installed, package: str) -> None:
    assert connector.run("python", "-c", f"import {package}").returncode == 1


def test_the_connector_alone_checks_a_configuration(connector: Installed, config: str) -> None:
    assert "ok: The charge controller answers with API version 6." in connector.ran(
        "evce-connector", "check", "--config", config
    )


def test_the_connector_alone_says_how_to_adopt(connector: Installed) -> None:
    assert "--dry-run" in connector.ran("evce-connector", "adopt", "--help")


def test_the_connector_alone_says_what_its_demo_lacks(connector: Installed) -> None:
    done = connector.run("evce-connector", "demo", "--once")
    assert (done.returncode, "pip install 'evce-connector[simulators]'" in done.stderr) == (1, True), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal to one process there")
def test_the_connector_alone_runs_answers_and_ends_on_ctrl_c(connector: Installed, config: str) -> None:
    with subprocess.Popen(  # noqa: S603 - our own command
        [connector.program("evce-connector"), "run", "--config", config],
        cwd=connector.folder,
        env=connector.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        too_late = threading.Timer(PATIENCE, process.kill)
        too_late.start()
        assert process.stdout
        said = process.stdout.readline()
        address = said.removeprefix("EWS server at ").partition(",")[0]
        answer = requests.get(f"{address}?wsdl", timeout=60)
        pages = process.stdout.readline().removeprefix("The pages are at ").partition(": ")[0]
        served = [requests.get(f"{pages}/{page}", timeout=60).status_code for page in ("login", "static/portal.css")]
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate()
        too_late.cancel()
    assert (answer.status_code, process.returncode) == (200, 0), complaints
    assert "definitions" in answer.text
    assert served == [200, 200]


@pytest.mark.release
def test_acceptance_from_the_wheel_accepts_a_simulated_site(acceptance: Installed) -> None:
    done = acceptance.run("evce-acceptance", "run", "--scenario", "guide", "--output", "report")
    assert (done.returncode, "pass: simulated site guide" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "fail" not in done.stdout
    assert len(list((acceptance.folder / "report").glob("*.zip"))) == 1


def test_acceptance_from_the_wheel_names_the_item_that_a_proxy_lies_about(acceptance: Installed) -> None:
    done = acceptance.run("evce-acceptance", "run", "--scenario", "guide", "--output", "lie", "--lie", "value", ITEM)
    assert (done.returncode, f"{ITEM}: " in done.stdout) == (1, True), done.stdout + done.stderr
    assert "See it again" not in done.stdout  # the site is gone with the run


def test_acceptance_from_the_wheel_says_that_all_features_need_a_checkout(acceptance: Installed) -> None:
    done = acceptance.run("evce-acceptance", "run", "--prove-in-simulation")
    assert (done.returncode, "from a checkout of the project" in done.stdout) == (3, True), done.stdout + done.stderr
