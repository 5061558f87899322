"""The probe as a client of OAuth2: how it shows who it is, for which scope, and that it is wrong once at most."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from evce_connector.probe.asking import ProbeError, ProbeLoginError
from evce_connector.probe.dialect.proposal import login_said
from evce_connector.probe.dialect.ways import UnknownLoginError

from tests.evce_connector.probe.dialect.measuring import PASSWORD
from tests.evce_connector.probe.dialect.test_doors import Answer, Controller, way_in

TOKEN = "a-very-long-token"
BY_BASIC = "Basic " + base64.b64encode(f"bms:{PASSWORD}".encode()).decode()
Given = list[tuple[str, Any]]


def tokens(*, client: str, scope: str = "", says: str = "", metadata: Any = None) -> tuple[Controller, Given]:  # noqa: ANN401 - JSON
    """Give tokens at /oauth/token to a client in the form or by basic authentication; keeps the logins it judged."""
    judged: Given = []

    def judge(headers: dict[str, str], sent: dict[str, Any]) -> Answer:
        by_form = sent.get("client_id"), sent.get("client_secret")
        given = by_form if client == "form" else headers.get("authorization")
        if given in ((None, None), None):
            return "401 No", {"error": "invalid_client"}, {}
        judged.append((client, given))
        if given != (("bms", PASSWORD) if client == "form" else BY_BASIC):
            challenge = {"WWW-Authenticate": "Basic"} if client == "basic" else {}
            return "401 No", {"error": "invalid_client"}, challenge
        return "200 OK", {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 60}, {}

    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        if path.startswith("/.well-known/") and metadata:
            return "200 OK", metadata, {}
        if path == "/api/oauth/token" and method == "POST":
            if sent.get("grant_type") != "client_credentials":
                return "400 No", {"error": "unsupported_grant_type"}, {}
            if sent.get("scope", "") != scope:
                return "400 No", {"error": "invalid_scope", "error_description": says}, {}
            return judge(headers, sent)
        if headers.get("authorization") == f"Bearer {TOKEN}":
            return "200 OK", {}, {}
        return "401 No", {"detail": "no"}, {"WWW-Authenticate": "Bearer"}

    return Controller(say), judged


@pytest.mark.parametrize(("client", "said"), [("form", {"client": "form"}), ("basic", {})])
def test_a_client_is_let_in_by_basic_authentication_or_in_the_form(client: str, said: dict[str, str]) -> None:
    controller, judged = tokens(client=client)
    way = way_in(controller)
    assert login_said(way.table) == {
        "kind": "oauth2", "path": "/oauth/token", **said, "token": "access_token", "life": "expires_in",
    }  # fmt: skip
    assert len(judged) == 1


@pytest.mark.parametrize(
    ("says", "metadata"),
    [
        ("The scope must be 'site.read'.", None),
        ("scope: site.read", None),
        ("", {"token_endpoint": "/oauth/token", "scopes_supported": ["site.read"]}),
    ],
)
def test_the_scope_that_a_refusal_or_the_metadata_names_is_asked_for(says: str, metadata: Any) -> None:  # noqa: ANN401 - JSON
    controller, _ = tokens(client="form", scope="site.read", says=says, metadata=metadata)
    assert login_said(way_in(controller).table)["scope"] == "site.read"


def test_a_scope_that_nothing_tells_is_asked_for_with_the_rest_of_the_login() -> None:
    controller, judged = tokens(client="form", scope="site.read", says="The requested scope is invalid.")
    with pytest.raises(UnknownLoginError, match="for a scope that nothing here tells") as raised:
        way_in(controller)
    assert [(way["kind"], way["path"], way["client"]) for way in raised.value.ways] == [
        ("oauth2", "/oauth/token", "form"),
        ("oauth2", "/oauth/token", "basic"),
    ]
    assert judged == []


@pytest.mark.parametrize("client", ["form", "basic"])
def test_a_client_that_is_refused_is_refused_once(client: str) -> None:
    controller, judged = tokens(client=client)
    with pytest.raises(ProbeLoginError, match="tried once and not again"):
        way_in(controller, "wrong")
    assert len(judged) == 1


def test_an_answer_says_client_and_scope_as_a_profile_does() -> None:
    controller, judged = tokens(client="form", scope="site.read")
    told = {"kind": "oauth2", "path": "/oauth/token", "client": "form", "scope": "site.read", "logout": "/oauth/revoke"}
    said = login_said(way_in(controller, login=told).table)
    assert {key: said[key] for key in told} == told
    assert len(judged) == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"kind": "oauth2", "path": "/oauth/token", "client": "card"}, "login.client"),
        ({"kind": "basic", "scope": "site.read"}, 'login.scope is not known for kind = "basic"'),
        ("door", "login.kind"),
    ],
)  # fmt: skip
def test_an_answer_that_no_profile_could_say_is_refused_with_what_to_write(told: Any, why: str) -> None:  # noqa: ANN401 - as a person wrote it
    controller, judged = tokens(client="form")
    with pytest.raises(ProbeError, match=why):
        way_in(controller, login=told)
    assert judged == []
