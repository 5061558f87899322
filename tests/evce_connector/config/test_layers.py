"""Settings that are saved, a file over them, the environment over that: what holds, who set it, what may be changed."""

# ruff: noqa: ANN401 - whatever TOML holds

from __future__ import annotations

import tomllib
from typing import Annotated, Any

import pytest
from cryptography.fernet import Fernet
from evce_connector.config import ConfigurationError
from evce_connector.config.errors import SecretsError
from evce_connector.config.key import Key
from evce_connector.config.layers import Layers, Source
from evce_connector.config.secret_keys import Document
from evce_connector.config.secrets import Secrets
from evce_connector.config.section import OfTheMachine, Section
from evce_connector.config.transfer import differences, exported, imported


class Weather(Section):
    answers: Annotated[str, OfTheMachine()] = ""


SECRETS = Secrets(Key(None, {"EVCE_CONNECTOR_KEY": Fernet.generate_key().decode()}))
SAVED: Document = {
    "evce": {"base_url": "https://10.0.0.1/api/v2", "login": "Zebra-bms", "password": "Zebra-1"},
    "ews": {"username": "ebo", "password": "Zebra-2"},
    "status": {"interval_seconds": 20},
}
FILE: Document = {"evce": {"base_url": "https://10.0.0.2/api/v2"}, "processors": {"Weather": {"town": "Bern"}}}
ENVIRONMENT = {"EVCE_CONNECTOR_EWS_PASSWORD_FILE": "/run/secrets/ews", "EVCE_CONNECTOR_STATUS_INTERVAL_SECONDS": "30"}


def layers(saved: Document = SAVED, file: Document | None = None, **environment: str) -> Layers:
    return Layers(SECRETS.encrypted(saved), SECRETS, file, "site.toml", environment)


@pytest.fixture
def all_three() -> Layers:
    return layers(SAVED, FILE, **ENVIRONMENT)


def refused(of: Layers, **changes: Any) -> list[str]:
    """Return the sentences by which changes are refused; keys have __ in place of dots."""
    with pytest.raises(ConfigurationError) as error:
        of.changed({key.replace("__", "."): value for key, value in changes.items()})
    assert "Zebra" not in str(error.value)
    return error.value.troubles


def test_the_environment_stands_over_the_file_and_the_file_over_what_is_saved(all_three: Layers) -> None:
    found = all_three.configuration()
    assert (found.evce.base_url, found.evce.secret()) == ("https://10.0.0.2/api/v2", "Zebra-1")
    assert (found.status.interval_seconds, found.ews.password_file, found.ews.password) == (
        30,
        "/run/secrets/ews",
        None,
    )


@pytest.mark.parametrize(
    ("key", "source", "words"),
    [
        ("evce.base_url", Source.FILE, "set by site.toml"),
        ("evce.login", Source.PAGES, "saved on the pages"),
        (
            "status.interval_seconds",
            Source.ENVIRONMENT,
            "set by EVCE_CONNECTOR_STATUS_INTERVAL_SECONDS in the environment",
        ),
        ("ews.password", Source.ENVIRONMENT, "set by EVCE_CONNECTOR_EWS_PASSWORD_FILE in the environment"),
        ("processors.Weather", Source.FILE, "set by site.toml"),
        ("processors.Weather.town", Source.FILE, "set by site.toml"),
        ("logs.interval_minutes", Source.DEFAULT, "the default"),
        ("schedules", Source.DEFAULT, "the default"),
    ],
)
def test_every_key_tells_who_set_it(all_three: Layers, key: str, source: Source, words: str) -> None:
    origin = all_three.origin(key)
    assert (origin.source, origin.words) == (source, words)
    assert origin.read_only is (source in {Source.FILE, Source.ENVIRONMENT})


def test_a_change_is_saved_with_its_secrets_encrypted() -> None:
    saved = layers().changed({"evce.password": "Zebra-9", "logs.interval_minutes": 5, "status.interval_seconds": None})
    assert "Zebra" not in str(saved)
    expected = {"evce": SAVED["evce"] | {"password": "Zebra-9"}, "ews": SAVED["ews"], "logs": {"interval_minutes": 5}}
    assert SECRETS.decrypted(saved) == expected


def test_a_mask_changes_nothing() -> None:
    before = layers()
    assert before.changed({"evce.password": "~ Encrypted ~", "evce.login": "~ Encrypted ~"}) == before.saved


ALONE = "a configuration file or the environment alone sets it."
MACHINE = {
    "evce.password_file": " Give evce.password here.",
    "ews.password_file": " Give ews.password here.",
    "ews.certificate": "",
    "ews.private_key": "",
    "logging.file": "",
}
"""Keys that name files of the machine, and what is said beside that."""


@pytest.mark.parametrize("key", MACHINE)
def test_a_key_that_names_a_file_of_the_machine_is_not_saved(key: str) -> None:
    assert refused(layers(), **{key: "/etc/shadow"}) == [f"{key} names a file of the machine: {ALONE}{MACHINE[key]}"]


