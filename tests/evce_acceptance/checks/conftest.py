"""What tests of checks share: the guide's site with its connector, in this process, whose time is the test's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from features.driver.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Start the guide's site in this process, and poll it."""
    made = World("in-process", "guide", tmp_path)
    made.start()
    yield made
    made.close()
