"""Numbers of objects that are named by texts: the same for ever, whatever the database does, and whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from evce_connector.evce.errors import EvceAnswerError
from evce_connector.evce.numbers import LONGEST, HeldNumbers
from evce_connector.persistence import attempts
from evce_connector.persistence.database import open_database
from evce_connector.persistence.numbers import NumberStore
from evce_connector.persistence.readable import UnreadableRows, drop
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError


@pytest.fixture
def store(engine: Engine) -> NumberStore:
    return NumberStore(engine)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a database that failed be asked again at once."""
    monkeypatch.setattr(attempts, "PAUSE", 0.0)


@contextmanager
def refusing(engine: Engine, *words: str) -> Iterator[None]:
    """Let the database refuse statements with such words inside."""

    def refuse(*arguments: object) -> None:
        if any(word in str(arguments[2]) for word in words):
            raise OperationalError(str(arguments[2]), None, Exception("disk is full"))

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def rows(engine: Engine) -> list[tuple[str, str, int]]:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT kind, text, number FROM object_numbers ORDER BY kind, number"))
        return [tuple(row) for row in found]


@pytest.mark.parametrize("kind", ["held", "kept"])
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ([("a", None), ("b", None), ("a", None)], [1, 2, 1]),
        ([("a", 7), ("b", 7), ("c", None)], [7, 1, 2]),
        ([("a", None), ("b", 1), ("c", 2), ("d", None)], [1, 2, 3, 4]),
        ([("a", 2), ("b", None), ("c", None)], [2, 1, 3]),
        ([("a", 5), ("a", 9)], [5, 5]),
        ([("a", True), ("b", 0), ("c", -1), ("d", 10**16)], [1, 2, 3, 4]),
        ([("Nord", None), ("nord", None), ("Nord ", None)], [1, 2, 3]),
    ],
)
def test_a_new_object_gets_the_number_that_it_wishes_if_that_is_free_and_else_the_next(
    store: NumberStore, kind: str, asked: list[tuple[str, int | None]], given: list[int]
) -> None:
    numbers = store if kind == "kept" else HeldNumbers()
    found = [numbers.number("zone", name, wished) for name, wished in asked]
    assert (found, {type(number) for number in found}) == (given, {int})
    assert [numbers.text("zone", number) for number in given] == [name for name, _ in asked]


@pytest.mark.parametrize("kind", ["held", "kept"])
def test_each_kind_is_numbered_by_itself_and_what_has_no_number_has_no_text(store: NumberStore, kind: str) -> None:
    numbers = store if kind == "kept" else HeldNumbers()
    assert [numbers.number(one, "a") for one in ("zone", "station", "plug 7", "plug 8")] == [1, 1, 1, 1]
    assert (numbers.text("zone", 2), numbers.text("connector", 1)) == (None, None)


def test_numbers_are_the_same_after_a_restart_whatever_the_order_and_the_wishes(
    store: NumberStore, engine: Engine
) -> None:
    assert [store.number("zone", name) for name in "abc"] == [1, 2, 3]
    assert store.keep()
    again = NumberStore(engine)
    assert [again.number("zone", name, 1) for name in "cbd"] == [3, 2, 4]
    assert (again.text("zone", 1), again.number("zone", "a")) == ("a", 1)


def test_what_is_not_kept_yet_is_not_written_for_each_object(store: NumberStore, engine: Engine) -> None:
    """A first fetch of a large site would be thousands of transactions."""
    store.number("zone", "a")
    store.number("zone", "b")
    assert rows(engine) == []
    store.keep()
    assert rows(engine) == [("zone", "a", 1), ("zone", "b", 2)]


def test_with_nothing_new_the_database_is_not_asked(store: NumberStore, engine: Engine) -> None:
    store.number("zone", "a")
    store.flush()
    with refusing(engine, ""):
        store.flush()
        assert (store.number("zone", "a"), store.text("zone", 1), store.keep()) == (1, "a", True)


def test_a_text_that_no_index_takes_is_an_answer_that_cannot_be_used(store: NumberStore, engine: Engine) -> None:
    assert store.number("zone", "ä" * LONGEST) == 1
    with pytest.raises(EvceAnswerError, match=f"has more than {LONGEST} characters"):
        store.number("zone", "x" * (LONGEST + 1))
    store.flush()
    assert NumberStore(engine).text("zone", 1) == "ä" * LONGEST


