"""Numbers for objects that their controller names by texts, held in memory; the database keeps them beyond it."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import NamedTuple, Protocol

from evce_connector.evce.asking import Numbers
from evce_connector.evce.convert import LARGEST
from evce_connector.evce.errors import EvceAnswerError
from evce_connector.evce.one_line import one_line

LONGEST = 500
"""Characters of a text that gets a number: a database's index takes no more."""


class KeepsNumbers(Numbers, Protocol):
    """Numbers that are written down before anybody hears of them."""

    def keep(self) -> bool:
        """Write what is new; false when a number that was given has had to become another, and is to be asked again."""
        ...


class Named(NamedTuple):
    """An object by its kind, the text that its controller names it by, and the number that stands for it."""

    kind: str
    text: str
    number: int


class HeldNumbers:
    """Numbers in memory, for whoever has no database: the same as long as the process lives. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)
        self._texts: dict[str, dict[int, str]] = defaultdict(dict)
        self._next: dict[str, int] = defaultdict(lambda: 1)

    def find(self, kind: str, text: str) -> int | None:
        """Return the number that a text has, None when it has none yet."""
        return self._numbers[kind].get(text)

    def number(self, kind: str, text: str, wished: int | None = None) -> int:
        """Return the number of an object, a new one if it has none; EvceAnswerError when its text is too long.

        >>> numbers = HeldNumbers()
        >>> numbers.number("zone", "north"), numbers.number("zone", "south", 7), numbers.number("zone", "west", 7)
        (1, 7, 2)
        """
        found = self.find(kind, text)
        if found is not None:
            return found
        if len(text) > LONGEST:
            raise EvceAnswerError(kind, f"its id {one_line(text)!r} has more than {LONGEST} characters")
        with self._lock:
            found = self.find(kind, text)
            if found is None:
                is_free = type(wished) is int and 1 <= wished <= LARGEST and wished not in self._texts[kind]
                found = wished if is_free and wished is not None else self._next_free(kind)
                self.enter(Named(kind, text, found))
            return found

    def text(self, kind: str, number: int) -> str | None:
        """Return the text that a number stands for, None where it stands for none."""
        return self._texts[kind].get(number)

    def keep(self) -> bool:
        """Keep nothing beyond the process."""
        return True

    def enter(self, named: Named) -> list[str]:
        """Let a text have a number, whatever was before; returns the texts that have lost their number by it."""
        kind, text, number = named
        with self._lock:
            mine, other = self._numbers[kind].get(text), self._texts[kind].get(number)
            lost: list[str] = []
            if mine == number:
                return lost
            if mine is not None:
                del self._texts[kind][mine]
                lost.append(text)
            if other is not None:
                del self._numbers[kind][other]
                lost.append(other)
            self._numbers[kind][text] = number
            self._texts[kind][number] = text
            return lost

    def all(self) -> list[Named]:
        """Return all that have a number."""
        with self._lock:
            return [Named(kind, text, number) for kind, of in self._numbers.items() for text, number in of.items()]

    def _next_free(self, kind: str) -> int:
        taken = self._texts[kind]
        while self._next[kind] in taken:
            self._next[kind] += 1
        return self._next[kind]
