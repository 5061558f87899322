"""Translates whole objects of the controller into the contract's, as quickly as a poll of a large site needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import on_phases, taken
from evce_connector.evce.dialect.declared import Dialect, Field, Fields, Objects
from evce_connector.evce.dialect.ends import Ends
from evce_connector.evce.dialect.identity import Identity
from evce_connector.evce.dialect.paths import ABSENT, Parents
from evce_connector.evce.dialect.readers import above_of, parts_of, phases_of, reader_of, test_of

Document = dict[str, Json]
"""One of the contract's objects, as it would stand in its JSON."""
Translate = Callable[[Json, Parents], Document]
_PHASES = ("active_power", "rms_current")
_PARENT = {"stations": "zone_id", "connectors": "station_id"}
_SPECIAL = {"id", "number", "zone_id", "station_id", "logical_connector", "reduction"}
"""Fields that become what they are by more than their own value."""


class Translator:
    """Translates the objects of one list; `identity` gives numbers, `above` those of the list of its parents.

    `ends` are those of the zones' reductions.
    """

    def __init__(
        self, dialect: Dialect, objects: Objects, identity: Identity, above: Identity | None, ends: Ends
    ) -> None:
        table = objects.kind.removesuffix("s")
        spelled, fields = dialect.spelled[table], objects.fields
        self.kind = objects.kind
        self._identity, self._above = identity, above
        self.own = reader_of(_unconverted(fields["id"]))
        """Gets an object's own id, as its controller has it."""
        place = fields.get("logical_connector")
        self.own_place = reader_of(_unconverted(place)) if place else self.own
        """Gets the LogicalConnector of a connector, as its controller has it."""
        self._id = reader_of(_id_field(fields["id"], identity))
        self._place = reader_of(place) if place else None
        self._plain = _translator(fields, spelled)
        self._names = spelled
        self._wished = reader_of(fields["number"]) if "number" in fields else None
        self._parent = reader_of(_id_field(fields[_PARENT[objects.kind]], above)) if above else None
        self._reduction = _reduction(dialect, fields["reduction"], ends) if "reduction" in fields else None
        every = [*fields.values(), *(dialect.reduction_fields.values() if self._reduction else ())]
        self.depends_on = above_of([field for field in every if field.at])
        """Gathers what of an object's parents its translation depends on."""

    def translate(self, value: Json, parents: Parents, now: Json = None) -> tuple[Json, bool]:
        """Translate an object, and say whether it depends on nothing else that may change; `now` is the site's clock.

        What is no object stays as it came. Where its parent is not known (yet) another poll may find it.
        """
        if not isinstance(value, dict):
            return value, True
        found = self._plain(value, parents)
        names = self._names
        own = self._id(value, parents)
        wished = self._wished(value, parents) if self._wished else None
        _put(found, names["id"], self._identity.number(own, wished))
        settled = True
        named: Json = ABSENT
        if self._parent:
            named = self._parent(value, parents)
            parent, settled = self._number_of_parent(named)
            _put(found, names[_PARENT[self.kind]], parent)
        if self._place:
            place = self._identity.place(named, self._place(value, parents))
            _put(found, names["logical_connector"], place)
        if self._reduction:
            reduction, lasts = self._reduction(value, parents, found, now)
            settled = settled and lasts
            _put(found, names["reduction"], reduction)
        return found, settled

    def _number_of_parent(self, named: Json) -> tuple[Json, bool]:
        if self._above is None or not self._above.are_text:
            return named, True
        number = self._above.known(named)
        return (named, False) if number is None else (number, True)


def _put(found: Document, name: str, value: Json) -> None:
    """Set a field, or take it out where nothing stands."""
    if value is ABSENT:
        del found[name]
    else:
        found[name] = value


def _unconverted(field: Field) -> Field:
    """Return the same place, of which nothing is made but the last part of an address."""
    return Field(at=field.at, value=field.value, search=field.search, last_part=field.last_part)


def _id_field(field: Field, identity: Identity | None) -> Field:
    """Return an id's field; one that is a text stays one, even if it is made of digits."""
    return replace(field, as_text=False) if identity and identity.are_text else field


def system_translator(dialect: Dialect) -> Translate:
    """Return the function that translates who answers."""
    return _translator(dialect.system.fields, dialect.spelled["system"])


def _translator(fields: Fields, spelled: Mapping[str, str]) -> Translate:
    """Return the function that reads fields into an object of the contract.

    It begins with a copy of a whole one, which costs less than to add name after name. What is absent is taken out;
    fields that need more than their own value stay ABSENT for whoever reads these.
    """
    template: Document = {name: fields[field].value if field in fields else ABSENT for field, name in spelled.items()}
    own = {name: field for name, field in fields.items() if name not in _SPECIAL and field.value is ABSENT}
    readers = [(spelled[name], *(phases_of if name in _PHASES else parts_of)(field)) for name, field in own.items()]
    split = [(spelled[name], field.split) for name, field in own.items() if field.split]
    connection = spelled.get("phase_connection", "")
    unsaid = [name for field, name in spelled.items() if field not in fields]

    def translate(value: Json, parents: Parents) -> Document:
        found = template.copy()
        for name, get, convert in readers:
            one = get(value, parents)
            if convert is not None:
                one = convert(one)
            if one is not ABSENT:
                found[name] = one
            else:
                del found[name]
        for name, how in split:
            if name in found:
                found[name] = on_phases(found[name], found.get(connection), how)
        for name in unsaid:
            del found[name]
        return found

    return translate


Reduced = Callable[[Json, Parents, Document, Json], tuple[Json, bool]]


def _reduction(dialect: Dialect, field: Field, ends: Ends) -> Reduced:
    """Return the function that translates the reduction of a zone: an object, null for none, ABSENT.

    It also says whether that depends on nothing else, such as the clock.
    """
    find = reader_of(field)
    is_none = test_of(dialect.none_when)
    spelled = dialect.spelled["reduction"]
    read = _translator(dialect.reduction_fields, spelled)
    counts, value_name = dialect.reduction_fields["value"].counts, spelled["value"]
    maximum, id_ = dialect.spelled["zone"]["max_current"], dialect.spelled["zone"]["id"]

    def translate(zone: Json, parents: Parents, translated: Document, now: Json) -> tuple[Json, bool]:
        value = find(zone, parents)
        if not isinstance(value, dict):
            return value, True
        around = (zone, *parents)
        if is_none and is_none(value, around):
            return None, True
        found = read(value, around)
        if value_name in found:
            found[value_name] = taken(found[value_name], counts, translated.get(maximum))
        if ends.are_ours:
            said = found.pop(spelled["validity"], ABSENT)
            until = ends.of(translated.get(id_), said, found.get(value_name), now)
            if until is not ABSENT:
                found[spelled["validity"]] = until
        return found, not ends.are_ours

    return translate
