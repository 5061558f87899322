"""`evce-acceptance pdf`: a page of a bundle on paper."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from evce_acceptance.commands.begin import BUNDLE, make_console
from evce_acceptance.report import bundle, printing

NOT_PRINTED = 1


@click.command()
@click.argument("path", metavar="BUNDLE", type=BUNDLE)
@click.option(
    "--page",
    default="report",
    show_default=True,
    help="Page of the bundle: report, or summary.en, summary.fr, summary.de.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File; beside the bundle by default.")
@click.option("--browser", help="Program that prints: a Chromium, Chrome or Edge; one is sought by default.")
def pdf(path: Path, page: str, output: Path | None, browser: str | None) -> None:
    """Print a page of BUNDLE as PDF, by the browser of this machine.

    Exit status: 0 printed, 1 not.
    """
    console = make_console()
    try:
        written = printing.print_page(path, page, output or path.with_name(f"{path.stem}.{page}.pdf"), browser)
    except (printing.PrintingError, bundle.BundleError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(NOT_PRINTED)
    console.print(f"Printed: {written}", markup=False, soft_wrap=True)
