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
from evce_simulator.errors import ActionError

Run = Callable[..., Any]
STATUSES = {
    "unauthorized": 401,
    "not-found": 404,
    "conflict": 409,
    "unprocessable": 422,
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
OTHERS = {"refused", "expired-token", "rotated-password", "locked-out", "slow", "slow-log-normal", "dribbled"}


def test_every_fault_of_the_catalogue_is_tested_here() -> None:
    assert set(catalogue()) == set(STATUSES) | set(BROKEN) | CHANGED | OTHERS


def test_every_fault_says_what_is_expected_of_the_connector() -> None:
    for row in catalogue().values():
        assert row.expect.poll in {"failed", "partial", "good"}
        assert row.expect.state in {"Offline", "Uncertain", "Good"}
        assert row.expect.of in {"all", "object"}
        assert 1 <= row.expect.notice <= 4 >= row.expect.recover >= 1


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_status_is_answered_once_and_then_no_more(run: Run, name: str, status: int) -> None:
    client = run("guide")
    client.simulator.inject(name, calls=1)
    answer = client.get("/zones")
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert client.get("/zones").status_code == 200
    assert client.simulator.journal.count(fault=name, status=status) == 1


def test_too_many_requests_says_when_to_come_again(run: Run) -> None:
    client = run("guide")
    client.simulator.inject("too-many-requests", calls=1, retry_after=7)
    assert client.get("/zones").headers["Retry-After"] == "7"


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
