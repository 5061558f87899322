"""Which values of what a controller answered a profile reads, and as which field: all others are nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import last_part
from evce_connector.evce.dialect.declared import ROOT, Dialect, Field, Objects
from evce_connector.evce.dialect.lists import ListPlace
from evce_connector.evce.dialect.pages import KEY
from evce_connector.evce.dialect.paths import ABSENT, Parents, Path, Step, Where, getter, word_of

_ABOVE = {"stations": "zones", "connectors": "stations"}
TOTAL, NEXT, TELLS = "total", "next", "tells"
"""Names of what a profile reads besides fields: a list's total, its next page, and words that tell objects apart."""


class Mark(NamedTuple):
    """What reads a value: a field of a table (`zone`, `reduction` and the like), or TOTAL, NEXT or TELLS of one."""

    table: str
    name: str
    field: Field


@dataclass
class Marks:
    """What reads the value at a key or index of an object or list, and the keys themselves; by the container's `id()`.

    They hold as long as the documents are kept.
    """

    values: dict[tuple[int, str | int], list[Mark]] = field(default_factory=dict)
    keys: dict[int, list[Mark]] = field(default_factory=dict)
    ways: set[tuple[int, str | int]] = field(default_factory=set)
    """Keys and indexes on the way to what is read."""


def template(path: str) -> re.Pattern[str]:
    """Return the pattern of a request with `{id}` in its path.

    >>> template("/zones/{id}/stations").fullmatch("/zones/north/stations")[1]
    'north'
    """
    return re.compile("([^/?]*)".join(map(re.escape, path.split("{id}"))))


def marks_of(dialect: Dialect, answers: Sequence[tuple[str, Json]]) -> Marks:
    """Mark what a dialect reads of answers, each by the path of its request."""
    marking = _Marking(dialect, answers)
    marking.run()
    return marking.marks


class _Marking:
    def __init__(self, dialect: Dialect, answers: Sequence[tuple[str, Json]]) -> None:
        self.marks = Marks()
        self._dialect = dialect
        self._answers = answers
        self._key_of: dict[int, tuple[Mapping[str, Json], str]] = {}
        """Around an object that stands at a key: what holds it, and the key."""

    def run(self) -> None:
        system = self._dialect.system
        for path, document in self._answers:
            if path == system.path:
                answering = self._go(document, system.at)
                for name, one in system.fields.items():
                    self._field(answering, (), Mark("system", name, one))
        above: dict[str, list[tuple[Json, Parents]]] = {}
        for objects in (self._dialect.zones, self._dialect.stations, self._dialect.connectors):
            found = list(self._objects(objects, above.get(_ABOVE.get(objects.kind, ""), [])))
            for value, parents in found:
                self._object(objects, value, parents)
            above[objects.kind] = found

    def _objects(self, objects: Objects, above: list[tuple[Json, Parents]]) -> Iterator[tuple[Json, Parents]]:
        """Yield the objects of a list, each with those around it."""
        if objects.place == "inside":
            for value, parents in above:
                yield from ((one, (value, *parents)) for one in self._items(objects, value))
            return
        pattern = template(ListPlace(self._dialect, objects, None).where)
        for path, document in self._answers:
            if (asked := pattern.fullmatch(path)) is None:
                continue
            if objects.pages:
                self._field(document, (), Mark(objects.kind, TOTAL, Field(at=(objects.pages.total or ROOT,))))
                self._field(document, (), Mark(objects.kind, NEXT, Field(at=(objects.pages.next or ROOT,))))
            around = self._asked_for(objects, asked, above)
            yield from ((one, around) for one in self._items(objects, document))

    def _asked_for(self, objects: Objects, asked: re.Match[str], above: list[tuple[Json, Parents]]) -> Parents:
        """Return the parent by whose id a list was asked for, and those around it."""
        if objects.place != "each":
            return ()
        parents = self._dialect.zones if objects.kind == "stations" else self._dialect.stations
        own = parents.fields["id"]
        for value, around in above:
            said = self._at(value, around, own.at[0]) if own.at else ABSENT
            if word_of(last_part(said) if own.last_part else said) == unquote(asked[1]):
                return (value, *around)
        return ()

    def _items(self, objects: Objects, holder: Json) -> list[Any]:
        """Return the objects of one list; of those that stand at keys it is kept at which."""
        found = self._go(holder, objects.items)
        if isinstance(found, dict):
            for key, one in found.items():
                self._key_of[id(one)] = found, key
            self.marks.keys.setdefault(id(found), [])
            return list(found.values())
        return found if isinstance(found, list) else []

    def _object(self, objects: Objects, value: Json, parents: Parents) -> None:
        table = objects.kind.removesuffix("s")
        for name, one in objects.fields.items():
            if name == "reduction":
                self._reduction(one, value, parents)
            else:
                self._field(value, parents, Mark(table, name, one))
        for test in objects.skip:
            self._field(value, parents, Mark(table, TELLS, Field(at=(test.at,), words=dict.fromkeys(test.words))))

    def _reduction(self, declared: Field, zone: Json, parents: Parents) -> None:
        for path in declared.at:
            around = (zone, *parents)
            if path.ups > len(parents):
                continue
            reduction = self._go(parents[path.ups - 1] if path.ups else zone, path)
            for name, one in self._dialect.reduction_fields.items():
                self._field(reduction, around, Mark("reduction", name, one))
            for test in self._dialect.none_when:
                words = dict.fromkeys(test.words)
                self._field(reduction, around, Mark("reduction", TELLS, Field(at=(test.at,), words=words)))

    def _field(self, value: Json, parents: Parents, mark: Mark) -> None:
        for path in mark.field.at:
            if path.ups <= len(parents):
                self._mark(parents[path.ups - 1] if path.ups else value, path.steps, mark)

    def _at(self, value: Json, parents: Parents, path: Path) -> Json:
        if path.steps == (KEY,) and not path.ups:
            return self._key_of[id(value)][1] if id(value) in self._key_of else ABSENT
        return getter(path)(value, parents)

    def _mark(self, value: Any, steps: tuple[Step, ...], mark: Mark) -> None:  # noqa: ANN401 - any JSON
        """Mark what stands where steps lead, and on the way the words by which elements of lists are found."""
        if steps == (KEY,) and id(value) in self._key_of:
            self.marks.keys[id(self._key_of[id(value)][0])].append(mark)
            return
        for number, step in enumerate(steps, 1):
            if isinstance(step, Where):
                value = self._element(value, step, mark.table)
            elif not _has(value, step):
                return
            elif number == len(steps):
                self.marks.values.setdefault((id(value), step), []).append(mark)
            else:
                self.marks.ways.add((id(value), step))
                value = value[step]

    def _go(self, value: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON
        """Return what stands at a path, ABSENT for nothing, and mark the way."""
        for step in path.steps:
            if isinstance(step, Where):
                value = self._element(value, step, "")
            elif not _has(value, step):
                return ABSENT
            else:
                self.marks.ways.add((id(value), step))
                value = value[step]
        return value

    def _element(self, value: Json, where: Where, table: str) -> Json:
        """Return the element of a list that reads a word, and mark where all of them have theirs."""
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict) and where.key in one:
                known = self.marks.values.setdefault((id(one), where.key), [])
                known.append(Mark(table, TELLS, Field(words={where.word: None})))
        return getter(Path("", 0, (where,)))(value, ())


def _has(value: Any, step: Step) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return isinstance(step, str) and step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)
