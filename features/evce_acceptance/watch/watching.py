"""Looks at a connector again and again, for a day or a week, beside its operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from ebo_simulator import EboClient, EboError, Kind, Point, Workstation
from ebo_simulator.clock import Clock
from ebo_simulator.discovery import batches
from ebo_simulator.errors import EwsFault
from evce_acceptance.results.run import Exchange
from evce_acceptance.site.endpoint import ews_client, product
from evce_acceptance.site.settings import Site
from evce_acceptance.site.wire import Pace, WireLog
from evce_acceptance.watch.looks import OFFLINE, Look, iso

BROWSE_EVERY = 3600.0
"""Seconds between two readings of the whole tree, which is most of what a large site is asked."""
SILENCES = 3
"""Histories in a row that are not answered after which no more are asked for: each would take its time-out, twice."""
STANDING = ("1", "2")
"""States of an alarm that stands: active, acknowledged."""
Instants = Mapping[str, list[datetime]]
"""When a history has samples, by its path."""


class NoLog(WireLog):
    """Keeps no exchange: those of a week would fill the memory."""

    def keep(self, exchange: Exchange) -> None:
        """Forget it."""


class Watch:
    """A connector under watch; it is only read."""

    def __init__(self, site: Site, clock: Clock, pace: Pace, log: WireLog, known: set[str] | None = None) -> None:
        self._login, self._claims, self._clock = site.connector, site.claims, clock
        self._client: EboClient = ews_client(self._login, pace, log, clock)
        self._workstation = Workstation(self._client, like=product(self._login))
        self._client.transport.session.hooks["response"].append(self._hear)
        self._skew: float | None = None
        self._points: list[Point] = []
        self.unread: dict[str, str] = {}
        """Why histories were not read, by their path."""
        self.known = known
        """The paths of the items that were there when that was told last."""
        self._browsed = float("-inf")
        self._refused = 0
        self._shown: dict[str, str] = {}
        self._lost: set[str] | None = None
        self._cursor = ""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def look(self) -> Look:
        """Look once; what keeps the server from answering is a look as well."""
        at, self._skew = iso(self._clock.now()), None
        try:
            return self._seen(at)
        except Exception as error:  # noqa: BLE001 - whatever it is, the watch of a week goes on
            self._browsed = float("-inf")  # who comes back may have another tree
            return Look(at, trouble=str(error) if isinstance(error, EboError) else f"{type(error).__name__}: {error}")

    def histories(self, start: datetime, end: datetime, progress: Callable[[int, int], None]) -> Instants:
        """Read when each history of the tree as it is now has samples between two instants.

        EboError when the tree is not answered; a history that is not, twice, is left out and stands in `unread`.
        """
        self._browse()
        logs = [point.path for point in self._points if point.kind is Kind.HISTORY]
        found, self.unread, silences = {}, {}, 0
        for number, path in enumerate(logs, 1):
            try:
                if silences < SILENCES:
                    found[path], silences = self._instants(path, start, end), 0
                else:
                    self.unread[path] = "the server does not answer any more"
            except EboError as error:
                self.unread[path], silences = str(error), silences + 1
            progress(number, len(logs))
        return found

    def _instants(self, path: str, start: datetime, end: datetime) -> list[datetime]:
        """Read when a history has samples, a second time where the first is not answered."""
        try:
            records = self._workstation.history(path, time_from=start, time_to=end)[1]
        except EboError:
            records = self._workstation.history(path, time_from=start, time_to=end)[1]
        return [one.timestamp for one in records if one.timestamp is not None]

    def _hear(self, answer: requests.Response, **_: Any) -> None:  # noqa: ANN401 - as requests calls it
        """Note the server's time, half an exchange ago; digest challenges tell it too."""
        try:
            there = parsedate_to_datetime(answer.headers.get("Date", ""))
            self._skew = (there - self._clock.now() + timedelta(seconds=0.5)).total_seconds()
        except (TypeError, ValueError):
            self._skew = None

    def _seen(self, at: str) -> Look:
        if self._clock.monotonic() >= self._browsed + BROWSE_EVERY:
            self._browse()
        values, states, lost = self._values()
        moved = sum(1 for id_, value in values.items() if id_ in self._shown and self._shown[id_] != value)
        alarms, forgot = self._alarms() if self._claims.alarms else ({}, False)
        # Only what is told is known from now on: had the alarms not been answered, the next look would tell it.
        gone, new = self._gone_and_new()
        if forgot or not values:
            self._browsed = float("-inf")
        before, self._lost, self._shown = self._lost, lost, values
        skew = None if self._skew is None else round(self._skew, 1)
        went, came = (tuple(sorted(paths)) for paths in (lost - (before or set()), (before or set()) - lost))
        return Look(at, "", skew, dict(states), moved, alarms, gone, new, forgot, went, came, before is None)

    def _browse(self) -> None:
        """Read the tree."""
        self._points = [*self._workstation.discover().root.all_points()]
        self._browsed = self._clock.monotonic()

    def _gone_and_new(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what is gone from the tree and new in it, since that was told last."""
        now = {point.path for point in self._points}
        before, self.known = now if self.known is None else self.known, now
        return tuple(sorted(before - now)), tuple(sorted(now - before))

    def _values(self) -> tuple[dict[str, str], Counter[str], set[str]]:
        """Read all values; returns them by id, how many have each state, and the histories whose value is Offline."""
        logged = {point.value_item_id: point.path for point in self._points if point.kind is Kind.HISTORY}
        values: dict[str, str] = {}
        lost, refused = set(), 0
        states: Counter[str] = Counter()
        ids = [point.id for point in self._points if point.kind is Kind.VALUE]
        for some in batches(ids, self._login.ids_per_request):
            answer = self._client.get_values(some)
            refused += len(answer.errors)
            for one in answer.values:
                values[one.id] = one.value
                state = "" if one.state is None else str(one.state)
                states[state] += 1
                if state == OFFLINE and one.id in logged:
                    lost.add(logged[one.id])
        if refused != self._refused:
            self._browsed = float("-inf")  # the tree may be another one: it is read with the next look
        self._refused = refused
        return values, states, lost

    def _alarms(self) -> tuple[dict[str, str], bool]:
        """Read what stands, and whether the server forgot up to where it had told."""
        forgot = bool(self._cursor) and self._is_forgotten()
        events, self._cursor = self._workstation.alarms_with_cursor()
        paths = {point.id: point.path for point in self._points if point.kind is Kind.ALARM}
        sources = {point.value_item_id: point.path for point in self._points if point.kind is Kind.ALARM}
        standing = [event for event in events if str(event.state) in STANDING]
        named = {
            paths.get(event.id) or paths.get(event.source_id) or sources.get(event.source_id) or event.id: event.message
            for event in standing
        }
        return named, forgot

    def _is_forgotten(self) -> bool:
        """Tell whether the server does not know any more up to where it told its alarms: some refuse to go on."""
        try:
            return self._client.get_updated_alarm_events(self._cursor).needs_refresh
        except EwsFault:
            return True
