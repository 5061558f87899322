"""`evce-connector backup` and `verify`, on the database of a connector that goes on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector import owner_only
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.persistence import backup

from tests.support.joined import JoinedSite
from tests.support.spoiling import spoilt

Site = JoinedSite[ManualClock]


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
    path = tmp_path / "connector.toml"
    lines = []
    for section, fields in site.document.items():
        lines += [f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


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


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoilt, "cannot be read: database disk image is malformed."),
        (torn, "is damaged: "),
        (nothing, "cannot be read: file is not a database."),
        (newer, "belongs to a newer version of the connector: revision 9999"),
        (another, "holds no revision of the connector's tables"),
    ],
)
def test_what_is_wrong_with_a_database_is_said(
    config: Path, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    copy = tmp_path / "copy.db"
    called("backup", "--config", config, "--output", copy)
    spoil(copy)
    status, said = called("verify", copy)
    assert status == 1
    assert f"{copy} {words}" in said


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["verify"], "Name a configuration by --config, or a file."),
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
