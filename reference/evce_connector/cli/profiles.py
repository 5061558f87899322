"""`evce-connector profile`: what a profile says, offline."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from evce_connector.cli.options import FILE
from evce_connector.evce.profile_error import ProfileError
from evce_connector.profile_tools.capture import read_capture
from evce_connector.profile_tools.comparing import differences
from evce_connector.profile_tools.explaining import explain
from evce_connector.profile_tools.opening import open_profile
from evce_connector.profile_tools.reading import OfflineSite, read_site
from evce_connector.profile_tools.showing import amiss, as_data, summary, tree_lines

CAPTURE = click.option("--capture", type=FILE, help="What a controller answered: capture.json, bundle or HAR file.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def profile() -> None:
    """Check, explain or compare profiles; nothing is asked of a controller."""


@profile.command("check")
@click.argument("file")
@CAPTURE
@AS_JSON
def check(file: str, capture: Path | None, *, as_json: bool) -> None:
    """Say what is wrong with a profile, or show what it reads of a capture.

    FILE is a profile's file, a shipped one's name, or a bundle. Exit status 1: the profile has mistakes, the capture
    lacks something, or something of it cannot be read.
    """
    try:
        opened = open_profile(file)
    except ProfileError as error:
        _refuse(error, as_json=as_json)
    if capture is None:
        click.echo(json.dumps({"mistakes": []}) if as_json else f"The profile {file!r} has no mistake.")
        return
    offline = read_site(read_capture(capture), opened.profile)
    if as_json:
        click.echo(json.dumps(as_data(offline), ensure_ascii=False))
    else:
        for line in tree_lines(offline):
            click.echo(line)
        for sentence in amiss(offline):
            click.echo(sentence)
        click.echo(summary(offline))
    sys.exit(0 if offline.is_whole else 1)


@profile.command("explain")
@click.argument("file")
@click.argument("point")
@CAPTURE
@AS_JSON
def explain_point(file: str, point: str, capture: Path | None, *, as_json: bool) -> None:
    """Show the way of one value from the controller's JSON to the item.

    FILE is as for `check`, POINT a data point's name or an item's id, such as Zones/3/ZoneMaxCurrent(A).
    """
    opened = open_profile(file)
    offline: OfflineSite | None = read_site(read_capture(capture), opened.profile) if capture else None
    lines = list(explain(opened, point, offline))
    if as_json:
        rows = [{"depth": line.depth, "about": line.about, "text": line.text} for line in lines]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for line in lines:
        click.echo(str(line))


@profile.command("diff")
@click.argument("first")
@click.argument("second")
@AS_JSON
def diff(first: str, second: str, *, as_json: bool) -> None:
    """Say in what two profiles, or two bundles, differ in meaning; exit status 1 when they do."""
    found = differences(first, second)
    if as_json:
        click.echo(json.dumps([one._asdict() for one in found], ensure_ascii=False))
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(found)} different." if found else "same")
    sys.exit(1 if found else 0)


def _refuse(error: ProfileError, *, as_json: bool) -> NoReturn:
    """Tell all mistakes of a profile, and end."""
    if as_json:
        click.echo(json.dumps({"mistakes": list(error.sentences)}, ensure_ascii=False))
    else:
        for sentence in error.sentences:
            click.echo(sentence)
    sys.exit(1)
