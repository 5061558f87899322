"""A controller that sends nonsense: no poll ends with anything but a site or an error that says so."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from evce_connector.evce import profile
from evce_connector.evce.dialect.api import DialectApi
from evce_connector.evce.errors import EvceError
from evce_connector.evce.reader import SiteReader
from pydantic_core import from_json

from tests.evce_connector.evce.dialect.test_shipped import BODY, SITES
from tests.evce_connector.evce.dialect.told import MemoryNumbers, Told, shipped

NONSENSE = [None, True, 0, -1, 1.5, 1e300, 10**400, float("nan"), "", "x", [], [[]], [None], {}, {"a": {}}, {"": [1]}]


def places(document: Any, *before: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """Yield the way to each value of a document."""
    yield before
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in parts:
        yield from places(value, *before, key)


def spoilt(documents: dict[str, Any], where: str, place: tuple[Any, ...], value: object) -> dict[str, Any]:
    """Return documents with another value in one place of one of them."""
    changed: Any = copy.deepcopy(documents)
    holder = changed
    for key in (where, *place)[:-1]:
        holder = holder[key]
    holder[(where, *place)[-1]] = value
    return changed  # type: ignore[no-any-return] # JSON


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: str(value)[:8] or "empty")
@pytest.mark.parametrize("name", SITES)
def test_nonsense_in_any_place_is_a_site_all_the_same_or_an_error_that_says_so(name: str, value: object) -> None:
    dialect, good = shipped(name), SITES[name]
    api, reader = DialectApi(dialect, MemoryNumbers()), SiteReader(profile.load(name))
    reader.read(api.fetch(Told(good)))
    for where, document in good.items():
        for place in places(document):
            told = Told(spoilt(good, where, place, value))
            with suppress(EvceError):
                raw = api.fetch(told)
                reader.read(raw)
                assert all(from_json(page) for one in (raw.zones, raw.stations, raw.connectors) for page in one.pages)
            with suppress(EvceError, ValueError):
                api.get(told, "connectors", 1)
            with suppress(EvceError, ValueError):
                api.get(told, "zones", 3)
            with suppress(EvceError, ValueError):
                api.put_reduction(told, 3, BODY)
            with suppress(EvceError, ValueError):
                api.put_availability(told, 1, {"available": False})
