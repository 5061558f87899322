"""Command line of the simulated Building Operation."""

from __future__ import annotations

from typing import Any

import click

from ebo_simulator import commands_changes, commands_events, commands_read, commands_write
from ebo_simulator.errors import EboError


class _Sentences(click.Group):
    """Shows what went wrong as one sentence and exits with 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's signature)
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends quietly when the reader of a pipe has gone
        except (EboError, OSError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """See and use an EWS server as EcoStruxure Building Operation does.

    Items are named by their path of names, as in "EVCE Zones/Z1/EVSimu1/StationStatus".
    """


for module in (commands_read, commands_write, commands_events, commands_changes):
    for command in module.COMMANDS:
        main.add_command(command)
