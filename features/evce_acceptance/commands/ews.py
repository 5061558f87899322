"""`evce-acceptance ews` tests whether any server of EcoStruxure Web Services keeps to the contract."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from ebo_simulator import EboClient
from ebo_simulator.clock import SystemClock
from ebo_simulator.errors import EwsFault, UnreadableAnswerError
from evce_acceptance.cli import INTERRUPTED, JSON
from evce_acceptance.commands.begin import FILE, FOLDER, make_console, print_json, sentences
from evce_acceptance.commands.first_look import password_of
from evce_acceptance.ews.report import Report
from evce_acceptance.ews.results import Line, Outcome, Result
from evce_acceptance.ews.running import Wanted, run
from evce_acceptance.site.first_look import End
from evce_acceptance.writes.signals import ended_by_sigterm
from rich.console import Console

_STYLES = {Outcome.PASS: "green", Outcome.FAIL: "red", Outcome.NOT_TESTED: "dim"}


@click.command()
@click.argument("url")
@click.option(
    "--user", metavar="NAME", required=True, help="User of the server; the password is asked for, or in a file."
)
@click.option("--password-file", type=FILE, help="File whose first line is that user's password.")
@click.option("--ca", type=FILE, help="PEM file with the issuer of the server's certificate.")
@click.option(
    "--requests-per-second",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    help="Requests to the server.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=600,
    show_default=True,
    help="Requests in all; what needs more is not tested.",
)
@click.option(
    "--allow-writes",
    "writes",
    multiple=True,
    metavar="ITEM=VALUE",
    help="Write a value to an item by its id, and restore it.",
)
@click.option(
    "--acknowledge", multiple=True, metavar="ID", help="Acknowledge an alarm by its id, which nobody can take back."
)
@click.option("--only", multiple=True, metavar="CHECKS", help="Make these checks alone, by their ids, as values.*")
@click.option("--output", type=FOLDER, default=Path("build/ews"), show_default=True, help="Where the report goes.")
@JSON
def ews(  # noqa: PLR0913, PLR0917 - one parameter an option
    url: str,
    user: str,
    password_file: Path | None,
    ca: Path | None,
    requests_per_second: float,
    most: int,
    writes: tuple[str, ...],
    acknowledge: tuple[str, ...],
    only: tuple[str, ...],
    output: Path,
    *,
    as_json: bool,
) -> None:
    """Say whether the server of EcoStruxure Web Services at URL keeps to the contract, whoever made it.

    It only reads, unless --allow-writes or --acknowledge names what it may change.

    Exit status: 0 right, 1 wrong, 2 nothing was proven, 3 the test could not begin, 130 interrupted.
    """
    console = make_console(as_json=as_json)
    values = _pairs(writes)
    with sentences(console):
        password = password_of("EWS server", End(url, user, password_file))
        wanted = Wanted(url, user, password, ca, requests_per_second, most, values, acknowledge, only)
        _is_there(wanted)
        try:
            with ended_by_sigterm():
                _test(console, wanted, output, as_json=as_json)
        except KeyboardInterrupt:
            console.print("Interrupted.")
            sys.exit(INTERRUPTED)


def _pairs(writes: Sequence[str]) -> dict[str, str]:
    pairs = [write.partition("=") for write in writes]
    if wrong := [id_ for id_, equals, _ in pairs if not (id_ and equals)]:
        raise click.UsageError(
            f"--allow-writes takes ITEM=VALUE, as Zones/1/ZoneReduction=10; {wrong[0]!r} has no value."
        )
    return {id_: value for id_, _, value in pairs}


def _is_there(wanted: Wanted) -> None:
    """Ask once as Building Operation does; EboError when nothing answers, or not to this user."""
    with EboClient(wanted.url, wanted.user, wanted.password, ca=wanted.ca, strict=False) as client:
        try:
            client.get_web_service_information()
        except (EwsFault, UnreadableAnswerError):
            return  # it answers; what is wrong with that the checks say


def _test(console: Console, wanted: Wanted, output: Path, *, as_json: bool) -> None:
    report = Report(wanted, output)

    def tell(line: Line, number: int, of: int) -> None:
        report.keep_request(line)
        if not as_json:
            _say(console, report, line, f"{number} of {of}")

    result = run(wanted, SystemClock(), tell)
    page, machine = report.write(result)
    if as_json:
        print_json(report.document(result))
    else:
        _sum_up(console, result)
        console.print(f"Report: {page}, {machine}", markup=False, soft_wrap=True)
    sys.exit(result.exit_status)


def _say(console: Console, report: Report, line: Line, place: str) -> None:
    text = f"{place} {line.outcome}: {line.name} {line.row.says}"
    console.print(text, style=_STYLES[line.outcome], markup=False, soft_wrap=True)
    if line.outcome is Outcome.FAIL:
        console.print(
            f"    {report.redact(line.why)} ({line.row.word}: {line.row.source})", markup=False, soft_wrap=True
        )
        if command := report.repeat(line):
            console.print(f"    {command}", markup=False, soft_wrap=True)
    elif line.why:
        console.print(f"    {report.redact(line.why)}", style="dim", markup=False, soft_wrap=True)


def _sum_up(console: Console, result: Result) -> None:
    counts = result.counts()
    for word, title in (("contract", "The contract's word"), ("reading", "Our reading of it")):
        told = ", ".join(f"{counts[outcome, word]} {outcome}" for outcome in Outcome)
        console.print(f"{title}: {told}", markup=False, soft_wrap=True)
    spoken = " and ".join(result.versions)
    console.print(f"EWS {spoken}; {result.requests} requests in {result.seconds:g} s", markup=False, soft_wrap=True)
    console.print(
        result.verdict, style="bold red" if result.exit_status else "bold green", markup=False, soft_wrap=True
    )
