"""Every named fault is raised over HTTP and clears itself as said."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
from evce_simulator import ManualClock
from evce_simulator.catalogue import catalogue
from evce_simulator.draws import Draws
from evce_simulator.effects import waiting_time
from evce_simulator.errors import ActionError, UnknownObjectError

Run = Callable[..., Any]
STATUSES = {
    "unauthorized": 401,
    "not-found": 404,
    "conflict": 409,
    "unprocessable": 422,
    "forbidden": 403,
    "redirect": 302,
    "huge-error": 400,
    "too-many-requests": 429,
    "server-error": 500,
    "unavailable": 503,
}
# How a client sees each fault: a sentence to itself for what is not an exception or a status.
BROKEN = {
    "reset": (requests.exceptions.ConnectionError, "reset"),
    "lost-reply": (requests.exceptions.ConnectionError, "reset"),
    "empty-reply": (requests.exceptions.ConnectionError, "without response"),
    "truncated-json": (requests.exceptions.ChunkedEncodingError, "IncompleteRead"),
}
CHANGED = {"html", "short-json", "wrong-types", "null-values", "unknown-words", "missing-fields", "missing-objects"}
CHANGED |= {"empty-list"}
CHANGED |= {"null-field", "text-field", "missing-field", "odd-version", "odd-expiry", "shifting-list"}
OTHERS = {"refused-token", "dropped-keep-alive", "meter-reset", "meter-jump"}
OTHERS |= {"refused", "expired-token", "rotated-password", "locked-out", "slow", "slow-log-normal", "dribbled"}


def test_every_fault_of_the_catalogue_is_tested_here() -> None:
    assert set(catalogue()) == set(STATUSES) | set(BROKEN) | CHANGED | OTHERS


def test_every_fault_says_what_is_expected_of_the_connector() -> None:
    for row in catalogue().values():
        assert row.expect.poll.partition(" with ")[0] in {"failed", "partial", "good"}
        assert row.expect.state in {"Offline", "Uncertain", "Good"}
        assert row.expect.of in {"all", "object"}
        assert 1 <= row.expect.notice <= 4 >= row.expect.recover >= 1


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_status_is_answered_once_and_then_no_more(run: Run, name: str, status: int) -> None:
    client = run("guide")
    client.simulator.inject(name, calls=1)
    answer = client.get("/zones", allow_redirects=False)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert client.get("/zones").status_code == 200
    assert client.simulator.journal.count(fault=name, status=status) == 1


def test_too_many_requests_says_when_to_come_again(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("too-many-requests", calls=1, retry_after=7)
    assert client.get("/zones").headers["Retry-After"] == "7"


@pytest.mark.parametrize("after", [0, "120", "Mon, 05 Jan 2026 06:02:00 GMT"])
def test_any_status_says_when_to_come_again_if_asked_to(run: Run, after: object) -> None:
    client = run("guide")
    client.simulator.inject("unavailable", calls=1, retry_after=after)
    assert client.get("/zones").headers["Retry-After"] == str(after)
    assert "Retry-After" not in client.get("/zones").headers


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_names_another_place(run: Run, status: int) -> None:
    client = run("guide")
    client.simulator.inject("redirect", calls=1, status=status, location="https://127.0.0.1:9/api/v2/zones")
    answer = client.get("/zones", allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (status, "https://127.0.0.1:9/api/v2/zones")
    assert client.get("/zones", allow_redirects=False).status_code == 200


def test_a_huge_error_has_a_title_of_many_lines(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("huge-error", calls=1)
    title = client.get("/zones").json()["title"]
    assert (len(title), "\r\n" in title, "\x1b" in title, "\x00" in title) == (100_000, True, True, True)
    client.simulator.inject("huge-error", calls=1, title=11, status=500)
    answer = client.get("/zones")
    assert (answer.status_code, answer.json()["title"]) == (500, "Bad request")


@pytest.mark.parametrize("tls", [False, True])
def test_a_connection_that_was_to_be_kept_gives_one_answer_only(run: Run, tls: bool) -> None:
    client = run("guide", tls=tls)
    client.simulator.inject("dropped-keep-alive")
    for _ in range(2):
        assert client.get("/zones").headers["Connection"] == "keep-alive"
        with pytest.raises(requests.exceptions.ConnectionError, match="without response"):
            client.get("/stations")
    assert client.simulator.journal.count(path="/stations", status=0, fault="dropped-keep-alive") == 2


def test_a_connection_stays_dropped_though_the_fault_is_over_and_a_fresh_one_is_whole(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("dropped-keep-alive", calls=1)
    assert client.get("/zones").status_code == 200
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get("/zones")
    assert [client.get("/zones").status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("name", BROKEN)
def test_a_connection_breaks_once_and_then_no_more(run: Run, name: str, tls: bool) -> None:
    client = run("campus", tls=tls)
    client.simulator.inject(name, calls=1, method="GET", path="/connectors")
    kind, sign = BROKEN[name]
    with pytest.raises(kind, match=None if tls else sign):
        client.get("/connectors")
    assert client.get("/connectors").status_code == 200


def test_a_lost_reply_was_carried_out(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("lost-reply", calls=1, method="PUT")
    with pytest.raises(requests.exceptions.ConnectionError):
        client.put("/connectors/2/availability", {"available": False})
    assert client.json("/connectors/2")["available"] is False


def test_a_truncated_answer_ends_at_the_byte(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("truncated-json", calls=1, at=11)
    with client.get("/zones", stream=True) as answer:
        assert int(answer.headers["Content-Length"]) > 1000
        assert answer.raw.read(11) == b'{"items": ['
        with pytest.raises(Exception, match="IncompleteRead"):
            answer.raw.read()


def test_short_json_is_complete_but_no_json(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("short-json", calls=1, at=50)
    answer = client.get("/zones")
    assert len(answer.content) == 50
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_a_login_page_comes_with_status_200(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("html", calls=1)
    answer = client.get("/zones")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<form" in answer.text
    assert client.json("/zones")["total"] == 3


def bad_object(run: Run, name: str, path: str = "/connectors", **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401
    """Return an object of a list (id 3) as the fault shows it, and as it is; all others must be whole."""
    client = run("campus")
    client.simulator.inject(name, calls=1, id=3, **options)
    bad, good = client.json(path)["items"], client.json(path)["items"]
    assert [each for each in bad if each["id"] != 3] == [each for each in good if each["id"] != 3]
    return bad[2], good[2]


def test_wrong_types_spoil_one_object(run: Run) -> None:
    bad, good = bad_object(run, "wrong-types")
    assert bad["id"] == 3
    assert all(type(bad[name]) is not type(value) for name, value in good.items() if name != "id")


def test_null_values_spoil_one_object(run: Run) -> None:
    bad, _ = bad_object(run, "null-values")
    assert {value for name, value in bad.items() if name != "id"} == {None}


def test_missing_fields_spoil_one_object(run: Run) -> None:
    bad, _ = bad_object(run, "missing-fields")
    assert bad == {"id": 3}


ODD = [
    ("null-field", {}, "activePower", None),
    ("null-field", {"field": "available"}, "available", None),
    ("null-field", {"field": "status"}, "status", None),
    ("text-field", {}, "activePower", "n/a"),
    ("text-field", {"field": "maxCurrent", "value": "32"}, "maxCurrent", "32"),
    ("text-field", {"field": "transactionId", "value": "a1-b2"}, "transactionId", "a1-b2"),
    ("text-field", {"field": "maxCurrent", "value": [1, {}]}, "maxCurrent", [1, {}]),
    ("missing-field", {}, "activePower", "missing"),
]


@pytest.mark.parametrize(("name", "options", "field", "expected"), ODD)
def test_one_field_of_one_object_is_odd_and_no_other(
    run: Run, name: str, options: dict[str, Any], field: str, expected: object
) -> None:
    bad, good = bad_object(run, name, **options)
    assert bad.pop(field, "missing") == expected
    good.pop(field)
    assert bad == good


@pytest.mark.parametrize(
    ("path", "field", "expected"),
    [
        ("/zones/2", "reduction.validity", {"validity": None}),
        ("/connectors/3", "activePower.1", [3.68, None, 3.68]),
    ],
)
def test_a_field_inside_another_is_odd(run: Run, path: str, field: str, expected: Any) -> None:  # noqa: ANN401
    client = run("campus")
    client.simulator.model.set_connector(3, activePower=[3.68, 3.68, 3.68])
    outer = field.partition(".")[0]
    whole = client.json(path)[outer]
    client.simulator.inject("null-field", calls=1, field=field)
    changed = client.json(path)[outer]
    assert changed == (whole | expected if isinstance(whole, dict) else expected)


def test_an_odd_field_is_that_of_the_first_object_that_has_it(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("null-field", calls=3, field="reduction.value")
    odd = [
        zone["id"] for zone in client.json("/zones")["items"] if (zone["reduction"] or {"value": 1})["value"] is None
    ]
    assert odd == [2]
    assert client.get("/stations").json()["total"] == 40
    assert client.get("/zones/99").status_code == 404


@pytest.mark.parametrize("version", ["V6", "6.0", "6.1.3", 6, None])
def test_the_api_version_is_spelt_in_another_way(run: Run, version: object) -> None:
    client = run("guide")
    client.simulator.inject("odd-version", calls=2, value=version)
    assert client.json("/system")["apiVersion"] == version
    assert "apiVersion" not in client.json("/zones/1")
    assert client.json("/system")["apiVersion"] == "6"


def pages(client: Any, path: str, limit: int) -> tuple[list[int], list[int]]:  # noqa: ANN401
    """Read a list page by page, as far as its total goes; return the ids that came, and each page's total."""
    ids: list[int] = []
    totals: list[int] = []
    while not totals or len(ids) < totals[-1]:
        page = client.json(f"{path}?limit={limit}&offset={len(ids)}")
        ids += [each["id"] for each in page["items"]]
        totals.append(page["total"])
    return ids, totals


