"""What the tests of the connector's core share: simulated controllers, sites read from them, configurations."""

# ruff: noqa: ANN401 - JSON and options have no one type

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.profile import Profile
from evce_connector.evce.reader import SiteReader
from evce_connector.host.service import ConnectorService
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree, ValueItem
from evce_connector.site.model import RawList, RawSite, Site
from evce_connector.site.values import State, Value
from evce_simulator import EvceSimulator

from tests.support.joined import LOGIN, PASSWORD, Document, connect, settings

Closer = Callable[[Callable[[], None]], None]


@pytest.fixture(scope="session")
def profile() -> Profile:
    return profiles.load()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def closer() -> Iterator[Closer]:
    """Stop simulated controllers beside the next test: each takes a tenth of a second; all are gone at the end.

    A test leaves them to this fixture, so whether they are gone is looked at when the session ends.
    """
    stops: list[Future[None]] = []
    with ThreadPoolExecutor(4, "closer") as pool:
        pool.submit(int).result()  # its threads run from here on, and are the fixture's
        yield lambda stop: stops.append(pool.submit(stop))
    for stop in stops:
        stop.result()  # raises what the stop raised


@pytest.fixture
def simulate(clock: ManualClock, closer: Closer) -> Iterator[Callable[..., EvceSimulator]]:
    """Start simulated controllers on the test's clock; they end with the test."""
    running: list[EvceSimulator] = []

    def start(scenario: Any = "guide", **options: Any) -> EvceSimulator:
        simulator = EvceSimulator(scenario, **{"login": LOGIN, "password": PASSWORD, "clock": clock} | options)
        running.append(simulator.start())
        return simulator

    yield start
    for simulator in running:
        closer(simulator.stop)


@pytest.fixture
def make_client(profile: Profile, clock: ManualClock) -> Iterator[Callable[..., EvceClient]]:
    """Make clients that are closed with the test."""
    made: list[EvceClient] = []

    def make(url: str, **options: Any) -> EvceClient:
        given = {"base_url": url, "login": LOGIN, "password": PASSWORD} | options
        made.append(EvceClient(EvceOptions(**given), profile, clock))
        return made[-1]

    yield make
    for client in made:
        client.close()


class SiteFile:
    """A site as JSON of the controller, to be changed at will and read again and again."""

    def __init__(self, profile: Profile, dump: dict[str, Any]) -> None:
        self.system: dict[str, Any] = dump["system"]
        self.zones: list[Any] = dump["zones"]
        self.stations: list[Any] = dump["stations"]
        self.connectors: list[Any] = dump["connectors"]
        self.reader = SiteReader(profile)

    def raw(self) -> RawSite:
        lists = (RawList([], list(objects)) for objects in (self.zones, self.stations, self.connectors))
        return RawSite(self.system, *lists)

    def read(self) -> Site:
        return self.reader.read(self.raw())

    def zone(self, number: int) -> dict[str, Any]:
        return next(zone for zone in self.zones if zone["id"] == number)

    def station(self, number: int) -> dict[str, Any]:
        return next(station for station in self.stations if station["id"] == number)

    def connector(self, number: int) -> dict[str, Any]:
        return next(connector for connector in self.connectors if connector["id"] == number)

    def change(self, kind: str, number: int, **fields: Any) -> None:
        """Replace an object by a changed copy, as the next answer of a controller would."""
        objects: list[Any] = getattr(self, f"{kind}s")
        index = next(index for index, item in enumerate(objects) if item["id"] == number)
        objects[index] = objects[index] | fields

    def remove(self, kind: str, number: int) -> None:
        objects: list[Any] = getattr(self, f"{kind}s")
        objects[:] = [item for item in objects if item["id"] != number]


@pytest.fixture
def site_file(profile: Profile) -> Callable[[str], SiteFile]:
    """Read a scenario of the simulator as the JSON that its API would show, without a server."""

    def load(scenario: str) -> SiteFile:
        return SiteFile(profile, EvceSimulator(scenario).model.dump())

    return load


@pytest.fixture
def guide(site_file: Callable[[str], SiteFile]) -> SiteFile:
    return site_file("guide")


@pytest.fixture
def campus(site_file: Callable[[str], SiteFile]) -> SiteFile:
    return site_file("campus")


@pytest.fixture
def items(clock: ManualClock) -> SiteItems:
    """Make the items of a connector that polls every 15 s with a time-out of 15 s, before any set-up."""
    return SiteItems(Tree("EVCE Ews Server"), clock, Ages.of(15, 15))


@pytest.fixture
def shown(items: SiteItems) -> Callable[[str], tuple[Value, State]]:
    """Look up what an item shows, by its id: value and state."""

    def look(id_: str) -> tuple[Value, State]:
        item = items.tree.get(id_)
        assert isinstance(item, ValueItem), f"{id_} is not in the tree"
        return item.value, item.state

    return look


@pytest.fixture
def document(tmp_path: Path, empty_database: Path) -> Document:
    """Give a configuration that is right, to be made wrong in one place."""
    shutil.copyfile(empty_database, tmp_path / "connector.db")
    return settings(tmp_path)


@pytest.fixture
def serve(document: Document, clock: ManualClock) -> Iterator[Callable[..., ConnectorService]]:
    """Make connectors on the test's clock and database, not started; they are stopped with the test.

    A further one on the same database is a restart: the one before is stopped.
    """
    made: list[ConnectorService] = []

    def make(url: str, **changes: dict[str, Any]) -> ConnectorService:
        if made:
            made[-1].stop()
        document["evce"]["base_url"] = url
        for section, fields in changes.items():
            document.setdefault(section, {}).update(fields)
        made.append(connect(document, clock))
        return made[-1]

    yield make
    if made:
        made[-1].stop()
