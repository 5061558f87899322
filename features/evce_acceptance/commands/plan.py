"""`evce-acceptance plan` lists what a run would do to a site."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from evce_acceptance import running
from evce_acceptance.cli import JSON
from evce_acceptance.commands.begin import (
    CONNECTORS,
    SCENARIO,
    SITE,
    make_console,
    print_json,
    sentences,
    site_of,
)


@click.command()
@SITE
@SCENARIO
@CONNECTORS
@JSON
def plan(path: Path | None, scenario: str, connectors: int, *, as_json: bool) -> None:
    """List every call that a run would make, and make none; only the controller's lists are read for it.

    Exit status: 0 listed, 3 the site cannot be read.
    """
    console = make_console(as_json=as_json)
    with sentences(console), site_of(console, path, scenario, connectors) as site:
        calls = running.planned(site)
        if as_json:
            print_json([asdict(call) for call in calls])
        else:
            running.list_calls(console, calls)
