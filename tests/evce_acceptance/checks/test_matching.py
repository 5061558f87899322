"""Matching a tree with the controller's report, by ids that the tree shows."""

from __future__ import annotations

from ebo_simulator import Folder, Kind, Point
from evce_acceptance.checks.matching import LOGS, ZONES, match
from evce_acceptance.site.objects import Report

REPORT: Report = {
    "zones": [{"id": 1, "name": "Z1"}, {"id": 2, "name": "Z2"}],
    "stations": [{"id": 7, "zoneId": 1, "ocppIdentifier": "EV7"}],
    "connectors": [{"id": 70, "stationId": 7, "logicalConnector": 1}],
}


def folder(name: str, *folders: Folder, **shows: str) -> Folder:
    points = [Point(Kind.VALUE, f"{name}.{key}", key, f"{name}/{key}", value=value) for key, value in shows.items()]
    return Folder(f"id of {name}", name, name, folders=list(folders), points=points)


def connector(number: int) -> Folder:
    return folder(f"Connector-{number}", LogicalConnector=str(number))


def tree(*zones: Folder) -> Folder:
    return folder("", folder("Vendor", folder(ZONES, *zones)))


def test_zones_stations_and_connectors_are_found_wherever_the_tree_begins_and_whatever_they_are_called() -> None:
    station = folder("any name", connector(1), folder(LOGS), StationId="7")
    found = match(tree(folder("renamed", station, folder(LOGS), ZoneId="1"), folder("Z2", ZoneId="2")), REPORT)
    assert {key: at.name for key, at in found.folders.items()} == {
        ("site", 0): ZONES,
        ("zone", 1): "renamed",
        ("zone", 2): "Z2",
        ("station", 7): "any name",
        ("connector", 70): "Connector-1",
    }
    assert (found.missing, found.strangers) == ([], [])


def test_a_station_without_station_id_is_known_by_its_ocpp_identifier() -> None:
    station = folder("S", connector(1), StationOCPPIdentifier="EV7")
    found = match(tree(folder("Z1", station, ZoneId="1"), folder("Z2", ZoneId="2")), REPORT)
    assert found.folders["station", 7].name == "S"


def test_what_is_not_in_the_tree_is_missing_and_what_is_not_on_the_controller_is_a_stranger() -> None:
    station = folder("S", connector(2), StationId="7")
    found = match(tree(folder("Z1", station, ZoneId="1"), folder("Z9", ZoneId="9")), REPORT)
    assert found.missing == ["zone 2 (Z2)", "connector 70 of station 7 (1)"]
    assert found.strangers == ["Z9", "Connector-2"]


def test_a_tree_without_the_folder_of_the_guide_holds_nothing() -> None:
    found = match(folder("", folder("Something else")), REPORT)
    assert (found.folders, len(found.missing)) == ({}, 1)
