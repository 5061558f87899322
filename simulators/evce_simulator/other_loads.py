"""What else draws in DYNAMIC zones of a living site: a random load that changes every quarter of an hour."""

from __future__ import annotations

from evce_simulator.agenda import OTHER_LOAD, Agenda
from evce_simulator.draws import Draws
from evce_simulator.loads import LoadManagement
from evce_simulator.records import Zone
from evce_simulator.units import MINUTE

_EVERY = 15 * MINUTE
_MOST = 30  # per cent of the zone's maximum
_STREAM = 1


class OtherLoads:
    """By zone: its stream of draws, and when its other load changes next (ms of the site)."""

    def __init__(self, agenda: Agenda, loads: LoadManagement, seed: int) -> None:
        self.draws: dict[int, Draws] = {}
        self.due: dict[int, int] = {}
        self._agenda = agenda
        self._loads = loads
        self._seed = seed

    def add(self, zone: Zone) -> None:
        """Begin with nothing else drawing in a zone."""
        self.restore(zone.id, 0, Draws(self._seed, _STREAM, zone.id).state, self._agenda.now + _EVERY)

    def restore(self, zone: int, load: int, state: int, due: int) -> None:
        """Go on as saved: with a load (A), a stream of draws in its state, and the next change."""
        self.draws[zone] = Draws(0)
        self.draws[zone].state = state
        self._loads.other_load[zone] = load
        self._plan(zone, due)

    def change(self, number: int) -> None:
        """Let the load of a zone change if the zone is still there and that is due now."""
        zone = self._loads.site.zones.get(number)
        if zone is not None and self.due.get(number) == self._agenda.now:
            self._loads.other_load[number] = self.draws[number].between(0, zone.max_current * _MOST // 100)
            self._plan(number, self._agenda.now + _EVERY)
            self._loads.refresh(zone)

    def _plan(self, zone: int, due: int) -> None:
        self.due[zone] = due
        self._agenda.plan_zone(OTHER_LOAD, zone, due)
