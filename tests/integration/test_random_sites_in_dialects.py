"""Whatever a site holds, it is the same read in the contract and through each shipped dialect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.profile import PROFILES
from evce_connector.evce.reader import SiteReader
from evce_connector.site.model import Site
from evce_simulator import EvceSimulator, ManualClock, generate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.joined import LOGIN, PASSWORD

DIALECTS = sorted(file.stem for file in PROFILES.glob("*.toml") if file.stem != "v6")
START = datetime(2026, 1, 5, 6, tzinfo=UTC)
Zone = tuple[int, int, tuple[float, int] | None]
READ = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
PER_CENT = st.sampled_from([0, 100, 33.3, 66.67]) | st.integers(0, 10_000).map(lambda part: part / 100)
SECONDS = st.integers(1, 10**9)
ZONES = st.lists(
    st.tuples(st.integers(1, 2000), st.integers(0, 2000), st.none() | st.tuples(PER_CENT, SECONDS)),
    min_size=3,
    max_size=3,
)


def read(profile: str | None, seed: int, zones: list[Zone]) -> Site:
    """Return a generated site of three zones with these maxima (A), set points (kW) and reductions (%, s)."""
    site = generate(zones=3, stations=5, connectors=8, seed=seed)
    with EvceSimulator(
        site, login=LOGIN, password=PASSWORD, profile=profile, clock=ManualClock(), live=False
    ) as simulator:
        for number, (maximum, power, reduced) in enumerate(zones, 1):
            shown: dict[str, Any] | None = None
            if reduced:
                until = (START + timedelta(seconds=reduced[1])).isoformat().replace("+00:00", "Z")
                shown = {"value": reduced[0], "type": "percentage", "description": "why", "validity": until}
                shown["validityMode"] = "absolute"
            simulator.model.set_zone(number, maxCurrent=maximum, setPointPower=power, reduction=shown)
        spoken = profiles.load(profile or "v6")
        with EvceClient(EvceOptions(simulator.url, LOGIN, PASSWORD), spoken) as client:
            return SiteReader(spoken).read(client.fetch())


@pytest.mark.parametrize("dialect", DIALECTS)
@READ
@given(seed=st.integers(0, 10**6), zones=ZONES)
def test_a_random_site_is_the_same_through_a_dialect(dialect: str, seed: int, zones: list[Zone]) -> None:
    expected, found = read(None, seed, zones), read(dialect, seed, zones)
    assert found.unreadable == expected.unreadable == {}
    assert (found.zones, found.stations, found.connectors) == (expected.zones, expected.stations, expected.connectors)
