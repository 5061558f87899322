"""The connector's configuration: its keys (model), how it is read (loading), what is said of wrong ones (messages)."""

from evce_connector.config.errors import ConfigurationError
from evce_connector.config.loading import ENVIRONMENT, load, parse
from evce_connector.config.model import Configuration
from evce_connector.config.section import Section

__all__ = ["ENVIRONMENT", "Configuration", "ConfigurationError", "Section", "load", "parse"]
