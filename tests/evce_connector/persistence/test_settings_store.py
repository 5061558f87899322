"""The settings in the database: whole versions, one step back, and a Save that is killed, refused or comes second."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import KEPT, Settings, SettingsChangedError, SettingsError
from sqlalchemy import Engine, event, text

from tests.evce_connector.persistence import saving

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLD = {"status": {"interval_seconds": 15}}


@pytest.fixture
def settings(engine: Engine) -> Settings:
    return Settings(engine)


def test_before_the_first_save_there_are_no_settings(settings: Settings) -> None:
    assert settings.current() is None
    assert settings.versions() == []


def test_a_version_says_what_by_whom_and_when_with_every_type_of_a_file(settings: Settings) -> None:
    document = {
        "evce": {"login": {"encrypted": "gAAAA"}, "verify_tls": False, "base_url": 'https://a"b\\ü\n'},
        "schedules": [{"start": datetime(2024, 9, 23, 15), "at": time(7, 30), "gap": 30, "share": 0.5}],  # noqa: DTZ001
    }
    saved = settings.save(document, "anna", "A first version", AT)
    assert settings.current() == saved
    assert (saved.number, saved.at, saved.by, saved.words) == (1, AT, "anna", "A first version")
    assert settings.versions()[0].document == document


def test_the_newest_version_stands_first(settings: Settings) -> None:
    for seconds in (15, 20, 30):
        settings.save({"status": {"interval_seconds": seconds}}, "anna", f"{seconds} s", AT)
    assert [version.words for version in settings.versions(2)] == ["30 s", "20 s"]


def test_one_step_back_is_a_version_of_its_own_and_a_second_undoes_it(settings: Settings) -> None:
    settings.save(OLD, "anna", "First", AT)
    settings.save({"status": {"interval_seconds": 30}}, "anna", "Second", AT)
    back = settings.step_back("ben", AT + timedelta(hours=1))
    assert (back.number, back.by, back.document) == (3, "ben", OLD)
    assert back.words == "Back to version 1 (2026-01-01 12:00:00 UTC, anna)"
    assert settings.step_back("ben", AT).document == {"status": {"interval_seconds": 30}}


def test_a_first_version_has_none_before_it(settings: Settings) -> None:
    settings.save(OLD, "anna", "First", AT)
    with pytest.raises(SettingsError, match="There is no version of the settings before this one: nothing was changed"):
        settings.step_back("ben", AT)
    assert [version.words for version in settings.versions()] == ["First"]


def test_the_oldest_version_goes_when_there_are_too_many(settings: Settings) -> None:
    for number in range(KEPT + 3):
        settings.save(OLD, "anna", f"{number + 1}", AT)
    assert [version.words for version in settings.versions(2 * KEPT)] == [f"{KEPT + 3 - back}" for back in range(KEPT)]


def test_who_edited_an_older_version_is_told_who_saved_a_newer_one(settings: Settings) -> None:
    first = settings.save(OLD, "anna", "First", AT, base=0)
    settings.save(OLD, "ben", "A new controller", AT, base=first.number)
    with pytest.raises(
        SettingsChangedError,
        match=r"^ben has saved other settings meanwhile \(2026-01-01 12:00:00 UTC: A new controller\)\. Look at them",
    ):
        settings.save({}, "anna", "Mine", AT, base=first.number)
    assert [version.words for version in settings.versions()] == ["A new controller", "First"]


def test_of_two_that_save_at_the_same_moment_one_is_refused(engine: Engine, settings: Settings) -> None:
    settings.save(OLD, "anna", "First", AT)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def take_the_number(_: object, __: object, statement: str, parameters: object, *___: object) -> tuple[str, object]:
        return statement.replace("ORDER BY", "WHERE settings.number < 1 ORDER BY"), parameters

    with pytest.raises(SettingsChangedError, match="Somebody else has saved other settings at the same moment"):
        settings.save({}, "ben", "Second", AT)
    event.remove(engine, "before_cursor_execute", take_the_number)
    assert [version.words for version in settings.versions()] == ["First"]


def test_a_version_that_is_no_toml_is_named_and_one_can_step_back_from_it(engine: Engine, settings: Settings) -> None:
    settings.save(OLD, "anna", "First", AT)
    settings.save(OLD, "anna", "Second", AT)
    with engine.begin() as connection:
        connection.execute(text("UPDATE settings SET document = 'a =' WHERE number = 2"))
    current = settings.current()
    assert current
    with pytest.raises(SettingsError, match=r"Version 2 of the settings cannot be read \(.*\)\. Go a step back"):
        _ = current.document
    assert settings.step_back("ben", AT).document == OLD


@pytest.fixture
def held(sqlite_engine: Engine, file: Path) -> Iterator[Settings]:
    """Let somebody else hold the database."""
    settings = Settings(sqlite_engine)
    settings.save(OLD, "anna", "First", AT)
    other = open_database(f"sqlite:///{file.as_posix()}")
    with other.begin() as connection:
        connection.execute(text("DELETE FROM settings"))
        yield settings
        connection.rollback()
    other.dispose()


def test_a_database_that_does_not_take_a_save_is_a_sentence_and_the_old_settings_stay(held: Settings) -> None:
    with pytest.raises(
        SettingsError, match=r"^The settings cannot be saved: database is locked; those that were there stay\.$"
    ):
        held.save({}, "ben", "Second", AT)
    current = held.current()
    assert current
    assert current.document == OLD


def test_settings_that_cannot_be_read_are_a_sentence(engine: Engine, settings: Settings) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE settings"))
    with pytest.raises(SettingsError, match=r"^The settings cannot be read: .*settings"):
        settings.current()


def test_a_database_that_was_opened_anew_gets_the_settings_that_it_lost(engine: Engine, settings: Settings) -> None:
    saved = settings.save(OLD, "anna", "First", AT)
    settings.current()
    settings.take_up()
    assert len(settings.versions()) == 1
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM settings"))
    settings.take_up()
    assert settings.current() == saved


@pytest.mark.parametrize("place", saving.PLACES)
def test_a_process_killed_in_the_middle_of_a_save_leaves_the_old_settings_or_the_new(file: Path, place: str) -> None:
    url = f"sqlite:///{file.as_posix()}"
    before = open_database(url)
    Settings(before).save(OLD, "anna", "First", AT)
    before.dispose()
    command = [sys.executable, "-m", saving.__name__, url, place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:  # noqa: S603 - our own module
        assert process.stdout
        try:
            assert process.stdout.readline() == saving.READY
        finally:
            process.kill()
    engine = open_database(url)
    current = Settings(engine).current()
    engine.dispose()
    assert current
    assert current.document == (saving.NEW if place == "behind the commit" else OLD)
