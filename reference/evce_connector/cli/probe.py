"""`evce-connector probe`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evce_connector.cli.options import CA, FILE, PACE
from evce_connector.config.neighbours import PasswordSection
from evce_connector.probe import command as first_contact


@click.command()
@click.option("--evce", "url", required=True, help="Address of the charge controller, with its base path if known.")
@click.option("--login", required=True, help="EVCE Login.")
@click.option("--password-file", type=FILE, required=True, help="File whose first line is the password.")
@CA
@click.option("--insecure", is_flag=True, help="Trust any certificate.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for profile, capture, bundle and questions; where one stands already, the probe begins there.",
)
@click.option("--json", "findings", type=FILE, help="File for the findings as JSON.")
@click.option("--keep-names", is_flag=True, help="Leave names, serials and addresses in the capture.")
@click.option("--answers", type=FILE, help="Answers to the questions of an earlier probe, in its questions.toml.")
@click.option(
    "--dialect", is_flag=True, help="Seek the controller's own dialect, whether or not it speaks the contract."
)
@PACE
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
    answers: Path | None,
    dialect: bool,
    pace: float,
) -> None:
    """Look at a controller for the first time, read-only: what is as assumed, what is not, what stays open.

    A controller that is nothing like the contract is searched for its own dialect: a profile is proposed, and what
    cannot be seen is asked (questions.toml).

    Exit status 0: usable as it is; 1: something is wrong, or a profile is proposed; 2: not reachable, the login is
    refused, no list is found, or ended by Ctrl-C: then --json has what was tried.
    """
    if ca and insecure:
        raise click.UsageError("Give --ca or --insecure, not both.")
    password = PasswordSection(password_file=str(password_file)).secret()
    target = first_contact.Target(url, login, password, str(ca) if ca else not insecure, pace)
    sys.exit(first_contact.run(target, output, findings, keep_names=keep_names, answers=answers, dialect=dialect))
