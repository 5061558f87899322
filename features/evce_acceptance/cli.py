"""The command `evce-acceptance`. What a subcommand needs is imported when it is called, not before."""

from __future__ import annotations

import importlib
import sys
from typing import NamedTuple, cast

import click

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs, and nothing else.")
UNUSABLE = 3
"""Exit status when a command could not begin."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""
EXTRA = "evce-connector[acceptance]"


class Row(NamedTuple):
    """A subcommand: where it stands, and what it does in a line."""

    module: str
    name: str
    help: str


COMMANDS = {
    "run": Row("evce_acceptance.commands.run", "run", "Say whether an integration is right, and write a report."),
    "plan": Row("evce_acceptance.commands.plan", "plan", "List every call that a run would make, and make none."),
    "diff": Row("evce_acceptance.commands.diff", "diff", "Say what changed between two bundles of runs."),
    "pdf": Row("evce_acceptance.commands.pdf", "pdf", "Print a page of a bundle, by the browser of this machine."),
    "sign": Row("evce_acceptance.commands.sign", "sign", "Sign a bundle with a key of OpenSSH."),
    "verify": Row("evce_acceptance.commands.sign", "verify", "Say whether a bundle is as the run wrote it, and whose."),
    "ews": Row("evce_acceptance.commands.ews", "ews", "Say whether any EWS server keeps to the contract."),
    "shadow": Row("evce_acceptance.shadow.command", "shadow", "Compare two connectors of one site for hours."),
    "watch": Row("evce_acceptance.watch.command", "watch", "Watch a connector for a day or a week beside operation."),
    "resume": Row("evce_acceptance.watch.command", "resume", "Go on with a watch that was ended."),
    "restore": Row("evce_acceptance.writes.watchdog", "restore", "Restore what an earlier run left written."),
}


class Commands(click.Group):
    """A group that knows its subcommands by name and imports each when it is called."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand; says which extra brings what it needs and is not installed."""
        if (row := COMMANDS.get(cmd_name)) is None:
            return None
        try:
            return cast("click.Command", getattr(importlib.import_module(row.module), row.name))
        except ModuleNotFoundError as error:
            click.echo(
                f"evce-acceptance {cmd_name} needs {error.name}, which is not installed: pip install '{EXTRA}'",
                err=True,
            )
            sys.exit(UNUSABLE)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.help) for name, row in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evce-connector")
def main() -> None:
    """Accept an integration of an EV charge controller with a building management system, whoever made it."""
