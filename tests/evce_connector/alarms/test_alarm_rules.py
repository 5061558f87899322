"""The alarm table, and what of a station makes which alarm."""

from __future__ import annotations

import pytest
from evce_connector.alarms.rules import (
    RULES,
    Acknowledge,
    ActiveCondition,
    AlarmRule,
    Condition,
    check,
    station_claims,
    words_of,
    worst,
)
from evce_connector.site.model import Connector, Station

STATION = Station(7, 1, "Front", "CP-7", "", "", "", "", "", "", True, True, "available", "", "")
CONNECTOR = Connector(
    1, 7, 1, "available", True, False, False, 32, None, "mono1", 0, 0, (0, 0, 0), (0, 0, 0), 0.0, "", None
)
REQUIRED, POSSIBLE = Acknowledge.REQUIRED, Acknowledge.POSSIBLE


@pytest.mark.parametrize(
    "row",
    [
        ("notConnected", 150, "EVCE Communication", POSSIBLE, 30, True),
        ("faulted", 100, "EVCE Fault", REQUIRED, 0, True),
        ("unavailable", 300, "EVCE Availability", POSSIBLE, 0, True),
        ("suspendedEVSE", 500, "EVCE Load management", POSSIBLE, 0, False),
        ("databaseReplaced", 25, "EVCE Interface", REQUIRED, 0, True),
        ("databaseFailing", 30, "EVCE Interface", POSSIBLE, 0, True),
        ("loginRefused", 40, "EVCE Interface", POSSIBLE, 0, True),
        ("controllerLost", 50, "EVCE Interface", POSSIBLE, 30, True),
        ("logsLate", 400, "EVCE Interface", POSSIBLE, 0, True),
        ("stationReplaced", 450, "EVCE Interface", REQUIRED, 0, True),
        ("otherVersion", 600, "EVCE Interface", POSSIBLE, 0, True),
    ],
    ids=lambda row: row[0],
)
def test_the_table_is_the_designs(row: tuple[object, ...]) -> None:
    rule = next(rule for rule in RULES if rule.condition == row[0])
    found = (rule.condition.value, rule.priority, rule.category, rule.acknowledge, rule.settle, rule.enabled)
    assert found == row


def claims(station: Station | None, *connectors: Connector, ours: tuple[tuple[int, int], ...] = ()) -> list[str]:
    return [f"{claim.condition}: {claim.words}" for claim in station_claims(station, connectors, ours)]


def test_a_station_at_work_makes_no_alarm() -> None:
    assert claims(STATION, CONNECTOR._replace(status="charging")) == []


def test_a_lost_station_hides_what_its_connectors_last_said() -> None:
    lost = STATION._replace(connected=False, status="faulted")
    assert claims(lost, CONNECTOR._replace(status="faulted")) == ["notConnected: not connected"]


def test_a_station_that_is_gone_counts_as_not_connected() -> None:
    assert claims(None, CONNECTOR) == ["notConnected: no longer reported by the charge controller"]


@pytest.mark.parametrize("status", ["faulted", "unavailable", "suspendedEVSE"])
def test_the_status_of_a_station_and_of_each_connector_are_looked_at(status: str) -> None:
    found = claims(STATION._replace(status=status), CONNECTOR, CONNECTOR._replace(logical_connector=2, status=status))
    assert found == [f"{status}: status {status}", f"{status}: connector 2 {status}"]


@pytest.mark.parametrize(
    "status", ["available", "preparing", "charging", "suspendedEV", "finishing", "reserved", "Faulted", ""]
)
def test_other_words_make_no_alarm(status: str) -> None:
    assert claims(STATION._replace(status=status), CONNECTOR._replace(status=status)) == []


def test_what_we_made_unavailable_is_no_alarm_nor_is_its_station() -> None:
    out = CONNECTOR._replace(status="unavailable")
    assert claims(STATION._replace(status="unavailable"), out, ours=((7, 1),)) == []


def test_what_we_made_unavailable_may_still_be_faulted() -> None:
    assert claims(STATION, CONNECTOR._replace(status="faulted"), ours=((7, 1),)) == ["faulted: connector 1 faulted"]


def test_a_connector_is_ours_only_on_its_own_station() -> None:
    out = CONNECTOR._replace(status="unavailable")
    assert claims(STATION, out, ours=((8, 1),)) == ["unavailable: connector 1 unavailable"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "connector 1 faulted"),
        ("NoError", "connector 1 faulted"),
        ("GroundFailure", "connector 1 faulted (GroundFailure)"),
    ],
)
def test_a_connector_is_named_with_status_and_error_code(code: str, words: str) -> None:
    assert words_of(CONNECTOR._replace(status="faulted", error_code=code)) == words


def test_the_worst_rule_decides_and_its_message_names_all_it_applies_to() -> None:
    found = worst(
        [
            ActiveCondition(Condition.UNAVAILABLE, "connector 3", "c3"),
            ActiveCondition(Condition.FAULTED, "connector 1", "c1"),
            ActiveCondition(Condition.FAULTED, "connector 2", "c2"),
        ],
        check(RULES),
    )
    assert found
    assert (found.rule.condition, found.message) == (Condition.FAULTED, "c1, c2")


def test_a_disabled_rule_applies_to_nothing() -> None:
    assert worst([ActiveCondition(Condition.SUSPENDED_EVSE, "connector 1", "c1")], check(RULES)) is None


@pytest.mark.parametrize(
    ("wrong", "trouble"),
    [
        ({"priority": -1}, "faulted: priority must be 0 to 1000, not -1"),
        ({"priority": 1001}, "faulted: priority must be 0 to 1000, not 1001"),
        ({"category": ""}, "faulted: category must not be empty"),
        ({"settle": -1}, "faulted: settle and clear are seconds, 0 or more"),
        ({"clear": -0.5}, "faulted: settle and clear are seconds, 0 or more"),
    ],
)
def test_a_row_that_cannot_be_is_refused(wrong: dict[str, object], trouble: str) -> None:
    row: dict[str, object] = {"condition": Condition.FAULTED, "priority": 0, "category": "c"}
    with pytest.raises(ValueError, match=f"^{trouble}$"):
        AlarmRule(**row | wrong)  # type: ignore[arg-type]


def test_a_condition_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^faulted: stands twice in the alarm rules$"):
        check([*RULES, AlarmRule(Condition.FAULTED, 1, "c")])
