"""The ledger comes first: nothing is sent that it does not know, what ended late is completed, power is given back."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from evce_connector.persistence import commands
from evce_connector.persistence.commands import Command, Stage
from evce_connector.persistence.schema import metadata
from evce_connector.site.values import State
from sqlalchemy import text

from tests.evce_connector.writes.conftest import Desk
from tests.support.joined import failing_disk

REDUCTION, VALIDITY = "Zones/2/ZoneReduction", "Zones/2/ZoneValidity"
AVAILABILITY = "Stations/1/Connectors/1/ConnectorAvailability"
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
STOPPED = "the connector stopped before it knew the answer"


def execute(desk: Desk, statement: str) -> None:
    """Do something to the database behind the connector's back."""
    with desk.service.stores.engine.begin() as connection:
        connection.execute(text(statement))


def lines(desk: Desk) -> list[Command]:
    return desk.service.stores.commands.lines()


def asked(desk: Desk, item: str, new: str) -> None:
    """Leave a line as of a connector that was killed before it knew the answer."""
    desk.service.stores.commands.intend([Command("2026-01-01T00:00:00Z", "ebo", "127.0.0.1", item, "", new, False)])


def test_what_is_sent_stands_in_the_ledger_before(desk: Desk) -> None:
    seen: list[list[Command]] = []
    keep = desk.model.set_reduction
    desk.model.set_reduction = lambda *given: (seen.append(lines(desk)), keep(*given))[1]  # type: ignore[method-assign]
    desk.write((REDUCTION, 20.0), (VALIDITY, UNTIL))
    assert [[(line.item, line.new, line.stage) for line in found] for found in seen] == [
        [(REDUCTION, "20.0", Stage.ASKED), (VALIDITY, "2027-01-01T00:00:00Z", Stage.ASKED)]
    ]
    assert [line.stage for line in lines(desk)] == [Stage.CONFIRMED] * 2


def test_nothing_is_sent_that_the_ledger_cannot_keep(desk: Desk) -> None:
    execute(desk, "DROP TABLE commands")
    (found,) = desk.write((REDUCTION, 10.0))
    assert found.message.startswith(
        "OPERATION_FAILED: nothing was sent, because the command ledger cannot be written: no such table"
    )
    assert desk.sent() == 0
    assert desk.see(REDUCTION)[0] == 0.0


def test_a_reduction_of_0_goes_through_without_a_ledger_and_enters_it_later(desk: Desk) -> None:
    desk.write((REDUCTION, 10.0))
    execute(desk, "DROP TABLE commands")
    (found,) = desk.write((REDUCTION, 0.0))
    assert (found.success, found.message) == (True, "")
    assert desk.model.zone(2)["reduction"]["value"] == 0
    metadata.create_all(desk.service.stores.engine)
    desk.service.log()
    assert [(line.new, line.stage) for line in lines(desk)] == [("0.0", Stage.CONFIRMED)]


def test_an_outcome_that_cannot_be_kept_is_told_to_the_client_and_completed_later(desk: Desk) -> None:
    with failing_disk(desk.service, "UPDATE commands"):
        assert [result.success for result in desk.write((REDUCTION, 10.0))] == [True]
        desk.service.log()
    assert "disk I/O error" in str(desk.see("Interface/LogsState")[0])
    assert [(line.stage, line.outcome) for line in lines(desk)] == [
        (Stage.ASKED, "asked for, and nobody knows yet how it ended")
    ]
    desk.service.log()
    assert [(line.stage, line.read_back) for line in lines(desk)] == [(Stage.CONFIRMED, "10.0")]


