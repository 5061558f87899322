"""The alarm of the interface itself, `EVCE-Interface_Alarm`: controller, login, version, database, logs, stations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from evce_connector.alarms.debounce import Debounce
from evce_connector.alarms.rules import ActiveCondition, Condition, Rules, worst
from evce_connector.alarms.state_machine import judge, raised_by
from evce_connector.clock import Clock
from evce_connector.evce.errors import EvceError, EvceLoginError, EvceVersionError
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.points.tree import AlarmItem

LEAST_FREE = 100_000_000
"""Bytes that should be free where the database is; with less an operator is told while there is still room."""
_KINDS: dict[type[EvceError], Condition] = {
    EvceLoginError: Condition.LOGIN_REFUSED,
    EvceVersionError: Condition.OTHER_VERSION,
}
_TROUBLES = (*_KINDS.values(), Condition.CONTROLLER_LOST)
"""What a failed set-up or poll can mean."""


def short(error: Exception) -> str:
    """Say what the database complains of, in its own first line."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def little_room(free: int) -> str:
    """Say that so many bytes are little for a database."""
    return f"only {free / 1e6:.0f} MB are free for the database: make room on its disk"


class InterfaceAlarm:
    """Gathers what goes wrong; every processor reports to it, each on its own thread.

    Its causes are rows of the same table as the stations'. It moves whatever the database does.
    """

    def __init__(
        self,
        item: AlarmItem,
        book: AlarmLog,
        rules: Rules,
        clock: Clock,
        free_bytes: Callable[[], int | None],
    ) -> None:
        self._item, self._book, self._rules, self._clock = item, book, rules, clock
        self._free_bytes = free_bytes
        self._claims: dict[Condition, str] = {}
        self._database_fails = False
        self._lock = threading.Lock()
        self._settling = Debounce(rules, raised_by(book.event(item.key), rules), clock.monotonic())

    def report(self, condition: Condition, words: str = "") -> None:
        """Say that a cause holds, in words, or without words that it is over."""
        self._take({condition: words})

    def report_controller(self, error: EvceError | None = None, other_version: str = "") -> None:
        """Say how a set-up or a poll failed, or that the controller answered, perhaps in another version (words)."""
        claims = dict.fromkeys(_TROUBLES, "")
        if error is not None:
            claims[_KINDS.get(type(error), Condition.CONTROLLER_LOST)] = str(error).rstrip(".")
        elif other_version:
            claims[Condition.OTHER_VERSION] = other_version
        self._take(claims)

    def report_replaced(self, stations: Iterable[str]) -> None:
        """Say which stations were replaced; that is over at once, and stands for its clear time."""
        if words := ", ".join(stations):
            self.report(Condition.STATION_REPLACED, f"replaced: {words}")
            self.report(Condition.STATION_REPLACED)

    def report_database_replaced(self, words: str) -> None:
        """Say why another database is gone on with; that is over at once, and stands for its clear time."""
        self.report(Condition.DATABASE_REPLACED, words)
        self.report(Condition.DATABASE_REPLACED)

    def report_database(self, words: str = "") -> None:
        """Say how the database fails, or that it took what it was given; little room for it is told early."""
        free = self._free_bytes()
        if words and not self._database_fails:
            self._settling.let_speak(Condition.DATABASE_FAILING)  # or an alarm of little room would stand for it
        self._database_fails = bool(words)
        if not words and free is not None and free < LEAST_FREE:
            words = little_room(free)
        self._take({Condition.DATABASE_FAILING: words})

    def look(self) -> None:
        """Let settle and clear times pass; each poll does."""
        self._take({})

    def _take(self, claims: dict[Condition, str]) -> None:
        """Take news of causes, and move the alarm."""
        with self._lock:
            self._claims = {condition: words for condition, words in (self._claims | claims).items() if words}
            held = [ActiveCondition(condition, "", words) for condition, words in self._claims.items()]
            finding = worst(self._settling.look(held, self._clock.monotonic()), self._rules)
            before = self._book.event(self._item.key)
            judgement = judge(before, finding, "Interface", "no trouble")
            self._book.move([(self._item, judgement)], self._clock.now())

    @property
    def hides_site(self) -> bool:
        """Whether the controller is lost or refuses the login: the alarms of stations keep their states then."""
        return self._settling.counts(Condition.LOGIN_REFUSED, Condition.CONTROLLER_LOST)
