"""Takes the database for this connector, shows each few seconds that it lives, and gives the database back.

Who may take it is decided by what no clock can move. A process of the same system is looked at, and lives or not. Of
another system's a sign of life is awaited: its row says when the last came, but one of the two clocks may be wrong, so
that a lease which ran out is only believed when no further sign comes. On PostgreSQL the owner also holds an advisory
lock, which ends with its session: the server itself looks whether the other end is there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import monotonic, sleep

from sqlalchemy import BigInteger, Connection, Engine, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import Clock
from evce_connector.errors import ConnectorError
from evce_connector.persistence.imprint import mark_of
from evce_connector.persistence.instants import to_micros
from evce_connector.persistence.life import Life
from evce_connector.persistence.names import name_of
from evce_connector.persistence.owner import (
    OwnedError,
    Owner,
    forget_owner,
    owner_of,
    read_owner,
    write_owner,
)
from evce_connector.persistence.patience import within
from evce_connector.persistence.place import file_of
from evce_connector.persistence.turns import in_turn

LOGGER = logging.getLogger("evce_connector")
RENEW_EACH = 5.0
"""Time in s between two signs of life."""
_WATCH = 2 * RENEW_EACH
"""How long in s a sign of life is awaited where the lease ran out by our clock."""
_PATIENCE = 1.0
"""How long in s a lock is waited for: an SQLite writer's, or that of a session which ends with its process."""
_BUDGET = 3.0
"""How long in s one sign of life may take in all."""
_LOCK = text("SELECT pg_try_advisory_lock((:ours << 32) | 'owner'::regclass::oid::bigint)").bindparams(
    bindparam("ours", 0x45564345, BigInteger)  # an integer is shifted by 32 bits to where it was
)
"""By the table, so that connectors in schemas of their own do not meet."""
_KEEPALIVES = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}
"""PostgreSQL ends the session of a machine that vanished within 25 s of this, instead of within two hours."""


_HELD = set[str]()
"""Tokens of the owners in this process that have not given back yet."""


class _FormerSessionError(ConnectorError):
    """PostgreSQL has not noticed yet that a session of ours broke off, and keeps the lock for it."""

    def __init__(self) -> None:
        super().__init__("the server still holds the lock for a connection of ours that broke off")


