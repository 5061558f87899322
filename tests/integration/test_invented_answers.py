"""What two controllers of makers who do not exist answer and take, beside JSON as their makers would print it."""

from __future__ import annotations

import requests
from evce_connector.clock import ManualClock
from requests.auth import AuthBase

from tests.support.dialects import Join, invented, told
from tests.support.joined import LOGIN, PASSWORD, JoinedSite

KESTREL, HARBOURLINE = invented("kestrel"), invented("harbourline")

FEEDER = {
    "id": "2",
    "attributes": {
        "name": "Bâtiment 2 & 3",
        "load-balancing": "static",
        "breaker-rating-amps": 200,
        "allocated-amps": 160,
        "allocated-kw": 110,
        "active-charges": 4,
        "curtailment": {
            "permitted-kw": 110.4,
            "expires-at": "2149-12-31T22:00:00Z",
            "requested-by": "external-reduction@bmsApi-2-Bâtiment 2 & 3",
        },
    },
}
POST = {
    "id": "1",
    "attributes": {
        "label": "Borne 1 allée Nord",
        "ocpp-identity": "PN-01",
        "ocpp-version": "ocpp-1.6j",
        "serial-number": "SN20240037",
        "product-code": "Column 22",
        "firmware-version": "1.4.2",
        "ipv4-address": "10.20.1.11",
        "comms": "up",
        "state": "ready",
        "authorisation": {"online": "free-vend", "offline": "free-vend"},
        "back-office": {"endpoint": None, "accepted": False},
    },
    "relationships": {"feeder": {"data": {"id": "1"}}},
}
SOCKET = {
    "id": "4",
    "attributes": {
        "socket-number": 2,
        "state": "charging",
        "in-service": True,
        "output": "ac",
        "wiring": "L3+N",
        "load-balancing": "included",
        "rated-amps": 32,
        "rated-kw": None,
        "allocated-amps": 32,
        "allocated-kw": 7,
        "meter": {
            "amps": {"l1": 9.96, "l2": 0, "l3": 0},
            "kw": {"l1": 2.2908, "l2": 0, "l3": 0},
            "import-kwh": 1350.231,
        },
        "fault-code": None,
    },
    "relationships": {"charge-post": {"data": {"id": "2"}}, "charge": {"data": {"id": "5003"}}},
}
DERATED = {
    "circuitNo": 5,
    "circuitName": "R&D",
    "dispatchMode": "SMART_DISPATCH",
    "ratedCurrent": 100,
    "currentQuota": 87,
    "powerQuotaW": 60000,
    "chargingCount": 1,
    "derating": {"ratio": 0.125, "source": "external-reduction@bmsApi-5-R&D", "expireTimeMs": "5380367400000"},
}
CABINET = {
    "cabinetId": "c0423978-fa77-516e-aec3-8f843b6fac66",
    "cabinetNo": 1,
    "cabinetName": "Borne 1 allée Nord",
    "chargeBoxId": "PN-01",
    "protocol": "OCPP16J",
    "modelNo": "Column 22",
    "sn": "SN20240037",
    "softwareVersion": "1.4.2",
    "ipAddr": "10.20.1.11",
    "online": 1,
    "workState": 0,
    "authMode": "NO_AUTH",
    "offlineAuthMode": "NO_AUTH",
    "platformUrl": None,
    "platformRegistered": 0,
}
GUN = {
    "gunId": "4e457702-1222-5277-807c-c9e54b3ac191",
    "gunNo": 1,
    "gunType": "TYPE2_AC",
    "cabinetId": "c0423978-fa77-516e-aec3-8f843b6fac66",
    "workState": 2,
    "operationState": "ENABLED",
    "joinsDispatch": 1,
    "phase": "ABC",
    "ratedCurrent": 32,
    "ratedPowerW": None,
    "currentQuota": 32,
    "powerQuotaW": 22000,
    "meter": {"ia": 6.4, "ib": 6.4, "ic": 6.4, "pa": 1472, "pb": 1472, "pc": 1472, "totalEnergy": "5862.798"},
    "orderNo": "5001",
    "alarmCode": None,
}


