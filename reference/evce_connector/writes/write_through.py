"""What an EWS client sets goes to the controller at once: reduction and validity of a zone, availability (O-4 to O-6).

Validate, call the EVCE API, read back, answer, all within 8 s (clients wait 10). On failure the result says why and
nothing changes. Nothing is sent later, nothing is replayed after a restart. What one SetValues asks of one zone or
connector is done whole or not at all. One item twice in a SetValues is written once; with two values both are refused,
because an answer "done" to the first would not be true.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import Clock, SystemClock
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceAnswerError, EvceError, EvceUnreachableError
from evce_connector.evce.one_line import one_line
from evce_connector.persistence.commands import Command, CommandLedger
from evce_connector.points.index import SiteNode
from evce_connector.points.tree import ValueItem
from evce_connector.points.write_request import WriteRequest, WriteResult, held_back
from evce_connector.processors.base import Context
from evce_connector.processors.interface_alarm import short
from evce_connector.site.model import Connector, Zone
from evce_connector.site.values import Value, utc_text
from evce_connector.writes.entry import Entry
from evce_connector.writes.heartbeat import BEAT, Heartbeat, Renewal
from evce_connector.writes.job import DONE, PATIENCE, SENDING, TIMEOUT, Job, Outcome, groups
from evce_connector.writes.rules import (
    AVAILABILITY,
    REDUCTION,
    UNREAD,
    VALIDITY,
    Refusal,
    completed,
    confirmed,
    contradiction,
    failed,
    out_of_range,
    unread_beside,
    validity_trouble,
)
from evce_connector.writes.settable import meant

Model = TypeVar("Model", Zone, Connector)


class EvceWriter:
    """Carries out what SetValues asks for; requests for one zone or station wait for each other, the last one wins.

    `network_clock` measures how long clients and controller take: real seconds, at whatever speed the site's clock
    runs.
    """

    def __init__(self, context: Context, ledger: CommandLedger, network_clock: Clock | None = None) -> None:
        self._context = context
        self._ledger = ledger
        self._options = context.configuration.writes
        self._network_clock = network_clock or SystemClock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._default = self._options.validity
        self._heartbeat = Heartbeat(self._options.heartbeat_seconds, self._default, context.clock)
        for command in ledger.lines(1):
            self._show(command)

    def write(self, requests: Sequence[WriteRequest], user: str, client: str) -> list[WriteResult]:
        """Carry out the requests of one SetValues; one result for each, in their order."""
        began = self._network_clock.monotonic()
        requests = [meant(request, self._node) for request in requests]
        results: dict[int, WriteResult] = {}
        for folder, numbers in groups(requests).items():
            asked = [requests[number] for number in numbers]
            job = Job(folder, asked, user, client, began + SENDING * PATIENCE, began + PATIENCE)
            outcome = self._carry_out(job)
            results |= {number: outcome.result_of(requests[number]) for number in numbers}
        return [results[number] for number in range(len(requests))]

    def _carry_out(self, job: Job) -> Outcome:
        """Carry out what is wanted of one zone or connector, and keep it in the ledger before anybody else's turn."""
        with self._alone(job):
            entry = Entry(job, self._ledger, self._context.clock, self._shown, self._context.figures)
            try:
                outcome = self._attempt(job, entry)
            except SQLAlchemyError as error:
                why = f"nothing was sent, because the command ledger cannot be written: {short(error)}"
                outcome = Outcome(failed(f"{why}. Only a reduction of 0 goes through without it"))
            line = entry.complete(outcome)
            if line is not None:
                self._show(line)
                self._context.items.changed()
        return outcome

    def _attempt(self, job: Job, entry: Entry) -> Outcome:
        """Check what needs no controller, then ask it."""
        if not self._options.enabled:
            return Outcome(WriteResult(success=False, message="VALUE_NOT_WRITEABLE: writes.enabled is false"))
        if trouble := contradiction(job.requests) or out_of_range(job.wanted.get(REDUCTION)):
            return Outcome.of(trouble)
        if culprit := job.requests[0].beside:
            return Outcome(held_back(culprit))
        if BEAT in job.wanted:
            return self._beat(job)
        node = self._node(job.folder)
        if node is None:
            return Outcome(failed("EvceSetupProcessor has not succeeded yet"))
        return self._ask(node, job, entry)

    def _ask(self, node: SiteNode, job: Job, entry: Entry) -> Outcome:
        """Ask the controller, if there is time left for it."""
        if self._left(job.send_until) <= 0:
            return Outcome(TIMEOUT)
        with self._context.make_client() as client:
            try:
                if AVAILABILITY in job.wanted:
                    return self._set_availability(client, node, job, entry)
                return self._set_reduction(client, node, job, entry)
            except (EvceError, ValueError) as error:
                late = self._left(job.send_until) <= 0
                return Outcome(TIMEOUT if late else failed(str(error)), str(error))

    def _node(self, folder: str) -> SiteNode | None:
        """Find the zone or connector of a folder in the tree as it is now."""
        index = self._context.items.index
        nodes = [*index.zones.values(), *index.connectors.values()] if index else []
        return next((node for node in nodes if node.folder.key == folder), None)

    def _shown(self, item: ValueItem) -> Value:
        """Return what the tree shows now in the place of an item."""
        present = self._context.items.tree.find(item.key)
        return present.value if isinstance(present, ValueItem) else item.value

    def _left(self, until: float) -> float:
        return until - self._network_clock.monotonic()

    @contextmanager
    def _alone(self, job: Job) -> Iterator[None]:
        """Wait until no other write is at work on the zone or station, as long as this one may still be sent."""
        node = self._node(job.folder)
        connector = node is not None and isinstance(node.key, tuple)
        lock = self._locks[f"station {node.key[0]}" if connector else job.folder]  # type: ignore[union-attr,index]
        taken = lock.acquire(timeout=max(0.0, self._left(job.send_until)))
        try:
            yield
        finally:
            if taken:
                lock.release()

    def _set_reduction(self, client: EvceClient, node: SiteNode, job: Job, entry: Entry) -> Outcome:
        """Set reduction and validity of a zone in one call; what is not given keeps its present value."""
        profile, number = self._context.profile, node.model.id
        with client.within(self._left(job.send_until)):
            zone = profile.read_zone(client.get("zones", number), _last(node, Zone))
            chosen = self._chosen(client, zone, job)
            if isinstance(chosen, Outcome):
                return chosen
            value, validity = chosen
            body = profile.write_reduction(value, utc_text(validity))
            cause = self._unless_lost(job, entry, lambda: client.put_reduction(number, body))
        with client.within(self._left(job.deadline)):
            after = profile.read_zone(client.get("zones", number), zone)
        self._confirm(job.folder, after)
        if not UNREAD.isdisjoint(after.missing):
            return Outcome(failed(cause or "the reduction that the controller has now cannot be read"))
        if confirmed(after.reduction, value, validity, profile.rounding(after)):
            self._heartbeat.keep(job.folder, value, validity, chosen=VALIDITY in job.wanted and not job.renews)
            return Outcome(DONE, valid_until=utc_text(validity))
        shown = f"{after.reduction.value:g} % until {utc_text(after.reduction.validity)}" if after.reduction else "none"
        return Outcome(failed(cause or f"the controller confirms another reduction: {shown}"))

    def _chosen(self, client: EvceClient, zone: Zone, job: Job) -> tuple[float, datetime] | Outcome:
        """Return reduction and validity to send, or why nothing is sent."""
        wanted, kept = job.wanted, job.renews
        if unread := unread_beside(wanted, zone):
            return Outcome(failed(unread))
        rounding = self._context.profile.rounding(zone)
        if kept and not (zone.reduction and confirmed(zone.reduction, kept.value, kept.validity, rounding)):
            self._heartbeat.forget(job.folder)
            return Outcome(DONE, "not renewed: the controller has another reduction")
        now = self._context.profile.read_system(client.system()).time or self._context.clock.now()
        longest = self._options.max_validity_hours
        if trouble := validity_trouble(wanted.get(VALIDITY), now, longest):
            return Outcome.of(trouble)
        default = min(self._default, timedelta(hours=longest)) if longest and self._default else self._default
        chosen = completed(wanted, zone, now, default)
        return Outcome.of(chosen) if isinstance(chosen, Refusal) else chosen

    def _set_availability(self, client: EvceClient, node: SiteNode, job: Job, entry: Entry) -> Outcome:
        """Make a connector operative or inoperative (OCPP ChangeAvailability)."""
        profile, available, id_ = self._context.profile, bool(job.wanted[AVAILABILITY]), _present_id(node)
        status = ""

        def put() -> None:
            nonlocal status
            answer = client.put_availability(id_, profile.write_availability(available=available))
            status = one_line(str(answer.get("status", ""))) if isinstance(answer, dict) else ""

        with client.within(self._left(job.send_until)):
            before = profile.read_connector(client.get("connectors", id_), _last(node, Connector))
            waits = node.write.waits(before)
            if waits and before.available is not available and before.transaction_id is not None:
                return Outcome(DONE, "Scheduled")  # the controller knows; it is waiting for the transaction's end
            cause = self._unless_lost(job, entry, put)
        with client.within(self._left(job.deadline)):
            after = profile.read_connector(client.get("connectors", id_), before)
        if "available" in after.missing:
            self._confirm(job.folder, after)
            return Outcome(failed(cause or "the availability that the controller has now cannot be read"), status)
        scheduled = status == "Scheduled" and after.available is not available
        unsaid = bool(cause) and waits and before.available is available  # whether it was taken back nobody can tell
        done = status != "Rejected" and after.available is available and not unsaid
        self._confirm(job.folder, after, {AVAILABILITY} if scheduled or (waits and not done) else ())
        if scheduled or done:
            return Outcome(DONE, status)
        why = "the station rejects it" if status == "Rejected" else f"the controller answers {status or 'nothing'}"
        return Outcome(failed(cause or why), status)

    def _confirm(self, folder: str, model: Zone | Connector, uncertain: Sequence[str] | set[str] = ()) -> None:
        """Show what the controller confirmed."""
        node = self._node(folder)
        if node is not None:
            self._context.items.confirm(node, model, uncertain)

    def _unless_lost(self, job: Job, entry: Entry, call: Callable[[], object]) -> str:
        """Make a call that changes something; returns why its answer was lost, if it was: only reading back tells.

        It is in the ledger before; SQLAlchemyError, and nothing is sent, when that cannot be.
        """
        entry.intend()
        if self._left(job.send_until) <= 0:
            raise EvceUnreachableError(self._context.configuration.evce.base_url, "the time for it is over")
        entry.sent = True
        try:
            call()
        except (EvceUnreachableError, EvceAnswerError) as error:
            return "TIMEOUT" if self._left(job.send_until) <= 0 else str(error)
        except EvceError:
            entry.answered = True  # it refuses
            raise
        entry.answered = True
        return ""

    def _beat(self, job: Job) -> Outcome:
        """Take a beat of the client's heart, and renew the reductions that live by it."""
        context = self._context
        context.items.interface.set(**{BEAT: job.wanted[BEAT]})
        troubles = []
        for renewal in self._heartbeat.beat():
            result = self._renew(renewal, job)
            if not result.success:
                troubles.append(f"{renewal.present.folder}: {result.message}")
        return Outcome(failed(f"not renewed: {', '.join(troubles)}") if troubles else DONE)

    def _renew(self, renewal: Renewal, job: Job) -> WriteResult:
        """Write a reduction once more with a new validity, unless it is no longer there."""
        folder = renewal.present.folder
        node = self._node(folder)
        if node is None:
            self._heartbeat.forget(folder)
            return DONE
        request = WriteRequest(node.item(VALIDITY), renewal.validity)
        renewing = Job(folder, [request], job.user, job.client, job.send_until, job.deadline, renewal.present)
        return self._carry_out(renewing).result

    def _show(self, command: Command) -> None:
        """Show the last line of the ledger in the tree."""
        self._context.items.interface.set(
            LastWrite=datetime.fromisoformat(command.at),
            LastWriteBy=command.user,
            LastWriteItem=command.item,
            LastWriteResult=command.outcome,
        )


def _last(node: SiteNode, kind: type[Model]) -> Model:
    """Return an object as it was seen last: what cannot be read now keeps that."""
    seen = node.last.model if node.last else None
    last: Model = seen if isinstance(seen, kind) else node.model
    return last


def _present_id(node: SiteNode) -> int:
    """Return the controller's id of a connector as the last poll saw it: a replaced one may have got another."""
    seen = node.last.model if node.last else None
    return seen.id if isinstance(seen, Connector) else int(node.model.id)
