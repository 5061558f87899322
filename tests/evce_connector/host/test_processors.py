"""Processors: each runs when it is due, on a thread with a number, and what failed is tried again."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from evce_connector.clock import ManualClock
from evce_connector.config import ProcessorConfiguration
from evce_connector.errors import ConnectorError
from evce_connector.host.by_hand import ByHand
from evce_connector.host.job import Job
from evce_connector.host.processors import ProcessorError, Processors
from evce_connector.host.requests import PRUNE, REQUEST, RUN, Requests
from evce_connector.host.service import ConnectorService
from evce_connector.host.threads import ThreadStatus
from evce_connector.persistence.runs import Outcome
from evce_connector.processors.base import Context, Processor, Prompt, Severity
from evce_connector.schedules import Kind, Schedule, Units
from evce_simulator import EvceSimulator, generate
from sqlalchemy.exc import OperationalError

from features.driver.waiting import until

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
NAME = "Scripted One"
EACH_TEN_MINUTES = Schedule(
    "Every 10 minutes",
    datetime(2026, 1, 1),  # noqa: DTZ001 - what clocks show in the zone
    Kind("time interval"),
    "UTC",
    gap=10,
    units=Units("minutes"),
)


class Scripted(Processor):
    """Ends each run as it is told: by prompts, by raising, or, told nothing, when it is asked to stop."""

    name: ClassVar[str] = "Scripted"

    def __init__(self, context: Context, ends: list[list[Prompt] | Exception | None], doubts: list[Prompt]) -> None:
        super().__init__(context)
        self.ends, self.doubts = ends, doubts
        self.runs: list[float] = []
        self.threads: list[str] = []

    def validate(self) -> list[Prompt]:
        return list(self.doubts)

    def execute(self, stop: threading.Event) -> list[Prompt]:
        assert not stop.is_set()
        self.runs.append(self.context.clock.monotonic())
        self.threads.append(threading.current_thread().name)
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            raise end
        if end is None:
            stop.wait(300)
            return []
        return end


class Lasting(Scripted):
    """The same, as a long-running class."""

    long_running: ClassVar[bool] = True


@pytest.fixture
def service(simulate: Simulate, serve: Serve) -> ConnectorService:
    return serve(simulate(generate(6, 12, 24)).url)


class Bench:
    """A scripted processor under a configuration, and what runs it."""

    def __init__(self, service: ConnectorService) -> None:
        self._service = service
        self.processors: Processors
        self.by_hand: ByHand
        self.scripted: Scripted

    def start(
        self,
        *ends: list[Prompt] | Exception | None,
        doubts: tuple[Prompt, ...] = (),
        kind: type[Scripted] = Scripted,
        **options: Any,  # noqa: ANN401 - as the table has them
    ) -> Scripted:
        """Begin with what is scripted."""
        context = self._service.context
        self.scripted = kind(context, list(ends), list(doubts))
        configuration = ProcessorConfiguration(name=NAME, class_name="Scripted", **options)
        self.processors = Processors(
            context,
            [Job(configuration, self.scripted, EACH_TEN_MINUTES if configuration.runs_on_schedule else None)],
            Requests(context, threading.Event()),
            self._service.stores.runs,
        )
        self.by_hand = ByHand(self.processors, lambda _configuration, _serving: [])
        self.processors.begin()
        return self.scripted

    @property
    def job(self) -> Job:
        """What is known of the configuration."""
        return self.processors.jobs[NAME]

    def outcomes(self) -> list[Outcome]:
        """Return how its runs ended, the last first; none while one runs, or what follows it is not known yet."""
        return [] if self.processors.busy() else [run.outcome for run in self.processors.last_runs(NAME)]

    def end(self) -> None:
        """Stop everything."""
        self.processors.end()
        self.processors.join(5)


@pytest.fixture
def bench(service: ConnectorService) -> Iterator[Bench]:
    made = Bench(service)
    yield made
    made.end()


def let_pass(clock: ManualClock, seconds: float) -> None:
    """Let time pass from one look to the next, each of which is at most 2 s after the one before."""
    end = clock.monotonic() + seconds
    until(lambda: at_rest(clock))
    while clock.monotonic() < end:
        clock.advance(min(*clock.waiting(), end - clock.monotonic()))
        until(lambda: at_rest(clock))


def at_rest(clock: ManualClock) -> bool:
    """Tell whether the thread that looks what is due waits for time to pass."""
    waits = clock.waiting()
    return len(waits) == 1 and waits[0] > 0


STOPPED = Prompt("The wheel is missing.", Severity.MAY_NOT_CONTINUE)


def test_a_processor_that_is_done_does_not_run_again(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start([])
    until(lambda: bench.outcomes() == [Outcome.SUCCEEDED])
    let_pass(clock, 600)
    assert scripted.runs == [0]


def test_what_may_not_continue_is_tried_again_after_longer_and_longer_pauses(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start(*[[STOPPED]] * 7, [])
    for number in range(1, 8):
        until(lambda number=number: len(scripted.runs) == number and bench.processors.busy() == 0)
        let_pass(clock, bench.job.due - clock.monotonic())
    until(lambda: len(scripted.runs) == 8)
    assert [after - before for before, after in pairwise(scripted.runs)] == [15, 30, 60, 120, 240, 300, 300]


def test_an_error_of_ours_is_a_prompt(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start(ConnectorError("The disk is full."), [])
    until(lambda: bench.outcomes() == [Outcome.FAILED])
    assert bench.job.prompts == [Prompt("The disk is full.", Severity.MAY_NOT_CONTINUE)]
    let_pass(clock, 15)
    until(lambda: len(scripted.runs) == 2)


def test_an_error_of_its_own_is_logged_and_the_processor_runs_again(
    bench: Bench, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    scripted = bench.start(ZeroDivisionError(), [])
    until(lambda: bench.outcomes() == [Outcome.CRASHED])
    let_pass(clock, 15)
    until(lambda: len(scripted.runs) == 2)
    assert [record.getMessage() for record in caplog.records] == [
        "Scripted ended by an error of its own and will run again"
    ]


def test_a_database_that_fails_under_a_processor_is_said_in_a_sentence_and_the_processor_runs_again(
    bench: Bench, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    scripted = bench.start(OperationalError("SELECT", None, sqlite3.OperationalError("disk I/O error")), [])
    until(lambda: bench.outcomes() == [Outcome.FAILED])
    let_pass(clock, 15)
    until(lambda: len(scripted.runs) == 2)
    assert [record.getMessage() for record in caplog.records] == [
        "Scripted: the database cannot be read: disk I/O error; it is tried again"
    ]
    assert [record.exc_info for record in caplog.records] == [None]


def test_a_crash_after_a_long_good_time_waits_no_longer_than_the_first(bench: Bench) -> None:
    bench.start(ZeroDivisionError(), ZeroDivisionError(), None, kind=Lasting)
    until(lambda: bench.outcomes() == [Outcome.CRASHED])
    bench.job.pause = 240
    assert (bench.job.pause_after(301), bench.job.pause) == (15, 30)


def test_the_same_prompt_is_logged_once(bench: Bench, clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "evce_connector"):
        scripted = bench.start([STOPPED], [STOPPED], [Prompt("All is well now.")])
        until(lambda: len(bench.outcomes()) == 1)
        let_pass(clock, 15)
        until(lambda: len(bench.outcomes()) == 2)
        let_pass(clock, 30)
        until(lambda: len(bench.outcomes()) == 3)
    assert len(scripted.runs) == 3
    assert [record.getMessage() for record in caplog.records] == [
        "Scripted: The wheel is missing.",
        "Scripted: All is well now.",
    ]


def test_a_processor_that_is_not_valid_does_not_run(bench: Bench) -> None:
    scripted = bench.start([], doubts=(STOPPED,))
    until(lambda: bench.outcomes() == [Outcome.FAILED])
    assert (scripted.runs, bench.job.prompts) == ([], [STOPPED])
    assert bench.by_hand.validate(NAME, "ann") == [STOPPED]


def test_a_doubt_that_may_continue_is_kept_with_what_the_run_says(bench: Bench) -> None:
    doubt, said = Prompt("The key is weak."), Prompt("Done.")
    bench.start([said], doubts=(doubt,))
    until(lambda: bench.outcomes() == [Outcome.SUCCEEDED])
    assert bench.job.prompts == [doubt, said]


def test_the_status_of_each_thread_tells_what_it_runs_and_for_how_long(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start(None)
    until(lambda: scripted.runs == [0])
    let_pass(clock, 75)
    lines = bench.processors.threads()
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    busy, *idle = sorted(lines, key=lambda line: line.status is ThreadStatus.WAITING)  # any of the five may have it
    assert (busy.status, busy.elapsed, busy.configuration) == (ThreadStatus.RUNNING, 75, NAME)
    assert {(line.status, line.elapsed, line.configuration) for line in idle} == {(ThreadStatus.WAITING, None, "")}
    assert scripted.threads == ["Scripted"]
    assert str(ThreadStatus.WAITING) == "Waiting For Work"


def test_a_processor_does_not_run_on_start_unless_it_shall(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start([], runs_on_start=False)
    let_pass(clock, 60)
    assert scripted.runs == []
    bench.by_hand.start(NAME, "ann")
    until(lambda: scripted.runs == [60])


def test_what_a_user_stops_stays_stopped_until_it_is_started(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start(None, None)
    until(lambda: scripted.runs == [0])
    bench.by_hand.stop(NAME, "ann")
    until(lambda: bench.outcomes() == [Outcome.STOPPED])
    let_pass(clock, 600)
    assert scripted.runs == [0]
    bench.by_hand.start(NAME, "ann")
    until(lambda: scripted.runs == [0, 600])


def test_what_is_about_to_be_tried_again_can_be_stopped(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start([STOPPED])
    until(lambda: bench.outcomes() == [Outcome.FAILED])
    bench.by_hand.stop(NAME, "ann")
    let_pass(clock, 600)
    assert scripted.runs == [0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"is_active": False}, "Scripted One is not active: set Is Active to True first."),
        ({"manually_startable": False}, "Scripted One may not be started by hand: its Control tab says so."),
        ({}, "Scripted One runs already; stop it first."),
    ],
)
def test_a_start_that_may_not_be_is_refused_in_a_sentence(bench: Bench, options: dict[str, bool], words: str) -> None:
    scripted = bench.start(None, **options)
    if options.get("is_active", True):
        until(lambda: scripted.runs == [0])
    with pytest.raises(ProcessorError) as refused:
        bench.by_hand.start(NAME, "ann")
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"manually_stoppable": False}, "Scripted One may not be stopped by hand: its Control tab says so."),
        ({}, "Scripted One does not run."),
    ],
)
def test_a_stop_that_may_not_be_is_refused_in_a_sentence(bench: Bench, options: dict[str, bool], words: str) -> None:
    bench.start([], **options)
    until(lambda: bench.outcomes() == [Outcome.SUCCEEDED])
    with pytest.raises(ProcessorError) as refused:
        bench.by_hand.stop(NAME, "ann")
    assert str(refused.value) == words


def test_one_that_nobody_configured_is_named(bench: Bench) -> None:
    bench.start([])
    with pytest.raises(ProcessorError) as refused:
        bench.by_hand.start("Other", "ann")
    assert str(refused.value) == "There is no processor configuration 'Other'."


def test_a_short_run_over_its_limit_is_stopped_and_tried_again(
    bench: Bench, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    scripted = bench.start(None, [], time_limit_minutes=1)
    until(lambda: scripted.runs == [0])
    let_pass(clock, 62)
    until(lambda: bench.outcomes() == [Outcome.TIMED_OUT])
    let_pass(clock, 15)
    until(lambda: len(scripted.runs) == 2)
    assert caplog.messages == ["Scripted One runs for more than 60 s and is stopped"]


def test_a_long_running_one_has_no_limit(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start(None, kind=Lasting, time_limit_minutes=1)
    until(lambda: scripted.runs == [0])
    let_pass(clock, 600)
    assert bench.processors.busy() == 1


@pytest.mark.parametrize(("scheduled", "runs"), [(True, [600, 1200]), (False, [])])
def test_a_schedule_counts_when_the_processor_runs_on_schedule(
    bench: Bench, clock: ManualClock, scheduled: bool, runs: list[float]
) -> None:
    scripted = bench.start([], [], [], runs_on_start=False, runs_on_schedule=scheduled)
    for number in (1, 2):
        let_pass(clock, 600)
        until(lambda number=number: len(bench.outcomes()) == (number if scheduled else 0))
    assert scripted.runs == runs


def test_runs_are_counted_and_timed(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start(None, [STOPPED])
    until(lambda: scripted.runs == [0])
    let_pass(clock, 40)
    bench.by_hand.stop(NAME, "ann")
    until(lambda: bench.processors.busy() == 0)
    bench.by_hand.start(NAME, "ann")
    until(lambda: len(bench.outcomes()) == 2)
    counters = bench.job.counters
    assert (counters.runs, counters.failures, counters.seconds) == (2, 1, 40)
    bench.by_hand.reset_counter(NAME, "ann")
    assert (counters.runs, counters.failures, counters.seconds) == (0, 0, 40)
    bench.by_hand.reset_timer(NAME, "ann")
    assert counters.seconds == 0


def test_the_last_fifty_runs_are_kept_with_what_they_said(service: ConnectorService, bench: Bench) -> None:
    bench.start([Prompt("Once.")])
    until(lambda: bench.outcomes() == [Outcome.SUCCEEDED])
    assert [run.prompts for run in bench.processors.last_runs(NAME)] == [("Once.",)]
    bench.scripted.ends.extend([[Prompt(f"{number}.")] for number in range(60)])
    for _ in range(60):
        bench.processors.run(NAME)
    kept = bench.processors.last_runs(NAME)
    assert [run.prompts[0] for run in kept] == [f"{number}." for number in range(59, 9, -1)]
    assert [run.started for run in kept] == [service.clock.now()] * 50


@contextmanager
def set_up_alone(service: ConnectorService) -> Iterator[None]:
    """Let set-up alone run as at a start."""
    for job in service.processors.jobs.values():
        active = job.processor is service.setup_processor
        job.configuration = job.configuration.model_copy(update={"is_active": active})
    service.processors.begin()
    try:
        yield
    finally:
        service.processors.end()
        service.processors.join(5)


@pytest.fixture
def running(service: ConnectorService) -> Iterator[ConnectorService]:
    with set_up_alone(service):
        yield service


def tree_has(service: ConnectorService, id_: str) -> bool:
    return service.items.tree.get(id_) is not None


def prompts_of(service: ConnectorService) -> list[Prompt]:
    return service.processors.jobs["EVCE Setup Processor"].prompts


def test_set_up_runs_at_start(running: ConnectorService) -> None:
    until(lambda: tree_has(running, "Zones/1"))
    assert prompts_of(running) == []


@pytest.mark.parametrize(("word", "pruned"), [(RUN, False), (PRUNE, True)])
def test_set_up_runs_when_a_command_asks_for_it(
    running: ConnectorService, clock: ManualClock, simulate: Simulate, word: str, pruned: bool
) -> None:
    until(lambda: tree_has(running, "Stations/12") and running.processors.busy() == 0)
    simulator = simulate(generate(5, 10, 20))
    object.__setattr__(running.configuration.evce, "base_url", simulator.url)
    running.stores.snapshots.keep_fact(REQUEST, word)
    let_pass(clock, 2)
    until(lambda: simulator.journal.count(path="/connectors") == 1 and running.processors.busy() == 0)
    assert tree_has(running, "Stations/12") is not pruned
    assert running.stores.snapshots.fact(REQUEST) is None
    assert prompts_of(running) == []


def test_a_set_up_that_nobody_configured_is_told_to_whom_asked(
    service: ConnectorService, bench: Bench, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    bench.start([])
    service.stores.snapshots.keep_fact(REQUEST, RUN)
    let_pass(clock, 4)
    assert caplog.messages == [
        "A set-up was asked for: no active processor configuration has the class EvceSetupProcessor"
    ]


def test_set_up_runs_again_on_its_interval(simulate: Simulate, serve: Serve, clock: ManualClock) -> None:
    simulator = simulate(generate(1, 1, 1))
    service = serve(simulator.url, setup={"interval_minutes": 1})
    with set_up_alone(service):
        until(lambda: tree_has(service, "Zones/1") and service.processors.busy() == 0)
        let_pass(clock, 60)
        simulator.journal.wait_for(2, "/connectors")
    assert simulator.journal.intervals("/zones") == [60]


def test_a_set_up_that_fails_is_tried_again_after_15_seconds(
    simulate: Simulate, serve: Serve, clock: ManualClock
) -> None:
    simulator = simulate(generate(1, 1, 1))
    simulator.inject("unavailable", calls=1)
    service = serve(simulator.url)
    with set_up_alone(service):
        until(lambda: prompts_of(service) != [])
        let_pass(clock, 15)
        simulator.journal.wait_for(1, "/connectors")
    assert simulator.journal.intervals("/system") == [15]


def test_a_prune_that_fails_is_still_a_prune_when_it_is_tried_again(
    simulate: Simulate, serve: Serve, clock: ManualClock
) -> None:
    simulator = simulate(generate(2, 4, 4))
    service = serve(simulator.url)
    with set_up_alone(service):
        until(lambda: tree_has(service, "Stations/4") and service.processors.busy() == 0)
        simulator.model.remove_station(4)
        simulator.inject("server-error", path="/system", calls=1)
        service.stores.snapshots.keep_fact(REQUEST, PRUNE)
        let_pass(clock, 2)
        until(lambda: prompts_of(service) != [])
        assert tree_has(service, "Stations/4")
        let_pass(clock, 16)
        until(lambda: not tree_has(service, "Stations/4") and service.processors.busy() == 0)
    assert prompts_of(service) == []


def test_who_asked_for_what_is_kept_with_what_became_of_it(bench: Bench, clock: ManualClock) -> None:
    scripted = bench.start(None, manually_stoppable=False)
    until(lambda: scripted.runs == [0])
    with pytest.raises(ProcessorError):
        bench.by_hand.stop(NAME, "ann")
    bench.by_hand.validate(NAME, "ben")
    assert [(one.at, one.by, one.what, one.configuration, one.outcome) for one in bench.processors.requests.asked] == [
        (clock.now(), "ann", "Stop", NAME, "Scripted One may not be stopped by hand: its Control tab says so."),
        (clock.now(), "ben", "Validate", NAME, "nothing is wrong"),
    ]
