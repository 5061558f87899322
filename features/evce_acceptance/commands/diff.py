"""`evce-acceptance diff` puts two bundles beside each other."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from evce_acceptance.cli import JSON
from evce_acceptance.commands.begin import BUNDLE, make_console, print_json, sentences
from evce_acceptance.report import diff as difference
from evce_acceptance.report import diff_view


@click.command()
@click.argument("old", type=BUNDLE)
@click.argument("new", type=BUNDLE)
@JSON
def diff(old: Path, new: Path, *, as_json: bool) -> None:
    """Say what changed between the bundles OLD and NEW.

    Exit status: 0 nothing, 1 something, 3 a bundle cannot be used.
    """
    console = make_console(as_json=as_json)
    with sentences(console):
        found = difference.between(old, new)
        if as_json:
            print_json(found.document())
        else:
            console.print(diff_view.text(found))
        sys.exit(0 if found.same else 1)
