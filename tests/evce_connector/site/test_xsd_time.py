"""Times on the wire: what the schema's grammar has is read as the instant it means, everything else is refused."""

from __future__ import annotations

import pytest
from evce_connector.site.values import utc_text
from evce_connector.site.xsd_time import EARLIEST, LATEST, read_time
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

SCHEMA = etree.XMLSchema(
    etree.fromstring(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="t" type="xs:dateTime"/></xs:schema>'
    )
)
FIRST, LAST = utc_text(EARLIEST), utc_text(LATEST)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-01-01T12:00:00Z", "2027-01-01T12:00:00Z"),
        ("2027-01-01T12:00:00", "2027-01-01T12:00:00Z"),
        ("\t 2027-01-01T12:00:00Z\r\n", "2027-01-01T12:00:00Z"),
        ("2027-01-01T12:00:00+14:00", "2026-12-31T22:00:00Z"),
        ("2027-01-01T12:00:00-00:30", "2027-01-01T12:30:00Z"),
        ("2027-01-01T12:00:00.5Z", "2027-01-01T12:00:00.500000Z"),
        ("2027-01-01T12:00:00.000Z", "2027-01-01T12:00:00Z"),
        ("2027-01-01T12:00:59.99999999999Z", "2027-01-01T12:00:59.999999Z"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-12-31T24:00:00.00-01:00", "2027-01-01T01:00:00Z"),
        ("2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0001-01-01T00:00:00+01:00", FIRST),
        ("0001-01-01T00:00:00", FIRST),
        ("0000-02-29T00:00:00Z", FIRST),
        ("-0044-03-15T12:00:00Z", FIRST),
        ("9999-12-31T23:59:59.9999999-05:00", LAST),
        ("9999-12-31T24:00:00Z", LAST),
        ("12027-01-01T00:00:00Z", LAST),
        (f"{'9' * 9999}-01-01T00:00:00Z", LAST),
    ],
)
def test_a_time_of_the_schema_is_the_instant_it_means(text: str, instant: str) -> None:
    assert utc_text(read_time(text)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2027-W01-1",
        "20270101",
        "20270101T120000Z",
        "2027-01-01",
        "2027-01-01T10",
        "2027-01-01T10:00",
        "2027-01-01 10:00:00",
        "2027-01-01t10:00:00z",
        "2027-01-01T10:00:00,5Z",
        "2027-01-01T10:00:00.Z",
        "2027-01-01T10:00:00+01",
        "2027-01-01T10:00:00+0100",
        "2027-01-01T10:00:00+14:01",
        "2027-01-01T10:00:00+15:00",
        "2027-01-01T10:00:00 Z",
        "2027-01-01T10:00:60Z",
        "2027-01-01T24:00:01Z",
        "2027-01-01T24:01:00Z",
        "2027-02-29T10:00:00Z",
        "12027-02-29T10:00:00Z",
        "2027-13-01T10:00:00Z",
        "2027-04-31T10:00:00Z",
        "02027-01-01T10:00:00Z",
        "227-01-01T10:00:00Z",
        "+2027-01-01T10:00:00Z",
        "\u0662027-01-01T10:00:00Z",
        "\u00a02027-01-01T10:00:00Z",
        "28.11.2026 12:00:00",
        "now",
        "",
    ],
)
def test_what_the_schema_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no xs:dateTime|a day that its month does not have"):
        read_time(text)


YEARS = st.sampled_from(
    ["0001", "-0001", "0004", "-0044", "999", "1900", "2000", "2027", "2028", "02027", "9999", "12028"]
)
"""None of them is 0, which libxml2 (XML Schema 1.0) does not have, or a leap year before it, which 1.1 moved."""
DAYS = st.sampled_from(
    ["00-01", "01-00", "01-01", "02-28", "02-29", "02-30", "04-30", "04-31", "12-31", "12-32", "13-01"]
)
PARTS = st.sampled_from(["00", "1", "23", "24", "59", "60"])
FRACTIONS = st.sampled_from(["", ".", ".0", ".5", ".123456789"])
OFFSETS = st.sampled_from(["", "Z", "z", "+00:00", "+14:00", "-14:00", "+14:01", "-13:59", "+13:60", "+15:00", "+0100"])


@given(YEARS, DAYS, PARTS, PARTS, PARTS, FRACTIONS, OFFSETS)
def test_what_is_read_is_what_libxml2_takes_for_an_xs_datetime(
    year: str, day: str, hour: str, minute: str, second: str, fraction: str, offset: str
) -> None:
    element = etree.Element("t")
    element.text = f"{year}-{day}T{hour}:{minute}:{second}{fraction}{offset}"
    try:
        read_time(element.text)
        read = True
    except ValueError:
        read = False
    assert read is SCHEMA.validate(element)
