"""The pages in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from evce_connector.ews.web import RequestEntry
from evce_connector.host.job import Counters
from evce_connector.persistence.portal_users import PortalUser, Role
from evce_connector.persistence.runs import Outcome, Run
from evce_connector.processors.base import Prompt
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.processors.status import EvceProcessor
from evce_connector.schedules import Kind, Schedule, Units
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, log_in
from tests.support.portal import PASSWORD, Request, Shown, Thread, configuration

START = datetime(2024, 9, 23, 15)  # noqa: DTZ001 - what clocks show in the zone
pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits
PAGES = {
    "status": "/status",
    "endpoints": "/status/endpoints",
    "configuration-requests": "/status/configuration-requests",
    "ews-requests": "/status/ews-requests",
    "site": "/site",
    "site-search": "/site?search=interface",
    "ledgers": "/ledgers",
    "ledgers-site": "/ledgers/site",
    "configurations": "/configurations",
    "new-configuration": "/configurations/new?assembly=evce-connector",
    "configuration": "/configurations/EVCE%20Processor",
    "edit": "/configurations/EVCE%20Processor/edit",
    "details": "/configurations/EVCE%20Processor/details",
    "control": "/configurations/EVCE%20Processor/control",
    "history": "/configurations/EVCE%20Processor/history",
    "schedule": "/configurations/EVCE%20Processor/schedule",
    "ews-servers": "/ews-servers",
    "ews-users": "/ews-servers/users",
    "schedules": "/setup/schedules",
    "new-schedule": "/setup/schedules/new",
    "edit-schedule": "/setup/schedules/0",
    "settings": "/setup/settings",
    "users": "/setup/users",
    "audit": "/setup/audit",
    "log-level": "/setup/log-level",
    "backup": "/setup/backup",
    "first-steps": "/first-steps",
    "about": "/about",
    "password": "/password",
    "nothing": "/status/nothing",
}
EACH_HALF_HOUR = Schedule("Every 30 minutes", START, Kind.TIME_INTERVAL, "Europe/Paris", gap=30, units=Units.MINUTES)
SERIOUS = {"serious", "critical"}
HEAVIEST = 150_000
"""Bytes of a page with its style and script."""
LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""
"""Adds up the bytes of a page and of all that it loaded."""


@pytest.fixture
def busy(shown: Shown, hashed: str) -> Shown:
    """Fill the pages as on a site that has been running for a while."""
    now, host = shown.clock.now(), shown.host
    host.lines[0] = Thread(1, "Running", 4205.0, "EVCE Processor")
    host.lines[1] = Thread(2, "Stopping", 61.0, "EVCE Logs Processor")
    host.asked = [
        Request(now, "admin", "Start", "EVCE Setup Processor", "Started on thread 3"),
        Request(now, "command line", "Reload", "", "The connector starts anew"),
    ]
    host.known = [
        replace(
            configuration("EVCE Setup Processor", "Pulls data from EVCE API server and saves data into Ews"),
            processor=EvceSetupProcessor,
            status="Succeeded",
            next_run=now + timedelta(minutes=12),
        ),
        replace(
            configuration("EVCE Processor", "Updates the statuses of zones, stations and connectors"),
            processor=EvceProcessor,
            status="Running",
            elapsed=4205.0,
            prompts=[Prompt("Station 7 cannot be read: status is missing.")],
            counters=Counters(12, 2, 86_400.0),
            schedule=EACH_HALF_HOUR,
        ),
        replace(
            configuration("EVCE Logs Processor", "Logs energy, power and current", is_active=False),
            processor=EvceLogsProcessor,
            status="Not Active",
        ),
    ]
    host.runs = [
        Run("EVCE Processor", now, 4205.0, Outcome.CRASHED, ("It ended by an error of its own, KeyError.",)),
        Run("EVCE Processor", now, 61.0, Outcome.STOPPED),
    ]
    shown.parts.users.add(PortalUser("service.technician", Role.OPERATOR, hashed, must_change=True, since=now))
    shown.parts.users.add(PortalUser("Frau Müller", Role.VIEWER, hashed, must_change=False, since=now))
    requests = shown.parts.ews.requests
    for number in range(30):
        requests.append(RequestEntry(now, "GetValues", "ebo", f"10.0.0.{5 + number % 3}", 0.004, 120, "OK"))
    requests.append(RequestEntry(now, "", "", "10.9.8.7", 0.0, 0, "LOGIN_REFUSED"))
    for _ in range(6):
        shown.parts.ews.application.guesses.wrong(b"ebo", "10.9.8.7", "ebo")
    return shown


def serious(page: Page) -> list[str]:
    """Return what axe finds that keeps people out."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def take_picture(page: Page, name: str) -> None:
    """Keep how a page looks where EVCE_SCREENSHOTS names a folder, for a person to look at."""
    if folder := os.environ.get("EVCE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(WIDE, "light", id="wide"),
        pytest.param(NARROW, "light", id="narrow", marks=pytest.mark.release),
        pytest.param(NARROW, "dark", id="dark"),
    ],
)
def test_nothing_on_any_page_keeps_people_out(
    busy: Shown, as_admin: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    del busy
    page = as_admin(viewport=size, color_scheme=scheme)
    found = {}
    for name, path in PAGES.items():
        page.goto(path)
        found[name] = serious(page)
        take_picture(page, f"{name}-{size['width']}-{scheme}")
    page.get_by_text("Logged in as admin").click()
    found["menu"] = serious(page)
    take_picture(page, f"menu-{size['width']}-{scheme}")
    page.get_by_role("button", name="Log out").click()
    log_in(page, "admin", "wrong")
    page.get_by_role("alert").wait_for()
    found["login"] = serious(page)
    take_picture(page, f"login-{size['width']}-{scheme}")

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_no_page_is_wider_than_a_narrow_screen(busy: Shown, as_admin: Callable[..., Page]) -> None:
    del busy
    page = as_admin(viewport=NARROW)
    for path in PAGES.values():
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path


def test_every_page_with_all_that_belongs_to_it_is_light(busy: Shown, as_admin: Callable[..., Page]) -> None:
    del busy
    page = as_admin()
    for path in PAGES.values():
        page.goto(path)
        assert 1000 < page.evaluate(LOADED) < HEAVIEST, path


def test_the_first_login_is_walked_by_keyboard_alone(shown: Shown, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/")
    first = shown.first_password
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/password")
    expect(page.get_by_label("Present password")).to_be_focused()
    for text in (first, PASSWORD, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/status")
    expect(page.get_by_text("5 items present")).to_be_visible()


def test_the_menu_is_opened_and_closed_by_keyboard(as_admin: Callable[..., Page]) -> None:
    page = as_admin()
    page.get_by_text("Setup", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Audit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Audit")).to_be_hidden()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/setup/schedules")


def test_groups_of_details_are_opened_and_closed_together(busy: Shown, as_admin: Callable[..., Page]) -> None:
    del busy
    page = as_admin()
    page.goto(PAGES["details"])
    field = page.get_by_text("Evce Base Api Url")
    page.get_by_role("button", name="Collapse All").click()
    expect(field).to_be_hidden()
    page.get_by_role("button", name="Expand All").click()
    expect(field).to_be_visible()


def test_the_guides_schedule_is_added_and_only_fields_of_its_type_are_shown(
    busy: Shown, as_admin: Callable[..., Page]
) -> None:
    page = as_admin()
    page.goto(PAGES["schedules"])
    page.get_by_role("link", name="Add New").click()
    expect(page.get_by_label("Cron")).to_be_hidden()
    page.get_by_label("Type").select_option("cron")
    expect(page.get_by_label("Cron")).to_be_visible()
    expect(page.get_by_label("Interval Gap Units")).to_be_hidden()
    page.get_by_label("Type").select_option("time interval")
    page.get_by_label("Description").fill("Every 30 minutes")
    page.get_by_role("button", name="Show the next five runs").click()
    expect(page.get_by_role("listitem").filter(has_text="00:30:00 UTC")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    busy.parts.desk.used = 2
    page.wait_for_url("**/setup/schedules")
    page.goto(PAGES["edit"])
    page.get_by_label("Schedule", exact=True).select_option("Every 30 minutes")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_configuration_is_edited_and_saved_and_the_page_goes_on_by_itself(
    busy: Shown, as_admin: Callable[..., Page], *, scripts: bool
) -> None:
    page = as_admin(java_script_enabled=scripts)
    page.goto(PAGES["configuration"])
    page.get_by_role("link", name="Edit All").click()
    page.get_by_label("Server Name").fill("Depot")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    busy.parts.desk.used = 2

    page.wait_for_url("**/configurations/EVCE%20Processor")
    assert busy.parts.desk.open().layers.configuration().ews.server_name == "Depot"


def test_an_open_status_page_shows_what_changes(shown: Shown, as_admin: Callable[..., Page]) -> None:
    page = as_admin()
    expect(page.get_by_role("cell", name="Waiting For Work")).to_have_count(5)
    shown.host.lines[2] = Thread(3, "Running", 3725.0, "EVCE Processor")

    expect(page.get_by_role("row", name="3 Running 01:02:05 EVCE Processor")).to_be_visible()


def test_the_status_page_goes_without_scripts(shown: Shown, as_admin: Callable[..., Page]) -> None:
    page = as_admin(java_script_enabled=False)
    shown.host.lines[2] = Thread(3, "Running", 3725.0, "EVCE Processor")
    page.get_by_role("link", name="Refresh").click()

    expect(page.get_by_role("row", name="3 Running 01:02:05 EVCE Processor")).to_be_visible()


def test_an_open_page_asks_to_log_in_again_once_the_session_has_ended(
    shown: Shown, as_admin: Callable[..., Page]
) -> None:
    page = as_admin()
    shown.clock.advance(3600)

    page.wait_for_url("**/login")


def test_names_that_would_be_scripts_are_shown_as_they_are_written(shown: Shown, as_admin: Callable[..., Page]) -> None:
    page = as_admin()
    name = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    shown.host.lines[0] = Thread(1, "Running", 1.0, name)

    expect(page.get_by_role("cell", name=name)).to_be_visible()
    page.goto("/status")
    expect(page.get_by_role("cell", name=name)).to_be_visible()
    assert page.title() == "Status - EVCE connector"


def test_the_browser_finds_nothing_against_the_policy_on_any_page(busy: Shown, as_admin: Callable[..., Page]) -> None:
    del busy
    page = as_admin()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES.values():
        page.goto(path)

    assert [line for line in said if "404" not in line] == []
