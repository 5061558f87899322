"""`evce-connector backup` and `verify`, on the database of a connector that goes on."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector import owner_only
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.persistence import backup

from tests.support.connector_process import configuration_file
from tests.support.joined import JoinedSite
from tests.support.spoiling import spoilt

Site = JoinedSite[ManualClock]
OLD = Path(__file__).parents[1] / "persistence" / "database_0_1_0.sql"


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Run a connector that has polled, logged and raised an alarm."""
    with JoinedSite(tmp_path, ManualClock(), "campus", database=empty_database) as joined:
        joined.set_up()
        joined.model.set_station(2, status="faulted")
        joined.poll()
        joined.service.log()
        yield joined


@pytest.fixture
def config(site: Site, tmp_path: Path) -> Path:
    return configuration_file(site.document, tmp_path)


def called(*arguments: object) -> tuple[int, str]:
    """Run a command; gives its exit status, and what it said or was ended by."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    return result.exit_code, f"{result.output}{result.exception or ''}"


def test_a_copy_holds_what_the_database_of_a_running_connector_holds(
    site: Site, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES_AT_ONCE", 10)
    copy = tmp_path / "copy.db"
    status, said = called("backup", "--config", config, "--output", copy)
    assert (status, "50 % of" in said) == (0, True), said
    assert not owner_only.others_may_read(copy)
    site.poll()
    assert backup.contents(copy) == backup.contents(Path(str(site.service.stores.engine.url.database)))
    status, said = called("verify", copy)
    assert status == 0
    assert "alarm_events: 3 rows, the newest of 2026-01-01T00:00:00Z" in said
    assert said.endswith(f"{copy} is sound.\n")


def test_the_database_of_a_configuration_is_verified_while_the_connector_runs(config: Path) -> None:
    status, said = called("verify", "--config", config)
    assert (status, said.splitlines()[-1].endswith(" is sound.")) == (0, True)


def test_verify_is_json_for_programs(config: Path) -> None:
    status, said = called("verify", "--config", config, "--json")
    found = json.loads(said)
    assert (status, found["sound"], found["wrong"]) == (0, True, [])
    assert {"table", "rows", "newest"} == found["tables"][0].keys()


def test_a_copy_overwrites_nothing(config: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine", encoding="utf-8")
    status, said = called("backup", "--config", config, "--output", tmp_path / "copy.db")
    assert status == 1
    assert "is there already, and stays as it is" in said
    assert (tmp_path / "copy.db").read_text(encoding="utf-8") == "mine"


def torn(file: Path) -> None:
    """Let an index lack a row of its table."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE type = 'index' AND name = 'alarm_events_by_alarm'")
        connection.commit()


def nothing(file: Path) -> None:
    file.write_bytes(b"no database at all " * 100)


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def another(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE recipes (name)")


def alembics(file: Path) -> None:
    """Let another program that uses Alembic have made the file."""
    another(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('ae1027a6acf1')")
        connection.commit()


def dropped(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE commands")


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def without_revision(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE alembic_version")


def without_revision_and_column(file: Path) -> None:
    without_revision(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE commands DROP COLUMN answer")


def older(file: Path) -> None:
    """Let the file be of version 0.1.0, which kept no revision."""
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))


REFUSED = "`evce-connector run` refuses it, and leaves it as it is. Check storage.url."
ASIDE = "`evce-connector run` moves it aside at its start, and goes on with what can be read of it."
MET = "`evce-connector run` moves it aside when it meets the damage, and goes on with what can be read of it."


@pytest.mark.parametrize(
    ("spoil", "words", "then"),
    [
        (spoilt, "cannot be read: database disk image is malformed.", MET),
        (torn, "is damaged: ", MET),
        (nothing, "cannot be read: file is not a database.", REFUSED),
        (
            newer,
            "belongs to a newer version of the connector: revision 9999",
            "`evce-connector run` refuses it, and leaves it as it is. Install the newer version.",
        ),
        (another, "holds no revision of the connector's tables", REFUSED),
        (alembics, "is another program's: it holds the tables recipes.", REFUSED),
        (dropped, "is damaged: its table commands is missing.", ASIDE),
        (
            without_revision,
            "is damaged: the revision of its tables is gone.",
            "`evce-connector run` enters the revision of its tables again at its start.",
        ),
        (
            without_revision_and_column,
            "is damaged: the revision of its tables is gone, and its column commands.answer is missing.",
            ASIDE,
        ),
        (emptied, "holds no revision of the connector's tables", "`evce-connector run` begins it anew."),
        (
            older,
            "holds no revision of the connector's tables",
            "`evce-connector run` brings its tables up to date at its start, after a copy.",
        ),
    ],
)
def test_what_is_wrong_with_a_database_is_said_and_what_run_does_with_it(
    config: Path, tmp_path: Path, spoil: Callable[[Path], None], words: str, then: str
) -> None:
    copy = tmp_path / "copy.db"
    called("backup", "--config", config, "--output", copy)
    spoil(copy)
    status, said = called("verify", copy)
    assert status == 1
    assert f"{copy} {words}" in said
    assert said.splitlines()[-2] == then  # the last is the exit status


def test_a_copy_that_is_broken_off_hinders_no_other_and_is_named(config: Path, tmp_path: Path, site: Site) -> None:
    copy, file = tmp_path / "copy.db", Path(str(site.service.stores.engine.url.database))
    dying = f"""
import os, pathlib
from evce_connector.persistence import backup
backup.PAGES_AT_ONCE = 1
backup.back_up(pathlib.Path({str(file)!r}), pathlib.Path({str(copy)!r}), lambda *_: os._exit(9))
"""
    subprocess.run([sys.executable, "-c", dying], check=False)  # noqa: S603 - our own words
    pieces = [path for path in tmp_path.iterdir() if path.name.startswith("copy.db")]
    assert sorted(path.name.partition(".part")[2] for path in pieces) == ["", "-journal"]
    assert [path for path in pieces if owner_only.others_may_read(path)] == []
    status, said = called("backup", "--config", config, "--output", copy)
    assert status == 0
    for piece in pieces:
        assert f"{piece} is of a copy that was broken off: delete it, unless one is being made there now." in said
    assert called("verify", copy)[0] == 0


def test_a_copy_that_cannot_be_made_leaves_nothing(config: Path, tmp_path: Path) -> None:
    spoilt_file = tmp_path / "spoilt.db"
    called("backup", "--config", config, "--output", spoilt_file)
    nothing(spoilt_file)
    with pytest.raises(backup.BackupError, match="cannot be copied to"):
        backup.back_up(spoilt_file, tmp_path / "copy.db", lambda *_: None)
    assert list(tmp_path.glob("copy.db*")) == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["verify", "--config", "some.toml", "some.db"], "Name a configuration by --config, or a file, not both."),
        (["verify", "nowhere.db"], "There is no file nowhere.db."),
    ],
)
def test_what_is_to_be_verified_must_be_named_and_there(command: list[str], words: str) -> None:
    status, said = called(*command)
    assert status != 0
    assert words in said


def test_postgresql_is_left_to_its_own_tools() -> None:
    with pytest.raises(
        backup.BackupError, match=r"postgresql\+psycopg://ebo:\*\*\*@h/evce is no SQLite file: .*pg_dump"
    ):
        backup.sqlite_file("postgresql+psycopg://ebo:secret@h/evce")
