"""The connector in a process of its own, as a service manager runs it; it is gone with the test, however that ends."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.joined import Document


def configuration_file(document: Document, folder: Path, name: str = "connector") -> Path:
    """Write a configuration into a folder, and return the file."""
    lines = []
    for section, fields in document.items():
        lines += [f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    file = folder / f"{name}.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def free_port() -> int:
    """Return a port that nothing listens at, for a process that has to be told one, or comes back to it later.

    Systems give connections that go out a port from 32768 on: none of them takes it meanwhile.
    """
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(document: Document, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `evce-connector run` by a file with this configuration; what it says is in the pipes of the process."""
    file = configuration_file(document, folder)
    line = [sys.executable, "-c", "from evce_connector.cli import main; main()", "run", "--config", str(file)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            yield process
        finally:
            process.kill()  # or a test that failed would wait for it
