"""What is made of a value on its way into the contract; what cannot be converted stays as it came."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evce_connector.evce.dialect.told import Told, api_of, connector, edited, field, reduction, site, zone

NOTHING = object()


def read_zone(said: str, value: object, name: str = "set_point_power", extra: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return what becomes of a zone's field `x`, when a profile says so of a field of the contract."""
    told = Told(site(zones=[zone() if value is NOTHING else zone(x=value)]))
    translated: Any = api_of(edited(field("zones", name, said)) + extra).fetch(told).zones.objects[0]
    return translated.get("setPointPower" if name == "set_point_power" else name, NOTHING)


def read_connector(said: str, name: str, extra: str = "", **changes: object) -> Any:  # noqa: ANN401 - JSON
    told = Told(site(connectors=[connector(**changes)]))
    return api_of(edited(field("connectors", name, said)) + extra).fetch(told).connectors.objects[0]


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        ('"x"', 5, 5),
        ('{ at = "x" }', 5, 5),
        ("{ value = 7 }", 5, 7),
        ('{ at = "x", default = 7 }', 5, 5),
        ('{ at = "x", default = 7 }', NOTHING, 7),
        ('{ at = "x", default = 7 }', None, None),
        ('{ at = "x", default = 7, null = true }', None, 7),
        ('{ at = "x", default = 7, null = true }', NOTHING, 7),
        ('{ at = "x", null = true }', NOTHING, None),
        ('{ at = "x", null = true }', 5, 5),
        ('"x"', NOTHING, NOTHING),
        ('{ at = "x", as = "text" }', "12", 12),
        ('{ at = "x", as = "text" }', "-12.5", -12.5),
        ('{ at = "x", as = "text" }', "12 A", "12 A"),
        ('{ at = "x", as = "text" }', "1_2", "1_2"),
        ('{ at = "x", as = "text" }', "nan", "nan"),
        ('{ at = "x", as = "text" }', "1e999", "1e999"),
        ('{ at = "x", as = "text" }', 12, 12),
        ('{ at = "x", as = "number" }', "12", "12"),
        ('{ at = "x", unit = "W" }', 69000, 69),
        ('{ at = "x", unit = "W" }', 130.0, 0.13),
        ('{ at = "x", unit = "kW" }', 69, 69),
        ('{ at = "x", unit = "W" }', "69000", "69000"),
        ('{ at = "x", unit = "W" }', True, True),
        ('{ at = "x", unit = "W" }', 10**400, 10**400),
        ('{ at = "x", unit = "W", as = "text" }', "69000", 69),
        ('{ at = "x", unit = "W", default = 5000 }', NOTHING, 5),
        ('{ at = "x", words = "links" }', "on", True),
        ('{ at = "x", words = "links" }', "odd", "odd"),
        ('{ at = "x", words = "links", otherwise = false }', "odd", False),
        ('{ at = "x", words = "links", otherwise = false }', None, None),
        ('{ at = "x", words = "links" }', ["on"], ["on"]),
        ('{ at = "x", words = "digits" }', 1, "one"),
        ('{ at = "x", words = "digits" }', 1.0, "one"),
        ('{ at = "x", words = "digits" }', "1", "one"),
        ('{ at = "x", words = "digits" }', True, "yes"),
        ('{ at = "x", words = "digits", as = "text" }', "01", "one"),
        ('{ at = "x", words = "sizes", unit = "W" }', "big", 22),
        ('{ at = "x", join = "," }', ["L1", 2, True], "L1,2,true"),
        ('{ at = "x", join = "," }', "L1", "L1"),
        ('{ at = "x", as = "text", join = "" }', ["0", "1"], "01"),
        ('{ at = "x", join = "," }', ["L1", None], ["L1", None]),
        ('{ at = "x", join = ",", words = "wires" }', ["L1", "L2"], "two"),
        ('{ search = "x[?on].w | [0]" }', [{"on": False, "w": 1}, {"on": True, "w": 2}], 2),
        ('{ search = "x[?on].w | [0]", default = 9 }', [], 9),
        ('{ search = "x[?on].w | [0]" }', [], NOTHING),
        ('{ search = "sum(x)" }', "text", NOTHING),
        ('{ search = "x", unit = "W" }', 5000, 5),
    ],
)
def test_a_value_becomes_the_contracts(said: str, value: object, expected: object) -> None:
    words = '[words.digits]\n1 = "one"\ntrue = "yes"\n[words.sizes]\nbig = 22000\n[words.wires]\n"L1,L2" = "two"\n'
    found = read_zone(said, value, extra=words)
    assert (found, type(found)) in [(expected, type(expected)), (expected, float)]


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("set_point_current", "mA", 0.5),
        ("set_point_current", "A", 500),
        ("set_point_power", "W", 0.5),
        ("active_energy", "Wh", 0.5),
        ("active_energy", "kWh", 500),
        ("max_power", "W", 0.5),
    ],
)
def test_a_unit_becomes_the_contracts(name: str, unit: str, expected: float) -> None:
    words = name.split("_")
    spelled = words[0] + "".join(word.capitalize() for word in words[1:])
    assert read_connector(f'{{ at = "x", unit = "{unit}" }}', name, x=500)[spelled] == expected


