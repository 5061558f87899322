"""Command line: `evce-simulator run` serves a simulated charge controller until it is interrupted."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from evce_simulator.bundles import read_bundle
from evce_simulator.capture import compare
from evce_simulator.catalogue import catalogue
from evce_simulator.clock import SystemClock
from evce_simulator.errors import SimulatorError
from evce_simulator.generator import generate
from evce_simulator.life import Life
from evce_simulator.scenario import Scenario
from evce_simulator.simulator import EvceSimulator
from evce_simulator.stamps import coverage_table
from evce_simulator.verified import verifications, verified_table

_PATIENCE = 0.5  # seconds between looks at the keyboard, which Windows needs


@click.group()
@click.version_option(package_name="evce-connector")
def main() -> None:
    """Simulate an EV charge controller with its REST API v6."""


@main.command()
@click.option("--scenario", default="guide", show_default=True, help="A scenario's name or a .toml file.")
@click.option(
    "--profile", help="Speak another controller's dialect: a shipped profile's name (areas, links, onedoc) or a file."
)
@click.option(
    "--capture",
    type=click.Path(path_type=Path),
    help="Begin as a real site was recorded: a bundle of evce-connector probe, or a capture (ours or HAR).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8443, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--login", default="bms", show_default=True)
@click.option("--password", envvar="EVCE_SIMULATOR_PASSWORD", help="Without it one is made and printed.")
@click.option("--tls/--no-tls", default=False, help="HTTPS with a certificate made at start.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same site and history.")
@click.option("--speed", default=1.0, show_default=True, help="Times faster than the machine's clock.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Instant to begin at, in UTC.")
@click.option("--live/--frozen", default=None, help="Let vehicles come and go, or not, whatever the scenario says.")
@click.option("--lifelike", is_flag=True, help="Come closer to a real site, in all that [life] of a scenario can have.")
@click.option(
    "--contract-port", type=click.IntRange(0, 65535), help="Serve the contract's own API too, beside a --profile."
)
@click.option("--control-port", default=0, show_default=True, type=click.IntRange(-1, 65535), help="-1: no control.")
@click.option("--control-token", envvar="EVCE_SIMULATOR_CONTROL_TOKEN", help="Without it one is made and printed.")
@click.option("--zones", type=click.IntRange(1), help="Generate a site with so many zones instead of a scenario.")
@click.option("--stations", type=click.IntRange(1), help="Stations of the generated site.")
@click.option("--connectors", type=click.IntRange(1), help="Connectors of the generated site.")
def run(**options: object) -> None:
    """Serve the API until Ctrl-C."""
    with _asked_to_end() as ended:
        _serve(options, ended)


def _serve(options: dict[str, object], ended: threading.Event) -> None:
    """Serve the API until the event, or Ctrl-C, and say where it is."""
    try:
        simulator = _simulator(options).start()
    except (SimulatorError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    try:
        click.echo(f"EVCE API: {simulator.url}")
        if options["capture"] is not None:
            click.echo(f"Capture: {options['capture']}")
        for note in simulator.notes:
            click.echo(note)
        if options["profile"] is not None:
            click.echo(f"Profile: {options['profile']}")
        if simulator.contract_url is not None:
            click.echo(f"Contract's API: {simulator.contract_url}")
        click.echo(f"Login: {simulator.login}")
        if options["password"] is None:
            click.echo(f"Password: {simulator.password}")
        if simulator.ca_file is not None:
            click.echo(f"Certificate: {simulator.ca_file}")
        if simulator.page_url is not None:
            click.echo(f"API page: {simulator.url.removesuffix('/api/v2')}/docs")
            click.echo(f"Page: {simulator.page_url}")
            click.echo(f"Control: {simulator.control_url}")
            click.echo(f"Control's reference: {simulator.control_docs_url}")
            click.echo(f"Control token: {simulator.control_token}")
        _wait_for_interrupt(ended)
    finally:
        simulator.stop()


@main.command()
@click.argument("capture", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def diff(capture: Path, as_json: bool) -> None:
    """Compare an anonymised CAPTURE of a real controller (ours, HAR or a bundle) with the simulated contract.

    Exit status 1 when anything differs.
    """
    try:
        found = compare(read_bundle(capture).exchanges)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for line in found.differences:
            click.echo(line)
        click.echo(f"{len(found.differences)} differences, {len(found.confirmed)} parts of the contract confirmed.")
        click.echo(f"Not seen in the capture: {', '.join(found.not_seen) or 'nothing'}.")
    sys.exit(1 if found.differences else 0)


@main.command()
@click.option(
    "--stamps",
    "files",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A stamps.toml or bundle that a probe brought home, as often as there are: by whom each part is verified.",
)
def coverage(files: tuple[Path, ...]) -> None:
    """Print what is simulated, and whether the guide fixes it or we assume it, as Markdown."""
    try:
        click.echo(verified_table(verifications(files)) if files else coverage_table(), nl=False)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def faults(as_json: bool) -> None:
    """List the faults that can be raised, with what the connector is expected to show."""
    if as_json:
        click.echo(json.dumps([row.as_json() for row in catalogue().values()], ensure_ascii=False))
        return
    for row in catalogue().values():
        expect = row.expect
        click.echo(f"{row.name}: {row.about}")
        click.echo(f"    poll {expect.poll}; {expect.of} {expect.state}; alarm {expect.alarm or 'none'}")


def _simulator(options: dict[str, object]) -> EvceSimulator:
    """Make the simulator that the options describe."""
    names = (
        *("host", "port", "login", "password", "tls", "seed", "speed", "live", "control_token"),
        *("profile", "contract_port", "capture"),
    )
    passed = {name: options[name] for name in names}
    start, control_port = options["start"], int(str(options["control_port"]))
    return EvceSimulator(
        _scenario(options),
        control_port=control_port if control_port >= 0 else None,
        life=Life.whole() if options["lifelike"] else None,
        start=start.replace(tzinfo=UTC) if isinstance(start, datetime) else None,
        **passed,  # type: ignore[arg-type]  # click has checked the types
    )


def _scenario(options: dict[str, object]) -> str | Scenario:
    """Return the scenario's name, or a site generated by numbers."""
    counts = [options[name] for name in ("zones", "stations", "connectors")]
    if options["capture"] is not None and (any(counts) or options["scenario"] != "guide"):
        raise SimulatorError("A capture is a whole site: leave out --scenario, --zones, --stations and --connectors.")
    if not any(counts):
        return str(options["scenario"])
    zones, stations, connectors = (int(str(count or 1)) for count in counts)
    if not zones <= stations <= connectors:
        raise SimulatorError(
            "Every zone needs a station and every station a connector: raise --stations, --connectors."
        )
    return generate(zones, stations, connectors, int(str(options["seed"])))


@contextlib.contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    """Give what is set when whoever started the process ends it: what was made for the run goes with it."""
    ended = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # only there signals are heard
        yield ended
        return
    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        yield ended
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait_for_interrupt(ended: threading.Event) -> None:
    """Return when the user presses Ctrl-C, or the process is to end."""
    clock = SystemClock()
    with contextlib.suppress(KeyboardInterrupt):
        while not clock.wait(ended, _PATIENCE):
            pass
