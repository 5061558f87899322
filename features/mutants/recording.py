"""Which scenarios and tests execute which lines of the connector, and how long each takes.

Only those that execute a changed line can notice the change. Of the examples of one scenario the first and the last are
recorded, and stand for those between them: a mutant that only another one could notice counts as a survivor.
"""

from __future__ import annotations

import ast
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from features.mutants.patches import source_of

Lines = dict[str, frozenset[int]]
"""Executed lines by module."""


class Seen(NamedTuple):
    """What one scenario or test executed: its id for pytest, whether it passed, s that it took, and the lines."""

    node: str
    passed: bool
    seconds: float
    lines: Lines


@dataclass
class Recording:
    """What was seen of all of them: lines executed on import, and by each group of examples."""

    at_import: Lines = field(default_factory=dict)
    nodes: dict[str, str] = field(default_factory=dict)
    """All of them by their ids, each with the feature or the file it stands in."""
    lines: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    is_empty: bool = False
    """Whether nothing was recorded: then everyone may execute everything."""

    def wanted(self) -> list[str]:
        """Return the first and the last example of each group."""
        nodes = list(self.nodes)
        ends = {group(node): node for node in nodes[::-1]}, {group(node): node for node in nodes}
        return list(dict.fromkeys(node for found in ends for node in found.values()))

    def take(self, seen: Seen) -> None:
        """Take in what one of them executed; what fails on the connector as it is can notice nothing."""
        if not seen.passed:
            self.failing.add(seen.node)
            return
        self.passed.add(seen.node)
        name = group(seen.node)
        self.seconds[name] = max(seen.seconds, self.seconds.get(name, 0.0))
        of_group = self.lines.setdefault(name, {})
        for module, lines in seen.lines.items():
            of_group.setdefault(module, set()).update(lines)

    def is_at_import(self, module: str, line: int) -> bool:
        """Whether the statement at a line is executed before any scenario begins."""
        return bool(self.at_import.get(module, frozenset()) & statement_at(source_of(module), line))

    def of(self, module: str, line: int) -> list[str]:
        """Return who executes the statement at a line; everyone for one that is executed on import."""
        if self.is_empty or self.is_at_import(module, line):
            return self.everyone()
        lines = statement_at(source_of(module), line)
        found = {name for name, seen in self.lines.items() if seen.get(module, set()) & lines}
        return [node for node in self.nodes if group(node) in found and node not in self.failing]

    def everyone(self) -> list[str]:
        """Return all that pass on the connector as it is."""
        if self.is_empty:
            return list(self.nodes)
        return [node for node in self.nodes if group(node) in self.lines and node not in self.failing]


def group(node: str) -> str:
    """Return what a scenario or test is an example of."""
    return node.partition("[")[0]


def statement_at(source: str, line: int) -> set[int]:
    """Return the lines of the statement at a line; of one that holds others (`if`, `def`) those before the first."""
    found = {line}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt | ast.ExceptHandler) and node.lineno <= line <= (node.end_lineno or 0):
            body = getattr(node, "body", None)
            end = max(node.lineno, body[0].lineno - 1) if isinstance(body, list) and body else node.end_lineno or 0
            if line <= end:
                found = set(range(node.lineno, end + 1))
    return found


def kept(make: Callable[[Recording | None], Recording], path: Path | None = None) -> Recording:
    """Return a recording of everything; a file keeps it from run to run, as long as the connector stays the same."""
    before: Recording | None = None
    if path is not None and path.exists():
        before = pickle.loads(path.read_bytes())  # noqa: S301 - our own file
    recording = make(before)
    if path is not None:
        path.write_bytes(pickle.dumps(recording))
    return recording
