"""Two EWS endpoints compared look by look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Self

from ebo_simulator import EboError, Kind
from ebo_simulator.clock import Clock
from evce_acceptance.shadow import histories
from evce_acceptance.shadow.agreement import Shown, agree
from evce_acceptance.shadow.differences import NOT_THERE, Difference, Differences, Key, Pair
from evce_acceptance.shadow.pairs import Paired, Twins, pair
from evce_acceptance.shadow.report import ShadowReport
from evce_acceptance.shadow.seen import Seen
from evce_acceptance.shadow.side import Side
from evce_acceptance.site.settings import Connector
from evce_acceptance.site.wire import Pace, WireLog

OURS = ("EVCE Interface", "EVCE Interface/*")
"""What this project's connector shows beside the guide's tree: about itself, so that no other has the same."""
BROWSE_EVERY = 900.0
"""Seconds between two readings of the whole trees; between them only values, states and alarms are read."""
HISTORIES_A_LOOK = 10
HISTORY_SPAN = timedelta(hours=24)
LOOKS_A_POLL = 3.7
"""Not a whole number, so that second looks fall on ever other moments of the polls."""
SERVER = "(the whole server)"
_MOVING = ("value", "state", "alarm", "message")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: looks made, items compared, differences now and healed, and seconds that are left."""

    looks: int
    items: int
    lasting: int
    healed: int
    seconds_left: float


def say_nothing(_: Progress) -> None:
    """Show no progress."""


