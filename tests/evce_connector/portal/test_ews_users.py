"""EWS Servers > Further users: the list of who logs in besides Building Operation."""

from __future__ import annotations

import pytest
import requests

from tests.support.portal import Person, Shown, text_of

PAGE = "/ews-servers/users"


def add(admin: Person, name: str, at: int = 0, **more: str) -> requests.Response:
    fields = {"username": name, "role": "reader", "password": "Sub-station 12"} | more
    typed = {f"ews.users.{at}.{key}": text for key, text in fields.items()}
    return admin.send(PAGE, typed | {"base": str(at + 1)})


def names(shown: Shown) -> list[str]:
    return [user.username for user in shown.parts.desk.open().layers.configuration().ews.users]


def test_one_is_added_encrypted_and_another_and_one_taken_away(shown: Shown, admin: Person) -> None:
    assert "Saved as version 2." in text_of(add(admin, "panel"))
    assert "Saved as version 3." in text_of(add(admin, "meter", role="writer", at=1))
    assert names(shown) == ["panel", "meter"]
    version = shown.parts.desk.store.current()
    assert version
    assert "Sub-station" not in version.text
    said = text_of(admin.get(PAGE))
    assert "panel reader" in said
    assert "meter writer" in said
    admin.send(PAGE, {"base": "3", "name": "panel"}, f"{PAGE}/remove")
    assert names(shown) == ["meter"]
    first = shown.parts.desk.open().layers.configuration().ews.users[0]
    assert first.secret() == "Sub-station 12"
    acts = [act.act for _, act in shown.parts.audit.last(3)]
    assert acts == ["Changed the users of the EWS server"] * 3


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("", "Sub-station 12", "This must not be empty."),
        ("panel", "", "This must not be empty."),
        ("ebo", "Sub-station 12", "two users have the name"),
    ],
)
def test_what_is_wrong_is_said_nothing_is_saved_and_the_name_stays(
    shown: Shown, admin: Person, name: str, password: str, words: str
) -> None:
    answer = add(admin, name, password=password)
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert f'value="{name}"' in answer.text
    assert names(shown) == []
    assert "Sub-station" not in answer.text


def test_users_of_a_file_are_shown_and_stay(shown: Shown, admin: Person) -> None:
    users = [{"username": "panel", "password": "Sub-station 12"}]
    shown.given({"ews": {"users": users}})
    page = admin.get(PAGE)
    assert "Read-only: set by connector.toml." in text_of(page)
    assert "Remove" not in page.text


def test_who_is_no_admin_sees_no_such_page(viewer: Person) -> None:
    assert viewer.get(PAGE).status_code == 403
