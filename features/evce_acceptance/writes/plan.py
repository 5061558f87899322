"""What a run would do to a site, before it does anything: every call, why, and what would take it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evce_acceptance.checks.matching import described
from evce_acceptance.site.approval import WriteRefusedError
from evce_acceptance.site.objects import Json, Report
from evce_acceptance.site.settings import Site
from evce_acceptance.writes.budget import Harm, HarmBudget
from evce_acceptance.writes.choosing import most_telling
from evce_acceptance.writes.restoring import AVAILABILITY, REDUCTION, VALIDITY

TOLD = 3
"""Objects that a line about several names."""
PERCENT = 10.0
"""The reduction that a lease writes, in per cent, unless told otherwise."""
SEVERAL = 3
"""Zones that are written in one request where the budget allows so many: a mix-up may spare the first and the last."""
CONTROLLER, CONNECTOR = "controller", "connector"


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call, or one kind of call, that a run would make; `restored_by` is empty for what changes nothing."""

    party: str
    operation: str
    target: str
    value: str
    validity: str
    why: str
    restored_by: str = ""


READS = (
    PlannedCall(CONTROLLER, "GET /system", "", "", "", "who answers, and its clock"),
    *(
        PlannedCall(CONTROLLER, f"GET /{name}", "all, by pages of 1000", "", "", "what the items must show")
        for name in ("zones", "stations", "connectors")
    ),
    PlannedCall(CONNECTOR, "GetWebServiceInformation", "", "", "", "who answers, and what it offers"),
    PlannedCall(CONNECTOR, "GetContainerItems", "the whole tree", "", "", "the guide's tree"),
    PlannedCall(CONNECTOR, "GetItems, GetValues", "every item", "", "", "names, types, units, values, states"),
    PlannedCall(CONNECTOR, "GetHistory", "histories", "", "", "their samples"),
    PlannedCall(CONNECTOR, "GetAlarmEvents, GetAlarmEventTypes", "", "", "", "alarms as they are now"),
    PlannedCall(
        CONNECTOR, "Subscribe, GetNotification, Unsubscribe", "some items", "", "", "notifications", "Unsubscribe"
    ),
)
"""What every run asks; it changes nothing."""


TRIALS = (
    ("11 to 12 %", "reduction and validity in the other order and each alone: what is not written stays"),
    ("a validity of 2020, text", "they are refused, and what stands beside them; nothing changes"),
    (
        "101 %, -1 %",
        "they are refused, and what stands beside them; should one be taken, the zone has it until taken back",
    ),
)
"""What is tried further on the first zone that is written to: values, and why."""
TOGETHER = "several zones in one write: each gets its own, and one that is refused stops no other"


def lease_seconds(site: Site) -> float:
    """Return the longest that a write may last, s: its validity, and the time that both ends take to show a change."""
    return site.budget.lease_seconds + slack(site)


def slack(site: Site) -> float:
    """Return the seconds that a lease may outlive its validity until the watchdog ends it."""
    return site.connector.poll_at_most + site.connector.late_seconds + site.connector.timeout


def check_zone(site: Site, zone: Json, percent: float, budget: HarmBudget, now: datetime) -> None:
    """Refuse to write to a zone what could not be restored, or would allow more power: WriteRefusedError.

    `percent` is the reduction; `now` is by the controller's clock.
    """
    name, before = described("zone", zone), zone["reduction"]
    shown_after = site.connector.poll_at_most + site.connector.late_seconds
    if site.budget.lease_seconds < shown_after:
        raise WriteRefusedError(
            f"A reduction of budget.lease_seconds = {site.budget.lease_seconds} would end before the connector shows "
            f"it, which may take {shown_after:g} s. Allow more."
        )
    if budget.taken(percent) <= 0 or not 0 <= percent <= 100:
        raise WriteRefusedError(f"A reduction of {percent:g} % takes no power away; write another one to {name}.")
    if before is None:
        if not site.told_controller.writes:
            raise WriteRefusedError(
                f"{name} has no reduction, which EWS cannot restore. Say controller.writes = true if the controller's "
                "login may delete it, or name a zone that has one."
            )
        return
    if budget.taken(percent) < budget.taken(before["value"]):
        raise WriteRefusedError(
            f"{name} has a reduction of {before['value']:g} %; one of {percent:g} % would allow it more power."
        )
    left = datetime.fromisoformat(before["validity"]) - now
    if left < timedelta(seconds=lease_seconds(site)):
        raise WriteRefusedError(
            f"The reduction of {name} ends in {left.total_seconds():.0f} s, before a lease of "
            f"{lease_seconds(site):.0f} s would: it could not be restored. Wait until it has ended."
        )


