"""Who may see and change the pages, and what they did there."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from evce_connector.persistence.schema import metadata

_users = Table(
    "portal_users",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password", String, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
)
_audit = Table(
    "portal_audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("user", String, nullable=False),
    Column("address", String, nullable=False),
    Column("act", String, nullable=False),
    Column("about", String, nullable=False),
)
