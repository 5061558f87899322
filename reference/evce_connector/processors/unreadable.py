"""What cannot be read of the controller, in words: counted and named, in the tree, in prompts and in the log."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping

GOOD = "good"
NAMED = 20
"""Names that one sentence, and one poll in the log, give at most; of the others the number."""


def names(paths: Collection[str]) -> str:
    """Name fields by their paths, and count those that are too many: `stations/2/status, stations/3/status`."""
    named = sorted(paths)[:NAMED]
    left = len(paths) - len(named)
    return ", ".join(named) + (f" and {left} more" if left else "")


def words(paths: Collection[str]) -> str:
    """Say how a set-up or a poll went that succeeded: `good`, or what of it could not be read."""
    if not paths:
        return GOOD
    what = "1 field" if len(paths) == 1 else f"{len(paths)} fields"
    return f"{GOOD}, but {what} cannot be read: {names(paths)}"


def is_good(state: str) -> bool:
    """Tell whether a state's words say that a poll succeeded, whatever could not be read of it."""
    return state.startswith(GOOD)


class TroubleLog:
    """Logs each trouble once when it begins and once when it is over, however often it is seen between."""

    def __init__(self, log: logging.Logger, who: str) -> None:
        self._log, self._who = log, who
        self._known: frozenset[str] = frozenset()

    def follow(self, troubles: Mapping[str, str]) -> None:
        """Take what is amiss now: sentences by what they are of."""
        begun = troubles.keys() - self._known
        self._each(logging.WARNING, (troubles[of] for of in sorted(begun)), "further troubles of this kind")
        over = self._known - troubles.keys()
        self._each(logging.INFO, (f"{of}: no trouble any more" for of in sorted(over)), "further troubles are over")
        self._known = frozenset(troubles)

    def _each(self, level: int, sentences: Iterable[str], further: str) -> None:
        listed = list(sentences)
        for sentence in listed[:NAMED]:
            self._log.log(level, "%s: %s", self._who, sentence)
        if len(listed) > NAMED:
            self._log.log(level, "%s: %s %s", self._who, len(listed) - NAMED, further)
