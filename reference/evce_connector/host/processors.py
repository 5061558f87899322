"""Starts the processors when they are due, on the worker threads, and keeps what became of each run (C-10).

A run that fails is tried again after 15 s, then after longer and longer pauses; so is a long-running one that ended by
an error of its own. What a user stopped stays so until it is started again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta
from logging import DEBUG, INFO

from evce_connector.errors import ConnectorError
from evce_connector.host.execution import execute
from evce_connector.host.job import NEVER, RETRY_FIRST, Job, Present
from evce_connector.host.requests import COMMAND, PRUNE, REQUEST_LOOK, Requests
from evce_connector.host.step import Step
from evce_connector.host.threads import ThreadLine, Work, WorkerThreads
from evce_connector.persistence.runs import Outcome, Run, RunStore
from evce_connector.processors.base import Context
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.schedules import next_run
from evce_connector.site.values import utc_text

_NO_SET_UP = "no active processor configuration has the class EvceSetupProcessor"


class ProcessorError(ConnectorError):
    """A processor cannot be started or stopped; the sentence says why."""


class Processors:
    """All processor configurations of a connector; any thread may ask, start and stop."""

    def __init__(self, context: Context, jobs: Iterable[Job], requests: Requests, runs: RunStore) -> None:
        self._context, self.requests, self._runs = context, requests, runs
        self._clock, self._log = context.clock, context.log
        self.jobs = {job.configuration.name: job for job in jobs}
        self._threads = WorkerThreads(context.configuration.host.threads, self._clock)
        self._lock = threading.RLock()
        self._taken = False
        self._step = Step("Processors", self.turn, self._clock, self._log, self.until_due, REQUEST_LOOK)

    @property
    def thread(self) -> threading.Thread:
        """The thread that starts what is due."""
        return self._step.thread

    @property
    def every_thread(self) -> tuple[threading.Thread, ...]:
        """The thread that starts what is due, and those that run it."""
        return self.thread, *self._threads.all

    def open(self) -> None:
        """Start the worker threads, with nothing to do yet."""
        self._threads.start()
        self._taken = True

    def begin(self, set_up_in: float = 0.0) -> None:
        """Start what runs on start, and from now on what is due; nothing by itself while required keys are not set.

        Set-up runs in so many s, unless somebody asks for it sooner.
        """
        self.open()
        with self._lock:
            for job in () if self._context.configuration.lacking else self._active():
                job.due = self._clock.monotonic() if job.configuration.runs_on_start else NEVER
                if set_up_in and job.due != NEVER and isinstance(job.processor, EvceSetupProcessor):
                    job.due += set_up_in
                    self._tell_wait(job, set_up_in)
                self._plan(job)
        self._step.start()

    def turn(self) -> None:
        """Start what is due or was asked for, and stop what takes too long."""
        word = self.requests.take()
        with self._lock:
            if word is not None:
                self._ask_set_up(prune=word == PRUNE)
            for job in self._active():
                self._stop_if_too_long(job)
                if job.present is None and self._is_due(job):
                    self._give(job)

    def until_due(self) -> float:
        """Return in how many s something is due by its pause or its schedule."""
        with self._lock:
            waits = [self._wait_of(job) for job in self._active() if job.present is None]
        return max(0.0, min(waits, default=NEVER))

    def start(self, name: str) -> None:
        """Run a configuration as soon as a thread is free; ProcessorError when it runs already."""
        with self._lock:
            job = self.job(name)
            if job.present is not None:
                raise ProcessorError(f"{name} runs already; stop it first.")
            job.pause = RETRY_FIRST
            self._give(job)

    def run(self, name: str) -> None:
        """Run a configuration once, on the caller's thread."""
        with self._lock:
            present = self.job(name).begin()
        self._run(self.job(name), present)

    def stop(self, name: str) -> None:
        """Ask a configuration to stop, and do not try it again until it is started; ProcessorError when it is idle."""
        with self._lock:
            job = self.job(name)
            if job.present is None and job.due == NEVER:
                raise ProcessorError(f"{name} does not run.")
            job.due, job.again = NEVER, False
            if job.present is not None:
                job.present.stop.set()

    def job(self, name: str) -> Job:
        """Return what is known of a configuration; ProcessorError when there is none of that name."""
        if name not in self.jobs:
            raise ProcessorError(f"There is no processor configuration {name!r}.")
        return self.jobs[name]

    def last_runs(self, name: str) -> list[Run]:
        """Return the last 50 runs of a configuration, the newest first; SQLAlchemyError when they cannot be read."""
        return self._runs.last(name)

    def threads(self) -> list[ThreadLine]:
        """Say of each worker thread what it does."""
        return self._threads.lines()

    def busy(self) -> int:
        """Return how many runs have begun, or wait for a thread."""
        with self._lock:
            return sum(job.present is not None for job in self.jobs.values())

    def end(self) -> None:
        """Ask all that runs to stop, and start nothing more; `join` waits until it has."""
        self._step.end()
        with self._lock:
            self._taken = False
            for job in self.jobs.values():
                if job.present is not None:
                    job.present.stop.set()
        self._threads.end()

    def join(self, timeout: float) -> None:
        """Wait so many s for what runs to stop."""
        self._step.join()
        self._threads.join(timeout)

    def _active(self) -> list[Job]:
        return [job for job in self.jobs.values() if job.configuration.is_active]

    def _ask_set_up(self, *, prune: bool) -> None:
        """Run set-up as a command asks; one that runs already runs once more."""
        what = "Set-up with prune" if prune else "Set-up"
        for job in self._active():
            if isinstance(job.processor, EvceSetupProcessor):
                job.prune = job.prune or prune
                job.due, job.again = self._clock.monotonic(), job.present is not None
                self.requests.note(COMMAND, what, job.configuration.name, "it runs")
                return
        self.requests.note(COMMAND, what, "", _NO_SET_UP)
        self._log.warning("A set-up was asked for: %s", _NO_SET_UP)

    def _plan(self, job: Job) -> None:
        """Find out when a configuration is due by its schedule."""
        job.next_at = next_run(job.schedule, self._clock.now()) if job.schedule is not None else None

    def _is_due(self, job: Job) -> bool:
        return self._wait_of(job) <= 0

    def _wait_of(self, job: Job) -> float:
        """Return the s until a configuration is due."""
        by_pause = job.due - self._clock.monotonic()
        if job.next_at is None:
            return by_pause
        return min(by_pause, (job.next_at - self._clock.now()).total_seconds())

    def _stop_if_too_long(self, job: Job) -> None:
        """Ask a short run to stop that is over its time limit."""
        present, limit = job.present, 60 * job.configuration.time_limit_minutes
        if present is None or present.started is None or job.processor.long_running or present.timed_out:
            return
        if self._clock.monotonic() - present.started > limit:
            present.timed_out = True
            present.stop.set()
            self._log.warning("%s runs for more than %.0f s and is stopped", job.configuration.name, limit)

    def _give(self, job: Job) -> None:
        """Let a configuration run as soon as a thread is free."""
        if not self._taken:
            return
        present = job.begin()
        name, processor = job.configuration.name, job.processor
        self._threads.give(Work(name, processor.name, lambda: self._run(job, present), present.stop))

    def _run(self, job: Job, present: Present) -> None:
        """Run a configuration on this thread, and keep what became of it; it raises nothing."""
        started_at, present.started = self._clock.now(), self._clock.monotonic()
        before = job.outcome
        self._tell_begin(job)
        outcome, prompts = execute(job, present)
        seconds = self._clock.monotonic() - present.started
        with self._lock:
            job.end(outcome, prompts, seconds)
            self._runs.add(
                Run(job.configuration.name, started_at, seconds, outcome, tuple(one.message for one in prompts))
            )
            if self._taken:
                self._plan_after(job, outcome, seconds, stopped=present.stop.is_set() and not present.timed_out)
        self._tell_end(job, before, seconds)
        self._context.storage.attempt("runs", self._runs.flush)

    def _tell_wait(self, job: Job, seconds: float) -> None:
        """Log and show that set-up waits, and until when."""
        until = utc_text((self._clock.now() + timedelta(seconds=seconds)).replace(microsecond=0))
        words = f"the first set-up waits until {until}, by host.start_spread_seconds"
        self._context.items.interface.set(SetupState=words)
        kept = "what the last one kept is served" if self._context.items.index else "nothing is kept of one before"
        self._log.info("%s: %s (%.0f s); %s", job.configuration.name, words, seconds, kept)

    def _tell_begin(self, job: Job) -> None:
        """Log that a configuration runs; one that is run again and again tells what has changed when it has ended."""
        is_news = job.outcome in (None, Outcome.STOPPED)
        self._log.log(INFO if is_news else DEBUG, "%s runs", job.configuration.name)

    def _tell_end(self, job: Job, before: Outcome | None, seconds: float) -> None:
        """Log how a run ended if the one before ended otherwise."""
        level = INFO if job.outcome is not before or job.processor.long_running else DEBUG
        words = str(job.outcome).lower()
        self._log.log(level, "%s has ended after %.1f s: %s", job.configuration.name, seconds, words)

    def _plan_after(self, job: Job, outcome: Outcome, seconds: float, *, stopped: bool) -> None:
        """Say when a configuration that has run is due again."""
        now = self._clock.monotonic()
        if outcome is Outcome.SUCCEEDED:
            job.pause, job.prune = RETRY_FIRST, False
            job.due = now + (job.processor.repeats_after() or NEVER)
        elif not stopped:
            job.due = now + job.pause_after(seconds)
        if job.again:
            job.due = now
        self._plan(job)
