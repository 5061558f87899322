"""The way of one value is told from the JSON to the item, with the values of a capture or without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector.cli import cli
from evce_connector.errors import ConnectorError

from tests.evce_connector.profile_tools.recorded import Recorded, record


@pytest.fixture(scope="module")
def guide() -> Recorded:
    return record("areas", "guide")


@pytest.fixture(scope="module")
def campus() -> Recorded:
    return record("areas")


def told(*arguments: str) -> list[str]:
    result = CliRunner().invoke(cli, ["profile", "explain", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return [" ".join(line.split()) for line in result.output.splitlines()]


def test_an_item_of_a_capture_is_told_from_the_request_to_its_value(guide: Recorded, tmp_path: Path) -> None:
    capture = str(guide.har(tmp_path / "a.har"))
    assert told("areas", "Stations/1/Connectors/1/ConnectorSetPointPower", "--capture", capture) == [
        "connector ConnectorSetPointPower of Stations/1/Connectors/1, Connector-1",
        "request GET /chargers?per_page=100&page=1",
        "list data.items[0].outlets[0]",
        "path set_point.power (line 96, connectors.fields.set_point_power)",
        "raw 7000",
        "unit 7000 W -> 7 kW",
        "field connector.set_point_power = 7",
        "formula set_point_power, as read",
        "item Stations/1/Connectors/1/ConnectorSetPointPower = 7 kW Good",
    ]


def test_without_a_capture_the_way_is_told_with_the_conversions_that_the_profile_names() -> None:
    assert told("areas", "ConnectorActiveEnergy") == [
        "connector ConnectorActiveEnergy",
        "request GET /chargers, page by page (number)",
        "list outlets in each parent",
        "path meter.energy (line 99, connectors.fields.active_energy)",
        "converts as text",
        "converts unit Wh",
        "field connector.active_energy",
        "formula active_energy, as read",
        "item ConnectorActiveEnergy, Double in kWh",
    ]


def test_a_contract_profile_is_explained_by_its_own_spelling() -> None:
    lines = told("v6", "Zones/3/ZoneReduction")
    assert "request GET /zones?limit=1000&offset=0, and on" in lines
    assert any(line.startswith("path value (line ") and line.endswith(", reduction.value)") for line in lines)


def test_a_sum_in_doubt_leads_to_the_part_that_is_to_blame(campus: Recorded, tmp_path: Path) -> None:
    lines = told("areas", "Site/SiteOverallActivePowerTotal", "--capture", str(campus.har(tmp_path / "a.har")))
    assert "part Zones/2/ZoneOverallActivePowerTotal = 13.34 kW Uncertain" in lines
    heads = [line for line in lines if " of " in line and line.split()[0] in ("zone", "station", "connector")]
    assert heads[0].startswith("zone ZoneOverallActivePowerTotal of Zones/2,")
    assert lines[-1].endswith("Offline")


def test_a_formula_of_the_guide_stands_beside_the_fields_that_it_needs(campus: Recorded, tmp_path: Path) -> None:
    wanted = "Stations/1/Connectors/1/ConnectorOverallActivePowerTotal"
    lines = told("areas", wanted, "--capture", str(campus.har(tmp_path / "a.har")))
    assert "raw [1472, 1472, 1472]" in lines
    assert "unit [1472, 1472, 1472] W -> [1.472, 1.472, 1.472] kW" in lines
    assert "formula active power phase 1 + phase 2 + phase 3, in kW" in lines
    assert lines[-1] == f"item {wanted} = 4.416 kW Good"


def test_of_a_name_the_first_object_is_shown(campus: Recorded, tmp_path: Path) -> None:
    lines = told("areas", "ZoneMaxCurrent(A)", "--capture", str(campus.har(tmp_path / "a.har")))
    assert lines[0] == "zone ZoneMaxCurrent(A) of Zones/1, Parking Nord"


def test_a_field_that_cannot_be_read_is_told_where_its_way_ends(tmp_path: Path) -> None:
    site = record("areas", "guide")
    site.body("/areas")["data"]["items"][0]["limits"]["current"]["max"] = "much"
    lines = told("areas", "Zones/1/ZoneMaxCurrent(A)", "--capture", str(site.har(tmp_path / "a.har")))
    assert "trouble cannot be read: 'much' is not a usable number" in lines


def test_the_lines_are_given_as_json_too() -> None:
    (line,) = told("areas", "ZoneNumberOfStations", "--json")
    assert json.loads(line)[0] == {"depth": 0, "about": "zone", "text": "ZoneNumberOfStations"}


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("ZoneMaxCurent", r"no data point of the guide: ZoneMaxCurrent\(A\)"),
        ("Heartbeat", "no data point of the guide"),
        ("Zones/99/ZoneName", "no item 'Zones/99/ZoneName': there is Zones/3/ZoneName, Zones/2/ZoneName"),
    ],
)
def test_what_is_no_data_point_is_refused_with_those_that_are_like_it(
    guide: Recorded, tmp_path: Path, wanted: str, why: str
) -> None:
    capture = str(guide.har(tmp_path / "a.har"))
    with pytest.raises(ConnectorError, match=why):
        told("areas", wanted, "--capture", capture)
