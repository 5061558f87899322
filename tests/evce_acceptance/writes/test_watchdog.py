"""Runs that die or hang while they hold a lease: the site is as before all the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from ebo_simulator.clock import ManualClock, SystemClock
from evce_acceptance.site.approval import Approval, WriteRefusedError
from evce_acceptance.writes.journal import WATCHDOG, LeaseJournal, Phase
from evce_acceptance.writes.restoring import RestoreError
from evce_acceptance.writes.watchdog import READY, Guardian, Watchdog, restore, watch

from tests.evce_acceptance.stage import ZONE_2, Stage, until
from tests.support.at_length import shortened
from tests.support.joined import EWS_PASSWORD, PASSWORD

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("KILLS", "5"))
SLOW = 0.2
"""Seconds that the controller takes for a change."""
SPREAD = 1.6
"""Seconds over which the kills are spread: about as long as a lease takes."""
NO_FILE = "No such file or directory. Name the site's file with --site."
BEFORE = ((10.0, "2149-12-16T08:27:56Z"), None, True)
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals between processes")


@pytest.fixture
def leasing(stage: Stage) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start runs that lease without end."""
    started: list[subprocess.Popen[str]] = []

    def start(hold: float = 0.1, first: int = 0) -> subprocess.Popen[str]:
        stage.write_site({"kw_minutes": 1e9, "zones": 2})
        command = [
            sys.executable,
            "-m",
            "tests.evce_acceptance.writes.leasing_run",
            str(stage.path),
            str(stage.journal),
            str(hold),
        ]
        command.append(str(first))
        process = subprocess.Popen(  # noqa: S603 - our own module
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def at_the_end_of_the_pipe() -> Iterator[None]:
    """Put the end of a pipe that nobody writes to any more in place of the standard input."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    before, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    yield
    os.dup2(before, 0)
    os.close(before)
    os.close(nothing)
    for number, handler in handlers.items():
        signal.signal(number, handler)


def said(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout
    while (line := process.stdout.readline()) and line.strip() != word:
        pass
    assert line, f"the run ended before it said {word!r}"


def state(stage: Stage) -> tuple[object, ...]:
    return stage.reduction(1), stage.reduction(2), stage.controller.model.connector(1)["available"]


def lines(stage: Stage) -> list[dict[str, object]]:
    return [json.loads(line) for line in stage.journal.read_text("utf-8").splitlines()]


def is_over(stage: Stage) -> bool:
    return not LeaseJournal(stage.journal, stage.clock).open_leases()


@pytest.mark.parametrize("number", shortened(range(KILLS)))
def test_a_run_that_is_killed_leaves_the_site_as_it_was(
    stage: Stage, leasing: Callable[..., subprocess.Popen[str]], number: int
) -> None:
    for method in ("PUT", "DELETE"):  # so that some kills fall between a request and its answer
        stage.controller.inject("slow", method=method, delay=SLOW)
    process = leasing(first=number % 3)
    said(process, "leasing")
    stage.clock.wait(SPREAD * (number + random.Random(number).random()) / KILLS)  # noqa: S311 - no secret
    process.kill()
    process.wait()
    at = (lines(stage)[-1]["target"], lines(stage)[-1]["phase"])
    sys.stdout.write(f"killed after {at}\n")
    until(lambda: is_over(stage), f"leases closed after a kill at {at}")
    assert state(stage) == BEFORE, at


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_restore_without_the_watchdogs_help(
    stage: Stage, leasing: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = leasing(hold=60)
    said(process, "held")
    assert state(stage) != BEFORE
    process.send_signal(number)
    process.wait(30)
    assert state(stage) == BEFORE
    assert is_over(stage)
    assert {line["by"] for line in lines(stage)} == {"run"}


def test_a_site_that_cannot_be_restored_heals_when_the_short_validity_ends(
    stage: Stage,
) -> None:
    with stage.lease() as lease, lease.zone_reduction(2, 10, ZONE_2) as held:
        assert held.controller
        stage.controller.inject("unavailable", method="DELETE")
        stage.controller.clock.step(stage.site.budget.lease_seconds)
        until(lambda: stage.reduction(2) is None, "the validity ends")
    assert is_over(stage)
    assert stage.changes() == ["PUT /zones/2/reduction"]


def orphan(stage: Stage) -> None:
    """Leave a lease behind as a dead run would: planned, written, not closed."""
    lease = stage.lease()
    with pytest.raises(KeyboardInterrupt), lease.zone_reduction(2, 10, ZONE_2):
        raise KeyboardInterrupt
    lease.__exit__()
    text = stage.journal.read_text("utf-8").splitlines(keepends=True)
    stage.journal.write_text("".join(line for line in text if json.loads(line)["phase"] == Phase.PLANNED), "utf-8")
    intent = LeaseJournal(stage.journal, stage.clock).open_leases()[0].intent
    assert intent.wanted
    stage.controller.model.set_zone(2, reduction=stage_reduction(intent.wanted))


def stage_reduction(wanted: dict[str, object]) -> dict[str, object]:
    return wanted | {"type": "percentage", "description": "", "validityMode": "absolute"}


def guardian(stage: Stage, clock: ManualClock | SystemClock) -> tuple[Guardian, LeaseJournal]:
    parties = stage.parties(Approval("test", allow_writes=True))
    parties.clock = clock
    journal = LeaseJournal(stage.journal, clock, WATCHDOG)
    return Guardian(parties, journal), journal


def test_a_lease_that_outlives_its_time_is_restored_though_the_run_lives(stage: Stage) -> None:
    orphan(stage)
    clock = ManualClock(stage.clock.now())
    watch, journal = guardian(stage, clock)
    watch.look()
    clock.advance(30)
    watch.look()
    assert stage.reduction(2) is not None
    clock.advance(30)
    watch.look()
    assert stage.reduction(2) is None
    assert [one.phase for one in journal.entries()][1:] == ["expired by the watchdog", "restored by the watchdog"]
    assert journal.open_leases(), "the run may still write: it stays open until the run ends"


def test_what_cannot_be_restored_is_tried_again_and_told_once(stage: Stage) -> None:
    orphan(stage)
    stage.controller.inject("unavailable", method="DELETE", calls=3)
    watch, journal = guardian(stage, ManualClock(stage.clock.now()))
    assert watch.restore_all()
    phases = [one.phase for one in journal.entries()]
    assert phases.count("not restored by the watchdog") == 1
    assert phases[-1] == "closed by the watchdog"
    assert stage.reduction(2) is None


def test_a_watchdog_gives_up_some_day(stage: Stage) -> None:
    orphan(stage)
    stage.controller.inject("unavailable")
    watch, _ = guardian(stage, ManualClock(stage.clock.now()))
    assert not watch.restore_all(give_up=10)


def test_a_controller_is_restored_though_the_connector_died_with_the_run(stage: Stage) -> None:
    orphan(stage)
    stage.service.ews.stop()
    watch, journal = guardian(stage, SystemClock())
    assert watch.restore_all(give_up=0)
    assert stage.reduction(2) is None
    assert "proven at the controller; No answer from" in journal.entries()[-1].outcome


def test_what_somebody_else_set_meanwhile_is_left_alone(stage: Stage) -> None:
    orphan(stage)
    watch, journal = guardian(stage, SystemClock())
    lease = journal.open_leases()[0]
    journal.read_back(lease.intent, lease.intent.wanted, "", "")
    stage.controller.model.set_zone(2, reduction=stage_reduction({"value": 40.0, "validity": "2030-01-01T00:00:00Z"}))
    assert watch.restore_all(give_up=0)
    assert stage.reduction(2) == (40.0, "2030-01-01T00:00:00Z")
    assert journal.entries()[-1].outcome.startswith("Somebody else changed zone 2")


def test_a_write_that_arrives_late_is_taken_back_too(stage: Stage) -> None:
    orphan(stage)
    watch, journal = guardian(stage, SystemClock())
    intent = journal.open_leases()[0].intent
    assert intent.wanted
    late = stage_reduction(intent.wanted)
    timer = threading.Timer(0.5, stage.controller.model.set_zone, (2,), {"reduction": late})
    timer.start()
    assert watch.restore_all(give_up=0)
    timer.join()
    assert stage.reduction(2) is None
    assert stage.changes().count("DELETE /zones/2/reduction") == 3  # orphan's own, and two here


def test_the_command_restores_what_an_earlier_run_left(stage: Stage) -> None:
    orphan(stage)
    done = CliRunner().invoke(restore, [str(stage.journal), str(stage.path)])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "All leases are restored.")
    assert "zone 2 closed by the watchdog: no reduction, proven at both ends" in done.stdout
    assert stage.reduction(2) is None


def test_the_command_says_what_it_could_not_restore(stage: Stage) -> None:
    orphan(stage)
    stage.controller.inject("unavailable", method="DELETE")
    done = CliRunner().invoke(restore, [str(stage.journal), str(stage.path)])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "Not all leases are restored; see above.")
    assert "Restore it by hand at the controller" in done.stdout


def test_the_command_gives_no_all_clear_for_a_journal_that_is_not_there(stage: Stage) -> None:
    missing = stage.folder / "none.jsonl"
    done = CliRunner().invoke(restore, [str(missing), str(stage.path)])
    assert done.exit_code == 1
    assert done.stdout.startswith(f"There is no journal {missing}: nothing was restored.")
    assert not missing.exists()


def existing(stage: Stage) -> Path:
    stage.journal.touch()
    return stage.journal


def test_the_command_without_a_sites_file_says_so(stage: Stage) -> None:
    done = CliRunner().invoke(restore, [str(existing(stage)), str(stage.folder / "none.toml")])
    assert (done.exit_code, done.stdout) == (1, f"{stage.folder / 'none.toml'} cannot be read: {NO_FILE}\n")


def test_the_watchdog_restores_when_its_pipe_ends(stage: Stage, at_the_end_of_the_pipe: None) -> None:
    assert at_the_end_of_the_pipe is None
    orphan(stage)
    done = CliRunner().invoke(watch, [str(stage.journal), str(stage.path)])
    assert (done.exit_code, done.stdout) == (0, f"{READY}\n")
    assert stage.reduction(2) is None


def test_a_watchdog_looks_on_as_long_as_the_run_lives(stage: Stage) -> None:
    orphan(stage)
    watch, journal = guardian(stage, SystemClock())
    ended = threading.Event()
    timer = threading.Timer(0.5, ended.set)
    timer.start()
    watch.watch(ended)
    timer.join()
    assert journal.open_leases()
    assert stage.reduction(2)


def test_what_changes_again_after_the_restoring_is_not_proven(stage: Stage) -> None:
    orphan(stage)
    watch, journal = guardian(stage, ManualClock(stage.clock.now()))
    with pytest.raises(RestoreError, match="was restored, and now the controller has 10 %"):
        watch._proof(journal.open_leases()[0])


def test_no_secret_reaches_the_journal_or_the_command_line(stage: Stage) -> None:
    orphan(stage)
    journal = stage.journal.read_text("utf-8")
    command = Watchdog(stage.journal, stage.path)._command
    assert not [secret for secret in (PASSWORD, EWS_PASSWORD) if secret in journal or secret in str(command)]


def test_without_a_watchdog_nothing_is_written(stage: Stage) -> None:
    lease = stage.lease()
    stage.path.write_text("name =", "utf-8")
    with lease, pytest.raises(WriteRefusedError, match="is not TOML"), lease.zone_reduction(2, 10, ZONE_2):
        pass
    assert stage.changes() == []


def test_a_watchdog_that_has_died_ends_the_writing(stage: Stage) -> None:
    watchdog = Watchdog(stage.journal, stage.path)
    watchdog.guard()
    assert watchdog._process
    watchdog._process.kill()
    watchdog._process.wait()
    with pytest.raises(WriteRefusedError, match="watchdog has ended"):
        watchdog.guard()
    watchdog.release()


def test_a_watchdog_that_nobody_needed_ends_with_the_run(stage: Stage) -> None:
    watchdog = Watchdog(stage.journal, stage.path)
    watchdog.release()
    watchdog.guard()
    watchdog.release()
    assert watchdog._process
    assert watchdog._process.returncode == 0


def test_a_line_that_a_dying_run_left_unfinished_is_no_lease_and_harms_no_later_line(stage: Stage) -> None:
    orphan(stage)
    whole = stage.journal.read_text("utf-8")
    stage.journal.write_text(whole.replace('"lease": "', '"lease": "0') + whole[:40], "utf-8")
    journal = LeaseJournal(stage.journal, stage.clock)
    (one,) = journal.open_leases()
    journal.note(one.intent, Phase.CLOSED, "", "")
    assert len(stage.journal.read_text("utf-8").splitlines()) == 3
