"""Each statement is refused in turn (tests/support/each_statement.py): clients are answered, and it is told."""

from __future__ import annotations

import pytest

from tests.support.at_length import shortened
from tests.support.each_statement import REFUSED, Begin, begin, tracebacks, troubles_of

__all__ = ["begin"]
pytestmark = [pytest.mark.once, pytest.mark.no_cover, pytest.mark.timeout(300)]


@pytest.mark.parametrize("way", shortened(REFUSED))
def test_whatever_statement_fails_clients_are_answered_it_is_told_and_all_is_well_again(
    begin: Begin,
    caplog: pytest.LogCaptureFixture,
    way: str,
) -> None:
    assert troubles_of(begin, REFUSED[way]) + tracebacks(caplog) == []
