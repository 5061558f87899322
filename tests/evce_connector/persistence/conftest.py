from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evce_connector.persistence.database import open_database
from evce_connector.points.tree import AlarmItem, ValueItem
from evce_connector.site.catalogue import BY_NAME
from sqlalchemy import Engine

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


def alarm_item(number: int = 1) -> AlarmItem:
    source = ValueItem(f"Stations/{number}/StationStatus", BY_NAME["StationStatus"], "", "available")
    return AlarmItem(f"Stations/{number}/Alarm", f"Station-EVSimu{number}_Alarm", "Alarm for Station Status", source)
