"""The README says of the simulator's coverage what the stamps say."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_readme_counts_what_is_assumed_as_the_stamps_do() -> None:
    coverage = (ROOT / "simulators/evce_simulator/docs/COVERAGE.md").read_text(encoding="utf-8")
    (counts,) = re.findall(r"\d+ parts: \d+ guide, \d+ assumed, \d+ verified", coverage)

    assert counts in (ROOT / "README.md").read_text(encoding="utf-8")
