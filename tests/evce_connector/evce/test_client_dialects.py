"""What a client is for other dialects than the contract: any success, bodies by form, an end with a log-out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from evce_connector.clock import SystemClock
from evce_connector.evce import client as client_module
from evce_connector.evce.apis import CREDENTIALS, path_of
from evce_connector.evce.asking import Request
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceAnswerError, EvceLoginError, EvceRefusalError, EvceShiftedListError
from evce_connector.evce.logins import LoginTable
from evce_connector.evce.numbers import HeldNumbers
from evce_simulator import EvceSimulator

from tests.evce_connector.evce.doors import GET, GOOD, WRITE, Enter, Plain, Run, calls
from tests.evce_connector.evce.doors import enter as enter  # noqa: PLC0414 - a fixture
from tests.evce_connector.evce.doors import run as run  # noqa: PLC0414 - a fixture
from tests.evce_connector.evce.scripted import Answer, Asked, as_json
from tests.support.joined import LOGIN

NONE = LoginTable("none")
TOKEN = LoginTable("token", "/login", token="token", logout="/logout")
COOKIE = LoginTable("cookie", "/login", logout="/logout")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 207])
@pytest.mark.parametrize(("body", "document"), [(b"", None), (b"OK", None), (b'{"done": 1}', {"done": 1})])
def test_any_success_of_a_write_will_do_whatever_its_body(
    run: Run, enter: Enter, status: int, body: bytes, document: object
) -> None:
    controller = run(lambda _: Answer(body if status != 204 else b"", status))
    assert enter(controller.url, NONE).ask(WRITE).document == (document if status != 204 else None)


def test_what_is_read_is_json_or_none_of_its_objects_would_be_there(run: Run, enter: Enter) -> None:
    client = enter(run(lambda _: Answer(b"", 203)).url, NONE)
    with pytest.raises(EvceAnswerError, match="/system: status 203, not JSON"):
        client.ask(GET)


def test_an_answer_gives_its_headers_in_whatever_capitals(run: Run, enter: Enter) -> None:
    client = enter(run(lambda _: replace_headers(GOOD, {"LINK": "</a>; rel=next"})).url, NONE)
    answer = client.ask(GET)
    assert (answer.headers["link"], answer.body) == ("</a>; rel=next", GOOD.body)


def replace_headers(answer: Answer, headers: dict[str, str]) -> Answer:
    return answer._replace(headers=headers)


def test_a_body_is_sent_as_a_form_where_it_is_one(run: Run, enter: Enter) -> None:
    controller = run(lambda _: GOOD)
    enter(controller.url, NONE).ask(replace(WRITE, json=None, form={"a": "1 2", "b": "ü"}))
    asked = controller.asked[0]
    assert (asked.headers["Content-Type"], asked.body) == ("application/x-www-form-urlencoded", b"a=1+2&b=%C3%BC")


@pytest.mark.parametrize(
    ("path", "query", "sent"),
    [
        ("/list", {}, "/list"),
        ("/list", {"a b": "c&d"}, "/list?a+b=c%26d"),
        ("/list?page=2", {}, "/list?page=2"),
        ("/list?page=2", {"size": "5"}, "/list?page=2&size=5"),
    ],
)
def test_a_query_is_added_to_the_path_and_to_the_query_that_it_has(
    run: Run, enter: Enter, path: str, query: dict[str, str], sent: str
) -> None:
    controller = run(lambda _: GOOD)
    enter(controller.url, NONE).ask(Request("GET", path, query))
    assert controller.seen == [f"GET /api/v2{sent}"]


def test_a_whole_address_is_followed_on_the_same_controller_alone(run: Run, enter: Enter) -> None:
    controller, other = run(lambda _: GOOD), run(lambda _: GOOD)
    client = enter(controller.url, NONE)
    client.ask(Request("GET", f"{controller.url}/list?page=2"))
    for address in (f"{other.url}/list?page=3", controller.url.replace("http:", "https:")):
        with pytest.raises(EvceAnswerError, match="the address is another controller's"):
            client.ask(Request("GET", address))
    assert (calls(controller), other.seen) == (["GET /list"], [])


def token_or_good(asked: Asked) -> Answer:
    if not asked.path.endswith("/login"):
        return GOOD
    return as_json({"token": "abc-def"})._replace(headers={"Set-Cookie": "sid=abc-def; Path=/"})


@pytest.mark.parametrize(
    ("table", "header", "value"), [(TOKEN, "Authorization", "Bearer abc-def"), (COOKIE, "Cookie", "sid=abc-def")]
)
def test_who_has_logged_in_logs_out_once_at_the_end(
    run: Run, enter: Enter, table: LoginTable, header: str, value: str
) -> None:
    controller = run(token_or_good)
    client = enter(controller.url, table)
    client.ask(GET)
    client.close()
    client.close()
    assert calls(controller) == ["POST /login", "GET /system", "POST /logout"]
    assert controller.asked[-1].headers[header] == value


def test_who_has_not_logged_in_or_has_no_way_out_sends_nothing_at_the_end(run: Run, enter: Enter) -> None:
    controller = run(token_or_good)
    enter(controller.url, TOKEN).close()
    client = enter(controller.url, replace(TOKEN, logout=""))
    client.ask(GET)
    client.close()
    assert calls(controller) == ["POST /login", "GET /system"]


def test_the_method_of_a_log_out_is_the_profiles(run: Run, enter: Enter) -> None:
    controller = run(token_or_good)
    client = enter(controller.url, replace(TOKEN, logout_method="PUT"))
    client.ask(GET)
    client.close()
    assert calls(controller)[-1] == "PUT /logout"


HEADERS = {"X-Tenant": "site 7", "X-Key": "{login}/{password}"}


@pytest.mark.parametrize("table", [NONE, TOKEN])
def test_headers_of_a_profile_go_with_each_request_and_show_nowhere(
    run: Run,
    enter: Enter,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    table: LoginTable,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(client_module, "headers_of", lambda _: HEADERS)
    password = "geheim & ü"
    refused = as_json({"title": f"{LOGIN}/{password} is not known"}, 404)
    controller = run(lambda asked: refused if asked.path.endswith("/system") else token_or_good(asked))
    client = enter(controller.url, table, password=password)
    with pytest.raises(EvceRefusalError, match="404 bms/… is not known") as error:
        client.ask(GET)
    for asked in controller.asked:
        assert asked.headers["X-Tenant"] == "site 7"
        assert asked.headers["X-Key"].encode("latin-1").decode() == f"{LOGIN}/{password}"
    assert "geheim" not in str(error.value) + repr(vars(client)) + caplog.text
    assert len(controller.asked) == (1 if table is NONE else 2)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"errors": [{"message": "no\nroom"}], "title": "other"}, "404 no room"),
        ({"errors": [{"message": 17}]}, "404 17"),
        ({"errors": [], "title": "other", "detail": "why"}, "404 other: why"),
        ({"errors": [{"message": {"de": "x"}}]}, "404 no reason given"),
        ([], "404 no reason given"),
    ],
)
def test_the_reason_of_a_refusal_stands_where_the_profile_says(
    run: Run, enter: Enter, monkeypatch: pytest.MonkeyPatch, document: object, said: str
) -> None:
    monkeypatch.setattr(client_module, "error_text_of", lambda _: path_of("errors[0].message"))
    with pytest.raises(EvceRefusalError) as error:
        enter(run(lambda _: as_json(document, 404)).url, NONE).ask(GET)
    assert str(error.value) == f"The charge controller refuses /system: {said}."


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_a_log_out_that_fails_is_nobodys_trouble(run: Run, enter: Enter, status: int) -> None:
    controller = run(lambda asked: Answer(b"", status) if asked.path.endswith("/logout") else token_or_good(asked))
    client = enter(controller.url, TOKEN)
    client.ask(GET)
    client.close()
    assert calls(controller)[-1] == "POST /logout"


def closing_time(client: EvceClient) -> float:
    """Close a client; returns how many s that takes."""
    before = SystemClock().monotonic()
    client.close()
    return SystemClock().monotonic() - before


def test_a_log_out_to_which_nobody_answers_ends_in_its_time(
    run: Run, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LEAVE_TIMEOUT", 0.3)
    late = threading.Event()

    def respond(asked: Asked) -> Answer:
        if asked.path.endswith("/logout"):
            late.wait(10)
        return token_or_good(asked)

    client = enter(run(respond).url, TOKEN)
    client.ask(GET)
    took = closing_time(client)
    late.set()
    assert took < 2


def test_a_log_out_whose_answer_dribbles_ends_in_its_time(
    simulate: Callable[..., EvceSimulator], enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LEAVE_TIMEOUT", 0.3)
    simulator = simulate(clock=SystemClock())
    client = enter(simulator.url, replace(TOKEN, fields=CREDENTIALS, logout="/login"))
    client.ask(GET)
    simulator.inject("dribbled", path="/login", delay=0.1, parts=50)
    assert closing_time(client) < 3


def test_a_client_that_was_cut_logs_out_no_more(run: Run, enter: Enter) -> None:
    controller = run(token_or_good)
    client = enter(controller.url, TOKEN)
    client.ask(GET)
    client.cut()
    client.close()
    assert calls(controller) == ["POST /login", "GET /system"]


def test_a_login_that_failed_is_nothing_to_log_out_of(run: Run, enter: Enter) -> None:
    controller = run(lambda _: Answer(b"", 401))
    client = enter(controller.url, TOKEN)
    with pytest.raises(EvceLoginError):
        client.ask(GET)
    client.close()
    assert calls(controller) == ["POST /login"]


class Moving(HeldNumbers):
    """Numbers of which one has to become another when they are kept first."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = 0

    def keep(self) -> bool:
        self.kept += 1
        return self.kept > 1


