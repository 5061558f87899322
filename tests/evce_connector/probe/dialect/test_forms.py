"""Logins whose fields stand in other fields: named one by one, all together, by pointers, or by an OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from evce_connector.probe.asking import Answer as Heard
from evce_connector.probe.asking import ProbeLoginError
from evce_connector.probe.dialect import forms
from evce_connector.probe.dialect.logins import find_token

from tests.evce_connector.probe.dialect.measuring import PASSWORD
from tests.evce_connector.probe.dialect.test_doors import Answer, Controller, way_in

GRANT = {"data": {"type": "grants", "attributes": {"principal": "{login}", "secret": "{password}"}}}
OPENAPI = {
    "paths": {
        "/users": {
            "post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/new"}}}}}
        },
        "/enter-here/session": {
            "post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/grant"}}}}}
        },
    },
    "components": {
        "new": {"properties": {"username": {}, "password": {}}},
        "grant": {
            "required": ["credentials"],
            "properties": {
                "credentials": {"properties": {"user": {"type": "string"}, "pin": {"type": "string"}}},
                "realm": {"enum": ["bms"]},
            },
        },
    },
}


def refused(text: Any) -> Heard:  # noqa: ANN401 - JSON
    return Heard("POST", "/login", 400, {}, text, True)


def one_by_one(sent: Any) -> str:  # noqa: ANN401 - JSON
    """Say the first thing that is wrong with a grant."""
    said: Any = sent
    for name, inner in (("data", "data"), ("attributes", "data.attributes")):
        if name not in said:
            return f"The field {inner} is missing."
        said = said[name]
    lacking = [name for name in ("principal", "secret") if name not in said]
    if lacking:
        return f"The field data.attributes.{lacking[0]} is missing."
    return "" if sent["data"].get("type") == "grants" else "The field data.type must be 'grants', not nothing."


def granting(sent_passwords: list[Any]) -> Any:  # noqa: ANN401 - a function
    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        if (method, path) == ("POST", "/api/auth/grants"):
            if "correct" in json.dumps(sent) or "wrong" in json.dumps(sent):
                sent_passwords.append(sent)
            if wrong := one_by_one(sent):
                return "400 No", {"errors": [{"detail": wrong}]}, {}
            is_right = sent["data"]["attributes"] == {"principal": "bms", "secret": PASSWORD}
            return ("200 OK", {"data": [{"bearer": "a-long-token"}]}, {}) if is_right else ("401 No", {}, {})
        if headers.get("authorization") == "Bearer a-long-token":
            return "200 OK", {}, {}
        return "401 No", {"errors": [{"detail": "Log in at /auth/grants."}]}, {}

    return say


def test_a_login_of_json_api_is_learnt_from_what_it_says_is_missing() -> None:
    found = way_in(Controller(granting([]))).table
    assert (found.path, found.fields) == ("/auth/grants", GRANT)
    assert found.token == "data[0].bearer"


def test_a_wrong_password_is_sent_whole_once_and_nowhere_else() -> None:
    sent: list[Any] = []
    with pytest.raises(ProbeLoginError, match="tried once and not again"):
        way_in(Controller(granting(sent)), "wrong")
    assert len([one for one in sent if not one_by_one(one)]) == 1


@pytest.mark.parametrize(
    "text",
    [
        {"errors": [{"source": {"pointer": f"/data/attributes/{name}"}} for name in ("user", "pin")]},
        {"detail": [{"loc": ["body", "data", "attributes", name], "msg": "-"} for name in ("user", "pin")]},
        {"error": "data.attributes.user is required, data.attributes.pin is required"},
        {"blad": "data.attributes.user jest wymagane; data.attributes.pin jest wymagane"},
    ],
)
def test_places_that_a_refusal_names_are_filled(text: Any) -> None:  # noqa: ANN401 - JSON
    wanted = {"data": {"attributes": {"user": "{login}", "pin": "{password}"}}}
    assert forms.grown({}, refused(text), "/login") == wanted


def test_a_field_that_must_be_an_object_becomes_one_and_the_next_goes_into_it() -> None:
    body = forms.grown({"login": "{login}"}, refused({"error": "login must be an object"}), "/login")
    assert body == {"login": {}}
    assert forms.grown(body, refused({"error": "password is missing"}), "/login") == {
        "login": {"password": "{password}"}
    }


def test_a_refusal_that_names_nothing_new_teaches_nothing() -> None:
    assert forms.grown(GRANT, refused({"error": "data.attributes.secret is required"}), "/login") is None


def test_a_login_that_an_openapi_document_describes_is_sent_as_it_says_and_nothing_is_created() -> None:
    token = {"items": {"accessToken": "a-very-long-token"}}

    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        if path == "/api/openapi.json":
            return "200 OK", OPENAPI, {}
        if (method, path) == ("POST", "/api/enter-here/session"):
            is_right = sent == {"credentials": {"user": "bms", "pin": PASSWORD}, "realm": "bms"}
            return ("200 OK", token, {}) if is_right else ("400 No", {}, {})
        is_in = headers.get("authorization") == "Bearer a-very-long-token"
        return ("200 OK", {}, {}) if is_in else ("401 No", {"detail": "no"}, {})

    controller = Controller(say)
    found = way_in(controller).table
    assert found.fields == {"credentials": {"user": "{login}", "pin": "{password}"}, "realm": "bms"}
    assert ("POST", "/api/users") not in controller.asked


def test_a_header_that_a_challenge_names_is_tried_for_a_key() -> None:
    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        del method, path, sent
        is_right = headers.get("x-klyuch") == PASSWORD
        return ("200 OK", {}, {}) if is_right else ("401 No", {}, {"WWW-Authenticate": 'ApiKey header="X-Klyuch"'})

    assert way_in(Controller(say)).table.header == "X-Klyuch"


def test_a_token_in_a_list_is_found() -> None:
    assert find_token({"data": [{"token": "a-long-secret"}]}) == ("data[0].token", "a-long-secret")
