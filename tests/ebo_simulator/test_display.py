"""Values as written on an operator's screen."""

from datetime import datetime

import pytest
from ebo_simulator import Display
from ebo_simulator.errors import BadOptionError


@pytest.mark.parametrize(
    ("kind", "value", "unit", "state", "shown"),
    [
        ("Double", "0", "kW", 3, "0.00 kW [Offline]"),
        ("Integer", "100", "A", 0, "100 A"),
        ("Double", "10", "", 0, "10.00"),
        ("DateTime", "2149-12-16T08:27:56Z", "", 0, "12/16/2149 8:27:56 AM"),
        ("DateTime", "2026-07-01T00:05:09.5Z", "", 0, "7/1/2026 12:05:09 AM"),
        ("DateTime", "2026-07-01T12:00:00+02:00", "", 0, "7/1/2026 10:00:00 AM"),
        ("DateTime", "2026-07-01T12:00:00", "", 0, "7/1/2026 12:00:00 PM"),
        ("Boolean", "true", "", 0, "True"),
        ("BOOLEAN", "0", "", 0, "False"),
        ("String", "EVSimu1", "", 1, "EVSimu1 [Uncertain]"),
        ("Long", "9007199254740993", "", 0, "9007199254740993"),
        ("Duration", "PT30M", "", 2, "PT30M [Forced]"),
        ("Double", "0.125", "kWh", 0, "0.13 kWh"),
        ("Double", "-0.001", "A", 0, "0.00 A"),
        ("Double", "1.5E3", "kW", 4, "1500.00 kW [Error]"),
        ("String", "", "A", 3, "[Offline]"),
        ("Integer", "1", "", 9, "1 [State 9]"),
        ("Integer", "1", "", None, "1"),
    ],
)
def test_a_value_shows_its_unit_and_its_state_unless_good(
    kind: str, value: str, unit: str, state: int | None, shown: str
) -> None:
    assert Display().show(kind, value, unit, state) == shown


@pytest.mark.parametrize(
    ("kind", "value"),
    [("Double", "n/a"), ("Double", "1E999"), ("DateTime", "soon"), ("Boolean", "maybe"), ("Nonsense", "x")],
)
def test_what_does_not_fit_its_type_is_shown_as_received(kind: str, value: str) -> None:
    assert Display().value(kind, value) == value


def test_a_time_that_the_zone_moves_out_of_the_calendar_is_shown_as_received() -> None:
    assert Display(timezone="Asia/Tokyo").value("DateTime", "9999-12-31T23:00:00Z") == "9999-12-31T23:00:00Z"


@pytest.mark.parametrize(
    ("culture", "number", "time"),
    [
        ("en-US", "1234.50", "1/2/2030 3:04:05 PM"),
        ("en-GB", "1234.50", "02/01/2030 15:04:05"),
        ("de-DE", "1234,50", "02.01.2030 15:04:05"),
        ("fr-FR", "1234,50", "02/01/2030 15:04:05"),
        ("sv-SE", "1234,50", "2030-01-02 15:04:05"),
        ("nl-NL", "1234,50", "02-01-2030 15:04:05"),
        ("es-ES", "1234,50", "02/01/2030 15:04:05"),
    ],
)
def test_each_culture_writes_numbers_and_times_its_way(culture: str, number: str, time: str) -> None:
    display = Display(culture)

    assert (display.value("Double", "1234.5"), display.value("DateTime", "2030-01-02T15:04:05Z")) == (number, time)


def test_times_are_shown_in_the_time_zone_of_the_display() -> None:
    assert Display(timezone="Europe/Paris").value("DateTime", "2030-07-01T10:00:00Z") == "7/1/2030 12:00:00 PM"


def test_a_moment_without_an_offset_is_taken_for_utc() -> None:
    assert Display().time(datetime(2030, 1, 1, 9)) == "1/1/2030 9:00:00 AM"  # noqa: DTZ001 (the case under test)


def test_no_moment_is_shown_as_nothing() -> None:
    assert Display().time(None) == ""


@pytest.mark.parametrize(("culture", "timezone"), [("xx-XX", "UTC"), ("en-US", "Mars/Olympus"), ("en-US", "../etc")])
def test_an_unknown_culture_or_time_zone_is_refused(culture: str, timezone: str) -> None:
    with pytest.raises(BadOptionError, match="is not known"):
        Display(culture, timezone)
