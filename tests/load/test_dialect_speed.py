"""What a poll in a shipped dialect costs is bounded by what fetching its pages costs."""

from __future__ import annotations

import pytest

from load.bench import polls

CONNECTORS = 1_000


@pytest.mark.release
@pytest.mark.once
@pytest.mark.timeout(180)
def test_a_poll_in_each_shipped_dialect_is_within_its_bound_beside_the_floor() -> None:
    judged = [figure for figure in polls.measure_dialects(CONNECTORS) if figure.limit is not None]
    assert len(judged) == 2 * len(polls.DIALECTS)
    assert [figure for figure in judged if figure.verdict != "reached"] == []
