"""Add New and Delete of a processor configuration: the steps of the guide's wizard, and what is saved in the end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from evce_connector.persistence.portal_users import Role
from evce_connector.processors.logs import EvceLogsProcessor

from tests.evce_connector.portal.conftest import Come
from tests.support.portal import Example, Person, Shown, configuration, text_of

NEW, LOGS = "/configurations/new", "EVCE Logs Processor"
STEP_2 = f"{NEW}?assembly=evce-connector"
STEP_3 = f"{STEP_2}&class=EvceLogsProcessor"


@pytest.fixture(autouse=True)
def _known(shown: Shown) -> None:
    made = configuration(LOGS)
    made.processor = EvceLogsProcessor
    shown.host.known.append(made)


def saved(shown: Shown) -> list[dict[str, Any]]:
    """Return the configurations that are saved."""
    version = shown.parts.desk.store.current()
    assert version
    rows: list[dict[str, Any]] = version.document["processor_configurations"]
    return rows


def delete(person: Person, name: str = LOGS) -> str:
    page = person.get(f"/configurations/{LOGS}")
    assert "Delete this configuration for good" in page.text
    return text_of(person.send(f"/configurations/{LOGS}", {}, f"/configurations/{name}/delete"))


def test_a_configuration_is_deleted_and_added_again_step_by_step(shown: Shown, admin: Person) -> None:
    assert "Saved as version 2." in delete(admin)
    assert [row["name"] for row in saved(shown)] == ["EVCE Setup Processor", "EVCE Processor"]

    first = text_of(admin.get(NEW))
    assert "Step 1 - Pick an assembly 1 candidate" in first
    assert "evce-connector , 3 classes" in first
    assert "Step 2" not in first
    second = text_of(admin.get(STEP_2))
    assert "Step 2 - Choose a class" in second
    assert "has the configuration EVCE Processor" in second
    assert "Step 3" not in second
    assert "Step 3 - Name and description" in text_of(admin.get(STEP_3))
    answer = admin.send(STEP_3, {"name": "Night logs", "description": "Each quarter", "base": "2"})

    assert "Saved as version 3." in text_of(answer)
    assert saved(shown)[-1] == {
        "name": "Night logs",
        "class_name": "EvceLogsProcessor",
        "description": "Each quarter",
    }
    acts = [act.act for _, act in shown.parts.audit.last(2)]
    assert acts == ["Added a configuration", "Deleted a configuration"]


def test_a_class_that_has_a_configuration_cannot_be_chosen_again(admin: Person) -> None:
    assert "Step 3" not in text_of(admin.get(STEP_3))
    answer = admin.post(STEP_3, {"name": "Another", "base": "1", "csrf_token": admin.token("/configurations/" + LOGS)})
    assert answer.status_code == 422
    assert "EvceLogsProcessor" in text_of(answer)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "name is missing."),
        ("EVCE Processor", "name: the name EVCE Processor stands twice."),
        ("x" * 101, "at most 100 characters"),
        ("a\rb", "it must be one line, without control characters"),
    ],
    ids=["none", "another's", "too long", "two lines"],
)
def test_what_is_wrong_with_the_name_is_said_beside_it_and_nothing_typed_is_lost(
    shown: Shown, admin: Person, name: str, words: str
) -> None:
    delete(admin)
    answer = admin.send(STEP_3, {"name": name, "description": "of the night", "base": "2"})

    assert answer.status_code == 422
    (said,) = re.findall(r'id="name-trouble">([^<]*)<', answer.text)
    assert words in said
    assert 'value="of the night"' in answer.text
    assert len(saved(shown)) == 2


def test_name_and_description_are_judged_at_once(admin: Person) -> None:
    delete(admin)
    answer = admin.send(STEP_3, {"name": "EVCE Processor", "description": "x" * 1001, "base": "2"})
    assert re.findall(r'id="(\w+)-trouble"', answer.text) == ["name", "description"]


def test_packages_that_offer_processors_are_counted_and_the_chosen_one_is_marked(shown: Shown, admin: Person) -> None:
    every = {**shown.host.candidates(), "Weather": Example}
    shown.host.candidates = lambda: every  # type: ignore[method-assign]
    page = admin.get(STEP_2)

    assert "2 candidates" in text_of(page)
    assert page.text.count('<li class="pick chosen">') == 1


def test_a_version_that_somebody_else_saved_meanwhile_is_told(shown: Shown, admin: Person) -> None:
    delete(admin)
    answer = admin.send(STEP_3, {"name": "Night logs", "base": "1"})

    assert answer.status_code == 409
    assert "has saved other settings meanwhile" in text_of(answer)
    assert len(saved(shown)) == 2
    base = re.search(r'name="base" value="(\d+)"', answer.text)
    assert base
    assert admin.send(STEP_3, {"name": "Night logs", "base": base[1]}).ok
    assert len(saved(shown)) == 3


def test_the_last_configuration_stays(shown: Shown, admin: Person) -> None:
    shown.host.known.append(configuration("EVCE Setup Processor"))
    delete(admin)
    delete(admin, "EVCE Processor")
    assert "EVCE Setup Processor is the only configuration and stays" in delete(admin, "EVCE Setup Processor")
    assert [row["name"] for row in saved(shown)] == ["EVCE Setup Processor"]


def test_only_an_admin_adds_and_deletes(let_in: Any, person: Come) -> None:  # noqa: ANN401 - as the fixture
    del person
    operator: Person = let_in(Role.OPERATOR)
    assert operator.get(NEW).status_code == 403
    assert "/delete" not in operator.get(f"/configurations/{LOGS}").text
    token = operator.token(f"/configurations/{LOGS}")
    assert operator.post(f"/configurations/{LOGS}/delete", {"csrf_token": token}).status_code == 403
    assert operator.post(STEP_3, {"name": "x", "csrf_token": token}).status_code == 403
