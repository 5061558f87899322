"""The command `evce-connector`."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click
from ebo_simulator.errors import EboError
from evce_simulator.errors import SimulatorError

from evce_connector import check as checks
from evce_connector import config
from evce_connector.clock import SystemClock
from evce_connector.demo import Demo
from evce_connector.diagnose import write_bundle
from evce_connector.errors import ConnectorError
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.host.journal import logging_to
from evce_connector.host.options import evce_options
from evce_connector.host.service import ConnectorService
from evce_connector.host.stores import open_stores
from evce_connector.host.worker import PRUNE, REQUEST, REQUEST_LOOK, RUN
from evce_connector.probe import command as first_contact
from evce_connector.processors.release import release
from evce_connector.takeover import command as takeover

CONFIG = click.option(
    "--config",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Configuration file (TOML).",
)

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evce-connector")
def cli() -> None:
    """Join an EV charge controller to a building management system over EWS."""


@cli.command()
@CONFIG
def run(path: Path) -> None:
    """Run the connector until it is stopped (Ctrl-C)."""
    configuration = config.load(path)
    stop = threading.Event()
    _stop_on_signals(stop)
    with logging_to(configuration), ConnectorService(configuration) as service:
        click.echo(f"EWS server at {service.ews.address}, charge controller {service.configuration.evce.base_url}")
        while not stop.wait(0.5):  # in pieces, so that Ctrl-C gets through on Windows
            pass


@cli.command()
@CONFIG
def check(path: Path) -> None:
    """Say what is wrong with a configuration; exit status 1 when something is."""
    findings = checks.check(path)
    for finding in findings:
        mark, colour = {"good": ("ok", "green"), "warning": ("warning", "yellow")}.get(finding.kind, ("wrong", "red"))
        click.echo(f"{click.style(mark, fg=colour)}: {finding.text}")
    if any(finding.kind == "error" for finding in findings):
        sys.exit(1)


@cli.command("setup")
@CONFIG
@click.option("--prune", is_flag=True, help="Also remove at once what is gone from the controller.")
def set_up(path: Path, *, prune: bool) -> None:
    """Ask the running connector to run EvceSetupProcessor now."""
    with open_stores(config.load(path)) as stores:
        stores.snapshots.keep_fact(REQUEST, PRUNE if prune else RUN)
    click.echo(f"Set-up is asked for; a running connector does it within {REQUEST_LOOK:.0f} s, else at its next start.")


@cli.command()
@CONFIG
def ledger(path: Path) -> None:
    """Print as CSV what was added, renamed, moved, replaced or removed on the site, for re-binding."""
    with open_stores(config.load(path)) as stores:
        click.echo(stores.site_ledger.csv(), nl=False)


@cli.command()
@CONFIG
@click.option("--csv", "as_csv", is_flag=True, help="All lines as CSV, for a spreadsheet.")
def commands(path: Path, *, as_csv: bool) -> None:
    """Print the command ledger: what was written, by whom, what the controller answered, until when it holds."""
    with open_stores(config.load(path)) as stores:
        if as_csv:
            click.echo(stores.commands.csv(), nl=False)
            return
        for line in stores.commands.lines():
            until = f", until {line.valid_until}" if line.valid_until else ""
            done = f"{line.answer or 'done'}; shows {line.read_back}{until}"
            click.echo(f"{line.at} {line.user}@{line.client} {line.item}: {line.old} -> {line.new}: {done}")


@cli.command("release")
@CONFIG
def release_all(path: Path) -> None:
    """Clear every reduction on the charge controller; exit status 1 when one is left."""
    configuration = config.load(path)
    profile = profiles.load(configuration.evce.profile)
    with (
        open_stores(configuration) as stores,
        EvceClient(evce_options(configuration.evce), profile) as client,
    ):
        released = []
        for zone in release(client, stores.commands, SystemClock()):
            click.echo(zone.text)
            released.append(zone.success)
    if not released:
        click.echo("No zone has a reduction.")
    if not all(released):
        sys.exit(1)


@cli.command()
@CONFIG
@click.option("--ews", "url", help="Address of the EWS server to take over from.")
@click.option("--user", help="User of that server.")
@click.option("--password-file", type=FILE, help="File whose first line is that user's password.")
@click.option("--ca", type=FILE, help="PEM file with the issuer of that server's certificate.")
@click.option("--insecure", is_flag=True, help="Trust any certificate of that server.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken over.")
@click.option("--report", type=FILE, help="Also write a line for every item: as CSV, or as JSON when so called.")
@click.option("--release", "forget", is_flag=True, help="Forget what was taken over; our own ids again.")
def adopt(  # noqa: PLR0913 - one argument for each option
    path: Path,
    *,
    url: str | None,
    user: str | None,
    password_file: Path | None,
    ca: Path | None,
    insecure: bool,
    dry_run: bool,
    report: Path | None,
    forget: bool,
) -> None:
    """Answer to the item ids and names of another connector, so that bindings to them survive."""
    configuration = config.load(path)
    with open_stores(configuration) as stores:
        if forget:
            click.echo(takeover.release(stores))
        elif url and user and password_file and not (ca and insecure):
            found = takeover.plan(configuration, stores, takeover.Other(url, user, password_file, ca, insecure))
            if report:
                found.write(report)
            found.show()
            click.echo(takeover.DRY if dry_run else takeover.carry_out(stores, found))
        else:
            raise click.UsageError("Give --ews, --user and --password-file, --ca or --insecure at most; or --release.")


@cli.command()
@click.option("--evce", "url", required=True, help="Address of the charge controller, with its base path if known.")
@click.option("--login", required=True, help="EVCE Login.")
@click.option("--password-file", type=FILE, required=True, help="File whose first line is the password.")
@click.option("--ca", type=FILE, help="PEM file with the issuer of the controller's certificate.")
@click.option("--insecure", is_flag=True, help="Trust any certificate.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Folder for profile and capture.")
@click.option("--json", "findings", type=FILE, help="File for the findings as JSON.")
@click.option("--keep-names", is_flag=True, help="Leave names, serials and addresses in the capture.")
@click.option("--requests-per-second", "pace", type=click.FloatRange(0.01, 50), default=2.0, show_default=True)
def probe(  # noqa: PLR0913 - one argument for each option
    *,
    url: str,
    login: str,
    password_file: Path,
    ca: Path | None,
    insecure: bool,
    output: Path | None,
    findings: Path | None,
    keep_names: bool,
    pace: float,
) -> None:
    """Look at a controller for the first time, read-only: what is as assumed, what is not, what stays open.

    Exit status 0: usable as it is; 1: something is wrong; 2: not reachable, or the login is refused.
    """
    if ca and insecure:
        raise click.UsageError("Give --ca or --insecure, not both.")
    password = config.PasswordSection(password_file=str(password_file)).secret()
    target = first_contact.Target(url, login, password, str(ca) if ca else not insecure, pace)
    sys.exit(first_contact.run(target, output, findings, keep_names=keep_names))


@cli.command()
@CONFIG
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Zip file to write.")
def diagnose(path: Path, output: Path) -> None:
    """Write what a supporter needs to see into a zip file, without secrets."""
    for name in write_bundle(path, config.load(path), output):
        click.echo(f"{output}: {name}")


@cli.command()
@click.option("--scenario", default="guide", show_default=True, help="Site of the simulated controller.")
@click.option("--once", is_flag=True, help="Print the site once, after set-up and one poll, and end.")
@click.option("--speed", type=click.FloatRange(min=0.1), default=1.0, show_default=True, help="How fast time runs.")
@click.option("--start", type=click.DateTime(), help="Where time starts (UTC); now by default.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="With --once: also draw it as a picture.")
def demo(scenario: str, *, once: bool, speed: float, start: datetime | None, svg: Path | None) -> None:
    """Start a simulated controller and the connector, and show the site as its operator sees it."""
    logging.basicConfig(level=logging.ERROR)
    with Demo(scenario, speed, start.replace(tzinfo=UTC) if start else None) as running:
        if once:
            running.print_once(svg)
        else:
            stop = threading.Event()
            _stop_on_signals(stop)
            running.show_live(stop)


def _stop_on_signals(stop: threading.Event) -> None:
    """Stop in good order on Ctrl-C and on a service manager's request."""

    def handler(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def main() -> None:
    """Run the command; our own errors are sentences, not tracebacks."""
    try:
        cli()
    except (ConnectorError, SimulatorError, EboError) as error:
        for line in str(error).splitlines():
            click.echo(f"evce-connector: {line}", err=True)
        sys.exit(1)
