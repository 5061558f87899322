"""Everything that the database holds, opened and closed together."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import Clock
from evce_connector.config import Configuration
from evce_connector.config.model import Storage
from evce_connector.ews.server import EwsStores
from evce_connector.host.found_at_start import lacking
from evce_connector.host.in_words import in_words
from evce_connector.persistence.adopted import AdoptedItems
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.commands import CommandLedger
from evce_connector.persistence.database import DatabaseError, open_database
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.ledger import SiteLedger
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.names import name_of
from evce_connector.persistence.numbers import NumberStore
from evce_connector.persistence.owner import forget_dead, read_owner
from evce_connector.persistence.patience import COMMAND, Patience
from evce_connector.persistence.place import file_of, is_empty
from evce_connector.persistence.portal_users import Audit, PortalUsers
from evce_connector.persistence.readable import DROPS, UnreadableRows, sentence
from evce_connector.persistence.refused_writes import RefusedWrites
from evce_connector.persistence.runs import RunStore
from evce_connector.persistence.settings import Settings
from evce_connector.persistence.snapshots import Snapshots
from evce_connector.persistence.subscriptions import SubscriptionStore
from evce_connector.persistence.system_events import SystemEvents

LOGGER = logging.getLogger("evce_connector")
EMPTY = "it is an empty file: put a back-up in its place, or let `evce-connector run` begin it anew"
"""What a command says of a file that lost what it held; only the running connector tells it to who must know."""
NOT_THERE = (
    "it is not there: name it by storage.url, which counts from the folder of the configuration file, or let "
    "`evce-connector run` make it"
)
"""What a command says that finds nothing: what it would make would be another than the connector's."""

NEVER_RUN = "no connector has ever run on it: look whether storage.url names the one that yours runs on"
"""What a command says of a database that has tables and nothing of a connector's life."""


def _warn(missing: str) -> None:
    LOGGER.warning("Storage: %s", missing)


def opened_for_a_command(
    storage: Storage, patience: Patience = COMMAND, tell: Callable[[str], object] = _warn
) -> Engine:
    """Open the database beside a connector that may be running; errors as of `open_database`.

    The command's end brings into the file what a connector that was killed left in its log, and takes the log away:
    with the owner still there the next start would miss it. `tell` is told when the log is not whole; then the owner
    stays, and the next start tells it as well.
    """
    file = file_of(make_url(storage.url))
    missing = lacking(LeftLog(file)) if file else ""
    engine = open_database(storage.url, site=storage.site, patience=patience)
    if missing:
        tell(missing)
    else:
        forget_dead(engine)
    return engine


@dataclass(frozen=True)
class Stores:
    """The stores of one database."""

    engine: Engine
    snapshots: Snapshots
    site_ledger: SiteLedger
    commands: CommandLedger
    refused_writes: RefusedWrites
    history: HistoryStore
    alarms: AlarmLog
    subscriptions: SubscriptionStore
    system_events: SystemEvents
    adopted: AdoptedItems
    numbers: NumberStore
    runs: RunStore
    portal_users: PortalUsers
    portal_audit: Audit
    settings: Settings

    @classmethod
    def open(cls, configuration: Configuration) -> Stores:
        """Open the configured database for a command, which makes none; DatabaseError when it cannot be."""
        storage = configuration.storage
        if (file := file_of(make_url(storage.url))) is not None:
            LeftLog(file).refuse_strange()
            if is_empty(file):
                raise DatabaseError(storage.url, EMPTY, storage.site)
            if not os.path.lexists(file) and file.parent.is_dir():  # all else who opens it says better
                raise DatabaseError(storage.url, NOT_THERE, storage.site)
        engine = opened_for_a_command(storage)
        try:
            return cls.on(engine)
        except SQLAlchemyError:
            engine.dispose()
            raise

    @classmethod
    def on(cls, engine: Engine, clock: Clock | None = None, clean: Callable[[str], str] = str) -> Stores:
        """Return the stores of a database that is open; `clean` takes secrets out of what clients send."""
        site_ledger = SiteLedger(engine)
        return cls(
            engine,
            Snapshots(engine, site_ledger),
            site_ledger,
            CommandLedger(engine),
            RefusedWrites(engine, clock, clean),
            HistoryStore(engine),
            AlarmLog(engine),
            SubscriptionStore(engine),
            SystemEvents(engine),
            AdoptedItems(engine),
            NumberStore(engine),
            RunStore(engine),
            PortalUsers(engine),
            Audit(engine),
            Settings(engine),
        )

    def parts(self) -> dict[str, Callable[[], object]]:
        """Return what writes the things that wait in memory, by what they are."""
        return {
            "numbers": self.numbers.flush,
            "alarms": self.alarms.flush,
            "commands": self.commands.flush,
            "refused writes": self.refused_writes.flush,
            "history": self.history.flush,
            "snapshots": self.snapshots.flush,
            "subscriptions": self.subscriptions.flush,
            "system events": self.system_events.flush,
            "ids": self.adopted.flush,
            "runs": self.runs.flush,
            "audit": self.portal_audit.flush,
        }

    def waiting(self) -> dict[str, int]:
        """Return how much of what waits in memory for the database, by what it is."""
        return {
            "lines of the command ledger": len(self.commands.waiting),
            "refused writes": self.refused_writes.waiting,
            "alarm events": len(self.alarms.waiting),
            "samples": len(self.history.waiting),
            "changed subscriptions": self.subscriptions.waiting,
            "system events": self.system_events.waiting,
        }

    def take_up(self) -> None:
        """Go on in a database that was opened anew: each store writes into it what memory holds.

        SQLAlchemyError, or SettingsError.
        """
        self.adopted.take_up()
        self.numbers.take_up()
        self.snapshots.take_up()
        self.alarms.take_up()
        self.commands.take_up()
        self.subscriptions.take_up()
        self.history.take_up()
        self.system_events.take_up()
        self.portal_users.take_up()
        self.settings.take_up()

    def of_ews(self) -> EwsStores:
        """Return what the EWS server reads beside the tree."""
        return EwsStores(self.history, self.alarms, self.subscriptions, self.system_events, self.refused_writes.keep)

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()


def _refuse_new(stores: Stores, storage: Storage) -> None:
    """Raise DatabaseError for a database in which no connector has ever been: what a command says of it is no news."""
    signs = (
        lambda: stores.snapshots.setup().at,
        lambda: read_owner(stores.engine),
        lambda: stores.system_events.last,
        stores.settings.current,
        lambda: stores.commands.lines(1),
    )
    if not any(sign() for sign in signs):
        raise DatabaseError(storage.url, NEVER_RUN, storage.site)


@contextmanager
def open_stores(configuration: Configuration, *, lived_in: bool = False) -> Iterator[Stores]:
    """Open the stores for a command, beside a connector that may be running; whatever they raise comes in words.

    A database that is to be `lived_in` is refused when no connector has ever been in it.
    """
    with in_words(configuration.storage):
        stores = Stores.open(configuration)
        try:
            if lived_in:
                _refuse_new(stores, configuration.storage)
            yield stores
        finally:
            if found := UnreadableRows.of(stores.engine).take():
                said = name_of(stores.engine), sentence(found), DROPS
                LOGGER.warning("The database %s is damaged: %s. They are left out; %s.", *said)
            stores.close()
