from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.site.values import State
from sqlalchemy import Engine, event, text

from tests.evce_connector.persistence.conftest import START

QUARTER = timedelta(minutes=15)


@pytest.fixture
def store(engine: Engine) -> HistoryStore:
    return HistoryStore(engine)


def sample(number: int, value: float = 1.0, state: State = State.GOOD) -> Sample:
    return Sample(START + QUARTER * number, value, state)


def test_samples_come_back_as_they_went_in(store: HistoryStore) -> None:
    samples = [sample(0, 1.25), sample(1, 0.1 + 0.2, State.UNCERTAIN)]
    store.append([("a", one) for one in samples])
    assert store.page("a", None, None, 10) == samples


def test_the_same_samples_again_change_nothing(store: HistoryStore) -> None:
    store.append([("a", sample(0, 1.0))])
    store.append([("a", sample(0, 2.0)), ("a", sample(1, 3.0))])
    assert [one.value for one in store.page("a", None, None, 10)] == [1.0, 3.0]


def test_series_are_apart(store: HistoryStore) -> None:
    store.append([("a", sample(0)), ("b", sample(0, 2.0))])
    assert store.page("b", None, None, 10) == [sample(0, 2.0)]


def test_bounds_and_limit(store: HistoryStore) -> None:
    store.append([("a", sample(number)) for number in range(5)])
    assert store.page("a", START + QUARTER, START + 4 * QUARTER, 2) == [sample(1), sample(2)]


def test_an_unknown_series_is_empty(store: HistoryStore) -> None:
    assert store.page("a", None, None, 10) == []
    assert store.newest("a") is None
    assert store.append([]) is None


def test_the_newest_sample_is_known(store: HistoryStore) -> None:
    store.append([("a", sample(number)) for number in (3, 1)])
    assert store.newest("a") == sample(3).time


def test_samples_are_there_after_a_restart_and_for_another_store(store: HistoryStore, engine: Engine) -> None:
    other = HistoryStore(engine)
    store.append([("a", sample(0))])
    assert other.page("a", None, None, 10) == HistoryStore(engine).page("a", None, None, 10) == [sample(0)]
    other.append([("a", sample(1))])
    assert len(store.page("a", None, None, 10)) == 2


def test_pruning_deletes_what_is_older_in_every_series(store: HistoryStore) -> None:
    store.append([(item, sample(number)) for item in "ab" for number in range(4)])
    assert sum(store.prune(START + 2 * QUARTER)) == 4
    assert store.page("b", None, None, 10) == [sample(2), sample(3)]
    assert sum(store.prune(START)) == 0


PLANS = {
    "sqlite": ("QUERY PLAN", "USING PRIMARY KEY (series=? AND time>?)", "TEMP B-TREE"),
    "postgresql": ("(COSTS OFF)", "Index Scan using history_samples_pkey", "Sort"),
}
"""What each kind calls its plan, which walk is the index's, and what would sort."""


def test_a_first_page_of_many_samples_is_one_walk_of_the_index(store: HistoryStore, engine: Engine) -> None:
    store.append([("a", sample(number)) for number in range(100)])
    kind, walk, sorting = PLANS[engine.dialect.name]
    query = "SELECT * FROM history_samples WHERE series=1 AND time>=5 ORDER BY time LIMIT 1001"
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            for quicker_for_few in ("seqscan", "bitmapscan"):
                connection.exec_driver_sql(f"SET enable_{quicker_for_few} = off")
        plan = " ".join(str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN {kind} {query}"))
    assert walk in plan
    assert sorting not in plan


def test_a_boundary_is_one_statement_where_the_server_is_asked_for_each(store: HistoryStore, engine: Engine) -> None:
    store.append([("a", sample(0))])
    one_by_one = []

    def note(_: object, __: object, statement: str, ___: object, ____: object, executemany: object) -> None:
        if statement.startswith("INSERT INTO history_samples"):
            one_by_one.append(executemany)

    event.listen(engine, "before_cursor_execute", note)
    store.append([("a", sample(number, number + 0.5, State.UNCERTAIN)) for number in range(1, 4)])
    assert one_by_one == [engine.dialect.name == "sqlite"]
    assert store.page("a", None, None, 9)[1:] == [sample(number, number + 0.5, State.UNCERTAIN) for number in (1, 2, 3)]


KILLED = """
import sys
from datetime import timedelta
from pathlib import Path
from evce_connector.alarms.state_machine import Judgement
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.database import open_database
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.site.values import State
from tests.evce_connector.persistence.conftest import START, alarm_item
engine = open_database(sys.argv[1])
store, book = HistoryStore(engine), AlarmLog(engine)
for number in range(10**6):
    store.append([("a", Sample(START + timedelta(minutes=number), 1.0, State.GOOD))])
    book.move([(alarm_item(), Judgement(number % 2 == 0, 100, "EVCE Fault", "m"))], START)
    print(number, flush=True)
"""


def test_nothing_that_was_confirmed_is_lost_when_the_process_is_killed(database: str, engine: Engine) -> None:
    command = [sys.executable, "-c", KILLED, database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:  # noqa: S603
        deadline = time.monotonic() + 30
        confirmed = -1
        while confirmed < 20 and time.monotonic() < deadline:
            confirmed = int(process.stdout.readline())
        process.kill()
        rest = process.stdout.read().split("\n")
    confirmed = max([confirmed, *(int(line) for line in rest[:-1])])
    with engine.connect() as connection:
        samples = connection.scalar(text("SELECT count(*) FROM history_samples"))
        events = connection.scalar(text("SELECT count(*) FROM alarm_events"))
    assert confirmed >= 20
    assert samples - 1 >= confirmed
    assert events - 1 >= confirmed
