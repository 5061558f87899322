"""What the connector's tests share: simulated controllers, sites read from them, configurations, connectors."""

# ruff: noqa: ANN401 - JSON and options have no one type

from __future__ import annotations

import logging
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
from evce_connector.host.service import ConnectorService
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree, ValueItem
from evce_connector.site.values import State, Value
from evce_simulator import EvceSimulator

from features.driver.postgresql import Postgres, served
from tests.evce_connector.site_file import SiteFile
from tests.support.joined import LOGIN, PASSWORD, Document, connect, settings

KINDS = ("sqlite", "postgresql")
"""The kinds of database that everything that is kept is tested on."""
Closer = Callable[[Callable[[], None]], None]


@pytest.fixture(autouse=True)
def _logging_as_at_first() -> None:
    """Let a test read what is logged whatever one before it in this process made of the loggers."""
    logger = logging.getLogger("evce_connector")
    logger.setLevel(logging.NOTSET)
    logger.disabled, logger.propagate = False, True
    logging.disable(logging.NOTSET)
    logging.getLogger().setLevel(logging.WARNING)


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Run a PostgreSQL as long as this process runs tests."""
    with served() as server:
        yield server


@pytest.fixture
def new_postgres_database(postgres_server: Postgres) -> Callable[[], str]:
    """Make room without tables on a PostgreSQL, as often as asked; returns URLs."""
    return postgres_server.new_place


def _database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'store.db').as_posix()}"
    url: str = request.getfixturevalue("new_postgres_database")()
    return url


@pytest.fixture(params=[KINDS[0], pytest.param(KINDS[1], marks=pytest.mark.once)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database, of one kind and then of the other."""
    return _database(request, tmp_path)


@pytest.fixture
def safe_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the same, of the kind that the test names; a PostgreSQL waits for its disk as it does on a site."""
    if request.param == "sqlite":
        yield _database(request, tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.waiting_for_its_disk():
        yield _database(request, tmp_path)