@pytest.mark.parametrize(
    ("options", "limit", "ids", "totals"),
    [
        ({}, 1000, [1, 2, 4, 5, 6], [6, 5, 5]),
        ({"page": 4}, 1000, [1, 2, 3, 4, 6], [6, 5]),
        ({"page": 100}, 3, [1, 2, 3, 5, 6], [6, 5]),
        ({"count": 2, "page": 3}, 1000, [1, 2, 3, 6], [6, 4]),
    ],
)
def test_a_list_that_shifts_between_its_pages_loses_objects_silently(
    run: Run, options: dict[str, int], limit: int, ids: list[int], totals: list[int]
) -> None:
    client = run("campus")
    assert pages(client, "/zones", limit)[0] == [1, 2, 3, 4, 5, 6]
    client.simulator.inject("shifting-list", **options)
    assert pages(client, "/zones", limit) == (ids, totals)
    assert client.json("/zones/3")["id"] == 3


@pytest.mark.parametrize(
    ("path", "field"), [("/connectors", "phaseConnection"), ("/stations", "authenticationMode"), ("/zones", "type")]
)
def test_unknown_words_stand_in_one_object(run: Run, path: str, field: str) -> None:
    bad, good = bad_object(run, "unknown-words", path)
    assert (bad[field], bad["id"]) == ("somethingNew", good["id"])


