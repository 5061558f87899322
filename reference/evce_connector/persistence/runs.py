"""The last runs of each processor configuration: when, how long, how they ended, what they had to say."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text

from evce_connector.persistence.schema import metadata

_runs = Table(
    "processor_runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("configuration", String, nullable=False, index=True),
    Column("started", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("prompts", Text, nullable=False),
)
