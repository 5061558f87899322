"""What is said of a profile that cannot be used, whatever its form, and how all that is wrong with one is gathered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from evce_connector.errors import ConnectorError

Read = TypeVar("Read")


class ProfileError(ConnectorError):
    """A profile file that cannot be used. Its text is the first mistake; `sentences` are all that were found."""

    def __init__(self, first: str, *others: str) -> None:
        self.sentences = first, *others
        super().__init__(first)


class Mistakes:
    """Gathers what is wrong with a profile, part by part: whoever writes one mends all of it at once.

    >>> mistakes = Mistakes()
    >>> mistakes.reading(lambda: int("6"), 0)
    6
    >>> mistakes.tell()
    """

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def reading(self, read: Callable[[], Read], instead: Read) -> Read:
        """Read a part; where that is a ProfileError keep what it says, and go on with what stands `instead`."""
        try:
            return read()
        except ProfileError as error:
            self._sentences += error.sentences
            return instead

    def add(self, sentence: str) -> None:
        """Note a mistake."""
        self._sentences.append(sentence)

    def tell(self) -> None:
        """Raise all that was gathered as one ProfileError, if there is anything."""
        if self._sentences:
            raise ProfileError(*self._sentences)
