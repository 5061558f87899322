"""Files that a configuration file names: they count from its folder, and one left in the current folder is told."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner
from evce_connector import cli, config
from evce_connector.clock import ManualClock
from evce_connector.config import ConfigurationError
from evce_connector.config.start import Start
from evce_connector.host.loaded import Loading
from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import Settings

from tests.support.joined import EWS_PASSWORD, LOGIN, NOBODY, PASSWORD, USER, Document
from tests.support.portal import NothingTried


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder for the configuration, beside the current one."""
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in another folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def document() -> Document:
    return {
        "evce": {"base_url": NOBODY, "login": LOGIN, "password": PASSWORD},
        "ews": {"username": USER, "password": EWS_PASSWORD},
        "portal": {"enabled": False},
    }


def written(folder: Path, changed: Document) -> Path:
    path = folder / "connector.toml"
    path.write_text(tomli_w.dumps(changed), encoding="utf-8")
    return path


PLACES = {
    "evce.password_file": "evce.password",
    "evce.verify_tls": "ca.pem",
    "evce.profile": "ours.toml",
    "ews.certificate": "tls/ews.pem",
    "ews.private_key": "tls/ews.key",
    "portal.certificate": "pages.pem",
    "portal.private_key": "pages.key",
    "logging.file": "connector.log",
}


@pytest.mark.parametrize("key", PLACES)
def test_a_name_of_a_file_counts_from_the_folder_of_the_configuration(folder: Path, here: Path, key: str) -> None:
    assert Path.cwd() == here
    table, name = key.split(".")
    changed = document()
    changed.setdefault(table, {})[name] = PLACES[key]
    if name == "password_file":
        del changed[table]["password"]
    read = config.load(written(folder, changed), {}).model_dump()
    assert read[table][name] == (folder / PLACES[key]).as_posix()


def test_so_does_the_password_file_of_a_further_user(folder: Path, here: Path) -> None:
    assert Path.cwd() == here
    (folder / "view").write_text("Read-it-4711", encoding="utf-8")
    changed = document()
    changed["ews"]["users"] = [{"username": "view", "password_file": "view"}]
    assert config.load(written(folder, changed), {}).ews.users[0].secret() == "Read-it-4711"


@pytest.mark.parametrize(
    ("url", "file"), [(None, "evce-connector.db"), ("sqlite:///data.db", "data.db"), ("sqlite:///a/b.db", "a/b.db")]
)
def test_so_does_the_database_the_default_one_too(folder: Path, here: Path, url: str | None, file: str) -> None:
    assert Path.cwd() == here
    path = written(folder, document() | ({"storage": {"url": url}} if url else {}))
    assert Start.of(path, {}).storage().url == f"sqlite:///{(folder / file).as_posix()}"


@pytest.mark.parametrize("url", ["sqlite:////srv/evce.db", "sqlite://", "postgresql+psycopg://a:b@db.example/evce"])
def test_other_databases_stay_as_they_are_written(folder: Path, url: str) -> None:
    assert Start.of(written(folder, document() | {"storage": {"url": url}}), {}).storage().url == url


@pytest.mark.parametrize("name", ["v6", "areas"])
def test_a_shipped_profile_is_no_file_of_the_folder(folder: Path, name: str) -> None:
    changed = document()
    changed["evce"]["profile"] = name
    assert config.load(written(folder, changed), {}).evce.profile == name


def test_what_the_environment_says_counts_from_the_current_folder(folder: Path, here: Path) -> None:
    (here / "b.db").touch()
    start = Start.of(written(folder, document()), {"EVCE_CONNECTOR_STORAGE_URL": "sqlite:///b.db"})
    assert start.storage().url == "sqlite:///b.db"


@pytest.mark.parametrize(
    ("key", "name"), [("storage.url", "evce-connector.db"), ("evce.password_file", "p"), ("evce.profile", "ours.toml")]
)
def test_a_file_that_is_only_in_the_current_folder_is_named_with_its_right_place(
    folder: Path, here: Path, key: str, name: str
) -> None:
    (here / name).write_text("kept", encoding="utf-8")
    changed = document()
    if key == "evce.password_file":
        changed["evce"].pop("password")
    if key != "storage.url":
        changed["evce"][key.partition(".")[2]] = name
    with pytest.raises(ConfigurationError) as refused:
        Start.of(written(folder, changed), {})
    (sentence,) = refused.value.troubles
    assert sentence.startswith(f"{key}: {name} counts from the folder of the configuration file")
    assert str(folder / name) in sentence
    assert str(here / name) in sentence
    (folder / name).write_text("kept", encoding="utf-8")
    Start.of(written(folder, changed), {})


