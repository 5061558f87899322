"""A site as it was recorded: the lists of a capture found by a profile, and their objects as the contract has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from evce_simulator.capture import Exchange
from evce_simulator.dialect.heard import at, heard, heard_system, last_part
from evce_simulator.dialect.paths import ABSENT, KEY_STEP, as_text
from evce_simulator.dialect.profile import KINDS, PARENT, PARENT_FIELD, ListPart, Profile
from evce_simulator.dialect.templates import Template
from evce_simulator.records import moment_of

# ruff: noqa: ANN401 - any JSON


@dataclass
class Found:
    """An object of the controller, those around it, and its own id as text."""

    value: Any
    parents: tuple[Any, ...]
    own: str


@dataclass
class Recorded:
    """What a capture shows: who answers, and the objects of each kind with numbers for ids.

    `texts` are the controller's own ids by kind and number, where those are texts; `notes` say what had to be left out.
    """

    system: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[str, dict[int, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def moment(self) -> datetime | None:
        """The controller's clock when it was recorded, None where it did not say it."""
        time = self.system.get("time")
        try:
            return moment_of(time) if isinstance(time, str) else None
        except ValueError:
            return None


def recorded(profile: Profile, exchanges: list[Exchange]) -> Recorded:
    """Read the objects of a capture; of one that was read more than once the last counts."""
    answers = _Answers(profile, exchanges)
    result = Recorded()
    if profile.system.path is not None:
        documents = list(answers.to(profile.system.path))
        result.system = heard_system(profile, profile.system.at.read(documents[-1][0])) if documents else {}
        if not documents:
            result.notes.append(f"The capture has no answer to {profile.system.path.text}.")
    found: dict[str, list[Found]] = {}
    numbers: dict[str, dict[str, int]] = {}
    for kind in KINDS:
        part = profile.lists[kind]
        found[kind] = _objects(answers, profile, part, found.get(PARENT.get(kind, ""), []))
        if not found[kind]:
            result.notes.append(f"The capture shows no {kind}s.")
        numbers[kind] = _numbers(part, found[kind])
        if part.text_ids:
            result.texts[kind] = {number: own for own, number in numbers[kind].items()}
        result.rows[kind] = list(_rows(part, found[kind], numbers, result))
    return result


class _Answers:
    """The good answers to reads of a capture, by the profile's requests."""

    def __init__(self, profile: Profile, exchanges: list[Exchange]) -> None:
        self._reads = [one for one in exchanges if one.method == "GET" and one.status == 200]  # noqa: PLR2004 - OK
        fixed = [profile.system.path, *(part.path for part in profile.lists.values() if not part.each)]
        counts: Counter[str] = Counter()
        for path in fixed:
            if path is not None:
                counts.update({one.path[: -len(path.text)] for one in self._reads if one.path.endswith(path.text)})
        best = max(counts.values(), default=0)
        self._base = min((base for base, count in counts.items() if count == best), key=len, default="")

    def to(self, path: Template) -> Iterator[tuple[Any, dict[str, str]]]:
        """Yield the documents of a request, and what stood in its placeholders."""
        for one in self._reads:
            values = path.match(one.path.removeprefix(self._base)) if one.path.startswith(self._base) else None
            if values is not None:
                yield one.body, {name: unquote(value) for name, value in values.items()}


def _objects(answers: _Answers, profile: Profile, part: ListPart, above: list[Found]) -> list[Found]:
    """Find the objects of a list, each once."""
    found: dict[str, Found] = {}
    named = next(one for one in part.fields if one.name == "id" and one.at)
    for value, parents in _places(answers, profile, part, above):
        own = as_text(last_part(named, at(named.at[0], value, parents)))
        is_other = any(as_text(at(where, value, parents)) in words for where, words in part.skip)
        if own and not is_other:
            found[own] = Found(value, parents, own)
    return list(found.values())


def _places(
    answers: _Answers, profile: Profile, part: ListPart, above: list[Found]
) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield whatever stands in a list, with what is around it."""
    if part.inside:
        for parent in above:
            around = (parent.value, *parent.parents)
            yield from ((one, around) for one in _items(part, parent.value))
        return
    by_own = {parent.own: (parent.value, *parent.parents) for parent in above}
    for document, values in answers.to(_request(profile, part)):
        around = by_own.get(values.get("id", ""), ()) if part.each else ()
        yield from ((one, around) for one in _items(part, document))


def _request(profile: Profile, part: ListPart) -> Template:
    """Return the request in whose answer a list stands."""
    if part.path is not None:
        return part.path
    if part.document in (None, "system"):
        return profile.system.path or Template("/")
    return _request(profile, profile.lists[str(part.document).removesuffix("s")])


def _items(part: ListPart, holder: Any) -> list[Any]:
    items = part.items.read(holder)
    if isinstance(items, dict):
        return [one | {KEY_STEP: key} for key, one in items.items() if isinstance(one, dict)]
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _numbers(part: ListPart, found: list[Found]) -> dict[str, int]:
    """Return a number for each object: its own id, what the profile names as number, or the next that is free."""
    wish = next((one.at[0] for one in part.fields if one.name == "number" and one.at), None)
    numbers: dict[str, int] = {}
    for one in found:
        wished = at(wish, one.value, one.parents) if wish else None
        if not part.text_ids:
            wished = int(one.own) if one.own.isdecimal() else None
        if type(wished) is int and wished >= 1 and wished not in numbers.values():
            numbers[one.own] = wished
    following = iter(range(1, 2 * len(found) + 1))
    for one in found:
        if one.own not in numbers:
            numbers[one.own] = next(number for number in following if number not in numbers.values())
    return numbers


def _rows(
    part: ListPart, found: list[Found], numbers: dict[str, dict[str, int]], seen: Recorded
) -> Iterator[dict[str, Any]]:
    """Yield the objects in the contract's terms; one whose parent is nowhere is left out, and named."""
    kind = part.kind
    places: dict[Any, set[int]] = {}
    for one in found:
        row = heard(part, one.value, one.parents, seen.moment) | {"id": numbers[kind][one.own]}
        if kind in PARENT:
            parent = as_text(row.get(PARENT_FIELD[kind]))
            number = numbers[PARENT[kind]].get(parent or "")
            if number is None:
                seen.notes.append(
                    f"The {kind} {one.own} is left out: its {PARENT[kind]} {parent} is not in the capture."
                )
                del numbers[kind][one.own]  # so that what belongs to it is left out too
                continue
            row[PARENT_FIELD[kind]] = number
        if kind == "connector":
            row["logicalConnector"] = _place(row.get("logicalConnector", ABSENT), places.setdefault(number, set()))
        yield row


def _place(said: Any, taken: set[int]) -> int:
    """Return the number of a connector on its station: what it says, else the next that is free."""
    wished = int(said) if isinstance(said, str) and said.isdecimal() and said.isascii() else said
    if type(wished) is not int or wished < 1 or wished in taken:
        wished = next(number for number in range(1, len(taken) + 2) if number not in taken)
    taken.add(wished)
    return wished
