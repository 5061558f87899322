"""EWS requests as bytes, built once and sent often, and the few things that load tests read out of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

NAMESPACE = "http://www.schneider-electric.com/common/dataexchange/2011/05"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_BARE = ("Subscribe", "Renew", "Unsubscribe")
"""Operations whose request element has just their name."""
_FAULT = re.compile(rb"<(?:[\w.-]+:)?Fault[\s>]")
_REASON = re.compile(rb"<(?:[\w.-]+:)?Text[^>]*>([^<]*)<")
_VALUE = re.compile(
    rb"<(?:[\w.-]+:)?Id>([^<]*)</(?:[\w.-]+:)?Id>\s*"
    rb"(?:<(?:[\w.-]+:)?State>(\d+)</(?:[\w.-]+:)?State>\s*)?"
    rb"<(?:[\w.-]+:)?Value(?:/>|>([^<]*)</)"
)
_ERROR = re.compile(rb"<(?:[\w.-]+:)?ErrorResult>")
_SUCCESS = re.compile(rb"<(?:[\w.-]+:)?Success>(?:false|0)<")


_CONTAINERS = re.compile(rb"<(?:[\w.-]+:)?ContainerItems>(.*?)</(?:[\w.-]+:)?ContainerItems>", re.DOTALL)
_HISTORY_ITEMS = re.compile(rb"<(?:[\w.-]+:)?HistoryItems>(.*?)</(?:[\w.-]+:)?HistoryItems>", re.DOTALL)
_VALUE_ITEMS = re.compile(rb"<(?:[\w.-]+:)?ValueItems>(.*?)</(?:[\w.-]+:)?ValueItems>", re.DOTALL)
_ID = re.compile(rb"<(?:[\w.-]+:)?Id>([^<]*)<")


class Value(NamedTuple):
    """One value of an answer, as on the wire."""

    id: str
    state: int
    text: str


def request(operation: str, content: str = "", version: str = "1.2") -> bytes:
    """Build the envelope of an operation's request."""
    name = operation if operation in _BARE else f"{operation}Request"
    return (
        f'<s:Envelope xmlns:s="{_SOAP}"><s:Body><{name} xmlns="{NAMESPACE}" version="{version}">{content}</{name}>'
        "</s:Body></s:Envelope>"
    ).encode()


def id_list(tag: str, ids: Iterable[str]) -> str:
    """Write a list of ids."""
    return f"<{tag}>{''.join(f'<Id>{escape(id_)}</Id>' for id_ in ids)}</{tag}>"


def get_values(ids: Iterable[str], version: str = "1.2") -> bytes:
    """Build a GetValues."""
    return request("GetValues", id_list("GetValuesIds", ids), version)


def get_container_items(ids: Iterable[str], version: str = "1.2", more: str = "") -> bytes:
    """Build a GetContainerItems; no ids means the root, `more` is the reference to a further page."""
    listed = id_list("GetContainerItemsIds", ids)
    name = "GetContainerItemsParameter"
    page = f"<{name}><MoreDataRef>{escape(more)}</MoreDataRef></{name}>" if more else ""
    return request("GetContainerItems", (listed if "<Id>" in listed else "") + page, version)


def set_values(values: Mapping[str, str]) -> bytes:
    """Build a SetValues."""
    items = "".join(
        f"<ValueItem><Id>{escape(id_)}</Id><Value>{escape(value)}</Value></ValueItem>" for id_, value in values.items()
    )
    return request("SetValues", f"<SetValuesItems>{items}</SetValuesItems>")


def get_history(history: str) -> bytes:
    """Build a GetHistory of all that a log holds; the answer is its first page."""
    return request("GetHistory", f"<GetHistoryParameter><Id>{escape(history)}</Id></GetHistoryParameter>")


def get_updated_alarm_events(last_update: str) -> bytes:
    """Build a GetUpdatedAlarmEvents that asks for what happened since an earlier answer."""
    parameter = f"<LastUpdate>{escape(last_update)}</LastUpdate>"
    name = "GetUpdatedAlarmEventsParameter"
    return request("GetUpdatedAlarmEvents", f"<{name}>{parameter}</{name}>")


def subscribe(ids: Iterable[str], minutes: int = 10) -> bytes:
    """Build a Subscribe to the values of some ids, to be fetched by GetNotification."""
    delivery = "<Delivery><NotifyTo><Address/></NotifyTo></Delivery>"
    chosen = f"<Filter><EventType>0</EventType>{id_list('Ids', ids)}</Filter>"
    return request("Subscribe", f"{delivery}<Expires>PT{minutes}M</Expires>{chosen}<Mode>0</Mode>")


def by_subscription(operation: str, subscription: str, notification: str = "") -> bytes:
    """Build a GetNotification, Renew or Unsubscribe."""
    content = f"<SubscriptionId>{escape(subscription)}</SubscriptionId>"
    if notification:
        content += f"<NotificationId>{escape(notification)}</NotificationId>"
    return request(operation, content)


def values_of(body: bytes) -> list[Value]:
    """Return the values of a GetValues answer; one that has no state is taken for Good (0)."""
    return [
        Value(unescape(id_.decode()), int(state or 0), unescape(text.decode()))
        for id_, state, text in _VALUE.findall(body)
    ]


def texts_of(body: bytes, tag: str) -> list[str]:
    """Return the texts of all elements with a name."""
    found = re.findall(rb"<(?:[\w.-]+:)?%s>([^<]*)<" % tag.encode(), body)
    return [unescape(text.decode()) for text in found]


def first_text(body: bytes, tag: str) -> str:
    """Return the text of the first element with a name, empty when there is none."""
    found = texts_of(body, tag)
    return found[0] if found else ""


def trouble_in(status: int, body: bytes) -> str:
    """Say in a sentence what makes an answer a failure; empty when nothing does. A fault is one on any HTTP status."""
    if _FAULT.search(body, 0, 2000):
        reason = _REASON.search(body)
        return f"SOAP fault: {reason[1].decode() if reason else 'without a reason'}"
    if status != 200:  # noqa: PLR2004 - HTTP's own word for good
        return f"HTTP status {status}"
    if _ERROR.search(body):
        return f"ErrorResult: {first_text(body, 'Message')}"
    if _SUCCESS.search(body):
        return f"Result: {first_text(body, 'Message')}"
    return ""


def children_of(body: bytes) -> tuple[list[str], list[str]]:
    """Return the ids of the containers and of the value items that a GetContainerItems answer lists below others."""
    return _listed(_CONTAINERS, body), _listed(_VALUE_ITEMS, body)


def histories_of(body: bytes) -> list[str]:
    """Return the ids of the histories that a GetContainerItems answer lists."""
    return _listed(_HISTORY_ITEMS, body)


def _listed(kind: re.Pattern[bytes], body: bytes) -> list[str]:
    return [unescape(id_.decode()) for block in kind.findall(body) for id_ in _ID.findall(block)]


def next_page(body: bytes) -> str:
    """Return the reference to an answer's next page, empty after the last one."""
    available = first_text(body, "MoreDataAvailable").strip() in ("true", "1")
    return first_text(body, "MoreDataRef") if available else ""