def test_a_reduction_of_0_without_a_ledger_is_in_the_log_before_it_is_sent_and_when_it_has_ended(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with failing_disk(desk.service, "INSERT INTO commands"):
        desk.write(("Zones/1/ZoneReduction", 0.0))
        before, after = (line for line in caplog.messages if line.startswith("A write that the command ledger lacks"))
    assert (
        "is sent, because it gives power back; the ledger cannot be written (disk I/O error): Command(at='2026"
        in before
    )
    assert "stage=<Stage.ASKED: 'asked'>" in before
    assert "has ended: Command(at='2026-01-01T00:00:01Z', user='ebo'" in after
    assert "stage=<Stage.CONFIRMED: 'confirmed'>" in after


def test_a_write_that_is_not_sent_is_not_told_as_one(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with failing_disk(desk.service, "INSERT INTO commands"):
        assert [result.success for result in desk.write(("Zones/1/ZoneReduction", 10.0))] == [False]
    assert "A write that the command ledger lacks" not in caplog.text


def test_what_never_could_be_written_is_in_the_log_when_the_connector_stops(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with failing_disk(desk.service, "INSERT INTO"):
        desk.write(("Zones/1/ZoneReduction", 0.0))
        desk.model.set_station(1, status="faulted")
        desk.poll()
        desk.service.stores.alarms.acknowledge("Stations/1/Alarm", desk.service.clock.now())
        desk.service.stores.system_events.add(desk.service.clock.now(), "Test", "It is noted.")
        desk.service.stop()
    assert "lacks this line: Command(at='2026-01-01T00:00:01Z', user='ebo'" in caplog.text
    assert "lack this event: AlarmEvent(sequence=" in caplog.text
    assert "state=<AlarmState.ACKNOWLEDGED: 2>" in caplog.text
    lost = caplog.messages[-1]
    assert lost.startswith("The database cannot be written (disk I/O error); what waited in memory is lost: 1 lines of")
    assert "system events" in lost


def test_a_line_that_another_process_has_completed_stays_as_it_is(desk: Desk) -> None:
    asked(desk, REDUCTION, "0.0")
    desk.restart()
    released = Command("2026-01-01T00:00:00Z", "release", "command line", REDUCTION, "", "0.0", True, "Released")
    beside = commands.CommandLedger(desk.service.stores.engine)
    beside.complete(list(beside.open_lines()), [replace(released, stage=Stage.CONFIRMED)])
    desk.model.set_reduction(2, 44.0, UNTIL)
    desk.poll()
    assert [(line.success, line.answer) for line in lines(desk)] == [(True, "Released")]


def test_what_was_seen_first_settles_a_line_however_long_the_database_fails(desk: Desk) -> None:
    asked(desk, REDUCTION, "30.0")
    desk.restart()
    desk.model.set_reduction(2, 30.0, UNTIL)
    with failing_disk(desk.service, "UPDATE commands"):
        desk.poll()
        desk.model.set_reduction(2, 55.0, UNTIL)
        desk.poll()
    desk.service.log()
    assert [(line.success, line.answer) for line in lines(desk)] == [(True, f"{STOPPED}; the controller has it")]


def test_a_line_that_vanished_before_its_end_is_added_again(desk: Desk) -> None:
    keep = desk.model.set_reduction

    def lose(*given: Any) -> dict[str, Any]:  # noqa: ANN401 - as the controller's
        execute(desk, "DELETE FROM commands")
        return keep(*given)

    desk.model.set_reduction = lose  # type: ignore[method-assign]
    desk.write((REDUCTION, 10.0))
    assert [(line.new, line.stage) for line in lines(desk)] == [("10.0", Stage.CONFIRMED)]


def test_a_newest_line_that_may_go_stays_so_that_the_next_one_is_seen(desk: Desk) -> None:
    ledger = desk.service.stores.commands
    desk.write((REDUCTION, 10.0))
    for _ in range(3):
        desk.write((REDUCTION, 120.0))
    assert ledger.last_of("ZoneReduction")[REDUCTION].new == "10.0"
    assert sum(ledger.prune(desk.clock.now() + timedelta(days=1))) == 2
    desk.write((REDUCTION, 33.0))
    assert ledger.last_of("ZoneReduction")[REDUCTION].new == "33.0"


def test_a_line_that_the_database_will_never_take_holds_up_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    execute(
        desk,
        "CREATE TRIGGER odd BEFORE INSERT ON commands WHEN NEW.user = 'odd' BEGIN SELECT RAISE(FAIL, 'never'); END",
    )
    for user in ("odd", "even"):
        line = Command("2026-01-01T00:00:00Z", user, "127.0.0.1", REDUCTION, "", "1.0", False)
        desk.service.stores.commands.wait_for((), [line])
    desk.write((REDUCTION, 10.0))
    assert [line.user for line in lines(desk)] == ["even", "ebo"]
    assert "will never take this line" in caplog.text


def test_one_setvalues_of_many_zones_waits_for_a_locked_database_once(desk: Desk) -> None:
    with closing(sqlite3.connect(str(desk.service.stores.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        results = desk.write(*((f"Zones/{zone}/ZoneReduction", 0.0) for zone in (1, 2, 3)))
        results += desk.write(*((f"Zones/{zone}/ZoneReduction", 120.0) for zone in (1, 2, 3)))
        taken = time.monotonic() - began
        other.execute("ROLLBACK")
    assert [result.success for result in results] == [True] * 3 + [False] * 3
    assert taken < 3 * commands.PATIENCE
    desk.service.log()
    assert [line.new for line in lines(desk)] == ["0.0"] * 3 + ["120.0"] * 3


def test_lines_that_wait_are_bounded_and_the_oldest_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_WAITING", 2)
    for new in ("1.0", "2.0", "3.0"):
        line = Command("2026-01-01T00:00:00Z", "ebo", "127.0.0.1", REDUCTION, "", new, False)
        desk.service.stores.commands.wait_for((), [line])
    assert [line.new for line in desk.service.stores.commands.waiting] == ["2.0", "3.0"]


@pytest.mark.parametrize(
    ("fault", "stage"), [("reset", Stage.SENT), ("conflict", Stage.ANSWERED), ("lost-reply", Stage.CONFIRMED)]
)
def test_a_line_says_how_far_a_command_came(desk: Desk, fault: str, stage: Stage) -> None:
    desk.simulator.inject(fault, method="PUT")
    desk.write((REDUCTION, 10.0))
    assert [line.stage for line in lines(desk)] == [stage]


def test_a_command_that_is_refused_was_never_sent(desk: Desk) -> None:
    desk.write((REDUCTION, 120.0))
    assert [line.stage for line in lines(desk)] == [Stage.REFUSED]


@pytest.mark.parametrize(
    ("item", "new", "success", "stage", "said"),
    [
        (REDUCTION, "30.0", True, Stage.CONFIRMED, f"{STOPPED}; the controller has it"),
        (REDUCTION, "40.0", False, Stage.SENT, f"{STOPPED}; the controller has 30.0"),
        ("Zones/3/ZoneReduction", "40.0", False, Stage.SENT, f"{STOPPED}; the controller has 0.0"),
        ("Zones/3/ZoneReduction", "0.0", True, Stage.CONFIRMED, f"{STOPPED}; the controller has it"),
        (VALIDITY, "2027-01-01T00:00:00Z", True, Stage.CONFIRMED, f"{STOPPED}; the controller has it"),
        (VALIDITY, "2028-01-01T00:00:00Z", False, Stage.SENT, f"{STOPPED}; the controller has 2027-01-01T00:00:00Z"),
        ("Zones/3/ZoneValidity", "2028-01-01T00:00:00Z", False, Stage.SENT, f"{STOPPED}; the controller has none"),
        (AVAILABILITY, "False", True, Stage.CONFIRMED, f"{STOPPED}; the controller has it"),
        (AVAILABILITY, "True", False, Stage.SENT, f"{STOPPED}; the controller has False"),
    ],
)
def test_the_first_poll_of_a_start_says_how_an_open_line_ended(
    desk: Desk, item: str, new: str, success: bool, stage: Stage, said: str
) -> None:
    desk.model.set_reduction(2, 30.0, UNTIL)
    desk.model.set_availability(1, False)
    asked(desk, item, new)
    desk.restart()
    assert [line.stage for line in lines(desk)] == [Stage.ASKED]
    desk.poll()
    assert [(line.success, line.stage, line.answer) for line in lines(desk)] == [(success, stage, said)]


def test_a_line_stays_open_while_its_zone_is_missing(desk: Desk) -> None:
    asked(desk, REDUCTION, "30.0")
    desk.restart()
    desk.model.set_reduction(2, 30.0, UNTIL)
    desk.simulator.inject("missing-objects", path="/zones*", count=2)
    desk.poll()
    assert [line.stage for line in lines(desk)] == [Stage.ASKED]


def test_a_line_stays_open_while_the_controller_does_not_say(desk: Desk) -> None:
    asked(desk, REDUCTION, "30.0")
    desk.restart()
    desk.simulator.inject("null-field", field="reduction.value", id=2, path="/zones*")
    desk.model.set_reduction(2, 30.0, UNTIL)
    desk.poll()
    assert [line.stage for line in lines(desk)] == [Stage.ASKED]
    desk.simulator.clear_faults()
    desk.poll()
    assert [line.stage for line in lines(desk)] == [Stage.CONFIRMED]


def test_a_reduction_that_was_settled_is_what_was_requested(desk: Desk) -> None:
    desk.model.set_reduction(2, 30.0, UNTIL)
    asked(desk, REDUCTION, "30.0")
    desk.restart()
    desk.poll()
    desk.poll()
    assert desk.see("Interface/Zones/2/RequestedReduction") == (30.0, State.GOOD)


def test_old_lines_go_but_the_last_of_each_item_and_what_is_open(desk: Desk) -> None:
    ledger, began = desk.service.stores.commands, desk.clock.now()
    for number in range(3):
        desk.write((REDUCTION, 10.0 + number))
        desk.write(("Zones/3/ZoneReduction", 20.0 + number))
    asked(desk, REDUCTION, "5.0")
    assert sum(ledger.prune(began)) == 0
    assert sum(ledger.prune(began + timedelta(days=1))) == 4
    assert [line.new for line in lines(desk)] == ["12.0", "22.0", "5.0"]
    assert ledger.last_of("ZoneReduction").keys() == {REDUCTION, "Zones/3/ZoneReduction"}


def test_what_another_process_adds_and_ends_is_seen(desk: Desk) -> None:
    ours = desk.service.stores.commands
    desk.write((REDUCTION, 10.0))
    beside = type(ours)(desk.service.stores.engine)
    line = Command("2026-01-01T00:00:09Z", "release", "command line", REDUCTION, "10.0", "0.0", False)
    numbers = beside.intend([line])
    assert ours.last_of("ZoneReduction")[REDUCTION].new == "10.0"
    beside.complete(numbers, [Command(*[*line.__dict__.values()][:6], success=True, stage=Stage.CONFIRMED)])
    assert ours.last_of("ZoneReduction")[REDUCTION].new == "0.0"
