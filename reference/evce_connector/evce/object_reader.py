"""Reads one object of the controller: whole where that can be, which is nearly always, else field by field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from evce_connector.evce import convert
from evce_connector.evce.convert import Json
from evce_connector.site.model import Phases

Path = tuple[str | int, ...]
"""Where a value stands in an object, as the controller spells it; a phase is 1, 2 or 3."""
Converter = Callable[[Json], Any]
Model = TypeVar("Model")
Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True)
class Reading(Generic[Value_co]):
    """What was read of an object, and what could not be: why, by its path, and which fields of the model that leaves.

    `value` is None when the object's place in the site cannot be told.
    """

    value: Value_co | None
    troubles: Mapping[Path, str]
    missing: Collection[str]


class Column(NamedTuple):
    """A field of a model: how the controller spells it, how it is read, and what stands for it when it never was.

    `optional` is one that may be absent. `parts` names what of it can be read by itself, and `in_parts` does so, in the
    light of its last value; ValueError when even that cannot be.
    """

    field: str
    spelled: str
    convert: Converter
    empty: Any
    optional: bool = False
    parts: tuple[str, ...] = ()
    in_parts: Callable[[Json, Any], Reading[Any]] | None = None

    def names(self) -> set[str]:
        """Return what the model names as missing when nothing of it can be read."""
        return {f"{self.field}.{part}" for part in self.parts} or {self.field}

    def of(self, value: Mapping[str, Json]) -> Any:  # noqa: ANN401 - as its converter says
        """Read it; ValueError says why it cannot be."""
        if self.spelled not in value and not self.optional:
            raise ValueError("it is missing")
        return self.convert(value.get(self.spelled))


class ObjectReader(Generic[Model]):
    """Reads objects of one kind; `place` names the fields without which nobody can say where one belongs."""

    def __init__(self, model: Callable[..., Model], columns: Iterable[Column], place: Collection[str] = ()) -> None:
        self._model, self._columns, self._place = model, tuple(columns), frozenset(place)
        self.whole = _whole(model, self._columns)
        """Reads an object of which every field can be read; KeyError or ValueError when that is not so."""

    def __call__(self, value: Json, last: Model | None = None) -> Model:
        """Read what can be read of one object; ValueError when it is none, or nobody can tell which it is."""
        reading = self.by_fields(value, last)
        if reading.value is None:
            raise ValueError(", ".join(f"{spell(path)}: {why}" for path, why in reading.troubles.items()))
        return reading.value

    def names(self) -> frozenset[str]:
        """Return what the model names as missing when nothing of an object can be read."""
        return frozenset().union(*(column.names() for column in self._columns))

    def by_fields(self, value: Json, last: Model | None = None) -> Reading[Model]:
        """Read each field by itself; what cannot be read keeps its `last` value. ValueError when it is no object."""
        if not isinstance(value, dict):
            raise ValueError(f"{str(value)[:40]!r} is not an object")  # noqa: TRY004 - one class for all bad data
        fields: list[Any] = []
        troubles: dict[Path, str] = {}
        missing: set[str] = set()
        for column in self._columns:
            before = column.empty if last is None else getattr(last, column.field)
            try:
                fields.append(column.of(value))
            except (KeyError, ValueError) as error:
                reading = _in_parts(column, value.get(column.spelled), before, str(error))
                fields.append(reading.value)
                troubles |= {(column.spelled, *path): why for path, why in reading.troubles.items()}
                missing |= set(reading.missing)
        if last is None and not self._place.isdisjoint(missing):
            return Reading(None, troubles, missing)
        model = self._model(*fields)
        if missing and hasattr(model, "missing"):
            model = model._replace(missing=frozenset(missing))  # type: ignore[attr-defined] # a named tuple has it
        return Reading(model, troubles, missing)


def _whole(model: Callable[..., Model], columns: Iterable[Column]) -> Callable[[dict[str, Json]], Model]:
    """Return the function that reads an object at once: a poll of a large site calls it thousands of times."""
    pairs = tuple((column.convert, column.spelled) for column in columns)

    def read(value: dict[str, Json]) -> Model:
        return model(*[convert_field(value[name]) for convert_field, name in pairs])

    return read


def _in_parts(column: Column, value: Json, before: Any, why: str) -> Reading[Any]:  # noqa: ANN401 - as the column
    """Read what can be of a field that cannot be read whole."""
    if column.in_parts is not None:
        try:
            reading = column.in_parts(value, before)
        except ValueError:
            pass  # nothing of it can be read either
        else:
            if len(reading.missing) < len(column.parts):
                missing = [f"{column.field}.{part}" for part in reading.missing]
                return Reading(reading.value, reading.troubles, missing)
            why = "nothing of it can be read"
    return Reading(before, {(): why}, column.names())


def phases_in_parts(value: Json, before: Phases) -> Reading[Phases]:
    """Read each of three phases by itself: a charger on one phase may have nothing to say of the others.

    ValueError when it is no list of three.
    """
    if not isinstance(value, list) or len(value) != len(before):
        raise ValueError("it is not a list of three numbers, one a phase")
    found = list(before)
    troubles: dict[Path, str] = {}
    for phase, one in enumerate(value, 1):
        try:
            found[phase - 1] = convert.number(one)
        except ValueError as error:
            troubles[(phase,)] = str(error)
    return Reading((found[0], found[1], found[2]), troubles, [spell(path) for path in troubles])


def spell(path: Path) -> str:
    """Write a path: `activePower`, `reduction/validity`."""
    return "/".join(map(str, path))
