"""The objects of a list as columns: each place at which they have a value, with the values of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import Any

from evce_connector.evce.convert import LARGEST, Json
from evce_connector.evce.dialect.paths import ABSENT, Parents, getter, parse, word_of
from evce_connector.probe.dialect.names import concepts_of, split

Placed = tuple[Any, Parents]
"""An object and those around it, the nearest first."""
_PLAIN_KEY = re.compile(r"[\w$@-]+", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://[^/]+)?/(?:[^/?#]+/)*([^/?#]+)/?")
_LINKS = frozenset({"href", "link", "links", "self", "resource", "hyperlink"})
"""Words of keys at which the address of an object stands."""
_LONGEST = 12
"""Elements of a list that may be places of an object; a longer one is a list of objects of its own."""
_DEEPEST = 7
_PHASES = (
    *(("1", "2", "3"), ("0", "1", "2"), ("a", "b", "c"), ("r", "s", "t"), ("u", "v", "w"), ("x", "y", "z")),
    *(("A", "B", "C"), ("R", "S", "T"), ("U", "V", "W"), ("one", "two", "three"), ("first", "second", "third")),
    *(tuple(f"{letter}{phase}" for phase in "abc") for letter in "ipuIPU"),
    *((f"{word}A", f"{word}B", f"{word}C") for word in ("phase", "Phase", "line", "Line", "leg", "Leg")),
)
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Column:
    """A place in the objects of a list: its path as a profile writes it, the keys on the way, a value an object."""

    path: str
    keys: tuple[str, ...]
    values: tuple[Json, ...] = field(repr=False)
    link: bool = False
    """Whether they are addresses of objects, of which `values` has the last parts."""

    @cached_property
    def here(self) -> list[Json]:
        """The values that are neither absent nor null."""
        return [value for value in self.values if value is not ABSENT and value is not None]

    @cached_property
    def words(self) -> list[str]:
        """Its scalar values as words, each once, the most frequent first."""
        found = [word for value in self.here if (word := word_of(value)) is not None]
        return sorted(dict.fromkeys(found), key=lambda word: -found.count(word))


@dataclass(frozen=True)
class Three:
    """Three columns that are one value on three phases, or one whose values are lists of three (`paths` has one)."""

    paths: tuple[str, ...]
    keys: tuple[str, ...]
    values: tuple[tuple[Json, ...] | None, ...] = field(repr=False)


def written_key(key: str) -> str:
    """Return a key as a path has it: in quotation marks if it needs them."""
    return key if _PLAIN_KEY.fullmatch(key) else f'"{key}"' if "'" in key else f"'{key}'"


def flatten(objects: Sequence[Placed], without: Sequence[str] = ()) -> list[Column]:
    """Return the columns of a list's objects, its parents' not among them; `without` names paths of lists in it."""
    keys: dict[str, tuple[str, ...]] = {}
    for value, _ in objects:
        if isinstance(value, dict):
            for path, names in _places(value, "", (), frozenset(without)):
                keys.setdefault(path, names)
    found = []
    for path, names in keys.items():
        get = getter(parse(path))
        found.append(_linked(Column(path, names, tuple(get(value, parents) for value, parents in objects))))
    return found


def last_part(value: Json) -> Json:
    """Return the last part of an address, anything else as it is.

    >>> last_part("/v2/sectors/7"), last_part("https://host/chargers/a-1/"), last_part("7")
    ('7', 'a-1', '7')
    """
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else value


def _linked(column: Column) -> Column:
    """Make of addresses of objects, as keys such as href say, what tells the objects apart."""
    here = column.here
    words = {word for key in column.keys[-2:] for word in split(key)}
    if here and words & _LINKS and all(isinstance(value, str) and _ADDRESS.fullmatch(value) for value in here):
        return Column(column.path, column.keys, tuple(last_part(value) for value in column.values), link=True)
    return column


def _places(
    value: Json, path: str, keys: tuple[str, ...], without: frozenset[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if path in without or len(keys) > _DEEPEST:
        return
    if isinstance(value, dict):
        if path:
            yield path, keys
        for key, inner in value.items():
            if "secret" in concepts_of(key)[0]:
                continue
            if key and not ("'" in key and '"' in key):
                below = f"{path}.{written_key(key)}" if path else written_key(key)
                yield from _places(inner, below, (*keys, key), without)
    elif isinstance(value, list):
        yield path, keys
        if 0 < len(value) <= _LONGEST:
            yield from _elements(value, path, keys, without)
    elif path:
        yield path, keys


def _elements(
    value: list[Any], path: str, keys: tuple[str, ...], without: frozenset[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    naming = _naming_key(value)
    for index, inner in enumerate(value):
        if naming is None:
            yield from _places(inner, f"{path}[{index}]", (*keys, str(index)), without)
        else:
            word = word_of(inner[naming]) or ""
            chosen = word if re.fullmatch(r"[\w .:/+-]+", word) else f'"{word}"'
            rest = {key: value for key, value in inner.items() if key != naming}
            yield from _places(rest, f"{path}[{written_key(naming)}={chosen}]", (*keys, word), without)


def _naming_key(value: list[Any]) -> str | None:
    """Return the key by which the elements of a list are told apart: a text of its own in each of them."""
    if not all(isinstance(one, dict) for one in value):
        return None
    for key in value[0]:
        names = [one.get(key) for one in value]
        plain = all(
            isinstance(name, str) and name and len(name) <= _LONGEST_NAME and not re.search(r"[\]'\"]", name)
            for name in names
        )
        if plain and len(set(names)) == len(names) and (len(names) > 1 or len(value[0]) == 2):  # noqa: PLR2004 - name and value
            return str(key)
    return None


def above(objects: Sequence[Placed], level: int, without: Sequence[str]) -> list[Column]:
    """Return the columns of the parents (level 1), or their parents (2), as a profile reads them of the objects."""
    around = [(parents[level - 1] if len(parents) >= level else None, ()) for _, parents in objects]
    up = "^." * level
    return [Column(up + one.path, ("^", *one.keys), one.values) for one in flatten(around, without)]


def threes(columns: Sequence[Column]) -> list[Three]:
    """Return all that may be one value on three phases."""
    by_path = {column.path: column for column in columns}
    found = []
    for column in columns:
        if column.here and all(_three_numbers(value) for value in column.here):
            values = tuple(tuple(value) if isinstance(value, list) else None for value in column.values)
            found.append(Three((column.path,), column.keys, values))
        if not any(_number(value) for value in column.here):
            continue
        for paths in _siblings(column.path):
            if all(path in by_path for path in paths) and not any(paths == known.paths for known in found):
                group = [by_path[path] for path in paths]
                if all(_number(value) for one in group for value in one.here):
                    rows = zip(*(one.values for one in group), strict=True)
                    values = tuple(None if any(v is ABSENT or v is None for v in row[:1]) else row for row in rows)
                    found.append(Three(paths, _common(group[0].keys, group[1].keys), values))
    return found


def _common(keys: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of two columns without what tells their phases apart."""
    found = []
    for key, other in zip(keys, others, strict=False):
        before = _shared(key, other)
        after = _shared(key[len(before) :][::-1], other[len(before) :][::-1])[::-1]
        found.append(key if key == other else before + after)
    return tuple(found)


