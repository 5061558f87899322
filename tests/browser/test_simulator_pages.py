"""The simulator's pages in a real browser: what keeps people out, sizes, schemes, tokens, a site of 400 stations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from evce_simulator import EvceSimulator, ManualClock, generate
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NARROW, PATIENCE, WIDE
from tests.browser.test_pages import serious, take_picture
from tests.browser.test_site import FIRST_PAINT, PAINTED

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits
LOOKS = [
    (WIDE, "light"),
    pytest.param(WIDE, "dark", marks=pytest.mark.release),
    pytest.param(NARROW, "light", marks=pytest.mark.release),
    (NARROW, "dark"),
]

SHOWN_ANEW = """async () => {
    state = await send("GET", "/state");
    const began = performance.now();
    show();
    document.body.getBoundingClientRect();
    return performance.now() - began;
}"""
"""Milliseconds that the browser needs to show what has changed, once it knows that."""


@pytest.fixture
def simulator() -> Iterator[EvceSimulator]:
    with EvceSimulator("campus", password="secret", clock=ManualClock(), control_port=0) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own; one that asks another host for anything fails its test."""
    contexts, asked = [], set()

    def opened(**options: object) -> Page:
        context = browser.new_context(**{"viewport": WIDE} | options)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: asked.add(request.url.partition("://")[2].partition(":")[0]))
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert asked <= {"127.0.0.1"}


def ready(page: Page, address: str | None) -> Page:
    assert address is not None
    page.goto(address)
    page.wait_for_selector("body[data-ready=yes]")
    return page


def docs_of(simulator: EvceSimulator) -> dict[str, str]:
    return {"control": str(simulator.control_docs_url), "api": simulator.url.replace("/api/v2", "/docs")}


