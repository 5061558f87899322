"""The shape of the served tree: names, folders, items, logs and alarms."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from evce_connector.points.layout import lay_out
from evce_connector.points.site_items import SiteItems
from evce_connector.points.tree import ValueItem
from evce_connector.site.datapoint import Level

from tests.evce_connector.site_file import SiteFile

with (Path(__file__).parents[3] / "features" / "data" / "datapoints.csv").open(encoding="utf-8", newline="") as file:
    NAMES = Counter(row["level"] for row in csv.DictReader(file))


def names(file: SiteFile, parent: str) -> list[str]:
    """Return the names of the folders in a folder of the laid-out site."""
    index, _ = lay_out(file.read())
    folder = next(folder for folder in index.folder.walk() if folder.id == parent)
    return [child.name for child in folder.folders]


def test_the_tree_of_the_guide_is_as_on_its_screens(guide: SiteFile) -> None:
    index, unplaced = lay_out(guide.read())
    assert ["/".join(step.name for step in folder.path()) for folder in index.folder.walk()] == [
        "EVCE Zones",
        "EVCE Zones/Z1",
        "EVCE Zones/Z1/OverallConsumptionLogs",
        "EVCE Zones/Z1/EVSimu1",
        "EVCE Zones/Z1/EVSimu1/OverallConsumptionLogs",
        "EVCE Zones/Z1/EVSimu1/Connector-1",
        "EVCE Zones/Z2",
        "EVCE Zones/Z2/OverallConsumptionLogs",
        "EVCE Zones/Z3",
        "EVCE Zones/Z3/OverallConsumptionLogs",
    ]
    assert unplaced == {}


def test_every_object_has_all_data_points_of_its_level(campus: SiteFile) -> None:
    index, _ = lay_out(campus.read())
    assert Counter(node.level for node in index.nodes()) == {
        Level.SITE: 1,
        Level.ZONE: 6,
        Level.STATION: 40,
        Level.CONNECTOR: 70,
    }
    for node in index.nodes():
        assert len(node.items) == NAMES[node.level]
        assert [item.id for item in node.items] == [f"{node.folder.id}/{item.name}" for item in node.items]


def test_zones_and_stations_have_nine_logs_and_stations_an_alarm(campus: SiteFile) -> None:
    index, _ = lay_out(campus.read())
    for node in (*index.zones.values(), *index.stations.values()):
        logs = next(folder for folder in node.folder.folders if folder.name == "OverallConsumptionLogs")
        assert len(logs.histories) == 9
        for history in logs.histories:
            assert history.name == f"{history.source.name}-Readings"
            assert history.id == f"{logs.id}/{history.name}"
            assert history.source in node.items
    assert all(len(node.folder.alarms) == 1 for node in index.stations.values())


def test_the_alarm_of_a_station_points_at_its_status(guide: SiteFile) -> None:
    index, _ = lay_out(guide.read())
    alarm = index.stations[1].folder.alarms[0]
    assert (alarm.id, alarm.name, alarm.source.id) == (
        "Stations/1/Alarm",
        "Station-EVSimu1_Alarm",
        "Stations/1/StationStatus",
    )
    assert alarm.description == "Alarm for Station Status [unavailable, faulted, not connected]"


def test_equal_names_get_their_id(guide: SiteFile) -> None:
    guide.change("zone", 2, name="Z1")
    assert names(guide, "Site") == ["Z1 (1)", "Z1 (2)", "Z3"]


def test_equal_names_do_not_meet_a_name_that_already_has_an_id(guide: SiteFile) -> None:
    guide.change("zone", 2, name="Z1")
    guide.change("zone", 3, name="Z1 (1)")
    assert len(set(names(guide, "Site"))) == 3


def test_an_empty_name_is_made_of_the_id(guide: SiteFile) -> None:
    guide.change("zone", 2, name="")
    guide.change("station", 1, ocppIdentifier="")
    assert names(guide, "Site")[1] == "Zone-2"
    assert "Station-1" in names(guide, "Zones/1")


def test_connectors_stand_in_the_order_of_their_numbers(guide: SiteFile) -> None:
    first = guide.connector(1)
    guide.connectors[:] = [first | {"id": 10 - number, "logicalConnector": number} for number in (3, 1, 2)]
    assert names(guide, "Stations/1")[1:] == ["Connector-1", "Connector-2", "Connector-3"]


@pytest.mark.parametrize(
    ("kind", "change", "path", "why"),
    [
        ("station", {"zoneId": 77}, "stations/1", "its zone 77 is not on the site"),
        ("connector", {"stationId": 77}, "connectors/1", "its station 77 is not on the site"),
    ],
)
def test_an_object_without_a_home_is_named_and_left_out(
    guide: SiteFile, kind: str, change: dict[str, int], path: str, why: str
) -> None:
    guide.change(kind, 1, **change)
    index, unplaced = lay_out(guide.read())
    assert unplaced[path] == why
    assert not index.connectors


def test_the_unit_of_the_maximum_follows_the_connector(guide: SiteFile, items: SiteItems) -> None:
    guide.connectors.append(guide.connector(1) | {"id": 2, "logicalConnector": 2, "dc": True, "maxPower": 150})
    items.set_up(guide.read())
    units = []
    for number in (1, 2):
        item = items.tree.get(f"Stations/1/Connectors/{number}/ConnectorMaxCurrentorPower")
        assert isinstance(item, ValueItem)
        units.append((item.unit, item.value))
    assert units == [("A", 32), ("kW", 150)]


def test_what_a_branch_is_part_of_is_found_from_near_to_far(guide: SiteFile) -> None:
    index, _ = lay_out(guide.read())
    above = list(index.above(index.connectors[(1, 1)]))
    assert above == [index.stations[1], index.zones[1], index.site]


def test_a_branch_has_no_item_of_another_level(guide: SiteFile) -> None:
    index, _ = lay_out(guide.read())
    with pytest.raises(KeyError, match="ZoneName"):
        index.stations[1].item("ZoneName")
