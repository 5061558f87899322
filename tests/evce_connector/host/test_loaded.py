"""What a connector starts with: settings saved in its database, over them its file, over that the environment."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from evce_connector.config import ConfigurationError
from evce_connector.config.key import Key, beside
from evce_connector.config.layers import Source
from evce_connector.config.secrets import Secrets
from evce_connector.config.start import Start, default_database, default_files
from evce_connector.host.loaded import Loaded, Loading
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import Settings
from sqlalchemy import make_url

from features.driver.postgresql import Postgres
from tests.support.joined import settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SERVER = {"ews": {"server_name": "Depot"}}
pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the platform's places be in a folder of the test, as XDG's variables say."""
    for variable, folder in (("CONFIG_HOME", "config"), ("CONFIG_DIRS", "machine"), ("DATA_HOME", "data")):
        monkeypatch.setenv(f"XDG_{variable}", str(tmp_path / folder))
    return tmp_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a configuration that is complete."""
    return write(tmp_path, settings(tmp_path))


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Path:
    return Path(shutil.copyfile(empty_database, tmp_path / "connector.db"))


def write(folder: Path, document: Mapping[str, Any]) -> Path:
    path = folder / "connector.toml"
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    return path


ALONE = "File and environment hold alone."


def save(url: str, document: dict[str, Any], site: str = "") -> None:
    engine = open_database(url, site=site)
    Settings(engine).save(document, "admin", "changed", NOW)
    engine.dispose()


def save_in(database: Path, document: dict[str, Any]) -> None:
    save(f"sqlite:///{database.as_posix()}", document)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_what_is_saved_holds_below_file_and_environment(file: Path, database: Path) -> None:
    save_in(database, {"ews": {"server_name": "Depot", "username": "saved"}, "status": {"interval_seconds": 20}})
    loaded = Loading(file, {"EVCE_CONNECTOR_STATUS_INTERVAL_SECONDS": "25"}).at_start()

    assert (loaded.configuration.ews.server_name, loaded.number) == ("Depot", 1)
    assert loaded.configuration.ews.username == "ebo"
    assert loaded.configuration.status.interval_seconds == 25
    assert loaded.layers(SERVER).origin("ews.server_name").source is Source.PAGES
    assert loaded.layers(SERVER).origin("ews.username").name == str(file)


def test_saved_secrets_are_read_with_the_key_beside_the_database(tmp_path: Path, database: Path) -> None:
    document = settings(tmp_path)
    saved = Secrets(Key(beside(database), {})).encrypted({"evce": {"password": document["evce"].pop("password")}})
    save_in(database, saved)

    assert Loading(write(tmp_path, document), {}).at_start().configuration.evce.secret() == "Wall-box 4711"


def test_reading_makes_no_database_and_changes_none(tmp_path: Path, file: Path, empty_database: Path) -> None:
    Loading(file, {}).at_start()
    assert list(contents(tmp_path)) == ["connector.toml"]
    database = Path(shutil.copyfile(empty_database, tmp_path / "connector.db"))
    save_in(database, SERVER)
    before = contents(tmp_path)

    assert Loading(file, {}).at_start().configuration.ews.server_name == "Depot"
    assert contents(tmp_path) == before


def test_what_a_running_connector_has_only_in_its_log_is_read(file: Path, database: Path) -> None:
    engine = open_database(f"sqlite:///{database.as_posix()}")
    Settings(engine).save(SERVER, "admin", "changed", NOW)
    assert Loading(file, {}).at_start().configuration.ews.server_name == "Depot"
    engine.dispose()


def older(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("DROP TABLE settings; UPDATE alembic_version SET version_num = '0001'")


def anothers(database: Path) -> None:
    database.unlink()
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("CREATE TABLE settings (number INTEGER); INSERT INTO settings VALUES (7)")


@pytest.mark.parametrize("change", [lambda database: database.write_bytes(b""), older, anothers])
def test_a_database_without_settings_of_ours_is_for_who_opens_it_to_judge(
    file: Path, database: Path, change: Callable[[Path], object]
) -> None:
    change(database)
    before = database.read_bytes()
    loaded = Loading(file, {}).at_start()

    assert (loaded.number, loaded.troubles) == (0, ())
    assert database.read_bytes() == before


def test_of_a_damaged_database_it_is_said_that_its_settings_are_left_out_and_they_are_looked_for_again(
    file: Path, database: Path
) -> None:
    save_in(database, SERVER)
    database.write_bytes(database.read_bytes()[:50] + b"damaged" * 100)
    loaded = Loading(file, {}).at_start()

    assert loaded.configuration.ews.server_name == "EVCE Ews Server"
    assert loaded.look_again
    trouble = f"What is saved in sqlite:///{database.as_posix()} is not used: nothing in it can be read."
    assert loaded.troubles == (trouble, ALONE)


class ToldTooLate(Loading):
    """Reads a database that tells nothing, and is all right by the time that the connector opens it."""

    def at_start(self) -> Loaded:
        database = Path(str(make_url(Start.of(self._path, {}).storage().url).database))
        content = database.read_bytes()
        database.write_bytes(content[:50] + b"damaged" * 100)
        loaded = super().at_start()
        database.write_bytes(content)
        return loaded


def test_settings_that_the_database_tells_only_once_it_is_open_are_used_after_all(file: Path, database: Path) -> None:
    save_in(database, SERVER)
    names: list[str] = []

    def tell(service: ConnectorService) -> None:
        names.append(service.configuration.ews.server_name)
        if len(names) == 2:
            running.stop.set()

    running = Running(ToldTooLate(file, {}), tell)
    running.run()
    assert names == ["EVCE Ews Server", "Depot"]


def test_saved_settings_that_are_wrong_are_left_out_where_the_file_is_enough(file: Path, database: Path) -> None:
    save_in(database, {"status": {"interval_seconds": 5}})
    loaded = Loading(file, {}).at_start()

    assert loaded.configuration.status.interval_seconds == 15
    assert "Version 1 of the saved settings is left out: status.interval_seconds: " in loaded.troubles[0]
    assert loaded.troubles[1] == ALONE


def save_evce(database: Path) -> None:
    """Save on the pages what a file leaves out of the charge controller."""
    evce = {"base_url": "https://10.0.0.1/api/v2", "login": "bms", "password": "Zebra"}
    save_in(database, Secrets(Key(beside(database), {})).encrypted({"evce": evce}))


def without_evce(tmp_path: Path, **portal: object) -> Path:
    """Write a file that says nothing of the charge controller."""
    document = settings(tmp_path) | {"portal": portal}
    del document["evce"]
    return write(tmp_path, document)


def test_settings_that_are_wrong_are_named_where_the_file_is_not_enough_and_there_are_no_pages(
    tmp_path: Path, database: Path
) -> None:
    save_in(database, {"status": {"interval_seconds": 5}})
    with pytest.raises(
        ConfigurationError, match=r"(?s)evce is missing\..*status\.interval_seconds: .*evce is missing\."
    ):
        Loading(without_evce(tmp_path, enabled=False), {}).at_start()


def test_with_pages_a_start_needs_nothing_more_and_says_what_is_lacking(tmp_path: Path, database: Path) -> None:
    loaded = Loading(without_evce(tmp_path, enabled=True), {}).at_start()
    assert loaded.configuration.lacking == ("evce.base_url", "evce.login", "evce.password")
    assert loaded.configuration.ews.username == "ebo"
    save_evce(database)
    assert Loading(without_evce(tmp_path, enabled=True), {}).at_start().configuration.lacking == ()


def test_a_wrong_key_is_named_also_where_others_are_lacking(tmp_path: Path) -> None:
    document = settings(tmp_path)
    document["evce"] = {"login": 5}
    with pytest.raises(ConfigurationError, match=r"(?s)evce\.base_url is missing\..*evce\.login: "):
        Loading(write(tmp_path, document), {}).at_start()


def test_saved_secrets_whose_key_is_lost_are_named(tmp_path: Path, file: Path, database: Path) -> None:
    key = beside(database)
    assert key
    save_in(database, Secrets(Key(key, {})).encrypted({"ews": {"password": "Zebra", "server_name": "Depot"}}))
    key.unlink()
    assert "ews.password cannot be decrypted" in Loading(file, {}).at_start().troubles[0]
    document = settings(tmp_path)
    del document["ews"]["password"]
    document["portal"]["enabled"] = True
    loaded = Loading(write(tmp_path, document), {}).at_start()
    assert loaded.troubles[0].startswith("ews.password cannot be decrypted: ")
    assert loaded.configuration.lacking == ("ews.password",)


def ran_with(database: Path, number: int) -> None:
    """Keep that a connector has served with a version."""
    engine = open_database(f"sqlite:///{database.as_posix()}")
    Settings(engine).note_ran(number)
    engine.dispose()


def name_at_start(file: Path, refused: dict[int, str]) -> str:
    return Loading(file, {}).at_start(refused).configuration.ews.server_name


def test_where_the_newest_version_cannot_be_started_the_one_that_served_last_holds(file: Path, database: Path) -> None:
    for name in ("First", "Second", "Third"):
        save_in(database, {"ews": {"server_name": name}})
    ran_with(database, 1)
    assert name_at_start(file, {}) == "Third"
    loaded = Loading(file, {}).at_start({3: "the port is taken."})
    assert loaded.configuration.ews.server_name == "First"
    assert loaded.troubles == ("Version 3 of the saved settings is left out: the port is taken.",)
    assert loaded.served_before


def test_where_none_served_before_file_and_environment_hold_alone(file: Path, database: Path) -> None:
    save_in(database, SERVER)
    ran_with(database, 0)
    assert not Loading(file, {}).at_start().served_before
    assert name_at_start(file, {1: "the port is taken."}) == "EVCE Ews Server"


def test_a_command_takes_the_version_that_the_connector_serves_with(file: Path, database: Path) -> None:
    save_in(database, {"ews": {"server_name": "First"}})
    save_in(database, {"ews": {"server_name": "Second"}})
    assert Loading(file, {}).for_a_command().configuration.ews.server_name == "Second"
    ran_with(database, 1)
    assert Loading(file, {}).for_a_command().configuration.ews.server_name == "First"
    ran_with(database, 0)
    assert Loading(file, {}).for_a_command().configuration.ews.server_name == "EVCE Ews Server"


def test_a_command_takes_the_newest_version_where_the_connector_serves_only_its_pages(
    tmp_path: Path, database: Path
) -> None:
    save_evce(database)
    ran_with(database, 0)
    assert Loading(without_evce(tmp_path), {}).for_a_command().configuration.evce.login == "bms"


def test_again_a_saved_version_that_is_wrong_is_refused_for_the_connector_runs(file: Path, database: Path) -> None:
    engine = open_database(f"sqlite:///{database.as_posix()}")
    store, loading = Settings(engine), Loading(file, {})
    store.save(SERVER, "admin", "changed", NOW)
    assert loading.again(store).configuration.ews.server_name == "Depot"
    store.save({"status": {"interval_seconds": 5}}, "admin", "changed", NOW)
    with pytest.raises(ConfigurationError, match=r"status\.interval_seconds"):
        loading.again(store)
    engine.dispose()


def test_again_what_was_known_last_holds_while_the_database_does_not_tell(file: Path, database: Path) -> None:
    engine = open_database(f"sqlite:///{database.as_posix()}")
    store = Settings(engine)
    store.save(SERVER, "admin", "changed", NOW)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE settings")
    loaded = Loading(file, {}).again(store)
    engine.dispose()

    assert loaded.configuration.ews.server_name == "Depot"
    assert "The settings cannot be read" in loaded.troubles[0]


def test_without_any_file_the_saved_settings_of_the_platforms_place_are_enough(tmp_path: Path) -> None:
    document: dict[str, Any] = settings(tmp_path)
    del document["storage"]
    default_database().parent.mkdir(parents=True)
    save_in(default_database(), document)

    assert Loading(None, {}).at_start().configuration.evce.login == "bms"


def test_without_a_file_or_settings_the_pages_are_served_from_the_platforms_place() -> None:
    loaded = Loading(None, {}).at_start()

    assert len(loaded.configuration.lacking) == 5
    assert default_database().parent.is_dir()


def test_without_anything_and_without_pages_it_is_said_where_a_file_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Loading(None, {"EVCE_CONNECTOR_PORTAL_ENABLED": "false"}).at_start()

    assert all(str(place) in str(caught.value) for place in default_files())
    assert not default_database().parent.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_postgresql_tells_the_settings_of_its_site_and_of_no_other(tmp_path: Path, postgres_server: Postgres) -> None:
    save(postgres_server.url, SERVER, "with_settings")
    names = {}
    for site in ("with_settings", "without_settings"):
        document = settings(tmp_path) | {"storage": {"url": postgres_server.url, "site": site}}
        names[site] = Loading(write(tmp_path, document), {}).at_start().configuration.ews.server_name

    assert names == {"with_settings": "Depot", "without_settings": "EVCE Ews Server"}


def test_a_postgresql_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    document = settings(tmp_path) | {"storage": {"url": "postgresql+psycopg://evce:Zebra-9@127.0.0.1:9/evce"}}
    trouble, _ = Loading(write(tmp_path, document), {}).at_start().troubles

    assert "What is saved in postgresql+psycopg://evce:***@127.0.0.1:9/evce is not used: " in trouble
    assert "Zebra-9" not in trouble
