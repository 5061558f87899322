"""First contact with controllers that spell or mean things otherwise, or show nonsense."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from evce_connector.probe.asking import ProbeError
from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import Word
from evce_simulator.simulator import EvceSimulator

from tests.evce_connector.probe.otherwise import (
    Change,
    Otherwise,
    findings,
    look,
    read_site,
    serving,
    snake,
    watts,
    wrongs,
)


def test_other_spelling_is_found_and_the_proposed_profile_reads_the_site(campus: EvceSimulator, tmp_path: Path) -> None:
    paths = {"/charging-zones": "/zones", "/charge-points": "/stations", "/outlets": "/connectors", "/info": "/system"}
    with serving(Otherwise(campus, snake, "/api/v6", paths)) as origin:
        found = look(origin)
        site = read_site(found, origin, tmp_path)
    assert findings(found, "Zone.maxCurrent").text == "it is spelled max_current here, not maxCurrent"
    assert findings(found, "GET /zones", "path").text == "it is at /charging-zones here, not at /zones"
    assert site.unreadable == {}
    assert (len(site.zones), len(site.stations), len(site.connectors)) == (6, 40, 70)
    assert tomllib.loads(found.texts["profile.toml"])["paths"]["reduction"] == "/charging-zones/{id}/reduction"


def test_a_synonym_is_found_where_no_name_fits(inner: EvceSimulator, tmp_path: Path) -> None:
    def renamed(item: dict[str, Any]) -> dict[str, Any]:
        return {{"numberOfTransactions": "activeTransactions"}.get(key, key): value for key, value in item.items()}

    with serving(Otherwise(inner, renamed)) as origin:
        found = look(origin)
        assert read_site(found, origin, tmp_path).unreadable == {}
    assert wrongs(found) == [("Zone.numberOfTransactions", "field")]


def test_a_field_that_is_nowhere_keeps_its_spelling_and_is_marked_open(inner: EvceSimulator) -> None:
    def without(item: dict[str, Any]) -> dict[str, Any]:
        return {{"maxCurrent": "xyz"}.get(key, key): value for key, value in item.items()}

    with serving(Otherwise(inner, without)) as origin:
        found = look(origin)
    assert findings(found, "Zone.maxCurrent").text == "maxCurrent is nowhere; not understood are xyz"
    assert 'max_current = "maxCurrent"  # open' in found.texts["profile.toml"]


def test_watts_are_told_from_kilowatts(campus: EvceSimulator) -> None:
    with serving(Otherwise(campus, watts)) as origin:
        finding = findings(look(origin), "Connector.activePower", "unit")
    assert finding.word is Word.WRONG
    assert finding.text.startswith("W, not kW")
    assert "write a profile of format 2" in finding.advice


@pytest.mark.parametrize(
    ("change", "part", "aspect"),
    [
        (lambda item: item | ({"id": str(item["id"])} if "id" in item else {}), "Zone.id", "field"),
        (
            lambda item: {{"items": "data"}.get(key, key): value for key, value in item.items()},
            "ZonePage.items",
            "field",
        ),
        (
            lambda item: {{"total": "count"}.get(key, key): value for key, value in item.items()},
            "ZonePage.total",
            "field",
        ),
        (lambda item: item.get("items", item), "ZonePage.items", "field"),
    ],
    ids=["ids as texts", "data", "count", "bare list"],
)
def test_what_renaming_cannot_express_is_wrong_and_says_what_can(
    inner: EvceSimulator, change: Change, part: str, aspect: str
) -> None:
    with serving(Otherwise(inner, change)) as origin:
        finding = findings(look(origin), part, aspect)
    assert finding.word is Word.WRONG
    assert "write a profile of format 2" in finding.advice


NONSENSE = {
    "time": "2020-01-01T00:00:00Z",
    "setPointCurrent": 9999,
    "status": "Available",
    "zoneId": 77,
    "rmsCurrent": [580.0, 0.0, 0.0],
    "value": 250.0,
    "total": 9,
    "phaseConnection": "L1",
    "expiresIn": None,
    "activePower": 0.13,
}


@pytest.fixture(scope="module")
def at_nonsense(inner: EvceSimulator) -> Contact:
    """Probe a controller of which no value makes sense."""
    app = Otherwise(inner, lambda item: item | {key: value for key, value in NONSENSE.items() if key in item})
    with serving(app) as origin:
        return look(origin)


@pytest.mark.parametrize(
    ("part", "aspect"),
    [
        ("System.time", "clock"),
        ("Zone.setPointCurrent", "maximum"),
        ("Connector.setPointCurrent", "maximum"),
        ("Connector.status", "words"),
        ("Station.zoneId", "meaning"),
        ("Connector.rmsCurrent", "unit"),
        ("Reduction.value", "unit"),
        ("GET /stations", "whole"),
        ("Connector.phaseConnection", "words"),
        ("Token.expiresIn", "field"),
        ("Connector.activePower", "field"),
        ("Zone.setPointPower", "unit"),
    ],
)
def test_an_implausible_value_is_wrong(at_nonsense: Contact, part: str, aspect: str) -> None:
    assert findings(at_nonsense, part, aspect).word is Word.WRONG


def test_a_controller_that_shows_nothing_leaves_everything_open(inner: EvceSimulator) -> None:
    def emptied(item: dict[str, Any]) -> dict[str, Any]:
        return {"items": [], "total": 0} if "items" in item else item

    with serving(Otherwise(inner, emptied, paths={"/nowhere": "/system"})) as origin:
        found = look(origin)
    assert findings(found, "Zone.id").word is Word.OPEN
    assert findings(found, "GET /zones/{id}", "path").word is Word.OPEN
    assert findings(found, "Connector.activePower", "unit").word is Word.OPEN
    assert findings(found, "System.time", "clock").word is Word.OPEN
    assert wrongs(found) == [("GET /system", "path")]


def test_a_controller_that_ignores_limits_and_single_objects_is_found_out(inner: EvceSimulator) -> None:
    page: list[Any] = [{"id": 1}, {"id": 2, "name": "Z2"}]
    app = Otherwise(inner, lambda item: {"items": page, "total": 2} if "items" in item else item)
    with serving(app) as origin:
        found = look(origin)
    assert findings(found, "GET /zones", "limit").text == "limit=1 gives 2 objects"
    assert findings(found, "Zone.name").text == "name is missing in 1 of 2 objects"


def test_a_controller_that_ignores_the_offset_is_found_out(inner: EvceSimulator) -> None:
    app = Otherwise(inner, lambda item: {"items": [{"id": 77}], "total": 2} if "items" in item else item)
    with serving(app) as origin:
        found = look(origin)
    assert findings(found, "GET /zones", "limit").text == "offset=1 does not give the next object"
    assert findings(found, "GET /zones", "whole").text == "2 objects are announced and 1 given"
    assert findings(found, "GET /zones/{id}", "path").text == "status 404, and not the object 77"


def test_a_controller_that_names_no_kind_of_login_gets_basic_or_a_token_as_its_login_call_is_there(
    inner: EvceSimulator,
) -> None:
    with serving(Otherwise(inner, headers={"WWW-Authenticate": ""})) as origin:
        assert look(origin).places.authentication == "token"
    with serving(Otherwise(inner, headers={"WWW-Authenticate": ""}, paths={"/nowhere": "/login"})) as origin:
        found = look(origin)
    assert found.places.authentication == "basic"
    assert findings(found, "POST /login", "path").word is Word.OPEN


def test_where_a_server_sends_on_to_is_said(inner: EvceSimulator) -> None:
    app = Otherwise(inner, prefix="/elsewhere", headers={"Location": "https://controller.example/"})
    with serving(app) as origin, pytest.raises(ProbeError, match=r"sends on to https://controller\.example/"):
        look(origin)


def test_lists_that_anybody_can_read_are_wrong(inner: EvceSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inner.accounts, "admits", lambda _authorization: True)
    assert findings(look(inner.url), "login", "kind").word is Word.WRONG


def test_a_login_without_a_token_is_not_tried_again(inner: EvceSimulator) -> None:
    app = Otherwise(
        inner,
        lambda item: {{"token": "key"}.get(key, key): value for key, value in item.items()},
        headers={"WWW-Authenticate": "Bearer"},
    )
    with serving(app) as origin, pytest.raises(ProbeError, match="gives no token"):
        look(origin)


def test_a_current_reported_on_the_wired_phase_is_wrong(campus: EvceSimulator) -> None:
    def wired(item: dict[str, Any]) -> dict[str, Any]:
        return item | ({"rmsCurrent": [0.0, 16.0, 0.0]} if item.get("phaseConnection") == "mono2" else {})

    with serving(Otherwise(campus, wired)) as origin:
        assert findings(look(origin), "Connector.phaseConnection", "meaning").word is Word.WRONG


def test_a_meter_that_falls_between_two_reads_is_wrong(inner: EvceSimulator) -> None:
    reads = iter(range(1000, 0, -1))
    with serving(Otherwise(inner, lambda item: item | {"activeEnergy": next(reads)})) as origin:
        assert findings(look(origin), "Connector.activeEnergy", "meaning").word is Word.WRONG


def test_an_id_that_stands_twice_is_wrong_as_the_connector_refuses_the_list(inner: EvceSimulator) -> None:
    def doubled(item: dict[str, Any]) -> dict[str, Any]:
        return item | ({"id": 1} if "numberOfTransactions" in item else {})

    with serving(Otherwise(inner, doubled)) as origin:
        found = look(origin)
    finding = findings(found, "Zone.id", "once")
    assert finding.word is Word.WRONG
    assert finding.text == "the id 1 stands in the list more than once, in all 2 objects too many"
    assert findings(found, "Station.id", "once").word is Word.VERIFIED
    assert not found.usable


def test_ids_that_nobody_saw_stay_open(inner: EvceSimulator) -> None:
    with serving(
        Otherwise(inner, lambda item: item | ({"items": [], "total": 0} if "items" in item else {}))
    ) as origin:
        found = look(origin)
    assert findings(found, "Zone.id", "once").word is Word.OPEN
