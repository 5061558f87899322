"""What a lying proxy alters is found by EWS alone, or cannot be: each of its lies is in one of two tables."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from evce_acceptance.ews.results import Outcome
from lying_proxy import LIES, Lie, LyingProxy

from tests.evce_acceptance.ews.bench import Bench, conform, failures
from tests.support.at_length import cases, shortened

pytestmark = pytest.mark.once

REDUCTION, ITEM = "EVCE Zones/Z1/ZoneReduction", "Zones/1/ZoneReduction"
CURRENT = "EVCE Zones/Z1/ZoneOverallRmsCurrentPhase1"
READINGS = "EVCE Zones/Z1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings"
ALARM = "EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm"
WALK = "containers.named"
"""A check that walks the tree, from which the proxy learns what it lies about."""


class Found(NamedTuple):
    """A lie that is found: about what, by which check, and whether something must be written for it."""

    lie: str
    item: str
    check: str
    writes: bool = False
    paged: bool = False


FOUND = (
    Found("value", "*/StationStatus", "items.enums"),
    Found("value", REDUCTION, "writes.read-back", writes=True),
    Found("unit", CURRENT, "items.like-history"),
    Found("unit", READINGS, "items.like-history"),
    Found("order", REDUCTION, "values.order"),
    Found("missing-item", CURRENT, "containers.complete"),
    Found("missing-details", REDUCTION, "items.complete"),
    Found("missing-value", REDUCTION, "values.complete"),
    Found("duplicate", REDUCTION, "containers.unique"),
    Found("duplicate-value", REDUCTION, "values.complete"),
    Found("type", CURRENT, "items.values"),
    Found("writeable", REDUCTION, "writes.writeable", writes=True),
    Found("delayed", REDUCTION, "writes.read-back", writes=True),
    Found("stale", REDUCTION, "writes.read-back", writes=True),
    Found("write-lost", REDUCTION, "writes.read-back", writes=True),
    Found("history-doubled", READINGS, "history.once"),
    Found("history-missing", READINGS, "history.halves"),
    Found("history-value", READINGS, "history.halves"),
    Found("alarm-stuck", ALARM, "alarms.filter-type"),
    Found("alarm-invented", ALARM, "alarms.filter-type"),
    Found("alarm-hidden", ALARM, "alarms.history-agrees"),
    Found("alarm-message", ALARM, "alarms.history-agrees"),
    Found("page-end", READINGS, "history.window", paged=True),
)
UNSEEN = {
    "value": "a number is another one wherever it is asked for, and only its source knows better; a write shows it",
    "state": "it is another state wherever it is asked for, and only the item's source knows better",
    "name": "a server calls its items as it likes, and this one does so everywhere",
    "description": "a server describes its items as it likes, and this one does so everywhere",
    "missing-item": "nothing refers to the item, so that it might as well not exist",
}
"""Lies that EWS alone cannot see, with the reason."""


def test_every_lie_is_in_a_table() -> None:
    assert {one.lie for one in FOUND} | UNSEEN.keys() == LIES.keys()


@pytest.mark.parametrize("found", cases((f"{one.lie} of {one.item}", one) for one in FOUND))
def test_a_lie_is_found(bench: Bench, found: Found) -> None:
    own = FOUND.index(found)
    another = f"{own + 20}.{own + 10}"  # some lies leave what was written, or one more
    writes = {ITEM: another} if found.writes else {}
    with LyingProxy(bench.paged if found.paged else bench.url, Lie(found.lie, found.item)) as proxy:
        result = conform(proxy.url, writes=writes, only=(WALK, found.check))
        assert proxy.told
    assert {line.row.id for line in result.of(Outcome.FAIL)} == {found.check}


@pytest.mark.parametrize("lie", shortened(UNSEEN))
def test_a_lie_that_cannot_be_seen_fails_nothing(bench: Bench, lie: str) -> None:
    with LyingProxy(bench.url, Lie(lie, REDUCTION)) as proxy:
        result = conform(proxy.url)
        assert proxy.told
    assert failures(result) == {}


def test_nothing_fails_behind_a_proxy_that_is_honest(bench: Bench) -> None:
    with LyingProxy(bench.url) as proxy:
        assert failures(conform(proxy.url)) == {}
