"""Letters with accents as they are written without them, so that words of other languages are known either way."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import product
from typing import Any

_LETTERS = {
    "ä": ("ae", "a"),
    "ö": ("oe", "o"),
    "ü": ("ue", "u"),
    "å": ("a", "aa"),
    "ø": ("o", "oe"),
    "ß": ("ss",),
    "æ": ("ae", "a"),
    "œ": ("oe",),
    "ł": ("l",),
    "đ": ("d",),
    "ð": ("d",),
    "þ": ("th",),
}
"""Letters that are written without accents in several ways, or have none to take away; how data is read comes first."""
_SEVERAL = 3
"""Such letters of a word beyond which it is written in one way for all of them, and not in every mixture."""


def unaccented(text: str) -> str:
    """Write a text without accents, and its umlauts as two letters.

    >>> unaccented("Säule"), unaccented("prąd"), unaccented("Słupek")
    ('Saeule', 'prad', 'Slupek')
    """
    return text if text.isascii() else _bare("".join(_ways(letter)[0] for letter in text))


def spelled(word: str) -> list[str]:
    """Return every way in which a word is written without accents, the way in which `unaccented` does it first.

    >>> spelled("ström"), spelled("moc")
    (['stroem', 'strom'], ['moc'])
    """
    if word.isascii():
        return [word]
    ways = [_ways(letter) for letter in word]
    if sum(len(one) > 1 for one in ways) > _SEVERAL:
        ways = [one[:1] for one in ways]
        return list(dict.fromkeys(_bare("".join(one)) for one in product(*ways))) + _last(word)
    return list(dict.fromkeys(_bare("".join(one)) for one in product(*ways)))


def _last(word: str) -> list[str]:
    return [_bare("".join(_ways(letter)[-1] for letter in word))]


def unfolded(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a language's file with each of its words in all the ways that it may be written in."""
    return {key: unfolded(one) if isinstance(one, dict) else _in_list(one) for key, one in table.items()}


def _in_list(found: list[Any]) -> list[Any]:
    if all(isinstance(one, str) for one in found):
        return list(dict.fromkeys(way for one in found for way in spelled(one)))
    return [[yes, no] for pair in found for yes, no in _opposites(*pair)]


def _opposites(yes: str, no: str) -> list[tuple[str, str]]:
    """Return a word and its opposite in all the ways that they may be written in."""
    return list(product(spelled(yes), spelled(no)))


def _ways(letter: str) -> tuple[str, ...]:
    ways = _LETTERS.get(letter.lower(), (letter,))
    return tuple(way.capitalize() for way in ways) if letter != letter.lower() and letter.lower() in _LETTERS else ways


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
