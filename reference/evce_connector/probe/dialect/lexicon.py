"""What words of values mean: statuses, modes, true and false, phases, in every language that the probe reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from evce_connector.probe.dialect.names import languages, meanings, plain, split


@cache
def vocabulary(kind: str) -> Mapping[str, str]:
    """Return what each word that others say means in the contract, for `status`, `zone_type` and the like."""
    found: dict[str, str] = {}
    for table in (meanings(), *languages().values()):
        for meant, said in table["said"].get(kind, {}).items():
            for word in (*said, plain(meant)):
                found.setdefault(word, meant)
    return found


@cache
def of_language(language: str, kind: str) -> Mapping[str, str]:
    """Return what words mean in English, and in one more language (empty for none), whose words come first."""
    tables = [languages()[language]] if language else []
    every = [one["said"].get(kind, {}) for one in (*tables, meanings())]
    found: dict[str, str] = {}
    for table in every:
        for meant, said in table.items():
            for word in (*said, plain(meant)):
                found.setdefault(word, meant)
    return found


def language_of(words: Sequence[str], kind: str) -> str:
    """Return the language that has most of the words that stand here, whole or as parts; empty for English."""
    here = {part for word in words for part in (plain(word), *split(word))}

    def known(table: Mapping[str, Any]) -> int:
        every = {word for said in table["said"].get(kind, {}).values() for word in said}
        return len(here & every)

    best = max(languages(), key=lambda name: known(languages()[name]))
    return best if known(languages()[best]) > known(meanings()) else ""


@cache
def ambiguous() -> frozenset[str]:
    """Return the words of other languages for a status that mean one thing here and another there."""
    every: dict[str, set[str]] = {}
    for table in (meanings(), *languages().values()):
        for meant, said in table["said"]["status"].items():
            for word in said:
                every.setdefault(word, set()).add(meant)
    several = {word for word, meant in every.items() if len(meant) > 1}
    return frozenset(several.union(*(one["ambiguous"] for one in languages().values())))


@cache
def pairs(kind: str) -> tuple[tuple[str, str], ...]:
    """Return the words for true and false of a kind, its own before those that fit everything."""
    tables = [one["pairs"] for one in (meanings(), *languages().values())]
    return tuple((yes, no) for name in (kind, "bool") for known in tables for yes, no in known.get(name, ()))


@cache
def none_words() -> frozenset[str]:
    """Return words that say that there is none, of what could be there."""
    return frozenset(word for one in (meanings(), *languages().values()) for word in one["none"])


@cache
def suspending() -> Mapping[str, tuple[str, ...]]:
    """Return parts of words: `by` for that something is suspended, `vehicle` and `station` for who does."""
    tables = [one["suspended"] for one in (meanings(), *languages().values())]
    return {part: tuple(word for known in tables for word in known[part]) for part in ("by", "vehicle", "station")}


@cache
def phase_words() -> Mapping[str, str]:
    """Return what words for phases mean in the contract, such as first: mono1."""
    tables = [one["phases"] for one in (*languages().values(), meanings())]
    return {word: meant for known in tables for meant, said in known.items() for word in said}
