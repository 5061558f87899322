"""The catalogue against the guide's list of data points, and its own consistency."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from evce_connector.site import catalogue
from evce_connector.site.catalogue import BY_NAME, CATALOGUE, points_of
from evce_connector.site.datapoint import DataPoint, Field, Level, Mark, OfReduction, Sum
from evce_connector.site.formulas import maximum_unit
from evce_connector.site.model import Connector
from evce_connector.site.values import EPOCH, ValueType

DATAPOINTS = Path(__file__).parents[3] / "features" / "data" / "datapoints.csv"
with DATAPOINTS.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
NAMES = [row["name"] for row in ROWS]
OURS = (Level.INTERFACE, Level.CURTAILMENT)


def in_csv(point: DataPoint) -> dict[str, str]:
    """Say of a data point what the guide's list says."""
    return {
        "level": point.level,
        "name": point.name,
        "ews_type": point.type,
        "unit": "A or kW" if point.unit_of else point.unit,
        "updated_by": point.updated_by,
        "live": "yes" if point.live else "",
        "writeable": "yes" if point.writeable else "",
        "history": "yes" if point.history else "",
        "provenance": point.provenance,
    }


def test_the_guide_lists_eighty_data_points() -> None:
    assert len(set(NAMES)) == len(ROWS) == 80


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_a_data_point_is_as_the_guide_lists_it(row: dict[str, str]) -> None:
    expected = {key: value for key, value in row.items() if key != "source_or_formula"}
    expected["provenance"] = row["provenance"].replace(";", ":").partition(":")[0]
    assert in_csv(BY_NAME[row["name"]]) == expected


@pytest.mark.parametrize(
    "row", [row for row in ROWS if set(row["provenance"]) & set(":;")], ids=lambda row: row["name"]
)
def test_what_the_guide_does_not_say_of_a_data_point_is_marked_assumed(row: dict[str, str]) -> None:
    assert BY_NAME[row["name"]].assumed


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["source_or_formula"].startswith("sum of ")], ids=lambda row: row["name"]
)
def test_a_sum_adds_the_data_point_that_the_guide_names(row: dict[str, str]) -> None:
    assert BY_NAME[row["name"]].source == Sum(row["source_or_formula"].split()[2])


def test_the_order_is_the_guides() -> None:
    assert [point.name for point in CATALOGUE if point.level not in OURS] == NAMES


def test_everything_beside_the_guide_is_ours_and_stands_in_the_interface() -> None:
    others = [point for point in CATALOGUE if point.name not in NAMES]
    assert others == [*points_of(Level.INTERFACE), *points_of(Level.CURTAILMENT)]
    assert {point.provenance for point in others} == {"ours"}


def test_nine_data_points_of_each_zone_and_station_are_logged() -> None:
    logged = {level: [point.name for point in points_of(level) if point.history] for level in Level}
    assert {level: len(names) for level, names in logged.items() if names} == {Level.ZONE: 9, Level.STATION: 9}


def test_three_data_points_can_be_written_and_our_heartbeat() -> None:
    assert [point.name for point in CATALOGUE if point.writeable] == [
        "ZoneReduction",
        "ZoneValidity",
        "ConnectorAvailability",
        "Heartbeat",
    ]


def test_booleans_and_the_station_status_have_an_enumeration() -> None:
    assert {point.name for point in CATALOGUE if point.enum == catalogue.STATUS_ENUM} == {"StationStatus"}
    booleans = [point for point in CATALOGUE if point.type is ValueType.BOOLEAN]
    assert {point.enum for point in booleans} == {catalogue.BOOLEAN_ENUM}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (catalogue.site_id(), "Site"),
        (catalogue.site_id("SiteNumberOfZones"), "Site/SiteNumberOfZones"),
        (catalogue.zone_id(1), "Zones/1"),
        (catalogue.zone_id(1, "ZoneName"), "Zones/1/ZoneName"),
        (catalogue.station_id(7), "Stations/7"),
        (catalogue.station_id(7, "Alarm"), "Stations/7/Alarm"),
        (catalogue.connector_id(7, 1), "Stations/7/Connectors/1"),
        (catalogue.connector_id(7, 1, "ConnectorIsDC"), "Stations/7/Connectors/1/ConnectorIsDC"),
        (catalogue.interface_id(), "Interface"),
        (catalogue.interface_id("PollAge"), "Interface/PollAge"),
    ],
)
def test_ids_come_from_the_controllers_ids(given: str, expected: str) -> None:
    assert given == expected


def changed(which: str, **fields: object) -> list[DataPoint]:
    return [replace(point, **fields) if point.name == which else point for point in CATALOGUE]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "trouble"),
    [
        ([*CATALOGUE, replace(BY_NAME["ZoneId"])], "ZoneId: stands twice"),
        (changed("ZoneActiveEnergy", source=Sum("Nothing")), "ZoneActiveEnergy: sums .* no data point of the level"),
        (changed("ZoneActiveEnergy", source=Sum("ConnectorActiveEnergy")), "no data point of the level below"),
        (changed("ZoneActiveEnergy", unit="kW"), "has another type or unit"),
        (changed("ZoneActiveEnergy", type=ValueType.INTEGER), "has another type or unit"),
        (changed("ZoneId", marks=Mark.HISTORY), "ZoneId: only a Double can be logged"),
        (changed("StationActiveEnergy", marks=Mark.WRITEABLE), "StationActiveEnergy: writeable, but read from"),
        (changed("ZoneValidity", name="ZoneValidityUntil"), "ZoneValidity: no row of the catalogue"),
        (changed("ZoneReduction", name="ZoneCut"), "ZoneReduction: no row of the catalogue"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(points: list[DataPoint], trouble: str) -> None:
    with pytest.raises(ValueError, match=trouble):
        catalogue.check(points)


def test_the_unit_of_the_maximum_follows_the_kind_of_connector() -> None:
    assert BY_NAME["ConnectorMaxCurrentorPower"].unit_of is maximum_unit


def test_a_field_is_read_from_the_object_itself(connector: Connector) -> None:
    assert Field("status").reader()(connector) == "available"


def test_what_a_zone_without_reduction_shows_is_nought_and_the_epoch() -> None:
    class Bare:
        reduction = None

    names = ("value", "type", "description", "validity", "validity_mode")
    shown = [OfReduction(name).reader()(Bare()) for name in names]  # type: ignore[arg-type]
    assert shown == [0.0, "percentage", "", EPOCH, "absolute"]


@pytest.fixture
def connector() -> Connector:
    return Connector(
        1, 1, 1, "available", True, False, False, 32, None, "mono1", 32, 7, (0.0,) * 3, (0.0,) * 3, 0.0, "", None
    )
