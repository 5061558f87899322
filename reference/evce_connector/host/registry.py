"""Finds processors by entry point: a third party adds one by installing a package (I-1, C-4).

A package declares `[project.entry-points."evce_connector.processors"]`; a table `[processors.<name>]` in the
configuration runs it, with the fields that its `Options` declare.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from pydantic import ValidationError

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config_messages import sentences
from evce_connector.processors.base import Context, Processor

GROUP = "evce_connector.processors"


def candidates() -> dict[str, type[Processor]]:
    """Return every processor that is installed, by its name; ConfigurationError names one that cannot be loaded."""
    found: dict[str, type[Processor]] = {}
    for entry in entry_points(group=GROUP):
        try:
            found[entry.name] = entry.load()
        except (ImportError, AttributeError) as error:
            raise ConfigurationError([f"processors.{entry.name} cannot be loaded: {error}."]) from error
    return found


def further_processors(configuration: Configuration, context: Context) -> list[Processor]:
    """Make the processors that the configuration names beside the connector's own three."""
    if not configuration.processors:
        return []
    installed = candidates()
    made = []
    for name, fields in configuration.processors.items():
        if name not in installed:
            names = ", ".join(sorted(installed))
            raise ConfigurationError([f"processors.{name}: no installed package offers it; there are {names}."])
        try:
            options = installed[name].Options.model_validate(fields)
        except ValidationError as error:
            place = ("processors", name)
            raise ConfigurationError(sentences(error, installed[name].Options, place)) from error
        made.append(installed[name](context, options))
    return made