@pytest.mark.parametrize("which", ["control", "api"])
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_reference_keeps_nobody_out(
    simulator: EvceSimulator, new_page: Callable[..., Page], which: str, size: dict[str, int], scheme: str
) -> None:
    page = ready(new_page(viewport=size, color_scheme=scheme), docs_of(simulator)[which])
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    take_picture(page, f"reference-{which}-{size['width']}-{scheme}")
    assert serious(page) == []
    heights = page.evaluate("[...document.querySelectorAll('th')].map((each) => each.getBoundingClientRect().height)")
    assert max(heights) < 40, "a word of a table's head is broken"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_controls_reference_tells_each_operation_and_does_what_is_sent_with_the_token(
    simulator: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    page = ready(new_page(), simulator.control_docs_url)
    document = page.request.get(str(simulator.control_docs_url).replace("/docs", "/openapi.json")).json()
    assert page.locator(".shape").count() == len(document["components"]["schemas"])
    page.locator("#shape-State summary").click()
    expect(page.locator("#shape-State").get_by_role("row", name="faults list of ActiveFault")).to_be_visible()
    assert page.locator(".operation").count() == sum(
        len({*item} - {"parameters"}) for item in document["paths"].values()
    )
    clock = page.locator("details[id='post-/clock']")
    clock.locator("summary").click()
    expect(clock.get_by_role("row", name="jump body number")).to_contain_text("no time passes")
    clock.get_by_role("button", name="Send").click()
    expect(clock.locator("pre")).to_contain_text("401")
    page.get_by_label("Token", exact=True).fill(simulator.control_token)
    clock.get_by_role("button", name="Send").click()
    expect(clock.locator("pre")).to_contain_text("200")
    assert simulator.clock.speed == 60


def test_a_token_is_kept_by_its_tab_alone(simulator: EvceSimulator, new_page: Callable[..., Page]) -> None:
    page = ready(new_page(), simulator.control_docs_url)
    page.get_by_label("Token", exact=True).fill(simulator.control_token)
    page.get_by_label("Token", exact=True).press("Tab")
    page.reload()
    expect(page.get_by_label("Token", exact=True)).to_have_value(simulator.control_token)
    other = ready(page.context.new_page(), simulator.control_docs_url)
    expect(other.get_by_label("Token", exact=True)).to_have_value("")
    assert page.evaluate("localStorage.length + document.cookie.length") == 0


def test_the_apis_reference_takes_a_token_instead_of_a_login(
    simulator: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    page = ready(new_page(), docs_of(simulator)["api"])
    zones = page.locator("details[id='get-/zones']")
    zones.locator("summary").click()
    page.get_by_label("Token", exact=True).fill(
        simulator.accounts.issue_token(simulator.login, simulator.password) or ""
    )
    zones.get_by_role("button", name="Send").click()
    expect(zones.locator("pre")).to_contain_text("200")


@pytest.mark.parametrize(
    ("which", "call"), [("control", "post-/zones/{id}/reduce"), ("api", "put-/zones/{id}/reduction")]
)
def test_examples_have_the_time_of_the_sites_clock_as_it_is_when_they_are_opened(
    simulator: EvceSimulator, new_page: Callable[..., Page], which: str, call: str
) -> None:
    page = ready(new_page(), docs_of(simulator)[which])
    simulator.clock.jump((datetime(2031, 7, 1, 12, tzinfo=UTC) - simulator.clock.now()).total_seconds())
    operation, body = page.locator(f"details[id='{call}']"), page.locator(f"details[id='{call}'] textarea")
    operation.locator("summary").click()
    expect(body).to_have_value(re.compile("2031-07-01T13:00:00Z"))
    body.fill('{"value": 5}')
    operation.locator("summary").click()
    operation.locator("summary").click()
    expect(body).to_have_value('{"value": 5}')


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_page_keeps_nobody_out_and_is_dark_for_those_who_want_it(
    simulator: EvceSimulator, new_page: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    simulator.inject("slow", calls=3)
    simulator.model.disconnect(1)
    page = ready(new_page(viewport=size, color_scheme=scheme), simulator.page_url)
    take_picture(page, f"simulator-{size['width']}-{scheme}")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    shades = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
    assert (max(shades) < 64) == (scheme == "dark")


def test_the_clock_and_its_buttons_share_a_line_of_the_header_at_1280_pixels(
    simulator: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    page = ready(new_page(), simulator.page_url)
    clock, reset = page.locator("#time").bounding_box(), page.get_by_role("button", name="Reset").bounding_box()
    header = page.locator("header").bounding_box()
    assert clock is not None
    assert reset is not None
    assert header is not None
    assert clock["y"] < reset["y"] + reset["height"] / 2 < clock["y"] + clock["height"]
    assert header["height"] < 120


def test_a_speed_that_is_in_no_list_is_shown_as_long_as_it_holds(
    simulator: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    simulator.clock.set_speed(45)
    page = ready(new_page(), simulator.page_url)
    expect(page.get_by_label("Speed")).to_have_value("45")
    simulator.clock.set_speed(0.5)
    expect(page.get_by_label("Speed")).to_have_value("0.5")
    page.get_by_label("Speed").select_option("600")
    expect(page.locator("#pace")).to_contain_text("600")
    expect(page.get_by_label("Speed").locator("option")).to_have_text(["1", "10", "60", "600", "3600"])


def test_the_page_asks_for_the_token_that_its_address_lacks_and_keeps_it_for_its_tab(
    simulator: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(str(simulator.page_url).partition("#")[0])
    expect(page.get_by_role("status").first).to_have_text("This page needs the control token.")
    expect(page.get_by_role("main")).to_be_hidden()
    page.get_by_label("Control token").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("The control token is another one.")
    assert serious(page) == []
    page.get_by_label("Control token").fill(simulator.control_token)
    page.get_by_role("button", name="Use", exact=True).click()
    expect(page.locator(".station")).to_have_count(40)
    expect(page.get_by_label("Control token")).to_be_hidden()
    page.reload()
    expect(page.locator(".station")).to_have_count(40)
    page.get_by_role("link", name="for scripts").click()
    expect(page.get_by_label("Token", exact=True)).to_have_value(simulator.control_token)
    assert simulator.control_token not in page.url


@pytest.fixture
def large() -> Iterator[EvceSimulator]:
    site = generate(8, 400, 800)
    with EvceSimulator(site, clock=ManualClock(), control_port=0) as running:
        yield running


def test_a_site_of_400_stations_is_searched_opened_and_closed(
    large: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    large.model.fault(77, "GroundFailure")
    large.model.rename("station", 9, "Gate to the harbour")
    page = ready(new_page(), large.page_url)
    stations, search = page.locator(".station"), page.get_by_label("Search")
    expect(stations).to_have_count(0)
    search.fill("HARBOUR gate")
    expect(stations).to_have_count(1)
    expect(page.locator("#found")).to_have_text("1 of 400 stations")
    search.fill("faulted")
    expect(page.locator("#connector-77 .status")).to_contain_text("faulted")
    expect(stations).to_have_count(1)
    large.model.repair(77)
    expect(stations).to_have_count(0)
    search.fill("#78")
    expect(page.locator("#connector-78")).to_be_visible()
    search.fill("")
    zone = page.locator("#zone-1 .fold")
    zone.focus()
    page.keyboard.press("Enter")
    expect(zone).to_have_attribute("aria-expanded", "true")
    expect(stations).to_have_count(50)
    assert serious(page) == []
    page.get_by_role("button", name="Close all").click()
    expect(stations).to_have_count(0)


@pytest.mark.parametrize(("opens", "most"), [(False, 50), (True, 200)], ids=["closed", "open"])
def test_a_site_of_400_stations_is_shown_anew_quickly(
    large: EvceSimulator, new_page: Callable[..., Page], opens: bool, most: float
) -> None:
    page = ready(new_page(), large.page_url)
    assert 0 < page.evaluate(PAINTED) < FIRST_PAINT
    if opens:
        page.get_by_role("button", name="Open all").click()
        expect(page.locator(".station")).to_have_count(400)
    taken = []
    for turn in range(5):
        for number in range(1, 801):
            large.model.set_connector(number, activePower=[number / 100, turn, 0])
        taken.append(page.evaluate(SHOWN_ANEW))
    assert min(taken) < most
