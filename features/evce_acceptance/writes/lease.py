"""The write lease: a change to a real site that is short, within budget, and taken back whatever happens.

    with Lease(site, path, approval, journal_path, Parties.of(site, approval, pace, log, clock)) as lease:
        with lease.zone_reduction(2, 10, {"ZoneReduction": id_, "ZoneValidity": other_id}) as held:
            assert not held.differences

Plan, write, read back at both ends, let the scenario look, restore, prove restored at both ends. A watchdog process,
started before the first write, does the last two when the run dies or a lease outlives its time.
"""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from evce_acceptance.results.run import LeaseEntry
from evce_acceptance.site.approval import Approval, ReadOnlyError, WriteRefusedError
from evce_acceptance.site.objects import Json, Report
from evce_acceptance.site.settings import Site
from evce_acceptance.writes.budget import Harm, HarmBudget
from evce_acceptance.writes.bystanders import CONNECTOR, ZONE, bystanders, reduction_of
from evce_acceptance.writes.journal import Intent, LeaseJournal, Open, Phase
from evce_acceptance.writes.plan import check_connector, check_zone, lease_seconds, validity, zone_harm
from evce_acceptance.writes.restoring import (
    AVAILABILITY,
    LOOK_AGAIN,
    REDUCTION,
    VALIDITY,
    ForeignChangeError,
    Parties,
    RestoreError,
    ews_values,
    same_text,
    told,
)
from evce_acceptance.writes.signals import end, undisturbed
from evce_acceptance.writes.trials import Value
from evce_acceptance.writes.watchdog import Watchdog


@dataclass(frozen=True, slots=True)
class Held:
    """What both ends had while a lease held.

    `refused` are the connector's messages for what it did not accept, by data point; `differences` say at which end
    something else stood than was written, until both had the time of a poll; `beside` what else has changed at the
    controller, to which nobody wrote.
    """

    wanted: Json
    controller: Json | None
    connector: dict[str, str]
    refused: dict[str, str]
    differences: tuple[str, ...]
    beside: tuple[str, ...] = ()


