"""What a lease must not change, and which object it is tried on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from evce_acceptance.writes.choosing import most_telling
from evce_acceptance.writes.restoring import RestoreError

from tests.evce_acceptance.stage import Stage, until

pytestmark = pytest.mark.once

Items = dict[str, dict[str, str]]
ELSEWHERE = {"ConnectorAvailability": "Stations/1/Connectors/2/ConnectorAvailability"}
PLAIN = {"stationId": 1, "maxCurrent": 32, "setPointCurrent": 32, "setPointPower": 22}


@pytest.fixture
def shared(stage: Stage) -> Stage:
    """Give a station of three connectors, of which the third stands for what somebody else uses."""
    for number in (2, 3):
        stage.controller.model.add("connector", id=number + 5, logicalConnector=number, **PLAIN)
    stage.service.set_up()
    return stage


@pytest.mark.parametrize(
    ("level", "things", "ids"),
    [
        ("zone", [{"id": 1}, {"id": 2}, {"id": 40}], [40, 1, 2]),
        ("zone", [{"id": 3}, {"id": 2}, {"id": 1}], [3, 1, 2]),
        ("zone", [{"id": 0}, {"id": 8}], [8, 0]),
        (
            "connector",
            [
                {"id": 1, "logicalConnector": 1, "stationId": 1},
                {"id": 2, "logicalConnector": 2, "stationId": 1},
                {"id": 3, "logicalConnector": 1, "stationId": 2},
                {"id": 9, "logicalConnector": 2, "stationId": 2},
            ],
            [9, 3, 2, 1],
        ),
        (
            "connector",
            [
                {"id": 7, "logicalConnector": 1, "stationId": 7},
                {"id": 8, "logicalConnector": 8, "stationId": 7},
                {"id": 9, "logicalConnector": 3, "stationId": 7},
            ],
            [9, 7, 8],
        ),
    ],
)
def test_objects_whose_id_is_like_nothing_else_come_first(
    level: str, things: list[dict[str, Any]], ids: list[int]
) -> None:
    assert [thing["id"] for thing in most_telling(level, things)] == ids


def test_a_connector_that_is_switched_off_in_place_of_another_is_named_and_switched_on_again(
    shared: Stage,
) -> None:
    with shared.lease() as lease:
        with lease.connector_availability(1, ELSEWHERE) as held:
            assert not shared.controller.model.connector(7)["available"]
        assert [one["available"] for one in shared.controller.model.connectors()] == [True] * 3
    assert held.differences == ("the controller has available, not not available",)
    (told,) = held.beside
    assert told.startswith("connector 7 of station 1 (2) has changed too: not available now, available before; ")
    assert any("at connector 7, where it was written too" in one.outcome for one in lease.entries)


def test_a_connector_that_is_switched_off_beside_the_right_one_is_left_and_named(shared: Stage, items: Items) -> None:
    with (
        shared.lease() as lease,
        pytest.raises(RestoreError, match=r"connector 8 of station 1 \(3\) has changed too: not available now"),
        lease.connector_availability(1, items["connector 1"]),
    ):
        shared.controller.model.set_availability(8, available=False)
    assert [one["available"] for one in shared.controller.model.connectors()] == [True, True, False]


@pytest.mark.parametrize("kind", ["zone", "connector"])
def test_what_changes_beside_a_zone_is_named(shared: Stage, items: Items, kind: str) -> None:
    with shared.lease() as lease:
        client = lease.parties.client
        written = client.set_values

        def also(values: dict[str, str]) -> Any:  # noqa: ANN401 - as the client's
            if kind == "zone":
                shared.controller.model.clear_reduction(1)
            else:
                shared.controller.model.set_availability(8, available=False)
            return written(values)

        client.set_values = also  # type: ignore[method-assign]
        name = {"zone": r"zone 1 \(Z1\)", "connector": r"connector 8 of station 1 \(3\)"}[kind]
        with pytest.raises(RestoreError, match=f"{name} has changed too"), lease.zone_reduction(2, 10, items["zone 2"]):
            pass
    assert any(one.phase == "read back" and "has changed too" in one.outcome for one in lease.entries)


def test_a_reduction_that_ends_by_itself_meanwhile_is_no_change(stage: Stage, items: Items) -> None:
    stage.controller.model.set_reduction(3, 5.0, stage.controller.clock.now() + timedelta(seconds=4))
    with stage.lease() as lease:
        with lease.zone_reduction(2, 10, items["zone 2"]) as held:
            (open_lease,) = lease.journal.open_leases()
            assert open_lease.intent.others["3"]
            until(lambda: stage.reduction(3) is None, "the reduction of zone 3 ends")
        assert stage.reduction(2) is None
    assert held.beside == ()
