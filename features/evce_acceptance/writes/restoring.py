"""Taking a lease back: the same for the run that made it, for its watchdog, and for a later command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from ebo_simulator import EboClient, EboError
from ebo_simulator.clock import Clock
from evce_acceptance.site.approval import Approval
from evce_acceptance.site.controller import ControllerError, SiteController
from evce_acceptance.site.endpoint import ews_client
from evce_acceptance.site.objects import Json
from evce_acceptance.site.settings import Site
from evce_acceptance.site.wire import Pace, WireLog
from evce_acceptance.writes.bystanders import CONNECTOR, ZONE, Bystander, bystanders, is_over, reduction_of
from evce_acceptance.writes.journal import Intent, LeaseJournal, Open, Phase

REDUCTION, VALIDITY, AVAILABILITY = "ZoneReduction", "ZoneValidity", "ConnectorAvailability"
LOOK_AGAIN = 0.25
"""Seconds between looks at both ends, besides what the site's pace demands."""
SAME_VALUE, SAME_SECONDS = 0.005, 1.0


class RestoreError(Exception):
    """A lease could not be restored, or not be proven to be; the message says what stands where, and what to do."""


class ForeignChangeError(RestoreError):
    """Somebody else changed the target during the lease; it was left as it is."""


@dataclass
class Parties:
    """Both ends of a site, as whoever may write to them reaches them.

    `leased` are the targets of leases that hold now, by kind and the controller's id: no lease speaks for another's.
    """

    site: Site
    controller: SiteController
    client: EboClient
    clock: Clock
    leased: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, site: Site, approval: Approval, pace: Pace, log: WireLog, clock: Clock) -> Self:
        """Make clients for both ends; nothing is sent yet."""
        client = ews_client(site.connector, pace, log, clock, approval)
        return cls(site, SiteController(site.told_controller, pace, log, clock, approval), client, clock)

    def close(self) -> None:
        """Close all connections."""
        self.client.close()
        self.controller.close()

    @property
    def patience(self) -> float:
        """Seconds after which the connector shows what the controller has: a poll, and what a poll may take."""
        return self.site.connector.poll_at_most + self.site.connector.late_seconds

    def present(self, kind: str, target: int) -> Json | None:
        """Return what the controller has: a reduction or None, or whether a connector is available."""
        if kind == CONNECTOR:
            return {"available": self.controller.connector(target)["available"]}
        return reduction_of(self.controller.zone(target))

    def shown(self, items: dict[str, str]) -> dict[str, str]:
        """Return what the connector shows, by data point."""
        values = {value.id: value.value for value in self.client.get_values(list(items.values())).values}
        return {name: values.get(id_, "") for name, id_ in items.items()}

    def differences(self, intent: Intent, wanted: Json | None, shown: dict[str, str]) -> list[str]:
        """Say at which end something else stands than is wanted there."""
        found = []
        present = self.present(intent.kind, intent.target)
        if not same(present, wanted):
            found.append(f"the controller has {told(present)}, not {told(wanted)}")
        now = self.shown(intent.items)
        for name, value in shown.items():
            if not same_text(now[name], value):
                found.append(f"the connector shows {name} {now[name] or '(nothing)'}, not {value or '(nothing)'}")
        return found

    def wait_for(self, intent: Intent, wanted: Json | None, shown: dict[str, str], seconds: float) -> list[str]:
        """Look until both ends have what is wanted, or the time is over; returns what still differs then."""
        end = self.clock.monotonic() + seconds
        while (left := self.differences(intent, wanted, shown)) and self.clock.monotonic() < end:
            self.clock.wait(LOOK_AGAIN)
        return left

    def restore(self, lease: Open, journal: LeaseJournal) -> None:
        """Give the controller back what it had before a lease.

        ForeignChangeError when somebody else changed it meanwhile, RestoreError when giving back does not succeed.
        """
        intent = lease.intent
        for stray in self.strays(intent):
            self._give_back(stray, journal)
            journal.note(intent, Phase.RESTORED, told(stray.before), f"at {stray.name}, where it was written too")
        if intent.kind == ZONE:
            present = self.present(intent.kind, intent.target)
            if same(present, intent.before):
                journal.note(intent, Phase.RESTORED, told(intent.before), "nothing to do: it is as before")
                return
            if foreign(lease, present):
                raise ForeignChangeError(
                    f"Somebody else changed {intent.name} during the lease: {told(present)}. It was left as it is; "
                    f"before the lease it was {told(intent.before)}."
                )
        self._give_back(intent, journal)

    def strays(self, intent: Intent) -> list[Intent]:
        """Find other objects that have got what the target was to have, which a wrong connector gave them.

        Zones have the lease's own reduction to the second. Of a connector nothing tells who switched it off: only one
        alone, while the target was not, is taken for the lease's.
        """
        wrong = [
            replace(intent, target=one.id, before=before, items={})
            for one, before in self.changed_beside(intent)
            if one.kind == intent.kind and same(one.state, intent.wanted)
        ]
        if intent.kind == CONNECTOR and (len(wrong) > 1 or same(self.present(CONNECTOR, intent.target), intent.wanted)):
            return []
        return wrong

    def changed_beside(self, intent: Intent) -> list[tuple[Bystander, Json | None]]:
        """Find what else has changed on the controller since a lease was planned; gives each with what it had.

        Reductions that were to end meanwhile, what is new, and what is leased itself, are left out.
        """
        if not (intent.others or intent.available):
            return []
        now = self.controller.now()
        found = bystanders(self.controller.report(), intent.kind, intent.target)
        found = [one for one in found if (one.kind, one.id) not in self.leased]
        pairs = [(one, intent.beside(one.kind, one.id)) for one in found if intent.knows(one.kind, one.id)]
        return [
            (one, before)
            for one, before in pairs
            if not same(one.state, before) and not (one.state is None and is_over(before, now))
        ]

    def told_beside(self, intent: Intent) -> tuple[str, ...]:
        """Say what else has changed on the controller since a lease was planned."""
        return tuple(
            f"{one.name} has changed too: {told(one.state)} now, {told(before)} before; the connector wrote to it, or "
            "somebody else did meanwhile"
            for one, before in self.changed_beside(intent)
        )

    def _give_back(self, intent: Intent, journal: LeaseJournal) -> None:
        """Try each way until the controller has what it had."""
        troubles = []
        for way, call in self.ways(intent):
            try:
                call()
                present = self.present(intent.kind, intent.target)
            except (EboError, ControllerError) as error:
                troubles.append(f"{way}: {error}")
                continue
            if same(present, intent.before):
                journal.note(intent, Phase.RESTORED, told(intent.before), f"by {way}")
                return
            troubles.append(f"{way}: the controller has {told(present)}")
        raise RestoreError(
            f"{intent.name} could not be restored to {told(intent.before)}: {' / '.join(troubles)}. "
            "Restore it by hand at the controller."
        )

    def settle(self, lease: Open, journal: LeaseJournal) -> None:
        """Restore again what a write changes that was cut off and arrives late; not needed once it was read back."""
        end = self.clock.monotonic() + self.site.connector.timeout
        while not lease.held and self.clock.monotonic() < end:
            self.clock.wait(LOOK_AGAIN)
            if not same(self.present(lease.intent.kind, lease.intent.target), lease.intent.before):
                self.restore(lease, journal)

    def ways(self, intent: Intent) -> Iterator[tuple[str, Callable[[], object]]]:
        """Give the ways to restore a lease, the one through the connector first: it then knows of it at once."""
        before, target = intent.before, intent.target
        if before is not None and intent.items:
            yield "SetValues", lambda: self._set(intent, ews_values(before))
        if not self.site.told_controller.writes:
            return
        if intent.kind == CONNECTOR:
            yield (
                f"PUT /connectors/{target}/availability",
                lambda: self.controller.put_availability(target, available=bool(before and before["available"])),
            )
        elif before is None:
            yield f"DELETE /zones/{target}/reduction", lambda: self.controller.delete_reduction(target)
        else:
            yield (
                f"PUT /zones/{target}/reduction",
                lambda: self.controller.put_reduction(target, before["value"], before["validity"]),
            )

    def _set(self, intent: Intent, values: dict[str, str]) -> None:
        self.client.set_values({intent.items[name]: value for name, value in values.items()})


