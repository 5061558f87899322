"""What the name of a field says: split into words, and these into the concepts that meanings.toml lists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from evce_connector.probe.dialect.letters import unaccented, unfolded

_FOLDER = Path(__file__).parent
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|\$key")
_UNITS = (("kWh", "Kwh"), ("kW", "Kw"), ("mA", "Ma"), ("Wh", "Wh"))
_PARENT = 0.55
"""How much a word counts in the name of what is around a value, beside one in its own name."""
_CLASH = 0.4
"""What a name loses for a concept that rules out what is sought."""
_UNKNOWN = 0.12
"""What it loses for a word of its own that has nothing to do with it."""
_SHORT = 2.0
"""How many such words one is worth that only seems to be short for a known one."""
_SHORTEST, _MEANINGS = 3, 5
"""Letters of what may be short for a word, and concepts of all such words beyond which it tells nothing."""
_STEM, _ENDING, _OTHER_FORM = 5, 3, 0.5
"""Letters that two forms of a foreign word share, those of their endings, and how many unknown words that counts."""


_ALSO = frozenset({"wiring", "zone", "transaction", "power", "available", "connected", "max", "neutral", "percent"})
"""Concepts of words that may mean a measured value or a set point and mostly do not."""
_NOW = frozenset({"power", "energy", "voltage", "status", "mode", "version", "time", "transaction", "name"})
"""Concepts before which `current` means present, and no amperes."""


class Meaning(NamedTuple):
    """What may name a field of the contract: sets of concepts, the best first, and the form of its values."""

    means: tuple[tuple[str, ...], ...]
    form: str
    never: frozenset[str]


@cache
def words() -> Mapping[str, Any]:
    """Return what to try and to send, from words.toml."""
    return tomllib.loads((_FOLDER / "words.toml").read_text(encoding="utf-8"))


@cache
def meanings() -> Mapping[str, Any]:
    """Return concepts, fields and the words of values, from meanings.toml."""
    return tomllib.loads((_FOLDER / "meanings.toml").read_text(encoding="utf-8"))


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """Return what other languages than English have for concepts, paths and the words of values, by their names."""
    files = sorted((_FOLDER / "languages").glob("*.toml"))
    return {file.stem: unfolded(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files}


@cache
def nouns(kind: str, language: str | None = None) -> tuple[str, ...]:
    """Return what lists of a kind are called, and who answers as `system`: in one language, else in all but English."""
    spoken_in = [languages()[language]] if language else languages().values()
    return tuple(dict.fromkeys(noun for one in spoken_in for noun in one["nouns"][kind]))


@cache
def is_noun(kind: str, noun: str) -> bool:
    """Tell whether lists of a kind are called so in some language, as one or as many, its words written together."""
    known = {plain(one) for one in (*words()["nouns"][kind], *nouns(kind))}
    return bool({noun, noun + "s", noun.removesuffix("s")} & known)


@cache
def meaning(table: str, field: str) -> Meaning:
    """Return what may name a field of the contract, such as `connector`, `max_current`."""
    said = meanings()[table][field]
    return Meaning(tuple(map(tuple, said["means"])), said["form"], frozenset(said.get("not", ())))


@cache
def _concepts() -> Mapping[str, frozenset[str]]:
    """Return what words stand for; one that is English as well is taken for that."""
    return {**_foreign(), **_english()}


@cache
def _english() -> Mapping[str, frozenset[str]]:
    return _by_word([meanings()["concepts"]])


@cache
def _foreign() -> Mapping[str, frozenset[str]]:
    return _by_word([one["concepts"] for one in languages().values()])


def _by_word(tables: Iterable[Mapping[str, Iterable[str]]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table in tables:
        for concept, spelled in table.items():
            for word in (*spelled, concept):
                found.setdefault(word, set()).add(concept)
    return {word: frozenset(concepts) for word, concepts in found.items()}


@cache
def spoken(word: str) -> frozenset[str]:
    """Return the languages but English that have a word for a concept or a list, none where English has it too."""
    if word in _english():
        return frozenset()
    nouns = ("zones", "stations", "connectors")
    return frozenset(
        name
        for name, one in languages().items()
        if any(word in known for known in one["concepts"].values()) or any(word in one["nouns"][kind] for kind in nouns)
    )


@cache
def _exclusive() -> Mapping[str, frozenset[str]]:
    """Return for each concept those that a name cannot mean as well."""
    groups = meanings()["groups"].values()
    return {concept: frozenset(group) - {concept} for group in groups for concept in group}


@lru_cache(4096)
def plain(word: str) -> str:
    """Return a word as words are compared.

    >>> plain("Out_Of-Service")
    'outofservice'
    """
    return re.sub(r"[^\w]|_", "", unaccented(word)).lower()


@cache
def split(name: str) -> tuple[str, ...]:
    """Split a name where its words meet, in small letters.

    >>> split("maxCurrentA"), split("total_kWh"), split("isDC")
    (('max', 'current', 'a'), ('total', 'kwh'), ('is', 'dc'))
    """
    name = unaccented(name)
    for unit, spelled in _UNITS:
        name = name.replace(unit, f"_{spelled}_" if name != unit else spelled)
    found: list[str] = []
    for part in _PARTS.findall(name):
        found += _unglued(part.lower())
    return tuple(found)


def _unglued(word: str) -> list[str]:
    """Split a word that is two known ones written together, such as setcurrent."""
    known = _concepts()
    if word in known or len(word) < 6:  # noqa: PLR2004 - shorter ones are words of their own
        return [word]
    for at in range(len(word) - 2, 1, -1):
        if word[:at] in known and word[at:] in known and min(at, len(word) - at) > 1:
            return [word[:at], word[at:]]
    return [word]


@cache
def _long_for(word: str) -> frozenset[str]:
    """Return the concepts of words that one may be short for: it begins as they do, and leaves letters out."""
    if len(word) < _SHORTEST or not word.isalpha():
        return frozenset()
    pattern = re.compile(word[0] + ".*".join(("", *word[1:])))
    every: frozenset[str] = frozenset()
    for table in (_english(), _foreign()):
        every = every or frozenset().union(
            *(
                found
                for known, found in table.items()
                if len(word) < len(known) <= 4 * len(word) and pattern.match(known)
            )
        )
    return every if len(every) <= _MEANINGS else frozenset()


@cache
def _inflected(word: str) -> frozenset[str]:
    """Return the concepts of a foreign word of which one is another form, as it is declined: ladowania, ladowanie."""
    if len(word) < _STEM or not word.isalpha():
        return frozenset()
    longest, every = 0, frozenset[str]()
    for known, concepts in _foreign().items():
        if known in _english():
            continue
        shared = next(
            (at for at, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known))
        )
        if shared >= max(longest, _STEM) and max(len(word), len(known)) - shared <= _ENDING:
            every = every | concepts if shared == longest else concepts
            longest = shared
    return every if len(every) <= _MEANINGS else frozenset()


def is_declined(word: str) -> bool:
    """Tell whether a word is known as another form of a foreign one alone."""
    return word not in _concepts() and bool(_inflected(word))


@cache
def concepts_of(name: str) -> tuple[frozenset[str], float]:
    """Return the concepts that the words of one name stand for, and how many of its words stand for none."""
    known = _concepts()
    parts = split(name)
    found: set[str] = set()
    unknown = 0.0
    at = 0
    while at < len(parts):
        word, many = next(
            (("".join(parts[at : at + many]), many) for many in (3, 2, 1) if "".join(parts[at : at + many]) in known),
            (parts[at], 1),
        )
        after = known.get(parts[at + many], frozenset()) if at + many < len(parts) else frozenset()
        if word == "current" and after & _NOW:
            found |= {"measured", "setpoint"}
        elif word in known:
            found |= known[word]
        elif same := _inflected(word):
            found |= same
            unknown += _OTHER_FORM
        elif longer := _long_for(word):
            found |= longer
            unknown += _SHORT
        elif not word.isdigit():
            unknown += 1
        at += many
    return frozenset(found), unknown


@cache
def is_measured(keys: tuple[str, ...]) -> bool:
    """Tell whether the keys on the way to a value say that it is measured, and no set point.

    >>> is_measured(("meterReadings", "totalActivePower")), is_measured(("meter", "setpoint")), is_measured(("actual",))
    (True, False, False)
    """
    return _plainly("measured", "setpoint", keys)


@cache
def is_set(keys: tuple[str, ...]) -> bool:
    """Tell whether the keys on the way to a value say that it is a set point, and not measured."""
    return _plainly("setpoint", "measured", keys)


def _plainly(one: str, other: str, keys: tuple[str, ...]) -> bool:
    """Tell whether some word means the one concept and not the other, and none the other and not the one."""
    said = [_concepts().get(word, frozenset()) for key in keys for word in split(key)]
    plainly = any(one in concepts and not concepts & {other, *_ALSO} for concepts in said)
    return plainly and not any(other in concepts and not concepts & {one, *_ALSO} for concepts in said)


def score(wanted: Meaning, keys: Iterable[str]) -> float:
    """Tell from 0 to 1 how well the keys on the way to a value, the last its own, name a field.

    >>> score(meaning("connector", "max_current"), ["limits", "maxCurrent"])
    1.0
    >>> score(meaning("connector", "max_current"), ["serial"])
    0.0
    """
    *around, own = list(keys) or [""]
    here, unknown = concepts_of(own)
    near: set[str] = set()
    for name in around[-2:]:
        near |= concepts_of(name)[0]
    best = 0.0
    for place, concepts in enumerate(wanted.means):
        best = max(best, _of(concepts, here, near, unknown) - 0.05 * place)
    if (here | near) & wanted.never:
        best -= _CLASH
    there = (*around[-2:], own)
    if ("setpoint" in wanted.means[0] and is_measured(there)) or ("measured" in wanted.means[0] and is_set(there)):
        best -= _CLASH
    return max(0.0, min(1.0, best))


def _of(concepts: tuple[str, ...], here: frozenset[str], near: set[str], unknown: float) -> float:
    needed = set(concepts)
    in_own, around = needed & here, (needed & near) - here
    if in_own | around != needed:
        return 0.0
    found = 1.0 if in_own else 0.75
    found -= (1 - _PARENT) * 0.25 * len(around) if in_own else 0.0
    found -= _UNKNOWN * min(unknown, 3)
    exclusive = _exclusive()
    ruled_out: set[str] = set().union(*(exclusive.get(concept, frozenset()) for concept in concepts)) - needed
    clashing = {one for one in here & ruled_out if not (here & needed & _same_words(one, here))}
    if clashing:
        found -= _CLASH
    elif near & ruled_out and not near & needed:
        found -= _CLASH / 2
    return found


def _same_words(clashing: str, here: frozenset[str]) -> frozenset[str]:
    """Return the concepts that some word stands for as well as for the clashing one: `now` is measured and set."""
    known = _concepts().values()
    return frozenset().union(*(one for one in known if clashing in one and one <= here))