def _shared(one: str, other: str) -> str:
    """Return what two texts begin with."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _ in pairs)


def _siblings(path: str) -> Iterator[tuple[str, ...]]:
    """Return the paths of three phases of which this one is the first's."""
    for names in _PHASES:
        first = names[0]
        limits = ("(?<![A-Za-z0-9])", "(?![A-Za-z0-9])") if first.isalpha() else ("(?<![0-9])", "(?![0-9])")
        if first.isalpha() and len(first) == 1:
            limits = ("(?<![a-z0-9])", "(?![A-Za-z0-9])") if first.isupper() else ("(?<![A-Za-z0-9])", "(?![a-z0-9])")
        elif first[0].isupper() and first.isalpha():
            limits = ("(?<![A-Z])", "(?![A-Za-z0-9])")
        for place in re.finditer(limits[0] + first + limits[1], path):
            yield tuple(path[: place.start()] + name + path[place.end() :] for name in names)


def numeric(value: Json) -> float | None:
    """Return a number, or a text that is one, as a number; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if -LARGEST <= value <= LARGEST else None
    if isinstance(value, str) and len(value) <= _LONGEST_NAME and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        return float(value)
    return None


def _number(value: Json) -> bool:
    return numeric(value) is not None


def _three_numbers(value: Json) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(_number(one) for one in value)  # noqa: PLR2004 - phases


def counts_on(column: Column, parents: Sequence[Json]) -> bool:
    """Tell whether numbers are those of no station, for they count on from one to the next."""
    stations = len(set(map(str, parents)))
    words = [word_of(value) for value in column.here]
    return 1 < stations < len(words) == len(set(words))
