"""What every feature runs in: its target, its tags as markers, its steps as plugins, and the worlds it may look at."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evce_connector import collector

from features.acceptance.inspection import Inspection
from features.acceptance.recorder import LEASE, MANUAL, WORLD
from features.acceptance.world import SiteWorld
from features.acceptance.writing import Writing
from features.driver.world import IN_PROCESS, TARGETS, World, note

FOLDER = Path(__file__).parent
BOTH, SITE = "both", "site"
INSPECTED_AFTER = 31
"""Minutes after which a simulated site is inspected: there are samples then."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller choose how the parties speak with each other."""
    parser.addoption(
        "--target", choices=[*TARGETS, BOTH, SITE], default=BOTH, help="run features in process, over HTTP, or both"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make every requirement's id a marker, and every module of steps a plugin with readable assertions."""
    with (FOLDER / "requirements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            config.addinivalue_line("markers", f"{row['id']}: {row['statement']}")
    config.addinivalue_line("markers", "manual: is done by a technician on a real site")
    config.addinivalue_line("markers", "lease: writes to a real site, under a lease")
    config.addinivalue_line("markers", "site: holds for any site, and can be run on a real one without harm")
    for module in sorted((FOLDER / "steps").glob("[!_]*.py")):
        config.pluginmanager.import_plugin(f"features.steps.{module.stem}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every scenario on the chosen targets; plain tests run once."""
    if "_pytest_bdd_example" in metafunc.fixturenames:  # pytest-bdd asks for it in every scenario, and only there
        chosen = metafunc.config.getoption("--target")
        targets = TARGETS if chosen == BOTH else (chosen,)
        metafunc.parametrize("target", targets, indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a site can show: a technician's work, and writes that a process of their own guards."""
    if config.getoption("--target") != SITE:
        left_out = [item for item in items if _changes_a_site(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _changes_a_site(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(marker) for marker in (LEASE, MANUAL))


def real_site(config: pytest.Config) -> SiteWorld:
    """Return the site that `python -m features.acceptance` runs on."""
    if WORLD not in config.stash:
        raise pytest.UsageError("Features run on a site by `python -m features.acceptance --site FILE`.")
    return config.stash[WORLD]


@pytest.fixture(autouse=True)
def _heap_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a set-up leave the rest of this process's memory alone: to search pytest's took a third of a scenario."""
    monkeypatch.setattr(collector, "settle", lambda: None)


@pytest.fixture(scope="session", autouse=True)
def target(request: pytest.FixtureRequest) -> str:
    """Say whether a scenario's parties share a process or speak HTTP."""
    return str(getattr(request, "param", IN_PROCESS))


@pytest.fixture(scope="session")
def worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., World | SiteWorld]]:
    """Give worlds that scenarios only look at; each is made once and lasts until the end."""
    made: dict[tuple[str, str, bool, int], World] = {}

    def world(target: str, site: str, *, polled: bool, minutes: int = 0) -> World | SiteWorld:
        if target == SITE:
            return real_site(request.config)
        key = (target, site, polled, minutes)
        if key not in made:
            made[key] = World(target, site, tmp_path_factory.mktemp("shared"))
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
def inspect(
    request: pytest.FixtureRequest, worlds: Callable[..., World], target: str
) -> Iterator[Callable[[str], Inspection]]:
    """Give inspections of sites that are logged for a while; each begins once and lasts until the end."""
    begun: dict[str, Inspection] = {}

    def begin(site: str) -> Inspection:
        if target == SITE:
            return real_site(request.config).inspection
        if site not in begun:
            begun[site] = worlds(target, site, polled=True, minutes=INSPECTED_AFTER).inspection()
        return begun[site]

    yield begin
    for one in begun.values():
        one.close()


@pytest.fixture
def writing(request: pytest.FixtureRequest) -> Writing:
    """Give a real site's writes; ReadOnlyError unless somebody has approved of them."""
    return real_site(request.config).writing


@pytest.fixture
def by_hand(request: pytest.FixtureRequest) -> Callable[[str], bool]:
    """Give what a technician does at a real site, by the step's id."""
    return real_site(request.config).technician.perform


@pytest.fixture
def make_world(target: str, tmp_path: Path) -> Iterator[Callable[[str], World]]:
    """Make the world of one scenario, which may change it; it ends with the scenario."""
    made: list[World] = []

    def make(site: str) -> World:
        made.append(World(target, site, tmp_path))
        return made[-1]

    yield make
    for world in made:
        world.close()


def pytest_bdd_step_error(request: pytest.FixtureRequest) -> None:
    """Add to a failure what the charge controller was asked last."""
    if "world" in request.fixturenames or "world" in request.node.funcargs:
        world = request.getfixturevalue("world")
        for title, content in note(world).items() if isinstance(world, World) else ():
            request.node.add_report_section("call", title, "\n".join(map(str, content)))
