"""What every feature runs in: its target, its tags as markers, its steps as plugins, and the worlds it may look at."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from evce_acceptance.checks.inspection import Inspection
from evce_acceptance.fixtures import declare
from evce_acceptance.plugin import LEASE, MANUAL
from evce_connector.persistence.database import open_database
from pytest_bdd.scenario import scenario_wrapper_template_registry

from features.driver import heap
from features.driver.applications import compiled_once
from features.driver.cases import further
from features.driver.controller import CONTRACT
from features.driver.postgresql import Postgres, served
from features.driver.statements import written_once
from features.driver.world import HTTP, IN_PROCESS, POSTGRESQL, TARGETS, World, note
from features.failures.compared import Compared

FOLDER = Path(__file__).parent
ALL, FIRST = "both", "first"
KEPT = ("alarms", "logs", "persistence")
"""Features of what outlives a restart: those run on PostgreSQL as well."""
STEPPED = "stepped"
"""Marks scenarios that over HTTP would wait for themselves: who lets time pass also waits for the answer."""
OF_CONTRACT = "contract"
"""Marks scenarios of what the contract's own API has: its version, logins, pages, and paths and times that are told."""
SHOWN_OTHERWISE = {"missing-objects", "odd-version", "short-json", "slow", "wrong-types"}
"""Faults that a dialect shows in another way (simulators/evce_simulator/docs/DIALECTS.md)."""
NOT_SAID = {
    "links": (
        ("test_a_controller_that_alters_a_reduction", "seconds", {"1", "-1"}),
        ("test_value_for_name_and_then", "shown", {"2030-06-01T12:00:01Z"}),
        ("test_the_what_of_kind_object_that_becomes_odd", "named", {"zones/1/maxCurrent"}),
    )
}
"""Rows, by a column, that a dialect cannot have: times left are not told to the second, a limit needs its maximum."""
INSPECTED_AFTER = 31
"""Minutes after which a simulated site is inspected: there are samples then."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller choose how the parties speak with each other."""
    parser.addoption(
        "--target",
        choices=[*TARGETS, ALL],
        default=ALL,
        help="run features in process, over HTTP, or both, and those of what is kept on PostgreSQL",
    )
    parser.addoption(
        "--profile",
        default=CONTRACT,
        help="let the charge controller speak the dialect of a shipped profile, and the connector read it",
    )
    parser.addoption(
        "--rows",
        choices=["all", FIRST],
        default="all",
        help="elsewhere than in process run a scenario with all of its examples, or with the first",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make every requirement's id a marker, and every module of steps a plugin with readable assertions."""
    declare(config)
    config.addinivalue_line("markers", f"{STEPPED}: time passes while a client waits, which needs one thread for all")
    config.addinivalue_line("markers", f"{OF_CONTRACT}: says of the contract's own API what a dialect has otherwise")
    if not hasattr(config, "workerinput"):  # whose reports come together here
        config.pluginmanager.register(Compared())
    for module in sorted((FOLDER / "steps").glob("[!_]*.py")):
        config.pluginmanager.import_plugin(f"features.steps.{module.stem}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every scenario on the chosen targets; plain tests run once."""
    if "_pytest_bdd_example" in metafunc.fixturenames:  # pytest-bdd asks for it in every scenario, and only there
        chosen = metafunc.config.getoption("--target")
        targets = TARGETS if chosen == ALL else (chosen,)
        metafunc.parametrize("target", targets, indirect=True, scope="session")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without searching for garbage."""
    with heap.at_rest():
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a site can show: a technician's work, and writes that a process of their own guards.

    Left out is also what keeps nothing, where it would run on another database, what needs one thread, over HTTP, and
    what is of the contract's own API or cannot be said, where the controller speaks a dialect.
    """
    left_out = [item for item in items if _changes_a_site(item) or _keeps_nothing(item) or _needs_one_thread(item)]
    if config.getoption("--rows") == FIRST:
        left_out += _further_rows([item for item in items if item not in set(left_out)])
    profile = config.getoption("--profile")
    if profile != CONTRACT:
        left_out += [item for item in items if _is_of_contract(item) or _is_not_said(item, profile)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _changes_a_site(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(marker) for marker in (LEASE, MANUAL))


def _target(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("target") if callspec else None


def _row(item: pytest.Item) -> dict[str, str]:
    """Return the row of a scenario's examples, empty where it has none."""
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params.get("_pytest_bdd_example", {})) if callspec else {}


def _further_rows(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what in other places than in process would run again with another example."""
    elsewhere = [item for item in items if _target(item) in (HTTP, POSTGRESQL)]
    return further(elsewhere, lambda item: (getattr(item, "function", None), _target(item)))


def _is_not_said(item: pytest.Item, profile: str) -> bool:
    row, rows = _row(item), NOT_SAID.get(profile, ())
    return any(item.name.startswith(name) and row.get(column) in cells for name, column, cells in rows)


def _is_of_contract(item: pytest.Item) -> bool:
    row = _row(item)
    return item.get_closest_marker(OF_CONTRACT) is not None or row.get("fault") in SHOWN_OTHERWISE


def _needs_one_thread(item: pytest.Item) -> bool:
    return _target(item) == HTTP and item.get_closest_marker(STEPPED) is not None


def _keeps_nothing(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or _target(item) != POSTGRESQL:
        return False
    return Path(scenario_wrapper_template_registry[item.function].feature.filename).stem not in KEPT


@pytest.fixture(scope="session", autouse=True)
def _cheap() -> Iterator[None]:
    with written_once(), compiled_once(), heap.left_alone():
        yield


@pytest.fixture(scope="session", autouse=True)
def target(request: pytest.FixtureRequest) -> str:
    """Say whether a scenario's parties share a process or speak HTTP, or share one and keep data on PostgreSQL."""
    return str(getattr(request, "param", IN_PROCESS))


@pytest.fixture(scope="session")
def new_database(
    target: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Give empty databases of a target: URLs, without tables yet, or the path of a file to copy, with its tables."""
    if target != POSTGRESQL:
        path = tmp_path_factory.mktemp("database") / "empty.db"
        open_database(f"sqlite:///{path.as_posix()}").dispose()
        return lambda: str(path)
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.new_place


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Run a PostgreSQL as long as this process runs scenarios."""
    with served() as server:
        yield server


@pytest.fixture(scope="session")
def profile(request: pytest.FixtureRequest) -> str:
    """Say which dialect the charge controller speaks."""
    return str(request.config.getoption("--profile"))


@pytest.fixture(scope="session")
def worlds(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str], profile: str
) -> Iterator[Callable[..., World]]:
    """Give worlds that scenarios only look at; each is made once and lasts until the end."""
    made: dict[tuple[str, str, bool, int], World] = {}

    def world(target: str, site: str, *, polled: bool, minutes: int = 0) -> World:
        key = (target, site, polled, minutes)
        if key not in made:
            made[key] = World(target, site, tmp_path_factory.mktemp("shared"), new_database(), profile=profile)
            if polled:
                made[key].start()
                made[key].pass_time(60 * minutes)
            else:
                made[key].connector.serve()
                made[key].set_up()
        return made[key]

    yield world
    for one in made.values():
        one.close()


@pytest.fixture(scope="session")
def inspect(worlds: Callable[..., World], target: str) -> Iterator[Callable[[str], Inspection]]:
    """Give inspections of sites that are logged for a while; each begins once and lasts until the end."""
    begun: dict[str, Inspection] = {}

    def begin(site: str) -> Inspection:
        if site not in begun:
            begun[site] = worlds(target, site, polled=True, minutes=INSPECTED_AFTER).inspection()
        return begun[site]

    yield begin
    for one in begun.values():
        one.close()


@pytest.fixture
def make_world(
    target: str, tmp_path: Path, new_database: Callable[[], str], profile: str
) -> Iterator[Callable[[str], World]]:
    """Make the world of one scenario, which may change it; it ends with the scenario."""
    made: list[World] = []

    def make(site: str) -> World:
        made.append(World(target, site, tmp_path, new_database(), profile=profile))
        return made[-1]

    yield make
    for world in made:
        world.close()


def pytest_bdd_step_error(request: pytest.FixtureRequest) -> None:
    """Add to a failure what the charge controller was asked last."""
    if "world" in request.fixturenames or "world" in request.node.funcargs:
        world = request.getfixturevalue("world")
        for title, content in note(world).items():
            request.node.add_report_section("call", title, "\n".join(map(str, content)))
