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
def engine(database: str) -> Iterator[Engine]:
    """Open an empty database, of one kind and then of the other."""
    engine = open_database(database)
    yield engine
    engine.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name the file of `sqlite_engine`."""
    return tmp_path / "store.db"


@pytest.fixture
def sqlite_engine(file: Path) -> Iterator[Engine]:
    """Open an empty SQLite database, for what holds of a file alone."""
    engine = open_database(f"sqlite:///{file.as_posix()}")
    yield engine
    engine.dispose()


def alarm_item(number: int = 1) -> AlarmItem:
    source = ValueItem(f"Stations/{number}/StationStatus", BY_NAME["StationStatus"], "", "available")
    return AlarmItem(f"Stations/{number}/Alarm", f"Station-EVSimu{number}_Alarm", "Alarm for Station Status", source)
