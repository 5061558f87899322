"""Finds processors by entry point: a third party adds one by installing a package (I-1, C-4).

A package declares `[project.entry-points."evce_connector.processors"]`; a table `[processors.<name>]` in the
configuration runs it, with the fields that its `Options` declare. An example is in docs/writing-a-processor.md.
"""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from typing import Any

from pydantic import ValidationError

from evce_connector.config import Configuration, ConfigurationError, ProcessorConfiguration, Section
from evce_connector.config.messages import sentences
from evce_connector.processors.base import Context, Processor
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.processors.status import EvceProcessor

GROUP = "evce_connector.processors"
OWN = {EvceSetupProcessor.name: "in [setup]", EvceProcessor.name: "in [status]", EvceLogsProcessor.name: "in [logs]"}
"""The connector's own processors, which run without being named, and where their keys stand."""


def candidates() -> dict[str, type[Processor]]:
    """Return every processor that other packages offer, by its name; ConfigurationError names one that is none."""
    found: dict[str, type[Processor]] = {}
    for entry in entry_points(group=GROUP):
        if entry.name in OWN:
            continue  # nobody else's processor can be configured by the name of one of ours
        try:
            found[entry.name] = entry.load()
        except (ImportError, AttributeError) as error:
            raise ConfigurationError([f"processors.{entry.name} cannot be loaded: {error}."]) from error
        if not (isinstance(found[entry.name], type) and issubclass(found[entry.name], Processor)):
            raise ConfigurationError([f"processors.{entry.name}: {entry.value} is no class derived from Processor."])
    return found


def chosen(configuration: Configuration) -> list[tuple[type[Processor], Section]]:
    """Return the processors that the configuration names beside the connector's own, each with its fields.

    ConfigurationError names what cannot be run: one of our own, one that nobody offers, or a field that is wrong.
    """
    if not configuration.processors:
        return []
    for name in configuration.processors:
        if name in OWN:
            table = OWN[name]
            raise ConfigurationError(
                [f"processors.{name} is the connector's own and runs anyway: its keys are {table}."]
            )
    installed = candidates()
    return [_checked(name, fields, installed) for name, fields in configuration.processors.items()]


def further_processors(configuration: Configuration, context: Context) -> dict[str, Processor]:
    """Make the processors that the configuration names beside the connector's own, by their names there."""
    made = [processor(context, options) for processor, options in chosen(configuration)]
    return dict(zip(configuration.processors, made, strict=True))


def effective(configuration: Configuration) -> list[ProcessorConfiguration]:
    """Return the processor configurations: those that are named, or where none is, one for each processor there is."""
    names = {name: _spaced(name) for name in OWN} | {name: name for name in configuration.processors}
    return configuration.processor_configurations or [
        ProcessorConfiguration(name=words, class_name=name) for name, words in names.items()
    ]


def _checked(
    name: str, fields: dict[str, Any], installed: dict[str, type[Processor]]
) -> tuple[type[Processor], Section]:
    """Return one processor with its fields; ConfigurationError when it cannot be made of them."""
    if name not in installed:
        offered = ", ".join(sorted(installed)) or "none"
        raise ConfigurationError([f"processors.{name}: no installed package offers it; there are {offered}."])
    processor = installed[name]
    try:
        return processor, processor.Options.model_validate(fields)
    except ValidationError as error:
        raise ConfigurationError(sentences(error, processor.Options, ("processors", name))) from error


def _spaced(name: str) -> str:
    """Write EvceLogsProcessor as EVCE Logs Processor, as the guide's pages name their configurations."""
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", name).replace("Evce", "EVCE")
