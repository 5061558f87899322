"""A saved secret goes nowhere else without the own password: by Edit All, an import or a step back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import pytest
import requests
from evce_connector.config import Section
from evce_connector.config.destinations import redirected
from evce_connector.processors.setup import EvceSetupProcessor
from pydantic import Field, SecretStr

from tests.support.forms import typed
from tests.support.portal import PASSWORD, Example, Person, Shown, configuration, text_of

SETUP = "EVCE Setup Processor"
EDIT, SETTINGS = f"/configurations/{SETUP}/edit", "/setup/settings"
ELSEWHERE = "https://elsewhere.test/api/v2"
WHERE = {
    "evce.base_url": ELSEWHERE,
    "evce.authentication": "token",
    "evce.verify_tls": "false",
}


@pytest.fixture(autouse=True)
def _known(shown: Shown) -> None:
    made = configuration(SETUP)
    made.processor = EvceSetupProcessor
    shown.host.known.append(made)


def save(person: Person, **changes: str) -> requests.Response:
    return person.post(EDIT, typed(person, EDIT, {key.replace("__", "."): value for key, value in changes.items()}))


def take(person: Person, text: str, **fields: str) -> requests.Response:
    return person.send(SETTINGS, {"base": "1"} | fields, f"{SETTINGS}/import", files={"file": ("s.toml", text)})


def said_at(answer: requests.Response, id_: str) -> str:
    found = re.search(rf'id="{re.escape(id_)}-trouble">([^<]*)<', answer.text)
    assert found, f"nothing is said at {id_}"
    return found[1]


def base_url(shown: Shown) -> str:
    return shown.parts.desk.open().layers.configuration().evce.base_url


@pytest.mark.parametrize("key", WHERE)
def test_who_does_not_type_the_own_password_changes_not_where_the_evce_password_goes(
    shown: Shown, admin: Person, key: str
) -> None:
    answer = admin.post(EDIT, typed(admin, EDIT, {key: WHERE[key], "ews.realm": "Ladepark"}))

    assert answer.status_code == 422
    assert "it says where saved passwords go, so that changing it takes your own password" in said_at(answer, key)
    assert "Type your own password here" in said_at(answer, "own_password")
    assert 'value="Ladepark"' in answer.text
    assert shown.parts.desk.open().number == 1
    assert shown.reloads == []


def test_with_the_own_password_it_is_changed(shown: Shown, admin: Person) -> None:
    assert "Saved as version 2." in text_of(save(admin, evce__base_url=ELSEWHERE, own_password=PASSWORD))
    assert base_url(shown) == ELSEWHERE


def test_a_wrong_password_is_told_at_its_field_and_slows_who_guesses(shown: Shown, admin: Person) -> None:
    answer = save(admin, evce__base_url=ELSEWHERE, own_password="Guess-4711")
    assert (answer.status_code, said_at(answer, "own_password")) == (403, "The password is wrong.")
    assert "Guess" not in answer.text
    for _ in range(5):
        answer = save(admin, evce__base_url=ELSEWHERE, own_password="Guess-4711")
    assert (answer.status_code, "too many wrong passwords" in said_at(answer, "own_password")) == (429, True)
    assert base_url(shown) != ELSEWHERE


def test_all_that_is_typed_anew_may_go_anywhere(shown: Shown, admin: Person) -> None:
    save(admin, evce__base_url=ELSEWHERE, evce__login="other", evce__password="Zebra-4711")
    assert base_url(shown) == ELSEWHERE


def test_another_profile_is_another_way_to_send_it() -> None:
    before = {"evce": {"login": "bms", "password": "Zebra"}}
    assert redirected(before, {"evce": before["evce"] | {"profile": "mine.toml"}}) == [("evce", "profile")]
    assert redirected(before, {"evce": before["evce"] | {"profile": "v6"}}) == []


def test_what_goes_nowhere_else_takes_no_password(shown: Shown, admin: Person) -> None:
    assert save(admin, ews__realm="Ladepark", evce__password="Zebra-4711").ok
    assert shown.parts.desk.open().number == 2


def test_an_import_is_held_to_the_same(shown: Shown, admin: Person) -> None:
    text = admin.send(SETTINGS, {}, f"{SETTINGS}/export").text.replace("http://127.0.0.1:9/api/v2", ELSEWHERE)
    answer = take(admin, text)
    assert (answer.status_code, "evce.base_url: it says where" in said_at(answer, "import-password")) == (422, True)
    assert shown.parts.desk.open().number == 1
    assert "Saved as version 2." in text_of(take(admin, text, own_password=PASSWORD))
    assert base_url(shown) == ELSEWHERE


def test_a_step_back_is_held_to_the_same(shown: Shown, admin: Person) -> None:
    save(admin, evce__base_url=ELSEWHERE, own_password=PASSWORD)
    answer = admin.send(SETTINGS, {"base": "2"}, f"{SETTINGS}/step-back")
    assert (answer.status_code, "evce.base_url: it says where" in said_at(answer, "back-password")) == (422, True)
    assert base_url(shown) == ELSEWHERE
    admin.send(SETTINGS, {"base": "2", "own_password": PASSWORD}, f"{SETTINGS}/step-back")
    assert base_url(shown) == "http://127.0.0.1:9/api/v2"


def test_a_password_of_the_environment_is_held_to_the_same(shown: Shown, admin: Person) -> None:
    shown.given({}, {"EVCE_CONNECTOR_EVCE_PASSWORD": "Zebra-4711"})
    assert save(admin, evce__base_url=ELSEWHERE, evce__login="other").status_code == 422


def test_a_password_in_a_file_is_held_to_the_same(shown: Shown, admin: Person, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("Zebra-4711", encoding="utf-8")
    shown.given({"evce": {"password_file": str(tmp_path / "password")}})
    assert save(admin, evce__base_url=ELSEWHERE, evce__login="other").status_code == 422
    assert base_url(shown) != ELSEWHERE


class Weather(Example):
    name: ClassVar[str] = "Weather"

    class Options(Section):
        """What it takes."""

        url: str = Field(description="Where it asks")
        token: SecretStr = Field(description="Token")


def test_every_key_beside_a_secret_of_another_package_is_held_to_the_same(shown: Shown, admin: Person) -> None:
    before = {"processors": {"Weather": {"url": "https://a.test", "token": "Zebra"}, "Plain": {"url": "a"}}}
    after = {"processors": {"Weather": {"url": "https://b.test", "token": "Zebra"}, "Plain": {"url": "b"}}}
    options = {"Weather": Weather.Options}

    assert redirected(before, after, options) == [("processors", "Weather", "url")]
    after["processors"]["Weather"]["token"] = "new"
    assert redirected(before, after, options) == []
    made = configuration("Weather")
    made.processor = Weather
    shown.host.known.append(made)
    shown.save({"processor_configurations": [{"name": "Weather", "class_name": "EvceSetupProcessor"}]})
    assert "Where it asks. Says where saved passwords go" in text_of(admin.get("/configurations/Weather/edit"))


def test_a_secret_that_cannot_be_read_now_is_not_sent_elsewhere_later(shown: Shown) -> None:
    shown.given({}, {"EVCE_CONNECTOR_KEY": "q0" * 21 + "q=", "EVCE_CONNECTOR_EVCE_PASSWORD": "Zebra-4711"})
    layers = shown.parts.desk.open().layers
    assert layers.troubles
    moved = {"evce": layers.known["evce"] | {"base_url": ELSEWHERE}}
    assert redirected(layers.known, moved) == [("evce", "base_url")]
