"""The figures of the connector as Prometheus reads them, each with the site that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from evce_connector.figures import BOUNDS, Classes, Figures, Labels, Timed
from evce_connector.points.site_items import SiteItems
from evce_connector.processors.unreadable import is_good
from evce_connector.site.catalogue import points_of
from evce_connector.site.datapoint import Level

PREFIX = "evce_connector_"
Trouble = Callable[[], str]
"""Says what a part of the connector suffers from, in words; empty when it is well."""


@dataclass(frozen=True)
class Measured:
    """What the figures are of: counted and timed events, what waits to be written, the site's name and the version."""

    figures: Figures = field(default_factory=Figures)
    site: str = ""
    version: str = ""
    waiting: Callable[[], Mapping[str, int]] = dict
    subscriptions: Callable[[], int] = int


class InterfaceMetrics(Collector):
    """The numbers under `EVCE Interface` as gauges, with their units in their names."""

    def __init__(self, items: SiteItems, storage_trouble: Trouble) -> None:
        self._items, self._storage_trouble = items, storage_trouble

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one gauge for each number, and whether the last state was good."""
        for point in points_of(Level.INTERFACE):
            value = self._items.interface.get(point.name)
            if isinstance(value, int | float):
                name = f"{PREFIX}{_snake(point.name)}"
                yield GaugeMetricFamily(f"{name}_seconds" if point.unit == "s" else name, point.name, value)
        good = is_good(str(self._items.interface.get("EvceState")))
        yield GaugeMetricFamily(f"{PREFIX}good", "Whether the last poll was good", float(good))
        on_time = is_good(str(self._items.interface.get("LogsState")))
        yield GaugeMetricFamily(f"{PREFIX}logs_good", "Whether the last samples were taken and kept", float(on_time))
        kept = float(not self._storage_trouble())
        yield GaugeMetricFamily(f"{PREFIX}storage_good", "Whether the database took what it was given last", kept)
        yield GaugeMetricFamily(f"{PREFIX}items", "Items in the tree", len(self._items.tree.nodes))


class EventMetrics(Collector):
    """What was counted and timed since this start, what waits, and which version runs."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        """Yield counters and histograms, then the lengths of the queues."""
        figures = self._measured.figures
        yield _counter("ews_logins", "Logins of EWS clients", figures.ews_logins.labels, figures.ews_logins.read())
        yield from _timed("ews_request", "Requests of EWS clients that were let in", figures.ews_requests)
        yield from _timed("controller_request", "Requests to the charge controller", figures.controller_requests)
        yield from _timed("poll", "Polls of the charge controller", figures.polls)
        yield _counter("writes", "Values that somebody wanted to set", figures.writes.labels, figures.writes.read())
        yield _counter("log_runs", "Times that samples were due", figures.log_runs.labels, figures.log_runs.read())
        waiting = GaugeMetricFamily(f"{PREFIX}waiting", "What waits for the database", labels=("what",))
        for what, count in self._measured.waiting().items():
            waiting.add_metric((what,), count)
        yield waiting
        yield GaugeMetricFamily(f"{PREFIX}subscriptions", "EWS subscriptions", self._measured.subscriptions())
        info = GaugeMetricFamily(f"{PREFIX}info", "Always 1; the label tells the version", labels=("version",))
        info.add_metric((self._measured.version,), 1)
        yield info


class OfSite(Collector):
    """Gives all metrics of others the label `site`."""

    def __init__(self, site: str, *collectors: Collector) -> None:
        self._site, self._collectors = site, collectors

    def collect(self) -> Iterator[Metric]:
        """Yield what the others do, with the label."""
        for collector in self._collectors:
            for metric in collector.collect():
                label = {"site": self._site}
                metric.samples = [sample._replace(labels=label | sample.labels) for sample in metric.samples]
                yield metric


def registry_of(items: SiteItems, storage_trouble: Trouble, measured: Measured) -> CollectorRegistry:
    """Return all that `/metrics` serves."""
    registry = CollectorRegistry()
    registry.register(OfSite(measured.site, InterfaceMetrics(items, storage_trouble), EventMetrics(measured)))
    return registry


def _counter(name: str, what: str, labels: Labels, counts: Mapping[Labels, int]) -> CounterMetricFamily:
    made = CounterMetricFamily(f"{PREFIX}{name}", what, labels=labels)
    for values, count in counts.items():
        made.add_metric(values, count)
    return made


def _timed(name: str, what: str, timed: Timed) -> Iterator[Metric]:
    """Yield how many there were, and how long they took."""
    yield _counter(f"{name}s", what, timed.labels, timed.counts())
    durations = HistogramMetricFamily(f"{PREFIX}{name}_seconds", what, labels=timed.labels[: timed.timed_by])
    for values, classes in timed.durations().items():
        durations.add_metric(values, _buckets(classes), classes.seconds)
    yield durations


def _buckets(classes: Classes) -> list[tuple[str, float]]:
    """Return for each bound how many were no longer than that."""
    below, buckets = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), classes.counts, strict=True):
        below += count
        buckets.append((bound, float(below)))
    return buckets


def _snake(name: str) -> str:
    """Write PollAge as poll_age."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
