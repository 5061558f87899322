"""`python -m load --profile smoke`: a controller, a connector and clients, what they measured, and what must hold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from load import clock, limits, messages, moments, plot, resources
from load.connector import PASSWORD, USER
from load.driver import EwsDriver
from load.processes import Child
from load.profiles import PROFILES, Profile
from load.running import run_locust
from load.target import Target

_PATIENCE = 120.0
_CALIBRATION = 1.0
_SAMPLES = 300
"""Samples of the connector's memory in a run, but not more than one in a second."""
_MINUTE = 60


@click.command()
@click.option("--profile", "name", type=click.Choice(list(PROFILES)), default="smoke", show_default=True)
@click.option("--seconds", type=click.FloatRange(5), help="Another duration than the profile's.")
@click.option("--dialect", default="v6", show_default=True, help="Profile in which the controller speaks.")
@click.option("--workers", type=click.IntRange(0, 16), help="Worker processes under a master; 0: all in one.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default=Path("build/load"), show_default=True
)
def main(name: str, seconds: float | None, dialect: str, workers: int | None, output: Path) -> None:
    """Put a connector under load; exit status 1 when a limit of the profile is broken."""
    profile = PROFILES[name]
    duration = seconds or profile.seconds
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    output.mkdir(parents=True, exist_ok=True)
    prefix = output.resolve() / profile.name
    moments.forget(prefix)
    with ExitStack() as stack:
        site = _start(profile, dialect, prefix, stack)
        console.print(f"{profile.name}: {profile.connectors:,} connectors, clients {profile.users}, {duration:.0f} s")
        console.print(_generator_speed(site.target))
        watch = resources.Watch(site.connector.process.pid, site.folder, max(1.0, duration / _SAMPLES))
        tell = stack.enter_context(_progress(console, duration, watch))
        followers = profile.workers if workers is None else workers
        cpu = run_locust(profile, site.target, duration, followers, watch, tell)
        longest_beat = site.controller.ask("longest_beat")["seconds"]
    lines = limits.read_lines(Path(f"{prefix}_stats.csv"))
    growths = resources.growths(watch.samples)
    watch.keep(Path(f"{prefix}_resources.csv"))
    cycles = [line.worst / 1000 for line in lines if line.name == limits.CYCLE]
    age_limit = profile.age_limit(max([site.target.cycle, *cycles]))
    picture = prefix.with_suffix(".png")
    plot.draw(moments.read(prefix), watch.samples, picture, f"Load test {profile.name}", age_limit)
    console.print(_table(lines))
    for growth in growths:
        console.print(f"connector's {growth.what}: {growth.before:.0f} -> {growth.after:.0f}{growth.unit}")
    console.print(f"simulated site: its meters stood still for {longest_beat:.2f} s at most")
    console.print(f"generator: {cpu:.0%} of a core; reports: {prefix}.html, .png and *.csv")
    broken = limits.broken(lines, profile, cpu) + limits.outgrown(growths, profile.limits)
    for sentence in broken:
        console.print(f"[red]limit broken:[/] {sentence}")
    sys.exit(1 if broken else 0)


@dataclass(frozen=True)
class _Site:
    """What a load test runs against."""

    target: Target
    controller: Child
    connector: Child
    folder: Path


def _start(profile: Profile, dialect: str, prefix: Path, stack: ExitStack) -> _Site:
    """Start controller and connector, and wait until two polls are done, of which the second shows a cycle's time."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="evce-load-")))
    controller = stack.enter_context(Child("load.site", profile.name, *([] if dialect == "v6" else [dialect])))
    site = controller.ready
    connector = stack.enter_context(
        Child("load.connector", profile.name, site["url"], site["login"], site["password"], str(folder), dialect)
    )
    if not clock.until(lambda: connector.ask("cycle")["ready"], _PATIENCE, every=0.2):
        raise click.ClickException(f"The connector has no values after {_PATIENCE:.0f} s: {connector.ask('cycle')}")
    clock.pause(profile.interval / profile.speed + 1)
    cycle = float(connector.ask("cycle")["seconds"])
    login = (site["contract"], site["login"], site["password"])
    target = Target(profile.name, connector.ready["address"], USER, PASSWORD, *login, cycle, str(prefix))
    return _Site(target, controller, connector, folder)


@contextmanager
def _progress(console: Console, duration: float, watch: resources.Watch) -> Iterator[Callable[[float], None]]:
    """Show how far a run is: all the time on a terminal, a line each minute elsewhere."""
    told = 0

    def text(seconds: float) -> str:
        memory = f", the connector uses {watch.samples[-1].memory:.0f} MB" if watch.samples else ""
        return f"{seconds:.0f} of {duration:.0f} s{memory}"

    if console.is_terminal:
        with console.status("clients start") as status:
            yield lambda seconds: status.update(text(seconds))
    else:

        def line(seconds: float) -> None:
            nonlocal told
            if seconds // _MINUTE > told:
                told = int(seconds // _MINUTE)
                console.print(text(seconds))

        yield line


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
