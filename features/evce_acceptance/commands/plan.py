"""`evce-acceptance plan` lists what a run would do to a site."""

from __future__ import annotations

from pathlib import Path

import click
from evce_acceptance import running
from evce_acceptance.commands.begin import CONNECTORS, SCENARIO, SITE, make_console, sentences, site_of


@click.command()
@SITE
@SCENARIO
@CONNECTORS
def plan(path: Path | None, scenario: str, connectors: int) -> None:
    """List every call that a run would make, and make none; only the controller's lists are read for it.

    Exit status: 0 listed, 3 the site cannot be read.
    """
    console = make_console()
    with sentences(console), site_of(console, path, scenario, connectors) as site:
        running.list_calls(console, site)
