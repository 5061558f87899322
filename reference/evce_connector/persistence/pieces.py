"""How rows that are too old go: piece by piece, a short transaction for each, so that no write waits long for one."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Connection, Engine, delete, select

PIECE = 500
"""Rows that one transaction deletes at most."""


def old_rows(engine: Engine, number: Column[int], old: ColumnElement[bool]) -> Iterator[list[int]]:
    """Yield the numbers of rows that are old, a piece of them at a time, the lowest first.

    A piece is looked up when the one before it was dealt with, in no transaction: whoever writes does not wait for it.
    """
    after = 0
    while True:
        query = select(number).where(number > after, old).order_by(number).limit(PIECE)
        with engine.connect() as connection:
            numbers = list(connection.scalars(query))
        if not numbers:
            return
        yield numbers
        after = numbers[-1]


def delete_rows(connection: Connection, number: Column[int], numbers: list[int]) -> int:
    """Delete rows by their numbers; returns how many there were."""
    return connection.execute(delete(number.table).where(number.in_(numbers))).rowcount