class Lease:
    """All writes of one run; a context manager, for one thread.

    WriteRefusedError, before anything is sent, for what is not approved, not within the budget, or could not be
    restored; RestoreError when a site could not be proven to be as before. `budget.lowers` may be set once a
    technician has told the direction of a reduction.
    """

    def __init__(self, site: Site, path: Path, approval: Approval, journal: Path, parties: Parties) -> None:
        self.site, self.approval, self.parties = site, approval, parties
        self.budget = HarmBudget(site.budget)
        self.journal = LeaseJournal(journal, parties.clock)
        self._watchdog = Watchdog(journal, path)
        self._open: dict[int, Open] = {}
        self._signals: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._signals[signal.SIGTERM] = signal.signal(signal.SIGTERM, end)
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.release()
        for number, handler in self._signals.items():
            signal.signal(number, handler)
        self._signals.clear()
        self.parties.close()

    @property
    def entries(self) -> list[LeaseEntry]:
        """What was planned, written, read back, restored and proven, by the run and by its watchdog."""
        return self.journal.entries()

    @contextmanager
    def zone_reduction(
        self, zone: int, percent: float, items: dict[str, str], further: Sequence[float] = ()
    ) -> Iterator[Held]:
        """Reduce a zone (%) by EWS; `items` are the EWS ids of ZoneReduction and ZoneValidity by these names.

        `further` are reductions (%) that the zone may come to have by later writes, for the budget: the worst counts.
        ReadOnlyError when nobody approved of writes, WriteRefusedError when the zone cannot be leased.
        """
        self._must_be_approved()
        report, now = self.parties.controller.report(), self.parties.controller.now()
        found = next((one for one in report["zones"] if one["id"] == zone), None)
        if found is None:
            raise WriteRefusedError(f"The controller has no zone {zone}.")
        check_zone(self.site, found, percent, self.budget, now)
        wanted = {"value": percent, "validity": validity(now, self.site)}
        ids = {name: items[name] for name in (REDUCTION, VALIDITY)}
        intent = _with_others(self._intent(ZONE, zone, ids, wanted, reduction_of(found)), report)
        harms = [zone_harm(self.site, report, found, one, self.budget) for one in (percent, *further)]
        with self._held(intent, wanted, max(harms, key=lambda harm: harm.kw)) as held:
            yield held

    def write_further(self, values: Sequence[Value]) -> list[str]:
        """Write to zones that are leased, in one request and in this order.

        Returns for each value why the connector refused it, "" where it took it. KeyError for a zone without a lease.
        """
        for value in values:
            intent = self._open[value.zone].intent
            held = {"value": _percent(value, intent), "validity": intent.values[VALIDITY]}
            self.journal.plan_further(intent, held, f"{value.name} {value.text}")
            self._open[value.zone].held.append(held)
        ids = [self._open[value.zone].intent.items[value.name] for value in values]
        texts = [value.text for value in values]
        results = self.parties.client.set_values(dict(zip(ids, texts, strict=True)))
        said = {one.id: "" if one.success else one.message or "no reason" for one in results}
        return [said.get(id_, "it was not answered") for id_ in ids]

    def look(self, zone: int, wanted: Json, seconds: float) -> tuple[str, ...]:
        """Look at both ends of a leased zone until they have what is wanted, or s are over; returns what differs."""
        lease = self._open[zone]
        differences = self.parties.wait_for(lease.intent, wanted, ews_values(wanted), seconds)
        present = self.parties.present(ZONE, zone)  # whatever the connector made of it, it is the lease's
        lease.held.append(present)
        self.journal.read_back(lease.intent, present, told(present), _joined(*differences) or "at both ends")
        return tuple(differences)

    @contextmanager
    def connector_availability(
        self, connector: int, items: dict[str, str], *, available: bool = False
    ) -> Iterator[Held]:
        """Make an idle connector inoperative by EWS; `items` is the EWS id of ConnectorAvailability by this name.

        `available` is there for symmetry and must be False: a connector that is inoperative is so for a reason.
        ReadOnlyError when nobody approved of writes, WriteRefusedError when the connector cannot be leased.
        """
        self._must_be_approved()
        if available:
            raise WriteRefusedError("A lease makes no connector operative: somebody made it inoperative for a reason.")
        report = self.parties.controller.report()
        found = next((one for one in report["connectors"] if one["id"] == connector), None)
        if found is None:
            raise WriteRefusedError(f"The controller has no connector {connector}.")
        check_connector(found, next(one for one in report["stations"] if one["id"] == found["stationId"]))
        wanted, before = {"available": False}, {"available": True}
        draft = self._intent(CONNECTOR, connector, {AVAILABILITY: items[AVAILABILITY]}, wanted, before)
        intent = _with_others(draft, report)
        with self._held(intent, wanted, self.budget.of_connector(found, intent.seconds)) as held:
            yield held

    def _must_be_approved(self) -> None:
        if not self.approval.given:
            raise ReadOnlyError("Nobody approved of writes. Allow them with --allow-writes --approved-by NAME.")
        ours = {one.intent.lease for one in self._open.values()}
        if left := [one for one in self.journal.open_leases() if one.intent.lease not in ours]:
            names = ", ".join(one.intent.name for one in left)
            raise WriteRefusedError(
                f"An earlier lease is not restored: {names}. Restore it first: "
                f"evce-acceptance restore {self.journal.path} SITE"
            )

    def _intent(self, kind: str, target: int, items: dict[str, str], wanted: Json, before: Json | None) -> Intent:
        """Put down what will be written and what stands there now."""
        draft = Intent(
            lease=secrets.token_hex(4),
            kind=kind,
            target=target,
            items=items,
            values=ews_values(wanted),
            shown=self._agreed(items, before),
            wanted=wanted,
            before=before,
            restoring=(),
            seconds=lease_seconds(self.site),
        )
        return draft.restored_by(tuple(way for way, _ in self.parties.ways(draft)))

    def _agreed(self, items: dict[str, str], before: Json | None) -> dict[str, str]:
        """Return what the connector shows once it is what the controller has: only then can it be proven restored.

        What stands for no reduction nobody specified; it is 0, or whatever is shown after the time of a poll.
        """
        parties, expected = self.parties, {REDUCTION: "0"} if before is None else ews_values(before)
        end = parties.clock.monotonic() + parties.patience
        while True:
            shown = parties.shown(items)
            if all(same_text(shown[name], value) for name, value in expected.items()):
                return shown
            if parties.clock.monotonic() >= end:
                break
            parties.clock.wait(LOOK_AGAIN)
        if before is None:
            return shown
        told_of = ", ".join(f"{name} {value or '(nothing)'}" for name, value in shown.items())
        raise WriteRefusedError(
            f"The connector shows {told_of} while the controller has {told(before)}. "
            "Nothing is written until they agree."
        )

    @contextmanager
    def _held(self, intent: Intent, wanted: Json, harm: Harm) -> Iterator[Held]:
        """Write, read back, let the caller look, and restore in any case."""
        self._watchdog.guard()
        clock, lease = self.parties.clock, Open(intent)
        self.budget.spend(harm, clock.now())
        began = clock.monotonic()
        place = intent.kind, intent.target
        try:
            self.journal.plan(intent)
            self.parties.leased.add(place)
            if intent.kind == ZONE:
                self._open[intent.target] = lease
            yield self._write(lease, wanted)
        finally:
            try:
                with undisturbed():
                    self._restore(lease)
            finally:
                self._open.pop(intent.target, None) if intent.kind == ZONE else None
                self.parties.leased.discard(place)
            self.budget.give_back(harm, (clock.monotonic() - began) / 60)

    def _write(self, lease: Open, wanted: Json) -> Held:
        """Write by EWS, and look at both ends until they show it or a poll has passed."""
        intent, parties = lease.intent, self.parties
        results = parties.client.set_values({intent.items[name]: value for name, value in intent.values.items()})
        names = {id_: name for name, id_ in intent.items.items()}
        refused = {names.get(one.id, one.id): one.message for one in results if not one.success}
        outcome = "; ".join(f"{name} refused: {message}" for name, message in refused.items()) or "accepted"
        self.journal.note(intent, Phase.WRITTEN, intent.text, outcome)
        differences = parties.wait_for(intent, wanted, intent.values, 0.0 if refused else parties.patience)
        held = Held(
            wanted,
            parties.present(intent.kind, intent.target),
            parties.shown(intent.items),
            refused,
            tuple(differences),
            parties.told_beside(intent),
        )
        lease.held.append(held.controller)
        self.journal.read_back(
            intent, held.controller, told(held.controller), _joined(*differences, *held.beside) or "at both ends"
        )
        return held

    def _restore(self, lease: Open) -> None:
        """Restore and prove it; what cannot be restored now stays open, for the watchdog."""
        intent, parties = lease.intent, self.parties
        try:
            parties.restore(lease, self.journal)
            parties.settle(lease, self.journal)
            left = parties.wait_for(intent, intent.before, intent.shown, parties.patience)
            left += parties.told_beside(intent)
        except ForeignChangeError as change:
            self.journal.note(intent, Phase.CLOSED, intent.text, str(change))
            raise
        except Exception as error:
            self.journal.note(intent, Phase.FAILED, told(intent.before), str(error))
            raise
        self.journal.note(intent, Phase.CLOSED, told(intent.before), _joined(*left) or "proven at both ends")
        if left:
            raise RestoreError(f"{intent.name} is not proven to be as before: {_joined(*left)}.")


def _with_others(intent: Intent, report: Report) -> Intent:
    """Keep in an intent what everything else has, which the lease must not change."""
    beside = bystanders(report, intent.kind, intent.target)
    return replace(
        intent,
        others={str(one.id): one.state for one in beside if one.kind == ZONE},
        available={str(one.id): bool(one.state and one.state["available"]) for one in beside if one.kind == CONNECTOR},
    )


def _percent(value: Value, intent: Intent) -> float:
    """Return the reduction (%) that a zone may have after a write: of what is no number, the one that it has."""
    try:
        return min(100.0, max(0.0, float(value.text if value.name == REDUCTION else intent.values[REDUCTION])))
    except ValueError:
        return float(intent.values[REDUCTION])


def _joined(*sentences: str) -> str:
    return "; ".join(sentences)
