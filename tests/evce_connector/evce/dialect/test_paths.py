"""Paths: where a value stands in a document, from an object outwards."""

from __future__ import annotations

import pytest
from evce_connector.evce.dialect.paths import ABSENT, PathError, getter, parse, word_of

METER = {
    "limits": {"max": 32, "phases": [1, 2, 3]},
    "phases": [{"w": 5}, {"w": 6}],
    "meters": [{"kind": "power", "value": 1}, {"kind": "energy", "value": 2}, {"kind": 3, "on": True, "value": 4}],
    "odd key.with point": {"a[0]": 7},
    "name": "socket",
    "none": None,
    "_a-b$c@d": 8,
    "größe": 9,
}
STATION, ZONE = {"uid": "s", "name": "S", "list": [0, 1]}, {"uid": "z"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("name", "socket"),
        ("limits.max", 32),
        ("limits.phases[2]", 3),
        ("phases[0]", {"w": 5}),
        ("phases[1].w", 6),
        ("meters[kind=energy].value", 2),
        ("meters[kind=3].value", 4),
        ("meters[on=true].value", 4),
        ("meters['kind'='energy'].value", 2),
        ('meters[kind="energy"].value', 2),
        ("'odd key.with point'.'a[0]'", 7),
        ('"odd key.with point"."a[0]"', 7),
        ("_a-b$c@d", 8),
        ("größe", 9),
        ("none", None),
        ("", METER),
        ("^", STATION),
        ("^.uid", "s"),
        ("^.list[1]", 1),
        ("^.^.uid", "z"),
    ],
)
def test_a_path_leads_to_its_value(path: str, expected: object) -> None:
    assert getter(parse(path))(METER, (STATION, ZONE)) == expected


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "limits.min",
        "limits.max.more",
        "name.more",
        "name[0]",
        "limits.phases[2][0]",
        "phases[2]",
        "phases[2].w",
        "limits[0]",
        "limits[0].w",
        "phases.w",
        "none.more",
        "none[0]",
        "name[0].more",
        "meters[kind=heat].value",
        "meters[kind=energy].value.more",
        "meters[kind=energy].kind[0]",
        "limits[kind=energy]",
        "^.^.^.uid",
    ],
)
def test_what_is_not_there_is_absent(path: str) -> None:
    assert getter(parse(path))(METER, (STATION, ZONE)) is ABSENT


@pytest.mark.parametrize("value", [None, 5, "text", [], True])
@pytest.mark.parametrize("path", ["a", "a.b", "a.b.c", "[0].a.b", "[0]", "[a=b].c"])
def test_in_what_is_no_object_nothing_stands(path: str, value: object) -> None:
    assert getter(parse(path))(value, ()) is ABSENT


def test_an_object_that_is_a_list_has_its_elements() -> None:
    assert getter(parse("[1].a"))([{}, {"a": 5}], ()) == 5


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("limits..max", "'limits..max' cannot be read after 'limits': '..max' does not begin with a key"),
        ("limits.", "after 'limits': '.'"),
        (".max", "at its beginning: '.max'"),
        ("phases[x]", "after 'phases': '[x]'"),
        ("phases[-1]", "after 'phases': '[-1]'"),
        ("phases[0", "after 'phases': '[0'"),
        ("phases.[0]", "after 'phases': '.[0]'"),
        ("phases[0]w", "after 'phases[0]': 'w'"),
        ("a b", "after 'a': ' b'"),
        ("'open", 'at its beginning: "\'open"'),
        ("^uid", "at its beginning: '^uid'"),
        ("^.", "at its beginning: '^.'"),
        ("a.^.b", "after 'a': '.^.b'"),
    ],
)
def test_a_path_that_cannot_be_read_says_where(path: str, why: str) -> None:
    with pytest.raises(PathError) as error:
        parse(path)
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("on", "on"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.0, "1"),
        (1.5, "1.5"),
        (None, None),
        ([], None),
    ],
)
def test_scalars_are_words(value: object, word: str | None) -> None:
    assert word_of(value) == word
