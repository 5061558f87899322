"""What holds for every test of this folder."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from evce_connector.persistence.database import open_database

from features.driver import heap
from features.driver.applications import compiled_once
from features.driver.cases import further
from features.driver.statements import written_once
from tests.support.house_rules import HouseRules
from tests.support.kills import Tally


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let another Python be asked for less."""
    parser.addoption(
        "--one-of-each", action="store_true", help="of a test with parameters run the first case: another Python's turn"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Look at every test from the first on, and let Ctrl-C reach them: a shell lets what runs in its background not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rules = HouseRules(Path(__file__).parent)
    rules.watch()
    config.pluginmanager.register(rules)
    config.pluginmanager.register(Tally(config))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without searching for garbage."""
    with heap.at_rest():
        return (yield)


LONGEST = (
    "test_wheel.py",
    "test_run.py",
    "test_year.py",
    "test_wrong_connectors.py",
    "test_two_connectors.py",
    "test_shadow.py",
    "test_watchdog.py",
    "test_pages.py",
    "test_simulator_pages.py",
    "test_first_hour.py",
    "test_kills.py",
    "test_replacing.py",
    "test_fleet.py",
    "test_reload.py",
    "test_spoilt_rows.py",
    "test_each_statement_refused.py",
    "test_each_statement_broken.py",
    "test_storage_troubles.py",
    "test_open_pages.py",
)
"""Files of which each takes more than a minute beside the others, the longest first."""


@pytest.hookimpl(trylast=True)  # after the plugin that shuffles, and the choice of marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the tests that take long, so that other workers have something to do beside them until the end."""
    items.sort(key=lambda item: (item.get_closest_marker("once") is None, _place_of(item.path.name)))
    if config.getoption("--one-of-each"):
        left_out = set(further(items, lambda item: item.nodeid.partition("[")[0]))
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def _place_of(file: str) -> int:
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


@pytest.fixture(scope="session", autouse=True)
def _cheap() -> Iterator[None]:
    with written_once(), compiled_once(), heap.left_alone():
        yield


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables once; each test gets a copy, which costs a hundredth of making them."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    open_database(f"sqlite:///{path.as_posix()}").dispose()
    return path