def test_nor_is_one_in_a_list_or_of_another_package_or_in_an_import() -> None:
    users = [{"username": "guest", "password_file": "/etc/shadow"}]
    assert refused(layers(), ews__users=users)[0].startswith("ews.users.0.password_file names a file of the machine")
    weather = Layers({}, Secrets(Key(None, {}), {"Weather": Weather}))
    assert refused(weather, processors__Weather__answers="/etc/cron.d/x")[0].startswith(
        "processors.Weather.answers names"
    )
    with pytest.raises(ConfigurationError, match=r"logging\.file names a file of the machine"):
        imported("[logging]\nfile = '/etc/cron.d/x'", layers())


def test_one_that_file_or_environment_says_alike_may_be_imported() -> None:
    before = layers(SAVED, {"logging": {"file": "connector.log"}})
    assert imported(exported(before), before) == before.saved


def test_one_that_was_saved_once_is_left_out_with_a_sentence() -> None:
    saved = SECRETS.encrypted(SAVED) | {"logging": {"file": "/etc/cron.d/x", "level": "DEBUG"}}
    found = Layers(saved, SECRETS)
    assert found.configuration().logging.file == ""
    assert found.configuration().logging.level == "DEBUG"
    assert found.troubles == [f"logging.file is saved and is left out: it names a file of the machine, so that {ALONE}"]
    assert tomllib.loads(exported(found, with_secrets=True))["logging"] == {"level": "DEBUG"}


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("evce.base_url", "https://10.0.0.3/api/v2", "set by site.toml"),
        ("status.interval_seconds", 15, "set by EVCE_CONNECTOR_STATUS_INTERVAL_SECONDS in the environment"),
        ("ews.password", "Zebra-9", "set by EVCE_CONNECTOR_EWS_PASSWORD_FILE in the environment"),
        ("processors.Weather.town", "Rome", "set by site.toml"),
        ("evce.base_url", None, "set by site.toml"),
    ],
)
def test_what_file_or_environment_set_cannot_be_saved_otherwise(
    all_three: Layers, key: str, value: Any, where: str
) -> None:
    assert refused(all_three, **{key: value}) == [f"{key} is {where}: change it there."]


def test_what_file_and_page_say_alike_is_no_change(all_three: Layers) -> None:
    assert all_three.changed({"evce.base_url": "https://10.0.0.2/api/v2"}) == all_three.saved


def test_where_the_settings_are_cannot_be_saved_in_them() -> None:
    (line,) = refused(layers(), storage__url="sqlite:///b.db")
    assert line == "storage.url says where settings are saved: give it in a file or the environment."


def test_a_wrong_value_is_named_and_not_saved() -> None:
    lines = refused(layers(), status__interval_seconds=5, logs__intervall=1, schedules=[{"description": "S"}])
    assert [line.split(" ")[0] for line in lines] == [
        "status.interval_seconds:",
        "logs.intervall",
        "schedules.0.start",
        "schedules.0.type",
    ]


def test_what_is_required_may_be_saved_step_by_step() -> None:
    empty = layers({})
    assert empty.missing() == ["evce.base_url", "evce.login", "evce.password", "ews.username", "ews.password"]
    first = Layers(empty.changed({"evce.base_url": "https://10.0.0.1/api/v2"}), SECRETS)
    second = Layers(first.changed({"evce.login": "bms", "evce.password": "p"}), SECRETS)
    assert second.missing() == ["ews.username", "ews.password"]
    last = Layers(second.changed({"ews.username": "ebo", "ews.password": "p"}), SECRETS)
    assert (last.missing(), last.configuration().ews.username) == ([], "ebo")


def test_what_the_environment_gives_is_not_missing() -> None:
    assert layers({}, {}, EVCE_CONNECTOR_EVCE_PASSWORD="p").missing() == [
        "evce.base_url",
        "evce.login",
        "ews.username",
        "ews.password",
    ]


def test_a_secret_that_cannot_be_decrypted_is_missing_and_stays_saved() -> None:
    other = Secrets(Key(None, {"EVCE_CONNECTOR_KEY": Fernet.generate_key().decode()}))
    found = Layers(SECRETS.encrypted(SAVED), other)
    assert found.missing() == ["evce.login", "evce.password", "ews.password"]
    assert len(found.troubles) == 3
    with pytest.raises(SecretsError):
        found.changed({"evce.login": "bms"})
    anew = found.changed({"evce.login": "bms", "evce.password": "p", "ews.password": "q"})
    assert Layers(anew, other).missing() == []


def test_a_file_alone_is_what_it_was_without_pages() -> None:
    assert layers({}, SAVED).configuration() == layers().configuration()


def test_an_export_holds_no_secret_and_names_those_that_it_left_out(all_three: Layers) -> None:
    text = exported(all_three)
    assert "Zebra" not in text
    assert text.startswith("# Left out: evce.login, evce.password\n")
    assert tomllib.loads(text)["evce"] == {"base_url": "https://10.0.0.2/api/v2"}


