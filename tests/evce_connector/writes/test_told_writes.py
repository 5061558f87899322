"""Each write is one line of the log: who, from where, which item, old and new value, and how it ended."""

from __future__ import annotations

import logging

import pytest
from evce_connector.points.setting import set_values

from tests.evce_connector.writes.conftest import Desk

WHO = "Write of user 'ebo' from 192.168.0.7"


@pytest.fixture(autouse=True)
def _at_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "evce_connector")


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line for line in caplog.messages if line.startswith("Write of ")]


def outcomes(desk: Desk) -> dict[str, int]:
    return {values[0]: count for values, count in desk.service.figures.writes.read().items() if count}


def test_a_write_that_was_done(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.write(("Zones/1/ZoneReduction", 30.0))
    assert told(caplog) == [f"{WHO}: Zones/1/ZoneReduction 10.0 -> 30.0: done, confirmed"]
    assert outcomes(desk) == {"confirmed": 1}


def test_a_write_that_the_controller_did_not_get(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.simulator.inject("reset")
    desk.write(("Zones/1/ZoneReduction", 30.0))
    (line,) = told(caplog)
    assert line.startswith(f"{WHO}: Zones/1/ZoneReduction 10.0 -> 30.0: refused: The charge controller at")
    assert outcomes(desk) == {"refused": 1}


@pytest.mark.parametrize(
    ("id_", "text", "line"),
    [
        (
            "Zones/1/ZoneReduction",
            "much",
            "'Zones/1/ZoneReduction' 10.0 -> 'much': INVALID_VALUE: it does not parse as",
        ),
        ("Zones/1/ZoneName", "Yard", "'Zones/1/ZoneName' Z1 -> 'Yard': VALUE_NOT_WRITEABLE"),
        ("Zones/9/ZoneReduction", None, "'Zones/9/ZoneReduction' None: INVALID_ID"),
        ("x" * 101, "a\nb", r"a text of 101 characters 'a\nb': INVALID_ID"),
    ],
)
def test_what_is_refused_before_its_writer_sees_it(
    desk: Desk, caplog: pytest.LogCaptureFixture, id_: str, text: str | None, line: str
) -> None:
    tree, figures = desk.service.items.tree, desk.service.figures
    set_values(tree, desk.writer, [(id_, text)], "ebo", "192.168.0.7", figures)
    (said,) = told(caplog)
    assert said.startswith(f"{WHO}: {line}")
    assert outcomes(desk) == {"refused": 1}
