"""What an EWS client sets goes to the controller at once: reduction and validity of a zone, availability (O-4 to O-6).

Validate, call the EVCE API, read back, answer, all within 8 s (clients wait 10). On failure the result says why and
nothing changes. Nothing is sent later, nothing is replayed after a restart.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from evce_connector.config import Writes
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceError, EvceUnreachableError
from evce_connector.ews.writer import WriteRequest, WriteResult
from evce_connector.model import Connector, Zone
from evce_connector.processors.base import Context
from evce_connector.store.commands import Command, CommandLedger
from evce_connector.store.layout import Branch
from evce_connector.values import Value, to_wire, utc_text

PATIENCE = 8.0
"""Seconds for everything that one SetValues asks for."""
REDUCTION, VALIDITY, AVAILABILITY = "ZoneReduction", "ZoneValidity", "ConnectorAvailability"
TIMEOUT = WriteResult(success=False, message="OPERATION_FAILED: TIMEOUT")


def refused(why: str) -> WriteResult:
    """Say that a value cannot be."""
    return WriteResult(success=False, message=f"INVALID_VALUE: {why}")


def failed(why: str) -> WriteResult:
    """Say that the controller did not do it."""
    return WriteResult(success=False, message=f"OPERATION_FAILED: {why}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one group of requests ended: the result for each, and what the ledger should know."""

    result: WriteResult
    answer: str = ""
    valid_until: str = ""