@pytest.mark.parametrize(("key", "name"), [("verify_tls", "tls/ca.pem"), ("profile", "ours.toml")])
def test_a_name_that_is_saved_on_the_pages_counts_from_the_same_folder_and_stays_saved_as_it_is(
    folder: Path, here: Path, key: str, name: str
) -> None:
    assert Path.cwd() == here
    start = Start.of(written(folder, document()), {})
    layers = start.layers({"evce": {key: name}}, here / "elsewhere.db")
    assert layers.configuration().model_dump()["evce"][key] == (folder / name).as_posix()
    assert (layers.saved, layers.troubles) == ({"evce": {key: name}}, [])


def test_without_a_file_it_counts_from_the_folder_of_the_database(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Path.cwd() == here
    for variable in ("CONFIG_HOME", "CONFIG_DIRS", "DATA_HOME"):
        monkeypatch.setenv(f"XDG_{variable}", str(tmp_path / variable))
    layers = Start.of(None, {}).layers({"evce": {"verify_tls": "ca.pem"}}, tmp_path / "data/evce.db")
    assert layers.configuration(unfinished=True).evce.verify_tls == (tmp_path / "data/ca.pem").as_posix()


@pytest.mark.parametrize(("key", "value"), [("verify_tls", False), ("verify_tls", "/etc/ca.pem"), ("profile", "areas")])
def test_what_is_saved_and_is_no_relative_name_stays_as_it_is(folder: Path, key: str, value: object) -> None:
    layers = Start.of(written(folder, document()), {}).layers({"evce": {key: value}}, None)
    assert layers.configuration().model_dump()["evce"][key] == value


def test_of_a_saved_name_a_file_that_is_only_in_the_current_folder_is_named_with_its_right_place(
    folder: Path, here: Path
) -> None:
    (here / "ca.pem").touch()
    start, saved = Start.of(written(folder, document()), {}), {"evce": {"verify_tls": "ca.pem"}}
    (sentence,) = start.layers(saved, None).troubles
    there, here = folder / "ca.pem", here / "ca.pem"
    assert sentence.startswith(
        f"evce.verify_tls: ca.pem counts from {folder}, where there is no {there}; the current folder has {here}."
    )
    there.touch()
    assert start.layers(saved, None).troubles == []


def test_a_file_that_is_not_there_is_refused_by_its_whole_name_when_it_is_saved(
    folder: Path, here: Path, empty_database: Path
) -> None:
    (here / "ca.pem").touch()
    path = written(folder, document() | {"storage": {"url": f"sqlite:///{shutil.copy(empty_database, folder)}"}})
    loaded = Loading(path, {}).newest()
    engine = open_database(loaded.configuration.storage.url)
    desk = loaded.desk(Settings(engine), ManualClock(), lambda: None, NothingTried())
    opened = desk.open()
    with pytest.raises(ConfigurationError, match=re.escape(str(folder / "ca.pem"))):
        desk.change(opened, {"evce.verify_tls": "ca.pem"}, "admin", opened.number)
    engine.dispose()


def test_no_new_database_is_begun_beside_one_that_was_left_in_the_current_folder(folder: Path, here: Path) -> None:
    (here / "evce-connector.db").write_text("kept", encoding="utf-8")
    for command in ("run", "check", "ledger"):
        done = CliRunner().invoke(cli.cli, [command, "--config", str(written(folder, document()))])
        assert "storage.url: evce-connector.db counts from" in f"{done.output}{done.exception}"
    assert [file.name for file in folder.iterdir()] == ["connector.toml"]


def test_a_mark_that_editors_write_before_the_text_is_no_part_of_it(folder: Path) -> None:
    (folder / "password").write_text(f"\ufeff{PASSWORD}\r\n", encoding="utf-8")
    changed = document()
    changed["evce"] = {"base_url": NOBODY, "login": LOGIN, "password_file": "password"}
    path = folder / "connector.toml"
    path.write_text(f"\ufeff{tomli_w.dumps(changed)}", encoding="utf-8")
    assert config.load(path, {}).evce.secret() == PASSWORD
