"""Children of a load test or benchmark: Python modules of this tree, driven by one line of JSON for each request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

ROOT = Path(__file__).resolve().parent.parent
_END = 20.0
"""Seconds that a child gets to end by itself."""


class ChildError(Exception):
    """A child that did not answer, or answered with a trouble."""


def environment() -> dict[str, str]:
    """Return the environment of a child: ours, with this tree on the path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


def spawn(*arguments: str, **options: Any) -> subprocess.Popen[str]:  # noqa: ANN401 - Popen's own
    """Start this Python with arguments."""
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, text=True, env=environment(), cwd=ROOT, **options)  # noqa: S603 - our own modules


class Child:
    """A child process that answers requests; its first line tells where it is served.

    `log` takes what it writes on standard error.
    """

    def __init__(self, module: str, *arguments: str, log: IO[str] | None = None) -> None:
        self.name = module
        self.process = spawn("-m", module, *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self.ready: dict[str, Any] = self._read(120.0)

    def ask(self, do: str, *, within: float = 120.0, **values: Any) -> Any:  # noqa: ANN401 - JSON
        """Send a request and return its answer; ChildError when it fails or takes longer than `within` s."""
        assert self.process.stdin is not None  # noqa: S101 - for the type checker
        self.process.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self.process.stdin.flush()
        return self._read(within)

    def _read(self, within: float) -> Any:  # noqa: ANN401 - JSON
        assert self.process.stdout is not None  # noqa: S101 - for the type checker
        watchdog = threading.Timer(within, self.process.kill)
        watchdog.start()
        try:
            line = self.process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            raise ChildError(f"{self.name} ended or did not answer within {within:.0f} s.")
        answer = json.loads(line)
        if isinstance(answer, dict) and "trouble" in answer:
            raise ChildError(f"{self.name}: {answer['trouble']}")
        return answer

    def close(self) -> None:
        """End the child."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        end(self.process)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def end(process: subprocess.Popen[Any]) -> None:
    """Wait until a child has ended, and end it when it does not."""
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def serve(ready: dict[str, Any], actions: dict[str, Callable[..., Any]]) -> None:
    """Be such a child: tell where, then answer requests until standard input ends."""
    print(json.dumps(ready), flush=True)  # noqa: T201 - the protocol is lines on standard output
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = actions[request.pop("do")](**request)
        except Exception as error:  # noqa: BLE001 - the parent says what went wrong
            answer = {"trouble": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)  # noqa: T201 - as above
