"""The configuration that a command works with: that of the running connector, as far as it can be seen beside it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.required import refuse_unfinished
from evce_connector.host.loaded import Loading


def configured(path: Path | None, *, whole: bool = False) -> Configuration:
    """Read what is saved on the pages, over that the file and the environment; what is left out goes to standard error.

    ConfigurationError names what is wrong, and what is missing of a configuration that is to be `whole`.
    """
    loaded = Loading(path, os.environ).for_a_command()
    loaded.start.refuse_nowhere()
    for sentence in loaded.troubles:
        click.echo(sentence, err=True)
    if whole:
        refuse_unfinished(loaded.configuration)
    return loaded.configuration


def next_start(path: Path | None) -> Configuration:
    """Read what the running connector would start anew with; ConfigurationError names what is wrong with that."""
    loaded = Loading(path, os.environ).newest()
    loaded.start.refuse_nowhere()
    if loaded.troubles and not loaded.look_again:
        raise ConfigurationError(list(loaded.troubles))
    return loaded.configuration
