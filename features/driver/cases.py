"""Which tests run what another one runs, with other parameters: examples of a scenario, cases of a test."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

import pytest


def further(items: Iterable[pytest.Item], kind: Callable[[pytest.Item], Hashable]) -> list[pytest.Item]:
    """Return, of the items of each kind, all but the one that stands first in the table of its parameters."""
    seen: set[Hashable] = set()
    found = []
    for item in sorted(items, key=_place):
        which = kind(item)
        if which in seen:
            found.append(item)
        seen.add(which)
    return found


def _place(item: pytest.Item) -> tuple[int, ...]:
    callspec = getattr(item, "callspec", None)
    return tuple(callspec.indices.values()) if callspec else ()
