"""Secrets in the settings: encrypted one by one, never shown, and what is said of a key that is wrong or missing."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from evce_connector.config import Configuration, Section
from evce_connector.config.errors import SecretsError
from evce_connector.config.key import Key, beside
from evce_connector.config.secret_keys import masked, secrets_of, without_secrets
from evce_connector.config.secrets import Secrets
from pydantic import SecretStr

KEY = Fernet.generate_key().decode()
DOCUMENT: dict[str, Any] = {
    "evce": {"base_url": "https://10.0.0.1/api/v2", "login": "Zebra-bms", "password": "Zebra-1", "verify_tls": False},
    "ews": {"username": "ebo", "password": "Zebra-2", "users": [{"username": "guest", "password": "Zebra-3"}]},
    "processors": {"Weather": {"token": "Zebra-4", "town": "Bern"}, "Gone": {"token": "open"}},
    "status": {"interval_seconds": 20},
}
SECRET = "Zebra"


class Weather(Section):
    token: SecretStr
    town: str


OPTIONS = {"Weather": Weather}


def with_key(key: str = KEY) -> Secrets:
    return Secrets(Key(None, {"EVCE_CONNECTOR_KEY": key}), OPTIONS)


def on_file(file: Path | None) -> Secrets:
    return Secrets(Key(file, {}), OPTIONS)


def troubles(secrets: Secrets, document: dict[str, Any]) -> list[str]:
    with pytest.raises(SecretsError) as error:
        secrets.decrypted(document)
    assert SECRET not in str(error.value)
    return error.value.troubles


def test_the_login_and_all_passwords_are_encrypted_and_nothing_else() -> None:
    kept = with_key().encrypted(DOCUMENT)
    assert SECRET not in json.dumps(kept)
    assert {".".join(map(str, place)) for place in secrets_of(kept, OPTIONS)} == {
        "evce.login",
        "evce.password",
        "ews.password",
        "ews.users.0.password",
        "processors.Weather.token",
    }
    assert without_secrets(kept, OPTIONS) == without_secrets(DOCUMENT, OPTIONS)
    assert kept["ews"]["username"] == "ebo"


def test_what_was_encrypted_is_read_with_the_same_key() -> None:
    assert with_key().decrypted(with_key().encrypted(DOCUMENT)) == DOCUMENT


def test_what_is_encrypted_already_stays_as_it_is() -> None:
    kept = with_key().encrypted(DOCUMENT)
    again = with_key().encrypted(kept | {"evce": kept["evce"] | {"password": "Zebra-9"}})
    assert again["ews"] == kept["ews"]
    assert again["evce"]["login"] == kept["evce"]["login"]
    assert with_key().decrypted(again)["evce"]["password"] == "Zebra-9"


def test_a_document_is_never_changed_in_place() -> None:
    before = json.dumps(DOCUMENT)
    with_key().encrypted(DOCUMENT)
    masked(DOCUMENT, OPTIONS)
    assert json.dumps(DOCUMENT) == before


def test_what_is_shown_holds_no_secret_encrypted_or_not() -> None:
    kept = with_key().encrypted(DOCUMENT)
    assert masked(kept, OPTIONS) == masked(DOCUMENT, OPTIONS)
    assert (
        masked(kept, OPTIONS)["evce"]["login"]
        == masked(kept, OPTIONS)["ews"]["users"][0]["password"]
        == "~ Encrypted ~"
    )


def test_a_mask_is_never_kept_as_a_password() -> None:
    with pytest.raises(
        SecretsError, match=r"evce.password is ~ Encrypted ~, which only stands for a value: enter that"
    ):
        with_key().encrypted({"evce": {"password": "~ Encrypted ~"}})


def test_the_password_of_a_databases_address_is_a_secret_too() -> None:
    url = "postgresql+psycopg://ebo:Zebra@db/evce"
    assert without_secrets({"storage": {"url": url, "site": "n"}}) == {"storage": {"site": "n"}}
    assert without_secrets({"storage": {"url": "sqlite:///a.db"}}) == {"storage": {"url": "sqlite:///a.db"}}


def test_the_first_secret_makes_a_key_that_only_its_owner_may_read(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        kept = on_file(tmp_path / "a.db.key").encrypted(DOCUMENT)
    finally:
        os.umask(before)
    (file,) = tmp_path.iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("a.db.key", 0o600)
    assert on_file(file).decrypted(kept) == DOCUMENT


def test_a_key_file_that_all_may_read_is_narrowed_when_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "key"
    kept = on_file(file).encrypted(DOCUMENT)
    file.chmod(0o644)
    on_file(file).decrypted(kept)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_without_a_secret_no_key_is_made(tmp_path: Path) -> None:
    document = {"status": {"interval_seconds": 20}}
    assert on_file(tmp_path / "key").encrypted(document) == document
    assert list(tmp_path.iterdir()) == []


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    secrets = Secrets(Key(tmp_path / "no", {"EVCE_CONNECTOR_KEY_FILE": str(tmp_path / "named")}), OPTIONS)
    assert secrets.decrypted(secrets.encrypted(DOCUMENT)) == DOCUMENT
    assert [file.name for file in tmp_path.iterdir()] == ["named"]


def test_the_key_of_a_database_is_beside_its_file() -> None:
    assert beside(Path("/data/a.db")) == Path("/data/a.db.key")
    assert beside(None) is None


def test_a_wrong_key_names_each_secret_and_what_to_do() -> None:
    kept = with_key().encrypted(DOCUMENT)
    lines = troubles(with_key(Fernet.generate_key().decode()), kept)
    assert len(lines) == 5
    assert lines[0] == (
        "evce.login cannot be decrypted: it was encrypted with another key than that in the environment "
        "(EVCE_CONNECTOR_KEY). Give back the key with which it was saved, in that file or in EVCE_CONNECTOR_KEY, or "
        "enter evce.login anew."
    )


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    kept = with_key().encrypted(DOCUMENT)
    assert troubles(on_file(tmp_path / "a.key"), kept)[1].startswith(
        f"evce.password cannot be decrypted: the file {tmp_path / 'a.key'} is missing, or holds nothing."
    )


def test_what_is_no_key_is_said_to_be_none_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("Zebra")
    (line,) = troubles(on_file(tmp_path / "key"), {"evce": with_key().encrypted(DOCUMENT)["evce"] | {"login": "x"}})
    assert f"What stands in the file {tmp_path / 'key'} is no key" in line


def test_a_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    lines = troubles(on_file(tmp_path), with_key().encrypted(DOCUMENT))
    assert f"The key file {tmp_path} cannot be read: Is a directory" in lines[0]


def test_a_key_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match=r"The key file .*no/key cannot be written: No such file or directory\."):
        on_file(tmp_path / "no" / "key").encrypted(DOCUMENT)


def test_a_database_that_is_no_file_needs_a_key_from_outside() -> None:
    with pytest.raises(
        SecretsError, match=r"give one in EVCE_CONNECTOR_KEY, or a file for it in EVCE_CONNECTOR_KEY_FILE"
    ):
        on_file(None).encrypted(DOCUMENT)


def test_no_new_key_is_made_while_secrets_of_another_are_kept(tmp_path: Path) -> None:
    kept = with_key().encrypted(DOCUMENT)
    with pytest.raises(SecretsError, match=r"ews.password cannot be decrypted"):
        on_file(tmp_path / "key").encrypted(kept | {"evce": DOCUMENT["evce"]})
    assert list(tmp_path.iterdir()) == []


def test_what_can_be_read_is_there_although_another_secret_cannot() -> None:
    other = with_key(Fernet.generate_key().decode()).encrypted({"ews": {"password": "Zebra-2", "username": "ebo"}})
    read, lines = with_key().readable(with_key().encrypted({"evce": DOCUMENT["evce"]}) | other)
    assert read == {"evce": DOCUMENT["evce"], "ews": {"username": "ebo"}}
    assert [line.split(" ")[0] for line in lines] == ["ews.password"]


def test_a_value_that_was_changed_by_hand_is_refused() -> None:
    kept = with_key().encrypted({"evce": {"password": "Zebra"}})
    token = kept["evce"]["password"]["encrypted"]
    kept["evce"]["password"]["encrypted"] = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    assert len(troubles(with_key(), kept)) == 1


def test_every_password_of_the_model_is_found() -> None:
    schema = json.dumps(Configuration.model_json_schema())
    assert schema.count('"format": "password"') == 3  # of evce, ews and further users
