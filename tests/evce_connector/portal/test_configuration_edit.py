"""Edit All and Save of a processor configuration: what the form shows, and what becomes of what is typed into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

import pytest
import requests
from evce_connector.config import Section
from evce_connector.persistence.portal_users import Role
from evce_connector.processors.base import Prompt
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.processors.status import EvceProcessor
from pydantic import Field, SecretStr

from tests.support.forms import fields_of, typed
from tests.support.joined import EWS_PASSWORD, LOGIN, PASSWORD
from tests.support.portal import Example, Person, Shown, configuration, text_of

SETUP, STATUS, LOGS = "EVCE Setup Processor", "EVCE Processor", "EVCE Logs Processor"
MASK = "~ Encrypted ~"
ROW = "processor_configurations.0"
"""Where the keys of the first configuration stand."""


def edit(name: str) -> str:
    return f"/configurations/{name}/edit"


@pytest.fixture(autouse=True)
def _known(shown: Shown) -> None:
    for name, processor in ((SETUP, EvceSetupProcessor), (STATUS, EvceProcessor), (LOGS, EvceLogsProcessor)):
        made = configuration(name)
        made.processor = processor
        shown.host.known.append(made)


def save(person: Person, name: str, **changes: str | list[str]) -> requests.Response:
    """Type into the form, and send it as a browser does."""
    fields = typed(person, edit(name), {key.replace("__", "."): value for key, value in changes.items()})
    return person.post(edit(name), fields)


def labels(text: str) -> dict[str, bool]:
    """Return the labels of a form, and whether each has a star."""
    found = re.findall(r'<label for="[^"]*">(.*?)</label>', text)
    return {re.sub(r"<.*", "", label).strip(): "*" in label for label in found}


def trouble_at(answer: requests.Response, key: str) -> str:
    found = re.search(rf'id="{re.escape(key)}-trouble">([^<]*)<', answer.text)
    assert found, f"nothing is said at {key}"
    return found[1]


GUIDE = {
    "Evce Base Api Url": True,
    "Evce Login": True,
    "Evce Password": True,
    "Ews Address": True,
    "Realm": False,
    "Server Name": True,
    "Username": True,
    "Password": True,
}
"""The fields of the guide's two groups, and whether each has a star."""


@pytest.mark.parametrize("name", [SETUP, STATUS, LOGS])
def test_all_three_share_the_fields_of_the_guide_with_a_star_on_all_but_realm(admin: Person, name: str) -> None:
    page = admin.get(edit(name))
    found = labels(page.text)

    assert {label: found.get(label) for label in GUIDE} == GUIDE
    assert "Evce Api Config Options" in page.text
    assert "Evce Ews Server" in page.text


def test_the_guides_fields_stand_in_its_order(admin: Person) -> None:
    found = [label for label in labels(admin.get(edit(SETUP)).text) if label in GUIDE]
    assert found == list(GUIDE)


def test_the_logging_interval_is_a_field_of_the_logs_processor_with_its_range(admin: Person) -> None:
    page = admin.get(edit(LOGS)).text
    assert labels(page)["Logs Time Interval In Minutes"]
    assert re.search(r'name="logs.interval_minutes" value="15".* type="number" step="1" min="1" max="1440"', page)
    assert "Logs Time Interval In Minutes" not in admin.get(edit(SETUP)).text


def test_the_details_tab_shows_the_same_and_who_has_set_it_to_everybody(shown: Shown, viewer: Person) -> None:
    said = text_of(viewer.get(f"/configurations/{SETUP}/details"))
    assert "Evce Base Api Url * http://127.0.0.1:9/api/v2 saved on the pages" in said
    assert "Evce Login * ~ Encrypted ~ saved on the pages" in said
    assert "Server Name * EVCE Ews Server the default" in said
    assert shown.reloads == []


@pytest.mark.parametrize("path", [edit(SETUP), f"/configurations/{SETUP}/details"])
def test_no_secret_is_on_a_page(admin: Person, path: str) -> None:
    page = admin.get(path).text
    assert page.count(MASK) == 3
    assert [secret for secret in (PASSWORD, EWS_PASSWORD, f'"{LOGIN}"') if secret in page] == []


