"""Curtailment an operator can trust: per zone, what was asked for, what the controller says, what the load does.

The words are ours (assumed):

- requested: the reduction last set through this connector and confirmed then, until its validity is over; 0 otherwise;
- confirmed: the reduction that the controller reports now, whoever set it; 0 when there is none or it is over;
- a requested or confirmed set point is the zone's maximum current less that share (A);
- effective: the set point that the controller itself reports (A, kW), which other limits may have made lower;
- the load follows when the zone's measured power is not above the effective set point, 5 % and 1 kW allowed: the
  controller reports whole kW, and vehicles regulate coarsely. Without a reduction there is nothing to follow.

When the load has not followed for `writes.follow_seconds`, the zone's alarm is raised; it clears once the load follows
or the reduction is over. While the zone is not Good nothing is known, and the alarm keeps its state.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import ACKNOWLEDGED, ACTIVE, Judgement
from evce_connector.clock import Clock
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.commands import Command, CommandLedger
from evce_connector.points.index import SiteNode
from evce_connector.points.site_items import SiteItems
from evce_connector.points.tree import AlarmItem, Change, Folder
from evce_connector.processors.storage import Storage
from evce_connector.site.model import Zone
from evce_connector.site.values import EPOCH, State, Value
from evce_connector.writes.rules import FULL, REDUCTION, holding

PRIORITY, CATEGORY = 250, "EVCE Load management"
MARGIN, MARGIN_POWER = 1.05, 1.0
"""How far a load that follows may be above the set point: a factor, and kW."""


@dataclass(frozen=True)
class Curtailment:
    """How the reduction of one zone is going; currents in A, powers in kW, reductions in per cent."""

    requested: float
    confirmed: float
    maximum: int
    set_point: int
    set_point_power: int
    measured: float
    ends_at: datetime | None
    seconds_left: float

    @property
    def follows(self) -> bool:
        """Whether the load is within the set point, as far as a reduction asks for it."""
        return not self.confirmed or self.measured <= self.set_point_power * MARGIN + MARGIN_POWER

    def values(self) -> dict[str, Value]:
        """Return the values of its data points, by their names."""
        return {
            "RequestedReduction": self.requested,
            "RequestedSetPoint": self.maximum * (FULL - self.requested) / FULL,
            "ConfirmedReduction": self.confirmed,
            "ConfirmedSetPoint": self.maximum * (FULL - self.confirmed) / FULL,
            "EffectiveSetPoint": float(self.set_point),
            "EffectiveSetPointPower": float(self.set_point_power),
            "MeasuredPower": self.measured,
            "ReductionEndsAt": self.ends_at or EPOCH,
            "ReductionMinutesLeft": ceil(self.seconds_left / 60),
            "LoadFollows": self.follows,
        }


class Curtailments:
    """Fills the zones' folders under `EVCE Interface` and moves their alarms, after each poll, write and set-up.

    What is shown comes from memory alone; the ledger and the alarms wait for the database, under no lock that `show`
    takes. Readers take none.
    """

    def __init__(
        self,
        items: SiteItems,
        book: AlarmLog,
        commands: CommandLedger,
        follow_seconds: float,
        clock: Clock,
        storage: Storage,
    ) -> None:
        self._items, self._book, self._commands, self._clock = items, book, commands, clock
        self._follow_seconds, self._storage = follow_seconds, storage
        self._following = threading.Lock()
        self._asked = False
        self._requested: dict[str, Command] = {}
        self._since: dict[int, float] = {}

    def show(self) -> None:
        """Show how each zone's reduction is going now, by what was last read of the ledger."""
        with self._items.lock:  # no age may pass between the look at it and what is shown of it
            for _, folder, found, state in self._look_at_zones():
                self._items.tree.apply(_changes(folder, found, state))

    def follow(self) -> None:
        """Show the same by the ledger as it is now, and move alarms; a database that fails is told.

        One thread at a time asks the database. Another does not wait for it: the one at work does it once more.
        """
        self.show()  # before the database is asked, which may take its time
        self._asked = True
        while self._asked and self._following.acquire(blocking=False):
            try:
                self._asked = False
                self._follow()
            finally:
                self._following.release()

    def _follow(self) -> None:
        self._storage.attempt("reductions", self._read_ledger)
        moves = [
            self._judge(key, folder, found)
            for key, folder, found, state in self._look_at_zones()
            if state is State.GOOD
        ]
        self._book.move(moves, self._clock.now())

    def _read_ledger(self) -> None:
        """Take commands that are new, and show them; `release` adds some from beside this connector."""
        found = self._commands.last_of(REDUCTION)
        is_new, self._requested = found != self._requested, found
        if is_new:
            self.show()

    def _look_at_zones(self) -> Iterator[tuple[int, Folder, Curtailment, State]]:
        """Yield each zone's id and folder, how its reduction is going now, and how sure that is."""
        index, skew = self._items.index, self._items.interface.get("ClockSkew")
        if index is None:
            return
        now = self._clock.now() + timedelta(seconds=skew if isinstance(skew, float) else 0.0)
        for key, folder in list(self._items.curtailments.items()):
            if (zone := index.zones.get(key)) is not None:  # a set-up may be making other zones at this moment
                yield key, folder, self._look(zone, now), self._state(zone)

    def _look(self, zone: SiteNode, now: datetime) -> Curtailment:
        """Gather what is known of a zone; `now` by the controller's clock."""
        model: Zone = zone.last.model if zone.last and isinstance(zone.last.model, Zone) else zone.model
        holds = holding(model, now)
        ends_at = holds.validity if holds and holds.validity > now else None
        command = self._requested.get(zone.item(REDUCTION).key)
        asked = command and command.valid_until and datetime.fromisoformat(command.valid_until) > now
        measured = zone.item("ZoneOverallActivePowerTotal").value
        return Curtailment(
            requested=float(command.new) if command and asked else 0.0,
            confirmed=holds.value if holds else 0.0,
            maximum=model.max_current,
            set_point=model.set_point_current,
            set_point_power=model.set_point_power,
            measured=measured if isinstance(measured, float) else 0.0,
            ends_at=ends_at,
            seconds_left=(ends_at - now).total_seconds() if ends_at else 0.0,
        )

    def _state(self, zone: SiteNode) -> State:
        """Say how sure we are of a zone: as of its set point and of its measured power."""
        names = ("ZoneSetPointPower(kW)", "ZoneOverallActivePowerTotal")
        return max(self._items.staleness.state(), *(zone.item(name).state for name in names))

    def _judge(self, key: int, folder: Folder, found: Curtailment) -> tuple[AlarmItem, Judgement]:
        """Say what the alarm of a zone should be."""
        (alarm,) = folder.alarms
        now = self._clock.monotonic()
        if found.follows or not self._follow_seconds:
            self._since.pop(key, None)
            return alarm, Judgement(active=False, message=f"Zone {folder.name}: the load follows")
        late = now - self._since.setdefault(key, now) >= self._follow_seconds
        raised = self._book.state(alarm.key) in (ACTIVE, ACKNOWLEDGED)
        message = f"Zone {folder.name}: the load does not follow the reduction of {found.confirmed:g} %"
        return alarm, Judgement(late or raised, PRIORITY, CATEGORY, message, Acknowledge.POSSIBLE)


def _changes(folder: Folder, found: Curtailment, state: State) -> Iterator[Change]:
    """Yield what changes in the folder of a zone; the end of a reduction that there is none of is Uncertain."""
    values = found.values()
    endless = max(state, State.UNCERTAIN) if found.ends_at is None else state
    for item in folder.values:
        name = item.point.name
        its_state = endless if name == "ReductionEndsAt" else state
        if (item.value, item.state) != (values[name], its_state):
            yield item, values[name], its_state
