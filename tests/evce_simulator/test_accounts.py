"""Login by password and by token."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests
from evce_simulator import ManualClock
from evce_simulator.accounts import Accounts

Run = Callable[..., Any]


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.fixture
def accounts(clock: ManualClock) -> Accounts:
    return Accounts(clock, "bms", "geheim:ü", token_lifetime=60)


def test_the_right_password_opens(accounts: Accounts) -> None:
    assert accounts.admits(basic("bms:geheim:ü"))


@pytest.mark.parametrize(
    "header", [None, "", basic("bms:wrong"), basic("other:geheim:ü"), "Basic ###", "Basic /w==", "Bearer x", "Digest x"]
)
def test_anything_else_does_not(accounts: Accounts, header: str | None) -> None:
    assert not accounts.admits(header)


def test_a_token_opens_until_its_time_is_over(accounts: Accounts, clock: ManualClock) -> None:
    token = accounts.issue_token("bms", "geheim:ü")
    assert accounts.admits(f"Bearer {token}")
    clock.advance(60)
    assert not accounts.admits(f"Bearer {token}")


def test_a_wrong_password_gets_no_token(accounts: Accounts) -> None:
    assert accounts.issue_token("bms", "x") is None


def test_five_wrong_tries_lock_the_account_where_that_is_on(accounts: Accounts, clock: ManualClock) -> None:
    accounts.locks = True
    for _ in range(5):
        accounts.admits(basic("bms:x"))
    assert not accounts.admits(basic("bms:geheim:ü"))
    clock.advance(300)
    assert accounts.admits(basic("bms:geheim:ü"))


def test_without_the_lock_wrong_tries_have_no_effect(accounts: Accounts) -> None:
    for _ in range(20):
        accounts.admits(basic("bms:x"))
    assert accounts.admits(basic("bms:geheim:ü"))


def test_the_token_of_the_api_opens_the_api(run: Run) -> None:
    url = run("guide").simulator.url
    token = requests.post(f"{url}/login", json={"login": "bms", "password": "secret"}, timeout=10).json()
    assert token["expiresIn"] == 3600
    answer = requests.get(f"{url}/zones", headers={"Authorization": f"Bearer {token['token']}"}, timeout=10)
    assert answer.status_code == 200


def test_without_credentials_everything_under_the_api_is_closed(run: Run) -> None:
    url = run("guide").simulator.url
    for path in ("/system", "/zones", "/zones/1", "/nothing"):
        answer = requests.get(url + path, timeout=10)
        assert answer.status_code == 401
        assert "WWW-Authenticate" in answer.headers


def test_a_login_with_a_wrong_password_is_refused(run: Run) -> None:
    url = run("guide").simulator.url
    answer = requests.post(f"{url}/login", json={"login": "bms", "password": "x"}, timeout=10)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "named"),
    [
        ("{", "application/json", 400, "not JSON"),
        ("{}", "text/plain", 400, "text/plain"),
        ('{"login": NaN, "password": "x"}', "application/json", 400, "not JSON"),
        ("[]", "application/json", 422, "object"),
        ('{"login": "x"}', "application/json", 422, "password"),
        ('{"login": 1, "password": "x"}', "application/json", 422, "login"),
        ('{"login": "x", "password": "x", "extra": 1}', "application/json", 422, "extra"),
    ],
)
def test_a_login_that_cannot_be_read_says_why(run: Run, body: str, content_type: str, status: int, named: str) -> None:
    url = run("guide").simulator.url
    answer = requests.post(f"{url}/login", data=body, headers={"Content-Type": content_type}, timeout=10)
    assert answer.status_code == status
    assert named in answer.json()["detail"]
