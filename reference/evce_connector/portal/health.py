"""Whether the connector lives and is ready, and its figures: for load balancers, Prometheus and people with curl."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from evce_connector.points.site_items import SiteItems
from evce_connector.processors.unreadable import is_good
from evce_connector.site.catalogue import points_of
from evce_connector.site.datapoint import Level
from evce_connector.site.values import State

Trouble = Callable[[], str]
"""Says what a part of the connector suffers from, in words; empty when it is well."""


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


class InterfaceMetrics(Collector):
    """The numbers under `EVCE Interface` as gauges, with their units in their names."""

    def __init__(self, items: SiteItems, storage_trouble: Trouble) -> None:
        self._items, self._storage_trouble = items, storage_trouble

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one gauge for each number, and whether the last state was good."""
        for point in points_of(Level.INTERFACE):
            value = self._items.interface.get(point.name)
            if isinstance(value, int | float):
                name = f"evce_connector_{_snake(point.name)}"
                yield GaugeMetricFamily(f"{name}_seconds" if point.unit == "s" else name, point.name, value)
        good = is_good(str(self._items.interface.get("EvceState")))
        yield GaugeMetricFamily("evce_connector_good", "Whether the last poll was good", float(good))
        kept = float(not self._storage_trouble())
        yield GaugeMetricFamily("evce_connector_storage_good", "Whether the database took what it was given last", kept)
        yield GaugeMetricFamily("evce_connector_items", "Items in the tree", len(self._items.tree.nodes))


def _snake(name: str) -> str:
    """Write PollAge as poll_age."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def health(items: SiteItems, ews_trouble: Trouble, storage_trouble: Trouble) -> Blueprint:
    """Make the pages /health/live, /health/ready and /metrics, given what EWS server and database suffer from."""
    pages = Blueprint("health", __name__)
    registry = CollectorRegistry()
    registry.register(InterfaceMetrics(items, storage_trouble))

    @pages.get("/health/live")
    def live() -> Response:
        return jsonify(status="live")

    @pages.get("/health/ready")
    def ready() -> tuple[Response, int]:
        reasons = unready(items, (ews_trouble, storage_trouble))
        return jsonify(status="not ready" if reasons else "ready", reasons=reasons), 503 if reasons else 200

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return pages
