"""Write leases on a real connector and a simulated controller, over HTTP."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from ebo_simulator.errors import ServerTooSlowError
from evce_acceptance.site.approval import Approval, ReadOnlyError, WriteRefusedError
from evce_acceptance.writes.budget import BudgetError
from evce_acceptance.writes.restoring import ForeignChangeError, RestoreError
from evce_acceptance.writes.signals import TerminatedError

from tests.evce_acceptance.stage import Stage, until

pytestmark = pytest.mark.once

Items = dict[str, dict[str, str]]
BEFORE = (10.0, "2149-12-16T08:27:56Z")


def test_a_zone_without_reduction_is_reduced_and_has_none_afterwards(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with lease.zone_reduction(2, 10, items["zone 2"]) as held:
            assert held.controller
            assert stage.reduction(2) == (10, held.controller["validity"])
        assert stage.reduction(2) is None
    assert held.differences == ()
    assert float(held.connector["ZoneReduction"]) == 10
    assert stage.changes() == ["PUT /zones/2/reduction", "DELETE /zones/2/reduction"]


def test_a_zone_with_a_reduction_has_value_and_validity_as_before_afterwards(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with lease.zone_reduction(1, 20, items["zone 1"]) as held:
            assert stage.reduction(1) != BEFORE
        assert lease.parties.shown(items["zone 1"])["ZoneValidity"] == BEFORE[1]
    assert (stage.reduction(1), held.differences) == (BEFORE, ())
    assert stage.changes() == ["PUT /zones/1/reduction"] * 2


def test_a_connector_is_inoperative_during_the_lease_and_operative_afterwards(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with lease.connector_availability(1, items["connector 1"]) as held:
            assert stage.controller.model.connector(1)["available"] is False
        assert stage.controller.model.connector(1)["status"] == "available"
    assert (held.controller, held.connector, held.differences) == (
        {"available": False},
        {"ConnectorAvailability": "False"},
        (),
    )


def test_the_validity_is_short_by_the_controllers_own_clock(stage: Stage, items: Items) -> None:
    stage.controller.clock.jump(3600)
    began = stage.controller.clock.now()
    with stage.lease() as lease, lease.zone_reduction(2, 10, items["zone 2"]) as held:
        now = stage.controller.clock.now()
    ends = datetime.fromisoformat(held.wanted["validity"])
    assert timedelta(seconds=29) <= ends - began
    assert ends - now <= timedelta(seconds=30)


def test_every_phase_is_recorded(stage: Stage, items: Items) -> None:
    with stage.lease() as lease, lease.zone_reduction(2, 10, items["zone 2"]) as held:
        pass
    value = f"ZoneReduction 10, ZoneValidity {held.wanted['validity']}"
    told = f"10 % until {held.wanted['validity']}"
    assert [(one.phase, one.target, one.value, one.outcome) for one in lease.entries] == [
        ("planned", "zone 2", value, "to be restored by DELETE /zones/2/reduction"),
        ("written", "zone 2", value, "accepted"),
        ("read back", "zone 2", told, "at both ends"),
        ("restored", "zone 2", "no reduction", "by DELETE /zones/2/reduction"),
        ("closed", "zone 2", "no reduction", "proven at both ends"),
    ]


@pytest.mark.parametrize("approval", [Approval(), Approval("J. Doe"), Approval("", allow_writes=True)])
def test_without_approval_nothing_is_asked_or_written(stage: Stage, items: Items, approval: Approval) -> None:
    with stage.lease(approval) as lease:
        with pytest.raises(ReadOnlyError), lease.zone_reduction(2, 10, items["zone 2"]):
            pass
        with pytest.raises(ReadOnlyError), lease.connector_availability(1, items["connector 1"]):
            pass
    assert (stage.log.exchanges, stage.journal.exists()) == ([], False)


def test_a_scenario_that_fails_gets_its_zone_restored(stage: Stage, items: Items) -> None:
    with stage.lease() as lease, pytest.raises(AssertionError), lease.zone_reduction(2, 10, items["zone 2"]):
        raise AssertionError
    assert stage.reduction(2) is None


def test_beyond_the_budget_nothing_is_written_and_what_was_not_used_is_given_back(stage: Stage, items: Items) -> None:
    stage.write_site({"kw_minutes": 5})
    with stage.lease() as lease:
        with lease.zone_reduction(2, 10, items["zone 2"]):
            pass
        assert lease.budget.kw_minutes < 2
        with pytest.raises(BudgetError, match=r"budget\.zones allows 1"), lease.zone_reduction(1, 10, items["zone 1"]):
            pass
        with pytest.raises(BudgetError, match=r"kw_minutes allows 5"), lease.zone_reduction(2, 100, items["zone 2"]):
            pass
    assert len(stage.changes()) == 2


def test_until_the_direction_of_a_reduction_is_told_nothing_is_written(stage: Stage, items: Items) -> None:
    stage.write_site({"reduction_lowers": None})
    with stage.lease() as lease:
        for kind in (
            lambda: lease.zone_reduction(2, 10, items["zone 2"]),
            lambda: lease.connector_availability(1, items["connector 1"]),
        ):
            with pytest.raises(BudgetError, match="Nobody has said yet"), kind():
                pass
        assert stage.changes() == []
        lease.budget.lowers = True
        with lease.zone_reduction(2, 10, items["zone 2"]):
            assert stage.reduction(2)


def test_what_the_controller_does_not_know_is_refused(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with pytest.raises(WriteRefusedError, match="no zone 99"), lease.zone_reduction(99, 10, items["zone 2"]):
            pass
        wanted = lease.connector_availability(99, items["connector 1"])
        with pytest.raises(WriteRefusedError, match="no connector 99"), wanted:
            pass


def test_what_is_shown_for_no_reduction_is_taken_as_it_is_after_a_poll(stage: Stage, items: Items) -> None:
    stage.controller.model.set_zone(2, reduction=stage.controller.model.zone(1)["reduction"])
    until_shown = stage.lease()
    with until_shown, until_shown.zone_reduction(2, 10, items["zone 2"]):
        stage.pause()
    stage.controller.model.clear_reduction(2)
    with (
        stage.lease() as lease,
        pytest.raises(RestoreError, match="connector shows"),
        lease.zone_reduction(2, 20, items["zone 2"]),
    ):
        assert stage.reduction(2)
    assert stage.reduction(2) is None


def test_nothing_is_written_while_both_ends_disagree(stage: Stage, items: Items) -> None:
    stage.pause()
    theirs = {"value": 5.0, "type": "percentage", "description": "", "validityMode": "absolute"}
    stage.controller.model.set_zone(1, reduction=theirs | {"validity": BEFORE[1]})
    with (
        stage.lease() as lease,
        pytest.raises(WriteRefusedError, match=r"connector shows ZoneReduction 10.* while the controller has 5 %"),
        lease.zone_reduction(1, 20, items["zone 1"]),
    ):
        pass
    assert stage.changes() == []


def test_a_connector_is_never_made_operative(stage: Stage, items: Items) -> None:
    with stage.lease() as lease, pytest.raises(WriteRefusedError, match="makes no connector operative"):
        lease.connector_availability(1, items["connector 1"], available=True).__enter__()


def test_a_write_that_the_connector_refuses_is_told_and_the_zone_is_as_before(stage: Stage, items: Items) -> None:
    stage.controller.inject("unavailable", method="PUT", calls=1)
    with stage.lease() as lease, lease.zone_reduction(2, 10, items["zone 2"]) as held:
        assert set(held.refused) == {"ZoneReduction", "ZoneValidity"}
        assert "the controller has no reduction" in held.differences[0]
    assert stage.reduction(2) is None
    assert [one.phase for one in lease.entries][-2:] == ["restored", "closed"]


def test_what_is_written_elsewhere_is_found_at_both_ends_and_taken_back(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        wrong = items["zone 2"] | {"ZoneReduction": "Zones/3/ZoneReduction", "ZoneValidity": "Zones/3/ZoneValidity"}
        with lease.zone_reduction(2, 10, wrong) as held:
            assert stage.reduction(3)
            assert held.differences == (f"the controller has no reduction, not 10 % until {held.wanted['validity']}",)
        assert stage.reduction(3) is None
    assert any("zone 3" in one.outcome for one in lease.entries)


def test_what_somebody_else_set_during_the_lease_stays(stage: Stage, items: Items) -> None:
    theirs = {"value": 40.0, "type": "percentage", "description": "", "validityMode": "absolute"}
    theirs["validity"] = "2030-01-01T00:00:00Z"
    with stage.lease() as lease:
        with (
            pytest.raises(ForeignChangeError, match="Somebody else changed zone 2 during the lease: 40 % until 2030"),
            lease.zone_reduction(2, 10, items["zone 2"]),
        ):
            stage.controller.model.set_zone(2, reduction=theirs)
        assert stage.reduction(2) == (40.0, "2030-01-01T00:00:00Z")
        with lease.connector_availability(1, items["connector 1"]):
            pass


def test_what_cannot_be_restored_blocks_further_writes_and_the_watchdog_restores_it(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with pytest.raises(RestoreError, match="Restore it by hand"), lease.zone_reduction(2, 10, items["zone 2"]):
            stage.controller.inject("unavailable", method="DELETE")
        with (
            pytest.raises(WriteRefusedError, match="earlier lease is not restored: zone 2"),
            lease.connector_availability(1, items["connector 1"]),
        ):
            pass
        stage.controller.clear_faults()
    until(lambda: lease.entries[-1].phase == "closed by the watchdog", "the watchdog closes the lease")
    assert stage.reduction(2) is None


def test_a_restoring_write_that_the_connector_fails_goes_to_the_controller(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with lease.zone_reduction(1, 20, items["zone 1"]):
            stage.controller.inject("unavailable", method="PUT", calls=1)
        assert stage.reduction(1) == BEFORE
        with lease.connector_availability(1, items["connector 1"]):
            stage.controller.inject("unavailable", method="PUT", calls=1)
        assert stage.controller.model.connector(1)["available"]
    assert [one.outcome for one in lease.entries if one.phase == "restored"] == [
        "by PUT /zones/1/reduction",
        "by PUT /connectors/1/availability",
    ]


def test_a_controller_that_may_not_be_written_to_is_restored_by_ews_alone(stage: Stage, items: Items) -> None:
    stage.write_site(writes=False)
    with stage.lease() as lease:
        with lease.zone_reduction(1, 20, items["zone 1"]):
            pass
        with (
            pytest.raises(WriteRefusedError, match="which EWS cannot restore"),
            lease.zone_reduction(2, 10, items["zone 2"]),
        ):
            pass
        with pytest.raises(RestoreError, match="SetValues"), lease.zone_reduction(1, 20, items["zone 1"]):
            stage.controller.inject("unavailable", method="PUT")
        stage.controller.clear_faults()
    until(lambda: stage.reduction(1) == BEFORE, "the watchdog restores zone 1")
    until(lambda: not lease.journal.open_leases(), "the watchdog closes the lease")


def test_a_connector_that_shows_the_old_value_for_long_is_not_proven(stage: Stage, items: Items) -> None:
    with (
        stage.lease() as lease,
        pytest.raises(RestoreError, match="not proven to be as before: the connector shows ZoneReduction"),
        lease.zone_reduction(2, 10, items["zone 2"]),
    ):
        stage.pause()
    assert stage.reduction(2) is None


def test_a_write_without_an_answer_is_watched_for_and_taken_back(stage: Stage, items: Items) -> None:
    stage.patience = 1.0
    stage.write_site()
    stage.controller.inject("slow", method="PUT", delay=1.2)  # the client of the connector waits 1 s
    with stage.lease() as lease, pytest.raises(ServerTooSlowError), lease.zone_reduction(2, 10, items["zone 2"]):
        pass
    assert stage.reduction(2) is None
    assert stage.changes() == ["PUT /zones/2/reduction", "DELETE /zones/2/reduction"]


def test_sigterm_ends_a_run_as_ctrl_c_does(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with pytest.raises(TerminatedError), lease.zone_reduction(2, 10, items["zone 2"]):
            signal.raise_signal(signal.SIGTERM)
        assert stage.reduction(2) is None
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_second_ctrl_c_does_not_interrupt_the_restoring(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        restore = lease.parties.restore

        def interrupted(*args: object) -> None:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            restore(*args)  # type: ignore[arg-type]

        lease.parties.restore = interrupted  # type: ignore[method-assign]
        with suppress(KeyboardInterrupt), lease.zone_reduction(2, 10, items["zone 2"]):
            signal.raise_signal(signal.SIGINT)
    assert stage.reduction(2) is None
    assert "by the watchdog" not in str(lease.entries)


def test_leases_work_beside_the_main_thread_too(stage: Stage, items: Items) -> None:
    seen = []

    def run() -> None:
        with stage.lease() as lease, lease.zone_reduction(2, 10, items["zone 2"]) as held:
            seen.append(held.differences)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert (seen, stage.reduction(2)) == ([()], None)
