"""Setup > Settings: versions, one step back, export and import."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest
import requests
import tomli_w
from evce_connector.config import Configuration
from evce_connector.persistence.portal_users import Role

from tests.support.joined import EWS_PASSWORD, LOGIN
from tests.support.joined import PASSWORD as EVCE_PASSWORD
from tests.support.portal import PASSWORD, Person, Shown, text_of

PAGE = "/setup/settings"
SECRETS = (EVCE_PASSWORD, EWS_PASSWORD)


def now(shown: Shown) -> Configuration:
    return shown.parts.desk.open().layers.configuration()


def take(person: Person, text: str | bytes, base: int = 1) -> requests.Response:
    """Import the text of a file."""
    return person.send(PAGE, {"base": str(base)}, f"{PAGE}/import", files={"file": ("settings.toml", text)})


def test_the_versions_tell_when_who_and_what_without_secrets(shown: Shown, admin: Person) -> None:
    shown.save({"ews.realm": "Ladepark", "ews.password": "Zebra-4711"})
    page = admin.get(PAGE)
    assert "2026-01-01 00:00:00 UTC 2 another ews.realm is Ladepark; ews.password is changed" in text_of(page)
    assert "2026-01-01 00:00:00 UTC 1 admin made" in text_of(page)
    assert [secret for secret in (*SECRETS, "Zebra-4711") if secret in page.text] == []


def test_a_step_back_makes_the_version_before_the_newest_and_a_second_undoes_it(shown: Shown, admin: Person) -> None:
    shown.save({"ews.realm": "Ladepark"})
    answer = admin.send(PAGE, {"base": "2"}, f"{PAGE}/step-back")
    assert "Saved as version 3." in text_of(answer)
    assert now(shown).ews.realm == "EVCE"
    assert shown.reloads == [1]
    assert [act.act for _, act in shown.parts.audit.last(1)] == ["Went a step back in the settings"]
    admin.send(PAGE, {"base": "3"}, f"{PAGE}/step-back")
    assert now(shown).ews.realm == "Ladepark"


def test_there_is_no_step_back_from_the_first_version(shown: Shown, admin: Person) -> None:
    assert "One step back" not in admin.get(PAGE).text
    answer = admin.send(PAGE, {"base": "1"}, f"{PAGE}/step-back")
    assert (answer.status_code, "There is no version of the settings before this one" in answer.text) == (409, True)
    assert shown.reloads == []


def test_a_step_back_from_a_version_that_is_no_more_the_newest_is_refused(shown: Shown, admin: Person) -> None:
    shown.save({"ews.realm": "Ladepark"})
    shown.save({"ews.realm": "Other"})
    answer = admin.send(PAGE, {"base": "2"}, f"{PAGE}/step-back")
    assert (answer.status_code, "Other settings were saved meanwhile." in answer.text) == (409, True)
    assert now(shown).ews.realm == "Other"


def test_a_step_back_to_what_is_wrong_by_now_is_refused(shown: Shown, admin: Person) -> None:
    document = shown.parts.desk.open().layers.saved
    shown.parts.desk.store.save(document | {"status": {"interval_seconds": 5}}, "older", "made", shown.clock.now())
    shown.parts.desk.store.save(document, "admin", "made", shown.clock.now())
    answer = admin.send(PAGE, {"base": "3"}, f"{PAGE}/step-back")
    assert (answer.status_code, "status.interval_seconds" in answer.text) == (422, True)
    assert shown.parts.desk.open().number == 3


def test_a_step_back_to_a_file_of_the_machine_says_why_it_does_not_hold(shown: Shown, admin: Person) -> None:
    document = shown.parts.desk.open().layers.saved
    without = {key: value for key, value in document["ews"].items() if key != "password"}
    older = document | {"ews": without | {"password_file": "/etc/shadow"}}
    shown.parts.desk.store.save(older, "older", "made", shown.clock.now())
    shown.parts.desk.store.save(document, "admin", "made", shown.clock.now())
    answer = admin.send(PAGE, {"base": "3"}, f"{PAGE}/step-back")
    assert answer.status_code == 422
    assert "ews.password_file is saved and is left out: it names a file of the machine" in text_of(answer)


def test_an_export_is_a_file_without_secrets(shown: Shown, admin: Person) -> None:
    answer = admin.send(PAGE, {}, f"{PAGE}/export")
    document = tomllib.loads(answer.text)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="evce-connector-settings.toml"'
    assert document["ews"]["realm"] == "EVCE"
    assert "password" not in document["evce"]
    assert "login" not in document["evce"]
    assert [act.about for _, act in shown.parts.audit.last(1)] == ["without secrets"]


def test_an_export_with_secrets_takes_the_own_password_typed_again(shown: Shown, admin: Person) -> None:
    refused = admin.send(PAGE, {"secrets": "yes", "password": "wrong"}, f"{PAGE}/export")
    assert (refused.status_code, "The password is wrong: nothing was exported." in refused.text) == (403, True)
    assert [secret for secret in SECRETS if secret in refused.text] == []
    answer = admin.send(PAGE, {"secrets": "yes", "password": PASSWORD}, f"{PAGE}/export")

    assert tomllib.loads(answer.text)["evce"]["password"] == EVCE_PASSWORD
    assert tomllib.loads(answer.text)["evce"]["login"] == LOGIN
    assert [act.about for _, act in shown.parts.audit.last(1)] == ["with secrets"]


def test_what_was_exported_without_secrets_is_imported_and_they_stay(shown: Shown, admin: Person) -> None:
    text = admin.send(PAGE, {}, f"{PAGE}/export").text.replace('"EVCE"', '"Ladepark"')
    answer = take(admin, text)

    assert "Saved as version 2." in text_of(answer)
    assert (now(shown).ews.realm, now(shown).evce.secret(), now(shown).evce.login) == ("Ladepark", EVCE_PASSWORD, LOGIN)
    assert shown.reloads == [1]
    assert [act.act for _, act in shown.parts.audit.last(1)] == ["Imported settings"]


def test_an_export_without_secrets_of_settings_with_users_is_imported_again(shown: Shown, admin: Person) -> None:
    shown.save({"ews.users": [{"username": "panel", "password": "Building-8"}]})
    text = admin.send(PAGE, {}, f"{PAGE}/export").text
    assert "Building-8" not in text
    assert "Saved as version 3." in text_of(take(admin, text.replace('"EVCE"', '"Ladepark"'), base=2))
    assert now(shown).ews.users[0].secret() == "Building-8"
    answer = take(admin, text.replace('"panel"', '"guest"'), base=3)
    assert (answer.status_code, "the user guest has no password" in text_of(answer)) == (422, True)


def test_secrets_that_are_imported_are_saved_encrypted(shown: Shown, admin: Person) -> None:
    exported = admin.send(PAGE, {"secrets": "yes", "password": PASSWORD}, f"{PAGE}/export").text
    take(admin, exported.replace(EVCE_PASSWORD, "Zebra-4711"))
    version = shown.parts.desk.store.current()

    assert version
    assert "Zebra" not in version.text + version.words
    assert now(shown).evce.secret() == "Zebra-4711"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Choose a file with settings"),
        ("a =", "The file is not valid TOML"),
        (b"\xff\xfe", "The file is not UTF-8 text"),
        ("a = " + "[" * 50_000, "The file has tables or lists more than 20 deep in each other"),
        ("[" + ".".join("a" * 150) + "]", "The file has tables or lists more than 20 deep in each other"),
        ("a = 1\n" + ".".join("a" * 20_000) + " = 1", "more than 200 dots, no key: line 2."),
        ("a = 1" + "0" * 5000, "The file is not valid TOML: Exceeds the limit"),
        ("a = 0x" + "f" * 5000, "The file is not valid TOML: it has an integer of more than 64 bits."),
        (tomli_w.dumps({"setup": {"removal_grace_days": float("inf")}}), "setup.removal_grace_days: "),
        (tomli_w.dumps({"evce": {"base_ulr": "x"}}), "evce.base_ulr is an unknown key (did you mean base_url?)."),
        (tomli_w.dumps({"status": {"interval_seconds": 20}}), "evce is missing."),
        (tomli_w.dumps({"storage": {"url": "sqlite:///a.db"}}), "storage.url says where settings are saved"),
    ],
    ids=[
        "empty",
        "no TOML",
        "no text",
        "lists in lists",
        "tables in tables",
        "a key of many parts",
        "many digits",
        "many bits",
        "infinity",
        "unknown key",
        "incomplete",
        "storage",
    ],
)
def test_a_file_that_is_wrong_changes_nothing_and_says_why(
    shown: Shown, admin: Person, text: str | bytes, says: str
) -> None:
    answer = take(admin, text)
    assert (answer.status_code, says in text_of(answer)) == (422, True)
    assert shown.parts.desk.open().number == 1
    assert shown.reloads == []


def test_an_import_beside_what_another_has_saved_meanwhile_is_refused(shown: Shown, admin: Person) -> None:
    text = admin.send(PAGE, {}, f"{PAGE}/export").text.replace('"EVCE"', '"Ladepark"')
    shown.save({"ews.realm": "Other"})
    answer = take(admin, text, base=1)
    assert (answer.status_code, "another has saved other settings meanwhile" in text_of(answer)) == (409, True)
    assert now(shown).ews.realm == "Other"


def test_an_import_takes_the_place_of_a_version_that_cannot_be_read(shown: Shown, admin: Person) -> None:
    exported = admin.send(PAGE, {"secrets": "yes", "password": PASSWORD}, f"{PAGE}/export").text
    with shown.parts.audit._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE settings SET document = 'a ='")
    assert "Saved as version 2." in text_of(take(admin, exported))
    assert now(shown).ews.realm == "EVCE"


def test_only_an_admin_gets_there(let_in: Callable[[Role], Person]) -> None:
    assert let_in(Role.OPERATOR).get(PAGE).status_code == 403


def test_a_save_that_moves_the_pages_says_where_they_will_be(admin: Person) -> None:
    text = admin.send(PAGE, {}, f"{PAGE}/export").text
    answer = take(admin, f'{text}\n[portal]\naddress = "https://0.0.0.0:8443"\n')
    assert answer.status_code == 200, text_of(answer)
    assert 'href="https://127.0.0.1:8443/setup/settings"' in answer.text
