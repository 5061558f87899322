"""Workers: threads that run processors until they are done, and try again what failed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.host.service import ConnectorService
from evce_connector.host.worker import PRUNE, REQUEST, RUN, SetupWorker, Worker
from evce_connector.processors.base import Context, Processor, Prompt, Severity
from evce_simulator import EvceSimulator, generate

from features.driver.waiting import until

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]


class Scripted(Processor):
    """Ends each run as it is told: by prompts or by raising."""

    name: ClassVar[str] = "Scripted"

    def __init__(self, context: Context, ends: list[list[Prompt] | Exception], doubts: list[Prompt]) -> None:
        super().__init__(context)
        self.ends, self.doubts = ends, doubts
        self.runs: list[float] = []

    def validate(self) -> list[Prompt]:
        return list(self.doubts)

    def execute(self, stop: threading.Event) -> list[Prompt]:
        assert not stop.is_set()
        self.runs.append(self.context.clock.monotonic())
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end


@pytest.fixture
def service(simulate: Simulate, serve: Serve) -> ConnectorService:
    return serve(simulate(generate(6, 12, 24)).url)


@pytest.fixture
def start(service: ConnectorService) -> Iterator[Callable[..., tuple[Worker, Scripted]]]:
    """Start a worker with a scripted processor; it is stopped with the test."""
    workers: list[Worker] = []

    def run(*ends: list[Prompt] | Exception, doubts: tuple[Prompt, ...] = ()) -> tuple[Worker, Scripted]:
        processor = Scripted(service.context, list(ends), list(doubts))
        workers.append(Worker(processor))
        workers[-1].start()
        return workers[-1], processor

    yield run
    for worker in workers:
        worker.stop()


def wait_for_pause(clock: ManualClock, seconds: float) -> None:
    """Wait until the worker waits for its next try, then let that time pass."""
    until(lambda: clock.waiting() == [seconds])
    clock.advance(seconds)


STOPPED = Prompt("The wheel is missing.", Severity.MAY_NOT_CONTINUE)


def test_a_processor_that_is_done_does_not_run_again(start: Callable[..., tuple[Worker, Scripted]]) -> None:
    worker, processor = start([])
    until(lambda: processor.runs)
    worker.stop()
    assert processor.runs == [0]


def test_what_may_not_continue_is_tried_again_after_longer_and_longer_pauses(
    start: Callable[..., tuple[Worker, Scripted]], clock: ManualClock
) -> None:
    worker, processor = start(*[[STOPPED]] * 7, [])
    for pause in (15, 30, 60, 120, 240, 300, 300):
        wait_for_pause(clock, pause)
    until(lambda: len(processor.runs) == 8)
    worker.stop()


def test_an_error_of_ours_is_a_prompt(start: Callable[..., tuple[Worker, Scripted]], clock: ManualClock) -> None:
    worker, processor = start(ConnectorError("The disk is full."), [])
    until(lambda: clock.waiting() == [15])
    assert worker.prompts == [Prompt("The disk is full.", Severity.MAY_NOT_CONTINUE)]
    clock.advance(15)
    until(lambda: len(processor.runs) == 2)


def test_an_error_of_its_own_is_logged_and_the_processor_runs_again(
    start: Callable[..., tuple[Worker, Scripted]], clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    _, processor = start(ZeroDivisionError(), [])
    wait_for_pause(clock, 15)
    until(lambda: len(processor.runs) == 2)
    assert [record.getMessage() for record in caplog.records] == [
        "Scripted ended by an error of its own and will run again"
    ]


def test_the_same_prompt_is_logged_once(
    start: Callable[..., tuple[Worker, Scripted]], clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "evce_connector"):
        worker, processor = start([STOPPED], [STOPPED], [Prompt("All is well now.")])
        wait_for_pause(clock, 15)
        wait_for_pause(clock, 30)
        until(lambda: len(processor.runs) == 3)
        worker.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "Scripted: The wheel is missing.",
        "Scripted: All is well now.",
    ]


def test_a_processor_that_is_not_valid_does_not_run(
    start: Callable[..., tuple[Worker, Scripted]], clock: ManualClock
) -> None:
    worker, processor = start([], doubts=(STOPPED,))
    until(lambda: clock.waiting() == [15])
    assert (processor.runs, worker.prompts) == ([], [STOPPED])


def test_a_doubt_that_may_continue_is_kept_with_what_the_run_says(
    start: Callable[..., tuple[Worker, Scripted]],
) -> None:
    doubt, said = Prompt("The key is weak."), Prompt("Done.")
    worker, processor = start([said], doubts=(doubt,))
    until(lambda: processor.runs)
    worker.stop()
    assert worker.prompts == [doubt, said]


@pytest.fixture
def set_up(service: ConnectorService) -> Iterator[SetupWorker]:
    worker = SetupWorker(service.setup_processor)
    worker.start()
    yield worker
    worker.stop()


def tree_has(service: ConnectorService, id_: str) -> bool:
    return service.items.tree.get(id_) is not None


def test_set_up_runs_at_start(service: ConnectorService, set_up: SetupWorker) -> None:
    until(lambda: tree_has(service, "Zones/1"))
    assert set_up.prompts == []


@pytest.mark.parametrize(("word", "pruned"), [(RUN, False), (PRUNE, True)])
def test_set_up_runs_when_a_command_asks_for_it(
    service: ConnectorService,
    set_up: SetupWorker,
    clock: ManualClock,
    simulate: Simulate,
    word: str,
    pruned: bool,
) -> None:
    until(lambda: clock.waiting() == [2])
    simulator = simulate(generate(5, 10, 20))
    object.__setattr__(service.configuration.evce, "base_url", simulator.url)
    service.stores.snapshots.keep_fact(REQUEST, word)
    clock.advance(2)
    until(lambda: simulator.journal.count(path="/connectors") == 1 and clock.waiting() == [2])
    assert tree_has(service, "Stations/12") is not pruned
    assert service.stores.snapshots.fact(REQUEST) is None
    assert set_up.prompts == []


def test_set_up_runs_again_on_its_schedule(simulate: Simulate, serve: Serve, clock: ManualClock) -> None:
    simulator = simulate(generate(1, 1, 1))
    worker = SetupWorker(serve(simulator.url, setup={"interval_minutes": 1}).setup_processor)
    worker.start()
    try:
        for _ in range(30):
            until(lambda: clock.waiting() == [2])
            clock.advance(2)
        simulator.journal.wait_for(2, "/connectors")
    finally:
        worker.stop()
    assert simulator.journal.intervals("/zones") == [60]


def test_a_set_up_that_fails_is_tried_again_after_15_seconds(
    simulate: Simulate, serve: Serve, clock: ManualClock
) -> None:
    simulator = simulate(generate(1, 1, 1))
    simulator.inject("unavailable", calls=1)
    worker = SetupWorker(serve(simulator.url).setup_processor)
    worker.start()
    try:
        for wait in (2, 2, 2, 2, 2, 2, 2, 1):
            until(lambda wait=wait: clock.waiting() == [wait])
            clock.advance(wait)
        simulator.journal.wait_for(1, "/connectors")
    finally:
        worker.stop()
    assert simulator.journal.intervals("/system") == [15]


def test_a_prune_that_fails_is_still_a_prune_when_it_is_tried_again(
    simulate: Simulate, serve: Serve, clock: ManualClock
) -> None:
    simulator = simulate(generate(2, 4, 4))
    service = serve(simulator.url)
    worker = SetupWorker(service.setup_processor)
    worker.start()
    try:
        until(lambda: clock.waiting() == [2])
        simulator.model.remove_station(4)
        simulator.inject("server-error", path="/system", calls=1)
        service.stores.snapshots.keep_fact(REQUEST, PRUNE)
        clock.advance(2)
        until(lambda: worker.prompts != [] and clock.waiting() == [2])
        assert tree_has(service, "Stations/4")
        for _ in range(8):
            until(lambda: clock.waiting() != [])
            clock.advance(2)
        until(lambda: not tree_has(service, "Stations/4"))
    finally:
        worker.stop()
    assert worker.prompts == []
