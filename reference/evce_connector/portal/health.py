"""Whether the connector lives and is ready, and its figures: for load balancers, Prometheus and people with curl."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Blueprint, Response, jsonify
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from evce_connector.points.site_items import SiteItems
from evce_connector.portal.metrics import Measured, Trouble, registry_of
from evce_connector.site.values import State

Dead = Callable[[], Sequence[str]]
"""Says in sentences what has ended or hangs that must not; nothing when the connector lives."""


def unready(items: SiteItems, troubles: Iterable[Trouble] = ()) -> list[str]:
    """Return why the connector cannot be relied on now; empty when it can."""
    return [words for trouble in troubles if (words := trouble())] + _without_values(items)


def _without_values(items: SiteItems) -> list[str]:
    """Return why the values are not those of now."""
    if items.index is None:
        return ["EvceSetupProcessor has not succeeded yet."]
    if items.staleness.state() is not State.GOOD:
        age = items.age()
        since = "No poll has succeeded yet" if age is None else f"The last good poll is {age:.0f} s old"
        return [f"{since}: {items.interface.get('EvceState')}"]
    return []


def health(
    items: SiteItems, ews_trouble: Trouble, storage_trouble: Trouble, measured: Measured, dead: Dead
) -> Blueprint:
    """Make the pages /health/live, /health/ready and /metrics, given what EWS server and database suffer from.

    Whatever the controller or the database do, the connector lives; who starts it anew asks for that.
    """
    pages = Blueprint("health", __name__)
    registry = registry_of(items, storage_trouble, measured)

    @pages.get("/health/live")
    def live() -> tuple[Response, int]:
        if reasons := list(dead()):
            return jsonify(status="dead", reasons=reasons), 503
        return jsonify(status="live"), 200

    @pages.get("/health/ready")
    def ready() -> tuple[Response, int]:
        reasons = unready(items, (ews_trouble, storage_trouble))
        return jsonify(status="not ready" if reasons else "ready", reasons=reasons), 503 if reasons else 200

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return pages
