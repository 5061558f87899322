"""Whose file stands at storage.url: ours also in pieces, another program's never touched, dropped tables a damage."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.host import check_database
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import APPLICATION
from evce_connector.site.values import State

from tests.support.joined import JoinedSite, connect, settings

pytestmark = pytest.mark.once

Site = JoinedSite[ManualClock]


def run_in(file: Path, *statements: str) -> None:
    """Let another program have its way with a file."""
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def recipes(file: Path) -> None:
    run_in(file, "CREATE TABLE recipes (name)", "CREATE TABLE commands (name)")


def alembics(file: Path) -> None:
    run_in(file, "CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('ae1027a6acf1')")


def numbered(file: Path) -> None:
    run_in(file, "PRAGMA application_id = 252006674")


def like_ours(file: Path) -> None:
    """Have a revision of the same number as our newest."""
    run_in(file, "CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('0004')")


ANOTHERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "with tables": (recipes, "it holds the tables recipes"),
    "with revisions": (alembics, "its tables are of a revision ae1027a6acf1, which is none of the connector's"),
    "with revisions like ours": (like_ours, "its tables are of a revision 0004, which is none of the connector's"),
    "with a number": (numbered, "its application_id is 252006674, not the connector's"),
}


@pytest.mark.parametrize("which", ANOTHERS)
def test_another_programs_file_is_refused_and_stays_as_it_is_to_the_last_byte(tmp_path: Path, which: str) -> None:
    file = tmp_path / "connector.db"
    make, why = ANOTHERS[which]
    make(file)
    file.chmod(0o644)
    before = file.read_bytes()
    words = f"is another program's: {why}. It stays as it is. Give storage.url a file of the connector's own"
    with pytest.raises(ConnectorError, match=re.escape(words)):
        connect(settings(tmp_path), ManualClock())
    (finding,) = check_database.look(config.parse(settings(tmp_path), {}).storage).findings
    assert (finding.kind, words in finding.text) == ("error", True)
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (before, 0o644)
    assert [path.name for path in tmp_path.iterdir()] == ["connector.db"]


def test_a_database_without_tables_is_nobodys_and_taken(tmp_path: Path) -> None:
    run_in(tmp_path / "connector.db", "CREATE TABLE gone (name)", "DROP TABLE gone")
    service = connect(settings(tmp_path), ManualClock())
    service.stop()


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Join a site whose connector has polled."""
    with JoinedSite(tmp_path, ManualClock(), "campus", database=empty_database) as joined:
        joined.set_up()
        joined.poll()
        joined.service.step()
        yield joined


@pytest.fixture
def file(site: Site) -> Path:
    return Path(str(site.service.stores.engine.url.database))


def told(site: Site) -> str:
    event = site.service.stores.alarms.event("Interface/Alarm")
    return event.message if event else ""


@pytest.mark.parametrize("length", [5, 16, 50, 70, 99, 4096, 50_000])
def test_a_piece_of_our_file_is_moved_aside_at_a_start(site: Site, file: Path, length: int) -> None:
    site.service.stop()
    with file.open("r+b") as content:
        content.truncate(length)
    site.service = connect(site.document, site.clock)
    aside = file.with_name(f"{file.name}.damaged-20260101T000000Z")
    assert aside.stat().st_size == length
    assert f"the database file {file} is damaged: " in told(site)
    site.set_up()
    site.poll()
    assert site.see("Interface/StorageState") == ("good", State.GOOD)


def test_a_piece_of_another_programs_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "connector.db"
    run_in(file, "CREATE TABLE recipes (name)", *["INSERT INTO recipes VALUES (randomblob(9000))"] * 20)
    with file.open("r+b") as content:
        content.truncate(9000)
    with pytest.raises(ConnectorError):
        connect(settings(tmp_path), ManualClock())
    assert [path.name for path in tmp_path.iterdir()] == ["connector.db"]
    assert file.stat().st_size == 9000


def test_a_file_of_a_former_version_gets_our_number(site: Site, file: Path) -> None:
    site.service.stop()
    run_in(file, "PRAGMA application_id = 0")
    site.service = connect(site.document, site.clock)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)


def test_a_table_that_was_dropped_is_a_damage_at_a_start_and_check_says_so(site: Site, file: Path) -> None:
    site.service.stop()
    run_in(file, "DROP TABLE commands")
    (finding,) = check_database.look(config.parse(site.document, {}).storage).findings
    assert finding.kind == "error"
    assert "its table commands is missing" in finding.text
    assert "moves it aside at its start, and goes on with what can be read of it" in finding.text
    site.service = connect(site.document, site.clock)
    assert f"the database file {file} is damaged: its table commands is missing. It was moved to" in told(site)
    assert site.see("Stations/1/StationIsConnected")[0] is True
    assert site.service.stores.commands.lines() == []


