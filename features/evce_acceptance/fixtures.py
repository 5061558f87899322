"""What scenarios find on a real site, as a plugin of pytest: tags as markers, steps, and the one world."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_acceptance.checks.inspection import Inspection
from evce_acceptance.folders import PACKAGE
from evce_acceptance.plugin import LEASE, MANUAL, SITE, WORLD
from evce_acceptance.report.proofs import requirements
from evce_acceptance.world import SiteWorld
from evce_acceptance.writes.writing import Writing

MARKERS = {
    MANUAL: "is done by a technician on a real site",
    LEASE: "writes to a real site, under a lease",
    SITE: "holds for any site, and can be run on a real one without harm",
}


def declare(config: pytest.Config) -> None:
    """Make the tags of features markers, and the steps that hold for any site plugins with readable assertions."""
    declare_tags(config)
    for module in sorted((PACKAGE / "steps").glob("[!_]*.py")):
        config.pluginmanager.import_plugin(f"evce_acceptance.steps.{module.stem}")


def declare_tags(config: pytest.Config) -> None:
    """Make the tags of features markers."""
    tags = {one.id: one.statement for one in requirements()} | MARKERS
    for name, meaning in tags.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def pytest_configure(config: pytest.Config) -> None:
    """Declare what the features of a site use."""
    declare(config)


@pytest.fixture(scope="session")
def target() -> str:
    """Say that the parties are those of a site."""
    return SITE


@pytest.fixture(scope="session")
def real_site(pytestconfig: pytest.Config) -> SiteWorld:
    """Give the site of the run."""
    return pytestconfig.stash[WORLD]


@pytest.fixture(scope="session")
def worlds(real_site: SiteWorld) -> Callable[..., SiteWorld]:
    """Give the one world, whatever a scenario calls it."""
    return lambda *_, **__: real_site


@pytest.fixture(scope="session")
def inspect(real_site: SiteWorld) -> Callable[[str], Inspection]:
    """Give the site's inspection, whatever a scenario calls the site."""
    return lambda _: real_site.inspection


@pytest.fixture
def writing(real_site: SiteWorld) -> Writing:
    """Give the site's writes; ReadOnlyError unless somebody has approved of them."""
    return real_site.writing


@pytest.fixture
def by_hand(real_site: SiteWorld) -> Callable[[str], bool]:
    """Give what a technician does at the site, by the step's id."""
    return real_site.technician.perform
