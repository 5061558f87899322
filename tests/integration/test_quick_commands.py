"""Commands that people type and programs call again and again: what each costs of a core, as a process of its own.

Seconds are those of another machine tomorrow; so each is told beside something else that is measured on this one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import tomli_w
from evce_connector.clock import SystemClock
from evce_simulator import EvceSimulator

from tests.support.cpu import YARDSTICK, least, spent_by
from tests.support.joined import EWS_PASSWORD, LOGIN, PASSWORD, USER, JoinedSite, settings

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform == "win32", reason="the kernel does not tell what a child has used"),
]
REDUCTION = "EVCE Zones/Z1/ZoneReduction"
VALUES = 3.0
"""Times the yardstick that one value may cost: 1.6 as measured, 0.3 s of 0.2 s; 4 while plots were loaded for it."""
CHECK = 1.3
"""Times what the connector's start costs until it serves: 1.1 as measured, 1.0 s of 0.9 s, for a check also ends; 1.45
while all that was imported was searched for garbage again and again."""


def test_one_value_costs_little_more_than_to_load_a_soap_client(tmp_path: Path) -> None:
    with JoinedSite(tmp_path, SystemClock()) as site:
        site.set_up()
        site.poll()
        site.service.ews.start()
        login = {"EBO_URL": site.service.ews.address, "EBO_USER": USER, "EBO_PASSWORD": EWS_PASSWORD}

        def read() -> float:
            command = (sys.executable, "-m", "ebo_simulator", "values", REDUCTION, "--json")
            seconds, status, said = spent_by(*command, environment=login)
            assert status == 0, said
            assert [point["shown"] for point in json.loads(said)] == ["10.00"]
            return seconds

        costs, yardstick = least(read), least(lambda: spent_by(*YARDSTICK).seconds)
    assert costs < VALUES * yardstick, (costs, yardstick)


def test_to_look_at_a_configuration_costs_about_what_a_start_costs(tmp_path: Path) -> None:
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD) as simulator:
        file = tmp_path / "connector.toml"
        file.write_text(tomli_w.dumps(settings(tmp_path, simulator.url)), encoding="utf-8")

        def check() -> float:
            seconds, status, said = spent_by(sys.executable, "-m", "evce_connector", "check", "--config", str(file))
            assert status == 0, said
            return seconds

        start, costs = least(lambda: started(file)), least(check)
    assert costs < CHECK * start, (costs, start)


def started(file: Path) -> float:
    """Run the connector until it says where it serves; what it had cost by then, in s."""
    command = [sys.executable, "-m", "evce_connector", "run", "--config", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - our own
        try:
            assert process.stdout
            assert any(line.startswith("EWS server at ") for line in process.stdout)
            used = psutil.Process(process.pid).cpu_times()
        finally:
            process.terminate()
    return used.user + used.system
