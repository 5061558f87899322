"""Runs mutants, each in a process of its own that is forked from one that has imported everything else."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

from ebo_simulator.clock import Clock, SystemClock

from features.feature_files import parsed_features
from features.mutants.patches import Importer, Patch
from features.mutants.scenarios import Notice

LIMIT = 600.0
"""Seconds that all scenarios may take on a mutant; one that takes longer hangs, which an operator notices."""
PREPARED = (
    "cheroot.server",
    "cheroot.ssl.builtin",
    "cryptography.x509",
    "ebo_simulator",
    "evce_acceptance.steps.inspecting",
    "evce_connector.ews.wire.spyne_import",  # spyne, the slowest of all, made importable; no mutant changes it
    "evce_simulator",
    "flask",
    "lxml.etree",
    "prometheus_client",
    "pydantic",
    "pytest_timeout",
    "requests",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
)
"""What is imported once for all mutants: everything slow that holds nothing of the connector's own."""


class Verdict(StrEnum):
    """How a mutant ended."""

    KILLED = "killed"
    HUNG = "hung"
    STILLBORN = "stillborn"
    SURVIVED = "survived"


class Looking(Protocol):
    """Who looks at a mutant, in its process: what is noticed is among the `failures`, `passed` counts what is right."""

    failures: list[Notice]
    passed: int

    def run(self, scratch: Path, *, all_failures: bool) -> None:
        """Look, with a folder to write in; stops at the first failure unless told otherwise."""
        ...


@dataclass(frozen=True)
class Task:
    """A mutant to be looked at; without a patch, the connector as it is."""

    id: str
    patch: Patch | None
    look: Looking
    all_failures: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a mutant ended, who noticed, and how long it took in s."""

    id: str
    verdict: Verdict
    notices: tuple[Notice, ...] = ()
    seconds: float = 0.0

    @property
    def killed(self) -> bool:
        """Whether the features noticed it."""
        return self.verdict in (Verdict.KILLED, Verdict.HUNG)


@dataclass
class _Running:
    task: Task
    process: BaseProcess
    started: float


def prepare() -> str:
    """Import what all mutants share and parse the features; returns how processes are started.

    Where the system cannot fork, each process imports and parses for itself, which is slower and finds the same.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        return "spawn"
    for name in PREPARED:
        importlib.import_module(name)
    parsed_features()
    return "fork"


def look_at(
    tasks: Iterable[Task],
    jobs: int,
    done: Callable[[Outcome], None],
    adapt: Callable[[Task], Task] = lambda task: task,
    clock: Clock | None = None,
) -> None:
    """Run tasks, so many at a time, and tell of each when it is done; `adapt` may change one just before it runs."""
    context: Any = multiprocessing.get_context(prepare())  # of all contexts together typeshed does not know Process
    clock = clock or SystemClock()
    waiting, running = deque(tasks), dict[Connection, _Running]()
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as scratch:
        while waiting or running:
            while waiting and len(running) < jobs:
                task = adapt(waiting.popleft())
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_child, args=(task, sender, Path(scratch)), daemon=True)
                process.start()
                sender.close()
                running[receiver] = _Running(task, process, clock.monotonic())
            patience = min(one.started for one in running.values()) + LIMIT - clock.monotonic()
            ready = wait(list(running), max(0.0, patience))
            for receiver, one in list(running.items()):
                if receiver in ready or clock.monotonic() - one.started > LIMIT:
                    done(_ended(receiver, running.pop(receiver), clock))


def _ended(receiver: Connection, one: _Running, clock: Clock) -> Outcome:
    """Take what a process found, or end it when its time is over."""
    verdict, notices = _heard(receiver, one.process)
    one.process.join()
    receiver.close()
    return Outcome(one.task.id, verdict, tuple(notices), clock.monotonic() - one.started)


def _heard(receiver: Connection, process: BaseProcess) -> tuple[Verdict, Sequence[Notice]]:
    if not receiver.poll():
        process.kill()
        return Verdict.HUNG, ()
    try:
        found: tuple[Verdict, Sequence[Notice]] = receiver.recv()
    except EOFError:  # the mutant crashed the interpreter or ended it: nothing was found, for or against
        return Verdict.STILLBORN, (Notice("", "its process ended without a word", ""),)
    return found


def _child(task: Task, sender: Connection, scratch: Path) -> None:
    """Import the connector with the change and run the scenarios; what they print goes to a file."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with (folder / "output").open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        sender.send(_verdict(task, folder))
        sender.close()
        sys.stdout.flush()
    os._exit(0)  # nothing of the parent's is to be flushed or closed a second time


def _verdict(task: Task, folder: Path) -> tuple[Verdict, Sequence[Notice]]:
    if task.patch is not None:
        Importer(task.patch).install()
        try:
            importlib.import_module(task.patch.module)
        except Exception as error:  # noqa: BLE001 - whatever a mutant may raise
            return Verdict.STILLBORN, (Notice("", "it cannot be imported", f"{type(error).__name__}: {error}"[:200]),)
    task.look.run(folder, all_failures=task.all_failures)
    if task.look.failures:
        return Verdict.KILLED, tuple(task.look.failures)
    if not task.look.passed:
        return Verdict.STILLBORN, (Notice("", "no scenario was run", (folder / "output").read_text()[-200:]),)
    return Verdict.SURVIVED, ()
