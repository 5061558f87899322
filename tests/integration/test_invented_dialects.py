"""Two dialects of makers who do not exist, as unlike the shipped ones and each other as profiles allow.

The shipped profiles and the language of profiles grew beside each other; these two use what those leave unused.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.site.values import State
from evce_connector.writes.release import release
from requests.auth import HTTPDigestAuth

from tests.support.dialects import CONNECTOR, Join, tree_of, write
from tests.support.joined import LOGIN, PASSWORD, JoinedSite

INVENTED = Path(__file__).parents[1] / "invented"
FJORDHUS, LAKESIDE = str(INVENTED / "fjordhus.toml"), str(INVENTED / "lakeside.toml")
through_each = pytest.mark.parametrize("dialect", [FJORDHUS, LAKESIDE], ids=["fjordhus", "lakeside"])

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


def told(site: JoinedSite[ManualClock], path: str, **query: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what the controller itself answers, by the login of fjordhus and the key of lakeside."""
    login = HTTPDigestAuth(LOGIN, PASSWORD)
    answer = requests.get(f"{site.simulator.url}{path}", auth=login, params={"apiKey": PASSWORD} | query, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_campus_is_served_in_the_words_and_units_of_fjordhus(join: Join) -> None:
    site = join(FJORDHUS)
    circuits, boxes = told(site, "/kreise")["kreise"], told(site, "/kreise/2/boxen")
    assert circuits[1]["dimmung"] == {
        "grenze_a": 160,
        "quelle": "external-reduction@bmsApi-2-Bâtiment 2 & 3",
        "bis_ts": 5680274400,
    }
    assert [box["ocpp"]["cp_id"] for box in boxes] == [f"BAT-0{number}" for number in range(1, 9)]
    assert boxes[0]["ladepunkte"]["2"] == LADEPUNKT


def test_a_campus_is_served_in_the_words_and_units_of_lakeside(join: Join) -> None:
    site = join(LAKESIDE)
    groups, page = told(site, "/powerGroups"), told(site, "/ports", offset="0", limit="25")
    assert groups["response"]["powerGroups"][4]["loadManagement"]["curtailment"] == {
        "mode": "PERCENT",
        "reductionPercent": 12.5,
        "requestedBy": "external-reduction@bmsApi-5-R&D",
        "endLocalDateTime": "2140-06-30T13:30:00",
    }
    assert groups["response"]["powerGroups"][0]["loadManagement"]["curtailment"] == {"mode": "INACTIVE"}
    assert (len(page["response"]["ports"]), page["response"]["paging"]) == (25, {"totalCount": 70})
    assert page["response"]["ports"][0] == PORT


@through_each
def test_the_whole_tree_of_a_campus_is_the_same_through_an_invented_dialect(join: Join, dialect: str) -> None:
    expected, found = tree_of(join(None)), tree_of(join(dialect))
    assert len(expected) > 2900
    assert found == expected


@through_each
def test_what_changes_on_a_site_changes_in_the_tree_through_an_invented_dialect(join: Join, dialect: str) -> None:
    sites = join(None, "guide"), join(dialect, "guide")
    for site in sites:
        site.model.set_connector(
            1,
            status="faulted",
            errorCode="PowerMeterFailure",
            phaseConnection="tri",
            activePower=[1.25, 1.25, 1.25],
            rmsCurrent=[5.43, 0.02, 15.2],
            activeEnergy=123456.789,
            setPointCurrent=16,
            transactionId=7,
        )
        site.model.set_station(1, connected=False, acceptedByCpo=True, cpoUrl="wss://cpo.example/1")
        site.model.clear_reduction(1)
        site.poll()
    assert tree_of(sites[1]) == tree_of(sites[0])
    assert sites[1].see("Stations/1/StationIsConnected") == (False, State.GOOD)


@through_each
def test_every_write_arrives_through_an_invented_dialect_and_is_confirmed(join: Join, dialect: str) -> None:
    site = join(dialect, "guide")
    until = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert write(site, ZoneReduction=37.5, ZoneValidity=until) == ["", ""]
    reduction = site.model.zone(1)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (37.5, "2026-03-02T09:30:00Z")
    assert site.see("Zones/1/ZoneReduction") == (37.5, State.GOOD)
    assert write(site, ConnectorAvailability=False) == [""]
    assert site.model.connector(1)["available"] is False
    assert site.see(f"{CONNECTOR}/ConnectorAvailability") == (False, State.GOOD)
    assert write(site, ConnectorAvailability=True) == [""]
    assert site.model.connector(1)["available"] is True


@through_each
def test_all_reductions_are_released_through_an_invented_dialect(join: Join, dialect: str) -> None:
    site = join(dialect)
    with site.service.make_client() as client:
        said = [one.text for one in release(client, site.service.stores.commands, site.clock)]
    assert said == [
        "Zone Bâtiment 2 & 3 (2): reduction of 20 % until 2149-12-31T22:00:00Z is released.",
        "Zone R&D (5): reduction of 12.5 % until 2140-06-30T18:30:00Z is released.",
    ]
    assert [zone["reduction"] for zone in site.model.zones()] == [None] * 6
