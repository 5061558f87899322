"""Where a workstation's changes come from: polling, or a subscription that is kept alive."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from ebo_simulator.discovery import batches
from ebo_simulator.errors import EboError, EwsFault
from ebo_simulator.paging import pages
from ebo_simulator.tree import Kind
from ebo_simulator.workstation import update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ebo_simulator.clock import Clock
    from ebo_simulator.events import AlarmEvent
    from ebo_simulator.messages import Result
    from ebo_simulator.tree import Point
    from ebo_simulator.workstation import Workstation

LOST = ("Invalid_Subscription", "Subscription_Terminated", "Invalid_Notification_Id")
VALUES = 0


class Feed(Protocol):
    """A source of changes of value items."""

    def changes(self) -> list[Point]:
        """Fetch what changed since the last call; the points carry the new values."""
        ...

    def close(self) -> None:
        """Tell the server that nobody listens any more."""
        ...


class PollingFeed:
    """Reads every value item of the tree each time."""

    def __init__(self, workstation: Workstation) -> None:
        self.workstation = workstation

    def changes(self) -> list[Point]:
        """Read all values."""
        return self.workstation.read()

    def close(self) -> None:
        """Do nothing: polling leaves nothing behind."""


@dataclass(slots=True)
class _Open:
    """One subscription of some ids, and what came of each; `renew_at` is half of the time granted."""

    ids: Sequence[str]
    id: str
    renew_at: datetime
    refused: list[Result]
    notification_id: str | None = None


class SubscriptionFeed:
    """Subscribes to every value item of the tree, renews at half time, and subscribes again when the server forgot.

    `refused` are the ids that the server would not watch: they are polled. `subscribed` counts Subscribe requests.
    """

    def __init__(self, workstation: Workstation, clock: Clock, expires: timedelta = timedelta(minutes=30)) -> None:
        self.workstation = workstation
        self.clock = clock
        self.expires = expires
        self.subscribed = 0
        ids = [point.id for point in workstation.tree.root.all_points(Kind.VALUE)]
        self._open = [self._subscribe(some) for some in batches(ids, workstation.profile.ids)]

    def _subscribe(self, ids: Sequence[str]) -> _Open:
        self.subscribed += 1
        granted = self.workstation.client.subscribe(ids, event_type=VALUES, event_mode=0, expires=self.expires)
        refused = [result for result in granted.results if not result.success]
        return _Open(ids, granted.id, self._half_of(granted.expires), refused)

    @property
    def refused(self) -> list[Result]:
        """What the server would not watch, and why."""
        return [result for subscription in self._open for result in subscription.refused]

    def _half_of(self, granted: timedelta | None) -> datetime:
        return self.clock.now() + (granted or self.expires) / 2

    def changes(self) -> list[Point]:
        """Fetch the notifications of every subscription, and read what could not be subscribed to."""
        changed: list[Point] = []
        for position, subscription in enumerate(self._open):
            try:
                changed.extend(self._notified(subscription))
            except EwsFault as fault:
                if fault.name not in LOST:
                    raise
                self._open[position] = self._subscribe(subscription.ids)
                changed.extend(self._notified(self._open[position]))
        by_id = self.workstation.tree.by_id
        return changed + self.workstation.read([by_id[result.id] for result in self.refused if result.id in by_id])

    def _notified(self, subscription: _Open) -> list[Point]:
        client, by_id = self.workstation.client, self.workstation.tree.by_id
        if self.clock.now() >= subscription.renew_at:
            renewed = client.renew(subscription.id, self.expires)
            subscription.id = renewed.id or subscription.id
            subscription.renew_at = self._half_of(renewed.expires)
        ask = partial(client.get_notification, subscription.id, subscription.notification_id)
        changed: list[Point] = []
        for answer in pages(ask):
            changed.extend(update(by_id, answer.values))
            subscription.notification_id = answer.notification_id or subscription.notification_id
        return changed

    def close(self) -> None:
        """Unsubscribe; a server that no longer answers or knows us is left alone."""
        for subscription in self._open:
            with suppress(EboError):
                self.workstation.client.unsubscribe(subscription.id)
        self._open = []


def value_feed(workstation: Workstation, clock: Clock) -> Feed:
    """Choose what the profile does; poll where the server offers no subscriptions."""
    if workstation.profile.subscriptions:
        try:
            return SubscriptionFeed(workstation, clock)
        except EwsFault as fault:
            if fault.name != "Operation_Not_Supported":
                raise
    return PollingFeed(workstation)


class AlarmList:
    """The alarms as the client believes them: loaded once, then kept by GetUpdatedAlarmEvents.

    `reloads` counts how often the server asked for a refresh.
    """

    def __init__(self, workstation: Workstation) -> None:
        self.workstation = workstation
        self.alarms: dict[str, AlarmEvent] = {}
        self.reloads = 0
        self._last_update: str | None = None

    def changes(self) -> list[AlarmEvent]:
        """Fetch the events since the last call; all alarms at first and after a refresh."""
        if self._last_update is None:
            return self._load()
        answers = list(pages(partial(self.workstation.client.get_updated_alarm_events, self._last_update)))
        if any(answer.needs_refresh for answer in answers):
            self.reloads += 1
            return self._load()
        self._last_update = answers[-1].last_update or self._last_update
        events = [event for answer in answers for event in answer.events]
        self._enter(events)
        return events

    def _load(self) -> list[AlarmEvent]:
        events, self._last_update = self.workstation.alarms_with_cursor()
        self.alarms.clear()
        self._enter(events)
        return events

    def _enter(self, events: list[AlarmEvent]) -> None:
        for event in events:
            self.alarms[event.id] = event
