"""The probe on dialects that others invented without sight of it: how much is right, and that nothing wrong is sure."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from evce_connector.probe.dialect import walk

from tests.evce_connector.probe.dialect.measuring import Measure, look, measure, served
from tests.support.at_length import shortened

INVENTED = Path(__file__).parents[3] / "invented"
PROBED = INVENTED / "probed"
"""Dialects that the probe alone is tried on: they say less of a site than the contract does, as constants and sums."""
SCOPE = {"kind": "oauth2", "path": "/oauth2/token", "client": "form", "scope": "smart_charging"}
PATHS = {"zones": "/depot/topology", "stations": "/depot/topology", "connectors": "/realtime/guns"}
GRANT = {"data": {"type": "grants", "attributes": {"principal": "{login}", "secret": "{password}"}}}
GRANTED = {"kind": "token", "path": "/auth/grants", "send": "json", "fields": GRANT, "token": "data.attributes.bearer"}
DEPOT = {"login": GRANTED, "zones": "/feeders", "stations": "/cabinets", "connectors": "/dispensers"}
TOLD = tomllib.loads((Path(__file__).parent / "technicians.toml").read_text(encoding="utf-8"))
ANSWERS: dict[str, dict[str, Any]] = {"polder": {"login": SCOPE}, "harbourline": PATHS, "kilodock": DEPOT, **TOLD}
"""What nobody who asks the controller can know: the scope of a client, paths of two words, a login that is nested."""
RIGHT = {
    "adige": 49,
    "carrowmore": 44,
    "elgora": 48,
    "fjordhus": 49,
    "harbourline": 42,
    "kestrel": 47,
    "kilodock": 44,
    "kolbenek": 39,
    "kurrajong": 37,
    "lakeside": 48,
    "linghui": 31,
    "norrstyr": 47,
    "polder": 49,
    "trauntal": 41,
}
"""Of those after kilodock in time, carrowmore and trauntal stand as they came, with nothing changed for them."""
REQUESTS = {
    "adige": 140,
    "carrowmore": 190,
    "elgora": 290,
    "fjordhus": 310,
    "harbourline": 460,
    "kestrel": 230,
    "kilodock": 120,
    "kolbenek": 170,
    "kurrajong": 60,
    "lakeside": 210,
    "linghui": 190,
    "norrstyr": 170,
    "polder": 310,
    "trauntal": 180,
}
UNASKED = {
    "kolbenek": {"connectors.dc", "reduction.type"},
    "kurrajong": {"stations.friendly_name", "connectors.phase_connection"},
    "linghui": {"connectors.dc", "connectors.max_power"},
    "norrstyr": {"connectors.fixed_set_point"},
    "trauntal": {"connectors.fixed_set_point"},
}
"""What is wrong, likely and not asked: as far as the probe goes."""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Find each dialect once; the probe only reads."""

    @cache
    def made(dialect: str) -> Measure:
        profile = str(next(INVENTED.rglob(f"{dialect}.toml")))
        return measure(profile, tmp_path_factory.mktemp(dialect), answers=ANSWERS.get(dialect))

    return made


