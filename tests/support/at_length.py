"""Long tables of cases of which some are tried always and all before a release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

EVERY = 4
"""Of so many cases in a row one is tried always."""


def cases(named: Iterable[tuple[str, object]]) -> list[Any]:
    """Return cases with their names for `parametrize`; those that are for a release alone are marked so."""
    return [
        pytest.param(case, id=name, marks=[pytest.mark.release] if number % EVERY else [])
        for number, (name, case) in enumerate(named)
    ]
