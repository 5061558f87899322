"""Writes of an acceptance run: to whichever zone and connector of the site they can be leased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from evce_acceptance.checks.inspection import Findings, Inspection
from evce_acceptance.checks.matching import Key, value_points
from evce_acceptance.checks.service import claimed
from evce_acceptance.site.approval import WriteRefusedError
from evce_acceptance.writes.choosing import most_telling
from evce_acceptance.writes.lease import Held, Lease
from evce_acceptance.writes.plan import PERCENT
from evce_acceptance.writes.restoring import AVAILABILITY, REDUCTION, VALIDITY

NOT_WRITEABLE = "ZoneId"

Leasing = Callable[[Key, dict[str, str]], AbstractContextManager[Held]]


class Writing:
    """What an operator may write on the site, each under a lease that is over when the method returns.

    NotApplicableError when the product claims no writes, WriteRefusedError when no object of the site can be written.
    """

    def __init__(self, inspection: Inspection, lease: Lease) -> None:
        claimed(inspection, "writes")
        self.inspection, self._lease = inspection, lease

    def reduce_zone(self) -> tuple[str, Held]:
        """Reduce a zone by a little; returns its path, and what both ends had meanwhile."""
        return self._first(
            "zone", (REDUCTION, VALIDITY), lambda key, ids: self._lease.zone_reduction(key[1], PERCENT, ids)
        )

    def switch_connector_off(self) -> tuple[str, Held]:
        """Make an idle connector inoperative; returns its path, and what both ends had meanwhile."""
        return self._first(
            "connector", (AVAILABILITY,), lambda key, ids: self._lease.connector_availability(key[1], ids)
        )

    def what_is_not_writeable(self) -> Findings:
        """Write what a data point shows already, where the guide offers no write; finds that it is taken."""
        for _, path, ids in self._candidates("zone", (NOT_WRITEABLE,)):
            shown = self._lease.parties.shown(ids)
            (result,) = self._lease.parties.client.set_values({ids[NOT_WRITEABLE]: shown[NOT_WRITEABLE]})
            said = {f"{path}/{NOT_WRITEABLE}": "takes a write, which the guide does not offer"}
            return said if result.success else {}
        raise WriteRefusedError(f"No zone has {NOT_WRITEABLE}, which would be tried.")

    def _first(self, level: str, names: tuple[str, ...], leasing: Leasing) -> tuple[str, Held]:
        """Lease the first object of a level that can be; WriteRefusedError says why none can."""
        reasons: dict[str, None] = {}
        for key, path, ids in self._candidates(level, names):
            self.inspection.progress(f"writing to {path} under a lease")
            try:
                with leasing(key, ids) as held:
                    pass  # both ends have been read back; the lease ends here and proves that it is restored
            except WriteRefusedError as refusal:
                reasons[str(refusal)] = None
            else:
                return path, held
        raise WriteRefusedError(" ".join(reasons) or f"The site has no {level} with {' and '.join(names)}.")

    def _candidates(self, level: str, names: tuple[str, ...]) -> Iterator[tuple[Key, str, dict[str, str]]]:
        """Give the objects of a level with the ids of some data points, first those that a mix-up would show at."""
        known = dict(self.inspection.matched.of(level))
        things = [thing for key, thing in self.inspection.controller_history.last.objects.items() if key[0] == level]
        keys = [(level, thing["id"]) for thing in most_telling(level, things)]
        for key, folder in ((key, known[key]) for key in keys if key in known):
            points = value_points(folder)
            if all(name in points for name in names):
                yield key, folder.path, {name: points[name].id for name in names}


def differing(path: str, held: Held) -> Findings:
    """Say what both ends had instead of what was written, and what else has changed."""
    found = {f"{path}/{name}": f"refused the write: {message}" for name, message in held.refused.items()}
    said = (*(() if found else held.differences), *held.beside)
    return found | ({path: "; ".join(said)} if said else {})
