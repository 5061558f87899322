"""Who writes to the database: one connector at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; nobody owns the database yet."""
    op.create_table(
        "owner",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("renewals", sa.Integer, nullable=False),
        sa.Column("renewed", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("kernel", sa.String, nullable=False),
        sa.Column("process", sa.Integer, nullable=False),
        sa.Column("started", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
    )
