"""Processes that have collected every scenario and test, and fork for each piece of work: nothing is imported twice."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import coverage
import pytest

from features.mutants.patches import PACKAGE, Patch, PatchError
from features.mutants.recording import Lines, Recording, Seen, group
from features.mutants.running import LIMIT, Outcome, Verdict, prepare
from features.mutants.scenarios import Look, Notice, arguments
from features.mutants.swapping import swap


class Work(NamedTuple):
    """Scenarios and tests to be run by their ids, in order, on a mutant; without a patch, to be recorded."""

    id: str
    patch: Patch | None
    nodes: tuple[str, ...]


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    at_import: Lines = field(default_factory=dict)
    nodes: dict[str, str] = field(default_factory=dict)


class Crew:
    """So many such processes; they end with the block."""

    def __init__(self, files: Sequence[str], jobs: int) -> None:
        self._context: Any = multiprocessing.get_context(prepare())
        self._scratch = tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True)
        self._workers: list[_Worker] = []
        for _ in range(jobs):
            self._workers.append(self._start(tuple(files)))
        for one in self._workers:
            one.at_import, one.nodes = one.pipe.recv()

    def _start(self, files: tuple[str, ...]) -> _Worker:
        ours, theirs = self._context.Pipe()
        others = [ours, *(one.pipe for one in self._workers)]
        process = self._context.Process(target=_serve, args=(files, theirs, others, Path(self._scratch.name)))
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._workers:
            one.pipe.close()
            one.process.join()
        self._scratch.cleanup()

    def unrecorded(self) -> Recording:
        """Return what is known before anything was run."""
        first = self._workers[0]
        return Recording(at_import=first.at_import, nodes=first.nodes, is_empty=True)

    def record(self, before: Recording | None = None) -> Recording:
        """Run what stands for all, each by itself, and note what it executes; what was recorded before is not run."""
        recording = replace(self.unrecorded(), is_empty=False)
        if before is not None:
            recording.lines, recording.seconds = before.lines, before.seconds
            recording.failing, recording.passed = before.failing, before.passed
        known = {*recording.lines, *map(group, recording.failing)}
        work = [Work(node, None, (node,)) for node in recording.wanted() if group(node) not in known]
        self.run(work, recording.take)
        return recording

    def run(
        self, work: Iterable[Work], done: Callable[[Any], None], adapt: Callable[[Work], Work] = lambda one: one
    ) -> None:
        """Do work, and tell of each piece (an Outcome or what was Seen); `adapt` may change one just before it runs.

        Raises PatchError for a mutant that is none.
        """
        waiting = deque(work)
        free, busy = list(self._workers), dict[Connection, _Worker]()
        while waiting or busy:
            while waiting and free:
                worker = free.pop()
                worker.pipe.send(adapt(waiting.popleft()))
                busy[worker.pipe] = worker
            ready = wait(list(busy))
            for worker in [one for pipe, one in busy.items() if pipe in ready]:
                del busy[worker.pipe]
                free.append(worker)
                found = worker.pipe.recv()
                if isinstance(found, PatchError):
                    raise found
                done(found)


def _serve(files: tuple[str, ...], pipe: Connection, others: Sequence[Connection], scratch: Path) -> None:
    """Collect everything, and do work until nobody asks any more; what is printed goes to a file."""
    for one in others:  # or nobody would ever hear that the asking has ended
        one.close()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    folder = Path(tempfile.mkdtemp(dir=scratch))
    with (folder / "output").open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    pytest.main(arguments(folder, files), [_Server(pipe)])
    os._exit(0)


class _Server:
    """A plugin of pytest that runs what it is asked for, each time in a process of its own."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._look = Look()
        self._context: Any = multiprocessing.get_context("fork")
        self._coverage = coverage.Coverage(data_file=None, config_file=False, source_pkgs=[PACKAGE], messages=False)
        quiet = ["module-not-measured", "module-not-imported", "no-data-collected"]
        self._coverage.set_option("run:disable_warnings", quiet)
        self._coverage.start()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Learn how scenarios are called, and leave out tests that take long by nature."""
        items[:] = [item for item in items if item.get_closest_marker("once") is None]
        self._look.pytest_collection_modifyitems(config, list(items))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Say what is there, and serve."""
        items = {item.nodeid: item for item in session.items}
        self._pipe.send((self._seen(), {node: self._look.stem(node) for node in items}))
        while True:
            try:
                work: Work = self._pipe.recv()
            except EOFError:
                return True
            began = time.monotonic()
            found = self._forked(work, [items[node] for node in work.nodes])
            if isinstance(found, Outcome):
                found = Outcome(found.id, found.verdict, found.notices, time.monotonic() - began)
            self._pipe.send(found)

    def _forked(self, work: Work, items: list[pytest.Item]) -> Outcome | Seen | PatchError:
        reader, writer = self._context.Pipe(duplex=False)
        process = self._context.Process(target=self._run, args=(work, items, writer))
        process.start()
        writer.close()
        try:
            if reader.poll(LIMIT):
                found: Outcome | Seen | PatchError = reader.recv()
                return found
            return (
                Outcome(work.id, Verdict.HUNG) if work.patch else Seen(work.id, passed=False, seconds=LIMIT, lines={})
            )
        except EOFError:
            why = Notice("", "its process ended without a word", "")
            ended = Outcome(work.id, Verdict.STILLBORN, (why,))
            return ended if work.patch else Seen(work.id, passed=False, seconds=0.0, lines={})
        finally:
            process.kill()
            process.join()
            reader.close()

    def _run(self, work: Work, items: list[pytest.Item], writer: Connection) -> None:
        if work.patch is None:
            writer.send(self._recorded(work.id, items[0]))
        elif self._is_wrong(work.patch, writer):
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
                if self._look.failures:
                    break
            verdict = Verdict.KILLED if self._look.failures else Verdict.SURVIVED
            writer.send(Outcome(work.id, verdict, tuple(self._look.failures[:1])))
        writer.close()
        os._exit(0)

    def _is_wrong(self, patch: Patch, writer: Connection) -> bool:
        """Make the connector of this process a wrong one; a patch that changes nothing is told to who asked."""
        try:
            swap(patch)
        except PatchError as error:
            writer.send(error)
            return False
        return True

    def _recorded(self, node: str, item: pytest.Item) -> Seen:
        self._coverage.erase()
        self._coverage.start()
        began = time.monotonic()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        seconds = time.monotonic() - began
        return Seen(node, self._look.passed > 0 and not self._look.failures, seconds, self._seen())

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how it ended."""
        self._look.pytest_runtest_logreport(report)

    def _seen(self) -> Lines:
        """Return what was executed since the start."""
        self._coverage.stop()
        data = self._coverage.get_data()
        return {_module(file): frozenset(data.lines(file) or ()) for file in data.measured_files()}


def _module(file: str) -> str:
    """Return the name of the module that a file holds."""
    parts = Path(file).with_suffix("").parts
    return ".".join(parts[len(parts) - 1 - parts[::-1].index(PACKAGE) :])
