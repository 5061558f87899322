"""Whoever runs all features is told when FAILURES.md does not say what they measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.failures import page
from features.failures.measuring import Measuring

DRIFTED = f"{page.PAGE.name} is not as it was measured: run python -m features.failures --write."


class Compared(Measuring):
    """A pytest plugin that fails a run in which everything was measured, and other than a file says."""

    def __init__(self, file: Path = page.PAGE) -> None:
        super().__init__()
        self._file = file
        self.said = ""

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare, if nothing is lacking; a run of some features alone says nothing."""
        if not self.failed and not page.lacking(self) and page.drifted(page.document(self), self._file):
            self.said = DRIFTED
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why the run failed."""
        if self.said:
            terminalreporter.write_line(self.said, red=True)