def test_an_object_fault_hits_a_single_object_too_and_leaves_errors_alone(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("unknown-words", calls=2)
    assert client.json("/zones/2")["reduction"]["validityMode"] == "somethingNew"
    assert client.get("/zones/99").status_code == 404


def test_objects_are_missing_from_a_list(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("missing-objects", calls=1, count=2, path="/stations")
    assert client.json("/stations")["total"] == 38
    assert client.json("/stations")["total"] == 40


def test_a_list_is_empty_in_mid_flight(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("empty-list", seconds=30)
    assert client.json("/zones") == {"items": [], "total": 0}
    assert client.json("/zones/1")["name"] == "Parking Nord"


def test_connections_are_refused_until_the_time_is_over(run: Run, clock: ManualClock) -> None:
    client = run("guide")
    client.simulator.inject("refused", seconds=60)
    with pytest.raises(requests.exceptions.ConnectionError, match="refused"):
        client.get("/zones")
    client.session.close()
    clock.advance(60)
    client.simulator._watchers[0].join(10)
    assert client.json("/zones")["total"] == 3


def test_connections_are_refused_until_the_fault_is_cleared(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("refused")
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get("/zones")
    client.simulator.clear_faults("refused")
    assert client.json("/zones")["total"] == 3


def token_of(client: Any) -> dict[str, str]:  # noqa: ANN401
    answer = client.send("POST", "/login", json={"login": "bms", "password": "secret"})
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def with_token(client: Any, headers: dict[str, str]) -> int:  # noqa: ANN401
    return requests.get(f"{client.simulator.url}/zones", headers=headers, timeout=10).status_code


def test_a_token_expires_and_a_new_login_helps(run: Run) -> None:
    client = run("guide")
    headers = token_of(client)
    assert with_token(client, headers) == 200
    client.simulator.inject("expired-token", calls=1)
    assert with_token(client, headers) == 401
    assert with_token(client, token_of(client)) == 200


def test_a_token_is_refused_with_403_and_a_new_login_helps(run: Run) -> None:
    client = run("guide")
    headers = token_of(client)
    client.simulator.inject("refused-token")
    assert [with_token(client, headers) for _ in range(2)] == [403, 403]
    assert with_token(client, token_of(client)) == 200
    assert client.get("/zones").status_code == 200
    client.simulator.clear_faults()
    assert with_token(client, headers) == 200


def test_every_token_is_refused_with_403_until_the_fault_is_over(run: Run, clock: ManualClock) -> None:
    client = run("guide")
    client.simulator.inject("refused-token", every=True, seconds=60)
    headers = token_of(client)
    assert with_token(client, headers) == 403
    assert with_token(client, {"Authorization": "Bearer unknown"}) == 401
    clock.advance(60)
    assert with_token(client, headers) == 200


@pytest.mark.parametrize("said", [0, None, "3600", -1])
def test_a_token_says_an_odd_life_and_lives_on(run: Run, said: object) -> None:
    client = run("guide")
    client.simulator.inject("odd-expiry", calls=1, path="/login", value=said)
    answer = client.send("POST", "/login", json={"login": "bms", "password": "secret"}).json()
    assert answer["expiresIn"] == said
    assert with_token(client, {"Authorization": f"Bearer {answer['token']}"}) == 200


def test_a_token_says_no_life_at_all(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("odd-expiry", calls=1, change="missing")
    answer = client.send("POST", "/login", json={"login": "bms", "password": "secret"}).json()
    assert set(answer) == {"token"}


def test_a_meter_begins_again_at_nothing_and_goes_on_from_there(run: Run, clock: ManualClock) -> None:
    client = run("campus", live=True)
    before = client.json("/connectors/2")["activeEnergy"]
    client.simulator.inject("meter-reset", id=1)
    clock.advance(600)
    reset = client.json("/connectors/1")
    assert reset["activeEnergy"] == pytest.approx(sum(reset["activePower"]) / 6, abs=0.002)
    assert reset["activeEnergy"] > 0
    assert client.json("/connectors/2")["activeEnergy"] >= before > 0
    client.simulator.clear_faults()
    assert client.json("/connectors/1")["activeEnergy"] == reset["activeEnergy"]


def test_all_meters_begin_again_without_an_id(run: Run) -> None:
    client = run("campus")
    client.simulator.inject("meter-reset")
    assert {each["activeEnergy"] for each in client.json("/connectors")["items"]} == {0.0}


@pytest.mark.parametrize("live", [False, True])
def test_meters_of_a_lost_station_have_jumped_when_it_is_found_again(run: Run, clock: ManualClock, live: bool) -> None:
    client = run("campus", live=live)
    client.simulator.inject("meter-jump", seconds=60, id=3, energy=20)
    before = [each["activeEnergy"] for each in client.json("/connectors?stationId=3")["items"]]
    assert client.json("/stations/3")["connected"] is False
    clock.advance(60)
    assert client.json("/stations/3")["connected"] is True
    after = [each["activeEnergy"] for each in client.json("/connectors?stationId=3")["items"]]
    assert after == pytest.approx([reading + 20 for reading in before], abs=0.0011)


def test_a_fault_of_an_object_that_is_not_there_is_refused_and_not_raised(run: Run) -> None:
    client = run("guide")
    with pytest.raises(UnknownObjectError, match="connector with id 99"):
        client.simulator.inject("meter-reset", id=99)
    assert client.simulator.faults.active() == []


def test_a_rotated_password_shuts_out_until_it_is_changed_back(run: Run, clock: ManualClock) -> None:
    client = run("guide")
    headers = token_of(client)
    client.simulator.inject("rotated-password", seconds=60, password="new one")
    assert client.get("/zones").status_code == 401
    assert with_token(client, headers) == 401
    assert client.get("/zones", auth=("bms", "new one")).status_code == 200
    clock.advance(60)
    assert client.get("/zones").status_code == 200


def test_a_lock_out_follows_five_wrong_tries_and_ends_with_the_fault(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("locked-out")
    for _ in range(5):
        assert client.get("/zones", auth=("bms", "wrong")).status_code == 401
    assert client.get("/zones").status_code == 401
    client.simulator.clear_faults()
    assert client.get("/zones").status_code == 200


def waits(client: Any, clock: ManualClock, seconds: float, parts: int = 1) -> requests.Response:  # noqa: ANN401
    """Ask in a thread, let the site's clock go on until the answer is there, and check how long that was."""
    answers: list[requests.Response] = []
    thread = threading.Thread(target=lambda: answers.append(client.get("/zones")))
    thread.start()
    steps = 0
    while thread.is_alive() and steps < 10_000:
        clock.advance(seconds / parts / 100)
        thread.join(0.001)
        steps += 1
    thread.join(10)
    return answers[0]


@pytest.mark.parametrize(("name", "options"), [("slow", {"delay": 5}), ("dribbled", {"delay": 1, "parts": 5})])
def test_an_answer_is_late_by_the_clock_of_the_site(
    run: Run, clock: ManualClock, name: str, options: dict[str, float]
) -> None:
    client = run("guide")
    client.simulator.inject(name, calls=1, **options)
    assert waits(client, clock, 5).json()["total"] == 3
    client.simulator.journal.wait_for(1, "/zones")
    (entry,) = client.simulator.journal.entries(fault=name)
    assert entry.seconds >= 5
    assert client.get("/zones").elapsed.total_seconds() < 5


def test_log_normal_waits_have_their_median_and_repeat_by_seed() -> None:
    draws, again = Draws(1), Draws(1)
    waits = sorted(waiting_time(draws, 0.5, 0.8) for _ in range(2001))
    assert waits == sorted(waiting_time(again, 0.5, 0.8) for _ in range(2001))
    assert waits[1000] == pytest.approx(0.5, rel=0.1)
    assert waits[1682] == pytest.approx(0.5 * math.exp(0.8), rel=0.15)


def test_a_log_normal_answer_comes_late_over_http(run: Run, clock: ManualClock) -> None:
    client = run("guide")
    client.simulator.inject("slow-log-normal", calls=1)
    waits(client, clock, 1)
    assert client.simulator.journal.entries(fault="slow-log-normal")[0].seconds > 0


def test_a_waiting_answer_does_not_hold_up_the_end_of_the_simulator(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("slow", delay=3600)
    thread = threading.Thread(target=lambda: client.get("/zones"))
    thread.start()
    client.simulator._stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_fault_hits_only_the_path_and_method_it_is_for(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("unavailable", path="/zones*", method="get")
    assert client.get("/zones").status_code == 503
    assert client.get("/zones/1").status_code == 503
    assert client.get("/stations").status_code == 200
    assert client.send("DELETE", "/zones/1/reduction").status_code == 200


def test_a_fault_lasts_its_seconds(run: Run, clock: ManualClock) -> None:
    client = run("guide")
    client.simulator.inject("unavailable", seconds=90)
    clock.advance(89)
    assert client.get("/zones").status_code == 503
    clock.advance(1)
    assert client.get("/zones").status_code == 200
    assert client.simulator.faults.active() == []


def test_a_fault_hits_by_chance_and_the_chance_repeats_by_seed(run: Run) -> None:
    def statuses(seed: int) -> list[int]:
        client = run("guide", seed=seed)
        client.simulator.inject("unavailable", probability=0.3)
        return [client.get("/zones").status_code for _ in range(60)]

    first = statuses(1)
    assert 5 < first.count(503) < 35
    assert first == statuses(1) != statuses(2)


def test_the_first_raised_of_two_faults_hits_first(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("unavailable", calls=1)
    client.simulator.inject("server-error", calls=1)
    assert [client.get("/zones").status_code for _ in range(3)] == [503, 500, 200]


@pytest.mark.parametrize(
    ("name", "choices", "named"),
    [
        ("gremlin", {}, "There is no fault 'gremlin'"),
        ("slow", {"dely": 3}, "no option dely"),
        ("refused", {"calls": 3}, "cannot be counted"),
        ("refused", {"probability": 0.5}, "cannot be counted"),
        ("reset", {"calls": 0}, "calls"),
        ("reset", {"seconds": 0}, "seconds"),
        ("reset", {"probability": 1.5}, "probability"),
    ],
)
def test_a_senseless_fault_is_refused_by_name(run: Run, name: str, choices: dict[str, Any], named: str) -> None:
    with pytest.raises(ActionError, match=named):
        run("guide").simulator.inject(name, **choices)
