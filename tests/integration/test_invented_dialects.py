"""Dialects of six makers who do not exist, as unlike the shipped ones and each other as profiles allow.

The shipped profiles and the language of profiles grew beside each other; these use what those leave unused. What two
of them answer, `kestrel` and `harbourline`, is compared in `test_invented_answers.py`; all are read and written
in `test_dialects.py`.
"""

from __future__ import annotations

import requests
from evce_connector.clock import ManualClock
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from tests.support.dialects import Join, invented, told
from tests.support.joined import LOGIN, PASSWORD, JoinedSite

FJORDHUS, LAKESIDE, POLDER, ADIGE = map(invented, ("fjordhus", "lakeside", "polder", "adige"))

LADEPUNKT = {
    "lp_id": 20,
    "zustand": "laedt",
    "freigabe": "ein",
    "strom": "wechselstrom",
    "i_max_ma": 16000,
    "p_max_w": None,
    "ph_maske": 7,
    "soll": {"fest": "nein", "i_ma": 16000, "p_w": 11000},
    "mess": {
        "l1": {"p_w": 3680},
        "l2": {"p_w": 3680},
        "l3": {"p_w": 3680},
        "i_ma": [16000, 16000, 16000],
        "zaehler_wh": 7170415,
    },
    "fehler": None,
    "vorgang": 5008,
}
PORT = {
    "portId": "4e457702-1222-5277-807c-c9e54b3ac191",
    "chargingUnit": {"chargingUnitId": "c0423978-fa77-516e-aec3-8f843b6fac66"},
    "portNumber": 1,
    "operationalStatus": "DELIVERING_ENERGY",
    "isOutOfService": False,
    "electrical": {
        "currentType": "ALTERNATING",
        "rating": [{"unit": "A", "value": 32}, {"unit": "kW", "value": None}],
        "phaseConfiguration": "THREE_PHASE",
    },
    "loadManagement": {
        "policy": "SHARED",
        "allocation": [{"unit": "A", "value": 32}, {"unit": "kW", "value": 22}],
    },
    "meterReadings": {
        "totalActivePower": {"watts": 4416},
        "current": {"phaseA": {"amps": 6.4}, "phaseB": {"amps": 6.4}, "phaseC": {"amps": 6.4}},
        "energyDelivered": {"kilowattHours": "5862.798"},
    },
    "faultCode": None,
    "activeSession": {"sessionId": "5001"},
}


MEASURED = {
    "uid": "4e457702-1222-5277-807c-c9e54b3ac191",
    "connector_id": "1",
    "status": "CHARGING",
    "availability": "Operative",
    "power_type": "AC",
    "charging_schedule": {"kind": "Dynamic", "amperage": 32, "power": 22000},
    "max_amperage": 32,
    "max_electric_power": None,
    "phase_rotation": "RST",
    "meter_values": [
        {"measurand": "Power.Active.Import", "L1": "1472", "L2": "1472", "L3": "1472"},
        {"measurand": "Current.Import", "L1": "6.4", "L2": "6.4", "L3": "6.4"},
        {"measurand": "Energy.Active.Import.Register", "total": "5862798"},
    ],
    "error_code": None,
    "session_id": 5001,
}
PRESA = {
    "Colonnina": "2",
    "Posizione": "2",
    "Stato": "IN_CARICA",
    "Abilitata": "SI",
    "Tipo_corrente": "ALTERNATA",
    "Set_fisso": "NO",
    "Corrente_max_A": "32",
    "Potenza_max_kW": None,
    "Collegamento": "L3",
    "Corrente_set_A": "32",
    "Potenza_set_kW": "7",
    "Potenza_L1_kW": "2.2908",
    "Potenza_L2_kW": "0.0",
    "Potenza_L3_kW": "0.0",
    "Corrente_L1_mA": "9960",
    "Corrente_L2_mA": "0",
    "Corrente_L3_mA": "0",
    "Energia_Wh": "1350231",
    "Allarme": None,
    "Ricarica": "5003",
}


class Bearer(AuthBase):
    """The token that polder gives the connector as a client of OAuth2."""

    def __init__(self, site: JoinedSite[ManualClock]) -> None:
        form = {"client_id": LOGIN, "client_secret": PASSWORD, "scope": "smart_charging"}
        form |= {"grant_type": "client_credentials"}
        answer = requests.post(f"{site.simulator.url}/oauth2/token", data=form, timeout=10)
        self._token = answer.json()["access_token"]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def test_a_campus_is_served_in_the_words_and_units_of_fjordhus(join: Join) -> None:
    site = join(FJORDHUS)
    login = HTTPDigestAuth(LOGIN, PASSWORD)
    circuits, boxes = told(site, "/kreise", login)["kreise"], told(site, "/kreise/2/boxen", login)
    assert circuits[1]["dimmung"] == {
        "grenze_a": 160,
        "quelle": "external-reduction@bmsApi-2-Bâtiment 2 & 3",
        "bis_ts": 5680274400,
    }
    assert [box["ocpp"]["cp_id"] for box in boxes] == [f"BAT-0{number}" for number in range(1, 9)]
    assert boxes[0]["ladepunkte"]["2"] == LADEPUNKT


