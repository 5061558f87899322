"""Runs locust as a child, alone or as master with workers, and watches what everything uses meanwhile."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import psutil

from load import clock
from load.processes import ROOT, environment
from load.resources import Watch
from load.target import Target

_OVERTIME = 60.0
_LOOK_EVERY = 0.5
_FILE = "load/locustfile.py"


def run_locust(
    target: Target, seconds: float, workers: int, watch: Watch | None, tell: Callable[[float], None]
) -> float:
    """Run locust; returns the share of a core that its busiest process used. `tell` hears how many s have passed.

    `watch` looks at the connector meanwhile, where that is a process of ours.
    """
    users = sum(target.users.values())
    command = [
        sys.executable, "-m", "locust", "-f", _FILE, "--headless", "--only-summary",
        "--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds:.0f}s", "--stop-timeout", "20",
        "--csv", target.prefix, "--html", f"{target.prefix}.html", "--exit-code-on-error", "0",
    ]  # fmt: skip
    followers: list[list[str]] = []
    if workers:
        port = _free_port()
        command += ["--master", "--master-bind-port", port, "--master-bind-host", "127.0.0.1"]
        command += ["--expect-workers", str(workers)]
        worker = [sys.executable, "-m", "locust", "-f", _FILE, "--worker", "--master-port", port]
        followers = [worker] * workers
    variables = {**environment(), **target.environment()}
    with Path(f"{target.prefix}.log").open("w", encoding="utf-8") as log:
        processes = [
            subprocess.Popen(each, env=variables, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603 - locust and our file
            for each in (command, *followers)
        ]
        try:
            return _wait(processes, seconds, watch, tell)
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _wait(
    processes: list[subprocess.Popen[bytes]], seconds: float, watch: Watch | None, tell: Callable[[float], None]
) -> float:
    """Wait until the first process has ended; ClickException when it does not in time or fails."""
    started = clock.wall()
    busy = Busy([psutil.Process(process.pid) for process in processes])

    def ended() -> bool:
        busy.look()
        if watch is not None:
            watch.look()
        tell(clock.wall() - started)
        return processes[0].poll() is not None

    if not clock.until(ended, seconds + _OVERTIME, every=_LOOK_EVERY) or processes[0].returncode:
        raise click.ClickException(f"locust failed or did not end in time (status {processes[0].returncode}).")
    return busy.share()


class Busy:
    """Keeps how much CPU each process has used; one that has ended keeps what it had."""

    def __init__(self, processes: list[psutil.Process]) -> None:
        self._processes = processes
        self._started = clock.wall()
        self._shares = [0.0 for _ in processes]

    def look(self) -> None:
        """Look at those that live."""
        seconds = max(1.0, clock.wall() - self._started)
        for number, process in enumerate(self._processes):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                times = process.cpu_times()
                self._shares[number] = (times.user + times.system) / seconds

    def share(self) -> float:
        """Return the share of a core that the busiest used."""
        return max(self._shares)


def _free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])