class Shadow:
    """Compares `left` (say the vendor's connector) with `right`; a context manager that closes its connections.

    It only reads. Both sides share the pace. `ignore` holds globs of paths that are not compared.
    """

    def __init__(
        self,
        left: Connector,
        right: Connector,
        clock: Clock,
        pace: Pace | None = None,
        log: WireLog | None = None,
        *,
        ignore: tuple[str, ...] = OURS,
    ) -> None:
        pace, log = pace or Pace(5.0, clock), log or WireLog((left.secret, right.secret))
        self._sides = Side(left, clock, pace, log), Side(right, clock, pace, log)
        self._clock, self._ignore = clock, ignore
        self._window = max(login.poll_at_most + login.late_seconds for login in (left, right))
        self._step = min(left.poll_at_most, right.poll_at_most) / LOOKS_A_POLL
        self._shown = Shown(self._window)
        self._seen = Seen(self._window, HISTORY_SPAN)
        self._logged: dict[str, str] = {}
        self._paired = Paired()
        self._browsed = float("-inf")
        self._next_history = 0
        self._differences = Differences()
        self._looks, self._started = 0, clock.now()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for side in self._sides:
            side.close()

    def look(self) -> list[Difference]:
        """Compare once, and give all differences so far.

        Moving figures that differ are looked at again until a poll of both sides must have caught up. What differs in
        two looks running is a difference.
        """
        found: dict[Key, Pair] = {}
        judged = {"server"}
        try:
            if self._shall_browse():
                self._browse()
                judged |= {"tree", "name", "type", "description", "unit", "writeable"}
                found |= self._paired.found
            found |= self._moving()
            judged |= {*_MOVING}
            series = self._due_histories()
            found |= self._histories(series)
        except EboError as error:
            found = {Key(SERVER, "server"): self._who_fails(error)}
            judged, series = {"server"}, []
        compared = {Key(twins.path, "history") for twins in series}
        self._differences.take(self._clock.now(), found, lambda key: key.aspect in judged or key in compared)
        self._looks += 1
        return self._differences.all()

    def run(self, seconds: float, every: float, progress: Callable[[Progress], None] = say_nothing) -> ShadowReport:
        """Look every `every` seconds for `seconds`, at least twice; `progress` is called after each look."""
        begin = self._clock.monotonic()
        due, first = begin, self._looks
        while self._looks < first + 2 or due <= begin + seconds:
            self._clock.wait(due - self._clock.monotonic())
            self.look()
            due = max(due + every, self._clock.monotonic())
            progress(self._progress(max(0.0, begin + seconds - self._clock.monotonic())))
        return self.report()

    def report(self) -> ShadowReport:
        """Give what was found so far."""
        left, right = (side.login.url for side in self._sides)
        start, end = (moment.isoformat(timespec="seconds") for moment in (self._started, self._clock.now()))
        return ShadowReport(left, right, start, end, self._looks, len(self._paired.twins), self._differences.all())

    def _progress(self, seconds_left: float) -> Progress:
        lasting, healed = len(self._differences.lasting), len(self._differences.healed)
        return Progress(self._looks, len(self._paired.twins), lasting, healed, seconds_left)

    def _shall_browse(self) -> bool:
        """Browse when it is time, and when a difference of the trees waits for its second look."""
        waiting = any(key.aspect not in (*_MOVING, "history", "server") for key in self._differences.suspected)
        return waiting or self._clock.monotonic() >= self._browsed + BROWSE_EVERY

    def _browse(self) -> None:
        at = self._clock.monotonic()
        left, right = (side.browse() for side in self._sides)
        self._paired, self._browsed = pair(left, right, self._ignore), at
        paths = {twins.left.id: twins.path for twins in self._paired.twins}
        self._logged = {
            twins.path: paths.get(twins.left.value_item_id, "")
            for twins in self._paired.twins
            if twins.left.kind is Kind.HISTORY
        }

    def _moving(self) -> dict[Key, Pair]:
        """Compare what moves, and again what differs, as long as the slower side may lag behind."""
        known = {key.item for key in self._differences.lasting}
        found = self._read(self._paired.twins)
        self._seen.looked(self._clock.now())
        begin = self._clock.monotonic()
        while self._clock.monotonic() < begin + self._window:
            fresh = {key.item for key in found} - known
            if not fresh:
                break
            self._clock.wait(self._step)
            settled = {key: pair_ for key, pair_ in found.items() if key.item not in fresh}
            found = settled | self._read([twins for twins in self._paired.twins if twins.path in fresh])
        return found

    def _read(self, twins: Iterable[Twins]) -> dict[Key, Pair]:
        """Read items at both sides, close together, and give those that do not agree."""
        wanted = list(twins)
        readings = [self._readings(side, number, wanted) for number, side in enumerate(self._sides)]
        found, logged = {}, {*self._logged.values()}
        for key in readings[0].keys() & readings[1].keys():
            left, right = (reading[key] for reading in readings)
            now = self._clock.monotonic()
            if key.aspect == "value" and key.item in logged:
                self._seen.see(key.item, self._clock.now(), (left, right))
            lately = [self._shown.see((side, key), now, text) for side, text in enumerate((left, right))]
            if not agree(*lately):
                found[key] = Pair(left, right)
        return found

    def _readings(self, side: Side, number: int, wanted: list[Twins]) -> dict[Key, str]:
        """Read values, states and alarms of items at one side; an alarm has a message only while it stands."""
        values = [twins for twins in wanted if twins.left.kind is Kind.VALUE]
        alarms = [twins for twins in wanted if twins.left.kind is Kind.ALARM]
        shows = side.values(twins[number].id for twins in values)
        states = side.alarm_states(twins[number].id for twins in alarms)
        events = side.events() if alarms else {}
        found = {}
        for twins in values:
            value, state = shows.get(twins[number].id, (NOT_THERE, NOT_THERE))
            found[Key(twins.path, "value")], found[Key(twins.path, "state")] = value, state
        for twins in alarms:
            point = twins[number]
            found[Key(twins.path, "state")] = states.get(point.id, NOT_THERE)
            standing = events.get(point.id) or events.get(point.value_item_id)
            found[Key(twins.path, "alarm")] = standing.alarm if standing else "none"
            if standing:
                found[Key(twins.path, "message")] = standing.message
        return found

    def _due_histories(self) -> list[Twins]:
        """Choose the histories of this look: those that wait for a second look, and the next ones in turn."""
        all_ = [twins for twins in self._paired.twins if twins.left.kind is Kind.HISTORY]
        waiting = {key.item for key in self._differences.suspected if key.aspect == "history"}
        start = self._next_history % max(1, len(all_))
        turn = (all_[start:] + all_[:start])[:HISTORIES_A_LOOK]
        self._next_history = start + len(turn)
        return turn + [twins for twins in all_ if twins.path in waiting and twins not in turn]

    def _histories(self, series: list[Twins]) -> dict[Key, Pair]:
        end = self._clock.now()
        found = {}
        for twins in series:
            left, right = (
                side.history(point.id, end - HISTORY_SPAN, end) for side, point in zip(self._sides, twins, strict=True)
            )
            shown = partial(self._seen.around, self._logged[twins.path])
            if (difference := histories.compare(left, right, shown)) is not None:
                found[Key(twins.path, "history")] = difference
        return found

    def _who_fails(self, error: EboError) -> Pair:
        """Tell which side the error came from, by asking each for one thing more."""
        answers = []
        for side in self._sides:
            try:
                side.ask()
                answers.append("answers")
            except EboError as failure:
                answers.append(str(failure))
        return Pair(*answers) if set(answers) != {"answers"} else Pair("answers", f"one of both failed: {error}")
