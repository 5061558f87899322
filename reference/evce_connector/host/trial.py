"""A connector put together as `run` puts it together, and not run: nothing listens, and its database is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from evce_connector.config import Configuration
from evce_connector.config.model import Storage
from evce_connector.errors import ConnectorError
from evce_connector.host.service import ConnectorService
from evce_connector.points.tree import ValueItem
from evce_connector.processors.base import Severity
from evce_connector.site.values import to_wire

_IN_MEMORY = "sqlite://"


@contextmanager
def assembled(configuration: Configuration) -> Iterator[ConnectorService]:
    """Make the connector of a configuration in memory; whatever `run` raises while it makes one.

    The pages are left out where a certificate would be made for them: that is a file beside the database.
    """
    portal = configuration.portal
    if portal.address.startswith("https:") and portal.certificate is None:
        portal = portal.model_copy(update={"enabled": False})
    service = ConnectorService(configuration.model_copy(update={"storage": Storage(url=_IN_MEMORY), "portal": portal}))
    try:
        yield service
    finally:
        service.stop()


class UnreadError(ConnectorError):
    """The site cannot be read; the sentence says why."""


class Shown(NamedTuple):
    """A data point as Building Operation would read it now."""

    item: str
    value: str
    unit: str
    state: str


def polled(configuration: Configuration) -> list[Shown]:
    """Set the site up and poll it once; returns its data points. UnreadError says why the controller gave none.

    Objects that the controller names by texts get numbers from 1 on, which may differ from those that the database
    keeps for them.
    """
    with assembled(configuration) as service:
        for prompt in service.set_up():
            if prompt.severity is Severity.MAY_NOT_CONTINUE:
                raise UnreadError(prompt.message)
        service.poll()
        service.step()
        return [_shown(item) for item in service.items.tree.items()]


def _shown(item: ValueItem) -> Shown:
    return Shown(item.id, to_wire(item.value), item.unit, item.state.name.capitalize())
