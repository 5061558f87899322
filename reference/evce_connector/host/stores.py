"""Everything that the database holds, opened and closed together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from evce_connector.config import Configuration
from evce_connector.store.commands import CommandLedger
from evce_connector.store.database import open_database
from evce_connector.store.ledger import SiteLedger
from evce_connector.store.snapshots import Snapshots


@dataclass(frozen=True)
class Stores:
    """The stores of one database."""

    engine: Engine
    snapshots: Snapshots
    site_ledger: SiteLedger
    commands: CommandLedger

    @classmethod
    def open(cls, configuration: Configuration) -> Stores:
        """Open the configured database; DatabaseError when it cannot be."""
        engine = open_database(configuration.storage.url)
        return cls(engine, Snapshots(engine), SiteLedger(engine), CommandLedger(engine))

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()


@contextmanager
def open_stores(configuration: Configuration) -> Iterator[Stores]:
    """Open the stores for a command, beside a connector that may be running."""
    stores = Stores.open(configuration)
    try:
        yield stores
    finally:
        stores.close()
