"""Faults are raised in the contract's terms and reach whoever speaks a dialect."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from evce_simulator import ManualClock

from tests.evce_simulator.conftest import Client

Plain = Callable[..., Client]


def test_a_status_hits_the_calls_of_the_contract_behind_the_dialects(areas: Client) -> None:
    areas.simulator.inject("unavailable", path="/connectors", retry_after=7)
    assert areas.get("/areas").status_code == 200
    answer = areas.get("/chargers")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert answer.headers["Content-Type"] == "application/problem+json"
    areas.simulator.clear_faults()
    assert areas.get("/chargers").status_code == 200


def test_an_odd_field_arrives_odd_at_its_place(onedoc: Client) -> None:
    onedoc.simulator.inject("text-field", field="activePower", value="n/a", path="/connectors")
    onedoc.simulator.inject("null-field", field="maxCurrent", path="/zones")
    group = onedoc.json("/site.json")["site"]["groups"][0]
    assert group["fuse"] is None
    assert [one["w"] for one in group["points"][0]["sockets"][0]["meter"]] == ["n/a", "n/a", "n/a"]


def test_a_field_that_is_missing_is_missing_at_its_place(areas: Client) -> None:
    areas.simulator.inject("missing-field", field="activeEnergy")
    outlet = areas.json("/chargers")["data"]["items"][0]["outlets"][0]
    assert "energy" not in outlet["meter"]


def test_an_object_with_its_id_alone_stays_where_it_was(onedoc: Client) -> None:
    onedoc.json("/site.json")
    onedoc.simulator.inject("missing-fields", path="/stations")
    groups = onedoc.json("/site.json")["site"]["groups"]
    assert [(one["no"], len(one["sockets"])) for one in groups[0]["points"]] == [(1, 1)]
    assert "alias" not in groups[0]["points"][0]


def test_numbers_as_text_and_texts_as_numbers_arrive_so(areas: Client) -> None:
    areas.simulator.inject("wrong-types", path="/zones")
    area = areas.json("/areas")["data"]["items"][0]
    assert (area["limits"]["current"]["max"], area["title"], area["kind"]) == ("100 units", 7, 7)


@pytest.mark.parametrize(("name", "content"), [("html", "text/html"), ("short-json", "application/json")])
def test_an_answer_that_is_no_json_is_given_as_it_is(areas: Client, name: str, content: str) -> None:
    areas.simulator.inject(name)
    answer = areas.get("/areas")
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, content)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize("name", ["reset", "empty-reply", "truncated-json"])
def test_a_connection_is_cut_for_the_dialect_too(areas: Client, name: str) -> None:
    areas.simulator.inject(name, calls=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        areas.get("/areas")
    assert areas.get("/areas").status_code == 200


def test_a_kept_connection_ends_with_the_dialects_next_call(onedoc: Client) -> None:
    onedoc.simulator.inject("dropped-keep-alive", calls=1)
    answer = onedoc.get("/site.json")
    assert (answer.status_code, answer.headers["Connection"]) == (200, "keep-alive")
    with pytest.raises(requests.exceptions.ConnectionError):
        onedoc.get("/site.json")


@pytest.mark.parametrize(("name", "status"), [("expired-token", 401), ("refused-token", 403), ("unauthorized", 401)])
def test_a_token_that_is_refused_is_told_as_the_dialect_tells_it(areas: Client, name: str, status: int) -> None:
    areas.simulator.inject(name, path="/zones*")
    answer = areas.get("/areas")
    assert answer.status_code == status
    assert answer.headers.get("WWW-Authenticate", "") in ("", 'Bearer realm="EVCE"')


def test_an_odd_life_of_a_token_is_told(areas: Client) -> None:
    areas.simulator.inject("odd-expiry", value="soon")
    form = {"grant_type": "password", "username": "bms", "password": "secret"}
    assert areas.send("POST", "/oauth/token", data=form).json()["expires_in"] == "soon"


def test_a_changed_password_closes_the_dialect(onedoc: Client) -> None:
    onedoc.simulator.inject("rotated-password", password="another")
    assert onedoc.get("/site.json").status_code == 401
    assert onedoc.get("/site.json", headers={"X-API-Key": "another"}).status_code == 200


def test_a_list_without_objects_comes_without_them(areas: Client) -> None:
    areas.simulator.inject("empty-list", path="/zones")
    assert areas.json("/areas")["data"] == {"items": [], "paging": {"count": 0}}


def test_a_list_that_moves_between_pages_moves_in_a_dialect_with_offsets(plain: Plain) -> None:
    pages = 'pages = { by = "offset", key = "offset", size_key = "limit", size = 10, total = "all" }'
    client = plain(('path = "/zones"\nitems = "items"', f'path = "/zones"\nitems = "items"\n{pages}'))
    client.simulator.inject("shifting-list")
    first, second = client.json("/zones?offset=0"), client.json("/zones?offset=2")
    assert ([one["id"] for one in first["items"]], first["all"]) == ([1, 2], 3)
    assert (second["items"], second["all"]) == ([], 2)


def test_the_journal_notes_the_contracts_calls_and_every_refusal(onedoc: Client, clock: ManualClock) -> None:
    onedoc.json("/site.json")
    clock.advance(15)
    onedoc.get("/site.json", headers={"X-API-Key": "x"})
    journal = onedoc.simulator.journal
    assert [entry.path for entry in journal.entries(status=200)] == ["/system", "/zones", "/stations", "/connectors"]
    assert [entry.path for entry in journal.entries(status=401)] == ["/system"]
    assert journal.intervals("/system") == [15]
