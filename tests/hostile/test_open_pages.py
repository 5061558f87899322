"""Open pages hold up neither each other nor polls nor EWS clients."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

import pytest

from load import clock
from load.processes import Child
from tests.hostile.conftest import Connector, GoodClient, Measured, Start
from tests.hostile.open_pages import EACH
from tests.hostile.yardstick import yardstick
from tests.support.portal import PASSWORD, Person

pytestmark = pytest.mark.once

MANY, SOME = 200, 20
"""Pages that are open: of a crowd, and of all the people of a site."""
LIVE = [
    "/status/threads.json",
    "/site.json",
    "/status/endpoints.json",
    "/configurations.json",
    "/status/ews-requests.json",
    "/first-steps/steps.json",
    "/status/configuration-requests.json",
]
"""What open pages ask for, in turn."""
NEXT = 0.25
"""Time in s in which the next page is there at most."""
LEAST_PAGES = 50
SECONDS = 10.0
"""How long is measured beside the crowd, or until there are enough pages."""
LONGEST = 60.0
TURNS, MOST_TURNS, TURN = 5, 15, 4.0
"""Turns without and with pages, one after the other so that other work of the machine meets both; each in s.

What a few turns say is blurred by that work, what many say is not: as long as it is too much there are more of them."""
SHORT_TURNS, MOST_SHORT_TURNS, SHORT_TURN = 8, 32, 1.5
"""The same where the slowest answer of each turn counts."""
GROWTH = 0.10
"""Part by which the connector's CPU for a poll may grow with some pages open."""
SLOWER = 1.5
"""Times that the slowest EWS answer may take with them."""


@dataclass
class Beside:
    """A connector with an admin logged in, and a child that opens pages of it."""

    connector: Connector
    admin: Person
    pages: Child

    def open(self, count: int) -> None:
        self.pages.ask(
            "open",
            count=count,
            address=self.connector.portal,
            headers=self.admin.headers,
            paths=self.paths(),
        )

    def paths(self) -> list[str]:
        """Return what open pages ask for: on Site, for a folder with values."""
        folder = self.connector.ids[0].rpartition("/")[0]
        return [f"{path}?id={folder}" if path == "/site.json" else path for path in LIVE]

    def close(self, count: int, seconds: float) -> dict[str, Any]:
        """Close the pages, which were open for so long; returns what they saw, which is all that they asked for."""
        seen: dict[str, Any] = self.pages.ask("close")
        assert seen["statuses"].keys() <= {"200", "304"}, seen
        assert sum(seen["statuses"].values()) >= 0.7 * count * seconds / EACH, seen
        return seen


@pytest.fixture
def beside(start: Start, processes: ExitStack, tmp_path: Path) -> Iterator[Beside]:
    """Start a connector, let the admin in, and have a child at hand that opens pages."""
    connector = start()
    admin = Person(connector.portal)
    first = (tmp_path / "connector.db.first-password").read_text(encoding="utf-8").strip()
    admin.log_in("admin", first)
    admin.change_password(first, PASSWORD)
    assert admin.log_in("admin", PASSWORD).ok
    yield Beside(connector, admin, processes.enter_context(Child("tests.hostile.open_pages")))
    admin.close()


def menu(admin: Person) -> list[str]:
    """Return the addresses of all pages in the menu."""
    row = admin.get("/about").text.partition("<nav")[2].partition("</nav>")[0]
    return sorted(set(re.findall(r'href="(/[^"]+)"', row)))


def test_two_hundred_open_pages_leave_the_next_page_quick(beside: Beside, measured: Measured) -> None:
    pages = menu(beside.admin)
    for page in pages:
        beside.admin.get(page)  # the first time a page's template is read
    beside.open(MANY)
    clock.pause(EACH)
    slowest, count, began = 0.0, 0, clock.wall()
    with yardstick() as other_work:
        for turn in clock.rounds(LONGEST, 10_000):
            started = clock.wall()
            if started > began + SECONDS and count >= LEAST_PAGES:
                break
            answer = beside.admin.get(pages[turn % len(pages)])
            assert answer.ok
            slowest, count = max(slowest, clock.wall() - started), count + 1
            other_work.ask()
            clock.pause(0.05)
    seen = beside.close(MANY, clock.wall() - began)
    measured({"pages": count, "slowest, s": slowest, "yardstick, s": other_work.slowest, "open pages": seen})
    assert count >= LEAST_PAGES
    assert slowest < other_work.allowed(NEXT)


@pytest.mark.timeout(240)
def test_twenty_open_pages_let_the_connectors_cpu_for_a_poll_grow_by_less_than_a_tenth(
    beside: Beside, measured: Measured
) -> None:
    """What they ask for comes by the clock: a poll that waits for a core meets more of it, and is no dearer by that."""

    def polls() -> tuple[float, float, float]:
        """Return CPU and time of a poll on the average, and the time of the quickest, in s."""
        cpu, wall = zip(*beside.connector.child.ask("cost_of_polls", seconds=TURN), strict=True)
        return mean(cpu), mean(wall), min(wall)

    polls()  # what is made at the first polls is no growth
    growths, quickest = [], []
    while len(growths) < TURNS or (len(growths) < MOST_TURNS and median(growths) >= GROWTH):
        alone, _, quick = polls()
        beside.open(SOME)
        along, took, _ = polls()
        beside.close(SOME, TURN)
        quickest.append(quick)
        growths.append((along - alone) / alone * min(quickest) / took)
    measured({"quickest, s": quickest, "growths": growths})
    assert median(growths) < GROWTH


@pytest.mark.quiet  # of a few ms of an answer
@pytest.mark.timeout(240)
def test_twenty_open_pages_slow_the_slowest_ews_answers_by_less_than_half(
    beside: Beside, good_client: Callable[..., GoodClient], measured: Measured
) -> None:
    """Of turns without and with pages the quarter counts that other work disturbs least.

    The browsers take of the cores too, which the least of servers shows: that much is not the connector's.
    """
    client = good_client(beside.connector)

    def slowest() -> tuple[float, float]:
        """Return the slowest answers of a turn, of the connector and of the least of servers, in s."""
        client.begin()
        clock.pause(SHORT_TURN)
        seen = client.end()
        assert seen["kept"]["troubles"] + seen["fresh"]["troubles"] == [], seen
        return max(seen[connection]["slowest"] for connection in ("kept", "fresh")), seen["yardstick"]

    def least_disturbed(turns: list[tuple[float, float]]) -> tuple[float, float]:
        """Return the lower quarters of the slowest answers, the connector's and the least of servers'."""
        ours, least = zip(*turns, strict=True)
        return quantiles(ours)[0], quantiles(least)[0]

    slowest()
    alone: list[tuple[float, float]] = []
    along: list[tuple[float, float]] = []

    def is_slow() -> bool:
        """Return whether pages slow answers down, by the turns until now."""
        (ours, least), (ours_along, least_along) = least_disturbed(alone), least_disturbed(along)
        return ours_along >= SLOWER * ours + max(0.0, least_along - least)

    while len(along) < SHORT_TURNS or (len(along) < MOST_SHORT_TURNS and is_slow()):
        alone.append(slowest())
        beside.open(SOME)
        along.append(slowest())
        beside.close(SOME, SHORT_TURN)
    measured({"slowest of each turn alone, s": sorted(alone), "with pages": sorted(along)})
    assert not is_slow()
