"""The Status page, and what an open one asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from evce_connector.ews.web import RequestEntry
from evce_connector.persistence.portal_users import Role

from tests.support.portal import Person, Request, Shown, Thread, text_of

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' or 1=1 --", "{{ 7*7 }}", "x" * 10_000]
TABS = {
    "threads": ("Processor Threads", ["#", "Status", "Elapsed Time (hh:mm:ss)", "Processor Configuration"]),
    "endpoints": ("Active Endpoints", ["Endpoint", "Address", "State"]),
    "configuration-requests": (
        "Configuration Requests",
        ["Time", "Asked by", "Request", "Processor Configuration", "Outcome"],
    ),
    "ews-requests": ("EWS Server Requests", ["Time", "Operation", "User", "Client", "Items", "ms", "Outcome"]),
}


@pytest.mark.parametrize(("tab", "title", "columns"), [(tab, *words) for tab, words in TABS.items()], ids=list(TABS))
def test_each_tab_has_the_columns_of_the_guide(viewer: Person, tab: str, title: str, columns: list[str]) -> None:
    page = viewer.get(f"/status/{tab}").text

    assert f'aria-current="page">{title}</a>' in page
    assert [part.partition("<")[0] for part in page.split('<th scope="col">')[1:]] == columns


def test_threads_are_shown_with_status_elapsed_time_and_configuration(shown: Shown, viewer: Person) -> None:
    shown.host.lines[1] = Thread(2, "Running", 3725.9, "EVCE Processor")
    said = text_of(viewer.get("/status"))

    assert "1 Waiting For Work" in said
    assert "2 Running 01:02:05 EVCE Processor" in said
    assert "5 items present" in said


def test_endpoints_are_those_of_the_ews_server_and_the_controller(shown: Shown, viewer: Person) -> None:
    rows = viewer.get("/status/endpoints.json").json()["rows"]

    assert [row[:2] for row in rows] == [
        ["EWS server", shown.parts.ews.address],
        ["Charge controller", "https://controller.test/api/v2"],
    ]


def test_requests_of_pages_and_commands_are_shown_with_what_became_of_them(shown: Shown, viewer: Person) -> None:
    shown.host.asked.append(Request(shown.clock.now(), "admin", "Start", "EVCE Processor", "It runs already"))

    rows = viewer.get("/status/configuration-requests.json").json()["rows"]
    assert rows == [["2026-01-01 00:00:00 UTC", "admin", "Start", "EVCE Processor", "It runs already"]]


def test_the_last_fifty_requests_of_ews_clients_are_shown_the_newest_first(shown: Shown, viewer: Person) -> None:
    for number in range(60):
        entry = RequestEntry(shown.clock.now(), "GetValues", "ebo", "10.0.0.5", 0.0123, number, "OK")
        shown.parts.ews.requests.append(entry)

    rows = viewer.get("/status/ews-requests.json").json()["rows"]
    assert [row[4] for row in rows] == [str(number) for number in range(59, 9, -1)]
    assert rows[0] == ["2026-01-01 00:00:00 UTC", "GetValues", "ebo", "10.0.0.5", "59", "12", "OK"]


def test_an_open_page_is_told_by_a_tag_that_nothing_has_changed(shown: Shown, viewer: Person) -> None:
    first = viewer.get("/status/threads.json")
    tag = {"If-None-Match": first.headers["ETag"]}
    unchanged = viewer.get("/status/threads.json", headers=tag)
    shown.host.lines[0] = Thread(1, "Running", 1.0, "EVCE Processor")
    changed = viewer.get("/status/threads.json", headers=tag)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.json()["rows"][0] == ["1", "Running", "00:00:01", "EVCE Processor"]


def test_an_open_page_holds_no_thread(shown: Shown, let_in: Callable[[Role], Person]) -> None:
    people = [let_in(Role.VIEWER) for _ in range(3)]
    others = [Person(shown.portal.address) for _ in range(30)]
    for one in others:  # each keeps its connection, as an open page does between two questions
        one._session.cookies.update(people[0]._session.cookies)
        assert one.get("/status/threads.json").status_code == 200
    try:
        working = [thread.name for thread in threading.enumerate() if thread.name.startswith("portal-pool")]
        assert len(working) <= 6
        assert people[1].get("/status").status_code == 200
    finally:
        for one in others:
            one.close()


@pytest.mark.parametrize("name", HOSTILE, ids=["script", "attribute", "quote", "template", "long"])
def test_names_of_whatever_kind_are_shown_and_change_nothing(shown: Shown, viewer: Person, name: str) -> None:
    shown.host.lines[0] = Thread(1, "Running", 1.0, name)
    shown.host.asked.append(Request(shown.clock.now(), name, name, name, name))
    shown.parts.ews.requests.append(RequestEntry(shown.clock.now(), name, name, name, 0.0, 1, name))

    for path in ("/status", "/status/configuration-requests", "/status/ews-requests", "/ews-servers"):
        page = viewer.get(path)
        assert page.status_code == 200
        assert name[:300] in text_of(page), path
        assert "<script>alert" not in page.text, path
        assert "<img" not in page.text, path
        assert len(page.text) < 20_000, path


def test_what_is_asked_for_a_tab_that_there_is_not_is_not_found(viewer: Person) -> None:
    assert viewer.get("/status/nothing").status_code == 404
    assert viewer.get("/status/nothing.json").status_code == 404


@pytest.mark.parametrize("path", ["/status", "/configurations", "/ews-servers", "/about"])
def test_each_page_has_the_menu_of_the_guide_and_says_who_is_logged_in(admin: Person, path: str) -> None:
    said = text_of(admin.get(path))

    assert "Status Site Configurations EWS Servers Ledgers Setup Configuration Schedules Settings Users Audit" in said
    assert "Audit Log level Backup First Steps About" in said
    assert "Logged in as admin" in said
