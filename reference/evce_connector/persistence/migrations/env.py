"""Runs revisions on the connection that it is handed, inside the transaction that is open on it."""

from __future__ import annotations

from alembic import context

from evce_connector.persistence.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table: a new one takes the place of the old
)
context.run_migrations()
