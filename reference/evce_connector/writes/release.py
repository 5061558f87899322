"""Release: clears reductions on the controller, whoever set them, where Building Operation cannot end a curtailment."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class Held(NamedTuple):
    """A zone with the reduction that it has now."""

    zone: Zone
    reduction: Reduction

    @property
    def until(self) -> str:
        """Say until when it holds, empty where nobody knows."""
        return "" if "reduction.validity" in self.zone.missing else utc_text(self.reduction.validity)

    @property
    def text(self) -> str:
        """Say which zone has which reduction, until when."""
        end = f"until {self.until}" if self.until else "without a known end"
        return f"Zone {self.zone.name} ({self.zone.id}): reduction of {self.reduction.value:g} % {end}"


class Reductions(NamedTuple):
    """The reductions that zones have, a sentence for each zone that cannot be read, and the ids of all zones."""

    held: list[Held]
    unreadable: list[str]
    zones: list[int]


class Ledger(Protocol):
    """What of the command ledger is needed here; its methods raise SQLAlchemyError while it cannot be used."""

    def last_of(self, name: str) -> Mapping[str, Command]:
        """Return the last successful command of each item of a name, by its id."""
        ...

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

    def last_of(self, _: str) -> Mapping[str, Command]:
        """Know nothing: SQLAlchemyError."""
        raise SQLAlchemyError(self._why)

    def intend(self, _: Sequence[Command]) -> list[int]:
        """Keep nothing: SQLAlchemyError."""
        raise SQLAlchemyError(self._why)

    def complete(self, _: Sequence[int], __: Sequence[Command]) -> None:
        """Keep nothing: SQLAlchemyError."""
        raise SQLAlchemyError(self._why)

    def flush(self) -> None:
        """Have nothing to write."""


def reductions(client: EvceClient) -> Reductions:
    """Read which zones have a reduction now; an EvceError when the site cannot be read at all."""
    site = SiteReader(client.profile).read(client.fetch())
    held = [
        Held(zone, zone.reduction)
        for zone in site.zones.values()
        if zone.reduction is not None and not zone.missing >= _UNKNOWN
    ]
    unreadable = [
        f"{path} cannot be read ({why}): whether it has a reduction is not known."
        for path, why in site.unreadable.items()
        if path.startswith("zones[") or path.endswith("/reduction")
    ]
    return Reductions(held, unreadable, list(site.zones))


def who_set(ledger: Ledger, held: Iterable[Held]) -> list[str]:
    """Say who set each of these reductions: the ledger's last write, if the zone has that value still."""
    try:
        last_of = ledger.last_of(REDUCTION)
    except SQLAlchemyError:
        return ["unknown: the command ledger cannot be read" for _ in held]
    return [_who(last_of.get(zone_id(one.zone.id, REDUCTION)), one.reduction) for one in held]


def _who(last: Command | None, reduction: Reduction) -> str:
    if last is None or last.read_back != to_wire(reduction.value):
        return "unknown: not through this connector"
    return f"{last.user}@{last.client} at {last.at}"


def release(client: EvceClient, ledger: Ledger, clock: Clock, found: Reductions) -> Iterator[Release]:
    """Clear each of these reductions, read back, enter it in the ledger; what could not be read is not released."""
    for one in found.held:
        yield _release(client, ledger, clock, one)
    for sentence in found.unreadable:
        yield Release(success=False, text=sentence)


def _release(client: EvceClient, ledger: Ledger, clock: Clock, held: Held) -> Release:
    zone, reduction = held.zone, held.reduction
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
    end = f", but the command ledger cannot be written: {unkept}" if unkept else "."
    return Release(
        not cause, f"{held.text} is NOT released: {cause}{end}" if cause else f"{held.text} is released{end}"
    )


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
