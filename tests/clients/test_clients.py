"""Clients that others would write, each in its own language, do with the connector what Building Operation does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from evce_connector.store.tree import ValueItem

from tests.clients.conftest import PASSWORD, USER, Site, serve_site

HERE = Path(__file__).parent
LOG = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"
REDUCTION = 12.5


@dataclass(frozen=True)
class Client:
    """How a client is run, by what program, and which Debian packages bring it."""

    command: tuple[str, ...]
    program: str
    packages: str


CLIENTS = {
    "node": Client(("node",), "client.js", "nodejs"),
    "php": Client(("php",), "client.php", "php-cli php-soap"),
    "perl": Client(("perl",), "client.pl", "perl libwww-perl"),
}


@dataclass
class Run:
    """What a client printed, by step, and the site that it spoke to."""

    site: Site
    saw: dict[str, Any]
    errors: str

    def step(self, name: str) -> Any:  # noqa: ANN401 - whatever the client saw
        assert name in self.saw, self.errors
        return self.saw[name]


def _need(client: Client) -> None:
    if shutil.which(client.command[0]) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"needs the Debian packages {client.packages}")


@pytest.fixture(scope="module", params=CLIENTS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run a client once, on a site of its own."""
    client = CLIENTS[request.param]
    _need(client)
    for site in serve_site(tmp_path_factory.mktemp(request.param)):
        arguments = [str(HERE / client.program), site.address, USER, PASSWORD, str(REDUCTION), LOG]
        done = subprocess.run([*client.command, *arguments], capture_output=True, text=True, timeout=50, check=False)  # noqa: S603 - the clients under test
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        yield Run(site, {line["step"]: line["saw"] for line in lines}, done.stderr)


def test_it_discovers_every_folder_down_to_the_connectors(run: Run) -> None:
    folders = sorted(folder.id for folder in run.site.folders())
    assert any("/Connectors/" in folder for folder in folders)
    assert run.step("discover") == {"version": "1", "folders": folders}


def test_it_reads_the_controllers_value_and_its_unit(run: Run) -> None:
    assert run.step("read") == {"value": run.site.simulator.model.zones()[0]["maxCurrent"], "unit": "A"}


def test_its_write_reaches_the_controller(run: Run) -> None:
    assert run.step("write") == "true"
    assert run.site.simulator.model.zones()[0]["reduction"]["value"] == REDUCTION


def test_it_reads_the_samples_of_a_log(run: Run) -> None:
    source = run.site.service.items.tree.get("Zones/1/ZoneOverallActivePowerTotal")
    assert isinstance(source, ValueItem)
    assert run.step("history") == [source.value]


def test_it_sees_the_alarm_and_acknowledges_it(run: Run) -> None:
    assert run.step("alarms") == {"active": ["Stations/1/Alarm"], "acknowledged": ["true"]}
