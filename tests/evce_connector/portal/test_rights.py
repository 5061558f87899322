"""Walks the map of the pages: who gets what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from evce_connector.portal.rights import PUBLIC

from tests.evce_connector.portal.conftest import Come
from tests.support.portal import Person, Shown, configuration

VALUES = {"name": "threads", "filename": "portal.css", "tab": "control", "what": "start", "number": "0"}
"""What stands for the parts of addresses that vary."""
OPEN = {"/login", "/static/portal.css", "/health/live", "/health/ready", "/metrics"}
"""What is there without a login."""
HELP = "https://&lt;EVCE IP:PORT&gt;/api/v2"
"""An address that a page names in words."""
OF_EACH = {"/logout", "/password"}
"""Forms of each user, whatever the role."""


@pytest.fixture(autouse=True)
def _configuration(shown: Shown) -> None:
    shown.host.known.append(configuration(VALUES["name"]))
    row = {"name": VALUES["name"], "class_name": "EvceProcessor"}
    shown.save({"processor_configurations": [row]})


def addresses(shown: Shown, method: str) -> Iterator[str]:
    """Yield each address of the pages that takes a method."""
    with shown.portal.app.test_request_context():
        adapter = shown.portal.app.url_map.bind("127.0.0.1")
        for rule in shown.portal.app.url_map.iter_rules():
            if method in (rule.methods or ()):
                values = {name: VALUES[name] for name in rule.arguments}
                yield adapter.build(rule.endpoint, values, method=method)


def test_without_a_login_there_is_nothing_but_login_health_and_the_style(shown: Shown, person: Come) -> None:
    someone = person()
    served = {path for path in addresses(shown, "GET") if someone.get(path, allow_redirects=False).ok}
    inside = set(addresses(shown, "GET")) - OPEN

    assert {path for path in served if someone.get(path, allow_redirects=False).status_code in (200, 304)} <= OPEN
    assert inside
    for path in inside:
        answer = someone.get(path, allow_redirects=False)
        assert answer.status_code == 401 or answer.headers.get("Location") in ("/login", "/status"), path


def test_no_form_is_taken_without_a_login(shown: Shown, person: Come) -> None:
    someone = person()
    token = someone.token("/login")
    posts = set(addresses(shown, "POST")) - {"/login"}

    assert len(posts) > 5
    assert {path: someone.post(path, {"csrf_token": token}).status_code for path in posts} == dict.fromkeys(posts, 401)


def test_no_form_is_taken_without_its_token(shown: Shown, admin: Person) -> None:
    posts = set(addresses(shown, "POST"))

    assert {path: admin.post(path, {}).status_code for path in posts} == dict.fromkeys(posts, 400)


@pytest.mark.parametrize(
    "header",
    [
        {"Origin": "http://elsewhere.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_no_form_is_taken_from_a_page_of_another_address(shown: Shown, admin: Person, header: dict[str, str]) -> None:
    token = admin.token("/about")
    posts = set(addresses(shown, "POST"))
    answers = {path: admin.post(path, {"csrf_token": token}, headers=header).status_code for path in posts}

    assert answers == dict.fromkeys(posts, 403)


def test_a_form_from_its_own_page_is_taken(shown: Shown, admin: Person) -> None:
    own = {"Origin": shown.portal.address, "Sec-Fetch-Site": "same-origin"}

    assert admin.send("/setup/log-level", {"level": "DEBUG"}, headers=own).ok
    assert shown.levels == ["INFO", "DEBUG"]


def test_a_viewer_may_send_no_form_but_those_of_everybody(shown: Shown, viewer: Person) -> None:
    token = viewer.token("/about")
    posts = set(addresses(shown, "POST")) - OF_EACH - {"/login"}

    assert {path: viewer.post(path, {"csrf_token": token}).status_code for path in posts} == dict.fromkeys(posts, 403)


def test_a_viewer_sees_no_set_up_page_and_no_entry_for_one(shown: Shown, viewer: Person) -> None:
    pages = [path for path in addresses(shown, "GET") if path.startswith("/setup/")]

    assert len(pages) == 8
    assert {viewer.get(path).status_code for path in pages} == {403}
    assert "/setup/" not in viewer.get("/about").text


def test_each_page_says_what_browsers_must_not_do(shown: Shown, admin: Person) -> None:
    for path in addresses(shown, "GET"):
        answer = admin.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "same-origin"
        if not path.startswith("/static"):
            assert answer.headers["Cache-Control"] == "no-store", path


def test_style_and_script_are_kept_by_addresses_that_name_their_content(admin: Person) -> None:
    """The page after a save needs no request for them: the connector ends in that moment, to start anew."""
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', admin.get("/about").text)
    assert len(found) == 3
    for path in found:
        answer = admin.get(path)
        assert path.endswith(f"?v={hashlib.sha256(answer.content).hexdigest()[:12]}")
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_no_page_has_a_style_or_a_script_within_it_or_loads_from_elsewhere(shown: Shown, admin: Person) -> None:
    for path in addresses(shown, "GET"):
        if path.startswith(("/static", "/health", "/metrics")):
            continue
        page = admin.get(path).text
        assert " style=" not in page, path
        assert " on" not in [attribute[:3] for attribute in page.split('"') if attribute.endswith("=")], path
        assert "<style" not in page, path
        assert page.count("<script") == page.count('<script src="/static/'), path
        assert "//" not in page.replace("http://127.0.0.1", "").replace("https://controller.test", "").replace(
            HELP, ""
        ), path


def test_the_style_is_asked_for_by_its_tag_and_sent_again_only_when_it_changed(person: Come) -> None:
    someone = person()
    tag = someone.get("/static/portal.css").headers["ETag"]
    again = someone.get("/static/portal.css", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Date"].count("GMT") == 1
    assert "Content-Type" not in again.headers


def test_what_is_open_to_all_is_no_more_than_it_was(shown: Shown) -> None:
    endpoints = {rule.endpoint for rule in shown.portal.app.url_map.iter_rules()}

    assert endpoints >= PUBLIC


def test_a_page_that_is_not_there_says_so_in_a_sentence(person: Come) -> None:
    answer = person().get("/nothing")

    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
