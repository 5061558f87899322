"""How often tests kill a process that writes: 50 times by default, `nox -s kills` does it as often as it is told.

KILLS_SQLITE and KILLS_POSTGRESQL in the environment say how many on each kind of database.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import ClassVar, Self

import pytest

from tests.support.stopwatch import Took

USUAL = {"sqlite": 20, "postgresql": 10}
FIRST_ANSWER_WITHIN = 3.0
"""Seconds from the start of a process after a kill to its first answer with values, on a quiet machine."""
PER_DATABASE = 10
"""Kills, one after the other, on one database and one controller."""


def is_asked() -> bool:
    """Tell whether the environment asks for kills."""
    return any(f"KILLS_{kind.upper()}" in os.environ for kind in USUAL)


def asked() -> dict[str, int]:
    """Return how many kills are asked for on each kind of database."""
    return {kind: int(os.environ.get(f"KILLS_{kind.upper()}", usual)) for kind, usual in USUAL.items()}


def rounds(kills: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Return the kind of database, the seed and the kills of each round.

    >>> rounds({"sqlite": 12, "postgresql": 3})
    [('sqlite', 0, 10), ('sqlite', 1, 2), ('postgresql', 0, 3)]
    """
    return [
        (kind, seed, min(PER_DATABASE, count - first))
        for kind, count in kills.items()
        for seed, first in enumerate(range(0, count, PER_DATABASE))
    ]


@dataclass(frozen=True)
class Account:
    """What of one writer was compared, what of it is missing, and what is doubled or should be gone, in words."""

    writer: str
    compared: int
    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()


@dataclass(frozen=True)
class Round:
    """What the kills on one database came to: what each was at, each writer's account, and the first answers."""

    PROPERTY: ClassVar[str] = "kills"

    database: str
    moments: Sequence[str]
    accounts: Sequence[Account]
    answers: Sequence[Took]

    def text(self) -> str:
        """Write it as one property of a test's report."""
        rows = [[one.writer, one.compared, [*one.lost], [*one.doubled]] for one in self.accounts]
        return json.dumps([self.database, [*self.moments], rows, self.answers])

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Read what `text` wrote."""
        database, moments, rows, answers = json.loads(text)
        return cls(database, moments, [Account(*row) for row in rows], [Took(*answer) for answer in answers])


class Tally:
    """Tells how many kills are done while tests run, and ends with a table; a plugin of pytest."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rounds: list[Round] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a round, and say how far the kills are where they are asked for, and what is wrong at once."""
        found = [Round.of_text(str(value)) for name, value in report.user_properties if name == Round.PROPERTY]
        if report.when != "call" or not found:
            return
        self._rounds += found
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None or not is_asked():  # no worker of pytest-xdist has one
            return
        done = sum(len(one.moments) for one in self._rounds)
        worst = max((answer.own for one in self._rounds for answer in one.answers), default=0.0)
        reporter.write_line("")
        reporter.write_line(f"{done} of {sum(asked().values())} kills, slowest first answer so far {worst:.2f} s")
        for account in [account for one in found for account in one.accounts if account.lost or account.doubled]:
            reporter.write_line(f"{report.nodeid}: {account.writer}: lost {account.lost}, doubled {account.doubled}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """End with what was compared."""
        for line in table(self._rounds):
            terminalreporter.write_line(line)


def table(found: Sequence[Round]) -> Iterator[str]:
    """Write the figures of each kind of database, and of each writer on it."""
    for kind in dict.fromkeys(one.database for one in found):
        rounds_ = [one for one in found if one.database == kind]
        moments = Counter(moment for one in rounds_ for moment in one.moments)
        answers = [answer for one in rounds_ for answer in one.answers]
        yield (
            f"{kind}: {moments.total()} kills, first answer after a kill {_seconds([a.own for a in answers])}"
            f" (by the clock, on this machine: {_seconds([a.wall for a in answers])})"
        )
        yield "  killed at " + ", ".join(f"{moment} {count}" for moment, count in moments.items())
        yield f"  {'writer':22} {'compared':>9} {'lost':>5} {'doubled':>8}"
        for writer in dict.fromkeys(account.writer for one in rounds_ for account in one.accounts):
            of_writer = [account for one in rounds_ for account in one.accounts if account.writer == writer]
            lost, doubled = sum(len(one.lost) for one in of_writer), sum(len(one.doubled) for one in of_writer)
            yield f"  {writer:22} {sum(one.compared for one in of_writer):9} {lost:5} {doubled:8}"


def _seconds(figures: Sequence[float]) -> str:
    return f"{median(figures):.2f} s, worst {max(figures):.2f} s"
