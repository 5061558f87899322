"""Subscribe, Renew, Unsubscribe and GetNotification (docs/ews.md, Subscriptions), by pulling only."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from evce_connector.clock import Clock, ElapsedTime
from evce_connector.ews.operations.call import Answer, Call, Handler, members
from evce_connector.ews.operations.change_feeds import Feed
from evce_connector.ews.operations.filters import is_empty, selection
from evce_connector.ews.settings import EwsSettings
from evce_connector.ews.wire.continuation import pack, unpack
from evce_connector.ews.wire.faults import EwsFault, invalid_request
from evce_connector.ews.wire.render import element, text_element
from evce_connector.persistence.subscriptions import (
    EventType,
    Limits,
    Subscription,
    SubscriptionStore,
    TooManySubscriptionsError,
    Wanted,
)

DEFAULT_EXPIRES = timedelta(minutes=30)
SHORTEST_EXPIRES = timedelta(seconds=10)
PULL = 0
EVENT_MODES = (0, 1)
_FILTERED = (EventType.ALARMS, EventType.SYSTEM)
_NEED_IDS = (EventType.VALUES, EventType.HIERARCHY)


class Subscribing:
    """Answers what changed since a NotificationId.

    The NotificationId holds the position of its feed, so that nothing is queued here and the answer to the same
    NotificationId can be had again. One from before a restart gets everything once more where positions do not survive.
    """

    def __init__(
        self,
        store: SubscriptionStore,
        feeds: Mapping[EventType, Feed],
        types: Callable[[EventType], list[str]],
        clock: Clock,
        settings: EwsSettings,
        address: Callable[[], str],
    ) -> None:
        self._store = store
        self._feeds = feeds
        self._types = types
        self._time = ElapsedTime(clock)
        self._settings = settings
        self._limits = Limits(settings.max_subscriptions, settings.max_subscriptions_per_user)
        self._address = address
        self.handlers: dict[str, Handler] = {
            "Subscribe": self._subscribe,
            "Renew": self._renew,
            "Unsubscribe": self._unsubscribe,
            "GetNotification": self._get_notification,
        }

    def _subscribe(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        if request.Mode not in (None, PULL):
            raise invalid_request("Only Mode 0 is offered: notifications are fetched by GetNotification.")
        if (filter_ := request.Filter) is None:
            raise invalid_request("The request must have a Filter with an EventType.")
        kind, mode = self._event_type(filter_.EventType), 0
        expires = self._granted(request.Expires)
        if filter_.Ids is not None:
            mode = filter_.Ids.eventMode or 0
        if mode not in EVENT_MODES:
            raise EwsFault("Invalid_EventMode", "eventMode is 0 (these ids) or 1 (containers and their children).")
        results, ids = self._look_at(kind, mode, members(filter_.Ids))
        call.items = len(results)
        now = self._time.now()
        wanted = self._wanted(kind, ids, filter_.EventFilter)
        subscription = Subscription(secrets.token_hex(16), call.user.name, kind, mode, wanted, now + expires)
        self._feeds[kind].position()  # a feed that compares begins to look now
        try:
            self._store.add(subscription, now, self._limits)
        except TooManySubscriptionsError as error:
            raise EwsFault("Operation_Failed", str(error)) from error
        return {
            "SubscriptionManager": {"Address": self._address()},
            "SubscriptionId": subscription.id,
            "Expires": expires,
            "Results": {"Result": results},
        }

    def _event_type(self, number: int | None) -> EventType:
        kind = next((kind for kind in self._feeds if kind == number), None)
        if kind is None:
            raise EwsFault("Invalid_EventType", "EventType is 0 values, 1 alarms, 2 system or 3 hierarchy.")
        return kind

    def _granted(self, asked: timedelta | None) -> timedelta:
        """Return how long a subscription lives: what was asked for, within bounds."""
        if asked is not None and asked <= timedelta():
            raise EwsFault("Invalid_Time", "Expires must be a duration above 0.")
        longest = timedelta(seconds=self._settings.max_expires)
        return min(max(asked or DEFAULT_EXPIRES, SHORTEST_EXPIRES), longest)

    def _look_at(self, kind: EventType, mode: int, asked: list[str]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        """Answer for each id whether it can be subscribed to; return also those that can."""
        if not asked and kind in _NEED_IDS:
            raise EwsFault("Missing_Id_List", "The Filter must name at least one id.")
        feed = self._feeds[kind]
        good = dict.fromkeys(id_ for id_ in asked if feed.accepts(id_, mode))
        if asked and not good:
            raise invalid_request("None of the ids can be subscribed to with this EventType and eventMode.")
        results = [{"Id": id_, "Success": id_ in good, "Message": "" if id_ in good else "INVALID_ID"} for id_ in asked]
        return results, tuple(good)

    def _wanted(self, kind: EventType, ids: tuple[str, ...], filter_: Any) -> Wanted:  # noqa: ANN401 - spyne is untyped
        if kind not in _FILTERED and not is_empty(filter_):
            raise EwsFault("Invalid_Alarmfilter", "An EventFilter goes with alarms and system events only.")
        chosen = selection(filter_, self._types(kind) if kind in _FILTERED else ())
        return Wanted(ids, chosen.priority_from, chosen.priority_to, tuple(sorted(chosen.types)))

    def _living(self, call: Call, id_: str | None) -> Subscription:
        found = self._store.get(id_ or "", call.user.name, self._time.now())
        if found is None or found.terminated:
            raise EwsFault("Invalid_Subscription", "There is no such subscription: it ran out, ended or never was.")
        return found

    def _renew(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        subscription = self._living(call, request.SubscriptionId)
        expires = self._granted(request.Expires)
        self._store.renew(subscription, self._time.now() + expires)
        return {"SubscriptionId": subscription.id, "Expires": expires}

    def _unsubscribe(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        found = self._store.get(request.SubscriptionId or "", call.user.name, self._time.now())
        if found is not None and found.terminated:
            raise EwsFault("Subscription_Terminated", "The subscription was ended before.")
        subscription = self._living(call, request.SubscriptionId)
        self._store.terminate(subscription)
        return {"SubscriptionId": subscription.id}

    def _get_notification(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        subscription = self._living(call, request.SubscriptionId)
        if (feed := self._feeds.get(subscription.event_type)) is None:
            raise EwsFault("Invalid_Subscription", "Events of this type are not offered any more.")
        if request.MoreDataRef:
            since, until, start = self._page_of(subscription, feed, request.MoreDataRef)
        else:
            until, start = feed.position(), 0
            since = self._since(subscription, feed, request.NotificationId, until)
        events = feed.changes(subscription, since, until)
        page = events[start : start + self._settings.page_size]
        call.items = len(page)
        end = start + len(page)
        more = end < len(events)
        reference = pack("more", subscription.id, feed.token, since, until, end) if more else ""
        return b"".join(
            (
                text_element("SubscriptionId", subscription.id),
                text_element("NotificationId", pack("notification", subscription.id, feed.token, until)),
                text_element("MoreDataAvailable", "true" if more else "false"),
                text_element("MoreDataRef", reference) if more else b"",
                element("Events", element(feed.tag, *page)),
            )
        )

    def _since(self, subscription: Subscription, feed: Feed, notification: str | None, until: int) -> int | None:
        """Return the position that a NotificationId stands for; None when everything is to be sent."""
        if not notification:
            return None
        fault = "Invalid_Notification_Id"
        id_, token, position = unpack("notification", notification, (str, str, int), fault)
        if token != feed.token:
            return None
        if id_ != subscription.id or position is None or not 0 <= position <= until:
            raise EwsFault(fault, "The NotificationId is none of this subscription.")
        return int(position)

    def _page_of(self, subscription: Subscription, feed: Feed, reference: str) -> tuple[int | None, int, int]:
        """Return since, until and the first event of a further page; all from the beginning after a restart."""
        id_, token, since, until, start = unpack("more", reference, (str, str, int, int, int), "InvalidRequest")
        if id_ != subscription.id or until is None or start is None or start < 0:
            raise invalid_request("The MoreDataRef is none of this subscription.")
        return (since, until, start) if token == feed.token else (None, feed.position(), 0)