@pytest.mark.parametrize("dialect", shortened(RIGHT))
def test_so_many_fields_of_49_are_proposed_right(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # the cached function
    assert len(found.right) + len(found.wrong) == 49
    assert len(found.right) >= RIGHT[dialect], found.wrong


@pytest.mark.parametrize("dialect", shortened(RIGHT))
def test_nothing_is_wrong_that_is_sure(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    assert found.wrong_and_sure == []


@pytest.mark.parametrize("dialect", shortened(RIGHT))
def test_nothing_is_wrong_that_is_not_asked(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    assert set(found.wrong_and_not_asked) <= UNASKED.get(dialect, set())


@pytest.mark.parametrize("dialect", shortened(RIGHT))
def test_the_whole_site_is_read_through_a_proposal(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    assert found.found.proof.told.startswith("the whole site was read through it: 6 zones, 40 stations, 70 connectors")


@pytest.mark.parametrize("dialect", shortened(REQUESTS))
def test_the_requests_that_it_takes_are_few(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    assert found.found.requests <= REQUESTS[dialect]


def test_of_a_client_whose_scope_nothing_tells_the_login_alone_is_asked() -> None:
    with served(str(INVENTED / "polder.toml")) as simulator:
        found = look(simulator.url)
    assert [question.name for question in found.questions] == ["login"]
    assert found.questions[0].candidates[0]["path"] == SCOPE["path"]
    assert found.requests < 15


def test_a_login_of_json_api_is_found_from_the_address_alone(tmp_path: Path) -> None:
    found = measure(str(INVENTED / "kilodock.toml"), tmp_path)
    assert found.found.login == "/api/v2/auth/grants takes data, and gives a token"
    assert len(found.right) >= 44
    assert (found.wrong_and_sure, found.wrong_and_not_asked) == ([], [])
    assert found.found.requests <= 290


def test_lists_below_words_that_usually_stand_before_them_are_found(tmp_path: Path) -> None:
    found = measure(str(INVENTED / "harbourline.toml"), tmp_path)
    assert len(found.right) >= 42
    assert (found.wrong_and_sure, found.wrong_and_not_asked) == ([], [])
    assert found.found.requests <= 1100


def test_where_no_list_is_found_its_path_is_asked_before_the_requests_are_spent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walk, "MOST_SEARCHED", 200)
    with served(str(INVENTED / "harbourline.toml")) as simulator:
        found = look(simulator.url)
    assert [question.name for question in found.questions] == ["zones", "stations", "connectors"]
    assert found.requests < 400


@pytest.mark.parametrize(
    ("dialect", "spelled", "unknown"),
    [
        ("elgora", 'key = "str", size_key = "ile"', 'key = "zzq", size_key = "qqz"'),
        (
            "kilodock",
            'key = "page[after]", size_key = "page[size]", size = 50',
            'key = "zzq", size_key = "qqz", size = 20',
        ),
    ],
)
def test_of_pages_whose_parameters_nobody_can_know_they_are_asked_and_nothing_wrong_is_sure(
    tmp_path: Path, dialect: str, spelled: str, unknown: str
) -> None:
    text = (INVENTED / f"{dialect}.toml").read_text(encoding="utf-8")
    assert spelled in text
    file = tmp_path / "paged.toml"
    file.write_text(text.replace(spelled, unknown), encoding="utf-8")
    found = measure(str(file), tmp_path)
    assert "connectors.pages" in {question.name for question in found.found.questions}
    assert found.wrong_and_sure == []


def test_pages_as_answered_are_read_whole_before_fields_are_judged(tmp_path: Path) -> None:
    text = (INVENTED / "elgora.toml").read_text(encoding="utf-8")
    file = tmp_path / "paged.toml"
    file.write_text(text.replace('key = "str", size_key = "ile"', 'key = "zzq", size_key = "qqz"'), encoding="utf-8")
    pages = {"by": "number", "key": "zzq", "size_key": "qqz", "size": 40, "end": 404}
    found = measure(str(file), tmp_path, answers={"stations.pages": pages, "connectors.pages": pages})
    assert "6 zones, 40 stations, 70 connectors" in found.found.proof.told
    assert len(found.right) >= 48
    assert found.wrong_and_sure == []


@pytest.mark.parametrize(
    ("dialect", "asked"),
    [("carrowmore", "headers"), ("trauntal", "headers"), ("linghui", "headers"), ("norrstyr", "login")],
)
def test_what_bars_the_way_is_asked_by_its_name_within_few_requests(dialect: str, asked: str) -> None:
    with served(str(PROBED / f"{dialect}.toml")) as simulator:
        found = look(simulator.url)
    assert [question.name for question in found.questions] == [asked]
    assert found.requests < 60
