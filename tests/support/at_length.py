"""Long tables of cases of which some are tried always and all before a release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

EVERY = 4
"""Of so many cases in a row one is tried always."""
_AT_LENGTH = [pytest.mark.once, pytest.mark.release]


def shortened(values: Iterable[object], every: int = EVERY) -> list[Any]:
    """Return values for `parametrize`; of so many in a row all but the first are for a release alone."""
    return [pytest.param(value, marks=_AT_LENGTH if at % every else []) for at, value in enumerate(values)]


def cases(named: Iterable[tuple[str, object]]) -> list[Any]:
    """Return cases with their names for `parametrize`; those that are for a release alone are marked so."""
    return [
        pytest.param(case, id=name, marks=_AT_LENGTH if number % EVERY else [])
        for number, (name, case) in enumerate(named)
    ]
