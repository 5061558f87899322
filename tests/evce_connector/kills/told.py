"""What was told by a victim, by the clients that it answered and by the controller that it wrote to, in their order."""

from __future__ import annotations

import threading
from collections.abc import Callable

TROUBLE = "trouble"
"""What is told where something failed that should not have."""


class Told:
    """Lines of words; when one has come as often as was armed, or a trouble, something is done at once."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, ...]] = []
        self.step = 0
        """The last step that a victim began."""
        self._lock = threading.Lock()
        self._word, self._left = "", 0
        self._then: Callable[[], None] = lambda: None

    def arm(self, word: str, count: int, then: Callable[[], None]) -> None:
        """Do something when this word has come so often from now on, on the thread that says it."""
        with self._lock:
            self._word, self._left, self._then = word, count, then

    def say(self, *words: str) -> None:
        """Take a line; any thread may."""
        with self._lock:
            self.lines.append(words)
            if words[0] == "step":
                self.step = int(words[1])
            if self._left and (words[0] == TROUBLE or " ".join([*words, ""]).startswith(f"{self._word} ")):
                self._left = 0 if words[0] == TROUBLE else self._left - 1
                if not self._left:
                    self._then()

    def of(self, word: str) -> list[tuple[str, ...]]:
        """Return what was told with a word, without it."""
        with self._lock:
            return [line[1:] for line in self.lines if line[0] == word]
