"""The page and the API page in a real headless Chromium, driven by WebDriver over plain HTTP."""

# ruff: noqa: ANN401 - WebDriver answers with any JSON

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from evce_simulator import EvceSimulator, Life, ManualClock

DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--window-size=1480,980", "--no-proxy-server",
]  # fmt: skip
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not (DRIVER and CHROMIUM), reason="Chromium and its driver are not installed"),
]


class Browser:
    """A session of WebDriver (W3C): open, run a script, wait for its result."""

    def __init__(self, driver: str, folder: Path) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        options = {"binary": CHROMIUM, "args": [*ARGUMENTS, f"--user-data-dir={folder}"]}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        answer = self.http.post(f"{driver}/session", json={"capabilities": {"alwaysMatch": capabilities}}, timeout=30)
        assert answer.status_code == 200, answer.text
        self.url = f"{driver}/session/{answer.json()['value']['sessionId']}"

    def send(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.http.post(f"{self.url}/{path}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    def open(self, address: str) -> None:
        self.send("url", {"url": "about:blank"})
        self.send("url", {"url": address})
        self.until("document.body && document.body.dataset.ready === 'yes'")

    def run(self, script: str) -> Any:
        return self.send("execute/sync", {"script": f"return ({script});", "args": []})

    def until(self, condition: str, seconds: float = 10) -> Any:
        """Wait until a script gives something true, and return it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.run(condition):
                return found
        pytest.fail(f"After {seconds} s still not: {condition}")

    def text(self, selector: str) -> str:
        return str(self.run(f"document.querySelector({selector!r}).textContent"))

    def click(self, selector: str) -> None:
        self.run(f"document.querySelector({selector!r}).click()")

    def complaints(self) -> list[str]:
        """Return what the page logged as errors."""
        return [entry["message"] for entry in self.send("se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]

    def close(self) -> None:
        self.http.delete(self.url, timeout=30)
        self.http.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert DRIVER is not None
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - found above
        assert process.stdout is not None
        port = next(found[1] for line in process.stdout if (found := re.search(r"successfully on port (\d+)", line)))
        try:
            session = Browser(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("profile"))
            yield session
            session.close()
        finally:
            process.terminate()


@pytest.fixture
def site(run: Callable[..., Any]) -> EvceSimulator:
    return run("campus", control_port=0).simulator


def test_the_page_shows_every_zone_station_and_connector(browser: Browser, site: EvceSimulator) -> None:
    browser.complaints()  # what earlier tests left
    site.model.rename("zone", 1, "<b>Nord & Süd</b>")
    browser.open(site.page_url)
    counts = [
        browser.run(f"document.querySelectorAll({kind!r}).length") for kind in (".zone", ".station", ".connector")
    ]
    assert counts == [6, 40, 70]
    assert browser.text("#zone-1 h2") == "<b>Nord & Süd</b>"
    assert browser.text("#connector-1 .power").endswith(" kW")
    assert "20 % until 2149-12-31 22:00" in browser.text("#zone-2 .reduction")
    assert browser.complaints() == []


def test_the_page_follows_the_site(browser: Browser, site: EvceSimulator) -> None:
    browser.open(site.page_url)
    site.model.fault(1, "GroundFailure")
    browser.until("document.querySelector('#connector-1 .status').textContent.includes('faulted')")
    site.model.remove_station(40)
    browser.until("document.querySelectorAll('.station').length === 39")


@pytest.mark.parametrize(("life", "shown"), [(Life(), "30.0 A"), (Life(limits_by_phase=True), "20.0 A")])
def test_a_zone_shows_the_sum_of_its_currents_or_its_fullest_phase_as_its_limit_counts(
    browser: Browser, run: Callable[..., Any], life: Life, shown: str
) -> None:
    site = run("campus", control_port=0, life=life).simulator
    model, numbers = site.model, [each["id"] for each in site.model.connectors(zone=5)]
    for number in numbers:
        model.set_connector(number, rmsCurrent=[0.0, 0.0, 0.0])
    for number, wired in zip(numbers, ("mono1", "mono2", "mono2"), strict=False):
        model.set_connector(number, phaseConnection=wired, rmsCurrent=[10.0, 0.0, 0.0])
    browser.open(site.page_url)
    assert browser.text("#zone-5 .now").startswith(shown)


def test_buttons_do_what_they_say(browser: Browser, site: EvceSimulator) -> None:
    browser.open(site.page_url)
    browser.click("#station-1 button")
    browser.until("document.querySelector('#station-1').classList.contains('lost')")
    assert site.model.station(1)["connected"] is False
    browser.run(
        "(() => { const one = document.querySelector('[data-act=\"5\"]'); one.value = 'plug';"
        " one.dispatchEvent(new Event('change')); return true; })()"
    )
    browser.until("document.querySelector('#connector-5 .status').textContent.includes('preparing')")
    browser.click("#zone-1 .row button")
    browser.until("document.querySelector('#zone-1 .reduction').textContent.includes('30 %')")
    assert site.model.zone(1)["setPointCurrent"] == 175


def test_an_action_that_is_refused_says_why(browser: Browser, site: EvceSimulator) -> None:
    browser.open(site.page_url)
    browser.run("act('POST', '/connectors/1/plug', {}) && true")
    assert "connector 1: it is charging" in browser.until("document.querySelector('#message').textContent")


def test_faults_are_raised_and_cleared_from_the_page(browser: Browser, site: EvceSimulator) -> None:
    browser.open(site.page_url)
    browser.run("(document.querySelector('#fault-name').value = 'unavailable') && true")
    browser.click("#fault-form button")
    browser.until("document.querySelectorAll('#faults li').length === 1")
    assert site.faults.active()[0].row.name == "unavailable"
    browser.click("#faults button")
    browser.until("document.querySelectorAll('#faults li').length === 0")


def test_the_clock_is_stepped_paused_and_set_from_the_page(
    browser: Browser, site: EvceSimulator, clock: ManualClock
) -> None:
    browser.open(site.page_url)
    browser.click("#pause")
    browser.until("document.querySelector('#pace').textContent.includes('paused')")
    clock.advance(500)
    browser.click("[data-step='900']")
    browser.until("document.querySelector('#time').textContent === '2026-01-05 06:15:00'")
    browser.click("[data-jump='-3600']")
    browser.until("document.querySelector('#time').textContent === '2026-01-05 05:15:00'")
    assert site.clock.monotonic() == 900


def test_without_the_token_the_page_says_what_is_missing(browser: Browser, site: EvceSimulator) -> None:
    browser.send("url", {"url": "about:blank"})
    browser.send("url", {"url": site.page_url.partition("#")[0]})
    assert "token" in browser.until("document.querySelector('#message').textContent")


def test_the_api_page_lists_and_tries_every_call(browser: Browser, site: EvceSimulator) -> None:
    browser.open(site.url.replace("/api/v2", "/docs"))
    assert browser.run("document.querySelectorAll('.operation').length") == 11
    browser.run("(document.querySelector('#password').value = 'secret') && true")
    for call, expected in {
        "get-/zones/{id}": "200 OK",
        "put-/zones/{id}/reduction": "external-reduction@bmsApi-1-Parking Nord",
        "put-/connectors/{id}/availability": '"status": "Accepted"',
    }.items():
        form = f"document.getElementById({call!r}).querySelector('form')"
        browser.run(f"{form}.requestSubmit() === undefined")
        assert expected in browser.until(f"{form}.querySelector('pre').textContent")


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = Path(__file__).parents[2] / "simulators" / "evce_simulator" / "page"
    for file in page.iterdir():
        assert not re.search(r"(?:https?:)?//[a-z]", file.read_text(encoding="utf-8").replace("http://www.w3.org", ""))
