"""The configuration: every key by file and by environment, every wrong input one line that names its key."""

# ruff: noqa: ANN401 - whatever TOML holds

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.alarms.rules import RULES, Acknowledge
from evce_connector.config import Configuration, ConfigurationError, Section
from pydantic import ValidationError

Document = dict[str, dict[str, Any]]
SECRET = "Geheim-0815"

EXAMPLE = """
[evce]
base_url = "https://127.0.0.1:8443/api/v2"
login = "bms"
password = "Geheim-0815"
authentication = "basic"
verify_tls = true
[ews]
address = "http://127.0.0.1:8093/EcoStruxure/DataExchange"
realm = "EVCE"
server_name = "EVCE Ews Server"
username = "ebo"
password = "Geheim-0816"
[status]
interval_seconds = 15
[logs]
interval_minutes = 15
[storage]
url = "sqlite:///evce-connector.db"
"""

KEYS: dict[str, tuple[str, Any]] = {
    "evce.base_url": ("https://10.0.0.1/api/v2", "https://10.0.0.1/api/v2"),
    "evce.login": ("1234", "1234"),
    "evce.authentication": ("token", "token"),
    "evce.verify_tls": ("false", False),
    "evce.profile": ("v6", "v6"),
    "evce.connect_timeout_seconds": ("2.5", 2.5),
    "evce.read_timeout_seconds": ("20", 20),
    "evce.refuse_other_versions": ("true", True),
    "ews.address": ("http://0.0.0.0:8093/EWS", "http://0.0.0.0:8093/EWS"),
    "ews.public_url": ("https://bms.example/ews", "https://bms.example/ews"),
    "ews.realm": ("", ""),
    "ews.server_name": ("true", "true"),
    "ews.username": ("operator", "operator"),
    "ews.digest": ('["SHA-256"]', ["SHA-256"]),
    "ews.max_ids": ("1000", 1000),
    "ews.fault_status": ("200", 200),
    "ews.certificate": ("c.pem", "c.pem"),
    "ews.private_key": ("k.pem", "k.pem"),
    "setup.interval_minutes": ("60", 60),
    "setup.removal_grace_days": ("0.5", 0.5),
    "status.interval_seconds": ("30", 30),
    "status.plain_uncertain_minutes": ("90", 90),
    "logs.interval_minutes": ("5", 5),
    "logs.retention_days": ("400", 400),
    "alarms.retention_days": ("30", 30),
    "writes.enabled": ("false", False),
    "writes.default_validity": ("15 min", "15 min"),
    "writes.max_validity_hours": ("24", 24),
    "writes.state_available": ("true", True),
    "writes.follow_seconds": ("120", 120),
    "writes.heartbeat_seconds": ("60", 60),
    "commands.retention_days": ("3650", 3650),
    "storage.url": ("sqlite:///other.db", "sqlite:///other.db"),
    "logging.level": ("DEBUG", "DEBUG"),
    "logging.file": ("connector.log", "connector.log"),
    "logging.format": ("json", "json"),
    "logging.max_kilobytes": ("100", 100),
    "logging.keep": ("0", 0),
    "host.threads": ("8", 8),
    "host.start_spread_seconds": ("300", 300),
    "portal.enabled": ("false", False),
    "portal.address": ("http://127.0.0.1:9082", "http://127.0.0.1:9082"),
    "portal.certificate": ("pages.pem", "pages.pem"),
    "portal.private_key": ("pages.key", "pages.key"),
    "portal.allow_plain_http": ("true", True),
}
"""Every plain key, with a text of the environment and the value that it becomes."""


ELSEWHERE = {"password", "password_file", "users", "rules", "site"}
"""Keys with tests of their own."""


def test_every_key_of_the_configuration_is_tested_here() -> None:
    keys = {
        f"{section}.{name}"
        for section, field in Configuration.model_fields.items()
        for name in getattr(field.annotation, "model_fields", ())
    }
    assert {key for key in keys if key.split(".")[1] not in ELSEWHERE} == set(KEYS)


def at(configuration: Configuration, key: str) -> Any:
    section, name = key.split(".")
    return getattr(getattr(configuration, section), name)


def troubles(document: Document, environment: dict[str, str] | None = None) -> list[str]:
    """Return the sentences that a wrong configuration is refused with; none tells a secret."""
    with pytest.raises(ConfigurationError) as error:
        config.parse(document, environment or {})
    assert str(error.value) == "\n".join(error.value.troubles)
    assert all("\n" not in line and line.endswith(".") for line in error.value.troubles)
    assert SECRET not in str(error.value)
    return error.value.troubles