class ApiToken(AuthBase):
    """The token of kestrel's API, which is the password itself."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Token {PASSWORD}"
        return request


class AccessToken(AuthBase):
    """The token that harbourline gives whoever logs in."""

    def __init__(self, site: JoinedSite[ManualClock]) -> None:
        user = {"userName": LOGIN, "password": PASSWORD}
        answer = requests.post(f"{site.simulator.url}/user/login", json=user, timeout=10)
        self._token = answer.json()["data"]["accessToken"]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Access-Token"] = self._token
        return request


def test_a_campus_is_served_in_the_words_and_units_of_kestrel(join: Join) -> None:
    site = join(KESTREL)
    token = ApiToken()
    feeders = told(site, "/feeders", token, **{"page[size]": "2"})
    posts = told(site, "/charge-posts", token, include="sockets")
    assert feeders["data"][1] == FEEDER
    assert feeders["data"][0]["attributes"]["curtailment"] is None
    assert (len(feeders["data"]), feeders["meta"]) == (2, {"record-count": 6})
    assert feeders["links"]["next"].startswith(f"{site.simulator.url}/feeders?page%5Bsize%5D=2&")
    assert (len(posts["data"]), len(posts["included"])) == (40, 70)
    assert (posts["data"][0], posts["included"][3]) == (POST, SOCKET)
    assert told(site, "/sockets/4", token) == {"data": SOCKET}


def test_a_campus_is_served_in_the_words_and_units_of_harbourline(join: Join) -> None:
    site = join(HARBOURLINE)
    token = AccessToken(site)
    circuits = told(site, "/depot/topology", token)["data"]["branchCircuits"]
    pages = [
        told(site, "/realtime/guns", token, detail="full", pageNo=number, pageSize="30")["data"] for number in "0123"
    ]
    assert {key: value for key, value in circuits[4].items() if key != "cabinets"} == DERATED
    assert circuits[0]["derating"] is None
    assert circuits[0]["cabinets"][0] == CABINET
    assert [(len(page["records"]), page["totalCount"]) for page in pages] == [(30, 70), (30, 70), (10, 70), (0, 70)]
    assert pages[0]["records"][0] == GUN
    assert told(site, "/depot/info", token)["data"]["serverTimeMs"] == "1772431200000"


def test_what_is_asked_of_kestrel_is_done_as_its_makers_write_it(join: Join) -> None:
    site = join(KESTREL)
    token, url = ApiToken(), site.simulator.url
    curtailment = {"type": "curtailments", "attributes": {"permitted-kw": 51.75, "duration": "PT3H30M"}}
    place = f"{url}/feeders/1/curtailment"
    assert requests.patch(place, json={"data": curtailment}, auth=token, timeout=10).status_code == 200
    reduction = site.model.zone(1)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (70, "2026-03-02T09:30:00Z")
    assert requests.delete(place, auth=token, timeout=10).status_code == 200
    assert site.model.zone(1)["reduction"] is None
    socket = {"type": "sockets", "id": "2", "attributes": {"in-service": False}}
    answer = requests.patch(f"{url}/sockets/2", json={"data": socket}, auth=token, timeout=10)
    assert answer.json() == {"meta": {"outcome": "applied"}}
    assert site.model.connector(2)["available"] is False
    refused = requests.get(f"{url}/feeders/99", auth=token, timeout=10)
    assert refused.json() == {"errors": [{"detail": "There is no zone with id 99."}]}


def test_the_commands_of_harbourline_are_done_as_its_makers_write_them(join: Join) -> None:
    site = join(HARBOURLINE)
    token, url = AccessToken(site), f"{site.simulator.url}/command"
    derating = {"circuitNo": 1, "ratio": 0.7, "expireTimeMs": 1772443800000}
    assert requests.post(f"{url}/setDerating", json=derating, auth=token, timeout=10).status_code == 200
    reduction = site.model.zone(1)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (70, "2026-03-02T09:30:00Z")
    assert requests.post(f"{url}/cancelDerating", json={"circuitNo": 1}, auth=token, timeout=10).status_code == 200
    assert site.model.zone(1)["reduction"] is None
    guns = told(site, "/realtime/guns", token, detail="full", pageNo="0", pageSize="2")["data"]["records"]
    operations = [{"gunId": gun["gunId"], "operationState": "DISABLED"} for gun in guns]
    answers = [requests.post(f"{url}/setOperationState", json=one, auth=token, timeout=10) for one in operations]
    assert [gun["workState"] for gun in guns] == [2, 0]
    assert [answer.json()["data"]["commandResult"] for answer in answers] == ["WAIT_IDLE", "SUCCESS"]
    assert site.model.connector(2)["available"] is False