def test_a_save_keeps_a_version_lets_the_connector_start_anew_and_is_in_the_audit_list(
    shown: Shown, admin: Person
) -> None:
    answer = save(admin, SETUP, ews__server_name="Depot", ews__realm="Ladepark")
    version = shown.parts.desk.store.current()

    assert version
    assert (version.number, version.by) == (2, "admin")
    assert version.words == "ews.realm is Ladepark; ews.server_name is Depot"
    assert shown.reloads == [1]
    assert "Saved as version 2. The connector starts anew with it" in text_of(answer)
    assert f'data-to="/configurations/{SETUP.replace(" ", "%20")}"' in answer.text
    ((_, act),) = shown.parts.audit.last(1)
    assert (act.user, act.act, act.about) == ("admin", "Saved settings", f"version 2: {version.words}")


def test_secrets_that_are_left_stay_and_new_ones_are_kept_encrypted(shown: Shown, admin: Person) -> None:
    save(admin, SETUP, evce__password="Zebra-4711")
    version = shown.parts.desk.store.current()
    configuration = shown.parts.desk.open().layers.configuration()

    assert version
    assert "Zebra" not in version.text
    assert version.words == "evce.password is changed"
    assert (configuration.evce.secret(), configuration.evce.login) == ("Zebra-4711", LOGIN)
    assert configuration.ews.secret() == EWS_PASSWORD


@pytest.mark.parametrize("key", ["evce.password_file", "ews.password_file", "ews.certificate", "ews.private_key"])
def test_what_names_a_file_of_the_machine_is_not_set_here_and_says_so(shown: Shown, admin: Person, key: str) -> None:
    page = admin.get(edit(SETUP))
    assert key not in fields_of(page.text)
    hint = re.search(rf'id="{key}-help">([^<]*)<', page.text)
    assert hint
    assert hint[1].endswith("Read-only: a configuration file or the environment alone sets it.")
    admin.post(edit(SETUP), typed(admin, edit(SETUP), {"ews.realm": "Ladepark"}) | {key: ["/etc/shadow"]})
    version = shown.parts.desk.store.current()
    assert version
    assert "shadow" not in version.text


def test_a_form_that_is_sent_as_it_is_saves_nothing(shown: Shown, admin: Person) -> None:
    answer = save(admin, LOGS)
    assert "Nothing was changed." in text_of(answer)
    assert answer.url.endswith(f"/configurations/{LOGS.replace(' ', '%20')}")
    assert shown.parts.desk.open().number == 1
    assert shown.reloads == []


WRONG = {
    "no URL": ("evce.base_url", "controller", "it must be an address like https://192.168.0.10/api/v2"),
    "an address with a space": ("evce.base_url", "http://a b/", "it must be an address like https://"),
    "an address with a zero": ("ews.address", "http://127.0.0.1:8093/a\0b", "it must be an address like https://"),
    "a port of the system's choice": ("ews.address", "http://127.0.0.1:0/EWS", "another address at each start"),
    "a port of nobody": ("evce.base_url", "http://10.0.0.1:0/", "it has port 0, at which nobody listens"),
    "a name with a colon": ("ews.username", "a:b", "it must have no colon"),
    "a long name": ("ews.username", "a" * 10_000, "at most 100 characters"),
    "a CA file that is not there": ("evce.verify_tls", "maybe", "the CA file &#39;maybe&#39; is not there"),
    "a folder of CAs": ("evce.verify_tls", "/etc", "the CA file &#39;/etc&#39; is not there"),
    "a file without a CA": ("evce.verify_tls", __file__, "holds no certificate (PEM)"),
    "a long login": ("evce.login", "Zebra" * 1000, "at most 100 characters"),
    "an empty name": ("ews.server_name", "", "This must not be empty."),
    "an empty password": ("ews.password", "", "This must not be empty."),
    "no number": ("ews.max_ids", "many", "This is no whole number."),
    "a number out of its range": ("ews.max_ids", "7", "greater than or equal to 100"),
    "no choice": ("evce.authentication", "none", "Choose one of: basic, token."),
    "no divisor of a day": ("logs.interval_minutes", "7", "day"),
    "no profile": ("evce.profile", "v9", "The profile &#39;v9&#39; cannot be read"),
    "an empty configuration's name": ("processor_configurations.2.name", "", "This must not be empty."),
    "a line break in a name": ("processor_configurations.2.name", "a\nb", "one line, without control characters"),
    "a zero in a description": ("processor_configurations.2.description", "a\0b", "without control characters"),
    "a time limit of nothing": ("processor_configurations.2.time_limit_minutes", "0", "greater than 0"),
}


