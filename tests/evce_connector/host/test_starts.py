"""Starts with a database that cannot be written, read or made: values where they can be had, else a sentence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector import config, owner_only
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import ACTIVE, NORMAL
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.host import check_database
from evce_connector.host.stores import open_stores
from evce_connector.persistence.backup import BackupError, sqlite_file
from evce_connector.persistence.database import DatabaseError, open_database
from evce_connector.processors.unreadable import GOOD
from evce_connector.site.values import State

from tests.support.connector_process import configuration_file
from tests.support.disks import FOR_ROOT, as_nobody, fill, give, small_disk
from tests.support.joined import JoinedSite, connect, settings

pytestmark = FOR_ROOT
Site = JoinedSite[ManualClock]
Hindered = Callable[[Path], AbstractContextManager[None]]
STATUS = "Stations/1/StationStatus"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder that other users reach, which pytest's own are not for."""
    folder = Path(tempfile.mkdtemp(prefix="evce-start-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def site(folder: Path, empty_database: Path) -> Iterator[Site]:
    """Join a site that was set up and polled, and stop its connector."""
    with JoinedSite(folder, ManualClock(), "guide", database=empty_database) as site:
        site.set_up()
        site.poll()
        site.service.step()
        site.service.stop()
        yield site


@contextmanager
def in_a_folder_that_may_not_be_written(folder: Path) -> Iterator[None]:
    give(folder)
    os.chown(folder, 0, 0)
    with as_nobody():
        yield
    give(folder)


@contextmanager
def that_may_not_be_written(folder: Path) -> Iterator[None]:
    give(folder)
    file = folder / "connector.db"
    os.chown(file, 0, 0)
    file.chmod(0o644)
    with as_nobody():
        yield
    give(folder)


@contextmanager
def on_a_full_disk(folder: Path) -> Iterator[None]:
    """Put a small disk, filled up, in the place of the folder, with what was in it."""
    with small_disk(folder):
        filler = folder / "filler"
        fill(filler)
        yield
        filler.unlink()


@pytest.fixture(autouse=True)
def unmounted(folder: Path) -> Iterator[None]:
    """Take away a disk that a test put there, when nothing of its connector is open any more."""
    yield
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S603, S607


UNWRITTEN: dict[str, tuple[Hindered, str]] = {
    "in a folder that may not be written": (
        in_a_folder_that_may_not_be_written,
        "the user nobody may not write in {folder}, where SQLite needs files beside its own: let that user do so",
    ),
    "that may not be written": (
        that_may_not_be_written,
        "the user nobody may not write {folder}/connector.db: give the file to that user",
    ),
    "on a full disk": (on_a_full_disk, "the disk of {folder} is full: make room on it"),
}


@pytest.mark.parametrize("where", UNWRITTEN)
def test_a_start_with_a_file_that_cannot_be_written_serves_what_is_in_it_and_what_comes_and_writes_it_later(
    site: Site, folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr("evce_connector.processors.interface_alarm.LEAST_FREE", 0)  # a small disk is never wide
    hindered, words = UNWRITTEN[where]
    with hindered(folder):
        site.service = connect(site.document, site.clock)
        assert site.see(STATUS) == ("available", State.GOOD)
        told = str(site.see("Interface/StorageState")[0])
        assert told.startswith(f"the database cannot be used: {words.format(folder=folder)}")
        site.model.set_station(1, status="faulted")
        site.poll()
        assert site.see(STATUS) == ("faulted", State.GOOD)
        assert site.service.stores.alarms.state("Stations/1/Alarm") is ACTIVE
    for _ in range(8):  # the alarm's clear time
        site.clock.advance(15)
        site.service.step()
        site.poll()
    assert site.see("Interface/StorageState") == (GOOD, State.GOOD)
    assert site.service.stores.alarms.state("Interface/Alarm") is NORMAL
    site.restart()
    assert site.service.stores.alarms.state("Stations/1/Alarm") is ACTIVE
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("command", ["check", "ledger", "setup", "password", "release", "verify"])
def test_a_command_on_a_full_disk_leaves_nothing_beside_the_file(site: Site, folder: Path, command: str) -> None:
    path = configuration_file(site.document, folder)
    with on_a_full_disk(folder):
        before = {one.name: one.read_bytes() for one in folder.glob("connector.*")}
        result = CliRunner().invoke(cli, [command, "--config", str(path)])
        assert {one.name: one.read_bytes() for one in folder.glob("connector.*")} == before
    if command in {"check", "setup", "password"}:
        assert f"the disk of {folder} is full: make room on it" in f"{result.output}{result.exception}"


def test_what_a_log_holds_beside_a_file_is_not_left_out_by_a_start_that_cannot_write(site: Site, folder: Path) -> None:
    (folder / "connector.db-wal").write_bytes(bytes(5000))
    with (
        in_a_folder_that_may_not_be_written(folder),
        pytest.raises(DatabaseError, match=f"the user nobody may not write in {folder}"),
    ):
        connect(site.document, site.clock)


@contextmanager
def that_may_not_be_read(folder: Path) -> Iterator[None]:
    (folder / "connector.db").write_bytes(b"anything")
    (folder / "connector.db").chmod(0o600)
    with as_nobody():
        yield


@contextmanager
def that_is_a_folder(folder: Path) -> Iterator[None]:
    (folder / "connector.db").mkdir()
    yield


@contextmanager
def that_is_in_no_folder(folder: Path) -> Iterator[None]:
    folder.rmdir()
    yield
    folder.mkdir()


IMPOSSIBLE: dict[str, tuple[Hindered, str]] = {
    "that is new, in a folder that may not be written": UNWRITTEN["in a folder that may not be written"],
    "that is new, on a full disk": UNWRITTEN["on a full disk"],
    "that may not be read": (
        that_may_not_be_read,
        "the user nobody may not read {folder}/connector.db: give the file to that user",
    ),
    "that is a folder": (that_is_a_folder, "{folder}/connector.db is a folder: name a file in it"),
    "that is in no folder": (
        that_is_in_no_folder,
        "there is no folder {folder}: make it, and let the user root write in it",
    ),
}


@pytest.mark.parametrize("which", IMPOSSIBLE)
def test_a_start_with_a_file_that_cannot_be_used_ends_with_a_sentence_and_check_says_the_same(
    folder: Path, which: str
) -> None:
    hindered, words = IMPOSSIBLE[which]
    document = settings(folder)
    url = document["storage"]["url"]
    with hindered(folder):
        with pytest.raises(DatabaseError) as error:
            connect(document, ManualClock())
        with pytest.raises(DatabaseError) as again:
            check_database._seen(config.parse(document, {}).storage)
        assert not (folder / "connector.db").is_file() or which == "that may not be read"
    said, full = str(error.value), "is full" in words
    expected = f"The database {url} cannot be used: {words.format(folder=folder)}{'.' if full else ' ('}"
    assert said.startswith(expected)
    assert said.endswith(" Check storage.url." if full else "). Check storage.url.")
    assert said.count("full") == full
    assert str(again.value) == str(error.value)


def test_check_says_that_a_file_can_be_read_only(site: Site, folder: Path) -> None:
    with in_a_folder_that_may_not_be_written(folder):
        (finding, *_) = check_database._seen(config.parse(site.document, {}).storage).findings
    assert finding.kind == "error"
    assert finding.text.startswith(
        f"The database can be read, and not written: the user nobody may not write in {folder}, "
    )


def test_check_says_that_there_is_little_room(site: Site, folder: Path) -> None:
    with small_disk(folder):
        findings = check_database._seen(config.parse(site.document, {}).storage).findings
    assert [(found.kind, found.text) for found in findings] == [
        ("good", "The database can be opened."),
        ("warning", "only 2 MB are free for the database: make room on its disk"),
    ]


def dangling(file: Path) -> None:
    file.symlink_to("not-mounted/connector.db")


def looping(file: Path) -> None:
    file.symlink_to(file.name)


def device(file: Path) -> None:
    file.symlink_to(os.devnull)


def with_a_folder_for(end: str) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        file.with_name(f"{file.name}{end}").mkdir()

    return make


UNFIT: dict[str, tuple[Callable[[Path], None], str]] = {
    "a link to nothing": (
        dangling,
        "{file} is a link to not-mounted/connector.db, which is not there: bring it back, or remove the link",
    ),
    "a link to itself": (
        looping,
        "{file} is a link that leads back to itself: remove it, or let it lead to a file",
    ),
    "a named pipe": (os.mkfifo, "{file} is a named pipe, not a file: name a file of the connector's own"),
    "a device": (device, "{file} is a device, not a file: name a file of the connector's own"),
    "a folder for the log": (
        with_a_folder_for("-wal"),
        "{file}-wal is a folder, where SQLite needs a file of that name: move it away",
    ),
    "a folder for what is shared": (
        with_a_folder_for("-shm"),
        "{file}-shm is a folder, where SQLite needs a file of that name: move it away",
    ),
}


@pytest.mark.parametrize("which", UNFIT)
def test_a_start_where_no_file_can_be_ends_with_a_sentence_and_makes_nothing(tmp_path: Path, which: str) -> None:
    file = tmp_path / "connector.db"
    make, words = UNFIT[which]
    make(file)
    before = list(tmp_path.iterdir())
    document = settings(tmp_path)
    sentence = f"The database {document['storage']['url']} cannot be used: {words.format(file=file)}."
    with pytest.raises(DatabaseError, match=re.escape(sentence)):
        connect(document, ManualClock())
    with pytest.raises(DatabaseError, match=re.escape(sentence)):
        check_database._seen(config.parse(document, {}).storage)
    with pytest.raises(BackupError, match=re.escape(f"There is no database {file}: {words.format(file=file)}.")):
        sqlite_file(document["storage"]["url"])
    assert list(tmp_path.iterdir()) == before


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Leave an empty file where the database should be."""
    file = tmp_path / "connector.db"
    file.touch()
    return file


def test_an_empty_file_is_begun_anew_and_that_is_told(empty: Path, caplog: pytest.LogCaptureFixture) -> None:
    service = connect(settings(empty.parent), ManualClock())
    try:
        event = service.stores.alarms.event("Interface/Alarm")
        words = f"the database file {empty} was empty, and is begun anew."
        assert event is not None
        assert (event.message.startswith(f"Interface: {words}"), event.acknowledge) == (True, Acknowledge.REQUIRED)
        assert f"Storage: {words}" in caplog.text
        assert service.items.interface.get("StorageState") == GOOD
    finally:
        service.stop()


def test_a_file_of_one_byte_is_as_empty_to_sqlite_and_that_is_told(
    empty: Path, caplog: pytest.LogCaptureFixture
) -> None:
    empty.write_bytes(b"\0")
    service = connect(settings(empty.parent), ManualClock())
    service.stop()
    assert f"Storage: the database file {empty} was empty, and is begun anew." in caplog.text


def test_what_was_beside_an_empty_file_is_moved_aside_and_its_owners_alone(empty: Path) -> None:
    (empty.parent / "connector.db-wal").write_bytes(b"all that is left")
    for path in empty.parent.iterdir():
        path.chmod(0o644)
    service = connect(settings(empty.parent), ManualClock())
    service.stop()
    assert [path.name for path in empty.parent.iterdir() if owner_only.others_may_read(path)] == []
    assert (empty.parent / "connector.db.damaged-20260101T000000Z-wal").read_bytes() == b"all that is left"


def test_a_command_and_check_leave_an_empty_file_to_the_connector(empty: Path) -> None:
    configuration = config.parse(settings(empty.parent), {})
    sentence = "it is an empty file: put a back-up in its place, or let `evce-connector run` begin it anew."
    with pytest.raises(DatabaseError, match=sentence), open_stores(configuration):
        pass
    (finding,) = check_database._seen(configuration.storage).findings
    assert (finding.kind, sentence in finding.text) == ("warning", True)
    assert empty.stat().st_size == 0


def test_a_file_that_could_not_be_made_is_not_left_behind_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no more today")

    monkeypatch.setattr("evce_connector.persistence.database.bring_up_to_date", fail)
    with pytest.raises(DatabaseError, match="no more today"):
        open_database(f"sqlite:///{tmp_path / 'new.db'}")
    assert list(tmp_path.iterdir()) == []
