"""The tables' common home; each store declares its own tables on this metadata."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
