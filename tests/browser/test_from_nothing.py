"""The guide's chapter 4.2 in a real browser, from a connector that is started without any file; and First Steps."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_connector.evce.tls_causes import Asked
from evce_connector.evce.trust import shown as shown_by
from evce_simulator import EvceSimulator
from playwright.sync_api import Browser, Page, expect

from features.driver.waiting import until
from load.processes import spawn
from tests.browser.conftest import PATIENCE, WIDE, log_in
from tests.evce_connector.probe.otherwise import Otherwise, serving, snake
from tests.support.connector_process import free_port
from tests.support.portal import PASSWORD

pytestmark = [pytest.mark.once, pytest.mark.no_cover]
LOGIN, SECRET = "bms", "Wall-box 4711"
EWS_USER, EWS_SECRET = "ebo", "Sub-station 12"
INTERFACE = [f"Interface/{name}" for name in ("SetupState", "EvceState")]
FIRST = re.compile(r"with the password (\S+), and")


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """Start a connector without a file; returns where its pages are, the first password, and the process."""
    for variable, folder in (("CONFIG_HOME", "config"), ("CONFIG_DIRS", "machine"), ("DATA_HOME", "data")):
        monkeypatch.setenv(f"XDG_{variable}", str(tmp_path / folder))
    address = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("EVCE_CONNECTOR_PORTAL_ADDRESS", address)
    process = spawn(
        "-m", "evce_connector", "run", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout
        lacking, welcome = process.stdout.readline(), process.stdout.readline()
        assert "are not set yet: only the pages are served, whose First Steps ask for them." in lacking
        found = FIRST.search(welcome)
        assert found, welcome
        yield address, found[1], process
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def page(browser: Browser, console: tuple[str, str, subprocess.Popen[str]]) -> Iterator[Page]:
    """Log in for the first time, and choose a password."""
    address, first, _ = console
    context = browser.new_context(base_url=address, viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    log_in(opened, "admin", first)
    opened.wait_for_url("**/password")
    opened.get_by_label("Present password").fill(first)
    opened.get_by_label("New password", exact=True).fill(PASSWORD)
    opened.get_by_label("New password again").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/login")
    log_in(opened, "admin", PASSWORD)
    opened.wait_for_url("**/first-steps")
    yield opened
    context.close()


IN_FIELDS = """([from, to]) => document.querySelectorAll("input")
    .forEach(field => { field.value = field.value.replace(from, to) })"""
USUAL = "/var/lib"
"""What stands on pictures for the folder of this machine's tests."""


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page where somebody wants to look at it."""
    if folder := os.environ.get("EVCE_SCREENSHOTS"):
        data = os.environ["XDG_DATA_HOME"]
        page.evaluate(IN_FIELDS, [data, USUAL])
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        page.evaluate(IN_FIELDS, [USUAL, data])


def states(address: str) -> dict[str, str]:
    """Read as Building Operation does what the connector says of itself, and how many zones it has."""
    with EboClient(address, EWS_USER, EWS_SECRET) as client:
        return {value.id.rpartition("/")[2]: value.value for value in client.get_values(INTERFACE).values}


def fill(page: Page, **typed: str) -> None:
    """Fill in fields by their keys, of which `__` stands for the dot."""
    for name, text in typed.items():
        page.locator(f"[id='{name.replace('__', '.')}']").fill(text)


def test_first_steps_lead_from_nothing_to_values(page: Page) -> None:
    """A controller with a certificate of its own: it is tried, compared, trusted, saved; then every step is done."""
    ews = f"http://127.0.0.1:{free_port()}/EcoStruxure/DataExchange"
    with EvceSimulator("guide", login=LOGIN, password=SECRET, tls=True) as controller:
        fill(page, evce__base_url=controller.url, evce__login=LOGIN, evce__password=SECRET)
        fill(page, ews__address=ews, ews__username=EWS_USER, ews__password=EWS_SECRET)
        page.get_by_role("button", name="Test connection").click()
        expect(page.get_by_text("its certificate is not trusted")).to_be_visible()
        shown = page.locator("[data-of-certificate=fingerprint]").inner_text()
        assert shown == shown_by(Asked(controller.url, verify=True, timeout=20))[0].fingerprint
        picture(page, "first-steps-certificate-1280")
        page.get_by_role("button", name="Both are the same: trust it").click()
        expect(page.get_by_text("The charge controller answers with API version 6.")).to_be_visible()
        expect(page.get_by_role("row", name="Its API is as the profile says Done")).to_be_visible()
        picture(page, "first-steps-1280")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("row", name="EvceProcessor polls Done")).to_be_visible()
        assert states(ews)["EvceState"] == "good"
        expect(page.get_by_role("row", name="Building Operation asks Done")).to_be_visible()
        picture(page, "first-steps-done-1280")
    assert SECRET not in page.content()


@pytest.mark.release
def test_first_steps_find_an_api_that_is_spelled_otherwise(page: Page) -> None:
    """Address and profile are not right; what Test connection finds is filled in, and saved, and the site is polled."""
    ews = f"http://127.0.0.1:{free_port()}/EcoStruxure/DataExchange"
    inner = EvceSimulator("guide", login=LOGIN, password=SECRET)
    with inner, serving(Otherwise(inner, snake, prefix="/api/v1", paths={"/groups": "/zones"})) as origin:
        fill(page, evce__base_url=f"{origin}/api/v2", evce__login=LOGIN, evce__password=SECRET)
        fill(page, ews__address=ews, ews__username=EWS_USER, ews__password=EWS_SECRET)
        page.get_by_role("button", name="Test connection").click()
        expect(page.get_by_text(f"Its API is at {origin}/api/v1.")).to_be_visible()
        picture(page, "first-steps-otherwise-1280")
        page.get_by_role("button", name="Fill in what was found").click()
        expect(page.get_by_text("fits the controller's API")).to_be_visible()
        expect(page.get_by_role("row", name="Its API is as the profile says Done")).to_be_visible()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("row", name="EvceProcessor polls Done")).to_be_visible()
        assert states(ews)["EvceState"] == "good"


def test_the_guides_chapter_4_2_step_by_step(page: Page) -> None:
    """Three processors by the wizard, details, validate, a schedule of one's own, set-up first, then the other two."""
    ews = f"http://127.0.0.1:{free_port()}/EcoStruxure/DataExchange"
    with EvceSimulator("guide", login=LOGIN, password=SECRET) as controller:
        add(page, "EvceSetupProcessor", "EVCE Setup")
        page.get_by_role("button", name="Validate").click()
        expect(page.get_by_text("evce.base_url is not set: give it in Details.")).to_be_visible()
        page.get_by_role("link", name="Edit All").click()
        fill(page, evce__base_url=controller.url, evce__login=LOGIN, evce__password=SECRET)
        fill(page, ews__address=ews, ews__username=EWS_USER, ews__password=EWS_SECRET)
        save(page, "EVCE Setup")
        page.get_by_role("button", name="Validate").click()
        expect(page.get_by_text("EVCE Setup can run, with a warning: evce.base_url is http")).to_be_visible()
        until(lambda: states(ews)["SetupState"] == "good", "set-up has run alone")
        assert states(ews)["EvceState"] != "good"
        add(page, "EvceProcessor", "EVCE Status")
        until(lambda: states(ews)["EvceState"] == "good", "the status processor polls")

        page.goto("/setup/schedules/new")
        page.get_by_label("Description").fill("Every 30 minutes")
        page.get_by_label("Interval Gap", exact=True).fill("30")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("cell", name="Every 30 minutes", exact=True)).to_be_visible()
        add(page, "EvceLogsProcessor", "EVCE Logs")
        page.get_by_role("link", name="Edit All").click()
        page.get_by_label("Schedule", exact=True).select_option("Every 30 minutes")
        page.get_by_label("Runs On Schedule").select_option("True")
        save(page, "EVCE Logs")
        page.goto("/configurations/EVCE Logs/schedule")
        expect(page.get_by_text("Every 30 minutes").first).to_be_visible()
        page.goto("/configurations")
        picture(page, "configurations-1280")
        for name in ("EVCE Setup", "EVCE Status", "EVCE Logs"):
            expect(page.get_by_role("row", name=name)).to_be_visible()


def add(page: Page, class_name: str, name: str) -> None:
    """Add a processor configuration by the wizard."""
    page.get_by_role("link", name="Configurations").click()
    page.get_by_role("link", name="Add New").click()
    page.get_by_role("link", name="Pick evce-connector").click()
    page.get_by_role("link", name=f"Choose {class_name}").click()
    page.get_by_label("Name *").fill(name)
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url(f"**/configurations/{name.replace(' ', '%20')}")


def save(page: Page, name: str) -> None:
    """Save what was edited, and wait until the connector runs with it."""
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url(f"**/configurations/{name.replace(' ', '%20')}")
