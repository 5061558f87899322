"""The simulator's pages in a real browser: what keeps people out, sizes, schemes, tokens, a site of 400 stations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from evce_simulator import EvceSimulator, ManualClock
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NARROW, PATIENCE, WIDE
from tests.browser.test_pages import serious, take_picture

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits
LOOKS = [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")]


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
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_controls_reference_tells_each_operation_and_does_what_is_sent_with_the_token(
    simulator: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    page = ready(new_page(), simulator.control_docs_url)
    document = page.request.get(str(simulator.control_docs_url).replace("/docs", "/openapi.json")).json()
    assert page.locator("details").count() == sum(len({*item} - {"parameters"}) for item in document["paths"].values())
    clock = page.locator("details[id='post-/clock']")
    clock.locator("summary").click()
    expect(clock.get_by_role("row", name="jump body number")).to_contain_text("no time passes")
    clock.get_by_role("button", name="Send").click()
    expect(clock.locator("pre")).to_contain_text("401")
    page.get_by_label("Token").fill(simulator.control_token)
    clock.get_by_role("button", name="Send").click()
    expect(clock.locator("pre")).to_contain_text("200")
    assert simulator.clock.speed == 60


def test_a_token_is_kept_by_its_tab_alone(simulator: EvceSimulator, new_page: Callable[..., Page]) -> None:
    page = ready(new_page(), simulator.control_docs_url)
    page.get_by_label("Token").fill(simulator.control_token)
    page.get_by_label("Token").press("Tab")
    page.reload()
    expect(page.get_by_label("Token")).to_have_value(simulator.control_token)
    other = ready(page.context.new_page(), simulator.control_docs_url)
    expect(other.get_by_label("Token")).to_have_value("")
    assert page.evaluate("localStorage.length + document.cookie.length") == 0


def test_the_apis_reference_takes_a_token_instead_of_a_login(
    simulator: EvceSimulator, new_page: Callable[..., Page]
) -> None:
    page = ready(new_page(), docs_of(simulator)["api"])
    zones = page.locator("details[id='get-/zones']")
    zones.locator("summary").click()
    page.get_by_label("Token").fill(simulator.accounts.issue_token(simulator.login, simulator.password) or "")
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