def test_the_example_of_the_documentation_is_right(tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    read = config.load(path, {})
    assert (read.evce.base_url, read.status.interval_seconds) == ("https://127.0.0.1:8443/api/v2", 15)
    assert (read.evce.secret(), read.ews.secret()) == (SECRET, "Geheim-0816")


def test_no_secret_is_in_a_representation(document: Document) -> None:
    document["evce"]["password"] = document["ews"]["password"] = SECRET
    assert SECRET not in repr(config.parse(document, {}))


def test_what_is_not_given_has_the_defaults_of_the_guide() -> None:
    read = config.parse(
        {
            "evce": {"base_url": "https://h/api/v2", "login": "l", "password": "p"},
            "ews": {"username": "u", "password": "p"},
        },
        {},
    )
    assert (read.evce.authentication, read.evce.verify_tls, read.evce.profile) == ("basic", True, "v6")
    assert read.ews.address == "http://127.0.0.1:8093/EcoStruxure/DataExchange"
    assert (read.ews.server_name, read.ews.realm) == ("EVCE Ews Server", "")
    assert read.ews.digest == ["MD5", "SHA-256"]
    assert (read.status.interval_seconds, read.logs.interval_minutes) == (15, 15)
    assert (read.setup.removal_grace_days, read.writes.default_validity) == (7, "1 h")
    assert (read.storage.url, read.portal.address) == ("sqlite:///evce-connector.db", "http://127.0.0.1:8082")


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_read_from_the_file(document: Document, key: str) -> None:
    section, name = key.split(".")
    document.setdefault(section, {})[name] = KEYS[key][1]
    assert at(config.parse(document, {}), key) == KEYS[key][1]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_the_environment_wins_over_the_file(document: Document, key: str) -> None:
    variable = f"EVCE_CONNECTOR_{key.replace('.', '_').upper()}"
    assert at(config.parse(document, {variable: KEYS[key][0]}), key) == KEYS[key][1]


@pytest.mark.parametrize("section", ["evce", "ews"])
def test_a_password_may_come_from_the_environment(document: Document, section: str) -> None:
    del document[section]["password"]
    read = config.parse(document, {f"EVCE_CONNECTOR_{section.upper()}_PASSWORD": "12345"})
    assert getattr(read, section).secret() == "12345"


@pytest.mark.parametrize("section", ["evce", "ews"])
def test_a_password_file_of_the_environment_replaces_the_password(
    document: Document, section: str, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\nsecond line\n", encoding="utf-8")
    read = config.parse(document, {f"EVCE_CONNECTOR_{section.upper()}_PASSWORD_FILE": str(path)})
    assert getattr(read, section).secret() == SECRET


def test_further_users_are_read_from_the_environment(document: Document) -> None:
    users = '[{username = "guest", password = "p"}, {username = "boss", password = "q", role = "writer"}]'
    read = config.parse(document, {"EVCE_CONNECTOR_EWS_USERS": users})
    assert [(user.username, user.role) for user in read.ews.users] == [("guest", "reader"), ("boss", "writer")]


def test_the_environment_of_the_process_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "connector.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    monkeypatch.setenv("EVCE_CONNECTOR_EVCE_LOGIN", "from-outside")
    assert config.load(path).evce.login == "from-outside"


def test_a_ca_file_may_be_given_in_place_of_true(document: Document) -> None:
    read = config.parse(document, {"EVCE_CONNECTOR_EVCE_VERIFY_TLS": "/etc/ca.pem"})
    assert read.evce.verify_tls == "/etc/ca.pem"


def test_other_variables_of_the_environment_do_not_matter(document: Document) -> None:
    assert config.parse(document, {"PATH": "/bin", "EVCE_CONNECTOR": "x"}) == config.parse(document, {})


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("evce.base_url", "10.0.0.1/api/v2", "must be an address like"),
        ("ews.realm", "Gebäude 7", "clients read other characters than ASCII"),
        ("ews.realm", 'Tower "7"', "clients read other characters than ASCII"),
        ("evce.base_url", "ftp://10.0.0.1", "must be an address like"),
        ("evce.base_url", "http://", "must be an address like"),
        ("evce.base_url", "http://h:99999/api", "must be an address like"),
        ("evce.base_url", "http://[::1/api", "must be an address like"),
        ("evce.base_url", 5, "valid string, not 5"),
        ("evce.login", "", "at least 1 character"),
        ("evce.login", True, "valid string"),
        ("evce.authentication", "digest", "'basic' or 'token', not 'digest'"),
        ("evce.verify_tls", 1, "verify_tls"),
        ("evce.connect_timeout_seconds", 0, "greater than 0, not 0"),
        ("evce.connect_timeout_seconds", 31, "less than or equal to 30, not 31"),
        ("evce.read_timeout_seconds", 61, "less than or equal to 60"),
        ("evce.read_timeout_seconds", "10", "valid number, not '10'"),
        ("evce.read_timeout_seconds", float("nan"), "read_timeout_seconds"),
        ("evce.refuse_other_versions", "yes", "valid boolean, not 'yes'"),
        ("ews.address", "", "must be an address like"),
        ("ews.public_url", "bms.example/ews", "must be empty or an address like https://bms.example"),
        ("ews.public_url", "ftp://bms.example/ews", "must be empty or an address like"),
        ("ews.public_url", "https://bms.example/ews?wsdl", "must be empty or an address like"),
        ("ews.public_url", "https://bms.example:70000/ews", "must be empty or an address like"),
        ("ews.server_name", "", "at least 1 character"),
        ("ews.username", "", "at least 1 character"),
        ("ews.digest", [], "at least 1 item"),
        ("ews.digest", "MD5", "valid list"),
        ("ews.max_ids", 99, "greater than or equal to 100, not 99"),
        ("ews.max_ids", 50_001, "less than or equal to 50000, not 50001"),
        ("ews.fault_status", 404, "200 or 500, not 404"),
        ("setup.interval_minutes", -1, "greater than or equal to 0, not -1"),
        ("setup.interval_minutes", 1.5, "valid integer"),
        ("setup.removal_grace_days", -1, "greater than or equal to 0"),
        ("status.interval_seconds", 14.9, "greater than or equal to 15, not 14.9"),
        ("status.interval_seconds", 30.1, "less than or equal to 30, not 30.1"),
        ("status.interval_seconds", True, "valid number"),
        ("status.plain_uncertain_minutes", 4.9, "greater than or equal to 5, not 4.9"),
        ("logs.interval_minutes", 0, "interval_minutes"),
        ("logs.interval_minutes", 7, "must divide a day"),
        ("logs.interval_minutes", 1441, "interval_minutes"),
        ("writes.enabled", 1, "valid boolean"),
        ("writes.default_validity", "0 h", "none"),
        ("writes.default_validity", "1001 years", "125 years"),
        ("writes.default_validity", "an hour", "90 min"),
        ("writes.max_validity_hours", -1, "greater than or equal to 0"),
        ("storage.url", 5, "valid string"),
        ("storage.site", "North", "up to 48 of a-z, 0-9 and _, and begin with a letter, not 'North'"),
        ("storage.site", "1st", "begin with a letter"),
        ("storage.site", "n; drop", "a-z, 0-9 and _"),
        ("storage.site", "n" * 49, "up to 48"),
        ("storage.site", "public", "schema of this name for itself"),
        ("storage.site", "pg_north", "schema of this name for itself"),
        ("storage", {"site": "north"}, "leave storage.site out, each file is one"),
        ("portal.address", "here", "must be an address like"),
        ("portal", {"address": "http://10.0.0.7:8082", "enabled": True}, "write https:// into portal.address"),
        ("logging.level", "LOUD", "'DEBUG', 'INFO', 'WARNING' or 'ERROR', not 'LOUD'"),
        ("logging.max_kilobytes", 1, "greater than or equal to 10"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_its_key(document: Document, key: str, value: Any, words: str) -> None:
    section, _, name = key.partition(".")
    if name:
        document.setdefault(section, {})[name] = value
    else:
        document.setdefault(section, {}).update(value)
    (line,) = troubles(document)
    assert line.startswith(f"{key}")
    assert words in line


def test_a_site_is_told_from_others_in_a_postgresql(document: Document) -> None:
    document["storage"] = {"url": "postgresql+psycopg://ebo@127.0.0.1/evce", "site": "north_2"}
    assert config.parse(document, {}).storage.site == "north_2"
    assert config.parse(document, {"EVCE_CONNECTOR_STORAGE_SITE": "south"}).storage.site == "south"


@pytest.mark.parametrize("key", ["evce.base_url", "evce.login", "ews.username"])
def test_a_missing_key_is_named(document: Document, key: str) -> None:
    section, name = key.split(".")
    del document[section][name]
    assert troubles(document) == [f"{key} is missing."]


@pytest.mark.parametrize("section", ["evce", "ews"])
def test_a_missing_section_is_named(document: Document, section: str) -> None:
    del document[section]
    assert troubles(document) == [f"{section} is missing."]


def test_a_section_that_is_no_table_is_named(document: Document) -> None:
    document["ews"] = SECRET  # type: ignore[assignment]
    assert troubles(document) == ["ews must be a table."]


@pytest.mark.parametrize(
    ("section", "name", "line"),
    [
        ("evce", "base_ulr", "evce.base_ulr is an unknown key (did you mean base_url?)."),
        ("evce", "xyz", "evce.xyz is an unknown key."),
        ("stauts", "interval_seconds", "stauts is an unknown key (did you mean status?)."),
    ],
)
def test_an_unknown_key_is_named_with_the_one_that_was_meant(
    document: Document, section: str, name: str, line: str
) -> None:
    document.setdefault(section, {})[name] = SECRET
    assert troubles(document) == [line]


def test_an_unknown_key_of_a_user_is_named_with_its_place(document: Document) -> None:
    document["ews"]["users"] = [{"username": "a", "password": "b"}, {"username": "a", "password": "b", "rol": "reader"}]
    assert troubles(document) == ["ews.users.1.rol is an unknown key (did you mean role?)."]


@pytest.mark.parametrize("rest", ["bms.example/ews", "bms.example/ews?wsdl", "bms.example:x"])
def test_a_public_url_with_a_login_is_refused_and_not_repeated(document: Document, rest: str) -> None:
    document["ews"]["public_url"] = f"https://ebo:{SECRET}@{rest}"
    assert troubles(document) == ["ews.public_url: it holds a login: clients log in as ews.username."]


@pytest.mark.parametrize("section", ["evce", "ews"])
@pytest.mark.parametrize("given", [{}, {"password": SECRET, "password_file": "p"}], ids=["none", "both"])
def test_a_password_is_given_in_one_way(document: Document, section: str, given: dict[str, str]) -> None:
    document[section] = {name: value for name, value in document[section].items() if name != "password"} | given
    assert troubles(document) == [f"{section}: give either password or password_file."]


@pytest.mark.parametrize("password", [815, True, ["Geheim-0815"], {"is": "Geheim-0815"}])
def test_a_password_of_a_wrong_type_is_not_shown(document: Document, password: Any) -> None:
    document["evce"]["password"] = password
    (line,) = troubles(document)
    assert line.startswith("evce.password")
    assert "815" not in line


def test_a_login_inside_an_address_is_refused_and_not_shown(document: Document) -> None:
    document["evce"]["base_url"] = f"https://bms:{SECRET}@10.0.0.1/api/v2"
    (line,) = troubles(document)
    assert line.startswith("evce.base_url: ")
    assert "evce.login" in line


UNUSABLE: dict[str, tuple[str, str, str]] = {
    "a space": ("evce.base_url", "http://a b/", "it must be an address like"),
    "a zero": ("evce.base_url", "http://a\0/", "it must be an address like"),
    "a line break": ("evce.base_url", "http://a/\n", "it must be an address like"),
    "no host": ("ews.address", "http://-/EWS", "it must be an address like"),
    "an empty label": ("ews.address", "http://192.168.0..20:8093/EWS", "it must be an address like"),
    "an empty label beside an umlaut": ("ews.address", "http://büro..local:8093/EWS", "it must be an address like"),
    "a label of 64 letters": ("evce.base_url", f"https://{'a' * 64}.local/", "it must be an address like"),
    "port 0 of a controller": ("evce.base_url", "http://10.0.0.1:0/", "it has port 0, at which nobody listens"),
    "a long address": ("evce.base_url", f"http://a/{'b' * 2000}", "at most 2000 characters"),
    "a colon in a login": ("evce.login", f"{SECRET}:b", "it must have no colon"),
    "a zero in a login": ("evce.login", f"{SECRET}\0", "it must be one line"),
    "a colon in a name": ("ews.username", "a:b", "it must have no colon"),
    "a long name": ("ews.username", "a" * 10_000, "at most 100 characters"),
    "a long password": ("ews.password", SECRET * 1000, "at most 1000"),
    "a long realm": ("ews.realm", "a" * 10_000, "at most 100 characters"),
    "lines in the server's name": ("ews.server_name", "a\nb", "it must be one line"),
    "a line break in a profile": ("evce.profile", "v6\n", "it must be one line"),
}


@pytest.mark.parametrize(("key", "value", "says"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_no_connector_can_use_is_refused_in_a_short_sentence(
    document: Document, key: str, value: str, says: str
) -> None:
    section, name = key.split(".")
    document[section][name] = value
    (line,) = troubles(document)
    assert line.startswith(f"{key}: ")
    assert says in line
    assert len(line) < 300


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - it is refused
def test_one_port_for_both_servers_is_refused(document: Document, host: str) -> None:
    document["ews"]["address"] = "http://127.0.0.1:8093/EWS"
    document["portal"] = {"address": f"http://{host}:8093", "allow_plain_http": True}
    (line,) = troubles(document)
    assert line.endswith(
        f"ews.address http://127.0.0.1:8093/EWS and portal.address http://{host}:8093 have one port: give each its own."
    )


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_without_end_is_none_for_a_processor_of_another_package_either(number: float) -> None:
    class Options(Section):
        limit: float

    with pytest.raises(ValidationError, match="finite number"):
        Options(limit=number)


@pytest.mark.parametrize("host", ["10.0.0.1", "[::1]", "controller.example", "wall_box-1", "münchen.example"])
def test_every_host_that_can_be_is_taken(document: Document, host: str) -> None:
    document["evce"]["base_url"] = f"https://{host}:8443/api/v2"
    assert config.parse(document, {}).evce.base_url == f"https://{host}:8443/api/v2"


def test_two_users_with_one_name_are_refused(document: Document) -> None:
    document["ews"]["users"] = [{"username": "guest", "password": SECRET}, {"username": "ebo", "password": SECRET}]
    assert troubles(document) == [
        "ews.username: two users have the name 'ebo'.",
        "ews.users.1.username: two users have the name 'ebo'.",
    ]


def test_a_row_of_the_alarm_table_takes_the_place_of_the_default(document: Document) -> None:
    row = {"condition": "faulted", "priority": 42, "acknowledge": "not needed", "settle_seconds": 5}
    document["alarms"] = {"rules": [row]}
    table = config.parse(document, {}).alarms.table()
    faulted = next(rule for rule in table if rule.condition == "faulted")
    assert (faulted.priority, faulted.acknowledge, faulted.settle) == (42, Acknowledge.NOT_NEEDED, 5)
    default = next(rule for rule in RULES if rule.condition == "faulted")
    assert faulted.category == default.category
    assert [rule for rule in table if rule.condition != "faulted"] == [
        rule for rule in RULES if rule.condition != "faulted"
    ]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([{"condition": "dancing"}], "alarms.rules.0.condition: it must be one of"),
        ([{"condition": "faulted"}, {"condition": "faulted"}], "alarms.rules: the condition faulted stands twice"),
        ([{"condition": "faulted", "priority": -1}], "alarms.rules.0.priority: "),
        ([{"priority": 5}], "alarms.rules.0.condition is missing"),
    ],
)
def test_a_wrong_row_of_the_alarm_table_is_named(document: Document, rules: list[Any], words: str) -> None:
    document["alarms"] = {"rules": rules}
    (line,) = troubles(document)
    assert line.startswith(words)


def test_every_trouble_is_named_at_once(document: Document) -> None:
    document["evce"]["login"] = ""
    document["status"] = {"interval_seconds": 5}
    assert [line.split(":")[0] for line in troubles(document)] == ["evce.login", "status.interval_seconds"]


@pytest.mark.parametrize(
    ("variable", "text", "key"),
    [
        ("STATUS_INTERVAL_SECONDS", "fast", "status.interval_seconds"),
        ("STATUS_INTERVAL_SECONDS", "5", "status.interval_seconds"),
        ("EWS_DIGEST", "MD5", "ews.digest"),
        ("WRITES_ENABLED", "yes", "writes.enabled"),
    ],
)
def test_a_wrong_value_of_the_environment_names_the_key(document: Document, variable: str, text: str, key: str) -> None:
    (line,) = troubles(document, {f"EVCE_CONNECTOR_{variable}": text})
    assert line.startswith(f"{key}: ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"evce = ", "is not valid TOML"),
        (b"[evce]\npassword = Geheim-0815\n", "is not valid TOML"),
        (b"[evce]\n[evce]\n", "is not valid TOML"),
        (b'a = "\xff"', "is not valid TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_named_without_its_content(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "connector.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=words) as error:
        config.load(path, {})
    assert str(error.value).startswith(str(path))
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("make", [lambda path: path / "missing.toml", lambda path: path], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    with pytest.raises(ConfigurationError, match="cannot be read") as error:
        config.load(path, {})
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"", "is empty"), (b"\n", "is empty"), (b"\xff", "cannot be read")],
)
def test_a_password_file_that_cannot_be_used_is_named(
    document: Document, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    del document["evce"]["password"]
    document["evce"]["password_file"] = str(path)
    with pytest.raises(ConfigurationError, match=words) as error:
        config.parse(document, {}).evce.secret()
    assert "password_file" in str(error.value)
