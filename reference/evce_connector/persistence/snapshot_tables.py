"""The tables of what was read of the controller, and how their rows are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from evce_connector.history.schedule import LogPosition
from evce_connector.persistence.readable import Reader, instant
from evce_connector.persistence.schema import metadata
from evce_connector.site.catalogue import LISTS

objects_table = Table(
    "site_objects",
    metadata,
    Column("list", String(16), primary_key=True),
    Column("folder", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("gone_since", String(32), nullable=False),
    Column("body", String, nullable=False),
)
pages_table = Table(
    "poll_pages",
    metadata,
    Column("list", String(32), primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
facts_table = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String, nullable=False),
)


def _fact(row: Any) -> str:  # noqa: ANN401 - a row of the table
    FACTS.get(row.name, str)(row.value)
    return str(row.value)


def _object(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the table
    if row.list not in LISTS:
        raise ValueError(f"there is no list {row.list!r}")
    _document(row.body, dict)
    if row.gone_since:
        instant(row.gone_since)
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def _page(row: Any) -> tuple[str, bytes]:  # noqa: ANN401 - a row of the table
    if row.list == "at":
        instant(row.body.decode())
    elif row.list == "system":
        _document(row.body, dict)
    elif row.list.removeprefix("replaced ") not in LISTS:
        raise ValueError(f"there is no list {row.list!r}")
    elif row.list in LISTS:
        _of_kind(_document(row.body, dict)["items"], list)
    else:
        _document(row.body, list)
    return row.list, row.body


def _document(text: str | bytes, kind: type) -> Any:  # noqa: ANN401 - JSON
    return _of_kind(json.loads(text), kind)


def _of_kind(found: Any, kind: type) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(found, kind):
        raise TypeError(f"it is {type(found).__name__} in place of {kind.__name__}")
    return found


FACTS: dict[str, Callable[[str], object]] = {
    "setup.system": lambda text: _document(text, dict),
    "setup.at": instant,
    "logs.position": LogPosition.of_text,
    "settings.ran": int,
}
"""How the facts are read that are more than words."""
FACT_ROWS, OBJECT_ROWS, PAGE_ROWS = (
    Reader(facts_table, _fact),
    Reader(objects_table, _object),
    Reader(pages_table, _page),
)