def ews_values(wanted: Json) -> dict[str, str]:
    """Write a reduction or an availability as EWS does, by data point."""
    if "available" in wanted:
        return {AVAILABILITY: str(bool(wanted["available"]))}
    return {REDUCTION: f"{wanted['value']:g}", VALIDITY: str(wanted["validity"])}


def foreign(lease: Open, present: Json | None) -> bool:
    """Whether somebody else has set a reduction since the lease was read back.

    A reduction of the lease's own value is the lease's, whatever its validity: a connector may have renewed it. What
    was never read back is the lease's too, however wrongly it was written.
    """
    if present is None or not lease.held:
        return False
    known = [lease.intent.wanted, *lease.held]
    return all(one is None or abs(one["value"] - present["value"]) > SAME_VALUE for one in known)


def same(one: Json | None, other: Json | None) -> bool:
    """Whether two readings of the controller's side mean the same."""
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(same_text(str(one[name]), str(other[name])) for name in one)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same value: as numbers, as instants, as words."""
    if one == other:
        return True
    for read, tolerance in ((float, SAME_VALUE), (_seconds, SAME_SECONDS)):
        try:
            return abs(read(one) - read(other)) < tolerance
        except ValueError:
            continue
    return one.casefold() == other.casefold()


def told(state: Json | None) -> str:
    """Say what the controller has."""
    if state is None:
        return "no reduction"
    if "available" in state:
        return "available" if state["available"] else "not available"
    return f"{state['value']:g} % until {state['validity']}"


def _seconds(text: str) -> float:
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