def test_a_campus_is_served_in_the_words_and_units_of_lakeside(join: Join) -> None:
    site = join(LAKESIDE)
    groups, page = (told(site, path, apiKey=PASSWORD, offset="0", limit="25") for path in ("/powerGroups", "/ports"))
    assert groups["response"]["powerGroups"][4]["loadManagement"]["curtailment"] == {
        "mode": "PERCENT",
        "reductionPercent": 12.5,
        "requestedBy": "external-reduction@bmsApi-5-R&D",
        "endLocalDateTime": "2140-06-30T13:30:00",
    }
    assert groups["response"]["powerGroups"][0]["loadManagement"]["curtailment"] == {"mode": "INACTIVE"}
    assert (len(page["response"]["ports"]), page["response"]["paging"]) == (25, {"totalCount": 70})
    assert page["response"]["ports"][0] == PORT


def test_a_campus_is_served_in_the_words_and_units_of_polder(join: Join) -> None:
    site = join(POLDER)
    token = Bearer(site)
    clusters, page = told(site, "/clusters", token)["data"], told(site, "/evses", token, page_size="2")["data"]
    assert clusters["clusters"][1]["active_charging_profile"] == {
        "charging_profile_period": [{"limit": 110400}],
        "end_date_time": "2149-12-31T22:00:00Z",
        "issued_by": "external-reduction@bmsApi-2-Bâtiment 2 & 3",
    }
    assert clusters["clusters"][0]["active_charging_profile"] is None
    more = told(site, "/evses", token, page_size="2", cursor=page["next_cursor"])["data"]["evses"]
    assert [evse["evse_id"] for evse in page["evses"] + more] == [f"PN-0{number}" for number in range(1, 5)]
    assert told(site, f"/evses/{page['evses'][0]['uid']}/connectors", token)["data"][0] == MEASURED


def test_a_campus_is_served_in_the_words_and_units_of_adige(join: Join) -> None:
    site = join(ADIGE)
    login = HTTPBasicAuth(LOGIN, PASSWORD)
    boards, posts = told(site, "/quadri", login)["Quadri"], told(site, "/colonnine", login)
    left = {key: value for key, value in boards["5"].items() if key.startswith("Riduzione")}
    assert left == {
        "Riduzione_attiva": "SI",
        "Riduzione_fattore": "0.875",
        "Riduzione_origine": "external-reduction@bmsApi-5-R&D",
        "Riduzione_residuo_s": "3607936200",
    }
    assert [key for key in boards["1"] if key.startswith("Riduzione")] == ["Riduzione_attiva"]
    assert told(site, "/gateway", login)["Data_ora"] == "2026-03-02T07:00:00"
    assert (len(posts["Colonnine"]), posts["Colonnine"]["2"]["Quadro"]) == (40, "1")
    assert posts["Prese"]["4"] == PRESA


def test_a_charging_profile_and_a_command_of_polder_are_done_as_its_makers_write_them(join: Join) -> None:
    site = join(POLDER)
    token, url = Bearer(site), site.simulator.url
    cluster, evse = (told(site, f"/{name}", token)["data"][name][0] for name in ("clusters", "evses"))
    periods = [{"start_period": 0, "limit": 51750}]
    profile = {"charging_rate_unit": "W", "end_date_time": "2026-03-02T09:30:00Z", "charging_profile_period": periods}
    place = f"{url}/clusters/{cluster['cluster_id']}/charging_profile"
    assert requests.put(place, json={"charging_profile": profile}, auth=token, timeout=10).status_code == 200
    reduction = site.model.zone(1)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (70, "2026-03-02T09:30:00Z")
    command = {"evse_uid": evse["uid"], "connector_id": "2", "type": "Inoperative"}
    answer = requests.post(f"{url}/commands/change_availability", json=command, auth=token, timeout=10)
    assert answer.json()["data"] == {"result": "ACCEPTED"}
    assert site.model.connector(2)["available"] is False


def test_the_commands_of_adige_are_done_as_its_makers_write_them(join: Join) -> None:
    site = join(ADIGE)
    login, url = HTTPBasicAuth(LOGIN, PASSWORD), f"{site.simulator.url}/comandi"
    form = {"Quadro": "1", "Fattore": "0.3", "Durata_s": "12600"}
    assert requests.post(f"{url}/riduzione", data=form, auth=login, timeout=10).status_code == 200
    reduction = site.model.zone(1)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (70, "2026-03-02T09:30:00Z")
    assert requests.post(f"{url}/fine_riduzione", data={"Quadro": "1"}, auth=login, timeout=10).status_code == 200
    assert site.model.zone(1)["reduction"] is None
    answer = requests.post(f"{url}/abilitazione", data={"Presa": "2", "Abilitata": "NO"}, auth=login, timeout=10)
    assert answer.json() == {"Esito": "ESEGUITO"}
    assert site.model.connector(2)["available"] is False
