"""Release: clears reductions on the controller, for whoever must end a curtailment without Building Operation."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import Clock
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceAnswerError, EvceError, EvceUnreachableError
from evce_connector.evce.reader import SiteReader
from evce_connector.persistence.commands import Command, Stage
from evce_connector.processors.interface_alarm import short
from evce_connector.site.catalogue import zone_id
from evce_connector.site.model import Reduction, Zone
from evce_connector.site.values import to_wire, utc_text
from evce_connector.writes.rules import REDUCTION

LOGGER = logging.getLogger("evce_connector")
_UNKNOWN = {f"reduction.{field}" for field in Reduction._fields}
"""What is missing of a zone when nobody can tell whether it has a reduction."""
USER, CLIENT = "release", "command line"
"""Who stands in the ledger."""


class Release(NamedTuple):
    """What became of the reduction of one zone, in words."""

    success: bool
    text: str


class Ledger(Protocol):
    """What of the command ledger is needed here; its methods raise SQLAlchemyError while it cannot be written."""

    def intend(self, commands: Sequence[Command]) -> list[int]:
        """Keep what is about to be sent; returns the numbers of the lines."""
        ...

    def complete(self, numbers: Sequence[int], commands: Sequence[Command]) -> None:
        """Say how lines ended."""
        ...

    def flush(self) -> None:
        """Write what waits."""
        ...


class NoLedger:
    """Stands for a ledger that is not there, and says why to who would write in it."""

    def __init__(self, why: str) -> None:
        self._why = why

    def intend(self, _: Sequence[Command]) -> list[int]:
        """Keep nothing: SQLAlchemyError."""
        raise SQLAlchemyError(self._why)

    def complete(self, _: Sequence[int], __: Sequence[Command]) -> None:
        """Keep nothing: SQLAlchemyError."""
        raise SQLAlchemyError(self._why)

    def flush(self) -> None:
        """Have nothing to write."""


def release(client: EvceClient, ledger: Ledger, clock: Clock, alone: Collection[int] = ()) -> Iterator[Release]:
    """Clear each reduction, read back, enter it in the ledger; an EvceError when the site cannot be read at all.

    With `alone` only those of the zones with these ids are cleared.
    """
    reader = SiteReader(client.profile)
    site = reader.read(client.fetch())
    for zone in site.zones.values():
        if zone.reduction is not None and not zone.missing >= _UNKNOWN and (not alone or zone.id in alone):
            yield _release(client, ledger, clock, zone, zone.reduction)
    for id_ in alone:
        if id_ not in site.zones:
            yield Release(success=False, text=f"The controller has no zone {id_}: ZoneId tells a zone's number.")
    of_zones = [f"zones/{id_}/reduction" for id_ in alone]
    for path, why in site.unreadable.items():
        if path.startswith("zones[") or (path in of_zones if alone else path.endswith("/reduction")):
            yield Release(
                success=False, text=f"{path} cannot be read ({why}): whether it has a reduction is not known."
            )


def _release(client: EvceClient, ledger: Ledger, clock: Clock, zone: Zone, reduction: Reduction) -> Release:
    cause, after = "", reduction
    line = Command(
        at=utc_text(clock.now()),
        user=USER,
        client=CLIENT,
        item=zone_id(zone.id, REDUCTION),
        old=to_wire(reduction.value),
        new=to_wire(0.0),
        success=False,
    )
    numbers, unkept = _kept_first(ledger, line)
    try:
        try:
            client.delete_reduction(zone.id)
        except (EvceUnreachableError, EvceAnswerError) as error:
            cause = str(error)  # it may have been done all the same: only reading back tells
        left = client.profile.read_zone(client.get("zones", zone.id)).reduction
        if left is None:
            cause, after = "", reduction._replace(value=0.0)
        else:
            after, cause = left, cause or "the controller still reports it"
    except (EvceError, ValueError) as error:
        cause = cause or str(error)
    stage = Stage.SENT if cause else Stage.CONFIRMED
    line = replace(line, success=not cause, answer=cause or "Released", read_back=to_wire(after.value), stage=stage)
    unkept = _completed(ledger, numbers, line) or unkept
    until = "without a known end" if "reduction.validity" in zone.missing else f"until {utc_text(reduction.validity)}"
    what = f"Zone {zone.name} ({zone.id}): reduction of {reduction.value:g} % {until}"
    end = f", but the command ledger cannot be written: {unkept}" if unkept else "."
    return Release(not cause, f"{what} is NOT released: {cause}{end}" if cause else f"{what} is released{end}")


def _kept_first(ledger: Ledger, line: Command) -> tuple[list[int], str]:
    """Keep what is about to be sent; where that cannot be, power is given back all the same, and why is told."""
    try:
        return ledger.intend([line]), ""
    except SQLAlchemyError as error:
        LOGGER.warning("The command ledger cannot be written (%s) and lacks this line: %s", short(error), line)
        return [], short(error)


def _completed(ledger: Ledger, numbers: list[int], line: Command) -> str:
    try:
        ledger.complete(numbers, [line])
    except SQLAlchemyError as error:
        LOGGER.warning("The command ledger cannot be written (%s) and lacks this line: %s", short(error), line)
        return short(error)
    return ""
