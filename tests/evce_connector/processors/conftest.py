"""Connectors on the bench: set up, polled once, and closed with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evce_connector.processors.bench import Connector


@pytest.fixture
def make_connector(tmp_path: Path, empty_database: Path) -> Iterator[Callable[..., Connector]]:
    """Make connectors, set up and polled once; they are closed with the test."""
    made: list[Connector] = []

    def make(**sections: dict[str, Any]) -> Connector:
        made.append(Connector(tmp_path, database=empty_database, **sections))
        made[-1].set_up()
        made[-1].poll()
        return made[-1]

    yield make
    for connector in made:
        connector.close()


@pytest.fixture
def connector(make_connector: Callable[..., Connector]) -> Connector:
    return make_connector()
