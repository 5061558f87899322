"""Starts victims: from nothing, as `evce-connector run` is started, or by forking a process that has imported all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tests.evce_connector.kills.victim import DEAD, FORK, READY
from tests.support.stopwatch import Stopwatch, Took

ROOT = Path(__file__).parents[3]
MODULE = "tests.evce_connector.kills.victim"
NOTHING = Took(0.0, 0.0)


@dataclass(frozen=True)
class Victim:
    """A victim's process and what it says until it is dead; `kill` does that (-9), also when it is dead already."""

    process: int
    said: Iterator[str]
    kill: Callable[[], None]
    _watch: Stopwatch
    _imported: Took

    def took(self) -> Took:
        """Return what its start took until now, imports included."""
        now = self._watch.took(self.process)
        return Took(self._imported.wall + now.wall, self._imported.own + now.own)


class Starter:
    """Starts one victim after the other; `log` has what they say on standard error.

    With `forks` the imports, which are the same for all and take most of a start, are made once: what they took then
    is added to what each victim takes from its fork on.
    """

    def __init__(self, log: Path, *, forks: bool) -> None:
        self.log, self._forks = log, forks
        self._words = log.open("w")
        self._forking: subprocess.Popen[str] | None = None
        self._imported = NOTHING

    def __enter__(self) -> Self:
        if self._forks:
            watch = Stopwatch()
            self._forking = self._run(FORK)
            assert self._forking.stdout
            assert self._forking.stdout.readline() == READY, self.log.read_text()
            self._imported = watch.took(self._forking.pid)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._forking:
            with self._forking as process:
                process.kill()
        self._words.close()

    def _run(self, *arguments: str) -> subprocess.Popen[str]:
        command: Sequence[str] = [sys.executable, "-m", MODULE, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._words, text=True, cwd=ROOT)  # noqa: S603 - our own module

    @contextmanager
    def started(self, *arguments: object) -> Iterator[Victim]:
        """Start a victim; it is dead at the end."""
        with self._forked(arguments) if self._forking else self._from_nothing(arguments) as victim:
            try:
                yield victim
            finally:
                victim.kill()
                for _ in victim.said:
                    pass

    @contextmanager
    def _from_nothing(self, arguments: Sequence[object]) -> Iterator[Victim]:
        watch = Stopwatch()
        with self._run(json.dumps(arguments)) as process:
            assert process.stdout
            yield Victim(process.pid, iter(process.stdout), process.kill, watch, NOTHING)

    @contextmanager
    def _forked(self, arguments: Sequence[object]) -> Iterator[Victim]:
        assert self._forking
        assert self._forking.stdin
        assert self._forking.stdout
        watch = Stopwatch()
        self._forking.stdin.write(f"{json.dumps(arguments)}\n")
        self._forking.stdin.flush()
        first = self._forking.stdout.readline()  # it ends with its process
        process = psutil.Process(int(first.split()[-1]))

        def kill() -> None:
            with suppress(psutil.NoSuchProcess):  # which also a later process of the same number raises
                process.kill()

        yield Victim(
            process.pid, chain([first], iter(self._forking.stdout.readline, DEAD)), kill, watch, self._imported
        )
