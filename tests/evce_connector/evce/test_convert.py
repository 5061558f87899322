"""How JSON values become fields of the model: wider than the contract, and refused where nothing can be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from evce_connector.evce import convert

HUGE = 10**400


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (convert.number, 3, 3.0),
        (convert.number, 3.25, 3.25),
        (convert.number, -1, -1.0),
        (convert.integer, 16, 16),
        (convert.integer, 16.4, 16),
        (convert.integer, 16.5, 17),
        (convert.integer, 15.5, 16),
        (convert.integer, -0.5, 0),
        (convert.integer, -1.5, -1),
        (convert.integer, 7.0, 7),
        (convert.identity, 1, 1),
        (convert.optional_integer, None, None),
        (convert.optional_integer, 31.6, 32),
        (convert.boolean, True, True),
        (convert.boolean, False, False),
        (convert.text, "dancing", "dancing"),
        (convert.label, "SN 1", "SN 1"),
        (convert.label, 20231107, "20231107"),
        (convert.label, 1.5, "1.5"),
        (convert.optional_label, None, ""),
        (convert.optional_label, "1.1.0", "1.1.0"),
        (convert.optional_label, 2, "2"),
        (convert.remark, None, ""),
        (convert.remark, "GroundFailure", "GroundFailure"),
        (convert.remark, 0, "0"),
        (convert.remark, ["a"], "['a']"),
        (convert.transaction, None, None),
        (convert.transaction, 7, 7),
        (convert.transaction, "a-7", "a-7"),
        (convert.transaction, 7.5, "7.5"),
        (convert.phases, [1.5, 0.0, 2.5], (1.5, 0.0, 2.5)),
        (convert.phases, [1, 0.0, 2], (1.0, 0.0, 2.0)),
        (convert.instant, "2149-12-16T08:27:56Z", datetime(2149, 12, 16, 8, 27, 56, tzinfo=UTC)),
        (convert.instant, "2026-03-29T02:30:00+02:00", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (convert.instant, "2026-01-01T00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_value_is_read(read: Callable[[Any], object], value: object, expected: object) -> None:
    found = read(value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *((convert.number, value) for value in (True, None, "3", float("nan"), float("inf"), HUGE, -HUGE, 1e300, [])),
        *((convert.integer, value) for value in (False, None, "3", float("nan"), HUGE, 1e300)),
        *((convert.identity, value) for value in (0, -1, 1.0, 1.5, True, "1", None, HUGE)),
        *((convert.boolean, value) for value in (0, 1, "true", None)),
        *((convert.text, value) for value in (None, 1, True, [], {})),
        *((convert.label, value) for value in (None, False, [], float("nan"), 1e16)),
        *((convert.optional_label, value) for value in (False, [])),
        *((convert.phases, value) for value in (None, [], [1.0], [1.0] * 4, [1.0, None, 1.0], [1.0, 1.0, "1"], "123")),
        (convert.phases, [1e308, 1e308, 1e308]),
        (convert.phases, [float("nan"), 0.0, 0.0]),
        *((convert.instant, value) for value in (None, 0, "", "soon", "2026-13-01T00:00:00Z")),
        (convert.instant, "0001-01-01T00:00:00+14:00"),
    ],
)
def test_what_cannot_be_read_is_refused(read: Callable[[Any], object], value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(value)


@pytest.mark.parametrize("value", ["x" * 10_000, HUGE, ["x"] * 10_000])
def test_a_refusal_quotes_the_beginning_alone(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not") as error:
        convert.boolean(value)
    assert len(str(error.value)) < 120
