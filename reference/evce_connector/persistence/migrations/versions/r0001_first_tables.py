"""The tables of 0.1.0; those that a database without a revision has already are left as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make what is not there yet."""
    _site()
    _history()
    _events()
    _ledgers()
    _clients()


def _site() -> None:
    op.create_table(
        "site_objects",
        sa.Column("list", sa.String(16), primary_key=True),
        sa.Column("folder", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("gone_since", sa.String(32), nullable=False),
        sa.Column("body", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "poll_pages",
        sa.Column("list", sa.String(16), primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String, nullable=False),
        if_not_exists=True,
    )


def _history() -> None:
    op.create_table(
        "history_series",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item", sa.String, nullable=False, unique=True),
        if_not_exists=True,
    )
    op.create_table(
        "history_samples",
        sa.Column("series", sa.Integer, sa.ForeignKey("history_series.id"), primary_key=True),
        sa.Column("time", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def _events() -> None:
    op.create_table(
        "alarm_events",
        sa.Column("sequence", _SEQUENCE, primary_key=True, autoincrement=False),
        sa.Column("alarm", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("source_name", sa.String, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("acknowledge", sa.SmallInteger, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("occurrence", sa.BigInteger, nullable=False),
        sa.Column("transition", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    op.create_index("alarm_events_by_alarm", "alarm_events", ["alarm", "sequence"], if_not_exists=True)
    op.create_table(
        "alarm_book",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "system_events",
        sa.Column("sequence", _SEQUENCE, primary_key=True, autoincrement=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        if_not_exists=True,
    )


def _ledgers() -> None:
    op.create_table(
        "site_changes",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("old", sa.String, nullable=False),
        sa.Column("new", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "commands",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("user", sa.String(128), nullable=False),
        sa.Column("client", sa.String(128), nullable=False),
        sa.Column("item", sa.String(128), nullable=False),
        sa.Column("old", sa.String, nullable=False),
        sa.Column("new", sa.String, nullable=False),
        sa.Column("success", sa.Boolean, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("read_back", sa.String, nullable=False),
        sa.Column("valid_until", sa.String(32), nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_commands_item", "commands", ["item"], if_not_exists=True)


def _clients() -> None:
    op.create_table(
        "adopted_items",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("event_type", sa.Integer, nullable=False),
        sa.Column("event_mode", sa.Integer, nullable=False),
        sa.Column("wanted", sa.String, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("terminated", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
