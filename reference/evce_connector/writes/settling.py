"""What was asked for when the connector was stopped in the middle: the next start sees what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from evce_connector.evce.profile import Profile
from evce_connector.persistence.commands import Command, CommandLedger, Stage
from evce_connector.site.catalogue import connector_id, zone_id
from evce_connector.site.model import Connector, Site, Zone
from evce_connector.site.values import to_wire, utc_text
from evce_connector.writes.rules import REDUCTION, SAME_TIME, SAME_VALUE, VALIDITY

STOPPED = "the connector stopped before it knew the answer"


class Settling:
    """The lines of the ledger that were open when this start began; the polls complete them.

    The profile says how far the controller may round.
    """

    def __init__(self, ledger: CommandLedger, profile: Profile) -> None:
        self._ledger, self._profile = ledger, profile
        self._open = ledger.open_lines()

    def take_up(self) -> None:
        """Go on in a database that was opened anew: what it does not hold open cannot be completed in it."""
        found = self._ledger.open_lines()
        self._open = {number: line for number, line in self._open.items() if found.get(number) == line}

    def settle(self, site: Site) -> None:
        """Complete what a good poll tells of, for the ledger's next `flush`; what it cannot tell stays open."""
        if not self._open:
            return
        zones = {zone_id(zone.id): zone for zone in site.zones.values()}
        connectors = {connector_id(*one.key): one for one in site.connectors.values()}
        for number, command in list(self._open.items()):
            folder = command.item.rpartition("/")[0]
            ended = ended_as(command, zones.get(folder) or connectors.get(folder), self._profile)
            if ended is not None:
                self._ledger.wait_for([number], [ended], only_open=True)
                del self._open[number]


def ended_as(command: Command, found: Zone | Connector | None, profile: Profile) -> Command | None:
    """Return how an open line ended, by what the controller has now; None while nobody can tell."""
    if found is None:  # gone, or only missing from this poll
        return None
    name = command.item.rpartition("/")[2]
    if isinstance(found, Connector):
        if "available" in found.missing:
            return None
        has, shown, until = to_wire(found.available) == command.new, to_wire(found.available), ""
    elif found.missing & {"reduction", "reduction.value", "reduction.validity"}:
        return None
    else:
        reduction = found.reduction
        until = utc_text(reduction.validity) if reduction else ""
        shown = until if name == VALIDITY else to_wire(reduction.value if reduction else 0.0)
        if name == VALIDITY:
            has = _same_instant(command.new, until, timedelta(seconds=profile.end_within))
        else:
            has = _same_value(command.new, shown, profile.rounding(found))
    words = "the controller has it" if has else f"the controller has {shown or 'none'}"
    return replace(
        command,
        success=has,
        stage=Stage.CONFIRMED if has else Stage.SENT,
        answer=f"{STOPPED}; {words}",
        read_back=shown,
        valid_until=until if has and name in (REDUCTION, VALIDITY) else "",
    )


def _same_value(asked: str, shown: str, rounding: float) -> bool:
    try:
        return abs(float(asked) - float(shown)) <= SAME_VALUE + (rounding if float(asked) else 0.0)
    except ValueError:  # no line of ours
        return False


def _same_instant(asked: str, shown: str, within: timedelta) -> bool:
    try:
        return abs(datetime.fromisoformat(asked) - datetime.fromisoformat(shown)) < SAME_TIME + within
    except ValueError:  # there is none, or it is no line of ours
        return False
