"""What holds where the configuration names no processor configurations or no schedules."""

from __future__ import annotations

from evce_connector.config.model import Configuration
from evce_connector.config.scheduling import DEFAULT_SCHEDULES, OWN_PROCESSORS, ProcessorConfiguration
from evce_connector.schedules import Schedule


def processor_configurations(configuration: Configuration) -> list[ProcessorConfiguration]:
    """Return those that are named; where none is, one for each own processor and one for each of [processors.NAME].

    A configuration that is not finished has none but those that are named: who makes it adds them, or finishes it.

    >>> from evce_connector.config import parse
    >>> file = {"evce": {"base_url": "https://192.168.0.10/api/v2", "login": "bms", "password": "secret"},
    ...         "ews": {"username": "ebo", "password": "secret"}, "processors": {"Weather": {}}}
    >>> [one.name for one in processor_configurations(parse(file, {}))]
    ['EVCE Setup Processor', 'EVCE Processor', 'EVCE Logs Processor', 'Weather']
    """
    if configuration.processor_configurations or configuration.lacking:
        return configuration.processor_configurations
    further = [ProcessorConfiguration(name=name, class_name=name) for name in configuration.processors]
    return [*OWN_PROCESSORS, *further]


def schedules(configuration: Configuration) -> list[Schedule]:
    """Return the schedules that may be selected: those that are configured; where none is, "Every 15 Minutes"."""
    return [table.schedule() for table in configuration.schedules or DEFAULT_SCHEDULES]


def schedule_of(configuration: Configuration, one: ProcessorConfiguration) -> Schedule | None:
    """Return the schedule that a processor runs by; None when it has none or does not run on it."""
    if not one.runs_on_schedule:
        return None
    return next((schedule for schedule in schedules(configuration) if schedule.description == one.schedule), None)
