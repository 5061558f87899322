"""Writes: requests that a profile gives as templates, and what becomes of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from evce_connector.evce.dialect.writes import rounding

from tests.evce_connector.evce.dialect.told import PLAIN, Told, api_of, connector, edited, read, site, station, zone

BODY = {"value": 10.0, "type": "percentage", "validity": "2027-01-01T00:00:00Z", "validityMode": "absolute"}
ZONE_BODY = 'body = { value = "{taken}", validity = "{validity}" }'
PLUG_BODY = 'body = { available = "{available}" }'
REDUCTION, AVAILABILITY = "PUT /zones/1/reduction", "PUT /connectors/1/availability"


def told(*connectors: dict[str, Any], **more: Any) -> Told:  # noqa: ANN401 - JSON
    documents = site(connectors=list(connectors) or None) | {REDUCTION: None, "DELETE /zones/1/reduction": None}
    return Told(documents | {AVAILABILITY: {}} | more)


def whole(said: str) -> str:
    """Return what a body says, and an amount where that says none: a reduction has to have one."""
    return said if re.search(r"\{(taken|left|limit_)\w*\}", said) else f'{said}", amount = "{{taken}}'


def reduced(said: str, body: dict[str, Any] | None = None, controller: Told | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return the request that a reduction becomes, when a profile says so of it."""
    controller = controller or told()
    api_of(edited((ZONE_BODY, said))).put_reduction(controller, 1, body or BODY)
    return controller.requests[-1]


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("{taken}", 10),
        ("{left}", 90),
        ("{limit_a}", 28.8),
        ("{limit_kw}", 19.872),
        ("{limit_w}", 19872),
        ("{taken_share}", 0.1),
        ("{left_share}", 0.9),
        ("{duration}", "PT31536000S"),
        ("{validity}", "2027-01-01T00:00:00Z"),
        ("{seconds}", 31_536_000),
        ("{id}", 1),
        ("{zone}", 1),
        ("{login}", "bms"),
        ("{taken} %", "10 %"),
        ("{limit_a} A until {validity}", "28.8 A until 2027-01-01T00:00:00Z"),
        ("plain", "plain"),
    ],
)
def test_a_placeholder_becomes_its_value(said: str, sent: object) -> None:
    request = reduced(f'body = {{ a = "{whole(said)}" }}')
    assert request.json["a"] == sent
    assert type(request.json["a"]) is type(sent)  # 10 and not 10.0


@pytest.mark.parametrize(("said", "sent"), [("{taken}", 33.3), ("{left}", 66.7), ("{left}!", "66.7!")])
def test_per_cent_that_are_not_whole_are_written_as_they_are(said: str, sent: object) -> None:
    assert reduced(f'body = {{ a = "{said}" }}', BODY | {"value": 33.3}).json == {"a": sent}


@pytest.mark.parametrize(
    ("said", "step", "value", "sent"),
    [
        ("{limit_a}", 1, 10, 28),
        ("{limit_a}", 0.1, 10, 28.8),
        ("{limit_a}", 2, 50, 16),
        ("{limit_kw}", 0.5, 10, 19.5),
        ("{limit_w}", 100, 10, 19800),
        ("{left}", 1, 33.3, 66),
        ("{taken}", 1, 33.3, 34),
        ("{taken}", 5, 35, 35),
        ("{left_share}", 0.01, 33.3, 0.66),
        ("{taken_share}", 0.01, 33.3, 0.34),
        ("{taken}", 7, 99, 100),
        ("{taken_share}", 0.3, 95, 1),
        ("{limit_a}", 10, 0, 32),
        ("{limit_a}", 10, 100, 0),
        ("{left}", 7, 0, 100),
    ],
)
def test_an_amount_that_comes_in_steps_rather_takes_more(said: str, step: float, value: float, sent: float) -> None:
    request = reduced(f'body = {{ a = "{said}", until = "{{validity}}" }}\nround = {step}', BODY | {"value": value})
    assert request.json["a"] == sent


@pytest.mark.parametrize(
    ("said", "step", "per_cent"),
    [
        ("{limit_a}", 1, 3.125),
        ("{limit_kw}", 0.69, 3.125),
        ("{limit_w}", 690, 3.125),
        ("{left}", 1, 1),
        ("{taken_share}", 0.01, 1),
    ],
)
def test_by_how_many_per_cent_a_controller_may_round_is_known(said: str, step: float, per_cent: float) -> None:
    written = read(edited((ZONE_BODY, f'body = {{ a = "{said}" }}\nround = {step}'))).reduction
    assert written is not None
    assert rounding(written, 32) == pytest.approx(per_cent)


def test_a_controller_that_does_not_round_may_not() -> None:
    written = read(PLAIN).reduction
    assert written is not None
    assert rounding(written, 32) == 0