def test_all_is_fetched_once_more_when_a_number_had_to_become_another(run: Run, enter: Enter) -> None:
    controller = run(lambda _: GOOD)
    numbers = Moving()
    client = enter(controller.url, NONE, numbers=numbers)
    client.fetch()
    client.fetch()
    assert (len(controller.seen), numbers.kept) == (3, 2)


def test_a_list_that_moved_is_fetched_once_more_whatever_the_dialect(
    run: Run, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls_: list[int] = []

    def moved(fetch: Callable[..., object]) -> Callable[..., object]:
        def once(self: Plain, ask: object) -> object:
            calls_.append(1)
            if len(calls_) == 1:
                raise EvceShiftedListError("/list", 1, 2)
            return fetch(self, ask)

        return once

    monkeypatch.setattr(Plain, "fetch", moved(Plain.fetch))
    client = enter(run(lambda _: GOOD).url, NONE)
    assert client.fetch().system == {"apiVersion": "6"}
    assert len(calls_) == 2


def test_the_same_answer_to_a_read_of_the_next_fetch_is_not_decoded_again(run: Run, enter: Enter) -> None:
    client = enter(run(lambda _: GOOD).url, NONE)
    first, second = client.fetch(), client.fetch()
    assert first.system is second.system
    assert client.system() is first.system
    assert client.ask(Request("POST", "/system")).document is not first.system
