"""Two connectors of one database, each a process as a service manager starts it."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from evce_connector.clock import SystemClock
from evce_connector.persistence.database import open_database
from evce_connector.persistence.owner import Owner, write_owner

from load.processes import spawn
from tests.support.connector_process import configuration_file
from tests.support.joined import settings

pytestmark = pytest.mark.once

Run = Callable[..., "subprocess.Popen[str]"]
SOON = 3.0
"""Time in s that a start may take longer than the one before: what else the machine has to do is in both."""
WITHIN = 20.0


def write_configuration(folder: Path, name: str, **storage: str) -> Path:
    """Write a configuration on a database; the system gives a port to each that runs with it."""
    return configuration_file(settings(folder, storage=storage), folder, name)


@pytest.fixture
def configuration(database: str, tmp_path: Path) -> Path:
    """Write the configuration that both connectors run with."""
    return write_configuration(tmp_path, "connector", url=database)


@pytest.fixture
def run_with() -> Iterator[Run]:
    """Start connectors; those that still run are killed with the test."""
    started = []

    def start(path: Path) -> subprocess.Popen[str]:
        command = ("-m", "evce_connector", "run", "--config", str(path))
        started.append(spawn(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def run(run_with: Run, configuration: Path) -> Run:
    """Start connectors of one configuration."""
    return partial(run_with, configuration)


def serves(process: subprocess.Popen[str]) -> bool:
    """Wait for a connector's first line."""
    assert process.stdout is not None
    return process.stdout.readline().startswith("EWS server at http://127.0.0.1:")


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    process = spawn("-m", "evce_connector", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=WITHIN)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def test_the_second_ends_with_a_sentence_that_names_the_first_which_goes_on(run: Run) -> None:
    first = run()
    assert serves(first)
    second = run()
    out, err = second.communicate(timeout=WITHIN)
    assert (second.returncode, out) == (1, "")
    (line,) = err.splitlines()
    assert line.startswith("evce-connector: Another connector runs on the database ")
    assert f": process {first.pid} on {platform.node()} since " in line
    assert re.search(r"Stop it, or give this one a storage\.url( or a storage\.site)? of its own\.$", line)
    assert first.poll() is None


def test_after_the_first_was_killed_the_next_waits_for_nothing(run: Run) -> None:
    clock = SystemClock()
    begun = clock.monotonic()
    first = run()
    assert serves(first)
    first_took = clock.monotonic() - begun
    quickest = float("inf")
    for _ in range(3):  # the quickest counts: one that waits for the lease does so each time
        first.kill()  # and not waited for: its entry among the processes stays
        begun = clock.monotonic()
        first = run()
        assert serves(first)
        quickest = min(quickest, clock.monotonic() - begun)
        if quickest < first_took + SOON:
            break
    assert quickest < first_took + SOON


def test_after_the_first_was_stopped_the_database_is_free(run: Run, configuration: Path) -> None:
    first = run()
    assert serves(first)
    first.terminate()
    assert first.wait(WITHIN) == 0
    assert "The connector is running" not in call("check", "--config", str(configuration)).stdout
    assert serves(run())


def test_other_commands_work_beside_a_running_connector(run: Run, configuration: Path) -> None:
    first = run()
    assert serves(first)
    for command in (["setup", "--no-wait"], ["ledger"], ["commands"]):
        done = call(*command, "--config", str(configuration))
        assert (command, done.returncode, done.stderr) == (command, 0, "")
    checked = call("check", "--config", str(configuration))
    assert f"ok: The connector is running: process {first.pid} on {platform.node()} since " in checked.stdout


def test_a_connector_whose_database_was_taken_ends_with_a_sentence(run: Run, database: str) -> None:
    first = run()
    assert serves(first)
    engine = open_database(database)
    other = Owner.this_process("http://10.0.0.2:8081/EWS", SystemClock().now())
    with engine.begin() as connection:
        write_owner(connection, other)
    engine.dispose()
    _, err = first.communicate(timeout=WITHIN)
    assert first.returncode == 1
    assert f"process {other.process} on {other.host} since " in err.splitlines()[-1]
    assert "Traceback" not in err


def test_connectors_of_two_sites_run_on_one_postgresql_and_a_second_one_of_a_site_is_refused(
    run_with: Run, new_postgres_database: Callable[[], str], tmp_path: Path
) -> None:
    url = new_postgres_database()
    north, south = (write_configuration(tmp_path, site, url=url, site=site) for site in ("north", "south"))
    first, other = run_with(north), run_with(south)
    assert serves(first)
    assert serves(other)
    second = run_with(north)
    _, err = second.communicate(timeout=WITHIN)
    assert second.returncode == 1
    assert f"(site north): process {first.pid} on {platform.node()} since " in err
    assert (first.poll(), other.poll()) == (None, None)
