"""What subscriptions are told: for each kind of event, where it stands now and what changed since a position."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from evce_connector.clock import Clock
from evce_connector.ews.wire.render import alarm_event, hierarchy_changed, system_event, value_changed
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.subscriptions import Subscription, Wanted
from evce_connector.persistence.system_events import SystemEvents
from evce_connector.points.tree import AlarmItem, Folder, Tree, ValueItem
from evce_connector.site.values import utc_text

EVERYTHING = 2**31 - 1
CHANGED, ADDED, REMOVED = 0, 1, 2
"""Type of a hierarchy event, of our own: a container's children changed, the container came, it went."""
_KEPT_CHANGES = 1000


class Feed(Protocol):
    """One kind of event. `token` differs when positions from before a restart mean nothing; `tag` holds the events."""

    token: str
    tag: str

    def accepts(self, id_: str, mode: int) -> bool:
        """Tell whether an id can be subscribed to."""
        ...

    def position(self) -> int:
        """Return where the feed stands; only ever grows."""
        ...

    def changes(self, subscription: Subscription, since: int | None, until: int) -> list[bytes]:
        """Return the written events after one position and up to another; everything as it is now when since is None.

        The order of what was there before stays when there is more, so that pages can be cut from it.
        """
        ...


class ValueFeed:
    """Values and states of value items, compared by revision."""

    tag = "ValueChangedEvents"

    def __init__(self, tree: Tree, clock: Clock) -> None:
        self._tree = tree
        self._clock = clock
        self.token = secrets.token_hex(4)

    def accepts(self, id_: str, mode: int) -> bool:
        """Value items, or containers of them."""
        return isinstance(self._tree.get(id_), Folder if mode else ValueItem)

    def position(self) -> int:
        """Return the tree's revision."""
        return self._tree.revision

    def changes(self, subscription: Subscription, since: int | None, until: int) -> list[bytes]:
        """Return every item whose revision is newer; all of them when set-up has made a new tree since."""
        del until  # what is newer still is sent as well, and once more next time
        time, ages = utc_text(self._clock.now()), self._tree.age_state()
        if since is None or since < self._tree.hierarchy_revision:
            return [value_changed(item, time, ages) for item in self._items(subscription)]
        return [value_changed(item, time, ages) for item in self._items(subscription) if item.revision > since]

    def _items(self, subscription: Subscription) -> Iterator[ValueItem]:
        for id_ in subscription.wanted.ids:
            node = self._tree.get(id_)
            if isinstance(node, ValueItem):
                yield node
            elif isinstance(node, Folder) and subscription.event_mode:
                yield from node.values


class AlarmFeed:
    """Events of the alarm log; positions survive a restart."""

    tag = "AlarmEvents"
    token = ""

    def __init__(self, tree: Tree, book: AlarmLog) -> None:
        self._tree = tree
        self._book = book

    def accepts(self, id_: str, mode: int) -> bool:
        """Alarm items, or containers of them."""
        return isinstance(self._tree.get(id_), Folder if mode else AlarmItem)

    def position(self) -> int:
        """Return the sequence of the last event."""
        return self._book.last

    def changes(self, subscription: Subscription, since: int | None, until: int) -> list[bytes]:
        """Return each transition since; first the alarms that are not Normal, or all when events were pruned since."""
        wanted = subscription.wanted
        chosen = Selection(
            priority_from=wanted.priority_from, priority_to=wanted.priority_to, types=frozenset(wanted.types)
        )
        if since is None:
            events = self._book.present(chosen)
        elif self._book.position(self._book.cursor(since)) is None:
            events = self._book.present(chosen, normal=True)
        else:
            events = self._book.events(chosen, since, until, EVERYTHING, followed=True)
        alarms = self._alarms(subscription)
        return [alarm_event(event, self._tree.id_of) for event in events if alarms is None or event.alarm in alarms]

    def _alarms(self, subscription: Subscription) -> set[str] | None:
        """Return our own ids of the alarms that are meant, None for every alarm."""
        ids = subscription.wanted.ids
        if not ids:
            return None
        if not subscription.event_mode:
            return {self._tree.key_of(id_) for id_ in ids}
        folders = (self._tree.get(id_) for id_ in ids)
        return {alarm.key for folder in folders if isinstance(folder, Folder) for alarm in folder.alarms}


