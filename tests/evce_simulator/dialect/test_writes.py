"""What a dialect writes arrives on the living site, and what does not fit is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.evce_simulator.conftest import Client

Plain = Callable[..., Client]
BODY = 'body = { value = "{taken}", until = "{validity}" }'
SEVEN = "2026-01-05T07:00:00Z"
Z1, OUTLET = "05a46ca5-59a9-5f75-88ae-f8203b2bc94d", "4e457702-1222-5277-807c-c9e54b3ac191"


def reduction(client: Client, zone: int = 1) -> tuple[float, str] | None:
    """Return value and validity of a zone's reduction on the site itself, in the contract's terms."""
    found = client.simulator.model.zone(zone)["reduction"]
    return found and (found["value"], found["validity"])


def test_areas_reduces_a_zone_and_shows_it(areas: Client) -> None:
    answer = areas.send("PATCH", f"/areas/{Z1}/curtailment", json={"share_left": 75, "ends": SEVEN})
    assert answer.status_code == 200, answer.text
    assert reduction(areas) == (25, SEVEN)
    area = answer.json()["data"]
    assert (area["limits"]["current"]["now"], area["limits"]["power"]["now"]) == (75, 51000)
    assert area["curtailment"] == {"share_left": 75, "ends": SEVEN, "reason": "external-reduction@bmsApi-1-Z1"}
    assert areas.json(f"/areas/{Z1}")["data"] == area
    assert areas.simulator.journal.count("PUT", "/zones/1/reduction", 200) == 1


def test_areas_takes_a_reduction_away(areas: Client) -> None:
    answer = areas.send("DELETE", f"/areas/{Z1}/curtailment")
    assert (answer.status_code, answer.json()["data"]["curtailment"]) == (200, None)
    assert reduction(areas) is None


def test_areas_blocks_a_connector_and_says_what_became_of_it(areas: Client) -> None:
    answer = areas.send("POST", f"/outlets/{OUTLET}/commands", json={"command": "disable"})
    assert answer.json() == {"data": {"outcome": "done"}}
    assert areas.simulator.model.connector(1)["available"] is False
    outlet = areas.json(f"/outlets/{OUTLET}")["data"]
    assert (outlet["operative"], outlet["state"]) == ("no", "BLOCKED")


def test_areas_says_in_its_own_words_that_a_station_refuses(areas: Client) -> None:
    areas.simulator.model.reject_availability(1)
    answer = areas.send("POST", f"/outlets/{OUTLET}/commands", json={"command": "disable"})
    assert answer.json() == {"data": {"outcome": "refused"}}


def test_links_limits_a_zone_in_amperes_for_so_long(links: Client) -> None:
    answer = links.put(f"/sectors/{Z1}/cap", {"limits": [{"wires": "all", "amps": 62.5}], "lasts": "PT1H"})
    assert answer.status_code == 200, answer.text
    assert reduction(links) == (37.5, SEVEN)
    cap = answer.json()["cap"]
    assert (cap["amps"], cap["remaining"]) == (62.5, "PT1H0M0S")


def test_links_says_what_is_wrong_in_its_own_place(links: Client) -> None:
    answer = links.put(f"/sectors/{Z1}/cap", {"limits": [{"wires": "one", "amps": 62.5}], "lasts": "PT1H"})
    said = "The field limits[0].wires must be 'all', not 'one'."
    assert (answer.status_code, answer.json()) == (400, {"errors": [{"message": said}]})


def test_links_takes_a_limit_away_and_blocks_a_connector(links: Client) -> None:
    assert links.send("DELETE", f"/sectors/{Z1}/cap").json()["cap"] is None
    answer = links.send("PATCH", f"/plugs/{OUTLET}", json={"enabled": False})
    assert answer.json() == {"result": {"word": "carried-out"}}
    assert links.simulator.model.connector(1)["available"] is False


def test_onedoc_reduces_a_zone_until_an_instant_in_milliseconds(onedoc: Client) -> None:
    body = {"percent": 25, "until": 1767596400000, "kind": "percentage"}
    assert onedoc.put("/site/groups/1/limit", body).json()["limit"]["until"] == 1767596400000
    assert reduction(onedoc) == (25, SEVEN)
    group = onedoc.json("/site.json")["site"]["groups"][0]
    assert (group["limit"]["percent"], group["allowed"]["a"]) == (25, 75)


def test_onedoc_takes_a_reduction_away(onedoc: Client) -> None:
    assert onedoc.send("DELETE", "/site/groups/1/limit").json()["limit"] is None
    assert reduction(onedoc) is None


def test_onedoc_blocks_a_connector_by_its_number_on_its_station(onedoc: Client) -> None:
    answer = onedoc.send("POST", "/site/points/1/sockets/1", json={"enabled": 0})
    assert answer.json() == {"result": "Accepted"}
    assert onedoc.simulator.model.connector(1)["available"] is False


def test_a_connector_that_is_not_on_its_station_is_not_found(onedoc: Client) -> None:
    answer = onedoc.send("POST", "/site/points/1/sockets/9", json={"enabled": 0})
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no connector 9 at station 1.")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"share_left": 75}, 400, "The field ends is missing."),
        (
            {"share_left": 75, "ends": SEVEN, "why": "x"},
            400,
            "The field why is unknown; the fields are share_left, ends.",
        ),
        ({"share_left": "most", "ends": SEVEN}, 400, "The field share_left cannot be used: 'most' is no number."),
        ({"share_left": True, "ends": SEVEN}, 400, "The field share_left cannot be used: True is no number."),
        ({"share_left": 75, "ends": "soon"}, 400, "The field ends cannot be used: Invalid isoformat string: 'soon'."),
        ({"share_left": 75, "ends": 7}, 400, "The field ends cannot be used: 7 is no instant."),
        ({"share_left": 150, "ends": SEVEN}, 422, "value must be from 0 to 100 per cent, not -50."),
        ([], 400, "The body must be a JSON object."),
    ],
)
def test_a_reduction_that_does_not_fit_is_refused_and_nothing_changes(
    areas: Client, body: object, status: int, said: str
) -> None:
    answer = areas.send("PATCH", f"/areas/{Z1}/curtailment", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (status, said)
    assert reduction(areas) == (10, "2149-12-16T08:27:56Z")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"command": "off"}, "The field command must be one of enable, disable, not 'off'."),
        ({"command": {"off": 1}}, "The field command must be one of enable, disable, not {'off': 1}."),
        ({"order": "disable"}, "The field order is unknown; the fields are command."),
    ],
)
def test_a_command_that_does_not_fit_is_refused_by_its_field(areas: Client, body: object, said: str) -> None:
    answer = areas.send("POST", f"/outlets/{OUTLET}/commands", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (400, said)


def test_a_constant_of_a_body_must_be_as_the_profile_has_it(onedoc: Client) -> None:
    answer = onedoc.put("/site/groups/1/limit", {"percent": 25, "until": 1767596400000, "kind": "amperes"})
    assert answer.json()["detail"] == "The field kind must be 'percentage', not 'amperes'."


def test_a_body_that_is_no_json_is_refused(areas: Client) -> None:
    headers = {"Content-Type": "application/json"}
    answer = areas.send("PATCH", f"/areas/{Z1}/curtailment", data="{", headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (400, "The body is not JSON.")


def test_a_request_without_a_body_refuses_one(areas: Client) -> None:
    answer = areas.send("DELETE", f"/areas/{Z1}/curtailment", json={"all": True})
    assert (answer.status_code, answer.json()["detail"]) == (400, "This request has no body; send none.")


@pytest.mark.parametrize(
    ("body", "time", "sent", "value", "validity"),
    [
        ('{ left = "{left}", at = "{validity}" }', "s", {"left": 60, "at": 1767596400}, 40, SEVEN),
        ('{ a = "{limit_a}", for = "{seconds}" }', "iso", {"a": 75, "for": 3600}, 25, SEVEN),
        (
            '{ l = { w = "{taken} %" }, b = "{login}" }',
            "iso",
            {"l": {"w": "25 %"}, "b": "bms"},
            25,
            "9999-12-31T00:00:00Z",
        ),
        (
            '{ l = [{ phase = "all", a = "{limit_a}" }, [5, "{validity}"]] }',
            "iso",
            {"l": [{"phase": "all", "a": 75}, [5, SEVEN]]},
            25,
            SEVEN,
        ),
        ('{ a = "{limit_kw}", for = "{duration}" }', "iso", {"a": 51.75, "for": "PT1H"}, 25, SEVEN),
        ('{ a = "{limit_w}", for = "{duration}" }', "iso", {"a": 51750, "for": "PT30M1800S"}, 25, SEVEN),
        ('{ a = "{taken_share}", at = "{validity}" }', "iso", {"a": 0.25, "at": SEVEN}, 25, SEVEN),
        ('{ a = "{left_share}", at = "{validity}" }', "iso", {"a": 0.75, "at": SEVEN}, 25, SEVEN),
        (
            '{ value = "{taken}", until = "{validity}" }',
            "Europe/Paris",
            {"value": 12.5, "until": "2026-01-05T08:00:00"},
            12.5,
            SEVEN,
        ),
    ],
    ids=[
        "left",
        "amperes",
        "within a text, without an end",
        "within lists",
        "kilowatts, a duration",
        "watts, another duration",
        "a share",
        "a share that is left",
        "a zone's time",
    ],
)
def test_a_reduction_is_read_as_the_profile_writes_it(
    plain: Plain, body: str, time: str, sent: object, value: float, validity: str
) -> None:
    client = plain((BODY, f'body = {body}\ntime = "{time}"'))
    answer = client.put("/zones/1/reduction", sent)
    assert answer.status_code == 200, answer.text
    assert reduction(client) == (value, validity)


@pytest.mark.parametrize(
    ("amount", "sent", "value"),
    [("taken", 24.4, 24), ("taken", 24.5, 25), ("limit_a", 71.2, 29), ("left", 70, 30), ("left", 100, 0)],
)
def test_an_amount_is_rounded_to_the_steps_of_the_profile(plain: Plain, amount: str, sent: float, value: float) -> None:
    client = plain((BODY, f'body = {{ value = "{{{amount}}}", until = "{{validity}}" }}\nround = 1'))
    assert client.put("/zones/1/reduction", {"value": sent, "until": SEVEN}).status_code == 200
    assert reduction(client) == (value, SEVEN)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([], "The field l must be a list of 1."),
        ({}, "The field l must be a list of 1."),
        ([5], "The field l[0] must be an object."),
        ([{}], "The field l[0].a is missing."),
        ([{"a": "much"}], "The field l[0].a cannot be used: 'much' is no number."),
    ],
)
def test_what_does_not_fit_within_a_list_is_named_with_its_place(plain: Plain, sent: object, said: str) -> None:
    answer = plain((BODY, 'body = { l = [{ a = "{taken}" }] }')).put("/zones/1/reduction", {"l": sent})
    assert (answer.status_code, answer.json()["detail"]) == (400, said)


@pytest.mark.parametrize("said", ["1 hour", "P", "PT", "PT1.5H", "P1Y", 60, None])
def test_a_duration_that_is_none_is_refused(plain: Plain, said: object) -> None:
    client = plain((BODY, 'body = { value = "{taken}", for = "{duration}" }'))
    answer = client.put("/zones/1/reduction", {"value": 20, "for": said})
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        f"The field for cannot be used: {said!r} is no duration such as PT1H30M.",
    )


def test_a_form_is_read_as_numbers_and_words(plain: Plain) -> None:
    client = plain((BODY, f'{BODY}\nsend = "form"'), ("body = { available =", 'send = "form"\nbody = { available ='))
    assert client.send("PUT", "/zones/1/reduction", data={"value": "12.5", "until": SEVEN}).status_code == 200
    assert client.send("PATCH", "/connectors/1", data={"available": "false"}).json()["available"] is False
    assert reduction(client) == (12.5, SEVEN)


def test_a_clear_may_be_a_reduction_with_other_constants(plain: Plain) -> None:
    clear = '[reduction.clear]\npath = "/zones/{id}/reduction"\nmethod = "PUT"\nbody = { value = 0, until = "never" }'
    client = plain(('[reduction.clear]\npath = "/zones/{id}/reduction"\nmethod = "DELETE"', clear))
    assert client.put("/zones/1/reduction", {"value": 30, "until": SEVEN}).status_code == 200
    assert reduction(client) == (30, SEVEN)
    assert client.put("/zones/1/reduction", {"value": 0, "until": "never"}).status_code == 200
    assert reduction(client) is None


def test_the_object_that_is_meant_may_stand_in_the_body(plain: Plain) -> None:
    old = 'path = "/connectors/{id}"\nmethod = "PATCH"\nbody = { available = "{available}" }'
    new = 'path = "/do"\nmethod = "POST"\nbody = { plug = "{connector}", on = "{available}" }'
    client = plain((old, new))
    assert client.send("POST", "/do", json={"plug": 1, "on": False}).status_code == 200
    assert client.simulator.model.connector(1)["available"] is False


def test_a_write_to_a_zone_that_is_not_there_is_the_contracts_problem(plain: Plain) -> None:
    answer = plain().put("/zones/9/reduction", {"value": 30, "until": SEVEN})
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no zone with id 9.")


def test_a_write_to_a_station_that_is_lost_is_the_contracts_problem(onedoc: Client) -> None:
    onedoc.simulator.model.disconnect(1)
    answer = onedoc.send("POST", "/site/points/1/sockets/1", json={"enabled": 0})
    assert answer.status_code == 409
    assert "EVSimu1 is not connected" in answer.json()["detail"]