class Ownership:
    """The hold that one connector has on its database.

    `lost` tells why when another connector has taken it meanwhile, `trouble` in words how the last sign of life failed.

    `renew` is to be called each `RENEW_EACH` s, or more often; only what is due is done, and nothing that the database
    does raises there.
    """

    def __init__(self, engine: Engine, address: str, clock: Clock) -> None:
        """Take the database; OwnedError when another connector runs on it.

        A database that cannot be written to does not stop the start: values are served all the same, and `renew` goes
        on trying.
        """
        self.lost: OwnedError | None = None
        self._engine, self._clock, self._file = engine, clock, file_of(engine.url)
        self._life = Life(self._file) if self._file else None
        self._me = Owner.this_process(address, clock.now())
        self._session: Connection | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.trouble = ""
        self._due = 0.0
        _HELD.add(self._me.token)
        try:
            self._try()
        except BaseException:
            _HELD.discard(self._me.token)
            self._end_session()
            raise

    @property
    def token(self) -> str:
        """What tells this connector from all others in the owner's row."""
        return self._me.token

    def renew(self) -> None:
        """Show that this connector lives, if that is due; takes the database up again when it was away."""
        with self._lock:
            if self._ended.is_set() or self.lost or self._clock.monotonic() < self._due:
                return
            try:
                self._try()
            except OwnedError as error:
                self._lose(error)

    def claim(self) -> None:
        """Take a database that stands where ours did; OwnedError, and `lost`, when another ran on it before us.

        One that began there later found nothing that told of us: it is the one that ends, at its next sign of life.
        """
        with self._lock:
            if self.lost:
                raise self.lost
            began = at = self._me.since
            with within(_BUDGET):
                seen = read_owner(self._engine)
            try:
                if seen is not None and seen.since > began:
                    at = max(to_micros(self._clock.now()), seen.since + 1)  # or it would take ours for an older copy's
                elif seen is not None and seen.token != self._me.token:
                    self._judge(seen, watched=False)
                self._put(replace(self._me, since=at), lambda found: found == seen or found.since > began, anew=True)
            except OwnedError as error:
                self._lose(error)
                raise

    def _lose(self, error: OwnedError) -> None:
        self.lost = error
        self._end_session()
        LOGGER.error("%s This connector ends.", error)

    def give_back(self) -> None:
        """Let the next connector in at once."""
        if self._ended.is_set():
            return
        self._ended.set()
        with self._lock:
            try:
                if not self.lost:
                    with within(_PATIENCE), self._alone() as connection:
                        self._forget_life()
                        forget_owner(connection, self._me.token)
            except (SQLAlchemyError, ConnectorError) as error:
                if not self.trouble:  # that is known, and told
                    LOGGER.warning("The database could not be given back (%s): %s", self._name, _first_line(error))
            finally:
                _HELD.discard(self._me.token)
                self._end_session()

    def _try(self) -> None:
        """Write our row; OwnedError when that is not for us."""
        self._due = self._clock.monotonic() + RENEW_EACH
        try:
            self._write()
        except (SQLAlchemyError, _FormerSessionError) as error:
            self.trouble = f"the database cannot be used: {getattr(error, 'orig', None) or error}".partition("\n")[0]
        else:
            self.trouble = ""

    def _write(self) -> None:
        with within(_BUDGET):
            seen = read_owner(self._engine)
        if seen is not None and seen.token != self._me.token:
            self._judge(seen)  # which may take longer
        self._put(self._me, lambda found: found == seen)

    def _put(self, me: Owner, may_go: Callable[[Owner], bool], *, anew: bool = False) -> None:
        """Write our row, in the place of another's that may go; OwnedError when one came while we looked.

        `anew`: in another file than before, which says nothing of the one whose signs of life are kept.
        """
        renewed, mark = to_micros(self._clock.now()), mark_of(self._file) if self._file else None
        imprint = "" if mark is None else mark.text
        me = replace(me, renewals=me.renewals + 1, renewed=renewed, imprint=imprint)
        with within(_BUDGET), self._alone() as connection:
            found = owner_of(connection)
            if found is not None and found.token != me.token and not may_go(found):
                raise OwnedError(self._name, found)
            if anew or found is None or found.token != me.token:
                self._forget_life()
            write_owner(connection, me)
        self._me = me
        if self._life is not None:
            self._life.keep(me.token, me.renewals)

    def _forget_life(self) -> None:
        if self._life is not None:
            self._life.forget()

    def _judge(self, other: Owner, *, watched: bool = True) -> None:
        """Raise OwnedError unless the other is dead; without being `watched` it is when its lease ran out."""
        if other.has_ended() or self._is_left_over(other):
            return
        left = other.left(self._clock.now())
        if other.is_visible():
            raise OwnedError(self._name, other)
        if left or (watched and self._shows_life(other)):
            raise OwnedError(self._name, other, left)

    def _is_left_over(self, other: Owner) -> bool:
        """Tell whether the row is of this very process, which could not give the database back before a reload."""
        ours = (self._me.kernel, self._me.process, self._me.started)
        return other.is_visible() and (other.kernel, other.process, other.started) == ours and other.token not in _HELD

    def _shows_life(self, other: Owner) -> bool:
        """Wait whether the other renews its lease: it ran out by the clock, but clocks jump."""
        until = self._clock.monotonic() + _WATCH
        while self._clock.monotonic() < until:
            if self._clock.wait(self._ended, 1.0):
                break
            found = read_owner(self._engine)
            if found != other:
                return found is not None
        return False

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """Open a short transaction beside which nobody else can become the owner."""
        if self._engine.dialect.name == "postgresql":
            with self._locked() as connection:
                yield connection
            return
        with within(_PATIENCE), in_turn(self._engine), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    @contextmanager
    def _locked(self) -> Iterator[Connection]:
        """Open a transaction on the session that holds PostgreSQL's advisory lock; a broken session is let go."""
        try:
            if self._session is None:
                self._session = self._engine.connect()
                self._lock_session(self._session)
            with self._session.begin():
                yield self._session
        except BaseException:
            self._end_session()
            raise

    def _lock_session(self, session: Connection) -> None:
        for name, seconds in _KEEPALIVES.items():
            with suppress(SQLAlchemyError), session.begin():  # some systems do not know them
                session.exec_driver_sql(f"SET {name} = {seconds}")
        deadline = monotonic() + _PATIENCE
        while True:
            with session.begin():
                if session.scalar(_LOCK):
                    return
                holder = owner_of(session)
            if monotonic() > deadline:
                if holder is not None and holder.token == self._me.token:
                    raise _FormerSessionError
                raise OwnedError(self._name, holder)
            sleep(0.02)

    def _end_session(self) -> None:
        """Close the session itself: in the pool it would keep its lock."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(SQLAlchemyError):
                session.invalidate()
            session.close()

    @property
    def _name(self) -> str:
        return name_of(self._engine)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
