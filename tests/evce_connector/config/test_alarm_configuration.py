"""The alarm table in the configuration: rows that say otherwise than the default, and what is wrong with a row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from evce_connector import config
from evce_connector.alarms.rules import RULES, Acknowledge, AlarmRule, Condition
from evce_connector.config import ConfigurationError

DOCUMENT = {
    "evce": {"base_url": "http://127.0.0.1:9/api/v2", "login": "bms", "password": "p"},
    "ews": {"username": "ebo", "password": "p"},
}


def table(*rows: dict[str, Any]) -> list[AlarmRule]:
    return config.parse(DOCUMENT | {"alarms": {"rules": list(rows)}}, {}).alarms.table()


def trouble(*rows: dict[str, Any]) -> str:
    with pytest.raises(ConfigurationError) as error:
        table(*rows)
    return str(error.value)


def test_without_rows_the_table_is_the_default() -> None:
    assert table() == list(RULES)


def test_a_row_takes_the_place_of_the_default_of_its_condition() -> None:
    row = {
        "condition": "faulted",
        "priority": 7,
        "category": "Fire",
        "acknowledge": "not needed",
        "settle_seconds": 60,
        "clear_seconds": 90,
        "enabled": False,
    }
    found = table(row)
    assert found[0] == AlarmRule(Condition.FAULTED, 7, "Fire", Acknowledge.NOT_NEEDED, 60, 90, enabled=False)
    assert found[1:] == list(RULES[1:])


def test_what_a_row_does_not_say_stays_as_in_the_default() -> None:
    found = next(rule for rule in table({"condition": "notConnected", "priority": 9}) if rule.priority == 9)
    assert (found.category, found.settle) == ("EVCE Communication", 30)


def test_rows_can_come_from_the_environment() -> None:
    rules = '[{condition = "suspendedEVSE", enabled = true}]'
    read = config.parse(DOCUMENT, {"EVCE_CONNECTOR_ALARMS_RULES": rules}).alarms.table()
    assert [rule.condition for rule in read if rule.enabled and rule.priority == 500] == ["suspendedEVSE"]


@pytest.mark.parametrize(
    ("row", "begins"),
    [
        ({"condition": "fauled"}, "alarms.rules.0.condition: it must be one of notConnected, faulted, unavailable,"),
        ({"priority": 5}, "alarms.rules.0.condition is missing."),
        ({"condition": "faulted", "priority": 1001}, "alarms.rules.0.priority: "),
        ({"condition": "faulted", "priority": -1}, "alarms.rules.0.priority: "),
        ({"condition": "faulted", "category": ""}, "alarms.rules.0.category: "),
        ({"condition": "faulted", "acknowledge": "never"}, "alarms.rules.0.acknowledge: "),
        ({"condition": "faulted", "settle_seconds": -1}, "alarms.rules.0.settle_seconds: "),
        ({"condition": "faulted", "clear_seconds": "1"}, "alarms.rules.0.clear_seconds: "),
        ({"condition": "faulted", "enabled": "no"}, "alarms.rules.0.enabled: "),
        ({"condition": "faulted", "prioriti": 1}, "alarms.rules.0.prioriti is an unknown key (did you "),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_a_wrong_row_is_named_by_its_key(row: dict[str, Any], begins: str) -> None:
    assert trouble(row).startswith(begins)


def test_a_condition_that_stands_twice_is_named() -> None:
    assert trouble({"condition": "faulted"}, {"condition": "faulted"}) == (
        "alarms.rules: the condition faulted stands twice."
    )
