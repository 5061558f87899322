"""The dialects that are shipped: the same site read from each is the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from evce_connector.evce import profile
from evce_connector.evce.dialect.api import DialectApi
from evce_connector.evce.reader import SiteReader
from evce_connector.site.model import Connector, Reduction, Station, System, Zone

from tests.evce_connector.evce.dialect.told import MemoryNumbers, Told, shipped

OUTLET = {
    "uid": "o-9",
    "position": 2,
    "state": "ACTIVE",
    "operative": "yes",
    "supply": "AC",
    "set_point": {"fixed": "no", "current": 16, "power": 11000},
    "limits": {"current": 32, "power": None},
    "wiring": ["L1", "L2", "L3"],
    "meter": {"phases": [{"power": 3000, "current": 13.0}] * 3, "energy": "12500"},
    "fault": {"code": "NoError"},
    "session": 7,
}
CHARGER = {
    "uid": "c-4",
    "ordinal": 4,
    "area": {"uid": "north"},
    "title": "Gate",
    "lifecycle": "active",
    "ocpp": {"identity": "CP4", "version": "ocpp1.6", "forwarded_to": None, "accepted": "no"},
    "hardware": {"serial": "SN", "model": "M", "firmware": "1.1"},
    "network": {"ip": "10.0.0.4", "link": "online"},
    "state": "ACTIVE",
    "access": {"online": "allow_all", "offline": "allow_all"},
    "outlets": [OUTLET],
}
AREA = {
    "uid": "north",
    "ordinal": 3,
    "title": "North",
    "kind": "fixed",
    "limits": {"current": {"max": 100, "now": 80}, "power": {"now": 55000}},
    "sessions": "1",
    "curtailment": {"share_left": 90, "reason": "d", "ends": "2027-01-01T00:00:00Z"},
}
GONE = CHARGER | {"uid": "c-5", "lifecycle": "decommissioned"}
AREAS = {
    "/about": {
        "controller": {"label": "S", "api": {"major": "3"}, "firmware": "2", "clock": {"utc": "2026-01-01T00:00:00Z"}}
    },
    "/areas?per_page=100&page=1": {"data": {"items": [AREA], "paging": {"count": 1}}},
    "/chargers?per_page=100&page=1": {"data": {"items": [GONE, CHARGER], "paging": {"count": 2}}},
    "/areas/north": {"data": AREA},
    "/outlets/o-9": {"data": OUTLET},
    "PATCH /areas/north/curtailment": None,
    "DELETE /areas/north/curtailment": None,
    "POST /outlets/o-9/commands": {"data": {"outcome": "queued"}},
}
SOCKET = {
    "no": 1,
    "plug": 2,
    "status": "charging",
    "enabled": 1,
    "current": "ac",
    "fixed": 0,
    "max_a": 32,
    "max_w": None,
    "phases": 123,
    "set_ma": 16000,
    "set_w": 11000,
    "meter": [{"name": f"L{phase}", "w": 3000, "ma": 13000} for phase in (3, 2, 1)],
    "total_wh": 12500,
    "error": "NoError",
    "tx": 7,
}
POINT = {
    "no": 4,
    "alias": "Gate",
    "cp": "CP4",
    "protocol": "ocpp1.6",
    "sn": "SN",
    "model": "M",
    "fw": "1.1",
    "ip": "10.0.0.4",
    "cpo": None,
    "cpo_ok": 0,
    "online": 1,
    "status": "charging",
    "auth": {"online": "allow_all", "offline": "allow_all"},
    "sockets": [SOCKET],
}
GROUP = {
    "no": 3,
    "name": "North",
    "mode": "STATIC",
    "fuse": 100,
    "allowed": {"a": 80, "kw": 55},
    "active": 1,
    "limit": {"percent": 10, "kind": "percentage", "text": "d", "until": 1_798_761_600_000},
    "points": [POINT],
}
ONEDOC = {
    "/site.json": {"site": {"name": "S", "schema": "1", "software": "2", "now": 1_767_225_600_000, "groups": [GROUP]}},
    "PUT /site/groups/3/limit": None,
    "DELETE /site/groups/3/limit": None,
    "POST /site/points/4/sockets/2": {"result": "Scheduled"},
}
PLUG = {
    "self": {"href": "/v2/plugs/p9"},
    "index": 1,
    "charger": {"href": "/v2/chargers/gate"},
    "position": 2,
    "condition": "delivering",
    "enabled": True,
    "current": "alternating",
    "allowed": {"fixed": False, "amps": 16, "kw": 11},
    "rating": {"amps": 32, "kw": None},
    "wires": "all-three",
    "meter": {"watts": [3000, 3000, 3000], "amps": [13, 13, 13.0], "kwh": 12.5},
    "fault": "NoError",
    "session": 7,
}
SECTOR = {
    "self": {"href": "https://evce.site/v2/sectors/north%20side/"},
    "index": 3,
    "label": "North",
    "control": "constant",
    "supply": {"amps": 100},
    "allowed": {"amps": 80, "kw": 55},
    "charging": 1,
    "cap": {"amps": 90, "note": "d", "remaining": "P365D"},
}
LINKS = {
    "/": {"site": "S", "api": 2, "release": "2", "clock": "2026-01-01T00:00:00Z"},
    "/sectors?limit=200": [SECTOR],
    "/chargers?limit=200": [
        {
            "self": {"href": "/v2/chargers/gate"},
            "index": 4,
            "sector": {"href": "/v2/sectors/north%20side"},
            "label": "Gate",
            "ocpp": {"id": "CP4", "protocol": "ocpp1.6"},
            "device": {"serial": "SN", "model": "M", "release": "1.1", "address": "10.0.0.4"},
            "operator": {"url": None, "accepted": False},
            "online": True,
            "condition": "delivering",
            "access": [{"when": "offline", "mode": "allow_all"}, {"when": "online", "mode": "allow_all"}],
        }
    ],
    "/plugs?limit=200": [PLUG],
    "/sectors/north%20side": SECTOR,
    "/plugs/p9": PLUG,
    "PUT /sectors/north%20side/cap": None,
    "DELETE /sectors/north%20side/cap": None,
    "PATCH /plugs/p9": {"result": {"word": "pending"}},
}
SITES: dict[str, dict[str, Any]] = {"areas": AREAS, "links": LINKS, "onedoc": ONEDOC}
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", SITES)
def test_a_site_is_read_from_a_shipped_dialect(name: str) -> None:
    raw = DialectApi(shipped(name), MemoryNumbers()).fetch(Told(SITES[name]))
    site = SiteReader(profile.load(name)).read(raw)
    assert site.unreadable == {}
    assert site.system[0::2] == ("S", "2")
    assert site.system.time == datetime(2026, 1, 1, tzinfo=UTC)
    assert site.zones == {
        3: Zone(3, "North", "STATIC", 100, 80, 55, 1, Reduction(10, "percentage", "d", UNTIL, "absolute"))
    }
    texts = ("Gate", "CP4", "ocpp1.6", "SN", "M", "1.1", "10.0.0.4", "")
    assert site.stations == {4: Station(4, 3, *texts, False, True, "charging", "allow_all", "allow_all")}
    power, current = (3.0, 3.0, 3.0), (13.0, 13.0, 13.0)
    rest = ("charging", True, False, False, 32, None, "tri", 16, 11, power, current, 12.5, "NoError", 7)
    assert site.connectors == {(4, 2): Connector(1, 4, 2, *rest)}


@pytest.mark.parametrize(("name", "version"), [("areas", "3"), ("links", "2"), ("onedoc", "1")])
def test_a_shipped_dialect_is_of_the_version_that_its_controller_says(name: str, version: str) -> None:
    raw = DialectApi(shipped(name), MemoryNumbers()).fetch(Told(SITES[name]))
    loaded = profile.load(name)
    assert (loaded.name, loaded.api_version) == (name, version)
    assert loaded.read_system(raw.system) == System("S", version, "2", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", SITES)
def test_single_objects_are_read_from_a_shipped_dialect(name: str) -> None:
    told, api = Told(SITES[name]), DialectApi(shipped(name), MemoryNumbers())
    raw = api.fetch(told)
    assert api.get(told, "zones", 3) == raw.zones.objects[0]
    assert api.get(told, "connectors", 1) == raw.connectors.objects[0]


BODY = {"value": 10, "type": "percentage", "validity": "2027-01-01T00:00:00Z", "validityMode": "absolute"}


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("areas", {"share_left": 90, "ends": "2027-01-01T00:00:00Z"}),
        ("links", {"limits": [{"wires": "all", "amps": 90}], "lasts": "PT31536000S"}),
        ("onedoc", {"percent": 10, "until": 1_798_761_600_000, "kind": "percentage"}),
    ],
)
def test_a_reduction_is_written_in_a_shipped_dialect(name: str, sent: object) -> None:
    told, api = Told(SITES[name]), DialectApi(shipped(name), MemoryNumbers())
    assert api.put_reduction(told, 3, BODY) == {}
    assert told.requests[-1].json == sent
    assert api.delete_reduction(told, 3) == {}
    assert told.requests[-1].json is None


@pytest.mark.parametrize(
    ("name", "sent"), [("areas", {"command": "disable"}), ("links", {"enabled": False}), ("onedoc", {"enabled": "0"})]
)
def test_availability_is_written_in_a_shipped_dialect(name: str, sent: object) -> None:
    told, api = Told(SITES[name]), DialectApi(shipped(name), MemoryNumbers())
    assert api.put_availability(told, 1, {"available": False}) == {"status": "Scheduled"}
    assert told.requests[-1].json == sent
