"""Objects of the contract as a controller shows them: each field's value, converted, at its place."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from evce_simulator.clock import Clock
from evce_simulator.dialect.fields import ADDRESS, LEFT
from evce_simulator.dialect.identity import Identity
from evce_simulator.dialect.paths import ABSENT, KEY_STEP, as_text
from evce_simulator.dialect.profile import PARENT, PARENT_FIELD, Field, ListPart, Profile, ReductionPart
from evce_simulator.dialect.values import said_left, scalar, spoken
from evce_simulator.routes import BASE_PATH

# ruff: noqa: ANN401 - any JSON

_CONTRACT_VERSION = "6"


class Objects:
    """Turns the contract's objects; what is no object, by a fault, stays as it is."""

    def __init__(self, profile: Profile, identity: Identity, clock: Clock) -> None:
        self._profile = profile
        self._identity = identity
        self._clock = clock

    def system(self, item: dict[str, Any]) -> Any:
        """Return who answers, with the dialect's version for the contract's."""
        if item.get("apiVersion") == _CONTRACT_VERSION:
            item = item | {"apiVersion": self._profile.api_version}
        made: Any = {}
        for one in self._profile.system.fields:
            made = _written(made, one, item.get(one.contract, ABSENT), item)
        return made

    def turned(self, kind: str, item: Any) -> Any:
        """Return a zone, station or connector as the controller shows it, without what stands inside it."""
        if not isinstance(item, dict):
            return item
        part = self._profile.lists[kind]
        made: Any = {}
        for one in part.fields:
            value = self._value(kind, one, item)
            if one.name == "reduction" and part.reduction is not None and value is not ABSENT:
                made = _with_reduction(made, one, part.reduction, self._with_time_left(part.reduction, value), item)
            else:
                made = _written(made, one, value, item)
        return made

    def _with_time_left(self, part: ReductionPart, value: Any) -> Any:
        """Say of a reduction how long it still lasts, where the controller does not say until when."""
        field = next((one for one in part.fields if one.time in LEFT), None)
        if field is None or not isinstance(value, dict) or field.contract not in value:
            return value
        return value | {field.contract: said_left(value[field.contract], field.time, self._clock.now())}

    def _value(self, kind: str, field: Field, item: dict[str, Any]) -> Any:
        """Return a field's value with ids as they are here, ABSENT when there is none."""
        if field.name == "number":
            return item.get("id", ABSENT)
        value = item.get(field.contract, ABSENT)
        if field.contract == "id":
            return self._named(kind, field, value)
        if field.contract == PARENT_FIELD.get(kind):
            return self._named(PARENT[kind], field, value)
        return value

    def _named(self, kind: str, field: Field, number: Any) -> Any:
        """Return an object's own id, or the address that it has by it; what can be no id stays."""
        own, one = self._identity.own(kind, number), self._profile.lists[kind].one
        if field.sends != ADDRESS or one is None or as_text(own) is None:
            return own
        return BASE_PATH + one.filled(id=quote(as_text(own) or "", safe=""))


def alone(part: ListPart, one: Any) -> Any:
    """Return an object as it stands by itself: the key under which it stands in its list is no member of it."""
    if part.keyed is not None and isinstance(one, dict):
        one.pop(KEY_STEP, None)
    return one


def shaped(part: ListPart, objects: list[Any]) -> Any:
    """Return objects as the list that they stand in: an object by their keys where the profile has `$key`."""
    if part.keyed is None:
        return objects
    made = {}
    for place, one in enumerate(objects):
        key = one.pop(KEY_STEP, None) if isinstance(one, dict) else None
        made[as_text(key) or f"no key {place}"] = one
    return made


def _with_reduction(made: Any, field: Field, part: ReductionPart, value: Any, zone: dict[str, Any]) -> Any:
    """Write the reduction of a zone; where an object stands there always, none reads as the profile says."""
    (at,) = field.at
    if not isinstance(value, dict) and not (value is None and part.none_when):
        return at.put(made, value) if at.steps else made
    there = at.read(made)
    inner: Any = there if isinstance(there, dict) else {}
    if value is None:
        for path, word in part.none_when:
            if path.up:
                made = path.put(made, scalar(word))
            else:
                inner = path.put(inner, scalar(word))
        return at.put(made, inner)
    for one in part.fields:
        if any(path.up for path in one.at):
            made = _written(made, one, value.get(one.contract, ABSENT), zone)
        else:
            inner = _written(inner, one, value.get(one.contract, ABSENT), zone)
    return at.put(made, inner)


def _written(made: Any, field: Field, value: Any, item: dict[str, Any]) -> Any:
    """Write one field; constants and what stands in the parent are not the object's own."""
    if value is ABSENT or not field.at:
        return made
    said = spoken(field, value, item)
    if len(field.at) == 1:
        (path,) = field.at
        own = not path.up or field.contract not in PARENT_FIELD.values()
        return path.put(made, said) if own else made
    whole = isinstance(said, list)
    for place, path in enumerate(field.at):
        if not whole:
            made = path.put(made, said)
        elif place < len(said):
            made = path.put(made, said[place])
    return made
