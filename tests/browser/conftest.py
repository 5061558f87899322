"""One browser for the tests of this folder, and pages to walk in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evce_connector.persistence.portal_users import Role
from evce_connector.portal.passwords import Passwords
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.chromium import CHROMIUM, OPTIONS
from tests.support.portal import PASSWORD, Shown, shown_pages

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PATIENCE = 15_000
"""Milliseconds that a page may take on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; Playwright keeps an event loop running on this thread, so that it ends before others want one."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium-headless-shell")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def shown(tmp_path: Path, empty_database: Path) -> Iterator[Shown]:
    with shown_pages(tmp_path, empty_database) as pages:
        yield pages


@pytest.fixture
def open_page(browser: Browser, shown: Shown) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own, as if by people at machines of their own."""
    contexts = []

    def opened(**options: object) -> Page:
        context = browser.new_context(**{"base_url": shown.portal.address, "viewport": WIDE} | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def hashed() -> str:
    return Passwords().hash(PASSWORD)


@pytest.fixture
def as_admin(shown: Shown, open_page: Callable[..., Page], hashed: str) -> Callable[..., Page]:
    """Open a page on which the admin has logged in."""

    def opened(**options: object) -> Page:
        shown.parts.users.set_password(Role.ADMIN, hashed, shown.clock.now(), must_change=False)
        page = open_page(**options)
        log_in(page, "admin", PASSWORD)
        page.wait_for_url("**/status")
        return page

    return opened


def log_in(page: Page, user: str, password: str) -> None:
    """Type user and password, and send them by the Enter key."""
    page.goto("/login")
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
