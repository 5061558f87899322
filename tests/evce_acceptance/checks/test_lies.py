"""Whatever a lying proxy alters on the wire between connector and inspector, a run that can see it names the item.

`both` knows the controller; `alone` sees what does not agree with itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lying_proxy import LyingProxy

from features.driver.world import HTTP, World
from features.seen.lies import ALONE, RUNS, Row, told_by
from features.seen.looking import everything, inspected
from features.seen.sites import with_a_vehicle
from tests.support.at_length import cases

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Start a small living site over HTTP."""
    made = with_a_vehicle(HTTP, tmp_path_factory.mktemp("lies"))
    yield made
    made.close()


@pytest.mark.parametrize("run", RUNS)
def test_an_honest_proxy_gives_no_finding_and_the_interval_is_that_of_the_connector(world: World, run: str) -> None:
    with LyingProxy(world.connector.address) as proxy, inspected(world, alone=run == ALONE, address=proxy.url) as seen:
        assert everything(seen) == {}
        assert seen.poll_seconds == pytest.approx(world.interval, abs=1)


@pytest.mark.parametrize("told", cases((f"{run} {row}", (run, row)) for run in RUNS for row in told_by(run)))
def test_an_altered_item_is_named(world: World, told: tuple[str, Row]) -> None:
    run, row = told
    with LyingProxy(world.connector.address, row.lie) as proxy:
        with inspected(world, alone=run == ALONE, address=proxy.url) as seen:
            findings = everything(seen)
        assert proxy.told, "the proxy had no occasion to lie"
    assert row.item in findings, findings