@pytest.mark.parametrize(
    ("time", "value", "expected"),
    [
        ("iso", "2027-01-01T12:00:00+02:00", "2027-01-01T12:00:00+02:00"),
        ("iso", "2027-01-01T12:00:00", "2027-01-01T12:00:00"),
        ("s", 1_798_761_600, "2027-01-01T00:00:00Z"),
        ("s", 1_798_761_600.5, "2027-01-01T00:00:00.500000Z"),
        ("ms", 1_798_761_600_500, "2027-01-01T00:00:00.500000Z"),
        ("s", 1e15, 1e15),
        ("s", "soon", "soon"),
        ("s", True, True),
        ("s", None, None),
        ("Europe/Paris", "2027-01-01T12:00:00", "2027-01-01T11:00:00Z"),
        ("Europe/Paris", "2027-07-01T12:00:00", "2027-07-01T10:00:00Z"),
        ("Europe/Paris", "2027-01-01T12:00:00+05:00", "2027-01-01T12:00:00+05:00"),
        ("Europe/Paris", "soon", "soon"),
        ("Europe/Paris", 5, 5),
        ("Europe/Paris", "0001-01-01T00:00:00", "0001-01-01T00:00:00"),
    ],
)
def test_a_time_becomes_one_in_utc(time: str, value: object, expected: object) -> None:
    text = edited(('time = "time"', f'time = {{ at = "time", time = "{time}" }}'))
    assert api_of(text).system(Told(site(time=value)))["time"] == expected


def test_a_time_may_be_a_number_that_is_written_as_text() -> None:
    text = edited(('time = "time"', 'time = { at = "time", time = "s", as = "text" }'))
    assert api_of(text).system(Told(site(time="1798761600")))["time"] == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        ('"x"', [1, 2, 3], [1, 2, 3]),
        ('{ at = "x", unit = "W" }', [1000, 2000, "odd"], [1, 2, "odd"]),
        ('{ at = "x", unit = "W" }', 1000, 1),
        ('["x.a", "x.b", "x.c"]', {"a": 1, "b": 2, "c": 3}, [1, 2, 3]),
        ('{ at = ["x.a", "x.b", "x.c"], unit = "W" }', {"a": 1000, "b": 2000, "c": 3000}, [1, 2, 3]),
        ('["x.a", "x.b", "x.c"]', {"a": 1}, [1, None, None]),
        ('{ at = ["x.a", "x.b", "x.c"], default = 0 }', {"a": 1}, [1, 0, 0]),
        ('["x.a", "x.b", "x.c"]', {}, NOTHING),
        ("{ value = [0, 0, 0] }", None, [0, 0, 0]),
        ('{ search = "x.*" }', {"a": 1, "b": 2, "c": 3}, [1, 2, 3]),
        ('{ at = "y", default = [1, 1, 1] }', None, [1, 1, 1]),
        ('{ at = "y", default = 1000, unit = "W", split = "phases" }', None, [0.333333333, 0.333333333, 0.333333334]),
        ('{ at = "y", default = [1000, 2000, 3000], unit = "W" }', None, [1, 2, 3]),
        ('{ at = "x", default = [1, 2, 3], unit = "W", null = true }', None, [0.001, 0.002, 0.003]),
        ('{ at = ["x.a", "x.b", "x.c"], default = [0, 2000, 3000], unit = "W" }', {"a": 1000}, [1, 2, 3]),
    ],
)
def test_phases_stand_in_a_list_or_in_three_places(said: str, value: object, expected: object) -> None:
    assert read_connector(said, "active_power", x=value).get("activePower", NOTHING) == expected


