"""Room for the names of what stood in for bad objects in a poll: PostgreSQL refused those that were too long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen the column; SQLite never looked at its width."""
    with op.batch_alter_table("poll_pages") as table:
        table.alter_column("list", type_=sa.String(32), existing_type=sa.String(16), existing_nullable=False)
