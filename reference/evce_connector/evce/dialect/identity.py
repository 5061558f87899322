"""Numbers for what a controller names by texts: the contract's ids are whole numbers."""

from __future__ import annotations

from evce_connector.evce.asking import Numbers
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import ABSENT, word_of


class Identity:
    """The numbers of one list's objects (`kind`: zone, station, connector), kept at hand: a poll asks for thousands."""

    def __init__(self, numbers: Numbers, kind: str, *, are_text: bool) -> None:
        self._numbers = numbers
        self._kind = kind
        self._known: dict[str, int] = {}
        self._places: dict[tuple[str, str], int] = {}
        self.are_text = are_text
        """Whether the list's ids are texts, which get numbers; else they are numbers already."""

    def forget(self) -> None:
        """Ask for every number anew: some have become others."""
        self._known, self._places = {}, {}

    def number(self, own: Json, wished: Json = None) -> Json:
        """Return the number of an object by its own id; a new one gets the `wished` if that is free.

        What is neither text nor whole number stays as it came.
        """
        if not self.are_text:
            return own
        text = _text(own)
        if text is None:
            return own
        number = self._known.get(text)
        if number is None:
            number = self._known[text] = self._numbers.number(self._kind, text, _wish(wished))
        return number

    def known(self, own: Json) -> int | None:
        """Return the number of an object that was met before, None of another: who only hears of it cannot number it.

        Its own list may wish for a number.
        """
        text = _text(own)
        return None if text is None else self._known.get(text)

    def place(self, station: Json, place: Json) -> Json:
        """Return the LogicalConnector for what the controller calls a place on a station; a text is numbered there.

        `station` is the station's own id. A text of digits gets that number if it is free.
        """
        home = _text(station)
        if not isinstance(place, str) or not place or home is None:
            return place
        number = self._places.get((home, place))
        if number is None:
            wished = int(place) if place.isdecimal() and len(place) <= _DIGITS else None
            number = self._places[home, place] = self._numbers.number(f"plug {home}", place, _wish(wished))
        return number


_DIGITS = 9
"""Digits of a text that is taken for a wish: others are names made of digits."""


def _text(own: Json) -> str | None:
    """Return an id as text; a whole number is taken as its text, an empty text is no id."""
    if own is ABSENT or isinstance(own, bool | float):
        return None
    return word_of(own) or None


def _wish(wished: Json) -> int | None:
    """Return a number that may be wished for: a whole one of 1 or more."""
    return wished if isinstance(wished, int) and not isinstance(wished, bool) and wished >= 1 else None
