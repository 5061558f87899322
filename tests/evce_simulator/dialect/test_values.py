"""Values of a site as dialects say them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from evce_simulator import ManualClock
from evce_simulator.dialect import paths
from evce_simulator.dialect.paths import ABSENT
from evce_simulator.dialect.templates import Template

from tests.evce_simulator.conftest import Client

Plain = Callable[..., Client]
# One line of PLAIN, another one instead of it, the list in which it shows, and how the first object reads then.
CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    ('max_current = "max"', 'max_current = { at = "max", unit = "mA" }', "zones", {"max": 100000}),
    ('max_current = "max"', 'max_current = { at = "max", as = "text" }', "zones", {"max": "100"}),
    ('max_current = "max"', 'max_current = { at = "m[1].v" }', "zones", {"m": [None, {"v": 100}]}),
    ('max_current = "max"', "max_current = \"'max current'.A\"", "zones", {"max current": {"A": 100}}),
    ('max_current = "max"', "max_current = { value = 63 }", "zones", {"max": None}),
    ('type = "type"', 'type = { at = "mode", words = "modes" }', "zones", {"mode": "fixed"}),
    ('name = "name"\ntype', 'name = { at = "name", default = "?", null = true }\ntype', "zones", {"name": "Z1"}),
    ('value = "value"', 'value = { at = "left", counts = "left" }', "zones", {"reduction.left": 90}),
    ('value = "value"', 'value = { at = "a", counts = "A" }', "zones", {"reduction.a": 90}),
    ('value = "value"', 'value = { at = "kw", counts = "kW" }', "zones", {"reduction.kw": 62.1}),
    ('value = "value"', 'value = { at = "w", counts = "W" }', "zones", {"reduction.w": 62100}),
    ('value = "value"', 'value = { at = "s", unit = "share" }', "zones", {"reduction.s": 0.1}),
    ('value = "value"', 'value = { at = "s", unit = "share", counts = "left" }', "zones", {"reduction.s": 0.9}),
    ('value = "value"', 'value = "^.less"', "zones", {"less": 10}),
    (
        'until"\nvalidity_mode',
        'until"\nnone_when = { value = ["-1"] }\nvalidity_mode',
        "zones",
        {"reduction.value": 10},
    ),
    ('"until"\nval', '{ at = "u", time = "s" }\nval', "zones", {"reduction.u": 5678929676}),
    ('"until"\nval', '{ at = "u", time = "s", as = "text" }\nval', "zones", {"reduction.u": "5678929676"}),
    ('"until"\nval', '{ at = "u", time = "seconds-left" }\nval', "zones", {"reduction.u": 3911336876}),
    ('"until"\nval', '{ at = "u", time = "duration" }\nval', "zones", {"reduction.u": "P45270DT2H27M56S"}),
    ('"until"\nval', '{ at = "u", time = "Europe/Paris" }\nval', "zones", {"reduction.u": "2149-12-16T09:27:56"}),
    ('id = "id"\nname', 'id = { at = "id", as = "text" }\nname', "zones", {"id": "1"}),
    ('active_power = "power"', 'active_power = { at = "p", unit = "W" }', "connectors", {"p": [130, 0, 0]}),
    ('active_power = "power"', 'active_power = { at = "p", split = "phases" }', "connectors", {"p": 0.13}),
    (
        'active_power = "power"',
        'active_power = ["m[kind=a].v", "m[kind=b].v", "m[kind=c].v"]',
        "connectors",
        {"m": [{"kind": "a", "v": 0.13}, {"kind": "b", "v": 0.0}, {"kind": "c", "v": 0.0}]},
    ),
    ('active_energy = "energy"', 'active_energy = { at = "e", unit = "Wh" }', "connectors", {"e": 12500}),
]


def inward(item: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON
    outer, _, inner = name.partition(".")
    return item[outer][inner] if inner else item.get(name)


@pytest.mark.parametrize(
    ("before", "after", "kind", "shown"), CASES, ids=[case[1].replace("\n", " ") for case in CASES]
)
def test_a_value_is_said_as_its_field_wants(
    plain: Plain, before: str, after: str, kind: str, shown: dict[str, Any]
) -> None:
    item = plain((before, after)).json(f"/{kind}")["items"][0]
    assert {name: inward(item, name) for name in shown} == shown


def test_a_reduction_says_how_long_it_still_lasts_by_the_sites_clock(plain: Plain, clock: ManualClock) -> None:
    client = plain(('"until"\nval', '{ at = "left", time = "duration", within = 9 }\nval'))
    client.simulator.model.set_zone(1, reduction={"value": 10, "validity": "2026-01-05T06:01:30Z"})
    assert client.json("/zones")["items"][0]["reduction"]["left"] == "PT0H1M30S"
    clock.advance(89)
    assert client.json("/zones")["items"][0]["reduction"]["left"] == "PT0H0M1S"


def test_a_reduction_need_not_say_how_long_it_lasts(plain: Plain) -> None:
    client = plain(('validity = "until"\n', ""))
    assert client.json("/zones")["items"][0]["reduction"] == {"value": 10, "text": "external-reduction@bmsApi-1-Z1"}


def test_a_zone_without_a_reduction_says_so_where_an_object_stands_there_always(plain: Plain) -> None:
    lines = ('until"\nvalidity_mode', 'until"\nnone_when = { value = ["-1"], "^.reduced" = ["false"] }\nvalidity_mode')
    reduced, free, _ = plain(lines).json("/zones")["items"]
    assert (free["reduction"], free["reduced"]) == ({"value": -1}, False)
    assert (reduced["reduction"]["value"], "reduced" in reduced) == (10, False)


def test_a_reduction_may_stand_among_the_fields_of_its_zone(plain: Plain) -> None:
    client = plain(
        ('reduction = "reduction"', 'reduction = "limits"'),
        ('max_current = "max"', 'max_current = "limits.most.a"'),
        ('value = "value"', 'value = "most.less"\nnone_when = { "most.less" = ["0"] }'),
    )
    reduced, free, _ = client.json("/zones")["items"]
    assert (reduced["limits"]["most"], reduced["limits"]["until"]) == ({"a": 100, "less": 10}, "2149-12-16T08:27:56Z")
    assert free["limits"] == {"most": {"a": 63, "less": 0}}


def test_a_sum_of_phases_is_exact(plain: Plain) -> None:
    client = plain(('active_power = "power"', 'active_power = { at = "p", split = "phases", unit = "W" }'))
    client.simulator.model.set_connector(1, activePower=[0.1, 0.2, 3.3])
    assert client.json("/connectors")["items"][0]["p"] == 3600


def test_an_odd_value_stays_as_it_is(plain: Plain) -> None:
    client = plain(
        ('max_current = "max"', 'max_current = { at = "max", unit = "mA", as = "text" }'),
        ('type = "type"', 'type = { at = "type", words = "modes" }'),
        ('"until"\nval', '{ at = "until", time = "ms" }\nval'),
        ('value = "value"', 'value = { at = "value", counts = "A" }'),
        ('active_power = "power"', 'active_power = ["p.a", "p.b", "p.c"]'),
        ('rms_current = "current"', 'rms_current = { at = "i", split = "phases" }'),
    )
    model = client.simulator.model
    model.set_zone(1, maxCurrent="n/a", type="SOMETHING", reduction={"value": [], "validity": "soon"})
    model.set_zone(2, reduction="none", maxCurrent=None)
    model.set_connector(1, activePower="n/a", rmsCurrent=[1, None, 2])
    first, second, _ = client.json("/zones")["items"]
    assert (first["max"], first["type"], first["reduction"]) == ("n/a", "SOMETHING", {"value": [], "until": "soon"})
    assert (second["reduction"], second["max"]) == ("none", None)
    connector = client.json("/connectors")["items"][0]
    assert (connector["p"], connector["i"]) == ({"a": "n/a", "b": "n/a", "c": "n/a"}, [1, None, 2])


@pytest.mark.parametrize("text", ["a", "a.b", "a[0]", "[1].a", "a[k=v].b", "'a.b'.c", "@id.$x", "a[k=v].b[1]", "é"])
def test_what_is_written_at_a_path_is_read_there(text: str) -> None:
    path = paths.parse(text)
    assert path.read(path.put(ABSENT, 7)) == 7
    assert path.read(path.put({"a": 1}, 7)) == 7


def test_writing_keeps_what_stands_beside() -> None:
    document = paths.parse("a[k=v].b").put({"a": [{"k": "u"}, {"k": "v", "c": 1}], "d": 2}, 7)
    assert document == {"a": [{"k": "u"}, {"k": "v", "c": 1, "b": 7}], "d": 2}


@pytest.mark.parametrize("text", ["a", "a.b", "a[3]", "[0]", "a[k=w].b"])
def test_what_is_not_there_is_absent(text: str) -> None:
    assert paths.parse(text).read({"b": 1}) is ABSENT
    assert paths.parse(text).read([]) is ABSENT
    assert repr(ABSENT) == "ABSENT"


@pytest.mark.parametrize("text", ["a..b", ".a", "a.", "a[", "a[x]", "a b", "^a", "'a", "a.[0]"])
def test_a_text_that_is_no_path_says_where_it_ends(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|comes a point"):
        paths.parse(text)


def test_a_template_that_names_a_value_twice_wants_it_twice() -> None:
    template = Template("/a/{id}/b/{id}")
    assert template.match("/a/1/b/1") == {"id": "1"}
    assert template.match("/a/1/b/2") is None
