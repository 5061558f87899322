"""A connector that is killed, as `kill -9` does it: what it leaves on the disk, and older copies of that.

Run as a program with a folder it makes all of it: `connector.db` with what stood beside it, in `older` a back-up and a
plain copy, made before what came last, and in `other` what another connector left that was stopped.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from evce_connector.clock import ManualClock
from evce_connector.persistence import ownership, processes
from evce_connector.persistence.backup import back_up

from tests.support.joined import JoinedSite

ALARM = "Stations/1/Alarm"
"""What was raised last, and stands in the log alone."""
BACKUP, COPY = "backup.db", "copy.db"
FILES = ("connector.db", "connector.db-wal", "connector.db-shm", "connector.db-life")
"""What a killed connector leaves."""


def another_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine have been started anew, and nobody wait for a sign of life of who ran before."""
    monkeypatch.setattr(processes, "kernel", lambda: "another boot")
    monkeypatch.setattr(ownership, "_WATCH", 0.0)


def sign_of_life(site: JoinedSite[ManualClock], *, checkpoint: bool = False) -> None:
    """Let the connector's steps have their turn, five seconds on; then what is in the log may come into the file."""
    site.clock.advance(5)
    site.service.step()
    if checkpoint:
        with site.service.stores.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)").all()


def main() -> None:
    """Run a connector until it has raised an alarm and given a sign of life, and end at once."""
    folder = Path(sys.argv[1])
    older, other, file = folder / "older", folder / "other", folder / "connector.db"
    older.mkdir()
    other.mkdir()
    with JoinedSite(other, ManualClock(), "guide") as stopped:
        stopped.set_up()
    site = JoinedSite(folder, ManualClock(), "guide")
    site.set_up()
    site.poll()
    for _ in range(2):
        sign_of_life(site, checkpoint=True)
    back_up(file, older / BACKUP, lambda *_: None)
    shutil.copyfile(file, older / COPY)
    for _ in range(2):
        sign_of_life(site, checkpoint=True)
    sign_of_life(site)
    site.model.set_station(1, status="faulted")
    site.poll()
    sign_of_life(site)
    os._exit(9)


if __name__ == "__main__":
    main()
