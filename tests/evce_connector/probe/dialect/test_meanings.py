"""What names, units and words tell by themselves, and how values decide where these say nothing."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.evce.dialect.paths import ABSENT
from evce_connector.probe.dialect import checks, openapi, standing, systems, units, vocabularies
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column, counts_on, flatten, threes
from evce_connector.probe.dialect.listings import Document, lists_in
from evce_connector.probe.dialect.match import Match, assign
from evce_connector.probe.dialect.names import meaning, score, split
from evce_connector.probe.dialect.roles import Roles
from evce_connector.probe.dialect.survey import Survey
from evce_connector.probe.dialect.wiring import phase_word


def column(name: str, *values: Any) -> Column:  # noqa: ANN401 - values of any kind
    return Column(name, (name,), values)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("maxCurrentA", ("max", "current", "a")),
        ("total_kWh", ("total", "kwh")),
        ("targetPower-W", ("target", "power", "w")),
        ("IPAddress", ("ip", "address")),
        ("setcurrent", ("set", "current")),
    ],
)
def test_a_name_is_split_where_its_words_meet(name: str, words: tuple[str, ...]) -> None:
    assert split(name) == words


@pytest.mark.parametrize(
    ("table", "field", "better", "worse"),
    [
        ("connector", "max_current", ["rated_amps"], ["target_amps"]),
        ("connector", "set_point_current", ["limits", "now_a"], ["limits", "max_a"]),
        ("connector", "active_power", ["currentPower"], ["current"]),
        ("zone", "set_point_power", ["allowed", "kw"], ["allowed", "a"]),
        ("station", "disconnected_authentication_mode", ["auth", "offline"], ["auth", "online"]),
        ("station", "version", ["firmware"], ["ocppVersion"]),
        ("connector", "error_code", ["fault"], ["state"]),
    ],
)
def test_one_name_says_a_field_better_than_another(table: str, field: str, better: list[str], worse: list[str]) -> None:
    assert score(meaning(table, field), better) > score(meaning(table, field), worse)


@pytest.mark.parametrize(
    ("current", "power", "expected"),
    [
        ((16.0, 32.0), (3.68, 7.36), ("kW", "A")),
        ((16.0, 32.0), (3680.0, 7360.0), ("W", "A")),
        ((16000, 32000), (3680, 7360), ("W", "mA")),
        ((16000, 32000), (3.68, 7.36), ("kW", "mA")),
    ],
)
def test_power_over_current_tells_both_units(current: Any, power: Any, expected: tuple[str, str]) -> None:  # noqa: ANN401 - numbers
    watts, amps = units.of_three(column("p", *power), column("i", *current))
    assert watts is not None
    assert amps is not None
    assert (watts.unit, amps.unit) == expected


def test_a_name_that_contradicts_the_values_is_not_sure() -> None:
    found = units.of_current("connector", column("max_ma", 16, 32))
    assert (found.unit, found.sure) == ("A", False)


@pytest.mark.parametrize(("growth", "unit"), [(1.1, "kWh"), (950.0, "Wh")])
def test_energy_that_grows_with_power_tells_its_unit(growth: float, unit: str) -> None:
    found = units.of_energy(column("e", 10, 20), growth)
    assert (found.unit, found.sure) == (unit, True)


@pytest.mark.parametrize("growth", [None, 30.0])
def test_energy_that_does_not_grow_so_is_asked(growth: float | None) -> None:
    assert not units.of_energy(column("e", 10, 20), growth).sure


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("L1", "mono1"),
        (["L1", "L2", "L3"], "tri"),
        (123, "tri"),
        ("three_phase", "tri"),
        ("1P-L2", "mono2"),
        ("T", "mono3"),
        ("delta", None),
        (None, None),
    ],
)
def test_words_for_phases(value: Any, expected: str | None) -> None:  # noqa: ANN401 - values of any kind
    assert phase_word(value) == expected


def statuses(*words: str) -> tuple[dict[str, Any], list[str], Choice]:
    choice = Choice("connectors", "status", "st", Confidence.HIGH)
    tables: dict[str, dict[str, Any]] = {}
    unknown = vocabularies.read(choice, column("st", *words), "status", tables)
    return next(iter(tables.values()), {}), unknown, choice


def test_words_for_statuses_that_are_like_known_ones_are_likely() -> None:
    table, unknown, choice = statuses("isFree", "energyFlowing", "WAIT_CAR", "haltByGrid")
    assert table["isFree"] == "available"
    assert table["WAIT_CAR"] == "suspendedEV"
    assert unknown == ["haltByGrid"]
    assert choice.confidence is Confidence.LIKELY


def test_of_two_words_that_would_mean_the_same_one_means_what_has_no_word_and_that_is_asked() -> None:
    table, _, choice = statuses("INOPERATIVE", "OUTOFORDER", "AVAILABLE")
    assert table == {"INOPERATIVE": "unavailable", "OUTOFORDER": "faulted", "AVAILABLE": "available"}
    assert choice.confidence is Confidence.ASKED


def test_the_contracts_own_words_need_no_table() -> None:
    assert statuses("available", "suspendedEVSE")[0] == {}


def test_an_element_of_a_list_is_called_by_the_name_that_it_has() -> None:
    found = flatten([({"m": [{"n": "L1", "w": 1}, {"n": "L2", "w": 2}, {"n": "L3", "w": 3}], "x": [4, 5]}, ())])
    scalars = [one.path for one in found if not isinstance(one.values[0], dict | list)]
    assert scalars == ["m[n=L1].w", "m[n=L2].w", "m[n=L3].w", "x[0]", "x[1]"]
    (three,) = threes(found)
    assert three.paths == ("m[n=L1].w", "m[n=L2].w", "m[n=L3].w")


def test_what_is_called_a_secret_is_not_looked_at() -> None:
    found = flatten([({"name": "a", "ocppPassword": "x", "auth": {"psk": "y", "authorizationKey": "z"}}, ())])
    assert {value for one in found for value in one.here if isinstance(value, str)} == {"a"}


def test_what_is_absent_is_not_null() -> None:
    (found,) = flatten([({"a": None}, ()), ({}, ())])
    assert found.values == (None, ABSENT)


def test_lists_are_found_in_envelopes_in_one_another_and_at_keys() -> None:
    plug = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    zone = {"id": 1, "name": "z", "fuse": 2, "plugs": {"p1": plug, "p2": plug}}
    found = lists_in(Document("/x", {"data": {"items": [zone]}}))
    assert [(one.items, len(one.objects)) for one in found] == [("data.items", 1), ("plugs", 2)]
    assert found[1].objects[0][0]["$key"] == "p1"
    assert found[1].inside is found[0]


def test_no_column_serves_two_fields() -> None:
    found = assign("connector", [column("id", 1, 2), column("max_a", 16, 32), column("limit_a", 10, 20)])
    paths = [path for one in found.values() for path in one.paths]
    assert len(paths) == len(set(paths))


def test_an_openapi_document_tells_how_a_reduction_is_written() -> None:
    class Offered:
        base = "/api"
        openapi = {  # noqa: RUF012 - never changed
            "paths": {
                "/api/areas/{areaId}/curtailment": {
                    "put": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/schemas/Cut"}}}}},
                    "delete": {},
                },
            },
            "schemas": {"Cut": {"properties": {"percent": {"type": "number"}, "until": {"type": "string"}}}},
        }

    found = openapi.writes(Offered(), None, {})  # type: ignore[arg-type] # only what it looks at
    assert found["reduction"] == {
        "path": "/areas/{id}/curtailment",
        "method": "PUT",
        "body": {"percent": "{taken}", "until": "{validity}"},
        "clear": {"path": "/areas/{id}/curtailment", "method": "DELETE"},
    }


@pytest.mark.parametrize(
    ("table", "field", "keys"),
    [
        ("connector", "max_current", ["Maximalstrom"]),
        ("connector", "set_point_power", ["Sollleistung_kW"]),
        ("station", "serial_number", ["numéro_de_série"]),
        ("connector", "rms_current", ["mesures", "intensité_A"]),
        ("zone", "number_of_transactions", ["ricariche_attive"]),
        ("connector", "active_energy", ["energia_totale_kWh"]),
        ("connector", "set_point_current", ["corriente_asignada"]),
        ("station", "authentication_mode", ["modo_de_acceso"]),
        ("connector", "max_power", ["maximaal_vermogen_kW"]),
        ("station", "connected", ["bereikbaar"]),
    ],
)
def test_a_name_is_understood_in_other_languages(table: str, field: str, keys: list[str]) -> None:
    assert score(meaning(table, field), keys) >= 0.6


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("frei", "lädt", "gestört"), ["available", "charging", "faulted"]),
        (("libre", "en_charge", "en_panne"), ["available", "charging", "faulted"]),
        (("libera", "in carica", "guasta"), ["available", "charging", "faulted"]),
        (("disponible", "cargando", "averiado"), ["available", "charging", "faulted"]),
        (("vrij", "laden", "storing"), ["available", "charging", "faulted"]),
    ],
)
def test_statuses_are_understood_in_other_languages(words: tuple[str, ...], expected: list[str]) -> None:
    choice, tables = Choice("connectors", "status", "s", Confidence.HIGH), {}
    assert vocabularies.read(choice, column("s", *words), "status", tables) == []
    assert list(tables["connector_status"].values()) == expected


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        (["meterReadings", "totalActivePower", "watts"], "set_point_power"),
        (["allocation", "kW"], "active_power"),
    ],
)
def test_a_measured_value_is_no_set_point_and_a_set_point_is_not_measured(keys: list[str], field: str) -> None:
    assert score(meaning("connector", field), keys) < 0.6


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("SINGLE_PHASE_B", "mono2"),
        ("third", "mono3"),
        ("all-three", "tri"),
        ("Drehstrom", "tri"),
        ("troisième", "mono3"),
    ],
)
def test_phases_are_named_by_letters_and_ordinals(word: str, meant: str) -> None:
    assert phase_word(word) == meant


def test_a_number_that_counts_on_over_stations_is_none_of_a_station() -> None:
    stations = ("a", "a", "b", "b")
    assert counts_on(column("index", 1, 2, 3, 4), stations)
    assert not counts_on(column("position", 1, 2, 1, 2), stations)


def test_an_object_that_stands_at_every_zone_says_by_a_word_that_there_is_no_reduction() -> None:
    said = column("mode", "INACTIVE", "PERCENT", "INACTIVE")
    assert standing.nothing([column("until", "x", "y", "z"), said]) == {"mode": ["INACTIVE"]}
    assert standing.nothing([column("kind", "SOFT", "HARD", "SOFT")]) == {}


def test_an_object_of_a_list_at_numbers_is_not_the_controller() -> None:
    one = {"name": "Box", "firmware_version": "1.1.0", "serial": "s", "model": "m", "ip": "x"}
    stations = {"1": one, "2": one, "3": one}
    survey = Survey()
    assert systems.find(survey, [Document("/stations", stations), Document("/all", {"stations": stations})], []) is None
    assert survey.choices["system.version"].said == {"value": ""}


@pytest.mark.parametrize("found", ["authentication_mode", "disconnected_authentication_mode"])
def test_one_of_two_ways_to_authenticate_is_not_sure_alone(found: str) -> None:
    survey = Survey(matched={"stations": {found: Match(column("access", "all"), 1.0, 1.0, 1.0)}})
    choice = survey.add(Choice("stations", found, "access", Confidence.HIGH))
    checks.hang_together(survey, Roles({}, {}))
    assert choice.confidence is Confidence.ASKED
