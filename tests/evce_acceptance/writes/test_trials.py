"""Further writes under a lease, on a real connector and a simulated controller, over HTTP."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
from evce_acceptance.site.approval import Approval
from evce_acceptance.site.objects import Json
from evce_acceptance.writes.budget import BudgetError
from evce_acceptance.writes.journal import LeaseJournal
from evce_acceptance.writes.lease import Lease
from evce_acceptance.writes.restoring import REDUCTION, VALIDITY
from evce_acceptance.writes.trials import (
    NO_TIME,
    PAST,
    Steps,
    Value,
    at_once,
    in_turn,
    no_values,
    one_refused,
    out_of_range,
)
from evce_acceptance.writes.watchdog import Guardian

from tests.evce_acceptance.stage import Stage

pytestmark = pytest.mark.once

Items = dict[str, dict[str, str]]
FIRST = {"value": 10.0, "validity": "2030-06-01T12:00:30Z"}
ZONES = (2, 3)


def reduced(lease: Lease, leases: ExitStack) -> dict[int, Json]:
    """Lease two zones; gives what was written to each."""
    return {
        zone: leases.enter_context(
            lease.zone_reduction(zone, 10, {name: f"Zones/{zone}/{name}" for name in (REDUCTION, VALIDITY)}, [14])
        ).wanted
        for zone in ZONES
    }


@pytest.mark.parametrize("steps", [in_turn, no_values, out_of_range])
def test_no_step_allows_more_power_than_the_lease_does(steps: Steps) -> None:
    for wanted in [step.wanted for step in steps(FIRST) if step.wanted]:
        assert wanted["value"] >= FIRST["value"]
        assert wanted["validity"] < FIRST["validity"]


@pytest.mark.parametrize("steps", [no_values, out_of_range])
def test_what_must_be_refused_stands_alone_and_on_either_side_of_what_is_good(steps: Steps) -> None:
    found = steps(FIRST)
    for alone, *beside in (found[first : first + 3] for first in range(0, len(found), 3)):
        (bad,) = alone.values
        assert [step.values.index(bad) for step in beside] == [0, 1]
        assert len({name for step in beside for name, _ in step.values}) == 2


def test_a_further_write_says_what_was_refused_and_is_taken_back_with_the_lease(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with lease.zone_reduction(2, 10, items["zone 2"], [11]) as held:
            higher = held.wanted | {"value": 11.0}
            assert lease.write_further([Value(2, REDUCTION, "11")]) == [""]
            assert lease.look(2, higher, 0) == ()
            (why,) = lease.write_further([Value(2, VALIDITY, PAST)])
            assert "the validity must lie after" in why
            assert lease.look(2, higher, 0) == ()
        assert stage.reduction(2) is None


def test_what_a_wrong_connector_made_of_a_further_write_is_taken_back(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with lease.zone_reduction(2, 10, items["zone 2"], [11]) as held:
            lease.write_further([Value(2, REDUCTION, "11")])
            stage.controller.model.set_reduction(2, 0.0, stage.controller.clock.now() + timedelta(seconds=20))
            assert lease.look(2, held.wanted | {"value": 11.0}, 0) != ()
        assert stage.reduction(2) is None


def test_what_further_writes_may_make_of_a_zone_is_counted_beforehand(stage: Stage, items: Items) -> None:
    stage.write_site({"kw_minutes": 10.0})
    with stage.lease() as lease:
        too_much = lease.zone_reduction(2, 10, items["zone 2"], [100])
        with pytest.raises(BudgetError, match="kw_minutes allows 10"), too_much:
            pass
        with lease.zone_reduction(2, 10, items["zone 2"]):
            assert stage.reduction(2)


def test_of_several_zones_in_one_write_each_gets_its_own_and_is_taken_back(stage: Stage) -> None:
    stage.write_site({"zones": 3})
    with stage.lease() as lease:
        with ExitStack() as leases:
            wanted = reduced(lease, leases)
            for step in (at_once(wanted), one_refused(wanted, "over", PAST), one_refused(wanted, "no time", NO_TIME)):
                said = dict(zip(step.values, lease.write_further(step.values), strict=True))
                assert {value.zone for value, why in said.items() if not why} == set(step.wanted)
                wanted |= step.wanted
                assert [lease.look(zone, wanted[zone], 0) for zone in ZONES] == [(), ()]
        assert [stage.reduction(zone) for zone in ZONES] == [None, None]
    assert not any("written too" in entry.outcome or "changed" in entry.outcome for entry in lease.entries)


def test_the_watchdog_takes_several_zones_back_whatever_was_written_further(stage: Stage) -> None:
    stage.write_site({"zones": 3})
    with stage.lease() as lease, ExitStack() as leases:
        step = at_once(reduced(lease, leases))
        lease.write_further(step.values)
        watched = stage.parties(Approval("the watchdog", allow_writes=True))
        journal = LeaseJournal(stage.journal, stage.clock)
        assert Guardian(watched, journal).restore_all(give_up=0)
        watched.close()
        assert [stage.reduction(zone) for zone in ZONES] == [None, None]
    assert not any("Somebody else" in entry.outcome for entry in journal.entries())
