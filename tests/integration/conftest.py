"""Sites that are joined through dialects, for all tests that read and write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from evce_connector.clock import ManualClock

from tests.support.dialects import Join, joined_through
from tests.support.joined import JoinedSite


@pytest.fixture
def join(tmp_path: Path) -> Iterator[Join]:
    """Make sites whose controller speaks a dialect, or the contract; all clocks begin at the same instant."""
    with ExitStack() as stack:

        def made(profile: str | None, scenario: str = "campus", **sections: Any) -> JoinedSite[ManualClock]:  # noqa: ANN401 - entries of a configuration
            folder = tmp_path / (Path(profile).stem if profile else "contract")
            folder.mkdir()
            site = stack.enter_context(joined_through(folder, profile, scenario, **sections))
            site.set_up()
            site.poll()
            return site

        yield made
