"""What of a profile cannot be turned round, found before anything is served and named with its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Any

from evce_simulator.dialect.access import AMOUNTS, UNTIL
from evce_simulator.dialect.fields import ADDRESS
from evce_simulator.dialect.paths import Path
from evce_simulator.dialect.profile import PARENT, PARENT_FIELD, Field, ListPart, Profile, Write
from evce_simulator.dialect.templates import placeholders_in
from evce_simulator.dialect.values import meaning_of, word_for
from evce_simulator.errors import ProfileError
from evce_simulator.ocpp import STATUSES

_TRUTHS = (True, False)
_VALUES: dict[str, tuple[str | bool, ...]] = {
    "zones.fields.type": ("STATIC", "DYNAMIC"),
    "stations.fields.accepted_by_cpo": _TRUTHS,
    "stations.fields.connected": _TRUTHS,
    "stations.fields.status": STATUSES,
    "connectors.fields.status": STATUSES,
    "connectors.fields.available": _TRUTHS,
    "connectors.fields.dc": _TRUTHS,
    "connectors.fields.fixed_set_point": _TRUTHS,
    "connectors.fields.phase_connection": ("mono1", "mono2", "mono3", "tri"),
}
"""What the contract's fields hold on a site, of those that have a list of words."""


def check(profile: Profile) -> None:
    """Refuse what cannot be served: ProfileError names the key and says why."""
    for part in profile.lists.values():
        _check_ids(profile.name, part)
        _check_addresses(profile, part)
        _check_parents(profile, part)
        _check_document(profile, part)
    for key, fields in _groups(profile):
        _check_places(profile.name, [(f"{key}.{one.name}", one, path) for one in fields for path in one.at])
        for one in fields:
            _check_words(profile.name, key, one)
    _check_reduction_of_zones(profile)
    if "reduction" in profile.writes:
        _check_reduction(profile.name, profile.writes)
        _check_end(profile)
    if "availability" in profile.writes:
        _check_availability(profile.name, profile.writes["availability"])


def _groups(profile: Profile) -> Iterator[tuple[str, tuple[Field, ...]]]:
    """Give the fields that stand in one object, with the key of their table."""
    yield "system.fields", profile.system.fields
    for kind, part in profile.lists.items():
        yield f"{kind}s.fields", tuple(one for one in part.fields if one.name != "reduction")
        if part.reduction is not None:
            yield f"{kind}s.reduction", part.reduction.fields


def _check_places(name: str, placed: list[tuple[str, Field, Path]]) -> None:
    """Refuse a place that cannot be written, two fields at one place that are said differently, one within another."""
    for key, _, path in placed:
        if not path.can_be_written:
            raise ProfileError(name, key, f"nothing can be written at {path.text!r}; say which key in that element.")
    for (_, one, path), (key, other, other_path) in permutations(placed, 2):
        if path.place == other_path.place and one.conversion != other.conversion:
            reason = f"{path.text!r} is also the place of {one.name}, with another conversion; no value fits both."
            raise ProfileError(name, key, reason)
        if path.leads_into(other_path):
            raise ProfileError(name, key, f"it stands within {one.name} at {path.text!r}, which is no object.")


def _check_reduction_of_zones(profile: Profile) -> None:
    """Refuse a reduction that shares its object with the zone, unless something says that there is none."""
    zones = profile.lists["zone"]
    field = next((one for one in zones.fields if one.name == "reduction" and one.at), None)
    if field is None or zones.reduction is None:
        return
    (at,) = field.at
    others = [(f"zones.fields.{one.name}", one, path) for one in zones.fields for path in one.at if one is not field]
    if not zones.reduction.none_when:
        if not at.steps:
            raise ProfileError(
                profile.name,
                "zones.fields.reduction",
                "the zone itself is never null; say none_when in [zones.reduction].",
            )
        others += [("zones.fields.reduction", field, at)]
        within: list[tuple[str, Field, Path]] = []
    else:
        fields = zones.reduction.fields
        within = [
            (f"zones.reduction.{one.name}", one, path.within(at)) for one in fields for path in one.at if not path.up
        ]
    _check_places(profile.name, others + within)


def _check_words(name: str, key: str, field: Field) -> None:
    """Refuse words by which two values of the contract cannot be told apart."""
    if field.words is None:
        return
    place, table = f"{key}.{field.name}", f"[words.{field.words.name}]"
    for value in _VALUES.get(place, ()):
        read = meaning_of(field.words, word_for(field.words, value))
        if read != value:
            reason = f"in {table} {_said(value)} has no word of its own and would be read as {_said(read)}; add a word."
            raise ProfileError(name, place, reason)


