"""The page EWS Servers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.web import RequestEntry
from evce_connector.portal.pages.ews_servers import rate

from tests.support.portal import Person, Shown, text_of

NOW = ManualClock().now()


def entry(age: float, client: str = "10.0.0.5") -> RequestEntry:
    return RequestEntry(NOW - timedelta(seconds=age), "GetValues", "ebo", client, 0.001, 1, "OK")


def test_it_shows_address_realm_users_and_subscriptions_and_no_password(shown: Shown, viewer: Person) -> None:
    page = viewer.get("/ews-servers")

    said = text_of(page)
    assert f"Address {shown.parts.ews.address} Realm EVCE Server name EVCE Ews Server State Serves" in said
    assert "Subscriptions 0 of 100" in said
    assert "ebo writer panel reader" in said
    assert "Building-" not in page.text


def test_clients_are_shown_with_their_requests_and_when_they_were_seen_last(shown: Shown, viewer: Person) -> None:
    shown.parts.ews.requests.extend([entry(50, "10.0.0.5"), entry(40, "10.0.0.6"), entry(5, "10.0.0.5")])
    said = text_of(viewer.get("/ews-servers"))

    assert "ebo 10.0.0.5 2 2025-12-31 23:59:55 UTC ebo 10.0.0.6 1 2025-12-31 23:59:20 UTC" in said
    assert "Requests a second 0.05" in said


@pytest.mark.parametrize(
    ("ages", "requests_a_second"),
    [([], 0.0), ([90, 70], 0.0), ([59] * 30, 0.5), ([2.0] * 100, 50.0)],
    ids=["none", "old", "a minute", "a full log"],
)
def test_the_rate_is_that_of_the_last_minute_or_of_what_the_log_holds(
    ages: list[float], requests_a_second: float
) -> None:
    assert rate([entry(age) for age in ages], NOW, most=100) == pytest.approx(requests_a_second)


def test_a_lock_out_is_shown_and_lifted_by_an_admin(shown: Shown, admin: Person) -> None:
    guesses = shown.parts.ews.application.guesses
    while guesses.wrong(b"ebo", "10.9.8.7", "ebo").told:
        pass
    page = admin.get("/ews-servers")
    assert "10.9.8.7 : 5 wrong logins, of ebo" in text_of(page)
    answer = admin.send("/ews-servers", {"client": "10.9.8.7"}, "/ews-servers/lift")

    assert "No address is slowed down for wrong logins." in text_of(answer)
    assert guesses.wrong(b"ebo", "10.9.8.7", "ebo").told
    assert shown.parts.audit.last(1)[0][1].act == "Lifted an EWS lock-out"


def test_a_viewer_sees_lock_outs_without_the_button(shown: Shown, viewer: Person) -> None:
    while shown.parts.ews.application.guesses.wrong(b"who", "10.9.8.7", "").told:
        pass
    page = viewer.get("/ews-servers")

    assert "10.9.8.7 : 5 wrong logins, of names that no user has" in text_of(page)
    assert "/ews-servers/lift" not in page.text
