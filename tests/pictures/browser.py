"""What a browser shows: the demo's terminal, the simulated controller's page, a report, the connector's pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import requests
from evce_simulator import EvceSimulator, ManualClock
from playwright.sync_api import Page, sync_playwright

from tests.support.chromium import CHROMIUM, OPTIONS

ROOT = Path(__file__).parents[2]
MORNING = datetime(2026, 1, 5, 9, 28, tzinfo=UTC)
LIE = ("value", "EVCE Zones/R&D/ZoneMaxCurrent(A)")
"""What the connector of the report shows wrongly: a report that has something to say."""
ITS_SYSTEM = "//tr[th[normalize-space()='system'] or td[1][normalize-space()='system']]"
"""The line of the report that names the machine's own system, which is nobody's concern in a picture."""
VIEW_BOX = re.compile(r'viewBox="0 0 (\S+) (\S+)"')
"""Width and height of what Rich has drawn."""
WALKS = (
    "tests/browser/test_pages.py::test_nothing_on_any_page_keeps_people_out[wide]",
    "tests/browser/test_site.py::test_each_page_of_a_large_site_keeps_nobody_out_and_is_light_and_quick[wide]",
    "tests/browser/test_from_nothing.py::test_first_steps_lead_from_nothing_to_values",
)
"""Tests that walk the connector's pages and keep pictures of them."""


@contextmanager
def page_of(address: str, width: int, height: int, scale: float = 1) -> Iterator[Page]:
    """Open an address in a window of this many points, of which each is `scale` dots wide."""
    if CHROMIUM is None:
        sys.exit("Pictures are taken by Chromium, which is not installed: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, "--hide-scrollbars"])
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
        page.goto(address)
        yield page
        browser.close()


def _run(*command: str, expected: tuple[int, ...] = (0,), **environment: str) -> None:
    """Run a command of ours in the checkout; ends with what it said when its exit status is not an expected one."""
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in expected:
        sys.exit(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")


def demo(folder: Path) -> None:
    """Take what `evce-connector demo --once` prints."""
    drawn = folder / "demo.svg"
    _run("evce_connector", "demo", "--once", "--svg", str(drawn))
    size = VIEW_BOX.search(drawn.read_text(encoding="utf-8"))
    assert size
    with page_of(drawn.as_uri(), round(float(size[1])), round(float(size[2]))) as page:
        page.screenshot(path=folder / "demo.png")


def controller(folder: Path) -> None:
    """Take the first screen of the simulated controller's page, with a reduction, a fault and who asked what."""
    clock = ManualClock(MORNING)
    with EvceSimulator("campus-live", clock=clock, start=MORNING, seed=7, control_port=0) as simulator:
        clock.advance(3600)
        simulator.model.set_reduction(1, 65, simulator.clock.now() + timedelta(minutes=110))
        simulator.inject("unavailable", calls=5, path="/connectors*")
        for path in ("zones", "stations", "connectors"):
            requests.get(f"{simulator.url}/{path}", auth=(simulator.login, simulator.password), timeout=10)
        assert simulator.page_url
        with page_of(simulator.page_url, 1480, 840) as page:
            page.locator("body[data-ready=yes]").wait_for()
            page.screenshot(path=folder / "page.png")


def report(folder: Path) -> None:
    """Take the first screen of the report on a simulated site whose connector shows one value wrongly."""
    with TemporaryDirectory() as there:
        _run("evce_acceptance", "run", "--lie", *LIE, "--output", there, expected=(1,))
        (zipped,) = Path(there).glob("*.zip")
        with ZipFile(zipped) as bundle:
            bundle.extract("report.html", there)
        with page_of((Path(there) / "report.html").as_uri(), 1100, 1090) as page:
            page.locator(f"xpath={ITS_SYSTEM}").evaluate("line => line.remove()")
            page.screenshot(path=folder / "report.png")


def pages(folder: Path) -> None:
    """Let the tests that walk the connector's pages keep pictures of them."""
    _run("pytest", "-q", "-p", "no:randomly", *WALKS, EVCE_SCREENSHOTS=str(folder))
