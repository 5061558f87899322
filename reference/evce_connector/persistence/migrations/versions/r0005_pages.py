"""What the pages keep: versions of the settings, users, what they did, and the last runs of each processor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; nothing is kept of the time before them."""
    op.create_table(
        "settings",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "portal_users",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "portal_audit",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
    )
    op.create_table(
        "processor_runs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("configuration", sa.String, nullable=False, index=True),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("prompts", sa.Text, nullable=False),
    )
