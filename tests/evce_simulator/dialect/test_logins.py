"""Every way in that a profile can name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from evce_simulator import ManualClock
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from tests.evce_simulator.conftest import Client

Plain = Callable[..., Client]
NONE = 'kind = "none"'
TOKEN = """kind = "token"
path = "/session"
fields = { user = { name = "{login}", word = "{password}" }, scope = "all" }
token = "given.token"
life = "given.seconds"
header = "X-Token"
value = "Token {token}"
logout = "/session/end"
"""
COOKIE = """kind = "cookie"
path = "/enter"
send = "form"
fields = { user = "{login}", pass = "{password}" }
life = "seconds"
logout = "/leave"
"""


def start(plain: Plain, login: str) -> Client:
    return plain((NONE, login))


def get_token(client: Client, **body: object) -> requests.Response:
    sent = {"user": {"name": "bms", "word": "secret"}, "scope": "all"} | body
    return client.send("POST", "/session", json=sent)


def test_no_login_lets_everybody_in(plain: Plain) -> None:
    assert start(plain, NONE).get("/zones").status_code == 200


def test_a_profile_that_says_nothing_has_the_contracts_own_ways_in(plain: Plain) -> None:
    client = plain((f"[login]\n{NONE}", ""))
    assert client.get("/zones").status_code == 401
    assert client.get("/zones", auth=("bms", "secret")).status_code == 200
    token = client.send("POST", "/login", json={"login": "bms", "password": "secret"}).json()["token"]
    assert client.get("/zones", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(("password", "status"), [("secret", 200), ("wrong", 401)])
def test_basic_takes_the_right_password_alone(plain: Plain, password: str, status: int) -> None:
    answer = start(plain, 'kind = "basic"').get("/zones", auth=HTTPBasicAuth("bms", password))
    assert answer.status_code == status


@pytest.mark.parametrize(("password", "status"), [("secret", 200), ("wrong", 401)])
def test_digest_takes_the_right_password_alone_and_never_sees_it(plain: Plain, password: str, status: int) -> None:
    client = start(plain, 'kind = "digest"')
    answer = client.get("/zones?limit=2", auth=HTTPDigestAuth("bms", password))
    assert answer.status_code == status
    assert answer.request.headers["Authorization"].startswith('Digest username="bms"')
    assert password not in answer.request.headers["Authorization"]


def test_digest_refuses_basic_and_tells_the_challenge(plain: Plain) -> None:
    answer = start(plain, 'kind = "digest"').get("/zones", auth=HTTPBasicAuth("bms", "secret"))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Digest realm="EVCE", qop="auth"')


def test_digest_challenges_anew_when_its_nonce_is_old(plain: Plain, clock: ManualClock) -> None:
    client, answers = start(plain, 'kind = "digest"'), HTTPDigestAuth("bms", "secret")
    client.get("/zones", auth=answers)
    clock.advance(300)
    answer = client.get("/zones", auth=answers)
    assert answer.status_code == 200
    assert [one.status_code for one in answer.history] == [401]
    assert "stale=true" in answer.history[0].headers["WWW-Authenticate"]


def test_digest_refuses_an_answer_that_was_made_for_another_path(plain: Plain) -> None:
    client = start(plain, 'kind = "digest"')
    used = client.get("/zones", auth=HTTPDigestAuth("bms", "secret")).request.headers["Authorization"]
    assert client.get("/stations", headers={"Authorization": used}).status_code == 401
    assert client.get("/zones", headers={"Authorization": used}).status_code == 200


def test_a_token_is_given_and_taken_as_the_profile_says(plain: Plain) -> None:
    client = start(plain, TOKEN)
    assert client.get("/zones").status_code == 401
    given = get_token(client).json()["given"]
    assert given["seconds"] == 3600
    assert client.get("/zones", headers={"X-Token": f"Token {given['token']}"}).status_code == 200
    assert client.get("/zones", headers={"Authorization": f"Bearer {given['token']}"}).status_code == 401


def test_a_token_ends_and_is_refused_then(plain: Plain, clock: ManualClock) -> None:
    client = start(plain, TOKEN)
    client.session.headers["X-Token"] = f"Token {get_token(client).json()['given']['token']}"
    clock.advance(3599)
    assert client.get("/zones").status_code == 200
    clock.advance(1)
    answer = client.get("/zones")
    assert (answer.status_code, answer.json()["detail"]) == (401, "Log in at /session and send the token.")


def test_a_token_ends_with_its_logout(plain: Plain) -> None:
    client = start(plain, TOKEN)
    client.session.headers["X-Token"] = f"Token {get_token(client).json()['given']['token']}"
    assert client.send("POST", "/session/end").status_code == 204
    assert client.get("/zones").status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"user": {"name": "bms", "word": "wrong"}}, 401, "Login or password is wrong."),
        ({"user": {"name": "bms"}}, 400, "The field user.word is missing."),
        ({"scope": "some"}, 400, "The field scope must be 'all', not 'some'."),
        ({"more": 1}, 400, "The field more is unknown; the fields are user, scope."),
        ({"user": "bms"}, 400, "The field user must be an object."),
    ],
)
def test_a_login_that_does_not_fit_says_why(plain: Plain, body: dict[str, object], status: int, said: str) -> None:
    answer = get_token(start(plain, TOKEN), **body)
    assert (answer.status_code, answer.json()["detail"]) == (status, said)


def test_a_login_of_another_type_is_refused_with_the_type_that_is_wanted(plain: Plain) -> None:
    answer = start(plain, TOKEN).send("POST", "/session", data={"user": "bms"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("The body must be application/json, not application/x-www-form")


def test_a_cookie_is_a_session_until_it_ends(plain: Plain, clock: ManualClock) -> None:
    client = start(plain, COOKIE)
    assert client.get("/zones").status_code == 401
    answer = client.send("POST", "/enter", data={"user": "bms", "pass": "secret"})
    assert answer.json() == {"seconds": 3600}
    assert client.get("/zones").status_code == 200
    clock.advance(3600)
    assert client.get("/zones").status_code == 401


OAUTH2 = 'kind = "oauth2"\npath = "/token"\nscope = "site"\n'
GRANT = {"grant_type": "client_credentials", "scope": "site"}
ID = {"client_id": "bms", "client_secret": "secret"}


@pytest.mark.parametrize(
    ("client", "auth", "form", "status", "error"),
    [
        ("basic", ("bms", "secret"), {}, 200, None),
        ("basic", ("bms", "%73ecret"), {}, 200, None),
        ("basic", ("bms", "wrong"), {}, 401, "invalid_client"),
        ("basic", None, ID, 401, "invalid_client"),
        ("form", None, ID, 200, None),
        ("form", None, ID | {"client_secret": "wrong"}, 401, "invalid_client"),
        ("form", ("bms", "secret"), {}, 401, "invalid_client"),
        ("form", None, ID | {"grant_type": "password"}, 400, "unsupported_grant_type"),
        ("form", None, ID | {"scope": "world"}, 400, "invalid_scope"),
    ],
)
def test_a_client_gets_a_token_for_who_it_is(
    plain: Plain, client: str, auth: tuple[str, str] | None, form: dict[str, str], status: int, error: str | None
) -> None:
    caller = start(plain, f'{OAUTH2}client = "{client}"\n')
    answer = caller.send("POST", "/token", data=GRANT | form, auth=auth)
    assert (answer.status_code, answer.json().get("error")) == (status, error)
    if status == 200:
        given = answer.json()
        assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
        assert caller.get("/zones", headers={"Authorization": f"Bearer {given['access_token']}"}).status_code == 200
    assert caller.get("/zones").json()["detail"] == "Log in at /token and send the token."


def test_the_method_of_a_logout_is_the_profiles(plain: Plain) -> None:
    client = start(plain, f'{COOKIE}logout_method = "DELETE"')
    client.send("POST", "/enter", data={"user": "bms", "pass": "secret"})
    assert client.send("POST", "/leave").status_code == 404
    assert client.get("/zones").status_code == 200
    assert client.send("DELETE", "/leave").status_code == 204
    assert client.get("/zones").status_code == 401


def test_every_request_carries_the_headers_of_the_profile(plain: Plain) -> None:
    headers = '[headers]\nX-Tenant = "site 7"\nX-Key = "{login}/{password}"\n\n[login]\n'
    client = plain(("[login]\n", headers), (NONE, TOKEN))
    for sent, lacking in (({}, "X-Tenant"), ({"X-Tenant": "site 7", "X-Key": "bms/wrong"}, "X-Key")):
        answer = client.send("POST", "/session", json={}, headers=sent)
        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            f"The header {lacking} must be as the profile says.",
        )
    client.session.headers.update({"X-Tenant": "site 7", "X-Key": "bms/secret"})
    client.session.headers["X-Token"] = f"Token {get_token(client).json()['given']['token']}"
    assert client.get("/zones").status_code == 200


def test_an_error_says_what_is_wrong_where_the_profile_says(plain: Plain) -> None:
    client = plain(("[words.modes]", '[errors]\ntext = "errors[0].message"\n\n[words.modes]'))
    answer = client.get("/nothing")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert answer.json() == {"errors": [{"message": "There is nothing at /api/v2/nothing."}]}
    client.simulator.inject("unavailable")
    assert client.get("/zones").json() == {"errors": [{"message": "The controller is starting; come again later."}]}


def test_a_cookie_ends_with_its_logout(plain: Plain) -> None:
    client = start(plain, COOKIE)
    client.send("POST", "/enter", data={"user": "bms", "pass": "secret"})
    assert client.send("POST", "/leave").status_code == 204
    assert client.get("/zones").status_code == 401


@pytest.mark.parametrize(("key", "status"), [("bms:secret", 200), ("secret", 401), ("", 401)])
def test_a_key_stands_in_the_header_that_the_profile_names(plain: Plain, key: str, status: int) -> None:
    client = start(plain, 'kind = "key"\nheader = "X-Site"\nvalue = "{login}:{password}"')
    assert client.get("/zones", headers={"X-Site": key}).status_code == status


def test_a_key_in_the_query_opens_and_stands_in_no_journal(plain: Plain) -> None:
    client = start(plain, 'kind = "key"\nquery = "apikey"')
    assert client.get("/zones").status_code == 401
    assert client.get("/zones?apikey=secret").status_code == 200
    assert not [entry for entry in client.simulator.journal if "secret" in entry.query]


def test_who_may_not_come_in_does_not_hear_what_is_there(plain: Plain) -> None:
    client = start(plain, 'kind = "basic"')
    for method, path in (("GET", "/nothing"), ("GET", "/zones"), ("PUT", "/zones/1/reduction"), ("PUT", "/zones")):
        assert client.send(method, path).status_code == 401


@pytest.mark.parametrize("login", ['kind = "basic"', 'kind = "key"\nheader = "Authorization"\nvalue = "{password}"'])
def test_a_locked_account_is_locked_in_every_dialect(plain: Plain, login: str) -> None:
    client = start(plain, login)
    headers = {"Authorization": "secret"} if "key" in login else {"Authorization": "Basic Ym1zOnNlY3JldA=="}
    client.simulator.inject("locked-out", path="/system")
    for _ in range(5):
        client.get("/zones", headers={"Authorization": "Basic Ym1zOng="})
    assert client.get("/zones", headers=headers).status_code == 401
    client.simulator.clear_faults()
    assert client.get("/zones", headers=headers).status_code == 200
