"""The table of checks: what each says, of which operation, in which versions of EWS, and by whose word."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """One check.

    `says` is a sentence of what holds; `operation` must be offered by the server, none where it is empty; `versions`
    are each that the server speaks, one of them, or `once` for the newest. `word` is `contract` where a published
    standard or the message contract demands it, and `reading` where clients rely on it and nothing public says so;
    `source` names where it stands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    says: str
    operation: str = ""
    versions: Literal["each", "1.1", "1.2", "once"] = "each"
    word: Literal["contract", "reading"]
    source: str


@cache
def rows() -> tuple[Row, ...]:
    """Return every check, in the order in which they are made."""
    tables = tomllib.loads(Path(__file__).with_name("table.toml").read_text(encoding="utf-8"))["check"]
    return tuple(Row.model_validate(table) for table in tables)
