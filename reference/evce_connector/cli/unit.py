"""`evce-connector service`: the connector as a service of systemd."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evce_connector.cli.options import FILE
from evce_connector.host.systemd import Systemd, SystemdError, own_program, unit_for
from evce_connector.host.unit import CONFIGURATIONS, NAME, SITE

_TEMPLATE = click.option(
    "--template", is_flag=True, help=f"The unit of many sites, each with its configuration in {CONFIGURATIONS}/SITE."
)


@click.group()
def service() -> None:
    """Write, remove or show the systemd unit that runs the connector."""


@service.command()
@click.option("--config", "path", type=FILE, help=f"Configuration file (TOML); else {CONFIGURATIONS}/{NAME}.toml.")
@_TEMPLATE
@click.option("--print", "prints", is_flag=True, help="Print the unit, and change nothing.")
def install(path: Path | None, *, template: bool, prints: bool) -> None:
    """Write the unit, as root; it hands over the passwords and keys that the configuration names.

    It is not started: that is said last.
    """
    if path is not None and template:
        raise click.UsageError(f"--config is of one site; those of a template are {CONFIGURATIONS}/SITE/{NAME}.toml.")
    unit = unit_for(path, own_program(), is_template=template)
    if prints:
        click.echo(unit.text(), nl=False)
        return
    file, name = Systemd().install(unit), f"{NAME}@SITE" if template else NAME
    where = str(unit.configuration).replace(SITE, "SITE")
    click.echo(f"{file} is written. `evce-connector check --config {where}` says what is wrong before a start, but for")
    click.echo("the folder of data in /var/lib, which it misses: systemd makes that at the first start.")
    click.echo(f"It runs from now on, and after each start of the machine, by `systemctl enable --now {name}`.")


@service.command()
@_TEMPLATE
def uninstall(*, template: bool) -> None:
    """Stop the connector and remove the unit, as root; configuration and data stay."""
    name = f"{NAME}@.service" if template else f"{NAME}.service"
    stopped = Systemd().uninstall(name)
    click.echo(f"Stopped: {', '.join(stopped) or 'nothing, for no site was enabled'}. {name} is removed.")
    click.echo(f"What is in {CONFIGURATIONS} stays, and so does the data in /var/lib.")


@service.command()
def status() -> None:
    """Show what runs by the units; exit status 0 when all of it runs."""
    try:
        sys.exit(Systemd().status())
    except SystemdError as error:
        click.echo(f"evce-connector: {error}", err=True)
        sys.exit(4)  # as systemctl says that there is no such unit
