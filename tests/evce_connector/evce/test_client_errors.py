"""What can go wrong with a controller: one class of error and one sentence for each, without secrets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from evce_connector.clock import SystemClock
from evce_connector.evce import client as client_module
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.errors import (
    EvceAnswerError,
    EvceBusyError,
    EvceError,
    EvceLoginError,
    EvceRefusalError,
    EvceUnreachableError,
)
from evce_connector.evce.profile import Profile
from evce_simulator import EvceSimulator

from tests.evce_connector.evce.scripted import Answer, Script, ScriptedController, as_json, page
from tests.support.joined import LOGIN, PASSWORD

Simulate = Callable[..., EvceSimulator]
MakeClient = Callable[..., EvceClient]
Run = Callable[[Script], ScriptedController]


@pytest.fixture
def run() -> Iterator[Run]:
    """Run controllers by script until the test ends."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ScriptedController(script))


def always(answer: Answer) -> Script:
    return lambda _path, _query: answer


def serving(connectors: Callable[[dict[str, str]], Answer]) -> Script:
    """Serve a site whose connectors alone are odd."""

    def script(path: str, query: dict[str, str]) -> Answer:
        if path == "/connectors":
            return connectors(query)
        return as_json({"apiVersion": "6"}) if path == "/system" else page([], 0)

    return script


def failure(client: EvceClient, kind: type[EvceError]) -> str:
    """Return the one sentence of an error that a fetch ends with."""
    with pytest.raises(kind) as error:
        client.fetch()
    text = str(error.value)
    assert type(error.value) is kind
    assert text.startswith("The charge controller")
    assert text.endswith(".")
    assert "\n" not in text
    assert PASSWORD not in text
    assert len(text) < 300
    return text


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("refused", EvceUnreachableError, "does not answer: connection refused"),
        ("reset", EvceUnreachableError, "does not answer: the connection broke"),
        ("empty-reply", EvceUnreachableError, "does not answer: the connection broke"),
        ("truncated-json", EvceUnreachableError, "does not answer: the connection broke"),
        ("short-json", EvceAnswerError, "status 200, not JSON"),
        ("html", EvceAnswerError, "status 200, not JSON"),
        ("unauthorized", EvceLoginError, "refuses the login 'bms'"),
        ("not-found", EvceRefusalError, "refuses /system: 404"),
        ("unprocessable", EvceRefusalError, "refuses /system: 422"),
        ("too-many-requests", EvceBusyError, "/system answers 429, asks to wait 30 s"),
        ("unavailable", EvceBusyError, "/system answers 503"),
        ("server-error", EvceAnswerError, "/system: status 500"),
        ("rotated-password", EvceLoginError, "refuses the login 'bms'"),
    ],
)
def test_a_fault_has_its_class_and_its_sentence(
    simulate: Simulate, make_client: MakeClient, fault: str, kind: type[EvceError], words: str
) -> None:
    simulator = simulate()
    simulator.inject(fault)
    assert words in failure(make_client(simulator.url), kind)


def test_the_time_that_a_busy_controller_asks_for_is_known(simulate: Simulate, make_client: MakeClient) -> None:
    simulator = simulate()
    simulator.inject("too-many-requests", retry_after=75)
    with pytest.raises(EvceBusyError) as error:
        make_client(simulator.url).fetch()
    assert error.value.retry_after == 75


@pytest.mark.parametrize("retry_after", ["", "soon", "-5", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 400])
def test_a_time_to_wait_that_is_no_number_of_seconds_is_none(
    run: Run, make_client: MakeClient, retry_after: str
) -> None:
    controller = run(always(Answer(b"", 503, {"Retry-After": retry_after})))
    with pytest.raises(EvceBusyError) as error:
        make_client(controller.url).fetch()
    assert 0 <= error.value.retry_after <= 86400


def test_a_dribbled_answer_ends_with_the_time_outs(
    simulate: Simulate, profile: Profile, request: pytest.FixtureRequest
) -> None:
    simulator = simulate(clock=SystemClock())
    simulator.inject("dribbled", delay=0.1, parts=20)
    options = EvceOptions(
        simulator.url, LOGIN, PASSWORD, connect_timeout=0.2, read_timeout=0.7
    )  # of a piece, on a busy machine
    client = EvceClient(options, profile)
    request.addfinalizer(client.close)
    before = SystemClock().monotonic()
    assert "the answer took too long" in failure(client, EvceUnreachableError)
    assert SystemClock().monotonic() - before < 1.5