def test_while_the_database_takes_nothing_numbers_come_from_memory_and_are_written_later(
    store: NumberStore, engine: Engine
) -> None:
    store.number("zone", "a")
    store.keep()
    with refusing(engine, "INSERT"):
        assert (store.number("zone", "b"), store.number("zone", "c", 9)) == (2, 9)
        assert store.keep()
        with pytest.raises(OperationalError):
            store.flush()
    assert (store.number("zone", "b"), store.text("zone", 9)) == (2, "c")
    store.flush()
    assert rows(engine) == [("zone", "a", 1), ("zone", "b", 2), ("zone", "c", 9)]


def test_a_database_that_cannot_even_be_read_does_not_hinder_a_new_number(store: NumberStore, engine: Engine) -> None:
    with refusing(engine, "SELECT", "INSERT", "BEGIN"):
        assert store.number("zone", "a") == 1
        assert store.keep()
    assert store.keep()
    assert rows(engine) == [("zone", "a", 1)]


def test_what_another_process_has_written_meanwhile_is_read_before_a_new_number_is_given(
    store: NumberStore, engine: Engine
) -> None:
    other = NumberStore(engine)
    other.number("zone", "a", 4)
    other.number("zone", "b")
    other.keep()
    assert [store.number("zone", name) for name in "bac"] == [1, 4, 2]
    assert store.keep()


def test_what_was_written_first_holds_and_who_gave_another_number_is_told_to_ask_again(
    store: NumberStore, engine: Engine
) -> None:
    other = NumberStore(engine)
    assert [other.number("zone", name) for name in "ab"] == [1, 2]
    assert [store.number("zone", name) for name in "bc"] == [1, 2]
    other.keep()
    assert not store.keep()
    assert [store.number("zone", name) for name in "abc"] == [1, 2, 3]
    assert [store.text("zone", number) for number in (1, 2, 3)] == ["a", "b", "c"]
    assert store.keep()
    assert rows(engine) == [("zone", "a", 1), ("zone", "b", 2), ("zone", "c", 3)]


def test_one_that_was_written_with_the_same_number_is_no_reason_to_ask_again(
    store: NumberStore, engine: Engine
) -> None:
    other = NumberStore(engine)
    assert (other.number("zone", "a"), store.number("zone", "a")) == (1, 1)
    assert (other.keep(), store.keep()) == (True, True)
    assert rows(engine) == [("zone", "a", 1)]


def test_many_threads_give_each_text_one_number_and_each_number_one_text(store: NumberStore, engine: Engine) -> None:
    texts = [f"zone {number % 50}" for number in range(400)]

    def number(text: str) -> int:
        found = store.number("zone", text)
        store.keep()
        return found

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(number, texts))
    assert len(set(given)) == len(set(zip(texts, given, strict=True))) == 50
    assert {(text, number) for _, text, number in rows(engine)} == set(zip(texts, given, strict=True))


def test_a_database_that_was_opened_anew_gets_all_numbers(store: NumberStore, engine: Engine) -> None:
    store.number("zone", "a", 3)
    store.keep()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM object_numbers"))
        connection.execute(text("INSERT INTO object_numbers VALUES ('zone', 'b', 1)"))
    store.take_up()
    assert rows(engine) == [("zone", "b", 1), ("zone", "a", 3)]
    assert store.text("zone", 1) == "b"


def test_a_row_that_cannot_be_read_is_told_and_hinders_no_other(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO object_numbers VALUES ('zone', 'a', 0), ('zone', 'b', 2)"))
    store = NumberStore(engine)
    assert (store.text("zone", 2), store.number("zone", "a")) == ("b", 1)
    assert store.keep()
    found = UnreadableRows.of(engine).take()
    assert [row.key for row in found] == [("zone", "a")]
    drop(engine, found)
    store.flush()
    assert rows(engine) == [("zone", "a", 1), ("zone", "b", 2)]


def test_a_database_of_before_gets_the_table(database: str) -> None:
    engine = open_database(database)
    with engine.begin() as connection:
        for table in ("object_numbers", "refused_writes"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    engine.dispose()
    engine = open_database(database)
    assert NumberStore(engine).number("zone", "a") == 1
    engine.dispose()
