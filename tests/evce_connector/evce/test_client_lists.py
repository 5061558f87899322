"""Lists that change while they are read: an object must not get lost between two pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceAnswerError

from tests.evce_connector.evce.scripted import Answer, Script, ScriptedController, as_json, page

MakeClient = Callable[..., EvceClient]
Change = Callable[[list[int]], object]
SIZE = 1500


def take_away(ids: list[int]) -> None:
    del ids[4]


def put_in_front(ids: list[int]) -> None:
    ids.insert(0, SIZE + len(ids))


@pytest.fixture
def run() -> Iterator[Callable[[Script], ScriptedController]]:
    """Run controllers by script until the test ends."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ScriptedController(script))


class Shifting:
    """A controller whose connectors change after a first page, so often, and the second one begins elsewhere."""

    def __init__(self, change: Change, times: int) -> None:
        self.ids = list(range(1, SIZE + 1))
        self.change, self.times = change, times

    def __call__(self, path: str, query: dict[str, str]) -> Answer:
        if path == "/system":
            return as_json({"apiVersion": "6"})
        if path != "/connectors":
            return page([], 0)
        offset = int(query["offset"])
        answer = page([{"id": number} for number in self.ids[offset : offset + 1000]], len(self.ids))
        if offset == 0 and self.times:
            self.times -= 1
            self.change(self.ids)
        return answer


@pytest.mark.parametrize("change", [take_away, put_in_front])
def test_a_list_that_shifts_between_two_pages_is_fetched_again_and_nothing_is_lost(
    run: Callable[[Script], ScriptedController], make_client: MakeClient, change: Change
) -> None:
    script = Shifting(change, 1)
    raw = make_client(run(script).url).fetch()
    assert [one["id"] for one in raw.connectors.objects] == script.ids
    assert len(raw.connectors.pages) == 2


def test_a_list_that_shifts_each_time_is_no_poll(
    run: Callable[[Script], ScriptedController], make_client: MakeClient
) -> None:
    controller = run(Shifting(take_away, 9))
    with pytest.raises(EvceAnswerError, match=r"/connectors: it announced 1499 objects, and with .* 1498\.$"):
        make_client(controller.url).fetch()
    assert sum(line.startswith("GET /api/v2/connectors?") for line in controller.seen) == 4