def test_an_answer_that_does_not_begin_ends_with_the_read_time_out(
    simulate: Simulate, profile: Profile, request: pytest.FixtureRequest
) -> None:
    simulator = simulate(clock=SystemClock())
    simulator.inject("slow", delay=1.0)
    client = EvceClient(EvceOptions(simulator.url, LOGIN, PASSWORD, read_timeout=0.1), profile)
    request.addfinalizer(client.close)
    assert "it took too long" in failure(client, EvceUnreachableError)


def test_all_requests_of_a_fetch_share_one_time(
    simulate: Simulate, profile: Profile, request: pytest.FixtureRequest
) -> None:
    simulator = simulate(clock=SystemClock())
    simulator.inject("slow", delay=0.2)
    client = EvceClient(EvceOptions(simulator.url, LOGIN, PASSWORD), profile)
    request.addfinalizer(client.close)
    before = SystemClock().monotonic()
    with client.within(0.5), pytest.raises(EvceUnreachableError):
        [client.system() for _ in range(10)]
    assert SystemClock().monotonic() - before < 1.5


def test_after_its_time_a_request_is_not_sent(simulate: Simulate, make_client: MakeClient) -> None:
    simulator = simulate()
    client = make_client(simulator.url)
    with pytest.raises(EvceUnreachableError, match="the time for it is over"), client.within(0):
        client.system()
    assert len(simulator.journal) == 0
    assert client.system()["apiVersion"] == "6"


def test_a_name_that_nobody_knows_is_said_so(make_client: MakeClient) -> None:
    text = failure(make_client("http://controller.invalid/api/v2"), EvceUnreachableError)
    assert "http://controller.invalid/api/v2/system does not answer: its name is not known" in text


NESTED = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(b"", 200), EvceAnswerError, "status 200, not JSON (0 bytes"),
        (Answer(b"\xff\xfe", 200), EvceAnswerError, "not JSON"),
        (Answer(NESTED, 200), EvceAnswerError, "not JSON"),
        (Answer(b"", 302, {"Location": "http://elsewhere/"}), EvceAnswerError, "status 302"),
        (Answer(b"", 403), EvceLoginError, "refuses the login"),
        (Answer(b"<html>", 404, {"Content-Type": "text/html"}), EvceAnswerError, "status 404, not JSON"),
        (as_json({}, 404), EvceRefusalError, "404 no reason given"),
        (as_json([], 409), EvceRefusalError, "409 no reason given"),
        (as_json({"title": "No", "detail": "because"}, 409), EvceRefusalError, "409 No: because"),
        (as_json({"detail": "because"}, 500), EvceAnswerError, "status 500, because"),
        (as_json({}, 202), EvceAnswerError, "status 202"),
    ],
)
def test_an_odd_answer_has_its_class_and_its_sentence(
    run: Run, make_client: MakeClient, answer: Answer, kind: type[EvceError], words: str
) -> None:
    assert words in failure(make_client(run(always(answer)).url), kind)


def test_a_redirect_is_not_followed_with_the_password(run: Run, make_client: MakeClient) -> None:
    elsewhere = run(always(as_json({"apiVersion": "6"})))
    controller = run(always(Answer(b"", 307, {"Location": f"{elsewhere.url}/system"})))
    failure(make_client(controller.url), EvceAnswerError)
    assert elsewhere.seen == []


