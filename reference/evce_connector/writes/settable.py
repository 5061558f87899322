"""Which data points EWS clients may set, by the configuration, and which of them stands for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from evce_connector.config.model import Writes
from evce_connector.points.index import SiteNode
from evce_connector.points.settable import BY_DEFAULT
from evce_connector.points.write_request import WriteRequest
from evce_connector.writes.heartbeat import BEAT
from evce_connector.writes.rules import AVAILABILITY

STATE_AVAILABLE = "ConnectorState_Available"
"""It says a status; where the interface SETs this item, as may be, true means operative and false inoperative."""


def settable(writes: Writes) -> frozenset[str]:
    """Name the data points that may be set."""
    if not writes.enabled:
        return frozenset()
    return (
        BY_DEFAULT
        | ({BEAT} if writes.heartbeat_seconds else set())
        | ({STATE_AVAILABLE} if writes.state_available else set())
    )


def meant(request: WriteRequest, node_of: Callable[[str], SiteNode | None]) -> WriteRequest:
    """Return what a request means: one of ConnectorState_Available is one of the connector's availability."""
    if request.item.name != STATE_AVAILABLE:
        return request
    node = node_of(request.place)
    return replace(request, item=node.item(AVAILABILITY)) if node else request
