"""Saves settings in a process of its own, and stands still at a place of the save until it is killed.

`python -m tests.evce_connector.persistence.saving FILE PLACE`; it says READY when it has come there.
"""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime

from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import Settings
from sqlalchemy import event

READY = "here\n"
PLACES = {
    "before the row": "before_cursor_execute",
    "behind the row": "after_cursor_execute",
    "before the commit": "commit",
    "behind the commit": "",
}
"""Where it may stand still, with SQLAlchemy's event of that place."""
NEW = {"status": {"interval_seconds": 30}, "more": ["x" * 1000] * 1000}


def stand_still() -> None:
    """Say that this is the place, and wait for ever."""
    sys.stdout.write(READY)
    sys.stdout.flush()
    threading.Event().wait()


def main(url: str, place: str) -> None:
    """Save, up to a place."""
    engine = open_database(url)
    settings = Settings(engine)
    settings.current()  # connected

    def at(*told: object) -> None:
        if place == "before the commit" or str(told[2]).startswith("INSERT INTO settings"):
            stand_still()

    if PLACES[place]:
        event.listen(engine, PLACES[place], at)
    settings.save(NEW, "anna", "Polls each 30 s", datetime(2026, 1, 2, tzinfo=UTC))
    stand_still()


if __name__ == "__main__":
    main(*sys.argv[1:])
