"""Writes that were refused at once: kept as they were sent, so many a minute and in all, with what is more counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from evce_connector.clock import ManualClock
from evce_connector.persistence.commands import Command, CommandLedger
from evce_connector.persistence.refused_writes import A_MINUTE, KEPT, MOST_WAITING, RefusedWrites, all_lines
from evce_connector.points.write_request import RefusedWrite
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

NONSENSE = RefusedWrite("ebo", "192.168.0.7", "Zones/9/ZoneReduction", "", "5", "INVALID_ID")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def refused(engine: Engine, clock: ManualClock) -> RefusedWrites:
    return RefusedWrites(engine, clock)


def rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM refused_writes")).scalar_one())


@contextmanager
def without_table(engine: Engine) -> Iterator[None]:
    """Let the database take nothing of it."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE refused_writes RENAME TO away"))
    yield
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO refused_writes"))


def test_a_refusal_is_a_line_with_who_when_what_and_why(engine: Engine, refused: RefusedWrites) -> None:
    refused.keep(RefusedWrite("ebo", "192.168.0.7", "Zones/1/ZoneReduction", "10.0", "much", "INVALID_VALUE: no"))
    refused.flush()
    (line,) = RefusedWrites(engine).lines()
    assert line == Command(
        at="2026-01-01T00:00:00Z",
        user="ebo",
        client="192.168.0.7",
        item="Zones/1/ZoneReduction",
        old="10.0",
        new="much",
        success=False,
        answer="INVALID_VALUE: no",
        stage="refused",
    )


def test_nothing_is_written_before_somebody_flushes_and_it_is_shown_all_the_same(
    engine: Engine, refused: RefusedWrites
) -> None:
    refused.keep(NONSENSE)
    assert (rows(engine), refused.waiting, len(refused.lines())) == (0, 1, 1)
    refused.flush()
    assert (rows(engine), refused.waiting, len(refused.lines())) == (1, 0, 1)


def test_what_was_sent_is_one_short_line_of_which_no_secret_is_left(engine: Engine, clock: ManualClock) -> None:
    refused = RefusedWrites(engine, clock, lambda text: text.replace("hush", "~"))
    refused.keep(RefusedWrite("ebo", "::1", "x" * 1000, "", f"a\n\x1b[2J\u2028{'b' * 190}hush", "INVALID_ID"))
    (line,) = refused.lines()
    assert (len(line.item), line.item[-1]) == (200, "…")
    assert line.new == f"a [2J {'b' * 190}~"


def test_what_is_more_than_so_many_a_minute_is_counted_and_the_count_told(
    engine: Engine, refused: RefusedWrites, clock: ManualClock
) -> None:
    for _ in range(A_MINUTE + 7):
        refused.keep(NONSENSE)
    refused.flush()
    assert [line.item for line in refused.lines()] == [NONSENSE.item] * A_MINUTE + [""]
    assert refused.lines()[-1].answer == f"7 more writes that were refused are not kept: {A_MINUTE} of a minute are"
    clock.advance(60)
    refused.keep(NONSENSE)
    refused.flush()
    assert (rows(engine), refused.lines()[-1].item) == (A_MINUTE + 2, NONSENSE.item)


def test_the_newest_lines_alone_stay(engine: Engine, refused: RefusedWrites, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KEPT == 5000
    monkeypatch.setattr("evce_connector.persistence.refused_writes.KEPT", 3)
    for number in range(5):
        refused.keep(RefusedWrite("ebo", "::1", f"Zones/{number}", "", "", "INVALID_ID"))
        refused.flush()
    assert (rows(engine), [line.item for line in refused.lines()]) == (3, ["Zones/2", "Zones/3", "Zones/4"])


def test_while_the_database_takes_nothing_so_many_wait_and_the_others_are_counted(
    sqlite_engine: Engine, clock: ManualClock
) -> None:
    refused = RefusedWrites(sqlite_engine, clock)
    with without_table(sqlite_engine):
        for _ in range(MOST_WAITING // A_MINUTE + 1):
            for _ in range(A_MINUTE):
                refused.keep(NONSENSE)
            clock.advance(60)
        with pytest.raises(SQLAlchemyError):
            refused.flush()
        assert refused.waiting == MOST_WAITING
    refused.flush()
    assert refused.waiting == 0
    assert rows(sqlite_engine) == MOST_WAITING + 1
    assert refused.lines(1)[0].answer.startswith(f"{A_MINUTE} more writes")


def test_ledger_and_refusals_are_told_by_their_time(engine: Engine, refused: RefusedWrites, clock: ManualClock) -> None:
    ledger = CommandLedger(engine)
    ledger.complete((), [Command("2026-01-01T00:00:01.5Z", "ebo", "::1", "second", "", "", success=True)])
    for item in ("first", "third"):
        clock.advance(1)
        refused.keep(RefusedWrite("ebo", "::1", item, "", "", "INVALID_ID"))
    assert [line.item for line in all_lines(ledger, refused, None, None)] == ["first", "second", "third"]
