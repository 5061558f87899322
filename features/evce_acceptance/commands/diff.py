"""`evce-acceptance diff` puts two bundles beside each other."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from evce_acceptance import running
from evce_acceptance.commands.begin import BUNDLE, make_console, sentences


@click.command()
@click.argument("old", type=BUNDLE)
@click.argument("new", type=BUNDLE)
def diff(old: Path, new: Path) -> None:
    """Say what changed between the bundles OLD and NEW.

    Exit status: 0 nothing, 1 something, 3 a bundle cannot be used.
    """
    console = make_console()
    with sentences(console):
        sys.exit(running.compare(console, old, new))
