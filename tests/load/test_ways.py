"""The count of a value's way sees what the connector does, in whatever thread."""

from __future__ import annotations

import sys

import pytest

from load.ways import Way, ways


@pytest.fixture(scope="module")
def found() -> dict[str, Way]:
    return ways()


@pytest.mark.parametrize(
    ("what", "file", "function"),
    [
        ("a poll with one value changed", "evce/contract_api.py", "ContractApi._page"),
        ("GetValues of one id", "ews/operations/values.py", "Values.read_values"),
        ("SetValues to PUT to ledger", "persistence/commands.py", "CommandLedger.complete"),
        ("an alarm raised", "persistence/alarm_log.py", "AlarmLog._keep"),
    ],
)
def test_a_way_is_followed_to_its_end(found: dict[str, Way], what: str, file: str, function: str) -> None:
    assert function in found[what].functions[file]
    assert found[what].moves > 0


def test_a_poll_that_raises_no_alarm_writes_none(found: dict[str, Way]) -> None:
    assert "AlarmLog._keep" not in found["a poll with one value changed"].functions["persistence/alarm_log.py"]


def test_the_tracer_is_gone_afterwards(found: dict[str, Way]) -> None:
    assert found
    assert sys.getprofile() is None
