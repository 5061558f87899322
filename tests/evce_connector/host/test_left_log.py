"""The log that a killed connector left, and what somebody did to it or to its file before the next start."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from struct import unpack_from

import pytest
from click.testing import CliRunner
from evce_connector.alarms.state_machine import ACTIVE, NORMAL
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.host.loaded import Loading
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.whose import AnothersError

from tests.support.connector_process import configuration_file
from tests.support.joined import connect, settings
from tests.support.killed import ALARM, BACKUP, COPY, FILES, another_boot

HEAD, FRAME = 32, 24 + 4096
"""Bytes of the head of a log, and of a page in it."""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make what a killed connector leaves; a test gets a copy of it."""
    folder = tmp_path_factory.mktemp("killed")
    died = subprocess.run([sys.executable, "-m", "tests.support.killed", folder], check=False)  # noqa: S603 - our own
    assert died.returncode == 9
    return folder


@pytest.fixture
def folder(killed: Path, tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copyfile(killed / name, tmp_path / name)
    return tmp_path


@contextmanager
def started(folder: Path) -> Iterator[ConnectorService]:
    """Start a connector on what is in a folder."""
    service = connect(settings(folder), ManualClock())
    try:
        yield service
    finally:
        service.stop()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.message for one in caplog.records if one.message.startswith("Storage: ")]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_log_that_is_whole_is_gone_on_with_and_nothing_is_told(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with started(folder) as service:
        assert service.stores.alarms.state(ALARM) is ACTIVE
        assert service.stores.alarms.event("Interface/Alarm") is None
    assert told(caplog) == []


def delete(folder: Path) -> None:
    (folder / "connector.db").unlink()


def empty(folder: Path) -> None:
    (folder / "connector.db").write_bytes(b"")


def put_back_up(folder: Path, killed: Path) -> None:
    shutil.copyfile(killed / "older" / BACKUP, folder / "connector.db")


def put_copy(folder: Path, killed: Path) -> None:
    shutil.copyfile(killed / "older" / COPY, folder / "moved")
    (folder / "moved").replace(folder / "connector.db")


def put_recipes(folder: Path) -> None:
    """Put another program's file where the database was."""
    delete(folder)
    with closing(sqlite3.connect(folder / "recipes.db")) as connection:
        connection.execute("CREATE TABLE recipes (name)")
        connection.execute("INSERT INTO recipes VALUES ('onion soup')")
        connection.commit()
    (folder / "recipes.db").replace(folder / "connector.db")


ALONE: dict[str, tuple[Callable[[Path], None], str]] = {
    "deleted": (delete, "was not there, and is begun anew. Its log is {moved}-wal now."),
    "emptied": (empty, "It was moved to {moved} with what was beside it."),
}


@pytest.mark.parametrize("how", ALONE)
def test_a_log_without_its_file_goes_aside_as_it_is_and_the_start_tells(
    folder: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    spoil, words = ALONE[how]
    spoil(folder)
    log = (folder / "connector.db-wal").read_bytes()
    with started(folder) as service:
        event = service.stores.alarms.event("Interface/Alarm")
        assert service.stores.alarms.state(ALARM) is NORMAL
    moved = folder / "connector.db.damaged-20260101T000000Z"
    assert moved.with_name(f"{moved.name}-wal").read_bytes() == log
    (sentence,) = told(caplog)
    assert sentence.endswith(words.format(moved=moved))
    assert event is not None
    assert event.message in f"Interface: {sentence.removeprefix('Storage: ')}"


def put_others(folder: Path, killed: Path) -> None:
    """Put the file of another connector there, which was stopped."""
    shutil.copyfile(killed / "other" / "connector.db", folder / "connector.db")


OLDER = {
    "a back-up is copied over it": put_back_up,
    "a copy is moved there": put_copy,
    "another connector's is copied over it": put_others,
}


@pytest.fixture(params=["the same boot", "another boot", "another boot, and nothing shared"])
def boot(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the machine have been started anew since the kill, or not; what was shared about the log may be gone."""
    if request.param != "the same boot":
        another_boot(monkeypatch)
    if request.param.endswith("nothing shared"):
        (folder / "connector.db-shm").unlink()
    return str(request.param)


@pytest.mark.parametrize("how", OLDER)
@pytest.mark.usefixtures("boot")
def test_a_log_of_another_file_goes_aside_and_the_file_that_is_there_is_gone_on_with(
    folder: Path, killed: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    OLDER[how](folder, killed)
    log = (folder / "connector.db-wal").read_bytes()
    with started(folder) as service:
        assert service.stores.alarms.state(ALARM) is NORMAL
        assert service.stores.snapshots.setup().at is not None
    (sentence,) = told(caplog)
    moved = folder / "connector.db.damaged-20260101T000000Z-wal"
    assert f"The log is {moved} now, and the file is gone on with as it is" in sentence
    assert moved.read_bytes() == log


def test_another_programs_file_beside_our_log_is_refused_and_stays_as_it_is(folder: Path) -> None:
    put_recipes(folder)
    before = contents(folder)
    with pytest.raises(AnothersError, match="it holds the tables recipes"):
        connect(settings(folder), ManualClock())
    assert contents(folder) == before


def written(folder: Path) -> Path:
    return configuration_file(settings(folder), folder)


COMMANDS = [["check"], ["ledger"], ["commands"], ["setup"], ["reload"], ["verify"], ["backup", "--output", "copy.db"]]
SPOILT: dict[str, Callable[[Path, Path], None]] = {
    "deleted": lambda folder, _: delete(folder),
    "emptied": lambda folder, _: empty(folder),
    "older": put_copy,
    "another program's": lambda folder, _: put_recipes(folder),
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("how", SPOILT)
def test_a_command_refuses_what_does_not_belong_together_and_changes_nothing(
    folder: Path, killed: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], how: str
) -> None:
    monkeypatch.chdir(folder)
    SPOILT[how](folder, killed)
    name, *options = command
    config, before = written(folder), contents(folder)
    result = CliRunner().invoke(cli, [name, "--config", str(config), *options])
    assert result.exit_code == 1
    assert "connector.db" in f"{result.output}{result.exception or ''}"
    assert isinstance(result.exception, SystemExit | ConnectorError)
    assert contents(folder) == before


@pytest.mark.parametrize("command", [*COMMANDS, ["password"], ["adopt", "--release"]], ids=" ".join)
@pytest.mark.parametrize("how", OLDER)
@pytest.mark.usefixtures("boot")
def test_a_command_refuses_a_log_of_another_file_whatever_the_boot_and_changes_nothing(
    folder: Path, killed: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], how: str
) -> None:
    monkeypatch.chdir(folder)
    OLDER[how](folder, killed)
    name, *options = command
    config, before = written(folder), contents(folder)
    result = CliRunner().invoke(cli, [name, "--config", str(config), *options])
    assert result.exit_code == 1
    assert "connector.db-wal was left by a connector that was killed, and is not of the file" in (
        f"{result.output}{result.exception}"
    )
    assert contents(folder) == before


def end_of(log: Path) -> int:
    """Return where the log ends; what stands behind is of the time before it was begun anew."""
    pages: int = unpack_from("=I", log.with_name(FILES[2]).read_bytes(), 16)[0]
    return HEAD + pages * FRAME


def remove(log: Path) -> None:
    log.unlink()


def cut(log: Path) -> None:
    log.write_bytes(log.read_bytes()[: end_of(log) - FRAME - 100])


def clear(log: Path) -> None:
    log.write_bytes(b"")


def flip(log: Path) -> None:
    content = bytearray(log.read_bytes())
    content[end_of(log) - FRAME - 50] ^= 0xFF
    log.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (remove, "its log {log} is not there, which a connector that was killed had left"),
        (cut, "its log {log} lacks the last "),
        (clear, "its log {log} lacks the last "),
        (flip, "its log {log} lacks the last "),
    ],
)
def test_what_is_missing_of_a_log_is_told_by_the_start(
    folder: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None], words: str
) -> None:
    log = folder / "connector.db-wal"
    spoil(log)
    with started(folder) as service:
        event = service.stores.alarms.event("Interface/Alarm")
    (sentence,) = told(caplog)
    assert words.format(log=log) in sentence
    assert sentence.endswith("what was acknowledged last is lost")
    assert event is not None


def test_a_back_up_that_was_put_back_without_a_log_is_gone_on_with_and_nothing_is_told(
    folder: Path, killed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in FILES:
        (folder / name).unlink()
    put_back_up(folder, killed)
    with started(folder) as service:
        assert service.stores.snapshots.setup().at is not None
    assert told(caplog) == []


def test_nothing_is_left_beside_a_back_up_that_was_verified(folder: Path, killed: Path) -> None:
    copy = folder / "copy.db"
    shutil.copyfile(killed / "older" / BACKUP, copy)
    assert CliRunner().invoke(cli, ["verify", str(copy)]).exit_code == 0
    assert list(folder.glob("copy.db*")) == [copy]


@pytest.mark.parametrize("spoil", [remove, cut])
def test_verify_says_what_is_missing_of_a_log(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder / "connector.db-wal")
    result = CliRunner().invoke(cli, ["verify", str(folder / "connector.db")])
    assert result.exit_code == 1
    assert "connector.db is not whole: its log " in result.output


@pytest.mark.parametrize("spoil", [remove, cut, clear, flip])
def test_verify_changes_nothing_and_the_start_after_it_tells_as_well(
    folder: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    spoil(folder / "connector.db-wal")
    before = contents(folder)
    assert CliRunner().invoke(cli, ["verify", str(folder / "connector.db")]).exit_code == 1
    assert contents(folder) == before
    with started(folder):
        assert len(told(caplog)) == 1


@pytest.mark.parametrize("command", ["check", "ledger", "commands", "setup", "password", "release"])
def test_a_command_between_a_kill_and_the_next_start_raises_no_alarm(
    folder: Path, caplog: pytest.LogCaptureFixture, command: str
) -> None:
    CliRunner().invoke(cli, [command, "--config", str(written(folder))])
    assert not (folder / "connector.db-wal").exists()  # SQLite brought it into the file
    caplog.clear()
    with started(folder) as service:
        assert service.stores.alarms.state(ALARM) is ACTIVE
        assert service.stores.alarms.event("Interface/Alarm") is None
    assert [one.message for one in caplog.records if one.levelname != "INFO"] == []


def test_where_nothing_is_left_of_a_log_the_start_says_what_that_may_mean_without_an_alarm(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in FILES[1:]:
        (folder / name).unlink()
    with started(folder) as service:
        assert service.stores.alarms.event("Interface/Alarm") is None
    (line,) = [one.message for one in caplog.records if one.levelname == "WARNING"]
    assert line.startswith("The connector that ran before was killed, and nothing of its log is beside ")


def test_a_start_tells_what_is_missing_of_a_log_also_when_settings_were_looked_for_before(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cut(folder / "connector.db-wal")
    configuration = Loading(written(folder), {}).at_start().configuration
    ConnectorService(configuration, ManualClock()).stop()
    (sentence,) = told(caplog)
    assert "lacks the last " in sentence


def cut_back(log: Path) -> None:
    """Leave a page of the log, which came before the alarm and the last sign of life."""
    log.write_bytes(log.read_bytes()[: HEAD + FRAME])


def spoil_beginning(log: Path) -> None:
    content = bytearray(log.read_bytes())
    content[HEAD + 100] ^= 0xFF
    log.write_bytes(content)


def flip_second(log: Path) -> None:
    """Spoil the second page: SQLite takes the first alone."""
    content = bytearray(log.read_bytes())
    content[HEAD + FRAME + 100] ^= 0xFF
    log.write_bytes(content)


AT_ANY_BOOT = [remove, clear, cut_back, spoil_beginning]


@pytest.mark.parametrize("spoil", AT_ANY_BOOT)
@pytest.mark.usefixtures("boot")
def test_a_log_that_lacks_a_sign_of_life_is_told_by_the_start_whatever_the_boot_and_whatever_is_shared(
    folder: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    spoil(folder / "connector.db-wal")
    with started(folder) as service:
        assert service.stores.alarms.event("Interface/Alarm") is not None
    (sentence,) = told(caplog)
    assert sentence.startswith(f"Storage: the database file {folder / 'connector.db'} is gone on with, but its log ")
    assert sentence.endswith("what was acknowledged last is lost")
    caplog.clear()
    with started(folder):
        assert told(caplog) == []


def bring_home(folder: Path) -> None:
    """Bring all of the log into the file, as checkpoints do, and leave it beside that."""
    (kept := folder / "kept").mkdir()
    with closing(sqlite3.connect(folder / FILES[0])) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        for name in FILES[:3]:
            shutil.copyfile(folder / name, kept / name)
    for path in kept.iterdir():
        path.replace(folder / path.name)
    kept.rmdir()


@pytest.mark.parametrize("spoil", [cut_back, flip_second])
@pytest.mark.usefixtures("boot")
def test_a_log_that_was_cut_behind_what_the_file_holds_goes_aside_and_the_file_loses_nothing(
    folder: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    bring_home(folder)
    log = folder / "connector.db-wal"
    spoil(log)
    config, before = written(folder), contents(folder)
    for command in ("ledger", "verify", "check"):
        result = CliRunner().invoke(cli, [command, "--config", str(config)])
        assert result.exit_code == 1
        assert f"{log} was cut or spoilt: the file " in f"{result.output}{result.exception}"
    assert contents(folder) == before
    with started(folder) as service:
        assert service.stores.alarms.state(ALARM) is ACTIVE
        assert service.stores.alarms.event("Interface/Alarm") is not None
    (sentence,) = told(caplog)
    moved = folder / "connector.db.damaged-20260101T000000Z-wal"
    assert f"was cut or spoilt, and the file holds later things than it. The log is {moved} now" in sentence
    assert moved.read_bytes() == before[log.name]


@pytest.mark.parametrize("spoil", AT_ANY_BOOT)
@pytest.mark.usefixtures("boot")
def test_verify_and_check_say_that_a_log_lacks_a_sign_of_life_whatever_the_boot(
    folder: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(folder / "connector.db-wal")
    verified = CliRunner().invoke(cli, ["verify", str(folder / "connector.db")])
    assert verified.exit_code == 1
    assert "connector.db is not whole: its log " in verified.output
    checked = CliRunner().invoke(cli, ["check", "--config", str(written(folder))])
    assert "connector.db is gone on with, but its log " in checked.output


@pytest.mark.parametrize("command", ["ledger", "check", "release"])
@pytest.mark.usefixtures("boot")
def test_a_start_tells_what_a_log_lacks_also_after_a_command_that_took_the_log_away(
    folder: Path, caplog: pytest.LogCaptureFixture, command: str
) -> None:
    cut_back(folder / "connector.db-wal")
    CliRunner().invoke(cli, [command, "--config", str(written(folder))])
    assert not (folder / "connector.db-wal").exists()
    caplog.clear()
    with started(folder):
        assert len(told(caplog)) == 1


@pytest.mark.parametrize("command", ["ledger", "release"])
def test_a_command_says_what_is_missing_of_a_log(folder: Path, caplog: pytest.LogCaptureFixture, command: str) -> None:
    cut(folder / "connector.db-wal")
    CliRunner().invoke(cli, [command, "--config", str(written(folder))])
    (sentence,) = told(caplog)
    assert "lacks the last " in sentence


def checkpoint(folder: Path) -> None:
    """Bring the log into the file, as another program does that opens and closes it."""
    with closing(sqlite3.connect(folder / "connector.db")) as connection:
        connection.execute("SELECT count(*) FROM owner").fetchone()


def move_all(folder: Path) -> None:
    """Copy the folder elsewhere and back, so that each file is another one."""
    shutil.copytree(folder, folder / "copy")
    for copy in (folder / "copy").iterdir():
        copy.replace(folder / copy.name)


def keep_no_signs(folder: Path) -> None:
    """Leave what an older version leaves, which keeps no signs of life."""
    (folder / "connector.db-life").unlink()


def put_back_up_alone(folder: Path) -> None:
    """Put a back-up in the file's place by the book, which leaves the sign of life."""
    for name in FILES[1:3]:
        (folder / name).unlink(missing_ok=True)
    CliRunner().invoke(cli, ["verify", str(folder / "connector.db")])
    shutil.copyfile(folder / "backup.db", folder / "connector.db")


@pytest.mark.parametrize("meanwhile", [bool, checkpoint, move_all, keep_no_signs, put_back_up_alone])
@pytest.mark.usefixtures("boot")
def test_nothing_is_told_of_a_log_that_is_whole_or_was_brought_into_the_file(
    folder: Path, killed: Path, caplog: pytest.LogCaptureFixture, meanwhile: Callable[[Path], None]
) -> None:
    shutil.copyfile(killed / "older" / BACKUP, folder / "backup.db")
    meanwhile(folder)
    with started(folder) as service:
        assert service.stores.alarms.event("Interface/Alarm") is None
    assert told(caplog) == []


def test_a_connector_that_ends_in_order_leaves_no_sign_of_life(folder: Path) -> None:
    with started(folder):
        assert (folder / "connector.db-life").stat().st_mode & 0o077 == 0
    assert not (folder / "connector.db-life").exists()
