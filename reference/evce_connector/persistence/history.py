"""The logs of history items: samples clustered by series and time, so that a page is one short walk of an index."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime

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
)
from sqlalchemy.dialects import postgresql, sqlite

from evce_connector.persistence.attempts import NEVER_TAKEN, Attempts
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.schema import metadata
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
PRUNED_AT_ONCE = 500
"""Series whose old samples are deleted in one transaction."""


class HistoryStore:
    """Samples by the id of their history item; those that the database cannot take wait in memory, and are read too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._attempts = Attempts(engine)
        self.waiting = WaitingSamples()
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._lock = threading.Lock()
        with engine.connect() as connection:
            self._ids: dict[str, int] = {row.item: row.id for row in connection.execute(select(_series))}

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
            self._ids = {row.item: row.id for row in connection.execute(select(_series))}

    def _write(self, batch: Batch) -> None:
        self._enter_series({item for item, _ in batch.samples})
        rows = [
            {"series": self._ids[item], "time": to_micros(time), "value": value, "state": int(state)}
            for item, (time, value, state) in batch.samples
        ]
        with self._attempts.begin() as connection:
            if rows:
                connection.execute(self._insert(_samples).on_conflict_do_nothing(), rows)
            if batch.also is not None:
                batch.also(connection)

    def _enter_series(self, items: set[str]) -> None:
        if not (new := sorted(items - self._ids.keys())):
            return
        with self._attempts.begin() as connection:
            connection.execute(self._insert(_series).on_conflict_do_nothing(), [{"item": item} for item in new])
            ids = {row.item: row.id for row in connection.execute(select(_series))}
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
        query = select(_samples.c.time, _samples.c.value, _samples.c.state).where(_samples.c.series == series)
        if start is not None:
            query = query.where(_samples.c.time >= to_micros(start))
        if end is not None:
            query = query.where(_samples.c.time < to_micros(end))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_samples.c.time).limit(limit)).all()
        return [Sample(from_micros(time), value, State(state)) for time, value, state in rows]

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
            query = select(func.max(_samples.c.time)).where(_samples.c.series == series)
            micros: int | None = connection.scalar(query)
        return None if micros is None else from_micros(micros)

    def prune(self, before: datetime) -> int:
        """Delete samples older than an instant, in small steps so that others can write between; returns how many."""
        count = 0
        old = delete(_samples).where(_samples.c.series == bindparam("one"), _samples.c.time < to_micros(before))
        series = list(self._ids.values())
        for start in range(0, len(series), PRUNED_AT_ONCE):
            step = [{"one": one} for one in series[start : start + PRUNED_AT_ONCE]]
            with self._lock, self._engine.begin() as connection:
                count += connection.execute(old, step).rowcount
        return count
