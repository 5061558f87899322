"""Makes of each declared field, once, the function that reads it out of thousands of objects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jmespath
from jmespath.exceptions import JMESPathError

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import (
    Converter,
    chain,
    default,
    in_unit,
    joined,
    last_part,
    looked_up,
    number_of_text,
    text_of_number,
    time_from,
)
from evce_connector.evce.dialect.declared import Field, Reads
from evce_connector.evce.dialect.paths import ABSENT, Getter, Parents, getter, word_of

PHASES = 3
Test = Callable[[Json, Parents], bool]
"""Tells whether an object reads one of the words that a profile names."""


def converter_of(field: Field) -> Converter | None:
    """Return what converts the values of a field; None for nothing.

    `split` and `counts` need other fields too: whoever reads whole objects does these. So is a `default` of three
    phases, which is a list, for whoever reads phases.
    """
    steps = [step for _, step in steps_of(field)]
    return chain(steps) if steps else None


def steps_of(field: Field) -> list[tuple[str, Converter]]:
    """Return each conversion of a field by the profile's key for it, in the order that the page on profiles gives."""
    is_one = field.absent_is is not ABSENT and not isinstance(field.absent_is, list)
    steps: list[tuple[str, Converter | None]] = [
        ("default", default(field.absent_is, null=field.null) if is_one else None),
        ("as", last_part if field.last_part else None),
        ("as", number_of_text if field.as_text else None),
        ("as", text_of_number if field.is_text else None),
        ("join", joined(field.join) if field.join is not None else None),
        ("words", looked_up(field.words, field.otherwise) if field.words is not None else None),
        ("unit", in_unit(field.unit) if field.unit else None),
        ("time", time_from(field.time) if field.time else None),
    ]
    return [(key, step) for key, step in steps if step is not None]


def reader_of(field: Field) -> Getter:
    """Return the function that reads a field of an object; it gives ABSENT where there is none."""
    get, convert = parts_of(field)
    if convert is None:
        return get

    def read(value: Json, parents: Parents) -> Json:
        return convert(get(value, parents))

    return read


def parts_of(field: Field) -> tuple[Getter, Converter | None]:
    """Return what gets a field's value and what converts it: whoever reads thousands calls one after the other."""
    if field.value is not ABSENT:
        return lambda _value, _parents: field.value, None
    if len(field.at) == PHASES:
        return _three(field), None
    return _search(field.search) if field.search else getter(field.at[0]), converter_of(field)


def phases_of(field: Field) -> tuple[Getter, Converter | None]:
    """Return the same for a field of three phases, be it one list, three places, or one number for all."""
    get, convert = parts_of(field)
    on_each = _on_each(convert) if convert else None
    if isinstance(field.absent_is, list) and len(field.at) != PHASES:
        whole = default(field.absent_is, null=field.null)
        return get, chain([whole, on_each]) if on_each else whole
    return get, on_each


def _on_each(convert: Converter) -> Converter:
    def on_each(found: Json) -> Json:
        return [convert(one) for one in found] if isinstance(found, list) else convert(found)

    return on_each


def test_of(tests: tuple[Reads, ...]) -> Test | None:
    """Return the function that tells whether an object reads a word that one of the tests names; None without tests."""
    if not tests:
        return None
    pairs = [(getter(test.at), test.words) for test in tests]

    def reads(value: Json, parents: Parents) -> bool:
        for get, words in pairs:  # noqa: SIM110 - quicker than any(), and each object of each poll is asked
            if word_of(get(value, parents)) in words:
                return True
        return False

    return reads


def above_of(fields: list[Field], tests: tuple[Reads, ...] = ()) -> Getter:
    """Return the function that gathers what fields and tests read of an object's parents: what else it depends on."""
    paths = {path.written: path for field in fields for path in field.at}
    paths |= {test.at.written: test.at for test in tests}
    gets = [getter(path) for path in paths.values() if path.ups]
    if not gets:
        return lambda _value, _parents: ()
    if len(gets) == 1:
        return gets[0]
    return lambda value, parents: [get(value, parents) for get in gets]


def _three(field: Field) -> Getter:
    """Read three places, one a phase; a phase that is absent is null, for a charger may have only one."""
    get_one, get_two, get_three = map(getter, field.at)
    many = field.absent_is if isinstance(field.absent_is, list) else [field.absent_is] * PHASES
    convert_one, convert_two, convert_three = (converter_of(replace(field, absent_is=one)) for one in many)

    def read(value: Json, parents: Parents) -> Json:
        one, two, three = get_one(value, parents), get_two(value, parents), get_three(value, parents)
        if convert_one is not None and convert_two is not None and convert_three is not None:
            one, two, three = convert_one(one), convert_two(two), convert_three(three)
        if one is ABSENT or two is ABSENT or three is ABSENT:
            return _null_for_absent([one, two, three])
        return [one, two, three]

    return read


def _null_for_absent(found: list[Json]) -> Json:
    if all(phase is ABSENT for phase in found):
        return ABSENT
    return [None if phase is ABSENT else phase for phase in found]


def _search(expression: str) -> Getter:
    """Return the function that searches by JMESPath, which knows no absence: null is absent."""
    compiled = jmespath.compile(expression)

    def search(value: Json, _parents: Parents) -> Json:
        try:
            found = compiled.search(value)
        except JMESPathError:  # of a value that its functions do not take
            return ABSENT
        return ABSENT if found is None else found

    return search