@pytest.mark.parametrize(
    ("connection", "expected"),
    [("mono1", [6, 0, 0]), ("mono2", [6, 0, 0]), ("mono3", [6, 0, 0]), ("tri", [2, 2, 2]), ("star", 6), (None, 6)],
)
def test_of_one_number_a_mono_connector_has_all_on_its_first_phase_and_tri_a_third_on_each(
    connection: object, expected: object
) -> None:
    said = '{ at = "x", unit = "W", split = "phases" }'
    assert read_connector(said, "active_power", x=6000, phaseConnection=connection)["activePower"] == expected


@pytest.mark.parametrize(("connection", "expected"), [("mono2", [16, 0, 0]), ("tri", [16, 16, 16])])
def test_a_number_that_holds_on_each_phase_is_not_divided(connection: str, expected: object) -> None:
    said = '{ at = "x", split = "each" }'
    assert read_connector(said, "rms_current", x=16, phaseConnection=connection)["rmsCurrent"] == expected


def test_a_text_of_digits_stays_one_and_a_whole_number_becomes_one() -> None:
    said = '{ at = "x", as = "text" }'
    assert read_connector(said, "error_code", x="00012")["errorCode"] == "00012"
    assert read_connector(said, "error_code", x=12)["errorCode"] == "12"


def test_what_is_no_number_goes_to_no_phase() -> None:
    said = '{ at = "x", split = "phases" }'
    assert read_connector(said, "rms_current", x="much")["rmsCurrent"] == "much"


@pytest.mark.parametrize(
    ("counts", "value", "expected"),
    [
        ("taken", 10, 10),
        ("left", 10, 90),
        ("left", 33.3, 66.7),
        ("left", "much", "much"),
        ("A", 24, 25),
        ("A", 0, 100),
        ("A", 40, 0),
        ("A", "much", "much"),
        ("kW", 16.56, 25),
        ("kW", 0, 100),
        ("kW", 30, 0),
        ("W", 16560, 25),
        ("W", "16560", "16560"),
    ],
)
def test_a_reduction_becomes_what_is_taken(counts: str, value: object, expected: object) -> None:
    text = edited(('value = "value"', f'value = {{ at = "value", counts = "{counts}" }}'))
    told = Told(site(zones=[zone(reduction=reduction(value=value))]))
    found: Any = api_of(text).fetch(told).zones.objects[0]
    assert found["reduction"]["value"] == expected


@pytest.mark.parametrize(
    ("counts", "value", "expected"),
    [("taken", 0.1, 10), ("taken", 0.07, 7), ("left", 0.7, 30), ("left", 1, 0), ("taken", "0.1", "0.1")],
)
def test_a_reduction_may_be_a_share_instead_of_per_cent(counts: str, value: object, expected: object) -> None:
    text = edited(('value = "value"', f'value = {{ at = "value", counts = "{counts}", unit = "share" }}'))
    told = Told(site(zones=[zone(reduction=reduction(value=value))]))
    found: Any = api_of(text).fetch(told).zones.objects[0]
    assert found["reduction"]["value"] == expected


@pytest.mark.parametrize("maximum", [None, 0, "32"])
def test_a_limit_in_a_without_a_maximum_is_not_taken_for_per_cent(maximum: object) -> None:
    text = edited(('value = "value"', 'value = { at = "value", counts = "A" }'))
    told = Told(site(zones=[zone(maxCurrent=maximum, reduction=reduction(value=24))]))
    found: Any = api_of(text).fetch(told).zones.objects[0]
    assert found["reduction"]["value"] == "24 A of an unknown maximum"


def test_a_reduction_that_always_stands_there_is_none_when_it_says_so() -> None:
    text = edited(("[zones.reduction]", '[zones.reduction]\nnone_when = { state = ["off", "0"] }'))
    zones = [zone(id=1, reduction=reduction(state="off")), zone(id=2, reduction=reduction(state="on"))]
    found: Any = api_of(text).fetch(Told(site(zones=[*zones, zone(id=3, reduction=reduction(state=0))]))).zones.objects
    assert [one["reduction"] is None for one in found] == [True, False, True]


def test_the_fields_of_a_reduction_may_stand_in_its_zone() -> None:
    text = edited(('description = "description"', 'description = "^.name"'))
    found: Any = api_of(text).fetch(Told(site(zones=[zone(reduction=reduction())]))).zones.objects[0]
    assert found["reduction"]["description"] == "Z1"


def test_a_reduction_that_is_no_object_stays_as_it_came() -> None:
    found: Any = api_of(edited()).fetch(Told(site(zones=[zone(reduction="none")]))).zones.objects[0]
    assert found["reduction"] == "none"


def test_what_is_no_object_stays_as_it_came() -> None:
    assert api_of(edited()).fetch(Told(site(zones=[zone(), 5]))).zones.objects == [zone(), 5]
