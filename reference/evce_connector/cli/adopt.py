"""`evce-connector adopt`."""

from __future__ import annotations

from pathlib import Path

import click

from evce_connector.cli.configured import configured
from evce_connector.cli.extras import needing
from evce_connector.cli.options import CONFIG, FILE
from evce_connector.cli.printing import JSON, print_json
from evce_connector.errors import ConnectorError
from evce_connector.host.stores import open_stores


@click.command()
@CONFIG
@click.option("--ews", "url", help="Address of the EWS server to take over from.")
@click.option("--user", help="User of that server.")
@click.option("--password-file", type=FILE, help="File whose first line is that user's password.")
@click.option("--ca", type=FILE, help="PEM file with the issuer of that server's certificate.")
@click.option("--insecure", is_flag=True, help="Trust any certificate of that server.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken over.")
@click.option("--report", type=FILE, help="Also write a line for every item: as CSV, or as JSON when so called.")
@click.option("--release", "forget", is_flag=True, help="Forget what was taken over; our own ids again.")
@JSON
def adopt(  # noqa: PLR0913 - one argument for each option
    path: Path | None,
    *,
    url: str | None,
    user: str | None,
    password_file: Path | None,
    ca: Path | None,
    insecure: bool,
    dry_run: bool,
    report: Path | None,
    forget: bool,
    as_json: bool,
) -> None:
    """Answer to the item ids and names of another connector, so that bindings to them survive."""
    with needing("adopt", "simulators"):  # the EBO simulator is the client that reads the other connector
        from ebo_simulator.errors import EboError  # noqa: PLC0415 - see above

        from evce_connector.takeover import command as takeover  # noqa: PLC0415 - see above
    configuration = configured(path, whole=True)
    with open_stores(configuration, lived_in=True) as stores:
        if forget:
            said = takeover.release(stores)
            print_json({"said": said}) if as_json else click.echo(said)
        elif url and user and password_file and not (ca and insecure):
            other = takeover.Other(url, user, password_file, ca, insecure)
            try:
                found = takeover.plan(configuration, stores, other)
            except EboError as error:
                raise ConnectorError(str(error)) from error
            if report:
                found.write(report)
            if not as_json:
                found.show()
            said = takeover.DRY if dry_run else takeover.carry_out(stores, found)
            print_json(found.as_data() | {"said": said}) if as_json else click.echo(said)
        else:
            raise click.UsageError("Give --ews, --user and --password-file, --ca or --insecure at most; or --release.")