class SystemFeed:
    """Events of the connector itself; positions survive a restart."""

    tag = "SystemEvents"
    token = ""

    def __init__(self, tree: Tree, events: SystemEvents) -> None:
        self._tree = tree
        self._events = events

    def accepts(self, id_: str, mode: int) -> bool:
        """Only the server itself is a source of system events."""
        del mode
        return id_ == self._tree.root.id

    def position(self) -> int:
        """Return the sequence of the last event."""
        return self._events.last

    def changes(self, subscription: Subscription, since: int | None, until: int) -> list[bytes]:
        """Return the events since, or all that are kept."""
        events = self._events.events(since or 0, until)
        root = self._tree.root
        wanted = subscription.wanted
        return [system_event(event, root) for event in events if _is_wanted(event.priority, event.type, wanted)]


def _is_wanted(priority: int, type_: str, wanted: Wanted) -> bool:
    low, high = wanted.priority_from, wanted.priority_to
    return (
        (low is None or low <= priority)
        and (high is None or priority <= high)
        and (not wanted.types or type_ in wanted.types)
    )


class _HierarchyChange(NamedTuple):
    revision: int
    time: str
    container: str
    type: int


class HierarchyFeed:
    """Changes of containers, found by comparing their children when somebody asks; the last 1000 are kept."""

    tag = "HierarchyChangedEvents"

    def __init__(self, tree: Tree, clock: Clock) -> None:
        self._tree = tree
        self._clock = clock
        self.token = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._seen = -1
        self._shape: dict[str, int] = {}
        self._changes: deque[_HierarchyChange] = deque(maxlen=_KEPT_CHANGES)
        self._whole_since = 0

    def accepts(self, id_: str, mode: int) -> bool:
        """Containers."""
        del mode
        return isinstance(self._tree.get(id_), Folder)

    def position(self) -> int:
        """Return the tree's revision, after a look at what changed."""
        self._look()
        return self._tree.hierarchy_revision

    def _look(self) -> None:
        with self._lock:
            revision = self._tree.hierarchy_revision
            if revision == self._seen:
                return
            shape = {folder.id: _shape(folder) for folder in self._tree.root.walk()}
            if self._seen < 0:
                self._whole_since = revision
            else:
                self._compare(shape, revision)
            self._seen, self._shape = revision, shape

    def _compare(self, shape: dict[str, int], revision: int) -> None:
        time = utc_text(self._clock.now())
        found = [(id_, CHANGED if id_ in self._shape else ADDED) for id_ in shape if self._shape.get(id_) != shape[id_]]
        found += [(id_, REMOVED) for id_ in self._shape if id_ not in shape]
        for container, type_ in found:
            if len(self._changes) == _KEPT_CHANGES:
                self._whole_since = self._changes[0].revision
            self._changes.append(_HierarchyChange(revision, time, container, type_))

    def changes(self, subscription: Subscription, since: int | None, until: int) -> list[bytes]:
        """Return what became of the containers; each as changed when older changes are not known any more."""
        wanted = self._containers(subscription)
        if since is None or since < self._whole_since:
            time = utc_text(self._clock.now())
            return [hierarchy_changed(id_, time, CHANGED) for id_ in wanted]
        return [
            hierarchy_changed(change.container, change.time, change.type)
            for change in list(self._changes)
            if since < change.revision <= until and change.container in wanted
        ]

    def _containers(self, subscription: Subscription) -> list[str]:
        found = dict.fromkeys(subscription.wanted.ids)
        if subscription.event_mode:
            for id_ in subscription.wanted.ids:
                if isinstance(folder := self._tree.get(id_), Folder):
                    found |= dict.fromkeys(child.id for child in folder.folders)
        return list(found)


def _shape(folder: Folder) -> int:
    """Return a number that changes with the name or the children of a container."""
    children = (folder.folders, folder.values, folder.histories, folder.alarms)
    return hash((folder.name, *(node.id for nodes in children for node in nodes)))
