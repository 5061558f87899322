"""The guide's site as the shipped profiles serve it; the documents are typed by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evce_simulator.conftest import Client
from tests.evce_simulator.dialect.spoken import logged_in

Run = Callable[..., Client]
ROOT = Path(__file__).parents[3]
Z1, Z2 = "05a46ca5-59a9-5f75-88ae-f8203b2bc94d", "ee9e986e-df1b-58bf-9d45-4997db41e794"
STATION = "c0423978-fa77-516e-aec3-8f843b6fac66"
OUTLET = "4e457702-1222-5277-807c-c9e54b3ac191"

AREA = {
    "uid": Z1,
    "ordinal": 1,
    "title": "Z1",
    "kind": "fixed",
    "limits": {"current": {"max": 100, "now": 100}, "power": {"now": 69000}},
    "sessions": "0",
    "curtailment": {
        "share_left": 90,
        "ends": "2149-12-16T08:27:56Z",
        "reason": "external-reduction@bmsApi-1-Z1",
    },
}
OUTLET_SHOWN = {
    "uid": OUTLET,
    "position": 1,
    "state": "FREE",
    "operative": "yes",
    "supply": "AC",
    "limits": {"current": 32, "power": None},
    "wiring": ["L1"],
    "set_point": {"fixed": "no", "current": 32, "power": 7000},
    "meter": {
        "energy": "12500",
        "phases": [
            {"power": 130, "current": 0.58},
            {"power": 0, "current": 0},
            {"power": 0, "current": 0},
        ],
    },
    "fault": {"code": None},
    "session": None,
}
CHARGER = {
    "uid": STATION,
    "ordinal": 1,
    "area": {"uid": Z1},
    "title": "EVSimu1",
    "ocpp": {"identity": "EVSimu1", "version": "ocpp1.6", "forwarded_to": None, "accepted": "no"},
    "hardware": {"serial": "EVSimu1", "model": "Open OCPP Simulated", "firmware": "1.1.0"},
    "network": {"ip": "192.168.0.194", "link": "online"},
    "state": "FREE",
    "access": {"online": "allow_all", "offline": "allow_all"},
    "outlets": [OUTLET_SHOWN],
}
SOCKET = {
    "no": 1,
    "plug": 1,
    "status": "available",
    "enabled": 1,
    "current": "ac",
    "fixed": 0,
    "max_a": 32,
    "max_w": None,
    "phases": 1,
    "set_ma": 32000,
    "set_w": 7000,
    "meter": [
        {"name": "L1", "w": 130, "ma": 580},
        {"name": "L2", "w": 0, "ma": 0},
        {"name": "L3", "w": 0, "ma": 0},
    ],
    "total_wh": 12500,
    "error": None,
    "tx": None,
}
POINT = {
    "no": 1,
    "alias": "EVSimu1",
    "cp": "EVSimu1",
    "protocol": "ocpp1.6",
    "sn": "EVSimu1",
    "model": "Open OCPP Simulated",
    "fw": "1.1.0",
    "ip": "192.168.0.194",
    "cpo": None,
    "cpo_ok": 0,
    "online": 1,
    "status": "available",
    "auth": {"online": "allow_all", "offline": "allow_all"},
    "sockets": [SOCKET],
}
GROUP = {
    "no": 1,
    "name": "Z1",
    "mode": "STATIC",
    "fuse": 100,
    "allowed": {"a": 100, "kw": 69},
    "active": 0,
    "limit": {
        "percent": 10,
        "kind": "percentage",
        "text": "external-reduction@bmsApi-1-Z1",
        "until": 5678929676000,
    },
    "points": [POINT],
}
BASE = "/api/v2"
SECTOR = {
    "self": {"href": f"{BASE}/sectors/{Z1}"},
    "index": 1,
    "label": "Z1",
    "control": "constant",
    "supply": {"amps": 100},
    "allowed": {"amps": 100, "kw": 69},
    "charging": 0,
    "cap": {"amps": 90, "note": "external-reduction@bmsApi-1-Z1", "remaining": "P45270DT2H27M56S"},
}
CHARGER_OF_LINKS = {
    "self": {"href": f"{BASE}/chargers/{STATION}"},
    "index": 1,
    "sector": {"href": f"{BASE}/sectors/{Z1}"},
    "label": "EVSimu1",
    "ocpp": {"id": "EVSimu1", "protocol": "ocpp1.6"},
    "device": {
        "serial": "EVSimu1",
        "model": "Open OCPP Simulated",
        "release": "1.1.0",
        "address": "192.168.0.194",
    },
    "operator": {"url": None, "accepted": False},
    "online": True,
    "condition": "idle",
    "access": [{"when": "online", "mode": "allow_all"}, {"when": "offline", "mode": "allow_all"}],
}
PLUG = {
    "self": {"href": f"{BASE}/plugs/{OUTLET}"},
    "index": 1,
    "charger": {"href": f"{BASE}/chargers/{STATION}"},
    "position": 1,
    "condition": "idle",
    "enabled": True,
    "current": "alternating",
    "allowed": {"fixed": False, "amps": 32, "kw": 7},
    "rating": {"amps": 32, "kw": None},
    "wires": "first",
    "meter": {"watts": [130, 0, 0], "amps": [0.58, 0.0, 0.0], "kwh": 12.5},
    "fault": None,
    "session": None,
}


@pytest.mark.parametrize("name", ["areas", "links", "onedoc"])
def test_simulator_and_connector_ship_the_same_profile(name: str) -> None:
    ours = ROOT / "simulators" / "evce_simulator" / "profiles" / f"{name}.toml"
    theirs = ROOT / "reference" / "evce_connector" / "evce" / "profiles" / f"{name}.toml"
    assert ours.read_bytes() == theirs.read_bytes()


def test_the_command_serves_every_profile_that_stands_beside_it() -> None:
    folder = ROOT / "simulators" / "evce_simulator" / "profiles"
    assert {file.name for file in folder.iterdir()} == {"areas.toml", "links.toml", "onedoc.toml"}


def test_links_serves_the_zones_of_the_guide_as_a_bare_list_in_pages(links: Client) -> None:
    answer = links.get("/sectors?limit=2")
    first, second = answer.json()
    assert (first, second["cap"]) == (SECTOR, None)
    address = answer.links["next"]["url"]
    assert address.startswith(f"{links.simulator.url}/sectors?limit=2&")
    (third,) = links.session.get(address, timeout=10).json()
    assert (third["control"], third["allowed"]["kw"]) == ("managed", 86)


def test_links_leads_from_the_connector_to_its_station_and_from_that_to_its_zone(links: Client) -> None:
    root = links.simulator.url.removesuffix(BASE)
    (plug,), (charger,) = links.json("/plugs?limit=200"), links.json("/chargers?limit=200")
    assert (plug, charger) == (PLUG, CHARGER_OF_LINKS)
    for address, shown in ((plug["charger"]["href"], charger), (charger["sector"]["href"], SECTOR)):
        assert links.session.get(root + address, timeout=10).json() == shown


def test_links_says_who_it_is_in_its_own_version(links: Client) -> None:
    assert links.json("/") == {"site": "EVCE simulator", "api": 2, "release": "6.0.0", "clock": "2026-01-05T06:00:00Z"}


def test_areas_says_who_it_is_in_its_own_version(areas: Client) -> None:
    assert areas.json("/about") == {
        "controller": {
            "label": "EVCE simulator",
            "api": {"major": "3"},
            "firmware": "6.0.0",
            "clock": {"utc": "2026-01-05T06:00:00Z"},
        }
    }


def test_areas_serves_the_zones_of_the_guide_in_an_envelope(areas: Client) -> None:
    document = areas.json("/areas?page=1&per_page=100")
    assert document["data"]["paging"] == {"count": 3}
    first, second, third = document["data"]["items"]
    assert first == AREA
    assert (second["uid"], second["ordinal"], second["curtailment"]) == (Z2, 2, None)
    assert (third["kind"], third["limits"]["power"]["now"]) == ("flexible", 86000)


def test_areas_serves_the_station_with_its_connector_inside(areas: Client) -> None:
    document = areas.json("/chargers?page=1&per_page=100")
    assert document == {"data": {"items": [CHARGER], "paging": {"count": 1}}}


@pytest.mark.parametrize(
    ("path", "shown"),
    [(f"/areas/{Z1}", AREA), (f"/chargers/{STATION}", CHARGER), (f"/outlets/{OUTLET}", OUTLET_SHOWN)],
    ids=["area", "charger", "outlet"],
)
def test_areas_serves_each_object_alone_though_no_list_was_read_before(areas: Client, path: str, shown: object) -> None:
    assert areas.json(path) == {"data": shown}


def test_onedoc_serves_the_whole_site_of_the_guide_in_one_document(onedoc: Client) -> None:
    site = onedoc.json("/site.json")["site"]
    groups = site.pop("groups")
    assert site == {"name": "EVCE simulator", "schema": 1, "software": "6.0.0", "now": 1767592800000}
    assert groups[0] == GROUP
    assert [(one["name"], one["fuse"], one["limit"], one["points"]) for one in groups[1:]] == [
        ("Z2", 63, None, []),
        ("Z3", 125, None, []),
    ]


def test_the_whole_campus_is_served_in_one_document(run: Run) -> None:
    client = run("campus", profile="onedoc")
    client.session.headers["X-API-Key"] = "secret"
    groups = client.json("/site.json")["site"]["groups"]
    points = [point for group in groups for point in group["points"]]
    assert (len(groups), len(points), sum(len(point["sockets"]) for point in points)) == (6, 40, 70)
    assert {socket["phases"] for point in points for socket in point["sockets"]} == {1, 2, 3, 123}


def test_a_text_that_was_an_id_once_is_it_after_every_restart(run: Run) -> None:
    for _ in range(2):
        client = logged_in(run("campus", profile="areas"))
        assert client.json(f"/areas/{Z1}")["data"]["ordinal"] == 1


def test_another_api_version_of_the_site_is_told_as_it_is(areas: Client) -> None:
    areas.simulator.model.set_system(apiVersion="7")
    assert areas.json("/about")["controller"]["api"] == {"major": "7"}


def test_the_contract_is_not_served_beside_the_dialect(areas: Client) -> None:
    answer = areas.get("/zones")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is nothing at /api/v2/zones.")


def test_the_pages_beside_the_api_stay_the_contracts(areas: Client) -> None:
    url = areas.simulator.url.removesuffix("/api/v2")
    assert areas.session.get(f"{url}/openapi.json", timeout=10).json()["info"]["version"] == "6"


def test_another_method_is_refused_with_those_that_are_offered(areas: Client) -> None:
    answer = areas.send("PUT", f"/areas/{Z1}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_a_text_that_is_nobodys_id_is_not_found(areas: Client) -> None:
    answer = areas.get("/outlets/nobody")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no connector with id nobody.")
