"""What a connector says as an EWS server: both versions, subscriptions, logins."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from ebo_simulator import Kind
from ebo_simulator.display import ALARM_STATES
from ebo_simulator.errors import EwsFault, LoginRefusedError
from evce_acceptance.checks.inspection import Findings, Inspection
from evce_acceptance.results.verdicts import NotApplicableError

SOME = 50
"""Items that a check of the protocol asks for."""
OPERATIONS_1_1 = {
    "GetWebServiceInformation",
    "GetContainerItems",
    "GetItems",
    "GetValues",
    "SetValues",
    "GetHistory",
    "GetAlarmEvents",
    "GetUpdatedAlarmEvents",
    "AcknowledgeAlarmEvents",
    "GetAlarmEventTypes",
}
PRIORITIES = range(1001)
"""Those of EWS."""
CLOCKS_APART = timedelta(minutes=5)
"""What the clocks of this computer and of the connector may differ by."""
NOBODY = "acceptance-nobody"
"""A user that no server knows: a wrong password of a real one might lock it out."""


def claimed(inspection: Inspection, claim: str) -> None:
    """Go on only if the product claims it; NotApplicableError when it does not."""
    if not getattr(inspection.claims, claim):
        raise NotApplicableError(f"The site's file says claims.{claim} = false.")


def some_ids(inspection: Inspection) -> dict[str, str]:
    """Return some items of the tree, spread over it: path by id."""
    cells = inspection.checkout.cells
    step = max(1, len(cells) // SOME)
    return {cell.point.id: cell.point.path for cell in itertools.islice(cells, 0, None, step)}


def parts_of_1_2(inspection: Inspection) -> Findings:
    """Ask in version 1.1, and find whatever came only with 1.2."""
    claimed(inspection, "ews_1_1")
    with inspection.connect(version="1.1") as client:
        information = client.get_web_service_information()
        found = {
            operation: "is offered to a client of EWS 1.1, which does not know it"
            for operation in information.operations
            if operation not in OPERATIONS_1_1
        }
        if information.profiles:
            found["GetWebServiceInformation"] = "lists profiles, which EWS 1.1 does not know"
        if information.version != "1.1":
            found["version"] = f"a request in version 1.1 is answered in version {information.version}"
        paths = some_ids(inspection)
        for item in client.get_items(list(paths)).values:
            if item.enum_id or item.forceable is not None:
                found[paths[item.id]] = "carries EnumId or Forceable in an answer in version 1.1"
    return found


def forgotten_by_subscription(inspection: Inspection) -> Findings:
    """Subscribe to some values: the first notification must bring each, and ending it must end it."""
    claimed(inspection, "subscriptions")
    paths, client = some_ids(inspection), inspection.client
    granted = client.subscribe(list(paths))
    try:
        notified = {value.id for value in client.get_notification(granted.id).values}
        refused = {result.id for result in granted.results if not result.success}
    finally:
        client.unsubscribe(granted.id)
    found = {
        paths[id_]: "is not in the first notification of its subscription" for id_ in paths.keys() - notified - refused
    }
    found |= {paths[id_]: "is refused by Subscribe" for id_ in paths.keys() & refused}
    try:
        client.get_notification(granted.id)
    except EwsFault:
        return found
    return found | {"Unsubscribe": "the subscription goes on after it was ended"}


def odd_alarms(inspection: Inspection) -> Findings:
    """Find alarm events of a type, a state, a priority or a time that there is not."""
    claimed(inspection, "alarms")
    inspection.matched  # noqa: B018 - the tree, by which alarms have their paths
    paths = {point.id: point.path for point in inspection.workstation.tree.root.all_points()}
    types, latest = inspection.client.get_alarm_event_types(), moment_there(inspection) + CLOCKS_APART
    found: Findings = {}
    for event in inspection.workstation.alarm_events():
        path = paths.get(event.id) or paths.get(event.source_id) or event.id
        if event.type not in types:
            found[path] = f"is of the type {event.type!r}, which GetAlarmEventTypes does not list"
        elif event.state not in ALARM_STATES or event.priority not in PRIORITIES:
            found[path] = f"has the state {event.state} and the priority {event.priority}, which EWS does not know"
        elif max(filter(None, (event.occurrence, event.transition)), default=latest) > latest:
            found[path] = f"changed at {event.transition:%Y-%m-%d %H:%M} UTC, which is still to come"
    return found


def moment_there(inspection: Inspection) -> datetime:
    """Return the time of day at the connector as far as it tells: this computer's, or a newer stamp of its own."""
    now = inspection.clock.now()
    if inspection.connector.version != "1.2" or not inspection.claims.subscriptions:
        return now
    points = itertools.islice(inspection.workstation.tree.root.all_points(Kind.VALUE), SOME)
    try:
        granted = inspection.client.subscribe([point.id for point in points])
        try:
            values = inspection.client.get_notification(granted.id).values
        finally:
            inspection.client.unsubscribe(granted.id)
    except EwsFault:
        return now
    return max([now, *(value.timestamp for value in values if value.timestamp)])


def admitted_without_login(inspection: Inspection) -> Findings:
    """Try a user that nobody made; finds that it gets in."""
    try:
        with inspection.connect(user=NOBODY) as client:
            client.get_web_service_information()
    except LoginRefusedError:
        return {}
    return {"login": f"the user {NOBODY!r} with any password is let in"}
