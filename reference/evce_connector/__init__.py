"""Reference connector between an EV charge controller (REST) and a building management system (EWS).

    from pathlib import Path
    from evce_connector import ConnectorService, ManualClock, load_configuration

    with ConnectorService(load_configuration(Path("evce-connector.toml")), ManualClock()) as connector:
        connector.set_up()             # reads the site anew; prompts say what a technician should know
        connector.poll()               # one cycle of EvceProcessor
        connector.items.tree.find("Site/SiteOverallActivePowerTotal").value          # kW

- `load_configuration` reads a file and the environment, `parse_configuration` a decoded file; ConfigurationError names
  each key that is wrong. Every error that is raised on purpose is a ConnectorError, whose text says what to do.
- `ConnectorService` is the running connector, as `evce-connector run` has it. Its clock is any Clock: SystemClock,
  ScaledClock (faster), ManualClock (stands still until it is told to go on).
- `Processor`, `Context`, `Prompt`, `Severity`, `Section`, `Encrypted`, `OfTheMachine`, `State` and `ValueItem` are what
  a processor of another package is made of (docs/writing-a-processor.md); `EvceClient` is its way to the controller,
  EvceError its troubles.

A name is imported when it is first used, because a command that needs none of them must cost little.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evce_connector.clock import Clock, ManualClock, ScaledClock, SystemClock
    from evce_connector.config import Configuration, ConfigurationError, Encrypted, OfTheMachine, Section
    from evce_connector.config import load as load_configuration
    from evce_connector.config import parse as parse_configuration
    from evce_connector.errors import ConnectorError
    from evce_connector.evce.client import EvceClient
    from evce_connector.evce.errors import EvceError
    from evce_connector.host.service import ConnectorService
    from evce_connector.points.tree import ValueItem
    from evce_connector.processors.base import Context, Processor, Prompt, Severity
    from evce_connector.site.values import State

    __version__: str

__all__ = [
    "Clock",
    "Configuration",
    "ConfigurationError",
    "ConnectorError",
    "ConnectorService",
    "Context",
    "Encrypted",
    "EvceClient",
    "EvceError",
    "ManualClock",
    "OfTheMachine",
    "Processor",
    "Prompt",
    "ScaledClock",
    "Section",
    "Severity",
    "State",
    "SystemClock",
    "ValueItem",
    "__version__",
    "load_configuration",
    "parse_configuration",
]

_HOMES = {
    "Clock": "clock:Clock",
    "Configuration": "config:Configuration",
    "ConfigurationError": "config:ConfigurationError",
    "ConnectorError": "errors:ConnectorError",
    "ConnectorService": "host.service:ConnectorService",
    "Context": "processors.base:Context",
    "Encrypted": "config:Encrypted",
    "EvceClient": "evce.client:EvceClient",
    "EvceError": "evce.errors:EvceError",
    "ManualClock": "clock:ManualClock",
    "OfTheMachine": "config:OfTheMachine",
    "Processor": "processors.base:Processor",
    "Prompt": "processors.base:Prompt",
    "ScaledClock": "clock:ScaledClock",
    "Section": "config:Section",
    "Severity": "processors.base:Severity",
    "State": "site.values:State",
    "SystemClock": "clock:SystemClock",
    "ValueItem": "points.tree:ValueItem",
    "load_configuration": "config:load",
    "parse_configuration": "config:parse",
}
"""Where each name stands in the package."""


if not TYPE_CHECKING:  # a type checker would take any name at all for one of these

    def __getattr__(name: str) -> object:
        """Import what a public name stands for; AttributeError when it is none."""
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415 - costs as much as all the rest of a --help

            return version("evce-connector")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = resolve_name(f"{__name__}.{_HOMES[name]}")
        return found

    def __dir__() -> list[str]:
        """Name what is imported already and what can be."""
        return sorted({*globals(), *__all__})
