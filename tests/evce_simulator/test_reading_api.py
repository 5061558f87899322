"""The reading half of the contract, over HTTP."""

# ruff: noqa: ANN401 - JSON and options of requests have no one type

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
import requests
from evce_simulator import EvceSimulator

Run = Callable[..., Any]
SCHEMAS = {
    "/system": "System",
    "/zones": "ZonePage",
    "/zones/1": "Zone",
    "/stations": "StationPage",
    "/stations/1": "Station",
    "/connectors": "ConnectorPage",
    "/connectors/1": "Connector",
}


@pytest.fixture(scope="module")
def site() -> Iterator[EvceSimulator]:
    with EvceSimulator("campus", password="secret") as simulator:
        yield simulator


def ask(site: EvceSimulator, path: str, **options: Any) -> requests.Response:
    return requests.request(
        options.pop("method", "GET"),
        site.url + path,
        auth=options.pop("auth", ("bms", "secret")),
        timeout=10,
        **options,
    )


@pytest.mark.parametrize(("path", "schema"), SCHEMAS.items())
def test_an_answer_fits_its_schema(site: EvceSimulator, contract: dict[str, Any], path: str, schema: str) -> None:
    wanted = {"$ref": f"#/components/schemas/{schema}"} | {"components": contract["components"]}
    checker = jsonschema.Draft202012Validator(wanted, format_checker=jsonschema.FormatChecker())
    assert not list(checker.iter_errors(ask(site, path).json()))


@pytest.mark.parametrize("name", ["guide", "campus"])
def test_fields_come_in_the_order_of_the_contract(run: Run, contract: dict[str, Any], name: str) -> None:
    client = run(name)
    for kind in ("zone", "station", "connector"):
        wanted = contract["components"]["schemas"][kind.capitalize()]["properties"]
        assert list(client.json(f"/{kind}s/1")) == list(wanted)


def test_the_guide_scenario_shows_the_values_of_the_screens(run: Run) -> None:
    client = run("guide")
    zone, station, connector = (client.json(path) for path in ("/zones/1", "/stations/1", "/connectors/1"))
    assert [each["name"] for each in client.json("/zones")["items"]] == ["Z1", "Z2", "Z3"]
    assert (zone["maxCurrent"], zone["setPointCurrent"], zone["type"]) == (100, 100, "STATIC")
    assert zone["reduction"] == {
        "value": 10.0,
        "type": "percentage",
        "description": "external-reduction@bmsApi-1-Z1",
        "validity": "2149-12-16T08:27:56Z",
        "validityMode": "absolute",
    }
    assert (station["ocppIdentifier"], station["serialNumber"], station["type"]) == ("EVSimu1", "EVSimu1", "ocpp1.6")
    assert (station["model"], station["version"], station["ipAddress"]) == (
        "Open OCPP Simulated",
        "1.1.0",
        "192.168.0.194",
    )
    assert (station["authenticationMode"], station["status"], station["connected"]) == ("allow_all", "available", True)
    assert (connector["phaseConnection"], connector["maxCurrent"], connector["dc"]) == ("mono1", 32, False)
    assert (connector["setPointCurrent"], connector["setPointPower"]) == (32, 7)
    assert (connector["activePower"], connector["rmsCurrent"]) == ([0.13, 0.0, 0.0], [0.58, 0.0, 0.0])
    assert connector["status"] == "available"


def test_the_campus_has_what_the_features_need(site: EvceSimulator) -> None:
    zones, stations, connectors = (ask(site, f"/{kind}").json() for kind in ("zones", "stations", "connectors"))
    assert (zones["total"], stations["total"], connectors["total"]) == (6, 40, 70)
    assert {each["phaseConnection"] for each in connectors["items"]} == {"mono1", "mono2", "mono3", "tri"}
    assert {each["dc"] for each in connectors["items"]} == {True, False}
    assert sum(each["fixedSetPoint"] for each in connectors["items"]) == 1
    assert sum(not each["connected"] for each in stations["items"]) == 1
    assert sum(each["status"] == "faulted" for each in connectors["items"]) == 1
    names = " ".join(each["name"] for each in zones["items"])
    assert all(letter in names for letter in " &éâ")


def test_the_frozen_campus_agrees_with_itself(site: EvceSimulator) -> None:
    """Power is 230 V x current on each phase, and a zone counts the transactions of its connectors."""
    model = site.model
    for connector in model.connectors():
        for power, current in zip(connector["activePower"], connector["rmsCurrent"], strict=True):
            assert power == pytest.approx(0.23 * current)
    for zone in model.zones():
        running = [each for each in model.connectors(zone["id"]) if each["transactionId"] is not None]
        assert zone["numberOfTransactions"] == len(running)


def test_a_list_comes_in_pages(site: EvceSimulator) -> None:
    page = ask(site, "/connectors?limit=3&offset=68").json()
    assert [each["id"] for each in page["items"]] == [69, 70]
    assert page["total"] == 70


@pytest.mark.parametrize(
    ("query", "ids"),
    [("zoneId=6", [65, 66, 67, 68, 69, 70]), ("stationId=1", [1, 2]), ("zoneId=6&stationId=1", []), ("zoneId=99", [])],
)
def test_connectors_are_filtered_by_zone_and_station(site: EvceSimulator, query: str, ids: list[int]) -> None:
    found = [each["id"] for each in ask(site, f"/connectors?{query}").json()["items"]]
    assert found[-6:] == ids


def test_stations_are_filtered_by_zone(site: EvceSimulator) -> None:
    assert [each["zoneId"] for each in ask(site, "/stations?zoneId=5").json()["items"]] == [5, 5, 5, 5]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=ten", "limit=", "offset=-1", "offset=1.5", "zoneId=0", "limit=1&limit=2"],
)
def test_a_bad_query_is_refused_by_name(site: EvceSimulator, query: str) -> None:
    answer = ask(site, f"/stations?{query}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert query.partition("=")[0] in answer.json()["detail"]


@pytest.mark.parametrize(("path", "status"), [("/zones/99", 404), ("/nothing", 404), ("/zones/first", 422)])
def test_what_is_not_there_is_a_problem(site: EvceSimulator, path: str, status: int) -> None:
    answer = ask(site, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_another_method_is_a_problem_that_names_the_allowed_ones(site: EvceSimulator) -> None:
    answer = ask(site, "/zones", method="DELETE")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json()["title"] == "Method Not Allowed"


def test_the_clock_of_the_controller_is_the_given_one(run: Run) -> None:
    assert run("guide").json("/system")["time"] == "2026-01-05T06:00:00Z"
