"""Values that tell how old they are, and what the controller says of the rest."""

from __future__ import annotations

import pytest

from load import oracle
from load.messages import Value

METER = "Stations/7/Connectors/1/ConnectorActiveEnergy"
NOON = 1_800_000_000.0


def test_a_meter_shows_the_time_without_the_millions() -> None:
    assert oracle.reading_at(1_234_567_890.1234) == pytest.approx(567_890.123)


@pytest.mark.parametrize("age", [0.0, 12.5, 86_400.0])
def test_a_reading_tells_its_age(age: float) -> None:
    assert oracle.age_of(oracle.reading_at(NOON - age), NOON) == pytest.approx(age, abs=0.001)


def test_an_age_is_right_across_the_turn_of_the_meter() -> None:
    assert oracle.age_of(999_999.0, NOON + 2) == pytest.approx(3)


def test_a_reading_from_just_now_is_not_a_day_old() -> None:
    assert oracle.age_of(oracle.reading_at(NOON + 0.3), NOON) == pytest.approx(-0.3)


def test_only_meters_have_an_age() -> None:
    values = [Value(METER, 0, str(NOON % oracle.WRAP)), Value("Stations/7/StationStatus", 0, "available")]
    assert oracle.ages(values, NOON + 5) == {METER: pytest.approx(5)}


def test_a_value_that_differs_from_the_controllers_is_named() -> None:
    truth = oracle.expected("zones", [{"id": 3, "name": "North", "maxCurrent": 80}])
    values = [Value("Zones/3/ZoneName", 0, "North"), Value("Zones/3/ZoneMaxCurrent(A)", 0, "81")]
    assert oracle.differing(values, truth) == ["Zones/3/ZoneMaxCurrent(A) is '81', the controller says '80'"]


def test_connectors_are_found_by_station_and_place() -> None:
    one = {"stationId": 7, "logicalConnector": 2, "setPointCurrent": 16, "phaseConnection": "tri"}
    assert oracle.expected("connectors", [one])["Stations/7/Connectors/2/ConnectorSetPointCurrent"] == "16"


@pytest.mark.parametrize(("reduction", "percent"), [(None, 0.0), ({"value": 25.0, "type": "percentage"}, 25.0)])
def test_the_reduction_of_a_zone_is_told_in_percent(reduction: dict[str, object] | None, percent: float) -> None:
    assert oracle.reduction_of({"id": 1, "reduction": reduction}) == percent
