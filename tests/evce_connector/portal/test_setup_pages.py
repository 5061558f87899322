"""Users, audit, log level and backup."""

from __future__ import annotations

import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from evce_connector.persistence.backup import faults
from evce_connector.persistence.portal_users import Act, Role

from tests.evce_connector.portal.conftest import Come
from tests.support.portal import PASSWORD, Person, Shown, text_of

ROOT = Path(__file__).parents[3]
USERS = "/setup/users"
NEW = {"name": "operator", "role": "operator", "password": "Ladepark-4712"}


def test_a_new_user_logs_in_and_has_to_choose_a_password(admin: Person, person: Come) -> None:
    assert admin.send(USERS, NEW).ok
    someone = person()

    assert someone.log_in("operator", NEW["password"]).url.endswith("/password")
    assert someone.change_password(NEW["password"], PASSWORD).ok
    assert someone.log_in("operator", PASSWORD).url.endswith("/status")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "admin"}, "There is a user admin already; take another name."),
        ({"name": "ADMIN"}, "There is a user admin already; take another name."),
        ({"name": "<script>"}, "A name has 1 to 64 letters"),
        ({"name": ""}, "A name has 1 to 64 letters"),
        ({"name": "x\x00y"}, "A name has 1 to 64 letters"),
        ({"name": "../admin"}, "A name has 1 to 64 letters"),
        ({"name": "x" * 65}, "A name has 1 to 64 letters"),
        ({"password": "short"}, "The password needs 8 to 200 characters."),
        ({"role": "owner"}, "There is no such role."),
    ],
    ids=str,
)
def test_a_user_that_cannot_be_is_refused_with_the_reason(
    shown: Shown, admin: Person, fields: dict[str, str], sentence: str
) -> None:
    answer = admin.send(USERS, NEW | fields)

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert [user.name for user in shown.parts.users.all()] == ["admin"]


def test_a_role_that_changes_counts_at_once(admin: Person, let_in: Callable[[Role], Person]) -> None:
    someone = let_in(Role.VIEWER)
    assert someone.get(USERS).status_code == 403
    admin.send(USERS, {"role": "admin", "own_password": PASSWORD}, f"{USERS}/viewer/role")

    assert someone.get(USERS).status_code == 200


@pytest.mark.parametrize("typed", [{}, {"own_password": "Guess-4711"}], ids=["none", "a wrong one"])
def test_nobody_makes_an_admin_or_gives_one_a_password_without_the_own_one(
    shown: Shown, admin: Person, let_in: Callable[[Role], Person], typed: dict[str, str]
) -> None:
    let_in(Role.VIEWER)
    shown.parts.users.add(replace(shown.parts.users.get("viewer"), name="second", role=Role.ADMIN))  # type: ignore[type-var]
    for path, fields in (
        ("", NEW | {"role": "admin"}),
        ("/viewer/role", {"role": "admin"}),
        ("/second/password", {"password": "Ladepark-4713"}),
    ):
        answer = admin.send(USERS, fields | typed, USERS + path)
        assert (answer.status_code, "types the own password as well: it was not typed, or" in answer.text) == (
            422,
            True,
        )
    assert [(user.name, user.role) for user in shown.parts.users.all()] == [
        ("admin", Role.ADMIN),
        ("second", Role.ADMIN),
        ("viewer", Role.VIEWER),
    ]
    assert not shown.parts.users.get("second").must_change  # type: ignore[union-attr]


def test_a_password_that_an_admin_gave_ends_the_sessions_of_its_user_and_has_to_be_changed(
    admin: Person, let_in: Callable[[Role], Person]
) -> None:
    someone = let_in(Role.VIEWER)
    admin.send(USERS, {"password": "Ladepark-4712"}, f"{USERS}/viewer/password")

    assert someone.get("/status").url.endswith("/login")
    assert someone.log_in("viewer", "Ladepark-4712").url.endswith("/password")


def test_a_deleted_user_is_out_at_once(admin: Person, let_in: Callable[[Role], Person]) -> None:
    someone = let_in(Role.VIEWER)
    admin.send(USERS, {}, f"{USERS}/viewer/delete")

    assert someone.get("/status").url.endswith("/login")
    assert someone.log_in("viewer", PASSWORD).status_code == 403


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("role", {"role": "viewer"}, "This is the last admin"),
        ("delete", {}, "Nobody deletes himself"),
        ("password", {"password": "Ladepark-4712"}, "Your own password is changed on its own page."),
    ],
)
def test_the_last_admin_cannot_take_the_own_role_or_delete_himself(
    shown: Shown, admin: Person, act: str, fields: dict[str, str], sentence: str
) -> None:
    answer = admin.send(USERS, fields, f"{USERS}/admin/{act}")

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert [(user.name, user.role) for user in shown.parts.users.all()] == [("admin", Role.ADMIN)]


@pytest.mark.parametrize("act", ["delete", "password"])
def test_nor_by_the_own_name_in_another_case(
    shown: Shown, admin: Person, let_in: Callable[[Role], Person], act: str
) -> None:
    let_in(Role.VIEWER)
    shown.parts.users.set_role("viewer", Role.ADMIN)
    answer = admin.send(USERS, NEW | {"own_password": PASSWORD}, f"{USERS}/ADMIN/{act}")
    assert answer.status_code == 422
    assert admin.get(USERS).url.endswith(USERS)


