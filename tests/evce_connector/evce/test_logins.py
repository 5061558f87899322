"""The ways to log in: what each sends, and that neither key nor token nor password shows anywhere else."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import traceback
from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce import client as client_module
from evce_connector.evce.asking import Request
from evce_connector.evce.errors import EvceAnswerError, EvceError, EvceLoginError, EvceRefusalError
from evce_connector.evce.logins import LoginTable

from tests.evce_connector.evce.doors import GET, GOOD, WRITE, Enter, Respond, Run, calls
from tests.evce_connector.evce.doors import enter as enter  # noqa: PLC0414 - a fixture
from tests.evce_connector.evce.doors import run as run  # noqa: PLC0414 - a fixture
from tests.evce_connector.evce.scripted import Answer, Asked, as_json
from tests.support.joined import LOGIN, PASSWORD

REFUSED = as_json({"title": "No"}, 401)


def good(_: Asked) -> Answer:
    return GOOD


def test_a_controller_without_a_login_is_told_none(run: Run, enter: Enter) -> None:
    controller = run(good)
    client = enter(controller.url, LoginTable("none"))
    assert client.ask(GET).document == {"apiVersion": "6"}
    assert calls(controller) == ["GET /system"]
    assert not {"authorization", "cookie", "x-api-key"} & {name.lower() for name in controller.asked[0].headers}


def test_basic_authentication_of_a_profile_is_that_of_the_configuration(run: Run, enter: Enter) -> None:
    controller = run(good)
    enter(controller.url, LoginTable("basic"), login="Aladdin", password="open sesame").ask(GET)
    assert controller.asked[0].headers["Authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def digest_of(asked: Asked, password: str, hashed: str) -> bool:
    """Tell whether a request answers a challenge as RFC 7616 says."""
    said = dict(re.findall(r'(\w+)="?([^",]*)"?', asked.headers.get("Authorization", "")))
    if said.get("username") != LOGIN:
        return False

    def digest(text: str) -> str:
        return hashlib.new(hashed, text.encode()).hexdigest()

    secret = digest(f"{LOGIN}:EVCE:{password}")
    what = digest(f"{asked.method}:{asked.path}")
    return said["response"] == digest(f"{secret}:{said['nonce']}:{said['nc']}:{said['cnonce']}:auth:{what}")


@pytest.mark.parametrize(("hashed", "named"), [("md5", "MD5"), ("sha256", "SHA-256")])
def test_digest_authentication_answers_a_challenge_once_and_goes_on_with_it(
    run: Run, enter: Enter, hashed: str, named: str
) -> None:
    challenge = f'Basic realm="EVCE", Digest realm="EVCE", nonce="n1", qop="auth", algorithm={named}'

    def respond(asked: Asked) -> Answer:
        return GOOD if digest_of(asked, PASSWORD, hashed) else Answer(b"", 401, {"WWW-Authenticate": challenge})

    controller = run(respond)
    client = enter(controller.url, LoginTable("digest"))
    client.ask(Request("GET", "/system", {"a b": "1"}))
    assert client.ask(WRITE).document == {"apiVersion": "6"}
    assert calls(controller) == ["GET /system", "GET /system", "POST /thing"]
    counts = re.findall(r"nc=(\d+)", " ".join(asked.headers.get("Authorization", "") for asked in controller.asked))
    assert counts == ["00000001", "00000002"]


def test_a_digest_that_is_refused_is_answered_once_more_and_then_a_wrong_password(run: Run, enter: Enter) -> None:
    nonces = iter("abcdef")

    def respond(_: Asked) -> Answer:
        return Answer(b"", 401, {"WWW-Authenticate": f'digest realm="EVCE", nonce="{next(nonces)}", qop="auth"'})

    controller = run(respond)
    with pytest.raises(EvceLoginError, match=r"check evce\.login and evce\.password\.$"):
        enter(controller.url, LoginTable("digest")).ask(WRITE)
    assert [json.loads(asked.body) for asked in controller.asked] == [{"on": True}, {"on": True}]


@pytest.mark.parametrize(
    ("status", "challenge"), [(401, ""), (401, "Basic"), (401, "Digest qop=auth"), (403, 'Digest realm="a", nonce="b"')]
)
def test_what_is_no_challenge_is_a_refusal(run: Run, enter: Enter, status: int, challenge: str) -> None:
    controller = run(lambda _: Answer(b"", status, {"WWW-Authenticate": challenge}))
    with pytest.raises(EvceLoginError):
        enter(controller.url, LoginTable("digest")).ask(GET)
    assert len(controller.seen) == 1


BY_FORM = LoginTable(
    "token",
    "/oauth/token",
    send="form",
    fields={"grant_type": "password", "username": "{login}", "password": "{password}", "scope": 1},
    token="data.access_token",
    life="data.expires_in",
)


def test_a_token_is_fetched_by_a_form_and_found_by_its_path(run: Run, enter: Enter, clock: ManualClock) -> None:
    def respond(asked: Asked) -> Answer:
        token = {"data": {"access_token": "abc-def", "expires_in": 100}}
        return as_json(token, 201) if asked.path.endswith("/oauth/token") else GOOD

    controller = run(respond)
    client = enter(controller.url, BY_FORM, password="Zähler & {login}=1")
    for wait in (0, 79, 1):
        clock.advance(wait)
        client.ask(GET)
    assert calls(controller) == ["POST /oauth/token", "GET /system", "GET /system", "POST /oauth/token", "GET /system"]
    login, request = controller.asked[:2]
    assert login.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(login.body.decode()) == {
        "grant_type": ["password"],
        "username": [LOGIN],
        "password": ["Zähler & {login}=1"],
        "scope": ["1"],
    }
    assert request.headers["Authorization"] == "Bearer abc-def"


def test_a_token_is_sent_in_the_header_and_form_that_the_profile_says_and_not_with_a_login(
    run: Run, enter: Enter, clock: ManualClock
) -> None:
    fields = {"user": {"names": ["{login}"], "secret": "{password}", "stay": True}}
    table = LoginTable("token", "/in", "PUT", fields=fields, token="t", header="X-Token", value="v1 {token} {login}")
    controller = run(lambda asked: as_json({"t": "abc"}) if asked.method == "PUT" else GOOD)
    client = enter(controller.url, table)
    client.ask(GET)
    clock.advance(2880)
    client.ask(GET)
    assert [asked.headers["X-Token"] for asked in controller.asked] == [None, "v1 abc bms", None, "v1 abc bms"]
    assert json.loads(controller.asked[0].body) == {"user": {"names": [LOGIN], "secret": PASSWORD, "stay": True}}


CLIENT = {"grant_type": "client_credentials"}
OAUTH2 = LoginTable(
    "oauth2", "/token", send="form", fields=CLIENT, token="access_token", life="expires_in", by_basic=True
)


def test_a_client_gets_a_token_of_its_own_by_basic_authentication_and_sends_that_alone(
    run: Run, enter: Enter, clock: ManualClock
) -> None:
    token = {"access_token": "abc-def", "token_type": "Bearer", "expires_in": 100}
    controller = run(lambda asked: as_json(token) if asked.path.endswith("/token") else GOOD)
    client = enter(controller.url, OAUTH2, login="bms 7", password="a:b/ü")
    for wait in (0, 79, 1):
        clock.advance(wait)
        client.ask(GET)
    assert calls(controller) == ["POST /token", "GET /system", "GET /system", "POST /token", "GET /system"]
    encoded = b64encode(b"bms+7:a%3Ab%2F%C3%BC").decode()
    sent = [asked.headers["Authorization"] for asked in controller.asked]
    assert sent == [f"Basic {encoded}", *["Bearer abc-def"] * 2, f"Basic {encoded}", "Bearer abc-def"]
    assert controller.asked[0].body == b"grant_type=client_credentials"


@pytest.mark.parametrize(
    ("status", "document", "error", "said"),
    [
        (400, {"error": "invalid_client"}, EvceLoginError, "refuses the login"),
        (400, {"error": "unauthorized_client"}, EvceLoginError, "refuses the login"),
        (401, {"error": "invalid_client"}, EvceLoginError, "refuses the login"),
        (400, {"error": "invalid_scope", "title": "no such scope"}, EvceRefusalError, "/token: 400 no such scope"),
        (200, {}, EvceAnswerError, "/token: it gives no token"),
    ],
)
def test_a_client_that_gets_no_token_is_told_why(
    run: Run, enter: Enter, status: int, document: object, error: type[EvceError], said: str
) -> None:
    controller = run(lambda _: as_json(document, status))
    with pytest.raises(error, match=said):
        enter(controller.url, OAUTH2).ask(GET)
    assert len(controller.asked) == 1


def test_a_token_of_a_client_that_has_ended_is_one_new_login_and_one_more_try(run: Run, enter: Enter) -> None:
    ends = iter([GOOD, REFUSED, GOOD])
    controller = run(lambda asked: as_json({"access_token": "t"}) if asked.path.endswith("/token") else next(ends))
    client = enter(controller.url, OAUTH2)
    client.ask(GET)
    client.ask(GET)
    assert calls(controller)[2:] == ["GET /system", "POST /token", "GET /system"]


@pytest.mark.parametrize("answer", [{}, {"data": 5}, {"data": {"access_token": 5}}, {"data": {"access_token": "a\nb"}}])
def test_an_answer_without_a_usable_token_is_none(run: Run, enter: Enter, answer: object) -> None:
    with pytest.raises(EvceAnswerError, match="/oauth/token: it gives no token"):
        enter(run(lambda _: as_json(answer)).url, BY_FORM).ask(GET)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("request_", [GET, WRITE], ids=["read", "write"])
def test_a_token_that_is_refused_is_one_new_login_and_one_more_try(
    run: Run, enter: Enter, status: int, request_: Request
) -> None:
    tokens = iter(["old", "new"])

    def respond(asked: Asked) -> Answer:
        if asked.path.endswith("/oauth/token"):
            return as_json({"data": {"access_token": next(tokens)}})
        return GOOD if asked.headers["Authorization"] == "Bearer new" else as_json({}, status)

    controller = run(respond)
    assert enter(controller.url, BY_FORM).ask(request_).document == {"apiVersion": "6"}
    call = f"{request_.method} {request_.path}"
    assert calls(controller) == ["POST /oauth/token", call, "POST /oauth/token", call]


COOKIE = LoginTable("cookie", "/session", fields={"name": "{login}", "pin": "{password}"}, life="ends.after")


def sessions(*ended: Answer, login: int = 200) -> tuple[list[str], Respond]:
    """Script a controller whose first session ends at once by an answer, if one is given."""
    given: list[str] = []
    ends = iter(ended)

    def respond(asked: Asked) -> Answer:
        if asked.path.endswith("/session"):
            given.append(f"s{len(given) + 1}")
            body = json.dumps({"ends": {"after": 100}}).encode()
            return Answer(body, login, {"Set-Cookie": f"sid={given[-1]}; Path=/; HttpOnly", "Location": "/start"})
        if asked.headers["Cookie"] != f"sid={given[-1] if given else ''}":
            return REFUSED
        return next(ends, GOOD)

    return given, respond


@pytest.mark.parametrize("login", [200, 204, 302, 303])
def test_a_session_is_carried_by_its_cookie_for_most_of_its_life(
    run: Run, enter: Enter, clock: ManualClock, login: int
) -> None:
    _, respond = sessions(login=login)
    controller = run(respond)
    client = enter(controller.url, COOKIE)
    life = 100 if login == 200 else 3600
    for wait in (0, 0.79 * life, 0.02 * life):
        clock.advance(wait)
        client.ask(GET)
    assert calls(controller) == ["POST /session", "GET /system", "GET /system", "POST /session", "GET /system"]
    assert json.loads(controller.asked[0].body) == {"name": LOGIN, "pin": PASSWORD}
    assert [asked.headers["Cookie"] for asked in controller.asked] == [None, "sid=s1", "sid=s1", None, "sid=s2"]


@pytest.mark.parametrize("status", [401, 403, 302])
def test_a_session_that_has_ended_is_one_new_login_and_one_more_try(run: Run, enter: Enter, status: int) -> None:
    _, respond = sessions(Answer(b"", status, {"Location": "/login.html"}))
    controller = run(respond)
    assert enter(controller.url, COOKIE).ask(GET).document == {"apiVersion": "6"}
    assert calls(controller) == ["POST /session", "GET /system", "POST /session", "GET /system"]


def test_who_writes_and_is_sent_on_afterwards_does_not_write_a_second_time(run: Run, enter: Enter) -> None:
    _, respond = sessions(Answer(b"", 303, {"Location": "/done;jsessionid=s1?sid=s1"}))
    controller = run(respond)
    with pytest.raises(EvceAnswerError, match="status 303, it sends on to /done: ") as told:
        enter(controller.url, COOKIE).ask(WRITE)
    assert "s1" not in str(told.value)
    assert calls(controller) == ["POST /session", f"{WRITE.method} {WRITE.path}"]


def test_a_new_session_that_is_refused_too_is_not_tried_a_third_time(run: Run, enter: Enter) -> None:
    _, respond = sessions(REFUSED, REFUSED)
    controller = run(respond)
    with pytest.raises(EvceLoginError):
        enter(controller.url, COOKIE).ask(GET)
    assert len(controller.seen) == 4


def test_a_session_without_a_cookie_is_none_and_a_refused_one_is_a_wrong_password(run: Run, enter: Enter) -> None:
    with pytest.raises(EvceAnswerError, match="/session: it sets no cookie"):
        enter(run(good).url, COOKIE).ask(GET)
    with pytest.raises(EvceAnswerError, match="/session: status 302, it sends on to /login"):
        enter(run(lambda _: Answer(b"", 302, {"Location": "/login"})).url, COOKIE).ask(GET)
    with pytest.raises(EvceLoginError):
        enter(run(lambda _: REFUSED).url, COOKIE).ask(GET)


@pytest.mark.parametrize(
    ("table", "header", "value"),
    [
        (LoginTable("key"), "X-API-Key", PASSWORD),
        (LoginTable("key", header="Authorization", value="ApiKey {login}:{password}"), "Authorization", "ApiKey bms:"),
    ],
)
def test_a_key_is_sent_in_a_header(run: Run, enter: Enter, table: LoginTable, header: str, value: str) -> None:
    controller = run(good)
    enter(controller.url, table).ask(WRITE)
    assert controller.asked[0].headers[header] == (value if value == PASSWORD else f"{value}{PASSWORD}")


QUERY = LoginTable("key", query="api key")
KEY = "sécret & key/1"
REPEATED = Request("GET", "/list?api+key=s%C3%A9cret+%26+key%2F1&page=3", {"size": "5"})
"""A request for a page whose address a Link header gave, with the key in it."""
SPELLED = re.compile(r"s(é|%C3%A9)cret", re.IGNORECASE)


def test_a_key_in_the_query_stands_beside_what_the_request_asks(run: Run, enter: Enter) -> None:
    controller = run(good)
    client = enter(controller.url, QUERY, password=KEY)
    client.ask(Request("GET", "/list?page=2", {"size": "5"}))
    client.ask(GET)
    client.ask(REPEATED)
    found = [parse_qs(urlsplit(asked.path).query) for asked in controller.asked]
    assert found == [
        {"page": ["2"], "size": ["5"], "api key": [KEY]},
        {"api key": [KEY]},
        {"page": ["3"], "size": ["5"], "api key": [KEY]},
    ]


def repeats_it(asked: Asked) -> Answer:
    return as_json({"title": f"no such {asked.path}", "detail": f"the key {KEY}"}, 404)


def sends_on(asked: Asked) -> Answer:
    return Answer(b"", 301, {"Location": f"https://127.0.0.1{asked.path}"})


@pytest.mark.parametrize("respond", [repeats_it, sends_on, lambda _: REFUSED, lambda _: Answer(b"x" * 99)])
def test_a_key_in_the_query_shows_in_no_error_no_log_and_no_representation(
    run: Run, enter: Enter, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, respond: Respond
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(client_module, "MAX_BODY", 5000 if respond is repeats_it else 50)
    controller = run(respond)
    client = enter(controller.url, QUERY, password=KEY)
    for url in (controller.url, "http://127.0.0.1:1/api/v2"):
        client = enter(url, QUERY, password=KEY)
        with pytest.raises(EvceError) as error:
            client.ask(REPEATED)
        shown = "".join(traceback.format_exception(error.value)) + repr(vars(client)) + repr(client.options)
        assert not SPELLED.search(shown), shown
    assert SPELLED.search(controller.asked[0].path)
    assert "urllib3" in {record.name.partition(".")[0] for record in caplog.records}
    assert not SPELLED.search(caplog.text)


def test_a_token_or_password_that_the_controller_repeats_is_not_shown(run: Run, enter: Enter) -> None:
    def respond(asked: Asked) -> Answer:
        if asked.path.endswith("/oauth/token"):
            return as_json({"data": {"access_token": "abc-def"}})
        return as_json({"title": f"{asked.headers['Authorization']} of {PASSWORD}"}, 400)

    client = enter(run(respond).url, BY_FORM)
    with pytest.raises(EvceRefusalError, match="400 Bearer … of …") as error:
        client.ask(GET)
    assert "abc-def" not in repr(vars(client)) + str(error.value)


def test_what_a_table_sends_is_in_no_representation() -> None:
    table = LoginTable("token", fields={"client_secret": "abc-def"}, value="Key abc-def")
    assert "abc-def" not in repr(table)


def test_a_kind_that_there_is_not_is_refused(enter: Enter) -> None:
    with pytest.raises(ValueError, match="no login of the kind 'magic'"):
        enter("http://127.0.0.1:1", LoginTable("magic"))


@pytest.mark.parametrize(
    ("value", "says"),
    [("{password}", "refuses the key: check evce.password."), ("{login}:{password}", "refuses the login 'bms': check")],
)
def test_who_is_refused_with_a_key_is_told_what_was_sent(run: Run, enter: Enter, value: str, says: str) -> None:
    with pytest.raises(EvceLoginError) as told:
        enter(run(lambda _: REFUSED).url, LoginTable("key", value=value)).ask(GET)
    assert says in str(told.value)
