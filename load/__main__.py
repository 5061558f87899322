"""`python -m load --profile smoke`: a controller, a connector and clients, what they measured, and what must hold."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil
from rich.console import Console
from rich.table import Table

from load import clock, limits, messages, plot
from load.connector import PASSWORD, USER
from load.driver import EwsDriver
from load.processes import ROOT, Child, environment
from load.profiles import PROFILES, Profile
from load.target import Target

_PATIENCE = 120.0
_OVERTIME = 60.0
_CALIBRATION = 1.0


@click.command()
@click.option("--profile", "name", type=click.Choice(list(PROFILES)), default="smoke", show_default=True)
@click.option("--seconds", type=click.FloatRange(5), help="Another duration than the profile's.")
@click.option("--workers", type=click.IntRange(0, 16), help="Worker processes under a master; 0: all in one.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default=Path("build/load"), show_default=True
)
def main(name: str, seconds: float | None, workers: int | None, output: Path) -> None:
    """Put a connector under load; exit status 1 when a limit of the profile is broken."""
    profile = PROFILES[name]
    duration = seconds or profile.seconds
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    output.mkdir(parents=True, exist_ok=True)
    prefix = output.resolve() / profile.name
    with ExitStack() as stack:
        target = _start(profile, stack)
        console.print(f"{profile.name}: {profile.connectors:,} connectors, clients {profile.users}, {duration:.0f} s")
        console.print(_generator_speed(target))
        cpu = _run_locust(profile, target, duration, profile.workers if workers is None else workers, prefix)
    lines = limits.read_lines(Path(f"{prefix}_stats.csv"))
    age_limit = profile.age_limit(target.cycle)
    plot.draw(Path(f"{prefix}_stats_history.csv"), prefix.with_suffix(".png"), f"Load test {profile.name}", age_limit)
    console.print(_table(lines))
    console.print(f"generator: {cpu:.0%} of a core; reports: {prefix}.html, .png and _stats*.csv")
    broken = limits.broken(lines, profile.limits, cpu, profile.users)
    for sentence in broken:
        console.print(f"[red]limit broken:[/] {sentence}")
    sys.exit(1 if broken else 0)


def _start(profile: Profile, stack: ExitStack) -> Target:
    """Start controller and connector, and wait until two polls are done, of which the second shows a cycle's time."""
    folder = stack.enter_context(TemporaryDirectory(prefix="evce-load-"))
    site = stack.enter_context(Child("load.site", profile.name)).ready
    connector = stack.enter_context(
        Child("load.connector", profile.name, site["url"], site["login"], site["password"], folder)
    )
    if not clock.until(lambda: connector.ask("cycle")["ready"], _PATIENCE, every=0.2):
        raise click.ClickException(f"The connector has no values after {_PATIENCE:.0f} s: {connector.ask('cycle')}")
    clock.pause(profile.interval / profile.speed + 1)
    cycle = float(connector.ask("cycle")["seconds"])
    address = connector.ready["address"]
    return Target(profile.name, address, USER, PASSWORD, site["url"], site["login"], site["password"], cycle)


def _generator_speed(target: Target) -> str:
    """Say how many requests one generator process could send, so that it is seen not to be the bottleneck."""
    with EwsDriver(target.ews, target.user, target.password) as driver:
        _, ids = messages.children_of(driver.send(messages.get_container_items(["Zones/1"])).body)
        body = messages.get_values(ids)
        count = 0
        cpu, wall = clock.cpu(), clock.wall()
        for _ in clock.rounds(_CALIBRATION, 20_000):
            driver.send(body)
            count += 1
        cpu, wall = clock.cpu() - cpu, clock.wall() - wall
    return (
        f"generator speed: {count / wall:,.0f} requests/s of {len(ids)} ids on one connection, of which the generator "
        f"needs {cpu / count * 1e6:,.0f} us of CPU each ({count / cpu:,.0f} requests/s at most)"
    )


def _run_locust(profile: Profile, target: Target, seconds: float, workers: int, prefix: Path) -> float:
    """Run locust, alone or as master with workers; returns the share of a core that its busiest process used."""
    users = sum(profile.users.values())
    command = [
        sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--headless", "--only-summary",
        "--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds:.0f}s", "--stop-timeout", "20",
        "--csv", str(prefix), "--csv-full-history", "--html", f"{prefix}.html", "--exit-code-on-error", "0",
    ]  # fmt: skip
    followers: list[list[str]] = []
    if workers:
        port = _free_port()
        command += ["--master", "--master-bind-port", port, "--master-bind-host", "127.0.0.1"]
        command += ["--expect-workers", str(workers)]
        worker = [sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--worker", "--master-port", port]
        followers = [worker] * workers
    variables = {**environment(), **target.environment()}
    with Path(f"{prefix}.log").open("w", encoding="utf-8") as log:
        processes = [
            subprocess.Popen(each, env=variables, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603 - locust and our file
            for each in (command, *followers)
        ]
        try:
            return _watch(processes, seconds)
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _watch(processes: list[subprocess.Popen[bytes]], seconds: float) -> float:
    """Wait until the first process has ended; ClickException when it does not in time or fails."""
    started, shares = clock.wall(), [0.0]
    watched = [psutil.Process(process.pid) for process in processes]

    def ended() -> bool:
        for process in watched:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                times = process.cpu_times()
                shares.append((times.user + times.system) / max(1.0, clock.wall() - started))
        return processes[0].poll() is not None

    if not clock.until(ended, seconds + _OVERTIME, every=0.5) or processes[0].returncode:
        raise click.ClickException(f"locust failed or did not end in time (status {processes[0].returncode}).")
    return max(shares[-len(processes) :])


def _free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


def _table(lines: list[limits.Line]) -> Table:
    table = Table(title="Operations and checks", title_justify="left")
    table.add_column("Name")
    for column in ("Count", "Failures", "Median ms", "95 % ms", "Worst ms"):
        table.add_column(column, justify="right")
    for line in lines:
        numbers = (line.count, line.failures, line.median, line.p95, line.worst)
        table.add_row(line.name, *(f"{number:,.0f}" for number in numbers))
    return table


if __name__ == "__main__":
    main()