def check_connector(connector: Json, station: Json) -> None:
    """Refuse by WriteRefusedError to make a connector inoperative that somebody uses or may be about to use."""
    name = described("connector", connector)
    if connector.get("transactionId") is not None:
        raise WriteRefusedError(f"{name} has a running transaction; only an idle one is made inoperative.")
    if not connector["available"] or connector["status"] != "available":
        raise WriteRefusedError(f"{name} is {connector['status']}; only one that is available is made inoperative.")
    if not station["connected"]:
        raise WriteRefusedError(f"The station of {name} is not connected; it would not take the change.")


def plan(
    site: Site, report: Report, now: datetime, percent: float = PERCENT, lowers: bool | None = None
) -> list[PlannedCall]:
    """List every call that a run on a site would make; what is refused stands there with the reason and no operation.

    `report` is what the controller says of the site at `now` (its own clock); nothing is sent.
    """
    budget = HarmBudget(site.budget, lowers)
    return [*READS, *_zones(site, report, now, percent, budget), *_connectors(site, report, now, budget)]


def zone_harm(site: Site, report: Report, zone: Json, percent: float, budget: HarmBudget) -> Harm:
    """Estimate the harm of a lease of a zone."""
    stations = {station["id"] for station in report["stations"] if station["zoneId"] == zone["id"]}
    connectors = [connector for connector in report["connectors"] if connector["stationId"] in stations]
    return budget.of_zone(zone, connectors, percent, lease_seconds(site))


def _zones(site: Site, report: Report, now: datetime, percent: float, budget: HarmBudget) -> Iterator[PlannedCall]:
    until = validity(now, site)
    for zone in most_telling("zone", report["zones"]):
        if len(budget.zones) >= max(1, site.budget.zones):
            return
        name, before = described("zone", zone), zone["reduction"]
        try:
            check_zone(site, zone, percent, budget, now)
            harm = zone_harm(site, report, zone, percent, budget)
            budget.spend(harm, now)
        except WriteRefusedError as refusal:
            yield PlannedCall(CONNECTOR, "", name, "", "", str(refusal))
            continue
        back = f"DELETE /zones/{zone['id']}/reduction"
        if before is not None:
            back = f"SetValues {before['value']:g} % until {before['validity']}, else PUT /zones/{zone['id']}/reduction"
        why = f"a reduction reaches the controller, at most {harm.kw:.1f} kW for {harm.minutes:.1f} min"
        operation = f"SetValues {REDUCTION}, {VALIDITY}"
        yield PlannedCall(CONNECTOR, operation, name, f"{percent:g} %", until, why, back)
        if len(budget.zones) == 1:
            yield from (PlannedCall(CONNECTOR, operation, name, value, until, why, back) for value, why in TRIALS)
        elif len(budget.zones) <= SEVERAL:
            yield PlannedCall(CONNECTOR, operation, name, f"{percent + 1:g} % and more", until, TOGETHER, back)


def _connectors(site: Site, report: Report, now: datetime, budget: HarmBudget) -> Iterator[PlannedCall]:
    stations = {station["id"]: station for station in report["stations"]}
    for connector in most_telling("connector", report["connectors"]):
        if len(budget.connectors) >= max(1, site.budget.connectors):
            return
        name = described("connector", connector)
        try:
            check_connector(connector, stations[connector["stationId"]])
            budget.spend(budget.of_connector(connector, lease_seconds(site)), now)
        except WriteRefusedError as refusal:
            yield PlannedCall(CONNECTOR, "", name, "", "", str(refusal))
            continue
        back = f"SetValues True, else PUT /connectors/{connector['id']}/availability"
        why = f"it becomes inoperative for at most {lease_seconds(site):.0f} s; nobody charges there now"
        yield PlannedCall(CONNECTOR, f"SetValues {AVAILABILITY}", name, "False", "", why, back)


def validity(now: datetime, site: Site) -> str:
    """Return the instant at which a reduction ends that is written now, as both ends write it: UTC, whole seconds."""
    return f"{(now + timedelta(seconds=site.budget.lease_seconds)):%Y-%m-%dT%H:%M:%SZ}"


def told_together(calls: Sequence[PlannedCall]) -> list[PlannedCall]:
    """Tell refusals of one kind in one line, with the first three of the objects refused; all else as it is."""
    told: dict[tuple[str, str], PlannedCall] = {}
    objects: dict[tuple[str, str], list[str]] = {}
    for number, call in enumerate(calls):
        of_kind = call.why.replace(call.target, "") if call.target else call.why
        key = (of_kind, "") if not call.operation else (of_kind, str(number))
        told.setdefault(key, call)
        objects.setdefault(key, []).append(call.target)
    return [
        replace(call, target=", ".join(names[:TOLD]) + (f" and {len(names) - TOLD} more" if len(names) > TOLD else ""))
        for call, names in zip(told.values(), objects.values(), strict=True)
    ]