@pytest.mark.parametrize(("table", "column"), [("commands", "answer"), ("commands", "stage"), ("facts", "value")])
def test_a_column_that_was_dropped_is_a_damage_at_a_start_and_all_other_tables_are_saved(
    site: Site, file: Path, table: str, column: str
) -> None:
    site.service.stop()
    with closing(sqlite3.connect(file)) as connection:
        for (index,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'ix_commands_%'").fetchall():
            connection.execute(f"DROP INDEX {index}")
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    (finding,) = check_database.look(config.parse(site.document, {}).storage).findings
    assert f"its column {table}.{column} is missing" in finding.text
    site.service = connect(site.document, site.clock)
    assert f"the database file {file} is damaged: its column {table}.{column} is missing. It was moved to" in told(site)
    site.set_up()
    site.poll()
    assert site.see("Stations/1/StationIsConnected") == (True, State.GOOD)


def test_a_column_that_is_dropped_under_the_connector_is_a_damage(site: Site, file: Path) -> None:
    run_in(file, "ALTER TABLE commands DROP COLUMN answer")
    site.clock.advance(15)
    site.poll()
    site.poll()
    assert f"the database file {file} is damaged: its column commands.answer is missing. It was moved to" in told(site)
    assert site.see("Interface/StorageState") == ("good", State.GOOD)


def without_revisions(file: Path) -> None:
    run_in(file, "DROP TABLE alembic_version")


def without_revision(file: Path) -> None:
    run_in(file, "DELETE FROM alembic_version")


def with_a_flipped_character(file: Path) -> None:
    run_in(file, "UPDATE alembic_version SET version_num = '00x1'")


@pytest.mark.parametrize("lose", [without_revisions, without_revision, with_a_flipped_character])
def test_tables_that_lost_their_revision_get_it_again(
    site: Site, file: Path, caplog: pytest.LogCaptureFixture, lose: Callable[[Path], None]
) -> None:
    site.service.stop()
    lose(file)
    site.service = connect(site.document, site.clock)
    assert f"The revision of the tables of {site.document['storage']['url']} was gone, and is entered" in caplog.text
    assert site.see("Stations/1/StationIsConnected")[0] is True
    assert told(site) == ""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(revisions()[-1],)]
    assert [path.name for path in file.parent.glob("*.damaged-*")] == []


def of_the_former_version(file: Path) -> None:
    run_in(file, f"UPDATE alembic_version SET version_num = '{revisions()[-2]}'")  # noqa: S608 - our own number


def without_tables(file: Path) -> None:
    file.unlink()
    run_in(file, "PRAGMA user_version = 1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_revisions, "its tables have lost their revision: `evce-connector run` enters the revision"),
        (with_a_flipped_character, "its tables have lost their revision: `evce-connector run` enters the revision"),
        (
            of_the_former_version,
            "its tables are of an older version: `evce-connector run` brings its tables up to date",
        ),
        (without_tables, "it holds no tables: `evce-connector run` makes them at its start"),
    ],
)
def test_check_says_what_run_will_do_with_the_tables_and_changes_nothing(
    site: Site, file: Path, change: Callable[[Path], None], words: str
) -> None:
    site.service.stop()
    change(file)
    before = {path.name: path.read_bytes() for path in file.parent.iterdir()}
    said = [finding.text for finding in check_database.look(config.parse(site.document, {}).storage).findings]
    assert [text for text in said if text.startswith(f"The database file {file}: {words}")]
    assert {path.name: path.read_bytes() for path in file.parent.iterdir()} == before


def test_tables_that_lost_their_revision_and_a_column_are_a_damage(site: Site, file: Path) -> None:
    site.service.stop()
    run_in(file, "DROP TABLE alembic_version", "ALTER TABLE commands DROP COLUMN answer")
    site.service = connect(site.document, site.clock)
    assert "is damaged: the revision of its tables is gone, and its column commands.answer is missing. It" in told(site)
    assert site.see("Stations/1/StationIsConnected")[0] is True


def test_a_table_that_is_dropped_under_the_connector_is_a_damage(site: Site, file: Path) -> None:
    run_in(file, "DROP TABLE commands", "DROP TABLE facts")
    site.clock.advance(15)
    site.poll()
    site.poll()
    assert f"the database file {file} is damaged: its tables commands, facts are missing. It was moved to" in told(site)
    assert site.see("Interface/StorageState") == ("good", State.GOOD)


def test_another_programs_file_that_is_put_in_the_place_is_told_and_left(site: Site, file: Path) -> None:
    other = file.with_name("other.db")
    recipes(other)
    before = other.read_bytes()
    other.rename(file)
    site.clock.advance(15)
    site.poll()
    assert "is another program's: it holds the tables recipes" in str(site.see("Interface/StorageState")[0])
    assert file.read_bytes() == before
    shutil.move(file, other)
    site.clock.advance(15)
    site.poll()
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
