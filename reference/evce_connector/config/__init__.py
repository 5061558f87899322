"""The connector's configuration: its keys (model), how it is read (loading), what is said of wrong ones (messages)."""

from evce_connector.config.errors import ConfigurationError
from evce_connector.config.loading import ENVIRONMENT, load, parse
from evce_connector.config.model import Configuration
from evce_connector.config.scheduling import ProcessorConfiguration
from evce_connector.config.section import Encrypted, OfTheMachine, Section

__all__ = [
    "ENVIRONMENT",
    "Configuration",
    "ConfigurationError",
    "Encrypted",
    "OfTheMachine",
    "ProcessorConfiguration",
    "Section",
    "load",
    "parse",
]
