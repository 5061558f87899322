"""`check` warns of what others may read, change or guess; a warning keeps the connector from nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.config.start import Start
from evce_connector.host.exposed import GOOD_PASSWORD, exposed

from tests.support.connector_process import configuration_file

Document = dict[str, dict[str, Any]]
Warnings = Callable[[], list[str]]
by_modes = pytest.mark.skipif(os.name != "posix", reason="Windows files have the access list of their folder")


@pytest.fixture
def warnings(document: Document, tmp_path: Path) -> Warnings:
    """Write the configuration as it is by then, for its owner alone, and return what is said of it."""
    (tmp_path / "connector.db").chmod(0o600)
    path = tmp_path / "connector.toml"
    path.touch(0o600)

    def said() -> list[str]:
        configuration_file(document, tmp_path)
        return list(exposed(Start.of(path, {}), config.load(path)))

    return said


def written(file: Path, text: str, mode: int) -> str:
    """Write a file of a mode, and return its path."""
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return str(file)


def test_what_is_kept_well_is_not_warned_of(warnings: Warnings) -> None:
    assert warnings() == []


@by_modes
@pytest.mark.parametrize(("mode", "named"), [(0o644, True), (0o602, True), (0o640, False), (0o600, False)])
def test_a_password_file_that_everybody_may_read_is_named(
    document: Document, warnings: Warnings, tmp_path: Path, mode: int, named: bool
) -> None:
    file = written(tmp_path / "secret", "Wall-box 4711", mode)
    document["evce"] = {key: value for key, value in document["evce"].items() if key != "password"}
    document["evce"]["password_file"] = file
    sentence = (
        f"evce.password_file {file} can be read by every user of this machine: give it to the user that the connector "
        f"runs as, and take it from the others (chmod 600 {file})."
    )
    assert warnings() == ([sentence] if named else [])


@by_modes
def test_a_configuration_with_a_password_that_everybody_may_read_is_named(warnings: Warnings, tmp_path: Path) -> None:
    warnings()
    (tmp_path / "connector.toml").chmod(0o644)
    (sentence,) = warnings()
    assert sentence.startswith(f"The configuration, which holds a password, {tmp_path / 'connector.toml'} can be read")


@by_modes
def test_a_configuration_without_a_password_may_be_read_by_everybody(
    document: Document, warnings: Warnings, tmp_path: Path
) -> None:
    for section in ("evce", "ews"):
        del document[section]["password"]
        document[section]["password_file"] = written(tmp_path / section, "Building-7", 0o600)
    warnings()
    (tmp_path / "connector.toml").chmod(0o644)
    assert warnings() == []


@by_modes
def test_a_password_of_the_database_counts_as_one_of_the_configuration(
    document: Document, warnings: Warnings, tmp_path: Path
) -> None:
    for section in ("evce", "ews"):
        del document[section]["password"]
        document[section]["password_file"] = written(tmp_path / section, "Building-7", 0o600)
    document["storage"]["url"] = "postgresql://ebo:secret@db/evce"
    warnings()
    (tmp_path / "connector.toml").chmod(0o644)
    (sentence,) = warnings()
    assert sentence.startswith("The configuration, which holds a password, ")
    assert "secret" not in sentence


@by_modes
def test_a_database_and_a_key_that_everybody_may_read_are_named(
    document: Document, warnings: Warnings, tmp_path: Path
) -> None:
    (tmp_path / "connector.db").chmod(0o644)
    document["ews"]["private_key"] = written(tmp_path / "key.pem", "", 0o644)
    assert [sentence.split()[0] for sentence in warnings()] == ["ews.private_key", "storage.url:"]


@pytest.mark.parametrize(
    ("section", "address", "named"),
    [
        ("ews", "http://0.0.0.0:8093/EWS", True),
        ("ews", "http://192.168.0.7:8093/EWS", True),
        ("ews", "http://[::]:8093/EWS", True),
        ("ews", "https://0.0.0.0:8093/EWS", False),
        ("ews", "http://127.0.0.2:8093/EWS", False),
        ("ews", "http://[::1]:8093/EWS", False),
        ("ews", "http://localhost:8093/EWS", False),
        ("portal", "http://0.0.0.0:8082", True),
        ("portal", "https://0.0.0.0:8082", False),
        ("portal", "http://127.0.0.1:8082", False),
    ],
)
def test_plain_http_beyond_this_machine_is_named(
    document: Document, warnings: Warnings, section: str, address: str, named: bool
) -> None:
    document[section] |= {"address": address}
    document["portal"] |= {"enabled": section == "portal", "allow_plain_http": True}
    said = warnings()
    assert [sentence.split(":")[0] for sentence in said] == ([f"{section}.address is http"] if named else [])
    assert all(address in sentence and "https" in sentence for sentence in said)


def test_pages_that_are_off_are_not_named(document: Document, warnings: Warnings) -> None:
    document["portal"] = {"enabled": False, "address": "http://0.0.0.0:8082"}
    assert warnings() == []


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("Short-123", True),
        ("onlyletters", True),
        ("0123456789", True),
        ("the-Ebo-login", True),
        ("Building-7", False),
        ("1234 5678 90", False),
    ],
)
def test_an_ews_password_that_is_soon_guessed_is_named_with_the_rule(
    document: Document, warnings: Warnings, password: str, weak: bool
) -> None:
    document["ews"]["password"] = password
    assert warnings() == ([f"ews: the password of 'ebo' is soon guessed: {GOOD_PASSWORD}."] if weak else [])


def test_a_further_user_s_password_is_named_by_its_place(document: Document, warnings: Warnings) -> None:
    document["ews"]["password"] = "Building-7"
    users = '[{username = "guest", password = "Building-8"}, {username = "boss", password = "boss"}]'
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVCE_CONNECTOR_EWS_USERS", users)
        assert warnings() == [f"ews.users.1: the password of 'boss' is soon guessed: {GOOD_PASSWORD}."]
