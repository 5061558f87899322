"""Logins that no simulated controller has: calls told by a 405, fields that an error names, sessions, links."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import pytest
from evce_connector.clock import SystemClock
from evce_connector.probe.asking import Asking, ProbeLoginError, Target
from evce_connector.probe.dialect import search
from evce_connector.probe.dialect.entrance import enter
from evce_connector.probe.dialect.ways import UnknownLoginError, Way

from tests.evce_connector.probe.dialect.measuring import FAST, PASSWORD
from tests.evce_connector.probe.otherwise import serving

Answer = tuple[str, Any, dict[str, str]]
Say = Callable[[str, str, dict[str, str], Any], Answer]


class Controller:
    """Answers by a function of method, path, headers and what was sent; keeps what was asked."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.asked: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.asked.append((method, path))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        is_json = environ.get("CONTENT_TYPE") == "application/json"
        sent = json.loads(body) if body and is_json else {k: v[0] for k, v in parse_qs(body.decode()).items()}
        headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key[:5] == "HTTP_"}
        status, document, more = self._say(method, path, headers, sent)
        content = json.dumps(document).encode()
        start_response(
            status, [*more.items(), ("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        )
        return [content]


def way_in(controller: Controller, password: str = PASSWORD, **answers: Any) -> Way:  # noqa: ANN401 - answers of any kind
    with (
        serving(controller) as origin,
        Asking(Target(f"{origin}/api", "bms", password, True, FAST), SystemClock(), lambda _: None, 400) as asking,
    ):
        return enter(asking, answers)[0]


def right(sent: dict[str, Any], login: str, password: str) -> bool:
    return bool(sent.get(login) == "bms" and sent.get(password) == PASSWORD)


def validating(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
    """Refuse a login as validating frameworks do: 422 and each field that is missing."""
    if path == "/api/auth/token" and method == "POST":
        missing = [name for name in ("userName", "passphrase") if name not in sent]
        if missing:
            return "422 No", {"detail": [{"loc": ["body", name], "msg": "Field required"} for name in missing]}, {}
        if right(sent, "userName", "passphrase"):
            return "200 OK", {"session": {"accessToken": "a-very-long-token", "ttl": 900}}, {}
        return "401 No", {"detail": "no"}, {}
    if path == "/api/auth/token":
        return "405 No", {}, {"Allow": "POST"}
    if headers.get("x-auth-token") == "a-very-long-token":
        return "200 OK", {}, {}
    return "401 No", {"detail": "no"}, {}


def sessions(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
    """Send whoever has no session on to the page for logging in."""
    if path == "/api/login" and method == "POST":
        if right(sent, "username", "password"):
            return "200 OK", {"welcome": True}, {"Set-Cookie": "sid=1234; Path=/"}
        return "400 No", {"error": "username and password are required"}, {}
    if headers.get("cookie") == "sid=1234":
        return "200 OK", {}, {}
    return "302 Found", {}, {"Location": "/login"}


def test_fields_that_an_error_names_are_sent_and_the_header_of_the_token_is_tried() -> None:
    found = way_in(Controller(validating)).table
    assert (found.kind, found.path, found.send) == ("token", "/auth/token", "json")
    assert found.fields == {"userName": "{login}", "passphrase": "{password}"}
    assert (found.token, found.life) == ("session.accessToken", "session.ttl")
    assert (found.header, found.value) == ("X-Auth-Token", "{token}")


def test_what_a_refusal_says_a_field_must_be_is_sent() -> None:
    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        if path == "/api/login" and method == "POST":
            unknown = [name for name in sent if name not in ("user", "password", "client")]
            if unknown or len(sent) < 3:
                return "400 No", {"detail": "The fields are user, password, client."}, {}
            if sent["client"] != "bms-link":
                return "400 No", {"detail": "The field client must be 'bms-link'."}, {}
            is_right = right(sent, "user", "password")
            return ("200 OK", {"token": "a-very-long-token"}, {}) if is_right else ("401 No", {}, {})
        is_in = headers.get("authorization") == "Bearer a-very-long-token"
        return ("200 OK", {}, {}) if is_in else ("401 No", {"detail": "no"}, {})

    found = way_in(Controller(say)).table
    assert found.fields == {"user": "{login}", "password": "{password}", "client": "bms-link"}


def test_a_session_is_found_where_requests_are_sent_on_to_its_login() -> None:
    found = way_in(Controller(sessions)).table
    assert (found.kind, found.path) == ("cookie", "/login")
    assert found.fields == {"username": "{login}", "password": "{password}"}


def test_a_password_that_a_call_refuses_goes_nowhere_else() -> None:
    judged: list[Any] = []

    def watching(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        if "wrong" in json.dumps(sent):
            judged.append(sent)
        return validating(method, path, headers, sent)

    with pytest.raises(ProbeLoginError, match="tried once and not again"):
        way_in(Controller(watching), "wrong")
    assert judged == [{"userName": "bms", "passphrase": "wrong"}]


def test_where_nothing_tells_how_to_log_in_it_is_asked_and_the_password_not_sent() -> None:
    def wall(*_: Any) -> Answer:  # noqa: ANN401 - whatever is asked
        return "401 No", {"error": "no"}, {"WWW-Authenticate": "Bearer"}

    controller = Controller(wall)
    with pytest.raises(UnknownLoginError, match="answer the question login"):
        way_in(controller)


def test_a_login_as_answered_is_used() -> None:
    told = {"kind": "token", "path": "/auth/token", "fields": {"userName": "{login}", "passphrase": "{password}"}}
    found = way_in(Controller(validating), login=told | {"token": "session.accessToken"})
    assert found.table.header == "X-Auth-Token"


def test_login_and_password_stand_however_deep_the_answered_login_has_them() -> None:
    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        if (method, path) == ("POST", "/api/grants"):
            is_right = right(sent["data"]["attributes"], "principal", "secret")
            return ("201 Created", {"data": {"bearer": "a-token"}}, {}) if is_right else ("401 No", {}, {})
        return ("200 OK" if headers.get("authorization") == "Bearer a-token" else "401 No"), {}, {}

    deep = {"data": {"attributes": {"principal": "{login}", "secret": "{password}"}}}
    told = {"kind": "token", "path": "/grants", "send": "json", "fields": deep, "token": "data.bearer"}
    assert way_in(Controller(say), login=told).table.header == "Authorization"


def test_a_form_of_the_probe_says_what_is_no_text_as_the_connector_does() -> None:
    sent_forms: list[Any] = []

    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        if (method, path) == ("POST", "/api/login"):
            sent_forms.append(sent)
            return "200 OK", {"token": "a-very-long-token"}, {}
        return ("200 OK" if headers.get("authorization") == "Bearer a-very-long-token" else "401 No"), {}, {}

    fields = {"user": "{login}", "password": "{password}", "remember": True, "minutes": 30}
    way_in(Controller(say), login={"kind": "token", "path": "/login", "send": "form", "fields": fields})
    assert sent_forms == [{"user": "bms", "password": PASSWORD, "remember": "true", "minutes": "30"}]


@pytest.mark.parametrize("scheme", ["ApiKey ", "Token ", ""])
def test_a_key_behind_any_usual_scheme_is_found(scheme: str) -> None:
    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        del method, path, sent
        is_right = headers.get("authorization") == f"{scheme}{PASSWORD}"
        return ("200 OK", {}, {}) if is_right else ("401 No", {"error": "an API key is needed"}, {})

    found = way_in(Controller(say)).table
    assert (found.kind, found.header, found.value) == ("key", "Authorization", f"{scheme}{{password}}")


@pytest.mark.parametrize(("header", "scheme"), [("x-api-key", ""), ("authorization", "Token "), ("x-auth-token", "")])
def test_a_wrong_key_comes_once_to_where_the_controller_looks_for_it(header: str, scheme: str) -> None:
    judged: list[str] = []

    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        del method, path, sent
        value = headers.get(header, "")
        if value.startswith(scheme) and value.removeprefix(scheme) == "wrong-key":
            judged.append(value)
        return "401 No", {"error": "an API key is needed"}, {}

    with pytest.raises(UnknownLoginError, match="was not taken for one"):
        way_in(Controller(say), "wrong-key")
    assert len(judged) == 1


def test_a_site_is_found_by_the_links_of_an_index() -> None:
    site = {
        "/api/": {"links": {"everything": "/api/one/document"}},
        "/api/one/document": {"clock": "2026-01-01T00:00:00Z"},
    }

    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        del method, headers, sent
        return ("200 OK", site[path], {}) if path in site else ("404 No", {}, {})

    controller = Controller(say)
    with serving(controller) as origin:
        found = search.find(Target(f"{origin}/api", "bms", PASSWORD, True, FAST), SystemClock(), lambda _: None)
    assert ("GET", "/api/one/document") in controller.asked
    assert [question.name for question in found.questions] == ["zones", "stations", "connectors"]
    assert "/one/document" in found.questions[0].candidates