@pytest.mark.parametrize(("key", "value", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    shown: Shown, admin: Person, key: str, value: str, says: str
) -> None:
    fields = typed(admin, edit(LOGS), {key: value, "ews.realm": "Ladepark"})
    answer = admin.post(edit(LOGS), fields)

    assert answer.status_code == 422
    assert says in trouble_at(answer, key)
    assert "Zebra" not in answer.text
    assert fields_of(answer.text)["ews.realm"] == ["Ladepark"]
    assert shown.parts.desk.open().number == 1
    assert shown.reloads == []


def test_a_secret_that_was_typed_is_not_sent_back_with_what_is_wrong(admin: Person) -> None:
    answer = save(admin, SETUP, evce__password="Zebra-4711", ews__server_name="")
    assert "Zebra" not in answer.text
    assert "A password that was typed has to be typed again." in answer.text


def test_an_https_address_without_a_certificate_is_told_at_the_address(admin: Person) -> None:
    answer = save(admin, SETUP, ews__address="https://127.0.0.1:8093/EcoStruxure/DataExchange")
    assert answer.status_code == 422
    assert "needs a certificate and a private key" in trouble_at(answer, "ews.address")


def test_a_version_that_somebody_else_has_saved_meanwhile_is_told_and_not_undone(shown: Shown, admin: Person) -> None:
    fields = typed(admin, edit(SETUP), {"ews.server_name": "Depot"})
    shown.save({"ews.realm": "Other"})
    answer = admin.post(edit(SETUP), fields)

    assert answer.status_code == 409
    assert "another has saved other settings meanwhile" in text_of(answer)
    assert shown.parts.desk.open().layers.configuration().ews.realm == "Other"
    assert shown.parts.desk.open().number == 2


def test_what_was_typed_is_saved_the_second_time_and_what_another_has_saved_stays(shown: Shown, admin: Person) -> None:
    fields = typed(admin, edit(SETUP), {"ews.server_name": "Depot", "ews.password": "Zebra-4711"})
    shown.save({"ews.realm": "Other", "ews.max_ids": 700})
    answer = admin.post(edit(SETUP), fields)
    again = fields_of(answer.text)

    assert (again["ews.server_name"], again["ews.realm"], again["ews.max_ids"]) == (["Depot"], ["Other"], ["700"])
    assert "A password that was typed has to be typed again." in text_of(answer)
    assert "Saved as version 3." in text_of(admin.post(edit(SETUP), again))
    ews = shown.parts.desk.open().layers.configuration().ews
    assert (ews.server_name, ews.realm, ews.max_ids, ews.secret()) == ("Depot", "Other", 700, EWS_PASSWORD)


def test_where_both_have_typed_each_is_told_what_the_other_has_saved(shown: Shown, admin: Person) -> None:
    fields = typed(admin, edit(SETUP), {"ews.realm": "Mine"})
    shown.save({"ews.realm": "Other"})
    answer = admin.post(edit(SETUP), fields)
    assert trouble_at(answer, "ews.realm") == "Saved here meanwhile: Other."
    assert "Saved as version 3." in text_of(admin.post(edit(SETUP), fields_of(answer.text)))
    assert shown.parts.desk.open().layers.configuration().ews.realm == "Mine"


def test_what_was_typed_of_a_configuration_stays_its_own_when_one_before_it_is_gone(
    shown: Shown, admin: Person
) -> None:
    fields = typed(admin, edit(LOGS), {"processor_configurations.2.description": "of the night"})
    shown.save({"processor_configurations": [{"name": LOGS, "class_name": "EvceLogsProcessor"}]})
    again = fields_of(admin.post(edit(LOGS), fields).text)
    assert again[f"{ROW}.description"] == ["of the night"]
    admin.post(edit(LOGS), again)
    (one,) = shown.parts.desk.open().layers.configuration().processor_configurations
    assert (one.name, one.description) == (LOGS, "of the night")


def test_the_options_of_the_control_tab_and_the_schedule_are_saved(shown: Shown, admin: Person) -> None:
    save(
        admin,
        SETUP,
        **{
            f"{ROW}.runs_on_start": "False",
            f"{ROW}.manually_stoppable": "False",
            f"{ROW}.runs_on_schedule": "True",
            f"{ROW}.time_limit_minutes": "2.5",
            f"{ROW}.schedule": "Every 15 Minutes",
        },
    )
    first, *others = shown.parts.desk.open().layers.configuration().processor_configurations

    assert (first.name, first.class_name, first.schedule) == (SETUP, "EvceSetupProcessor", "Every 15 Minutes")
    assert (first.runs_on_start, first.manually_startable, first.manually_stoppable) == (False, True, False)
    assert (first.runs_on_schedule, first.time_limit_minutes) == (True, 2.5)
    assert [one.name for one in others] == [STATUS, LOGS]


def test_none_selected_is_offered_beside_the_schedules_that_there_are(admin: Person) -> None:
    page = admin.get(edit(SETUP)).text
    assert re.findall(r"<option[^>]*>(None Selected|Every [^<]*)</option>", page) == [
        "None Selected",
        "Every 15 Minutes",
    ]


def test_name_description_and_is_active_are_saved_and_the_name_is_gone_on_with(shown: Shown, admin: Person) -> None:
    answer = save(
        admin, SETUP, **{f"{ROW}.name": "Site", f"{ROW}.description": "Reads the site", f"{ROW}.is_active": "False"}
    )
    first = shown.parts.desk.open().layers.configuration().processor_configurations[0]

    assert (first.name, first.description, first.is_active) == ("Site", "Reads the site", False)
    assert 'data-to="/configurations/Site"' in answer.text


@pytest.mark.parametrize("name", ["Zone A/B", "..", "new", "a?b#c"])
def test_a_renamed_configuration_is_gone_on_with_whatever_its_name(shown: Shown, admin: Person, name: str) -> None:
    answer = save(admin, SETUP, **{f"{ROW}.name": name})
    shown.host.known[0].options = shown.parts.desk.open().layers.configuration().processor_configurations[0]
    to = re.search(r'data-to="([^"]+)"', answer.text)
    assert to
    page = admin.get(to[1])
    assert f"<h1>{name}</h1>" in page.text
    (link,) = re.findall(r'href="([^"]+/edit)"', page.text)
    assert fields_of(admin.get(link).text)[f"{ROW}.name"] == [name]


def test_two_configurations_of_one_name_are_refused_at_the_name(admin: Person) -> None:
    answer = save(admin, SETUP, **{f"{ROW}.name": LOGS})
    assert answer.status_code == 422
    assert f"the name {LOGS} stands twice" in trouble_at(answer, f"{ROW}.name")
    assert text_of(answer).count("stands twice") == 1


def test_two_users_of_one_name_are_refused_at_the_names(shown: Shown, admin: Person) -> None:
    shown.save({"ews.users": [{"username": "panel", "password": "Building-8"}]})
    answer = save(admin, SETUP, ews__username="panel")
    assert "two users have the name" in trouble_at(answer, "ews.username")
    assert "two users have the name" in trouble_at(answer, "ews.users")


def test_all_that_is_wrong_is_said_at_once_each_at_its_field(shown: Shown, admin: Person) -> None:
    wrong = {
        "evce.base_url": "http://a b/",
        "evce.profile": "v9",
        "evce.verify_tls": "maybe",
        "ews.address": "https://127.0.0.1:8093/EWS",
        "ews.server_name": "",
        "ews.max_ids": "many",
        "ews.realm": "a" * 101,
        f"{ROW}.name": LOGS,
        f"{ROW}.time_limit_minutes": "0",
    }
    answer = admin.post(edit(SETUP), typed(admin, edit(SETUP), wrong))

    assert {key for key in wrong if trouble_at(answer, key)} == wrong.keys()
    assert {key: fields_of(answer.text)[key] for key in wrong} == {key: [value] for key, value in wrong.items()}
    assert shown.parts.desk.open().number == 1


def test_what_a_file_or_the_environment_sets_is_read_only_and_says_by_whom(shown: Shown, admin: Person) -> None:
    rows = {"processor_configurations": [{"name": SETUP, "class_name": "EvceSetupProcessor"}]}
    shown.given({"ews": {"server_name": "Depot"}} | rows, {"EVCE_CONNECTOR_EVCE_PASSWORD": "Zebra-4711"})
    page = admin.get(edit(SETUP)).text

    assert not {"ews.server_name", "evce.password", "evce.password_file", f"{ROW}.name"} & fields_of(page).keys()
    assert "Read-only: set by connector.toml." in page
    assert "Read-only: set by EVCE_CONNECTOR_EVCE_PASSWORD in the environment." in page
    assert save(admin, SETUP, ews__realm="Ladepark").ok
    assert shown.parts.desk.open().layers.configuration().ews.server_name == "Depot"


def test_a_value_for_a_read_only_key_is_not_taken(shown: Shown, admin: Person) -> None:
    shown.given({"ews": {"server_name": "Depot"}})
    fields = typed(admin, edit(SETUP), {"ews.realm": "Ladepark"}) | {"ews.server_name": ["Mine"]}
    assert admin.post(edit(SETUP), fields).ok
    assert shown.parts.desk.store.current().document["ews"].get("server_name") is None  # type: ignore[union-attr]


def test_only_an_admin_is_offered_edit_all(let_in: Callable[[Role], Person]) -> None:
    page = f"/configurations/{SETUP}"
    assert "Edit All" in let_in(Role.ADMIN).get(page).text
    operator = let_in(Role.OPERATOR)
    assert "Edit All" not in operator.get(page).text
    assert operator.get(edit(SETUP)).status_code == 403


def test_a_version_that_the_connector_does_not_run_with_is_told_on_the_page(shown: Shown, admin: Person) -> None:
    page = f"/configurations/{SETUP}"
    assert "does not run with it yet" not in admin.get(page).text
    save(admin, SETUP, ews__realm="Ladepark")
    assert "Version 2 of the settings is saved, and the connector does not run with it yet; it starts anew." in text_of(
        admin.get(page)
    )
    shown.parts.desk.refused = "ews.address: cannot listen."
    assert "does not run with it yet: ews.address: cannot listen." in text_of(admin.get(page))
    assert admin.get("/saved.json").json() == {"used": 1, "refused": "ews.address: cannot listen."}


class Weather(Example):
    name: ClassVar[str] = "Weather"

    class Options(Section):
        """What it takes."""

        station: str = Field(min_length=1, description="Station")
        token: SecretStr | None = Field(None, description="Token")
        places: list[str] = Field(default=[], description="Places")

    def validate(self) -> list[Prompt]:
        return []


def test_a_processor_of_another_package_has_the_fields_that_it_declares(shown: Shown, admin: Person) -> None:
    made = configuration("Weather")
    made.processor = Weather
    shown.host.known.append(made)
    row = {"name": "Weather", "class_name": "EvceSetupProcessor"}
    shown.save({"processor_configurations": [row]})
    page = admin.get(edit("Weather")).text

    assert labels(page)["Station"]
    assert labels(page)["Token"] is False
    assert "Evce Base Api Url" not in page
    assert "Places: 0 in all" in text_of(admin.get(edit("Weather")))