def test_an_answer_without_end_is_given_up(run: Run, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_BODY", 1000)
    controller = run(always(Answer(b" " * 2000 + b"{}")))
    assert "larger than 1000 bytes" in failure(make_client(controller.url), EvceAnswerError)


def connector(number: int) -> dict[str, Any]:
    return {"id": number}


def test_a_page_that_is_repeated_is_refused(run: Run, make_client: MakeClient) -> None:
    same = [connector(number) for number in range(1, 1001)]
    controller = run(serving(lambda _: page(same, 2000)))
    assert "the id 1 stands in it twice" in failure(make_client(controller.url), EvceAnswerError)


def test_a_page_that_is_missing_is_refused(run: Run, make_client: MakeClient) -> None:
    first = [connector(number) for number in range(1, 1001)]
    controller = run(serving(lambda query: page(first if query["offset"] == "0" else [], 1500)))
    assert "announces 1500 objects and gives 1000" in failure(make_client(controller.url), EvceAnswerError)


def test_a_list_with_more_than_announced_is_refused(run: Run, make_client: MakeClient) -> None:
    controller = run(serving(lambda _: page([connector(1), connector(2)], 1)))
    assert "announces 1 objects and gives 2" in failure(make_client(controller.url), EvceAnswerError)


def test_short_pages_are_put_together(run: Run, make_client: MakeClient) -> None:
    def two_at_a_time(query: dict[str, str]) -> Answer:
        offset = int(query["offset"])
        return page([connector(number) for number in (offset + 1, offset + 2) if number <= 5], 5)

    raw = make_client(run(serving(two_at_a_time)).url).fetch()
    assert [one["id"] for one in raw.connectors.objects] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("total", [None, "2", True, 1.5, -1])
def test_a_total_that_is_no_count_is_refused(run: Run, make_client: MakeClient, total: object) -> None:
    failure(make_client(run(serving(lambda _: page([connector(1)], total))).url), EvceAnswerError)


@pytest.mark.parametrize("document", [[], None, 5, {}, {"items": {}, "total": 0}, {"items": []}])
def test_a_list_that_is_no_page_is_refused(run: Run, make_client: MakeClient, document: object) -> None:
    controller = run(serving(lambda _: as_json(document)))
    assert "not a page with items and total" in failure(make_client(controller.url), EvceAnswerError)


def test_objects_without_an_id_are_left_to_the_reader(run: Run, make_client: MakeClient) -> None:
    odd = [{"id": None}, {}, 5, {"id": "x"}]
    raw = make_client(run(serving(lambda _: page(odd, 4))).url).fetch()
    assert raw.connectors.objects == odd


@pytest.mark.parametrize("answer", [as_json({}), as_json([]), as_json({"token": 5}), as_json("token")])
def test_a_login_that_gives_no_token_is_refused(run: Run, make_client: MakeClient, answer: Answer) -> None:
    client = make_client(run(always(answer)).url, authentication="token")
    assert "/login: it gives no token" in failure(client, EvceAnswerError)


def test_a_compressed_answer_is_read(run: Run, make_client: MakeClient) -> None:
    body = gzip.compress(json.dumps({"apiVersion": "6", "name": "x" * 200_000}).encode())
    controller = run(always(Answer(body, 200, {"Content-Encoding": "gzip"})))
    assert len(make_client(controller.url).system()["name"]) == 200_000


def test_a_page_that_is_as_before_is_not_decoded_again(run: Run, make_client: MakeClient) -> None:
    def script(path: str, _query: dict[str, str]) -> Answer:
        return as_json({}) if path == "/system" else page([{"id": 1, "status": status}], 1)

    status = "available"
    client = make_client(run(script).url)
    before, same = client.fetch(), client.fetch()
    assert same.stations.objects[0] is before.stations.objects[0]
    assert same.stations.pages[0] is before.stations.pages[0]
    status = "faulted"
    assert client.fetch().stations.objects == [{"id": 1, "status": "faulted"}]


def test_a_page_that_came_before_is_none_when_it_comes_with_an_error(run: Run, make_client: MakeClient) -> None:
    def script(path: str, _query: dict[str, str]) -> Answer:
        return as_json({}) if path == "/system" else page([], 0)._replace(status=status)

    status = 200
    client = make_client(run(script).url)
    client.fetch()
    status = 500
    assert "status 500" in failure(client, EvceAnswerError)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'"a\\ud800b"', "a\ufffdb"),
        (b'"\\udc00\\ud800"', "\ufffd\ufffd"),
        (b'"a\xed\xa0\x80b"', "a\ufffdb"),
        (b'"a\\u0000b"', "a\ufffdb"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'[{"\\ud800": "\\ud800"}, 1.5, null]', [{"\ufffd": "\ufffd"}, 1.5, None]),
    ],
)
def test_what_no_database_and_no_xml_can_hold_is_replaced(
    run: Run, make_client: MakeClient, body: bytes, name: object
) -> None:
    answer = Answer(b'{"apiVersion": "6", "name": ' + body + b"}")
    assert make_client(run(always(answer)).url).system()["name"] == name
