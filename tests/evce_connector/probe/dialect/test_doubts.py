"""What is sure of nothing: lists that may be cut, references that do not join, values that prove nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from evce_connector.clock import SystemClock
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect import doubts, search
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.match import Match
from evce_connector.probe.dialect.roles import Roles
from evce_connector.probe.dialect.search import Found
from evce_connector.probe.dialect.survey import Survey

from tests.evce_connector.probe.dialect.measuring import FAST, PASSWORD
from tests.evce_connector.probe.dialect.test_doors import Answer, Controller
from tests.evce_connector.probe.otherwise import serving

Site = dict[str, list[dict[str, Any]]]
HIGH = Confidence.HIGH


def site(stations: int = 24) -> Site:
    """Return a site whose fields are called as the contract calls them, two connectors a station."""
    zones = [
        {
            "id": number,
            "name": f"Zone {number}",
            "type": "STATIC" if number % 2 else "DYNAMIC",
            "maxCurrent": 100 * number,
            "setPointCurrent": 80 * number,
            "setPointPowerKw": 55.2 * number,
            "numberOfTransactions": stations // 3,
            "reduction": None,
        }
        for number in (1, 2, 3)
    ]
    rows = [
        {
            "id": number,
            "zoneId": number % 3 + 1,
            "friendlyName": f"Post {number}",
            "ocppIdentifier": f"CP-{number:03}",
            "serialNumber": f"SN{number * 7919}",
            "model": ("Duo", "Uno")[number % 2],
            "firmwareVersion": f"1.{number % 3}.0",
            "ipAddress": f"10.0.0.{number}",
            "connected": number % 5 > 0,
            "status": ("available", "faulted")[number % 4 == 0],
        }
        for number in range(1, stations + 1)
    ]
    outlets = [
        {
            "id": number,
            "stationId": (number + 1) // 2,
            "logicalConnector": 2 - number % 2,
            "status": ("charging", "available")[number % 2],
            "available": number % 9 > 0,
            "maxCurrent": 32,
            "setPointCurrent": 16 + number % 3,
            "transactionId": 1000 + number if number % 2 == 0 else None,
            "errorCode": None,
            "activeEnergyKwh": 100.5 + number,
            "activePower": {f"l{phase}_w": 230 * (number % 3) for phase in (1, 2, 3)},
            "rmsCurrent": {f"l{phase}_a": number % 3 for phase in (1, 2, 3)},
        }
        for number in range(1, 2 * stations + 1)
    ]
    return {"/zones": zones, "/stations": rows, "/connectors": outlets}


def found_at(lists: Site, page: int = 10_000) -> Found:
    """Look at a site each of whose lists gives so many objects at most, and no parameter for more."""

    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        del method, headers, sent
        below = path.removeprefix("/api")
        return ("200 OK", {"items": lists[below][:page]}, {}) if below in lists else ("404 No", {}, {})

    told = dict.fromkeys(("system",), "/zones") | {kind.removeprefix("/"): kind for kind in lists}
    with serving(Controller(say)) as origin:
        return search.find(Target(f"{origin}/api", "bms", PASSWORD, True, FAST), SystemClock(), lambda _: None, told)


def changed(kind: str, **fields: Any) -> Site:  # noqa: ANN401 - JSON
    """Return the site with other fields in all objects of a kind; a function is given the object."""
    lists = deepcopy(site())
    for one in lists[f"/{kind}"]:
        one |= {name: value(one) if callable(value) else value for name, value in fields.items()}
    return lists


def confidence(found: Found, name: str) -> Confidence:
    return found.choices[name].confidence


@pytest.fixture(scope="module")
def plain() -> Found:
    return found_at(site())


def test_of_a_site_that_proves_itself_much_is_sure(plain: Found) -> None:
    sure = ("connectors.station_id", "stations.zone_id", "connectors.max_current", "connectors.active_power")
    assert [name for name in (*sure, "stations.id", "zones.name") if confidence(plain, name) is not HIGH] == []


def test_of_a_list_that_may_be_cut_and_what_hangs_on_it_nothing_is_sure_and_its_pages_are_asked() -> None:
    found = found_at(site(), page=20)
    hanging = {"zones.number_of_transactions", "stations.id"}
    sure = [
        name
        for name, one in found.choices.items()
        if one.confidence is HIGH and (one.table in ("stations", "connectors") or name in hanging)
    ]
    assert sure == []
    assert {"stations.pages", "connectors.pages"} <= {question.name for question in found.questions}


def test_a_round_list_is_no_cut_one_where_a_longer_one_comes_whole() -> None:
    lists = site(20)
    lists["/connectors"].append(lists["/connectors"][-1] | {"id": 41, "logicalConnector": 3})
    found = found_at(lists)
    assert "stations.pages" not in {question.name for question in found.questions}
    assert confidence(found, "stations.serial_number") is HIGH


def test_a_reference_to_what_is_in_no_list_is_asked() -> None:
    lists = site()
    del lists["/stations"][3:6]
    found = found_at(lists)
    assert confidence(found, "connectors.station_id") is Confidence.ASKED
    assert "3 of 24 stations that it names are in no list" in found.choices["connectors.station_id"].evidence


@pytest.mark.parametrize(
    ("kind", "fields", "name"),
    [
        ("connectors", {"errorCode": lambda one: "E77" if one["id"] == 3 else None}, "connectors.error_code"),
        (
            "connectors",
            {"activePower": lambda one: {f"l{n}_w": 3.0 * one["id"] for n in (1, 2, 3)}},
            "connectors.active_power",
        ),
    ],
)
def test_what_proves_nothing_or_contradicts_is_not_sure(kind: str, fields: dict[str, Any], name: str) -> None:
    assert confidence(found_at(changed(kind, **fields)), name) is not HIGH


def test_a_code_of_an_error_that_nobody_knows_is_told_as_it_is_and_asked() -> None:
    found = found_at(changed("connectors", errorCode=lambda one: "E77" if one["id"] == 3 else None))
    assert "connectors.error_code.E77" in {question.name for question in found.questions}
    assert 'E77 = "E77"' in found.profile


def test_a_word_of_a_language_that_is_not_spoken_here_is_not_sure() -> None:
    lists = site()
    for one in lists["/stations"]:
        one["wersja"] = one.pop("firmwareVersion")
    found = found_at(lists)
    assert found.choices["stations.version"].said == "wersja"
    assert confidence(found, "stations.version") is not HIGH


def judged(table: str, name: str, key: str, values: tuple[Any, ...], named: float, **more: Any) -> Choice:  # noqa: ANN401 - JSON
    """Let all rules judge one field that is sure, with ids of the objects above and reductions of zones."""
    seen = Survey(ids=more.get("ids", {}), reduced=more.get("reduced", []))
    choice = seen.add(Choice(table, name, key, HIGH, ["name and values agree"]))
    seen.matched = {table: {name: Match(Column(key, (key,), values), named, 1.0, 1.0)}}
    doubts.doubt(doubts.Seen(seen, Roles({}, {}), {}, ()))
    return choice


def test_values_that_are_all_the_same_need_a_name_that_says_all() -> None:
    assert judged("connectors", "available", "open", (True,) * 9, 0.85).confidence is Confidence.LIKELY
    assert judged("connectors", "available", "open", (True,) * 8 + (False,), 0.85).confidence is HIGH
    assert judged("connectors", "available", "available", (True,) * 9, 1.0).confidence is HIGH


def test_a_reference_by_small_numbers_that_reaches_few_needs_a_name_that_says_all() -> None:
    ids = {"stations": list(range(1, 41))}
    assert judged("connectors", "station_id", "unit", (1, 2, 1, 2), 0.85, ids=ids).confidence is Confidence.LIKELY
    assert judged("connectors", "station_id", "stationId", (1, 2, 1, 2), 1.0, ids=ids).confidence is HIGH
    assert judged("connectors", "station_id", "unit", tuple(range(1, 41)), 0.85, ids=ids).confidence is HIGH


def test_an_amount_that_is_0_everywhere_is_not_sure() -> None:
    assert judged("zones", "set_point_power", "powerKw", (0, 0, 0), 1.0).confidence is Confidence.LIKELY
    assert judged("zones", "set_point_power", "powerKw", (0, 0, 11), 1.0).confidence is HIGH


def test_what_one_reduction_alone_reads_is_not_sure() -> None:
    assert judged("reduction", "description", "reason", ("a",), 1.0, reduced=[3]).confidence is Confidence.LIKELY
    assert judged("reduction", "description", "reason", ("a", "b"), 1.0, reduced=[3, 4]).confidence is HIGH


def test_each_rule_says_why() -> None:
    assert [rule.__name__ for rule in doubts.RULES if len(rule.__doc__ or "") < 40] == []
