"""Subscribe, GetNotification, Renew, Unsubscribe. A subscription that a check begins it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from evce_acceptance.ews.checking import Case, NotTestedError, WrongError, check, expect, some
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.values import ask as ask_values
from evce_acceptance.ews.messages import element, every, fields, text
from evce_acceptance.ews.speaking import NoAnswerError
from lxml import etree

NOBODYS = "evce-acceptance no such subscription"
_LIFE = "PT10M"
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def _wanted(ids: Sequence[str], kind: int = 0, mode: int = 0) -> str:
    inner = "".join(fields(Id=id_) for id_ in ids)
    named = f'<Ids eventMode="{mode}">{inner}</Ids>'
    delivery = "<Delivery><NotifyTo><Address/></NotifyTo></Delivery>"
    return delivery + fields(Expires=_LIFE) + element("Filter", fields(EventType=str(kind)), named)


def _subscribe(case: Case, ids: Sequence[str]) -> etree._Element:
    return case.server.good("Subscribe", _wanted(ids), Mode="0")


@contextmanager
def _subscription(case: Case, ids: Sequence[str]) -> Iterator[etree._Element]:
    """Subscribe, and end the subscription whatever happens."""
    answer = _subscribe(case, ids)
    try:
        yield answer
    finally:
        _end(case, text(answer, "SubscriptionId"))


def _end(case: Case, id_: str) -> None:
    """End a subscription; without an answer it runs out by itself."""
    with case.server.speaker.beyond_budget(), case.server.shown(), suppress(NoAnswerError):
        case.server.ask("Unsubscribe", fields(SubscriptionId=id_))


def _notification(case: Case, id_: str, last: str | None = None) -> tuple[list[etree._Element], str]:
    """Fetch what changed, to its last page; return the events of values, and the NotificationId."""
    events: list[etree._Element] = []
    reference = None
    for _ in range(20):
        content = fields(SubscriptionId=id_, NotificationId=last, MoreDataRef=reference)
        answer = case.server.good("GetNotification", content)
        events += answer.iterfind("{*}Events/{*}ValueChangedEvents/{*}Event")
        reference = text(answer, "MoreDataRef")
        if text(answer, "MoreDataAvailable") not in ("true", "1"):
            return events, text(answer, "NotificationId")
        expect(reference, "GetNotification says that there is more data, and gives no MoreDataRef.")
    raise WrongError("GetNotification goes on after 20 pages.")


@check("subscriptions.subscribe")
def grants_a_subscription(case: Case) -> None:
    with _subscription(case, case.site.ids("ValueItem")[:3]) as answer:
        expect(text(answer, "SubscriptionId"), "Subscribe gives no SubscriptionId.")
        granted = text(answer, "Expires")
        expect(_DURATION.fullmatch(granted), f"Subscribe grants the life {granted!r}, which is no duration.")


@check("subscriptions.results")
def answers_for_each_id(case: Case) -> None:
    good = case.site.ids("ValueItem")[0]
    with _subscription(case, [good, UNKNOWN]) as answer:
        results = {text(row, "Id"): text(row, "Success") in ("true", "1") for row in every(answer, "Result")}
        told = some(f"{id_}: {done}" for id_, done in results.items()) or "none"
        expect(
            results == {good: True, UNKNOWN: False}, f"Subscribed to {good} and an unknown id, the results are {told}."
        )


@check("subscriptions.first")
def brings_everything_first(case: Case) -> None:
    ids = case.site.ids("ValueItem")[:20]
    with _subscription(case, ids) as answer:
        before = dict(ask_values(case, ids)[0])
        events, _ = _notification(case, text(answer, "SubscriptionId"))
        with case.server.shown():
            after = dict(ask_values(case, ids)[0])
    told = {text(event, "Id"): (text(event, "State"), text(event, "Value")) for event in events}
    lost = [id_ for id_ in ids if id_ not in told]
    expect(not lost, f"The first notification leaves out {some(lost)} of {len(ids)} subscribed values.")
    strange = [id_ for id_ in told if id_ not in ids]
    expect(not strange, f"The first notification brings {some(strange)}, which nobody subscribed to.")
    for id_, shown in before.items():
        if after.get(id_) == shown:
            expect(told[id_] == shown, f"{id_} is {told[id_]} in the first notification, {shown} in GetValues.")


@check("subscriptions.later")
def brings_changes_later(case: Case) -> None:
    ids = case.site.ids("ValueItem")[:20]
    with _subscription(case, ids) as answer:
        id_ = text(answer, "SubscriptionId")
        first, last = _notification(case, id_)
        expect(last, "GetNotification gives no NotificationId.")
        later, _ = _notification(case, id_, last)
        again, _ = _notification(case, id_, last)
    strange = {text(event, "Id") for event in (*later, *again)} - set(ids)
    expect(not strange, f"A later notification brings {some(strange)}, which nobody subscribed to.")
    known = {text(event, "Id"): (text(event, "State"), text(event, "Value")) for event in first}
    same = [text(one, "Id") for one in later if known.get(text(one, "Id")) == (text(one, "State"), text(one, "Value"))]
    expect(len(same) < len(ids) or len(ids) < 3, "A later notification brings everything again, where nothing changed.")
    lost = {text(event, "Id") for event in later} - {text(event, "Id") for event in again}
    expect(not lost, f"Asked again with the same NotificationId, GetNotification leaves out {some(lost)}.")


@check("subscriptions.renew")
def renews(case: Case) -> None:
    with _subscription(case, case.site.ids("ValueItem")[:1]) as answer:
        renewed = case.server.good("Renew", fields(SubscriptionId=text(answer, "SubscriptionId"), Expires=_LIFE))
        granted = text(renewed, "Expires")
        expect(_DURATION.fullmatch(granted), f"Renew grants the life {granted!r}, which is no duration.")
        id_ = text(renewed, "SubscriptionId") or text(answer, "SubscriptionId")
        case.server.good("GetNotification", fields(SubscriptionId=id_))


@check("subscriptions.end")
def ends(case: Case) -> None:
    answer = _subscribe(case, case.site.ids("ValueItem")[:1])
    id_ = text(answer, "SubscriptionId")
    case.server.good("Unsubscribe", fields(SubscriptionId=id_))
    ended = fields(SubscriptionId=id_)
    names = ("Invalid_Subscription", "Subscription_Terminated")
    case.server.faulty("GetNotification", "of a subscription that was ended", ended, *names)


@check("subscriptions.unknown")
def refuses_an_unknown_subscription(case: Case) -> None:
    unknown = fields(SubscriptionId=NOBODYS)
    for operation in ("GetNotification", "Renew", "Unsubscribe"):
        if operation in case.site.offered:
            names = ("Invalid_Subscription", "Subscription_Terminated")
            case.server.faulty(operation, "of a subscription that nobody has", unknown, *names)


@check("subscriptions.event-type")
def refuses_an_unknown_event_type(case: Case) -> None:
    wrong = _wanted(case.site.ids("ValueItem")[:1], kind=99)
    case.server.faulty("Subscribe", "with EventType 99", wrong, "Invalid_EventType")


@check("subscriptions.event-mode")
def refuses_an_unknown_event_mode(case: Case) -> None:
    wrong = _wanted(case.site.ids("ValueItem")[:1], mode=99)
    case.server.faulty("Subscribe", "with eventMode 99", wrong, "Invalid_EventMode")


@check("subscriptions.notification-id")
def refuses_a_notification_that_is_none(case: Case) -> None:
    with _subscription(case, case.site.ids("ValueItem")[:1]) as answer:
        id_ = text(answer, "SubscriptionId")
        wrong = fields(SubscriptionId=id_, NotificationId="evce-acceptance no notification")
        case.server.faulty(
            "GetNotification", "with a NotificationId that it never gave", wrong, "Invalid_Notification_Id"
        )


@check("subscriptions.containers")
def brings_a_containers_values(case: Case) -> None:
    tree = case.site.tree
    holders = {tree.parents[id_] for id_ in tree.ids("ValueItem")}
    if not holders:
        raise NotTestedError("no container lists a value")
    holder = min(holders)
    answer = case.server.good("Subscribe", _wanted([holder], mode=1), Mode="0")
    id_ = text(answer, "SubscriptionId")
    try:
        events, _ = _notification(case, id_)
    finally:
        _end(case, id_)
    own = {one for one in tree.ids("ValueItem") if tree.parents[one] == holder}
    lost = own - {text(event, "Id") for event in events}
    expect(
        not lost,
        f"Subscribed to the container {holder} with eventMode 1, the first notification leaves out {some(lost)}.",
    )
