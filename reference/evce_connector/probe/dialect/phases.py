"""Says of the words for phases what they mean, by themselves and by the power that their connectors may draw."""

from __future__ import annotations

from collections.abc import Callable

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import word_of
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.readings import Tables, more, name_words
from evce_connector.probe.dialect.wiring import phase_word

ASKED, LIKELY = Confidence.ASKED, Confidence.LIKELY
IsThree = Callable[[str], bool | None]
"""Tells of a word whether its connectors have power on three phases for their current; None where nothing shows it."""
_MASKS = {"1": "mono1", "2": "mono2", "4": "mono3", "7": "tri"}
"""Phases as bits of a number."""


def read(choice: Choice, column: Column, tables: Tables, is_three: IsThree) -> list[str]:
    """Say what the words for phases mean; returns those of which nobody knows it."""
    joined: dict[str, Json] = {}
    for value in column.here:
        word = ",".join(word_of(one) or "" for one in value) if isinstance(value, list) else word_of(value)
        joined.setdefault(word or "", value)
    if any(isinstance(value, list) for value in column.here):
        more(choice, join=",")
    if all(word in ("mono1", "mono2", "mono3", "tri") for word in joined):
        return []
    counts = set(joined) <= {"1", "3"} and "3" in joined
    masks = _MASKS if set(joined) <= set(_MASKS) and {"4", "7"} & set(joined) else {}
    meant = {
        word: masks.get(word) or _meant(choice, word, value, is_three, counts=counts) for word, value in joined.items()
    }
    table = {word: one for word, one in meant.items() if one}
    unknown = [word for word in meant if word not in table]
    choice.evidence.append(", ".join(f"{word} is {one}" for word, one in table.items()))
    if masks:
        choice.doubt(LIKELY, "1, 2, 4 and 7 are taken for bits, one a phase")
    if counts:
        choice.doubt(LIKELY, "it counts the phases, and does not say which")
    name_words(choice, tables, table | dict.fromkeys(unknown, "?"))
    return unknown


def _meant(choice: Choice, word: str, value: Json, is_three: IsThree, *, counts: bool) -> str | None:
    meant = ("tri" if word == "3" else "mono1") if counts else phase_word(value)
    three = is_three(word)
    if three and meant is None:
        choice.doubt(LIKELY, f"{word} has the power of three phases for its current")
        return "tri"
    if three is not None and meant is not None and three != (meant == "tri"):
        choice.doubt(ASKED, f"{word} seems to be {meant}, and power over current says otherwise")
    return meant
