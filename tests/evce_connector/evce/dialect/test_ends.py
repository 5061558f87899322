"""Ends of reductions that the controller says as time left, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.evce.dialect.api import DialectApi
from evce_connector.evce.errors import EvceError, EvceRefusalError, EvceUnreachableError

from tests.evce_connector.evce.dialect.told import Told, api_of, edited, reduction, site, zone

VALIDITY = 'validity = "validity"'
NOON, ONE, TWO = "2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z", "2026-01-01T14:00:00Z"
REDUCTION = "PUT /zones/1/reduction"
UNSAID = (f"{VALIDITY}\n", "")
MISSING = "nothing"


def left(time: str, more: str = "") -> tuple[str, str]:
    return VALIDITY, f'validity = {{ at = "left", time = "{time}"{more} }}'


def at(time: object, **said: object) -> dict[str, Any]:
    """Return the documents of a site at a time, whose zone has a reduction of which so much is said."""
    shown = {name: value for name, value in reduction().items() if name != "validity"} | said
    return site(zones=[zone(reduction=shown)], time=time) | {REDUCTION: None, "DELETE /zones/1/reduction": None}


def until(api: DialectApi, told: Told) -> object:
    """Return until when the zone is reduced, by a poll and as a single object, which agree."""
    one: Any = api.fetch(told).zones.objects[0]
    told.documents["/zones/1"] = told.documents["/zones"]["items"][0]
    alone: Any = api.get(told, "zones", 1)
    assert alone == one
    return one["reduction"].get("validity", MISSING)


def put(api: DialectApi, told: Told, value: float = 10, validity: str = ONE) -> None:
    api.put_reduction(told, 1, {"value": value, "validity": validity})


@pytest.mark.parametrize(
    ("time", "said", "expected"),
    [
        ("seconds-left", 3600, ONE),
        ("seconds-left", 3600.4, ONE),
        ("seconds-left", 0, NOON),
        ("seconds-left", "3600", "3600"),
        ("seconds-left", 1e15, 1e15),
        ("duration", "PT1H", ONE),
        ("duration", "PT60M0S", ONE),
        ("duration", "P1DT2H", "2026-01-02T14:00:00Z"),
        ("duration", "1:00:00", "1:00:00"),
        ("duration", "Paris", "Paris"),
        ("duration", 3600, 3600),
        ("duration", None, None),
    ],
)
def test_what_lasts_so_long_ends_then_by_the_controllers_clock(time: str, said: object, expected: object) -> None:
    assert until(api_of(edited(left(time))), Told(at(NOON, left=said))) == expected


def test_seconds_left_may_be_written_as_text() -> None:
    text = edited(left("seconds-left", ', as = "text"'))
    assert until(api_of(text), Told(at(NOON, left="3600"))) == ONE


def test_without_a_clock_what_lasts_so_long_has_no_end() -> None:
    assert until(api_of(edited(left("seconds-left"))), Told(at("soon", left=3600))) == 3600


def test_what_is_not_said_at_all_of_a_time_left_is_missing() -> None:
    assert until(api_of(edited(left("duration"))), Told(at(NOON))) == MISSING


def test_an_end_stays_the_same_while_time_goes_by_and_answers_are_late() -> None:
    told, api = Told(at(NOON, left=3600)), api_of(edited(left("seconds-left")))
    for time, seconds in ((NOON, 3600), ("2026-01-01T12:00:30Z", 3570), ("2026-01-01T12:01:02Z", 3540)):
        told.documents = at(time, left=seconds)
        assert until(api, told) == ONE
    told.documents = at("2026-01-01T12:02:00Z", left=3600)
    assert until(api, told) == "2026-01-01T13:02:00Z"


def test_a_profile_says_how_coarse_times_left_are() -> None:
    told, api = Told(at(NOON, left="PT1H")), api_of(edited(left("duration", ", within = 60")))
    until(api, told)
    told.documents = at("2026-01-01T12:00:59Z", left="PT1H")
    assert until(api, told) == ONE
    told.documents = at("2026-01-01T12:01:01Z", left="PT1H")
    assert until(api, told) == "2026-01-01T13:01:01Z"


@pytest.mark.parametrize("time", ["seconds-left", "duration"])
def test_a_reduction_that_was_written_ends_exactly_when_it_was_to(time: str) -> None:
    told, api = Told(at(NOON, left=0)), api_of(edited(left(time)))
    put(api, told)
    said: object = 3598 if time == "seconds-left" else "PT59M58S"
    told.documents = at(NOON, left=said)
    assert until(api, told) == ONE


def test_of_a_reduction_whose_end_is_not_said_it_is_known_when_it_was_written_here() -> None:
    told, api = Told(at(NOON)), api_of(edited(UNSAID))
    assert until(api, told) == MISSING
    put(api, told)
    assert until(api, told) == ONE
    told.documents = at(NOON, value=20)
    assert until(api, told) == MISSING


def test_an_end_that_was_written_here_is_over_a_minute_later() -> None:
    told, api = Told(at(NOON)), api_of(edited(UNSAID))
    put(api, told)
    told.documents = at("2026-01-01T13:01:00Z")
    assert until(api, told) == ONE
    told.documents = at("2026-01-01T13:01:01Z")
    assert until(api, told) == MISSING


def test_a_reduction_that_was_taken_away_here_has_no_end_any_longer() -> None:
    told, api = Told(at(NOON)), api_of(edited(UNSAID))
    put(api, told)
    api.delete_reduction(told, 1)
    assert until(api, told) == MISSING


def failing(error: EvceError) -> Any:  # noqa: ANN401 - a document that is made when it is asked for
    def fail() -> None:
        raise error

    return fail


LOST = EvceUnreachableError("http://controller", "it is gone")


@pytest.mark.parametrize(
    ("error", "value", "expected"),
    [(LOST, 10, ONE), (LOST, 20, TWO), (EvceRefusalError("/zones", 409, "no"), 20, MISSING)],
    ids=["lost, the same value", "lost, another value", "refused"],
)
def test_of_a_write_whose_answer_is_lost_another_value_alone_tells_that_it_was_done(
    error: EvceError, value: float, expected: object
) -> None:
    told, api = Told(at(NOON)), api_of(edited(UNSAID))
    put(api, told)
    told.documents[REDUCTION] = failing(error)
    with pytest.raises(type(error)):
        put(api, told, value, TWO)
    told.documents = at(NOON, value=value)
    assert until(api, told) == expected


def test_an_end_that_is_not_said_is_that_of_a_value_which_the_controller_rounds() -> None:
    body = 'body = { value = "{taken}", validity = "{validity}" }'
    told, api = Told(at(NOON)), api_of(edited(UNSAID, (body, f"{body}\nround = 5")))
    put(api, told, value=12)
    told.documents = at(NOON, value=15)
    assert until(api, told) == ONE
