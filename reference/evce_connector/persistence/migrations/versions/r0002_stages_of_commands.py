"""How far each command came, and indexes by which neither a write nor a start reads the whole ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column, empty for what older versions kept, and the indexes."""
    op.add_column("commands", sa.Column("stage", sa.String(16), nullable=False, server_default=""))
    op.create_index("ix_commands_last", "commands", ["success", "item", "sequence"])
    op.create_index("ix_commands_stage", "commands", ["stage", "sequence"])
