"""The settings that the pages edit: each version a whole document, so that a Save is there whole or not at all."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from evce_connector.persistence.schema import metadata

_settings = Table(
    "settings",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("words", String, nullable=False),
    Column("document", Text, nullable=False),
)
