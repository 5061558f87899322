"""What a start is given: a file, the platform's file, or nothing but the platform's place for a database."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector import cli
from evce_connector.config import ConfigurationError
from evce_connector.config.layers import Source
from evce_connector.config.start import Start, default_database, default_files
from evce_connector.persistence.database import open_database

pytestmark = pytest.mark.usefixtures("home")
REALM = '[ews]\nrealm = "{}"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the platform's places be in a folder of the test, as XDG's variables say."""
    for variable, folder in (("CONFIG_HOME", "config"), ("CONFIG_DIRS", "machine"), ("DATA_HOME", "data")):
        monkeypatch.setenv(f"XDG_{variable}", str(tmp_path / folder))
    return tmp_path


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_file_that_is_named_is_read_and_no_other(home: Path) -> None:
    write(default_files()[0], REALM.format("user"))
    start = Start.of(write(home / "a.toml", REALM.format("named")), {})
    assert (start.file["ews"], start.file_name) == ({"realm": "named"}, str(home / "a.toml"))
    assert start.storage().url == f"sqlite:///{(home / 'evce-connector.db').as_posix()}"


def test_else_the_users_file_is_read_and_else_the_machines() -> None:
    user, machine = default_files()
    write(machine, REALM.format("machine"))
    assert Start.of(None, {}).file["ews"] == {"realm": "machine"}
    write(user, REALM.format("user"))
    assert Start.of(None, {}).file["ews"] == {"realm": "user"}


def test_without_any_file_the_database_is_in_the_platforms_place(home: Path) -> None:
    start = Start.of(None, {})
    assert default_database() == home / "data" / "evce-connector" / "evce-connector.db"
    assert start.storage().url == f"sqlite:///{default_database().as_posix()}"
    start.prepare()
    assert stat.S_IMODE(default_database().parent.stat().st_mode) == 0o700


def test_the_environment_may_say_where_the_database_is() -> None:
    assert Start.of(None, {"EVCE_CONNECTOR_STORAGE_URL": "sqlite:///b.db"}).storage().url == "sqlite:///b.db"


def test_a_start_with_a_file_makes_no_folder(home: Path) -> None:
    Start.of(write(home / "a.toml", ""), {}).prepare()
    assert not default_database().parent.exists()


def test_a_folder_that_cannot_be_made_is_named(home: Path) -> None:
    write(home / "data", "no folder")
    with pytest.raises(ConfigurationError, match=r"The folder .*data/evce-connector cannot be made: Not a directory\."):
        Start.of(None, {}).prepare()


def test_a_wrong_place_of_the_database_is_named_before_it_is_opened() -> None:
    with pytest.raises(ConfigurationError, match=r"^storage\.site: it must be up to 48 of"):
        Start.of(None, {"EVCE_CONNECTOR_STORAGE_SITE": "North"}).storage()


def test_from_nothing_everything_that_is_required_is_missing_and_saved_step_by_step(home: Path) -> None:
    start, database = Start.of(None, {}), home / "a.db"
    empty = start.layers({}, database)
    assert empty.missing() == ["evce.base_url", "evce.login", "evce.password", "ews.username", "ews.password"]
    assert empty.origin("storage.url").source is Source.FILE
    saved = empty.changed({"evce.password": "Zebra", "ews.password": "Zebra"})
    assert (home / "a.db.key").is_file()
    assert start.layers(saved, database).missing() == ["evce.base_url", "evce.login", "ews.username"]


def test_run_without_a_file_and_without_pages_says_where_it_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVCE_CONNECTOR_PORTAL_ENABLED", "false")
    error = CliRunner().invoke(cli.cli, ["run"]).exception
    assert isinstance(error, ConfigurationError)
    assert all(str(place) in str(error) for place in default_files())


def test_run_without_a_file_takes_the_platforms() -> None:
    write(default_files()[0], REALM.format("user") + "[portal]\nenabled = false\n")
    result = CliRunner().invoke(cli.cli, ["run"])
    assert f"Configuration {default_files()[0]}" in result.output
    assert str(result.exception).startswith("evce is missing.")


@pytest.mark.parametrize("command", ["check", "release", "ledger", "commands", "password", "setup", "reload", "verify"])
def test_a_command_without_a_file_where_no_connector_has_run_says_where_it_looked(command: str) -> None:
    result = CliRunner().invoke(cli.cli, [command])
    said = result.output + str(result.exception)
    assert all(str(place) in said for place in (*default_files(), default_database()))
    assert not default_database().parent.exists()


def test_a_reload_of_what_is_not_finished_says_what_is_lacking() -> None:
    default_database().parent.mkdir(parents=True)
    open_database(f"sqlite:///{default_database().as_posix()}").dispose()
    said = CliRunner().invoke(cli.cli, ["reload"]).output
    assert said.startswith("evce.base_url, evce.login, evce.password, ews.username, ews.password are not set yet: ")
