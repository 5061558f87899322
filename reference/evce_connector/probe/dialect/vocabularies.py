"""What the words of an enumeration mean: by what others say, by their parts, and by what else would have no word."""

from __future__ import annotations

from collections.abc import Mapping

from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.lexicon import ambiguous, language_of, of_language, suspending, vocabulary
from evce_connector.probe.dialect.names import meanings, plain, split
from evce_connector.probe.dialect.readings import Tables, name_words

ASKED, LIKELY = Confidence.ASKED, Confidence.LIKELY
_CLOSED = ("status", "zone_type")
"""Enumerations of which every word has to mean one of the contract's."""
_DOUBTED = ("authentication", "validity_mode")
"""Enumerations whose foreign words, of which nobody knows one, may as well belong to another field."""
_VERY_LONG = 8
_LONG = 4
"""Letters of a known word that tells something as a part of another."""
AMBIGUOUS = frozenset(
    (
        *("occupied", "connected", "active", "suspended", "blocked", "inactive", "pending", "waiting", "limited"),
        *("held", "open", "closed", "parked", "busy", "inuse", "unknown", "off", "disconnected"),
        *("a", "b", "c", "f", "notconnected", "running", "regulated", "disabled", "locked"),
        *("stopped", "shed", "kept", "lost", "unplugged"),
    )
)
"""Words for a status that mean one thing here and another there."""


def read(choice: Choice, column: Column, kind: str, tables: Tables) -> list[str]:
    """Translate words that others say into the contract's; returns those whose meaning is not known."""
    words = column.words
    contract = set(vocabulary(kind).values())
    if not words or all(word in contract for word in words):
        return []
    here = of_language(language_of(words, kind), kind)
    table = {word: meant for word in words if (meant := _meant(choice, word, kind, here))}
    unknown = [word for word in words if word not in table]
    if not table and kind not in _CLOSED:
        if kind in _DOUBTED:
            choice.doubt(ASKED, f"nobody knows what {', '.join(words)} means")
        return []  # words of its own, which stay what they are
    _doubled(choice, table, kind)
    guessed = _left_over(table, unknown, kind)
    if doubtful := [word for word in table if kind == "status" and plain(word) in AMBIGUOUS | ambiguous()]:
        choice.doubt(LIKELY, f"{', '.join(doubtful)} may mean something else elsewhere")
    if table:
        choice.evidence.append(", ".join(f"{word} is {meant}" for word, meant in table.items()))
    name_words(choice, tables, dict.fromkeys(words, "?") | table | guessed)
    return unknown


def _meant(choice: Choice, word: str, kind: str, here: Mapping[str, str]) -> str | None:
    """Return what a word means, first in the language `here`; one that is only like a known one is less sure."""
    known = {**vocabulary(kind), **here}
    if (meant := known.get(plain(word))) is not None:
        return meant
    found = _suspended(word) if kind == "status" else None
    found = found or _by_parts(word, here) or _by_parts(word, known) or _short_for(word, kind)
    if found:
        choice.doubt(LIKELY, f"{word} is taken for {found}")
    return found


def _suspended(word: str) -> str | None:
    """Tell who suspends, for a word of two parts such as wait_car."""
    parts = suspending()
    if not any(one in plain(word) for one in parts["by"]):
        return None
    stations, vehicles = ([one for one in parts[who] if _is_in(one, word)] for who in ("station", "vehicle"))
    station = bool(stations)
    vehicle = any(not any(one in other for other in stations) for one in vehicles)  # cargador has no car in it
    if vehicle == station:
        return None
    return "suspendedEV" if vehicle else "suspendedEVSE"


def _is_in(part: str, word: str) -> bool:
    """Tell whether a word has another in it; one of two letters is in many, and must stand by itself."""
    return part in split(word) or (len(part) > 2 and part in plain(word))  # noqa: PLR2004 - as said


def _by_parts(word: str, known: Mapping[str, str]) -> str | None:
    """Return the meaning on which all parts agree that are words themselves."""
    found = {known[part] for part in split(word) if part in known and len(part) >= _LONG}
    if not found:
        inside = [one for one in known if len(one) >= _VERY_LONG and one in plain(word)]
        found = {known[max(inside, key=len)]} if inside else found
    return found.pop() if len(found) == 1 else None


def _short_for(word: str, kind: str) -> str | None:
    """Return the one word of the contract that a word is the beginning of, None where there are several or none."""
    if kind not in ("zone_type", "authentication") or not plain(word):
        return None
    known = [meant for meant in dict.fromkeys(vocabulary(kind).values()) if plain(meant).startswith(plain(word))]
    return known[0] if len(known) == 1 else None


def _doubled(choice: Choice, table: dict[str, str], kind: str) -> None:
    """Let one of two words that would mean the same mean what else it may, where that has no word yet."""
    others = meanings()["else"].get(kind, {})
    for word in list(table):
        same = [one for one in table if table[one] == table[word]]
        if len(same) < 2:  # noqa: PLR2004 - itself
            continue
        free = [meant for meant in others.get(plain(word), ()) if meant not in table.values()]
        choice.doubt(ASKED if kind == "status" else LIKELY, f"{' and '.join(same)} would mean the same")
        if free:
            table[word] = free[0]


def _left_over(table: Mapping[str, str], unknown: list[str], kind: str) -> dict[str, str]:
    """Guess the one word that is not known, where one meaning alone has no word."""
    free = [meant for meant in dict.fromkeys(vocabulary(kind).values()) if meant not in table.values()]
    return {unknown[0]: free[0]} if kind in _CLOSED and len(unknown) == len(free) == 1 else {}