def test_an_export_with_secrets_is_a_whole_configuration_file() -> None:
    assert tomllib.loads(exported(layers(), with_secrets=True)) == SAVED


def test_an_export_with_secrets_that_cannot_be_decrypted_is_refused() -> None:
    other = Secrets(Key(None, {"EVCE_CONNECTOR_KEY": Fernet.generate_key().decode()}))
    with pytest.raises(SecretsError, match=r"evce\.password cannot be decrypted"):
        exported(Layers(SECRETS.encrypted(SAVED), other), with_secrets=True)


def test_an_export_leaves_out_where_the_database_is() -> None:
    assert "storage" not in exported(layers(SAVED, {"storage": {"url": "sqlite:///a.db"}}), with_secrets=True)


@pytest.mark.parametrize("with_secrets", [True, False])
def test_what_was_exported_can_be_imported(*, with_secrets: bool) -> None:
    before = layers()
    saved = imported(exported(before, with_secrets=with_secrets), before)
    assert SECRETS.decrypted(saved) == SAVED


USERS: Document = SAVED | {
    "ews": SAVED["ews"]
    | {"users": [{"username": "guest", "password": "Zebra-3"}, {"username": "panel", "password": "Zebra-4"}]}
}


@pytest.mark.parametrize("file", [{}, {"ews": USERS["ews"]}], ids=["saved", "set by a file"])
def test_users_keep_their_passwords_by_name_in_an_import_that_leaves_them_out(file: Document) -> None:
    before = layers(USERS, file)
    text = exported(before)
    assert "Zebra" not in text
    assert SECRETS.decrypted(imported(text, before)) == {key: USERS[key] for key in USERS if key not in file}


def test_users_keep_their_passwords_when_others_come_before_them_or_change_their_roles() -> None:
    text = """
        [ews]
        username = "ebo"
        [[ews.users]]
        username = "new"
        password = "Zebra-5"
        [[ews.users]]
        username = "panel"
        password = "~ Encrypted ~"
        role = "writer"
    """
    before = layers(USERS)
    saved = imported(text, before)
    assert SECRETS.decrypted(saved)["ews"]["users"] == [
        {"username": "new", "password": "Zebra-5"},
        {"username": "panel", "password": "Zebra-4", "role": "writer"},
    ]
    assert saved["ews"]["users"][1]["password"] == before.saved["ews"]["users"][1]["password"]


@pytest.mark.parametrize("masked", ["", 'password = "~ Encrypted ~"'])
def test_a_user_of_whom_no_password_is_saved_is_named(masked: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        imported(f'[[ews.users]]\nusername = "new"\n{masked}', layers(USERS))
    assert error.value.troubles == ["ews.users.0: the user new has no password: give either password or password_file."]


def test_a_mask_in_an_import_means_what_is_saved() -> None:
    saved = imported('[evce]\nbase_url = "https://10.0.0.1/api/v2"\npassword = "~ Encrypted ~"\nlogin = "x"', layers())
    assert SECRETS.decrypted(saved)["evce"] == SAVED["evce"] | {"login": "x"}


def test_an_import_takes_the_place_of_all_that_was_saved() -> None:
    saved = imported('[evce]\nbase_url = "http://127.0.0.1:9/"\nlogin = "new"', layers())
    assert SECRETS.decrypted(saved) == {
        "evce": {"base_url": "http://127.0.0.1:9/", "login": "new", "password": "Zebra-1"}
    }


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a =", ["The file is not valid TOML: Invalid value (at end of document)."]),
        (
            "[evce]\nbase_ulr = 1\n[logs]\ninterval_minutes = 7\n",
            [
                "evce.base_ulr is an unknown key (did you mean base_url?).",
                "logs.interval_minutes: it must divide a day: 1, 5, 10, 15, 30, 60 ... minutes, not 7.",
            ],
        ),
        ("[status]\ninterval_seconds = 15\n", ["status.interval_seconds is set by site.toml: change it there."]),
        (
            "[storage]\nsite = 'n'\n",
            ["storage.site says where settings are saved: give it in a file or the environment."],
        ),
    ],
)
def test_an_import_that_is_wrong_names_every_key(text: str, lines: list[str]) -> None:
    with pytest.raises(ConfigurationError) as error:
        imported(text, layers(SAVED, {"status": {"interval_seconds": 20}}))
    assert error.value.troubles == lines


def test_the_history_says_what_is_new_without_secrets() -> None:
    before = SECRETS.encrypted(SAVED)
    after = layers().changed(
        {
            "evce.password": "Zebra-9",
            "evce.base_url": "https://10.0.0.9/",
            "status.interval_seconds": None,
            "ews.users": [{"username": "guest", "password": "Zebra-3"}],
        }
    )
    said = differences(before, after)
    assert "evce.password is changed" in said
    assert "ews.users is changed" in said
    assert "evce.base_url is https://10.0.0.9/" in said
    assert "status.interval_seconds is left to its default" in said
    assert "Zebra" not in str(said)
