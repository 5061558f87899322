"""Where a value stands in a JSON document: read once, then a quick function that gets it out of each object."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from evce_connector.evce.convert import Json


class Absent(Enum):
    """What a path gives where nothing stands, which is not null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Parents = tuple[Json, ...]
"""The objects around one, the nearest first: of a connector its station and its zone."""
Getter = Callable[[Json, Parents], Json]
"""Gets a value out of an object and those around it; ABSENT where nothing stands."""


class PathError(ValueError):
    """A path that cannot be read; its text says why."""


@dataclass(frozen=True)
class Where:
    """The first element of a list whose key reads a word."""

    key: str
    word: str


Step = str | int | Where
"""A key, the number of an element from 0, or a search for one."""


@dataclass(frozen=True)
class Path:
    """A path as it is written, how many parents it goes up to begin with, and the steps from there."""

    written: str
    ups: int
    steps: tuple[Step, ...]


_KEY = r"[\w$@-]+|'[^']*'|\"[^\"]*\""
_SELECT = rf"\[(?P<index>\d{{1,9}})\]|\[(?P<where>{_KEY})=(?P<word>'[^']*'|\"[^\"]*\"|[^\]'\"]*)\]"
_UP = re.compile(r"\^(?:\.(?=.)|$)")
_FIRST = re.compile(rf"(?P<key>{_KEY})|{_SELECT}")
_NEXT = re.compile(rf"\.(?P<key>{_KEY})|{_SELECT}")


def parse(written: str) -> Path:
    """Read a path as it stands in a profile; PathError says what is wrong with it.

    >>> parse("^.meters[kind=energy].value").steps
    ('meters', Where(key='kind', word='energy'), 'value')
    """
    position = ups = 0
    while up := _UP.match(written, position):
        position, ups = up.end(), ups + 1
    steps: list[Step] = []
    while position < len(written):
        part = (_NEXT if steps else _FIRST).match(written, position)
        if part is None:
            raise PathError(_trouble(written, position))
        steps.append(_step(part))
        position = part.end()
    return Path(written, ups, tuple(steps))


def _step(part: re.Match[str]) -> Step:
    if part["key"] is not None:
        return _bare(part["key"])
    if part["index"] is not None:
        return int(part["index"])
    return Where(_bare(part["where"]), _bare(part["word"]))


def _bare(text: str) -> str:
    """Take quotation marks away."""
    return text[1:-1] if text[:1] in ("'", '"') else text


def _trouble(written: str, position: int) -> str:
    before, rest = written[:position], written[position:]
    where = f"after {before!r}" if before else "at its beginning"
    return f"{written!r} cannot be read {where}: {rest[:20]!r} does not begin with a key, [0] or [key=word]"


def word_of(value: Json) -> str | None:
    """Return a scalar as the text that tables of words are searched for; None for all else.

    >>> word_of("on"), word_of(True), word_of(1), word_of(1.0), word_of(None)
    ('on', 'true', '1', '1', None)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else None


def getter(path: Path) -> Getter:
    """Return the function that gets what stands at a path: a poll of a large site calls it many thousands of times."""
    get = _below(path.steps)
    if not path.ups:
        return get
    nearest = path.ups - 1

    def above(_value: Json, parents: Parents) -> Json:
        return get(parents[nearest], ()) if nearest < len(parents) else ABSENT

    return above


def _below(steps: tuple[Step, ...]) -> Getter:
    """Return the function that follows steps from an object.

    Paths of one key or two are by far the most, and have the fewest instructions.
    """
    match steps:
        case ():
            return lambda value, _: value
        case (str() as only,):
            return _key(only)
        case (str() as outer, str() as inner):
            return _key_in(outer, inner)
    return _searching(steps) if any(isinstance(step, Where) for step in steps) else _following(steps)


def _key(key: str) -> Getter:
    def follow(value: Any, _: Parents) -> Json:  # noqa: ANN401 - JSON of any form, which the exceptions tell apart
        try:
            return value[key]
        except (KeyError, TypeError):
            return ABSENT

    return follow


def _key_in(outer: str, inner: str) -> Getter:
    def follow(value: Any, _: Parents) -> Json:  # noqa: ANN401 - as above
        try:
            return value[outer][inner]
        except (KeyError, TypeError):
            return ABSENT

    return follow


def _following(steps: tuple[Step, ...]) -> Getter:
    *most, last = steps
    if isinstance(last, int):
        return _element(most, last)

    def follow(value: Any, _: Parents) -> Json:  # noqa: ANN401 - as above
        try:
            for step in steps:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
        return value

    return follow


def _element(most: list[Step], last: int) -> Getter:
    """Follow a path that ends with a number: letters of a text have numbers too."""

    def follow(value: Any, _: Parents) -> Json:  # noqa: ANN401 - as above
        try:
            for step in most:
                value = value[step]
            return value[last] if isinstance(value, list) else ABSENT
        except (KeyError, IndexError, TypeError):
            return ABSENT

    return follow


def _searching(steps: tuple[Step, ...]) -> Getter:
    def follow(value: Any, _: Parents) -> Json:  # noqa: ANN401 - as above
        try:
            for step in steps:
                if isinstance(step, Where):
                    value = _first(value, step.key, step.word)
                elif value.__class__ is str:
                    return ABSENT
                else:
                    value = value[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
        return value

    return follow


def _first(value: Json, key: str, word: str) -> Json:
    """Return the first object of a list that reads a word at a key; KeyError where none does."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and (one.get(key) == word or word_of(one.get(key)) == word):
            return one
    raise KeyError(word)
