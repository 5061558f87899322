"""The control plane over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from evce_simulator import EvceSimulator, ManualClock
from evce_simulator.errors import PortInUseError

from tests.evce_simulator.controlling import Control

Run = Callable[..., Any]


@pytest.fixture
def control(run: Run) -> Control:
    return Control(run("campus", control_port=0).simulator)


@pytest.fixture
def living(run: Run) -> Control:
    return Control(run("campus-live", control_port=0).simulator)


def test_without_the_token_nothing_is_done(control: Control) -> None:
    control.token = "wrong"
    assert "token" in control.send("GET", "/state", status=401)["detail"]
    control.send("POST", "/reset", status=401)


def test_the_api_does_not_know_the_control_plane(run: Run) -> None:
    client = run("campus", control_port=0)
    assert client.get("/control/state").status_code == 404
    root = client.simulator.url.removesuffix("/api/v2")
    assert requests.get(f"{root}/control/state", timeout=10).status_code == 404


def test_the_state_shows_the_whole_site(control: Control) -> None:
    state = control.get("/state")
    assert (state["scenario"], state["live"], len(state["site"]["connectors"])) == ("campus", False, 70)
    assert set(state["life"].values()) == {False}
    assert state["clock"] == {"time": "2026-01-05T06:00:00Z", "monotonic": 0.0, "speed": 1.0, "paused": False}


def test_any_field_is_read_and_set(control: Control) -> None:
    changed = control.send("PATCH", "/connectors/5", {"status": "charging", "activePower": [1, 0, 0]})
    assert (changed["status"], control.get("/connectors/5")["activePower"]) == ("charging", [1, 0, 0])
    assert control.send("PATCH", "/zones/1", {"name": "A & B"})["name"] == "A & B"
    assert control.send("PATCH", "/system", {"apiVersion": "7"})["apiVersion"] == "7"
    assert control.get("/system")["apiVersion"] == "7"


def test_objects_are_added_moved_renamed_and_removed(control: Control) -> None:
    station = {"id": 99, "zoneId": 1, "friendlyName": "N", "ocppIdentifier": "N", "serialNumber": "N", "model": "M"}
    control.post("/stations", station | {"version": "1", "ipAddress": "10.0.0.1"})
    control.post("/connectors", {"id": 99, "stationId": 99, "logicalConnector": 1, "maxCurrent": 16})
    assert control.post("/stations/99/move", {"zone": 2})["zoneId"] == 2
    assert control.post("/stations/99/rename", {"name": "New"})["friendlyName"] == "New"
    assert control.post("/zones/1/rename", {"name": "Z"})["name"] == "Z"
    control.send("DELETE", "/stations/99")
    assert [each["id"] for each in control.get("/connectors")][-1] == 70
    control.send("GET", "/stations/99", status=404)


def test_what_happens_at_stations_is_commanded(control: Control) -> None:
    assert control.post("/connectors/2/plug", {"charger": "11 kW"})["status"] == "preparing"
    assert control.post("/connectors/2/unplug")["status"] == "available"
    assert control.post("/connectors/2/fault", {"errorCode": "HighTemperature"})["errorCode"] == "HighTemperature"
    assert control.post("/connectors/2/repair")["status"] == "available"
    assert control.post("/connectors/2/reserve")["status"] == "reserved"
    assert control.post("/connectors/2/cancel-reservation")["status"] == "available"
    assert control.post("/stations/1/disconnect")["connected"] is False
    assert control.post("/stations/1/connect")["status"] == "available"
    assert control.post("/connectors/2/availability", {"available": False})["status"] == "unavailable"
    control.post("/stations/1/reject-availability")
    assert control.post("/connectors/2/availability", {"available": True})["status"] == "unavailable"


def test_meters_are_reset_and_have_gone_on_by_command(control: Control) -> None:
    before = control.get("/connectors/3")["activeEnergy"]
    control.post("/stations/2/disconnect")
    control.post("/stations/2/connect", {"goneOn": 12.5})
    assert control.get("/connectors/3")["activeEnergy"] == pytest.approx(before + 12.5, abs=0.001)
    assert control.post("/connectors/3/reset-meter")["activeEnergy"] == 0


def test_a_fault_with_its_options_is_raised_as_json(run: Run) -> None:
    client = run("guide", control_port=0)
    body = {"name": "text-field", "field": "activePower.0", "value": None, "id": 1, "path": "/connectors"}
    assert Control(client.simulator).post("/faults", body)["options"]["field"] == "activePower.0"
    assert client.json("/connectors")["items"][0]["activePower"] == [None, 0.0, 0.0]


def test_a_zone_is_reduced_and_released(control: Control) -> None:
    body = {"value": 40, "validity": "2026-01-05T09:00:00+01:00"}
    assert control.post("/zones/1/reduce", body)["setPointCurrent"] == 150
    assert control.post("/zones/1/clear-reduction")["setPointCurrent"] == 250


def test_the_clock_is_paused_stepped_jumped_and_run_faster(control: Control, clock: ManualClock) -> None:
    assert control.post("/clock", {"paused": True})["paused"] is True
    clock.advance(100)
    assert control.get("/clock")["time"] == "2026-01-05T06:00:00Z"
    assert control.post("/clock", {"step": 60})["monotonic"] == 60
    assert control.post("/clock", {"jump": -3600})["time"] == "2026-01-05T05:01:00Z"
    control.post("/clock", {"time": "2026-03-01T00:00:00Z", "paused": False, "speed": 10})
    clock.advance(6)
    assert control.get("/clock") == {"time": "2026-03-01T00:01:00Z", "monotonic": 120, "speed": 10, "paused": False}


def test_a_fault_is_raised_seen_and_cleared(control: Control) -> None:
    raised = control.post("/faults", {"name": "rotated-password", "calls": 3, "password": "hidden"})
    assert (raised["name"], raised["calls"], raised["hits"]) == ("rotated-password", 3, 0)
    listed = control.get("/faults")
    assert {row["name"] for row in listed["catalogue"]} >= {"reset", "slow", "html"}
    assert "hidden" not in str(listed)
    control.send("DELETE", "/faults?name=slow")
    assert len(control.get("/faults")["active"]) == 1
    control.send("DELETE", "/faults")
    assert control.get("/faults")["active"] == []


def test_the_journal_is_read_counted_and_cleared(run: Run) -> None:
    client = run("guide", control_port=0)
    control = Control(client.simulator)
    for path in ("/zones", "/zones", "/stations"):
        client.get(path)
    journal = control.get("/journal?path=/zones&method=GET&status=200&since=0&last=1")
    assert (journal["count"], len(journal["entries"])) == (2, 1)
    control.send("DELETE", "/journal")
    assert control.get("/journal")["count"] == 0


def test_a_snapshot_goes_on_the_same_way_elsewhere(run: Run, living: Control, clock: ManualClock) -> None:
    clock.advance(5 * 3600)
    living.post("/zones/1/reduce", {"value": 90, "validity": "2026-01-05T14:00:00Z"})
    living.post("/stations/3/disconnect")
    clock.advance(600)
    saved = living.get("/snapshot")
    later = ManualClock()
    other = Control(run("guide", control_port=0, clock=later).simulator)
    other.post("/snapshot", saved)
    for _ in range(12):
        clock.advance(1800)
        later.advance(1800)
        assert other.get("/state")["site"] == living.get("/state")["site"]


def test_a_snapshot_of_a_frozen_site_keeps_what_a_lost_station_showed(control: Control) -> None:
    before = control.get("/connectors/1")
    control.post("/stations/1/disconnect")
    saved = control.get("/snapshot")
    control.post("/reset")
    control.post("/snapshot", saved)
    control.post("/stations/1/connect")
    assert control.get("/connectors/1") == before


@pytest.mark.parametrize("body", [{}, {"site": {"format": 99}}, {"site": {"format": 1}}])
def test_what_is_no_snapshot_is_refused_and_the_site_stays(control: Control, body: dict[str, Any]) -> None:
    assert "snapshot" in control.post("/snapshot", body, status=422)["detail"]
    assert control.get("/state")["scenario"] == "campus"


def test_reset_begins_again(control: Control) -> None:
    control.send("DELETE", "/zones/1")
    control.post("/faults", {"name": "slow"})
    assert control.post("/reset", {"seed": 4}) == {"seed": 4}
    state = control.get("/state")
    assert (len(state["site"]["zones"]), state["faults"], state["requests"]) == (6, [], 0)


def test_what_was_set_by_hand_is_released(living: Control) -> None:
    living.send("PATCH", "/connectors/5", {"status": "reserved"})
    assert living.post("/connectors/5/release")["status"] != "reserved"


def test_mono_connectors_report_where_they_are_wired_on_command(control: Control) -> None:
    control.post("/wired-phase", {"wired": True})
    assert control.simulator.model._engine.loads.on_wired_phase


def test_reductions_leave_their_part_on_command(control: Control) -> None:
    control.post("/reduction-leaves", {"leaves": True})
    assert control.simulator.model._engine.loads.reduction_leaves


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "named"),
    [
        ("POST", "/connectors/1/plug", None, 422, "charging"),
        ("POST", "/connectors/1/paint", None, 404, "plug, unplug"),
        ("POST", "/state", None, 405, "GET is"),
        ("POST", "/connectors/2/plug", {"chargr": "11 kW"}, 422, "chargr"),
        ("POST", "/connectors/2/plug", {"charger": "12 kW"}, 422, "7.4 kW"),
        ("POST", "/connectors/1/availability", {"available": "no"}, 422, "boolean"),
        ("DELETE", "/faults?nam=slow", None, 422, "name"),
        ("GET", "/journal?status=ok", None, 422, "integer"),
        ("GET", "/journal?since=nan", None, 422, "no number"),
        ("POST", "/connectors/999/plug", None, 404, "999"),
        ("POST", "/stations/1/move", {}, 422, "zone"),
        ("POST", "/clock", {"year": 1}, 422, "year"),
        ("POST", "/clock", {"step": -1}, 422, "forward"),
        ("POST", "/clock", {"jump": 1e300}, 422, "315576000"),
        ("POST", "/clock", {"speed": 0}, 422, "speed"),
        ("POST", "/clock", [], 422, "object"),
        ("PATCH", "/zones/1", {"colour": 1}, 422, "colour"),
        ("POST", "/zones", {"id": 50}, 422, "missing"),
        ("POST", "/zones/1/reduce", {"value": 1, "validity": "soon"}, 422, "soon"),
        ("POST", "/faults", {"name": "gremlin"}, 422, "gremlin"),
        ("POST", "/faults", {}, 422, "name"),
        ("GET", "/nothing", None, 404, "/docs"),
    ],
)
def test_what_cannot_be_done_says_why(
    control: Control,
    method: str,
    path: str,
    body: object,
    status: int,
    named: str,
) -> None:
    assert named in control.send(method, path, body, status)["detail"]


def test_a_clock_is_not_set_to_what_is_no_number(control: Control) -> None:
    headers = {"Authorization": f"Bearer {control.token}"}
    answer = requests.post(f"{control.simulator.control_url}/clock", data='{"speed": NaN}', headers=headers, timeout=10)
    assert (answer.status_code, control.simulator.clock.speed) == (422, 1)
    assert "speed" in answer.json()["detail"]


def test_a_taken_control_port_stops_the_api_too(run: Run) -> None:
    taken = run("guide").simulator.port
    simulator = EvceSimulator("guide", control_port=taken)
    with pytest.raises(PortInUseError):
        simulator.start()
    assert not simulator._server.running


def test_without_a_control_port_there_is_no_control_plane(run: Run) -> None:
    simulator = run("guide").simulator
    assert (simulator.control_url, simulator.page_url) == (None, None)
