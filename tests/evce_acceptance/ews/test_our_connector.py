"""The reference connector keeps to the contract, in both versions of EWS, and is tested nearly whole."""

from __future__ import annotations

import pytest
from evce_acceptance.ews.contract import VERSIONS
from evce_acceptance.ews.results import Outcome

from tests.evce_acceptance.ews.bench import Bench, conform, failures, untested
from tests.support.joined import value_item

pytestmark = pytest.mark.once

REDUCTION = "Zones/1/ZoneReduction"
NEVER = {"aggregation.unknown-id", "schema.GetHistoricalDataAggregation", "schema.ForceValues", "schema.UnforceValues"}
"""What the connector does not offer."""
ONLY_WRITING = {
    "alarms.acknowledge-unknown",
    "alarms.acknowledge",
    "writes.read-back",
    "writes.writeable",
    "writes.unknown-id",
    "writes.each-result",
    "writes.message",
    "writes.type",
    "writes.no-list",
    "schema.SetValues",
    "schema.AcknowledgeAlarmEvents",
}


def test_nothing_fails_and_nearly_all_is_tested(bench: Bench) -> None:
    result = conform(bench.url)

    assert failures(result) == {}
    assert result.versions == VERSIONS
    alone = {"history.paging", "information.not-offered", "system-events.order"}
    assert untested(result).keys() <= NEVER | ONLY_WRITING | alone
    for version in VERSIONS:
        passed = {line.row.id for line in result.of(Outcome.PASS) if line.version == version}
        assert {"containers.root", "values.order", "history.window", "alarms.words"} <= passed


def test_a_run_on_the_guides_site_needs_no_more_than_the_usual_budget(bench: Bench) -> None:
    result = conform(bench.url, most=400)
    assert not [why for why in untested(result).values() if why.startswith("budget")]


def test_nothing_fails_where_answers_come_in_pages(bench: Bench) -> None:
    result = conform(bench.paged)
    assert failures(result) == {}
    assert "history.paging" not in untested(result)


def test_writes_are_read_back_and_restored(bench: Bench) -> None:
    before = value_item(bench.service, REDUCTION).value
    result = conform(bench.url, writes={REDUCTION: "12.5"})

    assert failures(result) == {}
    assert not untested(result).keys() & ONLY_WRITING - {"alarms.acknowledge"}
    assert value_item(bench.service, REDUCTION).value == before


def test_an_alarm_is_acknowledged_when_that_is_allowed(bench: Bench) -> None:
    events = [alarm.id for folder in bench.service.items.tree.root.walk() for alarm in folder.alarms]
    result = conform(bench.url, acknowledge=("Stations/1/Alarm",))
    assert "Stations/1/Alarm" in events
    assert failures(result) == {}
    assert next(line.outcome for line in result.lines if line.row.id == "alarms.acknowledge") is Outcome.PASS