def _said(value: Any) -> str:  # noqa: ANN401 - a value of words
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_ids(name: str, part: ListPart) -> None:
    """Refuse an id that is no object's own, and a number where a text stands."""
    places = {one.name: [path.place for path in one.at] for one in part.fields}
    if not places["id"]:
        raise ProfileError(name, f"{part.kind}s.fields.id", "every object has an id of its own; give its path.")
    if part.text_ids and places.get("number") == places["id"]:
        raise ProfileError(name, f"{part.kind}s.fields.number", "the id is there, which is a text; take this away.")


def _check_addresses(profile: Profile, part: ListPart) -> None:
    """Refuse an address of an object that cannot be asked for alone by its id, and of what is no object."""
    for one in part.fields:
        if one.sends != ADDRESS:
            continue
        kind = {"id": part.kind, PARENT_FIELD.get(part.kind): PARENT.get(part.kind)}.get(one.contract)
        request = profile.lists[kind].one if kind else None
        if request is None or request.names != ("id",):
            where = f"say one of [{kind}s], with {{id}} alone" if kind else "no address leads to it; say another `as`"
            reason = f"an object's address is that of the request for it alone; {where}."
            raise ProfileError(profile.name, f"{part.kind}s.fields.{one.name}.as", reason)


def _check_parents(profile: Profile, part: ListPart) -> None:
    """Refuse what stands in the parent, unless it is the parent's own id."""
    for one in part.fields:
        key = f"{part.kind}s.fields.{one.name}"
        for path in (path for path in one.at if path.up):
            if one.contract != PARENT_FIELD.get(part.kind) or path.up != 1 or not _is_id(profile, part.kind, path):
                raise ProfileError(
                    profile.name,
                    key,
                    f"{path.text!r} is one place for many objects; only the parent's own id can stand there.",
                )
            if not (part.inside or part.each):
                raise ProfileError(
                    profile.name,
                    key,
                    "the list is flat, so no parent is around its objects; give a path in the object.",
                )


def _is_id(profile: Profile, kind: str, path: Path) -> bool:
    parent = profile.lists[PARENT[kind]]
    return any(path.steps == place.steps for one in parent.fields if one.name == "id" for place in one.at)


def _check_document(profile: Profile, part: ListPart) -> None:
    """Refuse a list that stands in the document of another one that comes in parts, or of none."""
    if part.document is None:
        return
    key = f"{part.kind}s.document"
    if part.document == "system":
        if profile.system.path is None:
            raise ProfileError(profile.name, key, "[system] has no path, so there is no such document; give one.")
        return
    other = profile.lists[part.document.removesuffix("s")]
    if other.path is None or other.each or other.pages:
        raise ProfileError(
            profile.name, key, f"[{part.document}] has no request that gives all at once; name the one that has it."
        )


def _check_reduction(name: str, writes: dict[str, Write]) -> None:
    sent = placeholders(writes["reduction"])
    if sum(one in sent for one in AMOUNTS) != 1:
        raise ProfileError(name, "reduction.body", f"send one of {_placed(AMOUNTS)}: how much is reduced.")
    for key in ("reduction", "clear"):
        if key in writes and not placeholders(writes[key]) & {"id", "zone"}:
            where = "reduction.path" if key == "reduction" else "reduction.clear.path"
            raise ProfileError(name, where, "it does not say which zone is meant; put {id} or {zone} in.")


def _check_end(profile: Profile) -> None:
    """Refuse a reduction that is written and of which nobody would know when it ends."""
    part = profile.lists["zone"].reduction
    if part is None or any(one.name == "validity" for one in part.fields) or "reduction" not in profile.writes:
        return
    if not placeholders(profile.writes["reduction"]) & set(UNTIL):
        reason = f"nobody would know when a reduction ends; give its path, or send one of {_placed(UNTIL)}."
        raise ProfileError(profile.name, "zones.reduction.validity", reason)


def _placed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{one}}}" for one in names)


def _check_availability(name: str, write: Write) -> None:
    sent = placeholders(write)
    if "available" not in sent:
        raise ProfileError(name, "availability.body", "send {available}: what the connector shall be.")
    if not (sent & {"id", "connector"} or {"station", "number"} <= sent):
        raise ProfileError(
            name,
            "availability.path",
            "it does not say which connector is meant; put {id}, or {station} and {number} in.",
        )
    if write.words is not None and {True, False} - set(write.words.meanings.values()):
        raise ProfileError(name, "availability.words", "the table needs a word for true and one for false; add it.")


def placeholders(write: Write) -> set[str]:
    """Return the placeholders that a request has, in its path and its body."""
    return set(write.path.names) | placeholders_in(write.body)
