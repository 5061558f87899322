"""Instants as the database keeps them: whole microseconds since 1970 in UTC, equal on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

from evce_connector.site.values import EPOCH

_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return the microseconds of an aware instant.

    >>> to_micros(datetime.fromisoformat("1970-01-01T01:00:01+01:00"))
    1000000
    """
    return (instant - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the instant in UTC."""
    return EPOCH + timedelta(microseconds=micros)
