"""Figures and times as reports write them."""

import pytest
from evce_acceptance.report import texts


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2026-11-23T08:00:00+00:00", "2026-11-23 08:00:00 UTC"),
        ("2026-11-23T09:00:00.750+01:00", "2026-11-23 08:00:00 UTC"),
        ("2026-11-23T08:00:00", "2026-11-23 08:00:00 UTC"),
        ("soon", "soon"),
    ],
)
def test_times_are_utc_to_the_second(iso: str, shown: str) -> None:
    assert texts.utc(iso) == shown


@pytest.mark.parametrize(
    ("ended", "shown"),
    [
        ("2026-11-23T08:00:00.2Z", "under 1 s"),
        ("2026-11-23T08:00:59Z", "59 s"),
        ("2026-11-23T08:02:00Z", "2 min"),
        ("2026-11-23T10:00:01Z", "2 h 1 s"),
        ("", "not ended"),
    ],
)
def test_spans_leave_out_what_is_nothing(ended: str, shown: str) -> None:
    assert texts.span("2026-11-23T08:00:00Z", ended) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.00044, "0.4 ms"), (0.0123, "12 ms"), (1.5, "1,500 ms"), (9.9996, "10.0 s"), (12.34, "12.3 s")],
)
def test_latencies_are_milliseconds_until_they_are_long(seconds: float, shown: str) -> None:
    assert texts.milliseconds(seconds) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(None, "kW", ""), (0.0, "kW", "0"), (-0.0, "kW", "0"), (0.1, "kW", "+0.1 kW"), (-3.0, "", "-3")],
)
def test_differences_have_sign_and_unit(value: float | None, unit: str, shown: str) -> None:
    assert texts.difference(value, unit) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (2000, "2,000 entries")]
)
def test_counts_have_their_noun(number: int, shown: str) -> None:
    assert texts.count(number, "entry", "entries") == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("a\x00b", "a\ufffdb"), ("\ud800", "\ufffd"), ("\ufffe", "\ufffd"), ("a\tb\n", "a\tb\n"), ("é電🔌", "é電🔌")],
)
def test_what_html_and_xml_cannot_carry_is_marked(raw: str, shown: str) -> None:
    assert texts.clean(raw) == shown


def test_a_css_string_cannot_be_ended_from_within() -> None:
    assert str(texts.css_string('a"}</style>é')) == r'"a\22 \7d \3c \2f style\3e \e9 "'
