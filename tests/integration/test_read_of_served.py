"""What the connector reads of a site that the simulator serves in a dialect is that site, whatever stands on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.profile import PROFILES
from evce_simulator import EvceSimulator
from evce_simulator.clock import ManualClock
from evce_simulator.scenario import Scenario
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.joined import LOGIN, PASSWORD

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DIALECTS = sorted(file.stem for file in PROFILES.glob("*.toml") if file.stem != "v6")
STATUSES = (
    "available",
    "preparing",
    "charging",
    "suspendedEVSE",
    "suspendedEV",
    "finishing",
    "reserved",
    "unavailable",
    "faulted",
)
OWN_ID = "id"
"""A connector's own id, which nobody sees: where a controller has texts it is another number."""

ids = st.integers(1, 2**31 - 1)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
amperes = st.integers(0, 2000)
measured = st.integers(0, 400_000_000).map(lambda thousandths: thousandths / 1000)
phases = st.lists(measured, min_size=3, max_size=3)
instants = st.integers(0, 4_000_000_000).map(lambda s: f"{START + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}")
reductions = st.fixed_dictionaries(
    {
        "value": st.integers(0, 10_000).map(lambda hundredths: hundredths / 100),
        "type": st.just("percentage"),
        "description": names,
        "validity": instants,
        "validityMode": st.just("absolute"),
    }
)
zones = st.fixed_dictionaries(
    {
        "id": ids,
        "name": names,
        "type": st.sampled_from(["STATIC", "DYNAMIC"]),
        "maxCurrent": st.integers(1, 2000),
        "setPointCurrent": amperes,
        "setPointPower": amperes,
        "numberOfTransactions": amperes,
        "reduction": st.none() | reductions,
    }
)
stations = st.fixed_dictionaries(
    {
        "id": ids,
        **dict.fromkeys(["friendlyName", "ocppIdentifier", "type", "serialNumber", "model", "version"], names),
        **dict.fromkeys(["ipAddress", "authenticationMode", "disconnectedAuthenticationMode"], names),
        "status": st.sampled_from(STATUSES),
        "cpoUrl": st.none() | names,
        "acceptedByCpo": st.booleans(),
        "connected": st.booleans(),
    }
)
connectors = st.fixed_dictionaries(
    {
        "status": st.sampled_from(STATUSES),
        **dict.fromkeys(["available", "dc", "fixedSetPoint"], st.booleans()),
        **dict.fromkeys(["maxCurrent", "maxPower", "transactionId"], st.none() | amperes),
        "phaseConnection": st.sampled_from(["mono1", "mono2", "mono3", "tri"]),
        **dict.fromkeys(["setPointCurrent", "setPointPower"], amperes),
        **dict.fromkeys(["activePower", "rmsCurrent"], phases),
        "activeEnergy": measured,
        "errorCode": st.none() | names,
    }
)


@st.composite
def sites(draw: st.DrawFn) -> Scenario:
    """Draw a site: zones with stations, stations with up to three connectors, ids in no order."""
    site = Scenario("drawn")
    own = iter(range(1, 1000))
    site.tables["zones"] = draw(st.lists(zones, min_size=1, max_size=4, unique_by=lambda one: one["id"]))
    drawn = draw(st.lists(stations, max_size=5, unique_by=lambda one: one["id"]))
    site.tables["stations"] = [one | {"zoneId": draw(st.sampled_from(site.tables["zones"]))["id"]} for one in drawn]
    site.tables["connectors"] = [
        one | {"id": next(own), "stationId": station["id"], "logicalConnector": number}
        for station in drawn
        for number, one in enumerate(draw(st.lists(connectors, max_size=3)), 1)
    ]
    return site


def read(site: Scenario, dialect: str | None) -> dict[str, list[dict[str, Any]]]:
    """Return the lists of a site as the connector reads them, in the order of their ids and places."""
    with EvceSimulator(site, login=LOGIN, password=PASSWORD, clock=ManualClock(START), profile=dialect) as simulator:
        options = EvceOptions(simulator.url, LOGIN, PASSWORD)
        with EvceClient(options, profiles.load(dialect or "v6")) as client:
            found = client.fetch()
    connectors = [{key: one[key] for key in one if key != OWN_ID} for one in found.connectors.objects]
    return {
        "zones": sorted(found.zones.objects, key=lambda one: one["id"]),
        "stations": sorted(found.stations.objects, key=lambda one: one["id"]),
        "connectors": sorted(connectors, key=lambda one: (one["stationId"], one["logicalConnector"])),
    }


def alike(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what was read with numbers to six places: W and Wh of a binary fraction of kW are another one."""
    if isinstance(value, dict):
        return {key: alike(one) for key, one in value.items()}
    if isinstance(value, list):
        return [alike(one) for one in value]
    return round(float(value), 6) if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=25, deadline=None)
@given(site=sites())
def test_what_is_read_of_a_served_site_is_the_site(dialect: str, site: Scenario) -> None:
    assert alike(read(site, dialect)) == alike(read(site, None))
