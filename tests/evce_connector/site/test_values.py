"""Values on the wire: how they are written, read back, and refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from evce_connector.site.values import EMPTY, EPOCH, State, Value, ValueType, from_wire, to_wire, utc_text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (10.0, "10.0"),
        (0.13, "0.13"),
        (0.1 + 0.2, "0.3"),
        (-1.5, "-1.5"),
        (1e-7, "0.0"),
        (-1e-7, "0.0"),
        (1e9, "1000000000.0"),
        (1234567.891234, "1234567.891234"),
        (100, "100"),
        (-3, "-3"),
        (True, "True"),
        (False, "False"),
        ("", ""),
        ("Straße & Söhne", "Straße & Söhne"),
        (datetime(2149, 12, 16, 8, 27, 56, tzinfo=UTC), "2149-12-16T08:27:56Z"),
        (datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=1))), "2026-01-01T00:00:00Z"),
        (datetime(2026, 1, 1, 0, 0, 0, 500000, tzinfo=UTC), "2026-01-01T00:00:00.500000Z"),
    ],
)
def test_a_value_is_written_as_ews_text(value: Value, text: str) -> None:
    assert to_wire(value) == text


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_a_double_comes_back_to_a_millionth_and_never_with_an_exponent(value: float) -> None:
    text = to_wire(value)
    assert "e" not in text.lower()
    assert from_wire(text, ValueType.DOUBLE) == pytest.approx(value, abs=6e-7)


@given(st.integers())
def test_an_integer_comes_back(value: int) -> None:
    assert from_wire(to_wire(value), ValueType.INTEGER) == value


@given(st.booleans())
def test_a_boolean_comes_back(value: bool) -> None:
    assert from_wire(to_wire(value), ValueType.BOOLEAN) is value


@given(st.text(alphabet="aZ 0ß&<>é字\u2028\t\n'\""))
def test_a_string_comes_back_untouched(value: str) -> None:
    assert from_wire(to_wire(value), ValueType.STRING) == value


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1970, 1, 2), max_value=datetime(9000, 1, 1)))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_time_comes_back_as_the_same_instant_in_utc(value: datetime) -> None:
    text = utc_text(value)
    assert text.endswith("Z")
    read = from_wire(text, ValueType.DATETIME)
    assert isinstance(read, datetime)
    assert (read, read.tzinfo) == (value.astimezone(UTC), UTC)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), (" FALSE ", False), ("0", False)])
def test_other_spellings_of_a_boolean_are_read(text: str, value: bool) -> None:
    assert from_wire(text, ValueType.BOOLEAN) is value


def test_a_time_without_offset_means_utc() -> None:
    assert from_wire("2026-07-01T12:00:00", ValueType.DATETIME) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_time_with_offset_is_turned_to_utc() -> None:
    assert from_wire("2026-07-01T12:00:00+02:00", ValueType.DATETIME) == datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("yes", ValueType.BOOLEAN),
        ("", ValueType.BOOLEAN),
        ("2", ValueType.BOOLEAN),
        ("1.0", ValueType.INTEGER),
        ("1_000", ValueType.INTEGER),
        ("١٢", ValueType.INTEGER),
        ("", ValueType.INTEGER),
        ("nan", ValueType.DOUBLE),
        ("inf", ValueType.DOUBLE),
        ("1e999", ValueType.DOUBLE),
        ("-1e999", ValueType.DOUBLE),
        ("1,5", ValueType.DOUBLE),
        ("1_0.0", ValueType.DOUBLE),
        ("", ValueType.DOUBLE),
        ("tomorrow", ValueType.DATETIME),
        ("", ValueType.DATETIME),
        ("2026-02-30T00:00:00Z", ValueType.DATETIME),
        ("2027-W01-1", ValueType.DATETIME),
        ("20270101", ValueType.DATETIME),
    ],
)
def test_text_that_does_not_parse_is_refused(text: str, type_: ValueType) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_wire(text, type_)


def test_an_item_without_value_holds_zero_false_nothing_or_the_epoch() -> None:
    assert EMPTY == {
        ValueType.DOUBLE: 0.0,
        ValueType.INTEGER: 0,
        ValueType.STRING: "",
        ValueType.BOOLEAN: False,
        ValueType.DATETIME: EPOCH,
    }


def test_states_are_numbered_as_on_the_wire() -> None:
    assert [(state.name, int(state)) for state in State] == [
        ("GOOD", 0),
        ("UNCERTAIN", 1),
        ("FORCED", 2),
        ("OFFLINE", 3),
        ("ERROR", 4),
    ]
