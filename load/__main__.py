"""`python -m load --profile smoke`: a controller, a connector and clients, what they measured, and what must hold.

With `--ews` the connector is one that runs already, whoever made it, and neither of the two is started.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from load import clock, limits, messages, moments, plot, resources
from load.connector import PASSWORD, USER
from load.discovery import Shown
from load.foreign import Foreign, look, not_offered
from load.processes import Child
from load.profiles import PROFILES, Profile
from load.running import run_locust
from load.target import Target

_PATIENCE = 120.0
_CALIBRATION = 1.0
_CALIBRATED = 24
"""Ids of a request then: as many values as a zone has."""
_SAMPLES = 300
"""Samples of the connector's memory in a run, but not more than one in a second."""
_MINUTE = 60
_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--profile", "name", type=click.Choice(list(PROFILES)), default="smoke", show_default=True)
@click.option("--seconds", type=click.FloatRange(5), help="Another duration than the profile's.")
@click.option("--dialect", help="Profile in which the controller speaks.  [default: v6]")
@click.option("--workers", type=click.IntRange(0, 16), help="Worker processes under a master; 0: all in one.")
@click.option("--output", type=_FOLDER, default=Path("build/load"), show_default=True)
@click.option(
    "--ews", help="Address of a connector that runs already, anyone's; no controller and none of ours starts."
)
@click.option("--user", help="User of that connector.")
@click.option("--password-file", type=_FILE, help="File whose first line is that user's password.")
@click.option("--ca", type=_FILE, help="PEM file with the issuer of that connector's certificate.")
@click.option(
    "--write",
    "writes",
    multiple=True,
    metavar="ID",
    help="Item that is written there with the value that it has; else none.",
)
def main(  # noqa: PLR0913 - one argument for each option
    *,
    name: str,
    seconds: float | None,
    dialect: str | None,
    workers: int | None,
    output: Path,
    ews: str | None,
    user: str | None,
    password_file: Path | None,
    ca: Path | None,
    writes: tuple[str, ...],
) -> None:
    """Put a connector under load; exit status 1 when a limit of the profile is broken."""
    profile = PROFILES[name]
    duration = seconds or profile.seconds
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    if ews and user and password_file and not dialect:
        foreign = Foreign(ews, user, password_file, ca, writes)
    elif ews or user or password_file or ca or writes:
        raise click.UsageError(
            "Give --ews, --user and --password-file, without --dialect; --ca and --write go with them."
        )
    else:
        foreign = None
    output.mkdir(parents=True, exist_ok=True)
    prefix = output.resolve() / profile.name
    moments.forget(prefix)
    followers = profile.workers if workers is None else workers
    if foreign:
        broken = _load_foreign(console, profile, duration, followers, foreign, prefix)
    else:
        broken = _load_ours(console, profile, duration, followers, dialect or "v6", prefix)
    for sentence in broken:
        console.print(f"[red]limit broken:[/] {sentence}")
    sys.exit(1 if broken else 0)


def _load_ours(
    console: Console, profile: Profile, duration: float, followers: int, dialect: str, prefix: Path
) -> list[str]:
    """Start a controller and our connector, load it, and say what limit is broken."""
    with ExitStack() as stack:
        site = _start(profile, dialect, prefix, stack)
        console.print(f"{profile.name}: {profile.connectors:,} connectors, clients {profile.users}, {duration:.0f} s")
        console.print(_generator_speed(site.target, look(site.target)))
        watch = resources.Watch(site.connector.process.pid, site.folder, max(1.0, duration / _SAMPLES))
        tell = stack.enter_context(_progress(console, duration, watch.samples))
        cpu = run_locust(site.target, duration, followers, watch, tell)
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
    console.print(_told(cpu, prefix))
    return limits.broken(lines, profile, cpu) + limits.outgrown(growths, profile.limits)


def _load_foreign(
    console: Console, profile: Profile, duration: float, followers: int, foreign: Foreign, prefix: Path
) -> list[str]:
    """Load a connector that runs already by what it shows, and say what limit is broken of those that EWS tells of."""
    target = foreign.target(profile, prefix)
    shown = look(target)
    found = f"{len(shown.values):,} values and {len(shown.histories):,} logs in {len(shown.folders):,} folders"
    begins = f"{profile.name}: {target.ews} shows {found}; clients {target.users}, {duration:.0f} s"
    console.print(begins, markup=False)  # an IPv6 address has the brackets of markup
    with _progress(console, duration, ()) as tell:
        cpu = run_locust(target, duration, followers, None, tell)
    lines = limits.read_lines(Path(f"{prefix}_stats.csv"))
    plot.draw(moments.read(prefix), (), prefix.with_suffix(".png"), f"Load test {profile.name}", 0)
    console.print(_table(lines))
    console.print(_told(cpu, prefix))
    if missing := not_offered(shown):
        console.print(f"not asked, for the server does not offer it: {', '.join(missing)}")
    if not foreign.writes:
        console.print("not written: no item was allowed with --write")
    console.print(f"not judged, without our simulated controller and our process: {'; '.join(limits.NOT_JUDGED)}")
    return limits.broken(lines, profile, cpu, is_ours=False)


def _told(cpu: float, prefix: Path) -> str:
    return f"generator: {cpu:.0%} of a core; reports: {prefix}.html, .png and *.csv"


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
    address = connector.ready["address"]
    target = Target(profile.name, profile.users, address, USER, PASSWORD, str(prefix), "", [], *login, cycle)
    return _Site(target, controller, connector, folder)


@contextmanager
def _progress(
    console: Console, duration: float, samples: Sequence[resources.Sample]
) -> Iterator[Callable[[float], None]]:
    """Show how far a run is: all the time on a terminal, a line each minute elsewhere."""
    told = 0

    def text(seconds: float) -> str:
        memory = f", the connector uses {samples[-1].memory:.0f} MB" if samples else ""
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


def _generator_speed(target: Target, shown: Shown) -> str:
    """Say how many requests one generator process could send, so that it is seen not to be the bottleneck."""
    with target.driver() as driver:
        ids = shown.values[:_CALIBRATED]
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
