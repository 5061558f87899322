"""Damage to a database's file, as a disk does it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path


def spoilt(file: Path) -> None:
    """Let the pages of the commands, and nothing else, be rubbish."""
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'commands'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as content:
        content.seek((page - 1) * size)
        content.write(b"\xff" * size)


def flipped(value: object, chance: random.Random) -> object:
    """Change a bit of one character, as a disk does."""
    content = bytearray(value if isinstance(value, bytes) else str(value).encode())
    if content:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(7)
    return bytes(content) if isinstance(value, bytes) else content.decode("utf-8", "replace")


def no_utf_8(value: object, _: random.Random) -> object:
    return b"\xff\xfe" + str(value).encode()


def text(_: object, __: random.Random) -> object:
    return "{ neither JSON nor a number"


def huge(_: object, __: random.Random) -> object:
    return 2**62 + 1


def blob(_: object, __: random.Random) -> object:
    return b"\x00\x01"


SPOILS: tuple[Callable[[object, random.Random], object], ...] = (flipped, no_utf_8, text, huge, blob)


def spoil(file: Path, table: str, column: str, chance: random.Random) -> None:
    """Spoil a column of every row, each row in one way or another; keys that SQLite keeps numbers stay."""
    with closing(sqlite3.connect(file)) as connection, connection:
        keys = [name for *_, name, _, _, _, key in connection.execute(f"PRAGMA table_info({table})") if key]
        where = " AND ".join(f'"{key}" IS ?' for key in keys)
        rows = connection.execute(f'SELECT "{column}", {", ".join(keys)} FROM {table}').fetchall()  # noqa: S608 - ours
        assert rows, f"{table} holds nothing that could be spoilt"
        for value, *key in rows:
            how = chance.choice(SPOILS)
            changed = how(value, chance)
            cast_ = "CAST(? AS TEXT)" if how is no_utf_8 else "?"
            change = f'UPDATE OR IGNORE {table} SET "{column}" = {cast_} WHERE {where}'  # noqa: S608 - ours
            connection.execute(change, (changed, *key))