class EvceWriter:
    """Carries out what SetValues asks for; requests for one zone or station wait for each other, the last one wins."""

    def __init__(self, context: Context, ledger: CommandLedger) -> None:
        self._context = context
        self._ledger = ledger
        self._options: Writes = context.configuration.writes
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._scheduled: dict[str, bool] = {}

    def write(self, requests: Sequence[WriteRequest], user: str, client: str) -> list[WriteResult]:
        """Carry out the requests of one SetValues; one result for each, in their order."""
        deadline = self._context.clock.monotonic() + PATIENCE
        old = [to_wire(request.item.value) for request in requests]
        outcomes: dict[int, Outcome] = {}
        for folder, numbers in _groups(requests).items():
            wanted = {requests[number].item.name: requests[number].value for number in numbers}
            outcome = self._carry_out(folder, wanted, deadline)
            outcomes |= dict.fromkeys(numbers, outcome)
        self._enter(requests, old, outcomes, user, client)
        return [outcomes[number].result for number in range(len(requests))]

    def _carry_out(self, folder: str, wanted: dict[str, Value], deadline: float) -> Outcome:
        """Carry out what is wanted of one zone or connector."""
        if not self._options.enabled:
            return Outcome(WriteResult(success=False, message="VALUE_NOT_WRITEABLE: writes.enabled is false"))
        branch = self._branch(folder)
        if branch is None:
            return Outcome(failed("EvceSetupProcessor has not succeeded yet"))
        with self._alone(_lock_name(branch), deadline) as remaining:
            if remaining <= 0:
                return Outcome(TIMEOUT)
            with self._context.make_client() as client, client.within(remaining):
                try:
                    if AVAILABILITY in wanted:
                        return self._set_availability(client, branch, available=bool(wanted[AVAILABILITY]))
                    return self._set_reduction(client, branch, wanted)
                except (EvceError, ValueError) as error:
                    late = self._context.clock.monotonic() >= deadline
                    return Outcome(TIMEOUT if late else failed(str(error)), str(error))

    def _branch(self, folder: str) -> Branch | None:
        layout = self._context.items.layout
        if layout is None:
            return None
        branches = [*layout.zones.values(), *layout.connectors.values()]
        return next((branch for branch in branches if branch.folder.id == folder), None)

    @contextmanager
    def _alone(self, name: str, deadline: float) -> Iterator[float]:
        """Hold the lock of a zone or station; yields the seconds that are left, none when others took them all."""
        clock = self._context.clock
        lock = self._locks[name]
        if not lock.acquire(timeout=max(0.0, deadline - clock.monotonic())):
            yield 0.0
            return
        try:
            yield deadline - clock.monotonic()
        finally:
            lock.release()

    def _set_reduction(self, client: EvceClient, branch: Branch, wanted: dict[str, Value]) -> Outcome:
        """Set reduction and validity of a zone in one call; what is not given keeps its present value."""
        profile = self._context.profile
        zone = profile.read_zone(client.get("zones", branch.model.id))
        now = profile.read_system(client.system()).time or self._context.clock.now()
        value, validity = _completed(wanted, zone, now, timedelta(hours=self._options.default_validity_hours))
        if trouble := self._trouble(wanted, now):
            return Outcome(trouble)
        body = profile.write_reduction(value, utc_text(validity))
        cause = _unless_lost(lambda: client.put_reduction(zone.id, body))
        after: Zone = profile.read_zone(client.get("zones", zone.id))
        self._context.items.confirm(branch, after)
        done = after.reduction is not None and (after.reduction.value, after.reduction.validity) == (value, validity)
        if done:
            return Outcome(WriteResult(success=True), valid_until=utc_text(validity))
        shown = f"{after.reduction.value:g} % until {utc_text(after.reduction.validity)}" if after.reduction else "none"
        return Outcome(failed(cause or f"the controller confirms another reduction: {shown}"))

    def _trouble(self, wanted: dict[str, Value], now: datetime) -> WriteResult | None:
        """Say what is wrong with the values themselves, by the controller's clock."""
        value, validity = wanted.get(REDUCTION), wanted.get(VALIDITY)
        if isinstance(value, float) and not 0 <= value <= 100:  # noqa: PLR2004 - per cent
            return refused(f"a reduction is 0 to 100 %, not {value:g}")
        if isinstance(validity, datetime):
            if validity <= now:
                return refused(f"the validity must lie after {utc_text(now)}, the controller's time")
            longest = self._options.max_validity_hours
            if longest and validity > now + timedelta(hours=longest):
                return refused(f"the validity may lie at most {longest:g} h ahead (writes.max_validity_hours)")
        return None

    def _set_availability(self, client: EvceClient, branch: Branch, *, available: bool) -> Outcome:
        """Make a connector operative or inoperative (OCPP ChangeAvailability)."""
        context, id_ = self._context, branch.model.id
        folder = branch.folder.id
        present: Connector = context.profile.read_connector(client.get("connectors", id_))
        if self._scheduled.get(folder) is available and present.available is not available:
            return Outcome(WriteResult(success=True), "Scheduled")  # the controller knows; it is waiting for its moment
        self._scheduled.pop(folder, None)
        status = ""

        def put() -> None:
            nonlocal status
            answer = client.put_availability(id_, context.profile.write_availability(available=available))
            status = str(answer.get("status", "")) if isinstance(answer, dict) else ""

        cause = _unless_lost(put)
        after: Connector = context.profile.read_connector(client.get("connectors", id_))
        scheduled = status == "Scheduled" and after.available is not available
        context.items.confirm(branch, after, {AVAILABILITY} if scheduled else ())
        if scheduled:
            self._scheduled[folder] = available
            return Outcome(WriteResult(success=True), status)
        if status != "Rejected" and after.available is available:
            return Outcome(WriteResult(success=True), status)
        why = "the station rejects it" if status == "Rejected" else f"the controller answers {status or 'nothing'}"
        return Outcome(failed(cause or why), status)

    def _enter(
        self, requests: Sequence[WriteRequest], old: list[str], outcomes: dict[int, Outcome], user: str, client: str
    ) -> None:
        """Keep one line for each request, and show the last one in the tree."""
        at = self._context.clock.now()
        commands = [
            Command(
                at=utc_text(at),
                user=user,
                client=client,
                item=request.item.id,
                old=old[number],
                new=to_wire(request.value),
                success=outcomes[number].result.success,
                answer=outcomes[number].answer or outcomes[number].result.message,
                read_back=to_wire(request.item.value),
                valid_until=outcomes[number].valid_until,
            )
            for number, request in enumerate(requests)
        ]
        self._ledger.add(commands)
        for command in commands[-1:]:
            result = command.answer or "done"
            self._context.items.tell(
                LastWrite=at, LastWriteBy=command.user, LastWriteItem=command.item, LastWriteResult=result
            )


def _groups(requests: Sequence[WriteRequest]) -> dict[str, list[int]]:
    """Put together the requests that belong to one zone or connector, by its folder."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, request in enumerate(requests):
        groups[request.item.id.rpartition("/")[0]].append(number)
    return groups


def _lock_name(branch: Branch) -> str:
    """Name what a write locks: its zone, or the connector's station."""
    return branch.folder.id if isinstance(branch.key, int) else f"station {branch.model.station_id}"


def _completed(wanted: dict[str, Value], zone: Zone, now: datetime, default: timedelta) -> tuple[float, datetime]:
    """Return reduction and validity to send: what is wanted, else what holds now, else 0 and the default."""
    holds = zone.reduction if zone.reduction and zone.reduction.validity > now else None
    value = wanted.get(REDUCTION, holds.value if holds else 0.0)
    validity = wanted.get(VALIDITY, holds.validity if holds else now + default)
    if not isinstance(value, float) or not isinstance(validity, datetime):
        raise TypeError(f"a reduction is a Double and a DateTime, not {value!r} and {validity!r}")
    return value, validity.replace(microsecond=0)  # the controller need not keep fractions, and would seem to disagree


def _unless_lost(call: Callable[[], object]) -> str:
    """Make a call that changes something; returns why its answer was lost, if it was: then only reading back tells."""
    try:
        call()
    except EvceUnreachableError as error:
        return str(error)
    return ""
