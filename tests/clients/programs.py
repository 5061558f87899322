"""The clients of other makes, one row each, and how their programs are run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.clients.site import LOG, READ, REDUCTION
from tests.support.joined import EWS_PASSWORD, USER

HERE = Path(__file__).parent
DEADLINE = 40
"""Seconds that a client has for its visit; Java takes 2 s on a quiet machine."""


@dataclass(frozen=True)
class Program:
    """A client's program: its command, the Debian packages that it needs, and a command that succeeds with them."""

    name: str
    command: tuple[str, ...]
    packages: str
    probe: tuple[str, ...]
    computes_sha_256: bool


def _own(tool: str, program: str) -> tuple[str, ...]:
    return tool, str(HERE / program)


SOAP_OF_PHP = ("php", "-r", "exit(extension_loaded('soap') ? 0 : 1);")
PROGRAMS = [
    Program("curl", _own(sys.executable, "curl_client.py"), "curl", ("curl", "--version"), computes_sha_256=True),
    Program("java", _own("java", "Client.java"), "default-jdk-headless", ("javac", "-version"), computes_sha_256=True),
    Program("node", _own("node", "client.js"), "nodejs", ("node", "--version"), computes_sha_256=True),
    Program("perl", _own("perl", "client.pl"), "libwww-perl", ("perl", "-MLWP", "-e1"), computes_sha_256=False),
    Program("php", _own("php", "client.php"), "php-cli php-soap", SOAP_OF_PHP, computes_sha_256=False),
    Program("zeep", _own(sys.executable, "zeep_client.py"), "python3", (sys.executable, "-V"), computes_sha_256=True),
]


@dataclass
class Visit:
    """What a program printed, step by step; `trouble` is why it printed no more."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    trouble: str = ""


def need(packages: str, probe: tuple[str, ...]) -> None:
    """Skip a test without a tool; where changes are judged (CI is set) it fails instead."""
    found = shutil.which(probe[0]) and subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603 - a tool's own version
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"not installed: Debian {packages}")
    pytest.skip(f"not installed: Debian {packages}")


def visit(program: Program, address: str) -> Visit:
    """Let a program visit the service at an address."""
    words = (*program.command, address, USER, EWS_PASSWORD, REDUCTION, LOG, *READ)
    done = subprocess.run(words, capture_output=True, timeout=DEADLINE, check=False)  # noqa: S603 - the client under test
    lines = [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]
    steps = {line.pop("step"): _as_text(line) for line in lines}
    return Visit(steps, f"exit status {done.returncode}: {(done.stderr or done.stdout).decode()[-2000:]}")


def _as_text(shown: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the cells of tables as text: some clients know the contract's types and make numbers of them."""
    if isinstance(shown, dict):
        return {name: _as_text(inner) if isinstance(inner, list) else inner for name, inner in shown.items()}
    return [_as_text(inner) if isinstance(inner, list) else str(inner) for inner in shown]
