"""The logs of history items: samples clustered by series and time, so that a page is one short walk of an index."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    bindparam,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from evce_connector.persistence.attempts import NEVER_TAKEN, Attempts
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.pieces import PIECE
from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.turns import writing
from evce_connector.persistence.waiting_samples import Batch, Sample, WaitingSamples
from evce_connector.site.values import State

LOGGER = logging.getLogger("evce_connector")
_series = Table(
    "history_series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", String, nullable=False, unique=True),
)
_samples = Table(
    "history_samples",
    metadata,
    Column("series", Integer, ForeignKey(_series.c.id), primary_key=True),
    Column("time", BigInteger, primary_key=True, autoincrement=False),
    Column("value", Float, nullable=False),
    Column("state", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
_LOOKED_AT = 500
"""Series of which old samples are looked for in one statement."""
_A_BOUNDARY = 5.0
"""Seconds that PostgreSQL gets for the samples of a boundary, which no client waits for: 46,000 at the largest site."""
_IN_ARRAYS = text(
    "INSERT INTO history_samples (series, time, value, state) SELECT * FROM unnest(CAST(:series AS integer[]), "
    "CAST(:time AS bigint[]), CAST(:value AS double precision[]), CAST(:state AS smallint[])) ON CONFLICT DO NOTHING"
)
"""All rows in one statement: PostgreSQL takes half of the time that it takes for them one by one."""
_UP_TO = delete(_samples).where(_samples.c.series == bindparam("one"), _samples.c.time <= bindparam("latest"))


def _item(row: Any) -> tuple[str, int]:  # noqa: ANN401 - a row of the table
    return row.item, row.id


def _sample(row: Any) -> Sample:  # noqa: ANN401 - a row of the table
    _, time, value, state = row
    return Sample(from_micros(time), value, State(state))


_SERIES, _SAMPLES = Reader(_series, _item), Reader(_samples, _sample)


class HistoryStore:
    """Samples by the id of their history item; those that the database cannot take wait in memory, and are read too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._attempts = Attempts(engine)
        self.waiting = WaitingSamples()
        self._in_arrays = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if self._in_arrays else sqlite.insert
        self._patience = _A_BOUNDARY if self._in_arrays else None
        self._lock = threading.Lock()
        with engine.connect() as connection:
            self._ids: dict[str, int] = dict(_SERIES.read(connection, select(_series)))

    def append(self, samples: Iterable[tuple[str, Sample]], also: Callable[[Connection], None] | None = None) -> None:
        """Add samples, each with the id of its history item, in one transaction that is safe when this returns.

        The first sample of an item at an instant stays: the same samples may be appended again. What `also` writes is
        kept with the samples or not at all. SQLAlchemyError when they wait in memory for now.
        """
        self.waiting.add(Batch(list(samples), also))
        self.flush()

    def flush(self) -> None:
        """Write what waits, oldest first; SQLAlchemyError when the database does not take it."""
        with self._lock:
            while (batch := self.waiting.first()) is not None:
                try:
                    self._write(batch)
                except NEVER_TAKEN as error:
                    LOGGER.warning("The database will never take %s samples: %s", len(batch.samples), error)
                self.waiting.let_go(batch)

    def take_up(self) -> None:
        """Go on in a database that was opened anew: the numbers of its series are its own."""
        with self._lock, self._engine.connect() as connection:
            self._ids = dict(_SERIES.read(connection, select(_series)))

    def _write(self, batch: Batch) -> None:
        self._enter_series({item for item, _ in batch.samples})
        rows = [
            {"series": self._ids[item], "time": to_micros(time), "value": value, "state": int(state)}
            for item, (time, value, state) in batch.samples
        ]
        with self._attempts.begin(self._patience) as connection:
            if rows and self._in_arrays:
                connection.execute(_IN_ARRAYS, {name: [row[name] for row in rows] for name in rows[0]})
            elif rows:
                connection.execute(sqlite.insert(_samples).on_conflict_do_nothing(), rows)
            if batch.also is not None:
                batch.also(connection)

    def _enter_series(self, items: set[str]) -> None:
        if not (new := sorted(items - self._ids.keys())):
            return
        with self._attempts.begin(self._patience) as connection:
            connection.execute(self._insert(_series).on_conflict_do_nothing(), [{"item": item} for item in new])
            ids = dict(_SERIES.read(connection, select(_series)))
        self._ids |= ids

    def _series(self, item: str) -> int | None:
        """Return the number of an item's series, None when it has no samples yet; another process may have added it."""
        if item not in self._ids:
            with self._engine.connect() as connection:
                found: int | None = connection.scalar(select(_series.c.id).where(_series.c.item == item))
            if found is None:
                return None
            self._ids[item] = found
        return self._ids[item]

    def page(self, item: str, start: datetime | None, end: datetime | None, limit: int) -> list[Sample]:
        """Return the first `limit` samples from `start` (inclusive) to `end` (exclusive), oldest first."""
        waiting = [
            sample
            for sample in self.waiting.of(item)
            if (start is None or start <= sample.time) and (end is None or sample.time < end)
        ]
        kept = self._kept_page(item, start, end, limit)
        if not waiting:
            return kept
        found = {sample.time: sample for sample in (*reversed(waiting), *kept)}
        return [found[time] for time in sorted(found)][:limit]

    def _kept_page(self, item: str, start: datetime | None, end: datetime | None, limit: int) -> list[Sample]:
        """Return the same of what the database holds."""
        if (series := self._series(item)) is None:
            return []
        query = select(_samples).where(_samples.c.series == series)
        if start is not None:
            query = query.where(_samples.c.time >= to_micros(start))
        if end is not None:
            query = query.where(_samples.c.time < to_micros(end))
        with self._engine.connect() as connection:
            return _SAMPLES.read(connection, query.order_by(_samples.c.time).limit(limit))

    def newest(self, item: str) -> datetime | None:
        """Return the time of an item's newest sample, None when it has none."""
        times = [sample.time for sample in self.waiting.of(item)]
        if (kept := self._newest_kept(item)) is not None:
            times.append(kept)
        return max(times, default=None)

    def _newest_kept(self, item: str) -> datetime | None:
        if (series := self._series(item)) is None:
            return None
        with self._engine.connect() as connection:
            newest = select(func.max(_samples.c.time)).where(_samples.c.series == series).scalar_subquery()
            query = select(_samples).where(_samples.c.series == series, _samples.c.time == newest)
            found = _SAMPLES.read(connection, query)
        return found[0].time if found else None

    def prune(self, before: datetime) -> Iterator[int]:
        """Delete samples older than an instant, piece by piece, and series that have none left.

        Yields how many went with each piece.
        """
        numbers = sorted(self._ids.values())
        for start in range(0, len(numbers), _LOOKED_AT):
            among = numbers[start : start + _LOOKED_AT]
            while old := self._oldest(among, to_micros(before)):
                yield self._delete(old)

    def _oldest(self, among: list[int], before: int) -> list[tuple[int, int]]:
        """Return series and time of a piece of samples that are older than an instant, in their order."""
        columns = (_samples.c.series, _samples.c.time)
        query = select(*columns).where(_samples.c.series.in_(among), _samples.c.time < before)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(*columns).limit(PIECE)).all()
        return [(series, time) for series, time in rows]

    def _delete(self, old: list[tuple[int, int]]) -> int:
        """Delete a piece of samples, and those of their series that have none left; returns how many samples."""
        latest = dict(old)  # of each series, for they are in order
        spans = [{"one": series, "latest": time} for series, time in latest.items()]
        left = select(_samples.c.series).where(_samples.c.series == _series.c.id).exists()
        with self._lock:
            with writing(self._engine) as connection:
                count = connection.execute(_UP_TO, spans).rowcount
                empty = connection.scalars(select(_series.c.id).where(_series.c.id.in_(latest), ~left)).all()
                if empty:
                    connection.execute(delete(_series).where(_series.c.id.in_(empty)))
            gone = set(empty)
            self._ids = {item: number for item, number in self._ids.items() if number not in gone}
        return count
