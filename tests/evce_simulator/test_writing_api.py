"""The writing half of the contract, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from evce_simulator import ManualClock

Run = Callable[..., Any]
REDUCTION = {"value": 25, "type": "percentage", "validity": "2026-01-05T07:00:00Z", "validityMode": "absolute"}


def test_a_reduction_is_set_and_shown_and_lowers_the_set_point(run: Run) -> None:
    client = run("guide")
    answer = client.put("/zones/1/reduction", REDUCTION)
    assert answer.status_code == 200
    assert answer.json()["reduction"] == REDUCTION | {"description": "external-reduction@bmsApi-1-Z1"}
    assert (answer.json()["setPointCurrent"], answer.json()["setPointPower"]) == (75, 51)
    assert client.json("/zones/1") == answer.json()


def test_a_reduction_is_cleared(run: Run) -> None:
    client = run("guide")
    answer = client.send("DELETE", "/zones/1/reduction")
    assert (answer.status_code, answer.json()["reduction"], answer.json()["setPointCurrent"]) == (200, None, 100)


def test_a_reduction_ends_with_its_validity(run: Run, clock: ManualClock) -> None:
    client = run("guide")
    client.put("/zones/2/reduction", REDUCTION)
    clock.advance(3599)
    assert client.json("/zones/2")["reduction"]["value"] == 25
    clock.advance(1)
    assert client.json("/zones/2")["reduction"] is None


@pytest.mark.parametrize(
    ("validity", "shown"),
    [
        ("2026-01-05T08:30:00+01:00", "2026-01-05T07:30:00Z"),
        ("2026-01-05t07:30:00.25z", "2026-01-05T07:30:00.250Z"),
        ("2026-06-30T23:59:60Z", "2026-07-01T00:00:00Z"),
    ],
)
def test_a_validity_is_read_as_rfc_3339_and_shown_in_utc(run: Run, validity: str, shown: str) -> None:
    answer = run("guide").put("/zones/2/reduction", REDUCTION | {"validity": validity})
    assert answer.json()["reduction"]["validity"] == shown


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"value": -1}, "value"),
        ({"value": 100.5}, "value"),
        ({"value": "10"}, "value"),
        ({"value": True}, "value"),
        ({"value": None}, "value"),
        ({"type": "absolute"}, "type"),
        ({"validityMode": "relative"}, "validityMode"),
        ({"validity": "2026-01-05T06:00:00Z"}, "must lie after 2026-01-05T06:00:00Z"),
        ({"validity": "2026-01-05T07:00:00"}, "validity"),
        ({"validity": "2026-02-30T07:00:00Z"}, "validity"),
        ({"validity": 5}, "validity"),
        ({"unit": "%"}, "unit"),
    ],
)
def test_a_wrong_reduction_is_refused_with_the_reason_and_changes_nothing(
    run: Run, change: dict[str, Any], named: str
) -> None:
    client = run("guide")
    before = client.json("/zones/1")
    answer = client.put("/zones/1/reduction", REDUCTION | change)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert client.json("/zones/1") == before


def test_a_reduction_of_a_zone_that_is_not_there_is_a_404(run: Run) -> None:
    assert run("guide").put("/zones/9/reduction", REDUCTION).status_code == 404


def test_an_idle_connector_is_taken_out_of_service_at_once(run: Run) -> None:
    client = run("campus")
    answer = client.put("/connectors/2/availability", {"available": False}).json()
    assert (answer["status"], answer["connector"]["available"]) == ("Accepted", False)
    assert client.json("/connectors/2")["status"] == "unavailable"
    again = client.put("/connectors/2/availability", {"available": True}).json()
    assert (again["status"], again["connector"]["status"]) == ("Accepted", "available")


def test_a_connector_with_a_transaction_follows_when_it_ends(run: Run) -> None:
    client = run("campus")
    answer = client.put("/connectors/1/availability", {"available": False}).json()
    assert (answer["status"], answer["connector"]["available"]) == ("Scheduled", True)
    client.simulator.model.unplug(1)
    after = client.json("/connectors/1")
    assert (after["available"], after["status"]) == (False, "unavailable")


def test_a_scheduled_change_can_be_taken_back(run: Run) -> None:
    client = run("campus")
    client.put("/connectors/1/availability", {"available": False})
    assert client.put("/connectors/1/availability", {"available": True}).json()["status"] == "Accepted"
    client.simulator.model.unplug(1)
    assert client.json("/connectors/1")["status"] == "available"


def test_a_station_may_reject_and_nothing_changes(run: Run) -> None:
    client = run("campus")
    client.simulator.model.reject_availability(1)
    answer = client.put("/connectors/2/availability", {"available": False}).json()
    assert (answer["status"], answer["connector"]["available"]) == ("Rejected", True)
    client.simulator.model.reject_availability(1, rejects=False)
    assert client.put("/connectors/2/availability", {"available": False}).json()["status"] == "Accepted"


def test_a_faulted_connector_goes_out_of_service_when_it_is_repaired(run: Run) -> None:
    client = run("campus")
    answer = client.put("/connectors/11/availability", {"available": False}).json()
    assert (answer["status"], answer["connector"]["status"]) == ("Accepted", "faulted")
    client.simulator.model.repair(11)
    assert client.json("/connectors/11")["status"] == "unavailable"


def test_a_station_that_is_not_connected_is_a_409(run: Run) -> None:
    client = run("campus")
    lost = next(each["id"] for each in client.json("/stations")["items"] if not each["connected"])
    connector = client.json(f"/connectors?stationId={lost}")["items"][0]
    answer = client.put(f"/connectors/{connector['id']}/availability", {"available": False})
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/problem+json")


@pytest.mark.parametrize("body", [{}, {"available": "no"}, {"available": 1}, {"available": True, "x": 1}, []])
def test_a_wrong_availability_is_refused(run: Run, body: object) -> None:
    assert run("campus").put("/connectors/1/availability", body).status_code == 422
