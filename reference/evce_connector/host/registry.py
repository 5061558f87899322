"""Finds processors by entry point: a third party adds one by installing a package (I-1, C-4).

A package declares `[project.entry-points."evce_connector.processors"]`; a table `[processors.<name>]` in the
configuration runs it, with the fields that its `Options` declare. An example is in docs/writing-a-processor.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from typing import Any

from pydantic import ValidationError

from evce_connector.config import Configuration, ConfigurationError, ProcessorConfiguration, Section, effective
from evce_connector.config.messages import sentences
from evce_connector.errors import ConnectorError
from evce_connector.host.job import Job
from evce_connector.processors.base import Context, Processor
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.processors.status import EvceProcessor

GROUP = "evce_connector.processors"
OWN = {EvceSetupProcessor.name: "in [setup]", EvceProcessor.name: "in [status]", EvceLogsProcessor.name: "in [logs]"}
"""The connector's own processors, which run without being named, and where their keys stand."""
_OWN: tuple[type[Processor], ...] = (EvceSetupProcessor, EvceProcessor, EvceLogsProcessor)


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


def all_classes() -> dict[str, type[Processor]]:
    """Return every class that a configuration can run, the connector's own first; errors as above."""
    return {processor.name: processor for processor in _OWN} | candidates()


def secret_options(*documents: Mapping[str, Any]) -> dict[str, type[Section]]:
    """Return which keys the installed processors declare, if one of these documents runs any; errors as above."""
    if not any(document.get("processors") for document in documents):
        return {}
    return {name: processor.Options for name, processor in candidates().items()}


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


def jobs(context: Context, own: Iterable[Processor]) -> list[Job]:
    """Return the processor configurations with what they run: one of the connector's `own`, or another package's.

    ConfigurationError as of `classes`, and for one that cannot be made of its fields.
    """
    configuration = context.configuration
    made = {processor.name: processor for processor in own}
    for name, (processor, options) in zip(configuration.processors, chosen(configuration), strict=True):
        made[name] = _made(name, processor, context, options)
    return [Job(one, made[one.class_name], effective.schedule_of(configuration, one)) for one in classes(configuration)]


def _made(name: str, processor: type[Processor], context: Context, options: Section) -> Processor:
    """Make one of another package, whose own errors are sentences too."""
    try:
        return processor(context, options)
    except ConnectorError:
        raise
    except Exception as error:  # whatever another package raises: the connector says which it was
        why = f"processors.{name} cannot be made: {type(error).__name__}: {error}."
        raise ConfigurationError(
            [f"{why} Look at its section [processors.{name}]; if that is right, ask whoever makes the package."]
        ) from error


def classes(configuration: Configuration) -> dict[ProcessorConfiguration, type[Processor]]:
    """Return which class each processor configuration runs.

    ConfigurationError names a class that there is not, and threads that are too few for those that run all the time.
    """
    names = zip(configuration.processors, chosen(configuration), strict=True)
    known = {processor.name: processor for processor in _OWN} | {name: processor for name, (processor, _) in names}
    found = {}
    for one in effective.processor_configurations(configuration):
        if one.class_name not in known:
            raise ConfigurationError([_unknown(one, sorted(known))])
        found[one] = known[one.class_name]
    lasting = [one.name for one, processor in found.items() if one.is_active and processor.long_running]
    if 0 < len(lasting) < len(found) and configuration.host.threads <= len(lasting):
        raise ConfigurationError([_too_few(configuration.host.threads, lasting)])
    return found


def _unknown(one: ProcessorConfiguration, known: list[str]) -> str:
    """Say that a configuration has a class that there is not."""
    return (
        f"processor_configurations: {one.name} has the class {one.class_name}, which is not there; there are "
        f"{', '.join(known)}. One of another package needs a table [processors.{one.class_name}] too."
    )


def _too_few(threads: int, lasting: list[str]) -> str:
    """Say that processors which run all the time leave no thread to the others."""
    return (
        f"host.threads is {threads}, and {', '.join(lasting)} run all the time: no other processor would ever run. "
        f"Give it {len(lasting) + 1} or more."
    )


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
