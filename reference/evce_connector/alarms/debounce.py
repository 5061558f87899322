"""Which claims count for an alarm: those that held for their settle time, until they were over for their clear time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from evce_connector.alarms.rules import ActiveCondition, Condition, Rules


@dataclass(slots=True)
class _Track:
    """What is remembered of one condition of one subject; instants in monotonic s."""

    words: str
    since: float
    holds: bool = True
    counts: bool = False
    said: float = float("-inf")


class Debounce:
    """Settles the claims of one alarm, so that a flapping connector does not flood.

    Each condition of each subject settles by itself: it is raised at most once in its settle and clear times together,
    and its words change at most that often. `counting` names conditions that count from before a restart; they are
    over when nothing is seen of them for the clear time. `now` is in monotonic s.

    >>> from evce_connector.alarms.rules import RULES, check
    >>> lost = ActiveCondition(Condition.NOT_CONNECTED, "station", "not connected")
    >>> alarm = Debounce(check(RULES))                                # NOT_CONNECTED settles in 30 s and clears in 30 s
    >>> [len(alarm.look([lost], now)) for now in (0.0, 15.0, 30.0)]
    [0, 0, 1]
    >>> [len(alarm.look([], now)) for now in (45.0, 60.0, 75.0)]
    [1, 1, 0]
    """

    def __init__(self, rules: Rules, counting: Iterable[Condition] = (), now: float = 0) -> None:
        self._rules = rules
        self._tracks = {(condition, ""): _Track("", now, counts=True) for condition in counting if condition in rules}

    @property
    def idle(self) -> bool:
        """Whether nothing counts and nothing is about to."""
        return not self._tracks

    def counts(self, *conditions: Condition) -> bool:
        """Tell whether one of the conditions counts."""
        return any(track.counts for key, track in self._tracks.items() if key[0] in conditions)

    def let_speak(self, condition: Condition) -> None:
        """Let the next words of a condition be told at once: it has become worse, not only different."""
        for key, track in self._tracks.items():
            if key[0] is condition:
                track.said = -math.inf

    def restart(self, now: float) -> None:
        """Count all settle and clear times from `now` (monotonic s) on again, because nothing was seen for a while."""
        for track in self._tracks.values():
            track.since = now

    def look(self, claims: Iterable[ActiveCondition], now: float) -> list[ActiveCondition]:
        """Take what holds now, and return the claims that count."""
        seen = {claim[:2]: claim.words for claim in claims if claim.condition in self._rules}
        carried = {condition for condition, subject in seen if subject and (condition, "") in self._tracks}
        for condition in carried:
            del self._tracks[condition, ""]
        for key, words in seen.items():
            self._see(key, words, now, settled=key[0] in carried)
        for key in self._tracks.keys() - seen.keys():
            self._miss(key, now)
        rest = (key for key in self._tracks if key not in seen)
        tracks = ((key, self._tracks[key]) for key in (*seen, *rest))
        return [ActiveCondition(*key, track.words) for key, track in tracks if track.counts]

    def _see(self, key: tuple[Condition, str], words: str, now: float, *, settled: bool) -> None:
        rule = self._rules[key[0]]
        track = self._tracks.setdefault(key, _Track(words, now))
        if not track.holds:
            track.holds, track.since = True, now
        if not track.counts and not settled and now - track.since < rule.settle:
            track.words = words
        elif not track.counts or (words != track.words and now - track.said >= rule.settle + rule.clear):
            track.words, track.said, track.counts = words, now, True

    def _miss(self, key: tuple[Condition, str], now: float) -> None:
        track = self._tracks[key]
        if track.holds:
            track.holds, track.since = False, now
        if not track.counts or now - track.since >= self._rules[key[0]].clear:
            del self._tracks[key]
