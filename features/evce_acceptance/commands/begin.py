"""What subcommands share: the options that name a site, a console, and sentences for what keeps one from beginning."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from ebo_simulator.errors import EboError
from evce_acceptance.cli import UNUSABLE
from evce_acceptance.report.bundle import BundleError
from evce_acceptance.results.deviations import DeviationsError
from evce_acceptance.running import RunError
from evce_acceptance.site.controller import ControllerError
from evce_acceptance.site.settings import SettingsError
from evce_acceptance.site.simulated import SimulatedSiteError, simulated_site
from rich.console import Console

PIPE_WIDTH = 176
FILE = click.Path(path_type=Path)
BUNDLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
SITE = click.option("--site", "path", type=FILE, help="The site's file; without it there is a simulated site.")
SCENARIO = click.option(
    "--scenario", default="campus-live", show_default=True, help="The scenario of the simulated site."
)
CONNECTORS = click.option("--connectors", default=0, help="Make a simulated site of that size instead.")
DIALECT = click.option(
    "--dialect", default="", metavar="PROFILE", help="Let the simulated controller speak that of a profile."
)


def make_console(*, as_json: bool = False) -> Console:
    """Make a console; as wide as a table needs when nobody looks at it, and beside JSON the one for errors."""
    console = Console(highlight=False, stderr=as_json)
    return console if console.is_terminal else Console(highlight=False, stderr=as_json, width=PIPE_WIDTH)


def print_json(document: object) -> None:
    """Print what `--json` promises, all letters as they are."""
    click.echo(json.dumps(document, indent=1, ensure_ascii=False))


@contextmanager
def sentences(console: Console) -> Iterator[None]:
    """Say in a sentence what keeps a command from beginning, and end with its exit status."""
    try:
        yield
    except (SettingsError, DeviationsError, BundleError, SimulatedSiteError, RunError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
    except (EboError, ControllerError) as error:
        console.print(f"The site cannot be inspected: {error}", style="red", markup=False, soft_wrap=True)
    else:
        return
    sys.exit(UNUSABLE)


@contextmanager
def site_of(
    console: Console,
    path: Path | None,
    scenario: str,
    connectors: int,
    lie: tuple[str, str] | None = None,
    dialect: str = "",
) -> Iterator[Path]:
    """Give a site's file: the one that was named, or that of a simulated site which lasts as long as the context."""
    if path is not None:
        yield path
        return
    console.print("No --site given: a simulated site is started.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        yield stack.enter_context(simulated_site(folder, scenario, connectors, lie, dialect))
