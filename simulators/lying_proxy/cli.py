"""Command line: `python -m lying_proxy --upstream URL --lie value --item "*/ZoneReduction"`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from ebo_simulator.clock import SystemClock
from ebo_simulator.errors import EboError
from evce_simulator.errors import PortInUseError
from rich.console import Console
from rich.table import Table

from lying_proxy.lies import LIES, Lie, LieError
from lying_proxy.proxy import LyingProxy

_LOOK_EVERY = 0.5
"""Seconds between two looks at what was altered."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--upstream", help="Address of the EWS server to pass on.")
@click.option("--lie", type=click.Choice(list(LIES)), help="What to alter; without it the proxy is honest.")
@click.option("--item", default="*", show_default=True, help="Id, name or path of the item, with * and ?.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="Option of the lie, as by=5.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=0, show_default=True, help="Port to listen at; 0 takes a free one.")
@click.option("--ca", type=click.Path(path_type=Path), help="PEM file with the issuer of the server's certificate.")
@click.option("--insecure", is_flag=True, help="Accept any certificate of the server (test benches only).")
@click.option("--tls", is_flag=True, help="Speak HTTPS to the client, with a certificate made for this run.")
@click.option("--list", "listing", is_flag=True, help="Print all lies and their options.")
def main(
    *,
    upstream: str | None,
    lie: str | None,
    item: str,
    options: tuple[str, ...],
    insecure: bool,
    listing: bool,
    **own: Any,  # noqa: ANN401 (the proxy's own options, checked by click)
) -> None:
    """Pass an EWS server on to its clients, and alter one item on the wire."""
    if listing:
        _print_lies()
        return
    if upstream is None:
        raise click.UsageError("Say which server to pass on with --upstream, or print the lies with --list.")
    try:
        told = None if lie is None else Lie(lie, item, **_pairs(options))
        proxy = LyingProxy(upstream, told, verify=not insecure, **own)
        run(proxy, click.echo)
    except (LieError, PortInUseError, EboError) as error:
        raise click.ClickException(str(error)) from error


def run(proxy: LyingProxy, say: Callable[[str], None]) -> None:
    """Run until Ctrl-C, and say which answers were altered."""
    clock, known = SystemClock(), 0
    with proxy:
        say(f"{proxy.url} passes on what the server says" + (f", but for {proxy.lie.name}" if proxy.lie else ""))
        if proxy.ca_file is not None:
            say(f"Clients must trust {proxy.ca_file}")
        try:
            while True:
                clock.wait(_LOOK_EVERY)
                fresh, known = proxy.told[known:], len(proxy.told)
                for one in fresh:
                    say(f"{one.operation}: {one.lie} of {one.item}")
        except KeyboardInterrupt:
            say("Stopped.")


def _pairs(options: tuple[str, ...]) -> dict[str, str]:
    pairs = [option.partition("=") for option in options]
    return {name: value for name, _, value in pairs}


def _print_lies() -> None:
    table = Table("lie", "what is altered", "answers", "options")
    for row in LIES.values():
        options = ", ".join(f"{name}={default}" for name, default in row.options.items())
        table.add_row(row.name, row.alters, " ".join(row.operations) or "SetValues", options)
    Console().print(table)
