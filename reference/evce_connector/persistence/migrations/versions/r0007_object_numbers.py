"""Numbers of objects that their controller names by texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; no controller has named anything by a text before."""
    op.create_table(
        "object_numbers",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("text", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("kind", "number"),
    )