def test_a_body_may_be_nested_and_hold_more_than_placeholders() -> None:
    request = reduced('body = { a = { b = ["{taken}", 5, true], c = "x" } }')
    assert request.json == {"a": {"b": [10, 5, True], "c": "x"}}


@pytest.mark.parametrize(
    ("time", "sent"),
    [
        ("iso", "2027-01-01T00:00:00Z"),
        ("s", 1_798_761_600),
        ("ms", 1_798_761_600_000),
        ("Europe/Paris", "2027-01-01T01:00:00"),
    ],
)
def test_the_validity_is_written_in_the_controllers_form(time: str, sent: object) -> None:
    request = reduced(f'body = {{ a = "{{validity}}", b = "{{taken}}" }}\ntime = "{time}"')
    assert request.json == {"a": sent, "b": 10}


def test_a_form_is_sent_as_texts() -> None:
    request = reduced('send = "form"\nbody = { a = "{taken}", b = true, c = 5 }')
    assert (request.form, request.json) == ({"a": "10", "b": "true", "c": "5"}, None)


def test_a_limit_is_that_of_the_maximum_which_the_zone_had_when_it_was_read_last() -> None:
    controller = told(**{"/zones/1": zone(maxCurrent=64)})
    api = api_of(edited((ZONE_BODY, 'body = { a = "{limit_a}" }'), ("[zones]", '[zones]\none = "/zones/{id}"')))
    api.fetch(controller)
    api.get(controller, "zones", 1)
    api.put_reduction(controller, 1, BODY)
    assert controller.requests[-1].json == {"a": 57.6}
    api.fetch(controller)
    api.put_reduction(controller, 1, BODY)
    assert controller.requests[-1].json == {"a": 28.8}


def test_a_body_may_hold_lists_of_tables() -> None:
    request = reduced('body = { limits = [{ phase = "all", a = ["{limit_a}"] }, [true, [{ until = "{validity}" }]]] }')
    until = "2027-01-01T00:00:00Z"
    assert request.json == {"limits": [{"phase": "all", "a": [28.8]}, [True, [{"until": until}]]]}


def test_values_may_stand_in_the_path_alone() -> None:
    text = edited(
        (ZONE_BODY, 'send = "none"'),
        (
            'path = "/zones/{id}/reduction"\nmethod = "PUT"',
            'path = "/limit/{zone}/{taken}/{validity}"\nmethod = "POST"',
        ),
    )
    controller = told(**{"POST /limit/1/10/2027-01-01T00%3A00%3A00Z": None})
    api_of(text).put_reduction(controller, 1, BODY)
    assert (controller.requests[-1].json, controller.requests[-1].form) == (None, None)


def test_a_reduction_is_taken_away_by_a_request_of_its_own() -> None:
    text = edited(('method = "DELETE"', 'method = "POST"\nbody = { by = "{login}" }'))
    controller = told(**{"POST /zones/1/reduction": None})
    assert api_of(text).delete_reduction(controller, 1) == {}
    assert controller.requests[-1].json == {"by": "bms"}


def test_a_reduction_of_0_is_set_as_any_other_and_not_taken_away() -> None:
    request = reduced('body = { amount = "{taken}" }', BODY | {"value": 0.0})
    assert (request.method, request.path, request.json) == ("PUT", "/zones/1/reduction", {"amount": 0})


def test_ids_are_those_of_the_controller() -> None:
    text = edited(
        *((f"[{name}]", f'[{name}]\nids = "text"') for name in ("zones", "stations", "connectors")),
        ("/connectors/{id}/availability", "/z/{zone}/s/{station}/c/{connector}/{number}"),
        (PLUG_BODY, 'body = { id = "{id}", by = "{login}", on = "{available}" }'),
    )
    documents = site(
        [zone(id="n")], [station(id="g", zoneId="n")], [connector(id="p", stationId="g", logicalConnector="L")]
    )
    controller = Told(documents | {"PUT /z/n/s/g/c/p/L": {}})
    assert api_of(text).put_availability(controller, 1, {"available": True}) == {}
    assert controller.requests[-1].json == {"id": "p", "by": "bms", "on": True}


@pytest.mark.parametrize(("words", "sent"), [("", [True, False]), ('\nwords = "links"', ["on", "off"])])
def test_availability_is_said_in_the_controllers_words(words: str, sent: list[object]) -> None:
    api, controller = api_of(edited((PLUG_BODY, PLUG_BODY + words))), told()
    for available in (True, False):
        api.put_availability(controller, 1, {"available": available})
    assert [request.json for request in controller.requests[-2:]] == [{"available": one} for one in sent]


