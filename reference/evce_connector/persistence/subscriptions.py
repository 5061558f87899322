"""Subscriptions, kept in the database so that they survive a restart.

A subscription is what was asked for and nothing else: no events are queued for it. What changed is found when it asks,
by comparing revisions with the NotificationId that it names; so its size is bounded by its request, and an answer that
was lost can be had again. After a restart a NotificationId from before gets everything once more.
"""

from __future__ import annotations

import json
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Engine, Integer, String, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.errors import ConnectorError
from evce_connector.persistence.attempts import NEVER_TAKEN, PATIENCE, Attempts
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.patience import within
from evce_connector.persistence.schema import metadata
from evce_connector.site.values import utc_text

LOGGER = logging.getLogger("evce_connector")
_subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("event_type", Integer, nullable=False),
    Column("event_mode", Integer, nullable=False),
    Column("wanted", String, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("terminated", Boolean, nullable=False),
)


QUICK = 0.2
"""Seconds that a client waits for another's transaction at most: what it asked for holds all the same."""


class TooManySubscriptionsError(ConnectorError):
    """No further subscription is taken: of this owner, or of anybody."""

    def __init__(self, limit: int, owner: str = "") -> None:
        whose = "This user has" if owner else "There are"
        super().__init__(f"{whose} {limit} subscriptions already; unsubscribe one or let it expire.")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many subscriptions are kept in all, and of one owner, so that one client cannot take them all."""

    total: int
    each: int


class EventType(IntEnum):
    """What a subscription is about, as numbered on the wire."""

    VALUES = 0
    ALARMS = 1
    SYSTEM = 2
    HIERARCHY = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Ids and filter of a subscription; None and empty for no limit."""

    ids: tuple[str, ...] = ()
    priority_from: int | None = None
    priority_to: int | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a client asked to be told of, until when (UTC). `event_mode` 1 means containers with their children."""

    id: str
    owner: str
    event_type: EventType
    event_mode: int
    wanted: Wanted
    expires: datetime
    terminated: bool = False


class SubscriptionStore:
    """Subscriptions by id; what ran out is forgotten when the next one comes.

    They hold from memory at once. A change that the database does not take within `QUICK` s is written by `flush`, and
    lost if the process ends before: then its client is told that there is no such subscription, and subscribes anew.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._attempts = Attempts(engine)
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._changed: dict[str, object] = {}
        with engine.connect() as connection:
            rows = connection.execute(select(_subscriptions)).all()
        self._known = {
            row.id: Subscription(
                row.id,
                row.owner,
                EventType(row.event_type),
                row.event_mode,
                _wanted(row.wanted),
                from_micros(row.expires),
                row.terminated,
            )
            for row in rows
        }

    def add(self, subscription: Subscription, now: datetime, limits: Limits) -> None:
        """Keep a new subscription; TooManySubscriptionsError when as many as `limits` allow are kept already.

        Those that were ended count too until their time is over, unless their place is needed.
        """
        with self._lock:
            self._forget(now)
            if self._trouble(subscription.owner, limits):
                self._forget(now, ended=True)
            if trouble := self._trouble(subscription.owner, limits):
                raise trouble
            self._take(subscription.id, subscription)
        self._try_to_write()
        if subscription.id in self._changed:  # after a kill the log alone would tell of it
            LOGGER.info(
                "Only memory holds this subscription until the storage takes it: to %s of the user %r until %s",
                *(subscription.event_type.name.lower(), subscription.owner, utc_text(subscription.expires)),
            )

    def _trouble(self, owner: str, limits: Limits) -> TooManySubscriptionsError | None:
        """Return why an owner gets no further subscription, None when there is room."""
        if sum(one.owner == owner for one in self._known.values()) >= limits.each:
            return TooManySubscriptionsError(limits.each, owner)
        return TooManySubscriptionsError(limits.total) if len(self._known) >= limits.total else None

    def _forget(self, now: datetime, ended: bool = False) -> None:
        """Let go of what ran out, and with `ended` also of what was unsubscribed."""
        for id_, one in list(self._known.items()):
            if one.expires <= now or (ended and one.terminated):
                self._take(id_, None)

    def _take(self, id_: str, subscription: Subscription | None) -> None:
        """Let a subscription be so from now on, or be gone, and note that the database is to hear of it."""
        if subscription is None:
            del self._known[id_]
        else:
            self._known[id_] = subscription
        self._changed[id_] = object()

    def get(self, id_: str, owner: str, now: datetime) -> Subscription | None:
        """Return a subscription of an owner that has not run out; it may be terminated."""
        found = self._known.get(id_)
        return found if found and found.owner == owner and now < found.expires else None

    def renew(self, subscription: Subscription, expires: datetime) -> None:
        """Let a subscription live until another instant."""
        self._change(replace(subscription, expires=expires))

    def terminate(self, subscription: Subscription) -> None:
        """End a subscription; its id is remembered until it would have run out."""
        self._change(replace(subscription, terminated=True))

    def _change(self, subscription: Subscription) -> None:
        with self._lock:
            self._take(subscription.id, subscription)
        self._try_to_write()

    def _try_to_write(self) -> None:
        with suppress(SQLAlchemyError):  # `flush` tells
            self._attempts.refuse_while_down()
            with within(QUICK if self._engine.dialect.name == "sqlite" else PATIENCE):
                self.flush()

    @property
    def waiting(self) -> int:
        """How many subscriptions the database has not heard of as they are."""
        return len(self._changed)

    def flush(self) -> None:
        """Write what changed; SQLAlchemyError when the database does not take it."""
        with self._writing:
            with self._lock:
                changed = dict(self._changed)
                rows = [_row(self._known[id_]) for id_ in changed if id_ in self._known]
            if not changed:
                return
            try:
                self._write(list(changed), rows)
            except NEVER_TAKEN as error:
                LOGGER.warning("The database will never take %s subscriptions: %s", len(rows), error)
            with self._lock:  # what changed once more meanwhile stays noted
                self._changed = {id_: mark for id_, mark in self._changed.items() if changed.get(id_) is not mark}

    def _write(self, changed: list[str], rows: list[dict[str, Any]]) -> None:
        with self._attempts.begin() as connection:
            connection.execute(delete(_subscriptions).where(_subscriptions.c.id.in_(changed)))
            if rows:
                connection.execute(insert(_subscriptions), rows)

    def take_up(self) -> None:
        """Go on in a database that was opened anew: it gets what is known here, and nothing else."""
        with self._lock, self._engine.connect() as connection:
            there = connection.scalars(select(_subscriptions.c.id)).all()
            self._changed |= {id_: object() for id_ in (*self._known, *there)}
        self.flush()

    def __len__(self) -> int:
        """Count what is kept."""
        return len(self._known)


def _row(subscription: Subscription) -> dict[str, Any]:
    wanted = subscription.wanted
    return {
        "id": subscription.id,
        "owner": subscription.owner,
        "event_type": int(subscription.event_type),
        "event_mode": subscription.event_mode,
        "wanted": json.dumps([wanted.ids, wanted.priority_from, wanted.priority_to, wanted.types]),
        "expires": to_micros(subscription.expires),
        "terminated": subscription.terminated,
    }


def _wanted(text: str) -> Wanted:
    ids, priority_from, priority_to, types = json.loads(text)
    return Wanted(tuple(ids), priority_from, priority_to, tuple(types))
