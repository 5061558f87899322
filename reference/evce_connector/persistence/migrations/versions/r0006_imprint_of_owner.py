"""What the file alone said of its owner: a log that was left by a kill is known by it to belong to the file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; of what wrote the row before nothing is known."""
    op.add_column("owner", sa.Column("imprint", sa.String(), nullable=False, server_default=""))
