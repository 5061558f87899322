"""The table of subcommands, and the group that imports each when it is called."""

from __future__ import annotations

import importlib
from typing import NamedTuple, cast

import click

from evce_connector.host import collector


class Row(NamedTuple):
    """A subcommand: the module and its name there, and what it does in a line."""

    module: str
    name: str
    help: str


COMMANDS = {
    "init": Row("init", "init", "Look at a controller, and write a configuration for it."),
    "run": Row("service", "run", "Run the connector until it is stopped (Ctrl-C)."),
    "check": Row("check", "check", "Say what is wrong with a configuration."),
    "setup": Row("service", "set_up", "Ask the running connector to run EvceSetupProcessor now."),
    "reload": Row("service", "reload", "Ask the running connector to read its configuration again."),
    "ledger": Row("ledgers", "ledger", "Print what was added, renamed, moved, replaced or removed, as CSV."),
    "commands": Row("ledgers", "commands", "Print what was written, by whom, and what the controller answered."),
    "release": Row("release", "release_all", "Clear reductions on the charge controller, after they were listed."),
    "adopt": Row("adopt", "adopt", "Answer to the item ids and names of another connector."),
    "probe": Row("probe", "probe", "Look at a controller for the first time, read-only."),
    "certificate": Row("certificate", "certificate", "Fetch, make or show certificates for TLS."),
    "profile": Row("profiles", "profile", "Check, explain or compare profiles of controllers, offline."),
    "backup": Row("backups", "backup", "Copy the database while the connector may go on (SQLite)."),
    "verify": Row("backups", "verify", "Say whether a database is sound, and what it holds (SQLite)."),
    "password": Row("password", "reset_password", "Make a new password for a user of the connector's pages."),
    "diagnose": Row("diagnose", "diagnose", "Write what a supporter needs to see, without secrets."),
    "service": Row("unit", "service", "Write, remove or show the systemd unit that runs the connector."),
    "demo": Row("demo", "demo", "Start a simulated site and show it as its operator sees it."),
}


def load(command: str) -> click.Command:
    """Import a subcommand.

    What that makes stays until the process ends, and is no garbage: to search it, while it is made and once more at the
    end, is a third of what `check` costs.
    """
    row = COMMANDS[command]
    with collector.at_rest():
        module = importlib.import_module(f"evce_connector.cli.{row.module}")
    collector.keep()
    return cast("click.Command", getattr(module, row.name))


class Commands(click.Group):
    """A group that knows its subcommands by the table, and its help without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click calls it
        """Import a subcommand; None when there is none of that name."""
        return load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as click calls it
        """List the subcommands as the table describes them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.help) for name, row in COMMANDS.items()])
