"""Writes of an acceptance run: to whichever zone and connector of the site they can be leased."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial

from evce_acceptance.checks.inspection import Findings, Inspection
from evce_acceptance.checks.matching import Key, value_points
from evce_acceptance.checks.service import claimed
from evce_acceptance.guide.datapoints import datapoints
from evce_acceptance.site.approval import WriteRefusedError
from evce_acceptance.site.objects import Json
from evce_acceptance.writes.choosing import most_telling
from evce_acceptance.writes.lease import Held, Lease
from evce_acceptance.writes.plan import PERCENT, SEVERAL
from evce_acceptance.writes.restoring import AVAILABILITY, REDUCTION, VALIDITY
from evce_acceptance.writes.trials import (
    HIGHER,
    NO_TIME,
    PAST,
    Step,
    Steps,
    Value,
    ZoneStep,
    at_once,
    in_turn,
    no_values,
    one_refused,
    out_of_range,
)

Leasing = Callable[[Key, dict[str, str]], AbstractContextManager[Held]]


class Writing:
    """What an operator may write on the site, each under a lease that is over when the method returns.

    NotApplicableError when the product claims no writes, WriteRefusedError when no object of the site can be written.
    """

    def __init__(self, inspection: Inspection, lease: Lease) -> None:
        claimed(inspection, "writes")
        self.inspection, self._lease = inspection, lease

    def reduce_zone(self) -> Findings:
        """Reduce a zone by a little; finds what both ends had instead meanwhile."""
        return self._on_a_zone(())

    def switch_connector_off(self) -> Findings:
        """Make an idle connector inoperative; finds what both ends had instead meanwhile."""
        return self._first(
            "connector",
            (AVAILABILITY,),
            lambda key, ids: self._lease.connector_availability(key[1], ids),
            lambda _, path, held: differing(path, held),
        )

    def write_in_turn(self) -> Findings:
        """Write reduction and validity together and each alone; finds what was lost on the way."""
        return self._on_a_zone([PERCENT + more for more in HIGHER], in_turn)

    def write_no_values(self) -> Findings:
        """Write what is over or no value at all; finds what is not refused, or changes something all the same."""
        return self._on_a_zone([PERCENT + more for more in HIGHER], no_values)

    def write_out_of_range(self) -> Findings:
        """Write reductions that cannot be; the budget must allow a zone to be reduced by all, should one be taken."""
        return self._on_a_zone([0.0, 100.0], out_of_range)

    def write_several_zones(self) -> Findings:
        """Write to several zones in one request; finds which did not get their own, or were told another's result."""
        most = self._lease.site.budget.zones
        if most <= 1:
            raise WriteRefusedError(
                f"Several zones in one write: budget.zones allows {most}. Allow {SEVERAL} to try it."
            )
        paths, firsts = dict[int, str](), dict[int, Json]()
        with ExitStack() as leases:
            for key, path, ids in self._candidates("zone", (REDUCTION, VALIDITY)):
                if len(paths) < min(SEVERAL, most):
                    self.inspection.progress(f"writing to {path} under a lease, one of several")
                    further = [PERCENT + more for more in (*HIGHER, sum(HIGHER))]
                    with suppress(WriteRefusedError):
                        held = leases.enter_context(self._lease.zone_reduction(key[1], PERCENT, ids, further))
                        paths[key[1]], firsts[key[1]] = path, held.wanted
            if len(paths) <= 1:
                raise WriteRefusedError(
                    f"Several zones in one write need two that can be leased, and {len(paths)} was; budget.zones "
                    f"allows {most}. Allow {SEVERAL} to try it."
                )
            steps: list[Callable[[dict[int, Json]], ZoneStep]] = [at_once]
            steps += [partial(one_refused, why=why, refused=bad) for why, bad in (("over", PAST), ("no time", NO_TIME))]
            for step in steps:
                if found := self._all_taken(paths, firsts, step(firsts)):
                    return found
            return {}

    def _all_taken(self, paths: dict[int, str], holds: dict[int, Json], step: ZoneStep) -> Findings:
        """Take one step over several zones; `holds` becomes what they have then."""
        said = self._lease.write_further(step.values)
        found: Findings = {}
        for value, why in zip(step.values, said, strict=True):
            if bool(why) == (value.zone in step.wanted):
                what = f"refused the write: {why}" if why else f"takes {value.text}"
                found[f"{paths[value.zone]}/{value.name}"] = f"{what}; {step.what}"
        holds |= step.wanted
        for zone, wanted in holds.items():
            if differences := self._lease.look(zone, wanted, self._lease.parties.patience):
                found[paths[zone]] = f"{step.what}: {'; '.join(differences)}"
        return found

    def what_is_not_writeable(self) -> Findings:
        """Write what data points show already, where the guide offers no write; finds which take it."""
        found: Findings = {}
        for level in ("zone", "connector"):
            path, ids = self._not_writeable(level)
            shown = self._lease.parties.shown(ids)
            results = self._lease.parties.client.set_values({id_: shown[name] for name, id_ in ids.items()})
            names = {id_: name for name, id_ in ids.items()}
            found |= {
                f"{path}/{names[one.id]}": "takes a write, which the guide does not offer"
                for one in results
                if one.success and one.id in names
            }
        return found

    def _not_writeable(self, level: str) -> tuple[str, dict[str, str]]:
        """Return the first object of a level, with its data points that the guide does not let be written."""
        names = [point.name for point in datapoints() if point.level == level and not point.writeable]
        for _, folder in self.inspection.matched.of(level):
            points = value_points(folder)
            return folder.path, {name: points[name].id for name in names if name in points}
        raise WriteRefusedError(f"The site has no {level}, whose data points would be tried.")

    def _on_a_zone(self, further: Sequence[float], steps: Steps = lambda _: ()) -> Findings:
        """Reduce a zone by a little, take further steps under the same lease, and find what differs."""
        patience = self._lease.parties.patience
        if (needed := patience * (1 + len(further))) > (allowed := self._lease.site.budget.lease_seconds):
            raise WriteRefusedError(
                f"What is written in turn may take {needed:g} s to be shown, and budget.lease_seconds is {allowed}. "
                "Allow more."
            )
        return self._first(
            "zone",
            (REDUCTION, VALIDITY),
            lambda key, ids: self._lease.zone_reduction(key[1], PERCENT, ids, further),
            lambda key, path, held: differing(path, held) or self._taken(key[1], path, steps(held.wanted), held.wanted),
        )

    def _taken(self, zone: int, path: str, steps: Sequence[Step], first: Json) -> Findings:
        """Take steps until one goes wrong."""
        holds = first
        for step in steps:
            said = self._lease.write_further([Value(zone, name, text) for name, text in step.values])
            refused = {name: why for (name, _), why in zip(step.values, said, strict=True) if why}
            if step.wanted is None:
                if found := {
                    f"{path}/{name}": f"takes {text}: {step.what}" for name, text in step.values if name not in refused
                }:
                    return found
            elif refused:
                return {f"{path}/{name}": f"refused the write: {why}; {step.what}" for name, why in refused.items()}
            holds = step.wanted or holds
            wait = self._lease.parties.patience if step.wanted else 0.0
            if differences := self._lease.look(zone, holds, wait):
                return {path: f"{step.what}: {'; '.join(differences)}"}
        return {}

    def _first(
        self, level: str, names: tuple[str, ...], leasing: Leasing, look: Callable[[Key, str, Held], Findings]
    ) -> Findings:
        """Lease the first object of a level that can be, and look; WriteRefusedError says why none can."""
        reasons: dict[str, None] = {}
        for key, path, ids in self._candidates(level, names):
            self.inspection.progress(f"writing to {path} under a lease")
            try:
                with leasing(key, ids) as held:
                    found = look(key, path, held)
            except WriteRefusedError as refusal:
                reasons[str(refusal)] = None
            else:
                return found
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