@pytest.mark.parametrize(
    ("more", "answer", "status"),
    [
        ("", {"result": "Accepted"}, {}),
        ('\nstatus = "result"', {"result": "Accepted"}, {"status": "Accepted"}),
        ('\nstatus = "result"', {}, {}),
        ('\nstatus = "result"', None, {}),
        ('\nstatus = "result"\nstatuses = "outcomes"', {"result": "later"}, {"status": "Scheduled"}),
        ('\nstatus = "result"\nstatuses = "outcomes"', {"result": 2}, {"status": "Rejected"}),
        ('\nstatus = "result"\nstatuses = "outcomes"', {"result": "odd"}, {"status": "odd"}),
    ],
)
def test_what_became_of_availability_is_found_in_the_answer(more: str, answer: object, status: object) -> None:
    text = edited((PLUG_BODY, PLUG_BODY + more)) + '[words.outcomes]\nlater = "Scheduled"\n2 = "Rejected"\n'
    assert api_of(text).put_availability(told(**{AVAILABILITY: answer}), 1, {"available": True}) == status


@pytest.mark.parametrize(
    ("said", "body", "system", "maximum", "why"),
    [
        ("{limit_a}", BODY, {}, None, "the controller has to be told limit_a, which is not known"),
        ("{limit_a}", BODY, {}, 0, "the controller has to be told limit_a, which is not known"),
        ("{taken}", BODY | {"value": None}, {}, 32, "None is no reduction in per cent"),
        ("{validity}", BODY | {"validity": "soon"}, {}, 32, "soon"),
        ("{limit_kw}", BODY, {}, None, "the controller has to be told limit_kw, which is not known"),
        ("{duration}", BODY, {"time": "soon"}, 32, "for how many seconds, and its clock cannot be read"),
        ("{seconds}", BODY, {"time": "soon"}, 32, "for how many seconds, and its clock cannot be read"),
        ("{seconds}", BODY, {"time": "2027-01-01T00:00:00Z"}, 32, "the validity 2027-01-01T00:00:00Z has passed"),
    ],
)
def test_a_write_that_lacks_a_value_is_refused_and_never_sent(
    said: str, body: dict[str, Any], system: dict[str, Any], maximum: object, why: str
) -> None:
    controller = Told(site(zones=[zone(maxCurrent=maximum)], **system) | {REDUCTION: None})
    with pytest.raises(ValueError, match=why):
        reduced(f'body = {{ a = "{whole(said)}" }}', body, controller)
    assert REDUCTION not in controller.asked


def test_a_connector_without_a_number_of_its_own_is_not_written_by_it() -> None:
    bare = {name: value for name, value in connector().items() if name != "logicalConnector"}
    text = edited(("/connectors/{id}/availability", "/connectors/{id}/{number}"))
    with pytest.raises(ValueError, match="told number, which is not known"):
        api_of(text).put_availability(told(bare), 1, {"available": True})


def test_a_connector_of_an_unknown_station_is_not_written_by_it() -> None:
    text = edited(("/connectors/{id}/availability", "/zones/{zone}/stations/{station}/{id}"))
    with pytest.raises(ValueError, match="told station, zone, which is not known"):
        api_of(text).put_availability(told(connector(stationId=9)), 1, {"available": True})


@pytest.mark.parametrize("available", [None, "yes", 1])
def test_availability_is_true_or_false(available: object) -> None:
    with pytest.raises(ValueError, match="available has to be true or false"):
        api_of(PLAIN).put_availability(told(), 1, {"available": available})


def test_an_object_that_is_in_no_list_is_not_written() -> None:
    api, controller = api_of(PLAIN), told()
    why = "9 is not among the {} of the controller's last list"
    with pytest.raises(ValueError, match=why.format("zones")):
        api.put_reduction(controller, 9, BODY)
    with pytest.raises(ValueError, match=why.format("zones")):
        api.delete_reduction(controller, 9)
    with pytest.raises(ValueError, match=why.format("connectors")):
        api.put_availability(controller, 9, {"available": True})
    assert all(request.method == "GET" for request in controller.requests)


def test_what_a_profile_does_not_write_is_refused() -> None:
    text = PLAIN[: PLAIN.index("[reduction]")]
    api, controller = api_of(text), told()
    with pytest.raises(ValueError, match=r"the profile 'p.toml' has no table \[reduction\]"):
        api.put_reduction(controller, 1, BODY)
    with pytest.raises(ValueError, match=r"no table \[reduction\]"):
        api.delete_reduction(controller, 1)
    with pytest.raises(ValueError, match=r"no table \[availability\]"):
        api.put_availability(controller, 1, {"available": True})
    assert controller.requests == []


def test_a_write_after_a_poll_asks_for_no_list() -> None:
    api, controller = api_of(PLAIN), told()
    api.fetch(controller)
    api.put_reduction(controller, 1, BODY)
    assert controller.asked[4:] == [REDUCTION]