def test_the_page_says_what_each_role_may_as_hosting_does(admin: Person) -> None:
    said, hosting = text_of(admin.get(USERS)), (ROOT / "reference" / "HOSTING.md").read_text(encoding="utf-8")
    assert "operator: may the same, and start and stop processors, acknowledge alarms, and set what may be set" in said
    for role in Role:
        assert f"{role}: may {role.may}." in said
        assert f"| {role} | {role.may} |" in hosting


@pytest.mark.parametrize(("act", "fields"), [("role", {"role": "viewer"}), ("delete", {}), ("password", NEW)])
def test_what_is_done_to_a_user_who_is_gone_is_refused(admin: Person, act: str, fields: dict[str, str]) -> None:
    answer = admin.send(USERS, fields, f"{USERS}/gone/{act}")

    assert answer.status_code == 422
    assert "There is no such user any more." in text_of(answer)


def test_each_act_is_in_the_audit_list_the_newest_first_and_no_password_is(admin: Person) -> None:
    admin.log_in("admin", "Wallbox-1")
    admin.log_in("admin", PASSWORD)
    admin.send(USERS, NEW)
    admin.send(USERS, {"role": "viewer"}, f"{USERS}/operator/role")
    admin.send(USERS, {"password": "Ladepark-4713"}, f"{USERS}/operator/password")
    admin.send(USERS, {}, f"{USERS}/operator/delete")
    admin.send("/setup/log-level", {"level": "DEBUG"})
    page = admin.get("/setup/audit")

    said = text_of(page)
    acts = [
        "Changed the log level DEBUG",
        "Deleted operator",
        "Gave a new password operator",
        "Made viewer operator",
        "Added as operator operator",
        "Logged in",
    ]
    places = [said.index(f"admin 127.0.0.1 {act}") for act in acts]
    assert places == sorted(places)
    for secret in (PASSWORD, "Ladepark-4713", NEW["password"], "Wallbox-1"):
        assert secret not in page.text


def test_the_audit_list_goes_on_to_older_acts(shown: Shown, admin: Person) -> None:
    for number in range(120):
        shown.parts.audit.add(Act(shown.clock.now(), "someone", "127.0.0.1", f"Act {number}."))
    first = admin.get("/setup/audit").text
    link = re.search(r'href="(/setup/audit\?before=\d+)"', first)
    assert link
    older = admin.get(link[1]).text

    assert ("Act 119." in first, "Act 20." in first, "Act 19." in first) == (True, True, False)
    assert ("Act 20." in older, "Act 19." in older, "Act 0." in older) == (False, True, True)


def test_the_log_level_is_changed_to_one_that_there_is(shown: Shown, admin: Person) -> None:
    assert admin.send("/setup/log-level", {"level": "LOUD"}).status_code == 422
    answer = admin.send("/setup/log-level", {"level": "DEBUG"})

    assert shown.levels == ["INFO", "DEBUG"]
    assert "The log level is DEBUG until the connector starts anew." in text_of(answer)
    assert "<option selected>DEBUG" in answer.text


def test_a_backup_is_a_sound_copy_beside_the_database_and_its_owners_alone(admin: Person, tmp_path: Path) -> None:
    answer = admin.send("/setup/backup", {})
    copy = tmp_path / "pages-20260101-000000.db"

    assert f"{copy} holds what the database held." in text_of(answer)
    assert list(faults(copy)) == []
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM portal_users").fetchall() == [("admin",)]


def test_a_second_backup_within_the_second_is_refused_and_the_first_stays(admin: Person, tmp_path: Path) -> None:
    admin.send("/setup/backup", {})
    before = (tmp_path / "pages-20260101-000000.db").read_bytes()
    answer = admin.send("/setup/backup", {})

    assert answer.status_code == 409
    assert "is there already, and stays as it is" in text_of(answer)
    assert (tmp_path / "pages-20260101-000000.db").read_bytes() == before


def test_about_names_version_licence_and_packages(viewer: Person) -> None:
    said = text_of(viewer.get("/about"))

    assert "Licence MIT" in said
    assert "flask 3." in said
    assert "sqlalchemy 2." in said


NUMBERS = ["9" * 5000, str(2**64), str(2**31), "-1", "x", "1.5", "\u0661", "1_0"]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12])
@pytest.mark.parametrize("path", ["/setup/audit?before=", "/site?page="])
def test_a_number_in_an_address_that_is_none_is_a_sentence(admin: Person, path: str, number: str) -> None:
    answer = admin.get(path + number)
    assert (answer.status_code, "must be a whole number" in text_of(answer)) == (400, True)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12])
def test_nor_does_one_in_a_path_or_a_form_break_a_page(admin: Person, number: str) -> None:
    assert admin.get(f"/setup/schedules/{number}").status_code == 404
    answer = admin.send("/setup/settings", {"base": number}, "/setup/settings/step-back")
    assert answer.status_code == 409
