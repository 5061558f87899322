"""The commands: what they cost before they do anything, and what they say of a package that is not installed."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from evce_acceptance import cli as acceptance
from evce_connector import cli as connector
from evce_connector.cli import group

HELP = """
import resource, sys
from pathlib import Path
sys.argv = ["evce-connector", "--help"]
from evce_connector.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))  # ru_maxrss would hold the parent's too
    print(used.ru_utime + used.ru_stime, int(peak) / 1024, file=sys.stderr)
"""
WITHOUT = """
import sys
sys.modules[{package!r}] = None
sys.argv = [{command!r}, *{arguments!r}]
from {module} import {name}
{name}()
"""
SECONDS, MEGABYTES = 0.3, 45


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of this process alone")
def test_help_costs_little() -> None:
    done = run(HELP)
    seconds, megabytes = map(float, done.stderr.split())
    assert "\n  demo " in done.stdout
    assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True), done.stderr


@pytest.mark.parametrize("name", group.COMMANDS)
def test_a_command_of_the_connector_has_the_name_it_is_listed_by(name: str) -> None:
    command = connector.cli.get_command(click.Context(connector.cli), name)
    assert command is not None
    assert command.help, name


@pytest.mark.parametrize("name", acceptance.COMMANDS)
def test_a_command_of_acceptance_has_the_name_it_is_listed_by(name: str) -> None:
    command = acceptance.main.get_command(click.Context(acceptance.main), name)
    assert command is not None
    assert command.name == name


@pytest.mark.parametrize("group_", [connector.cli, acceptance.main])
def test_an_unknown_command_is_a_mistake_in_use(group_: click.Group) -> None:
    assert group_.get_command(click.Context(group_), "nothing") is None


@pytest.mark.parametrize(
    ("entry", "arguments", "package", "status", "says"),
    [
        (
            "evce_connector.cli:main",
            ["demo"],
            "zeep",
            1,
            "demo needs zeep, which is not installed. Install the extra 's",
        ),
        (
            "evce_connector.cli:main",
            ["adopt", "--config", "x", "--release"],
            "zeep",
            1,
            "pip install 'evce-connector[simulators]'",
        ),
        ("evce_acceptance.cli:main", ["run"], "pytest", 3, "pip install 'evce-connector[acceptance]'"),
        ("simulator_commands:evce_simulator", ["run"], "yaml", 1, "pip install 'evce-connector[simulators]'"),
        ("simulator_commands:ebo_simulator", ["tree"], "zeep", 1, "pip install 'evce-connector[simulators]'"),
        ("simulator_commands:lying_proxy", ["--list"], "zeep", 1, "pip install 'evce-connector[simulators]'"),
    ],
)
def test_what_is_not_installed_is_named_with_the_extra_that_brings_it(
    entry: str, arguments: list[str], package: str, status: int, says: str
) -> None:
    module, name = entry.split(":")
    done = run(WITHOUT.format(module=module, name=name, arguments=arguments, package=package, command=name))
    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (status, True, False), done.stderr
