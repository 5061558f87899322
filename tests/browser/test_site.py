"""The page Site of a connector with a thousand connectors, in a real browser: live, light, quick, and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from math import sin

import pytest
from evce_connector.clock import ManualClock
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.site.values import State
from evce_simulator import generate
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NARROW, PATIENCE, WIDE, log_in
from tests.browser.test_pages import HEAVIEST, LOADED, serious, take_picture
from tests.support.joined import JoinedSite
from tests.support.portal import PASSWORD

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits
Site = JoinedSite[ManualClock]
ZONES, STATIONS, CONNECTORS = 5, 500, 1000
FIRST_PAINT = 1000
"""Milliseconds after which something must be seen."""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
LOG = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run the pages of a connector with a thousand connectors, a day of logs, and an alarm."""
    folder, portal = tmp_path_factory.mktemp("site"), {"enabled": True, "address": "http://127.0.0.1:0"}
    with JoinedSite(folder, ManualClock(), generate(ZONES, STATIONS, CONNECTORS), portal=portal) as joined:
        joined.set_up()
        joined.model.set_station(7, status="faulted")
        joined.poll()
        now = joined.clock.now()
        powers = (
            Sample(now - timedelta(minutes=15 * n), 40 + 30 * sin(n / 9), State.GOOD) for n in range(90) if n != 33
        )
        joined.service.stores.history.append([(LOG, sample) for sample in powers])
        assert joined.service.portal
        joined.service.portal.start()
        yield joined


@pytest.fixture
def as_admin(browser: Browser, site: Site, hashed: str) -> Iterator[Callable[..., Page]]:
    """Open pages on which the admin has logged in."""
    assert site.service.portal
    site.service.stores.portal_users.set_password("admin", hashed, site.clock.now(), must_change=False)
    contexts = []

    def opened(**options: object) -> Page:
        assert site.service.portal
        context = browser.new_context(**{"base_url": site.service.portal.address, "viewport": WIDE} | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        log_in(page, "admin", PASSWORD)
        page.wait_for_url("**/status")
        return page

    yield opened
    for context in contexts:
        context.close()


PAGES = {
    "site-zones": "/site?id=Site",
    "site-zone": "/site?id=Zones/1",
    "site-station": "/site?id=Stations/7",
    "site-connector": "/site?id=Stations/7/Connectors/1",
    "site-history": f"/site/history?id={LOG}",
    "site-found": "/site?search=station",
    "ledgers-of-site": "/ledgers/site",
}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_each_page_of_a_large_site_keeps_nobody_out_and_is_light_and_quick(
    as_admin: Callable[..., Page], size: dict[str, int]
) -> None:
    page = as_admin(viewport=size)
    for name, path in PAGES.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert 1000 < page.evaluate(LOADED) < HEAVIEST, path
        assert 0 < page.evaluate(PAINTED) < FIRST_PAINT, path
        take_picture(page, f"{name}-{size['width']}")


def test_a_zone_is_found_followed_and_set_by_keyboard_alone(site: Site, as_admin: Callable[..., Page]) -> None:
    page = as_admin()
    page.goto("/site?id=Zones/2")
    expect(page.get_by_role("row", name="ZoneMaxCurrent(A)")).to_be_visible()
    site.model.set_zone(2, maxCurrent=77)
    site.poll()
    expect(page.get_by_role("row", name="ZoneMaxCurrent(A) 77 A Good")).to_be_visible()
    page.get_by_label("ZoneReduction", exact=True).focus()
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ZoneReduction is set to 30.")).to_be_visible()
    assert site.see("Zones/2/ZoneReduction") == (30.0, State.GOOD)


def test_a_curve_breaks_where_a_sample_is_missing(as_admin: Callable[..., Page]) -> None:
    page = as_admin()
    page.goto(PAGES["site-history"])
    expect(page.locator("polyline.curve")).to_have_count(2)
    page.get_by_role("link", name="Week").click()
    expect(page.get_by_role("img", name="the last week")).to_be_visible()
