"""Every sum of the guide at every level, against naive loops over the raw JSON of generated sites."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.profile import Profile
from evce_connector.evce.reader import SiteReader
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree, ValueItem
from evce_connector.site.model import RawList, RawSite
from evce_connector.site.values import State, Value
from evce_simulator import EvceSimulator, generate
from hypothesis import given, settings
from hypothesis import strategies as st

Json = dict[str, Any]
READING = st.floats(min_value=0, max_value=1000, allow_subnormal=False)
PHASES = st.lists(READING, min_size=3, max_size=3)
WORDS = st.sampled_from(["mono1", "mono2", "mono3", "tri", "two"])
BLANK = EvceSimulator(generate(1, 1, 1)).model.dump()


@st.composite
def sites(draw: st.DrawFn) -> Json:
    """Make the JSON of a site: up to 3 zones, 4 stations and 6 connectors, some empty, some not connected."""
    zones = draw(st.integers(1, 3))
    site: Json = {
        "system": BLANK["system"],
        "zones": [
            BLANK["zones"][0] | {"id": id_, "name": f"Z{id_}", "setPointPower": draw(st.integers(0, 500))}
            for id_ in range(1, zones + 1)
        ],
        "stations": [],
        "connectors": [],
    }
    for id_ in range(1, draw(st.integers(0, 4)) + 1):
        place = {"zoneId": draw(st.integers(1, zones)), "connected": draw(st.booleans()), "ocppIdentifier": f"S{id_}"}
        site["stations"].append(BLANK["stations"][0] | {"id": id_} | place)
    for id_ in range(1, (draw(st.integers(0, 6)) if site["stations"] else 0) + 1):
        fields = {
            "id": id_,
            "logicalConnector": id_,
            "stationId": draw(st.sampled_from([station["id"] for station in site["stations"]])),
            "dc": draw(st.booleans()),
            "phaseConnection": draw(WORDS),
            "activePower": draw(PHASES),
            "rmsCurrent": draw(PHASES),
            "activeEnergy": draw(READING),
            "setPointCurrent": draw(st.integers(0, 63)),
        }
        site["connectors"].append(BLANK["connectors"][0] | fields)
    return site


def average(connector: Json) -> float:
    one, two, three = connector["rmsCurrent"]
    if connector["dc"] or connector["phaseConnection"][:3] == "tri":
        return float((one + two + three) / 3)
    return float(one)


def totals(connectors: list[Json]) -> dict[str, float]:
    """Add up what connectors report, field by field, as a person would with a pencil."""
    found = {f"OverallRmsCurrentPhase{phase}": 0.0 for phase in (1, 2, 3)}
    found |= {f"OverallActivePowerPhase{phase}": 0.0 for phase in (1, 2, 3)}
    found |= {"ActiveEnergy": 0.0, "OverallSetPointCurrent": 0, "OverallActivePowerTotal": 0.0}
    found["OverallRmsCurrentAverage"] = 0.0
    for connector in connectors:
        for index in range(3):
            found[f"OverallRmsCurrentPhase{index + 1}"] += connector["rmsCurrent"][index]
            found[f"OverallActivePowerPhase{index + 1}"] += connector["activePower"][index]
            found["OverallActivePowerTotal"] += connector["activePower"][index]
        found["ActiveEnergy"] += connector["activeEnergy"]
        found["OverallSetPointCurrent"] += connector["setPointCurrent"]
        found["OverallRmsCurrentAverage"] += average(connector)
    found["NumberOfConnectors"] = len(connectors)
    return found


def connectors_of(site: Json, stations: list[Json]) -> list[Json]:
    ids = [station["id"] for station in stations]
    return [connector for connector in site["connectors"] if connector["stationId"] in ids]


def shown_after_a_poll(profile: Profile, site: Json) -> dict[str, tuple[Value, State]]:
    clock = ManualClock()
    items = SiteItems(Tree("EVCE"), clock, Ages.of(15, 15))
    raw = RawSite(site["system"], *(RawList([], site[name]) for name in ("zones", "stations", "connectors")))
    reader = SiteReader(profile)
    items.set_up(reader.read(raw))
    items.poll(reader.read(raw))
    return {id_: (node.value, node.state) for id_, node in items.tree.nodes.items() if isinstance(node, ValueItem)}


@settings(max_examples=60, deadline=None)
@given(sites())
def test_sums_of_stations_and_zones_are_the_sums_of_what_their_connectors_report(profile: Profile, site: Json) -> None:
    shown = shown_after_a_poll(profile, site)
    for station in site["stations"]:
        for name, value in totals(connectors_of(site, [station])).items():
            assert shown[f"Stations/{station['id']}/Station{name}"][0] == pytest.approx(value), name
    for zone in site["zones"]:
        stations = [station for station in site["stations"] if station["zoneId"] == zone["id"]]
        assert shown[f"Zones/{zone['id']}/ZoneNumberOfStations"][0] == len(stations)
        for name, value in totals(connectors_of(site, stations)).items():
            assert shown[f"Zones/{zone['id']}/Zone{name}"][0] == pytest.approx(value), name


@settings(max_examples=40, deadline=None)
@given(sites())
def test_values_of_the_site_are_sums_and_counts_over_all_of_it(profile: Profile, site: Json) -> None:
    shown = shown_after_a_poll(profile, site)
    power = sum(sum(connector["activePower"]) for connector in site["connectors"])
    assert shown["Site/SiteOverallActivePowerTotal"][0] == pytest.approx(power)
    assert {name: value for name, (value, _) in shown.items() if name.startswith(("Site/SiteN", "Site/SiteS"))} == {
        "Site/SiteSetPointPower(kW)": sum(zone["setPointPower"] for zone in site["zones"]),
        "Site/SiteNumberOfZones": len(site["zones"]),
        "Site/SiteNumberOfStations": len(site["stations"]),
        "Site/SiteNumberOfConnectors": len(site["connectors"]),
    }


@settings(max_examples=60, deadline=None)
@given(sites())
def test_the_state_of_a_sum_of_a_zone_follows_the_connection_of_its_stations(profile: Profile, site: Json) -> None:
    shown = shown_after_a_poll(profile, site)
    for zone in site["zones"]:
        connected = [station["connected"] for station in site["stations"] if station["zoneId"] == zone["id"]]
        expected = State.GOOD if all(connected) else State.UNCERTAIN if any(connected) else State.OFFLINE
        assert shown[f"Zones/{zone['id']}/ZoneActiveEnergy"][1] is expected
        assert shown[f"Zones/{zone['id']}/ZoneNumberOfConnectors"][1] is State.GOOD


@settings(max_examples=40, deadline=None)
@given(sites())
def test_an_average_is_good_only_where_the_guide_covers_every_phase_connection(profile: Profile, site: Json) -> None:
    shown = shown_after_a_poll(profile, site)
    for station in site["stations"]:
        below = connectors_of(site, [station])
        odd = any(not one["dc"] and one["phaseConnection"] == "two" for one in below)
        expected = State.UNCERTAIN if odd else State.GOOD
        state = shown[f"Stations/{station['id']}/StationOverallRmsCurrentAverage"][1]
        assert state is (expected if station["connected"] else State.OFFLINE)
