"""How people get in to the pages, and how they are kept out."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable

import pytest
from evce_connector.persistence.portal_users import Role
from evce_connector.portal import passwords
from evce_connector.portal.passwords import faults, make_password
from evce_connector.portal.sessions import IDLE

from tests.evce_connector.portal.conftest import Come
from tests.support.portal import PASSWORD, Person, Shown, text_of


def test_the_first_password_is_told_once_and_kept_in_a_file_of_its_owner(shown: Shown) -> None:
    file = shown.parts.first_password
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"log in as admin with the password {shown.first_password}," in shown.portal.welcome
    assert str(file) in shown.portal.welcome


def test_at_a_second_start_no_password_is_told(shown: Shown) -> None:
    kept = shown.first_password
    shown.portal.stop()
    shown.portal.welcome = ""
    shown.portal.start()

    assert (shown.portal.welcome, shown.first_password) == ("", kept)


def test_who_logs_in_with_the_first_password_gets_no_page_before_it_is_changed(shown: Shown, person: Come) -> None:
    someone = person()
    assert someone.log_in("admin", shown.first_password).url.endswith("/password")
    for path in ("/status", "/about", "/setup/users"):
        assert someone.get(path).url.endswith("/password")


def test_the_first_password_is_good_for_nothing_once_it_is_changed_and_its_file_is_gone(
    shown: Shown, person: Come
) -> None:
    someone, first = person(), shown.first_password
    someone.log_in("admin", first)
    assert someone.change_password(first, PASSWORD).url.endswith("/login")

    assert not shown.parts.first_password.exists()
    assert someone.log_in("admin", first).status_code == 403
    assert someone.log_in("admin", PASSWORD).url.endswith("/status")


@pytest.mark.parametrize("user", ["admin", "nobody", "", "ADMIN", "admin\x00"])
def test_a_wrong_login_is_refused_with_the_same_words_whether_the_user_exists(person: Come, user: str) -> None:
    answer = person().log_in(user, "Wallbox-1")

    assert answer.status_code == 403
    assert "The user name or the password is wrong." in text_of(answer)


def test_after_five_wrong_passwords_each_further_one_is_waited_for_longer_and_then_the_right_one_gets_in(
    shown: Shown, admin: Person, person: Come
) -> None:
    del admin  # has given the user the password
    guesser = person()
    for _ in range(5):
        assert guesser.log_in("admin", "Wallbox-1").status_code == 403
    for pause in (1, 2, 4):
        answer = guesser.log_in("admin", PASSWORD)
        assert answer.status_code == 429
        assert f"wait {pause} s, then try again" in text_of(answer)
        shown.clock.advance(pause)
        if pause < 4:
            assert guesser.log_in("admin", "Wallbox-1").status_code == 403
    assert guesser.log_in("admin", PASSWORD).url.endswith("/status")


def test_a_name_is_one_regardless_of_case_for_who_logs_in_and_for_who_guesses(admin: Person, person: Come) -> None:
    assert "Logged in as admin" in text_of(admin.get("/status"))
    someone = person()
    assert someone.log_in("Admin", PASSWORD).url.endswith("/status")
    guesser = person()
    for name in ("admin", "ADMIN", "Admin", "aDMIN", "adMIN"):
        assert guesser.log_in(name, "Guess-4711").status_code == 403
    assert guesser.log_in("ADmin", "Guess-4711").status_code == 429


def test_an_address_that_tries_many_users_has_to_wait_for_each_of_them(person: Come) -> None:
    guesser = person()
    for number in range(10):
        assert guesser.log_in(f"user{number}", "Wallbox-1").status_code == 403

    assert guesser.log_in("another", "Wallbox-1").status_code == 429


def test_passwords_that_are_looked_at_never_hold_more_than_two_threads(
    person: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, goes_on = threading.Semaphore(0), threading.Event()

    def slow(*_: object) -> bool:
        looking.release()
        return not goes_on.wait(20)

    monkeypatch.setattr(passwords.Passwords, "is_right", slow)
    guessers = [person() for _ in range(passwords.TURNS)]
    threads = [threading.Thread(target=one.log_in, args=("admin", "Wallbox-1")) for one in guessers]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            assert looking.acquire(timeout=10)
        another = person()
        answer = another.log_in("admin", "Wallbox-1")
        assert (answer.status_code, another.get("/health/live").status_code) == (503, 200)
    finally:
        goes_on.set()
        for thread in threads:
            thread.join()
    assert "Others are logging in at this moment; try again." in text_of(answer)


def test_a_session_ends_half_an_hour_after_the_last_page(shown: Shown, admin: Person) -> None:
    shown.clock.advance(IDLE - 1)
    assert admin.get("/about").url.endswith("/about")
    shown.clock.advance(IDLE - 1)
    assert admin.get("/about").url.endswith("/about")
    shown.clock.advance(IDLE + 1)

    assert admin.get("/about").url.endswith("/login")


def test_what_an_open_page_asks_for_by_itself_keeps_no_session_alive(shown: Shown, admin: Person) -> None:
    shown.clock.advance(IDLE - 1)
    assert admin.get("/status/threads.json").status_code == 200
    shown.clock.advance(2)

    assert admin.get("/status/threads.json").status_code == 401


def test_logging_out_ends_the_session_even_for_who_kept_its_cookie(admin: Person) -> None:
    kept = admin._session.cookies.copy()
    assert admin.send("/about", {}, "/logout").url.endswith("/login")
    admin._session.cookies = kept

    assert admin.get("/status").url.endswith("/login")


def test_a_changed_password_ends_the_sessions_of_its_user_everywhere(let_in: Callable[[Role], Person]) -> None:
    here, there = let_in(Role.ADMIN), let_in(Role.ADMIN)
    here.change_password(PASSWORD, "Ladepark-4712")

    assert there.get("/status").url.endswith("/login")


def test_a_password_is_changed_only_by_who_knows_the_present_one(admin: Person) -> None:
    assert admin.change_password("Wallbox-1", "Ladepark-4712").status_code == 403
    assert "wrong" in text_of(admin.change_password("Wallbox-1", "Ladepark-4712"))


@pytest.mark.parametrize(
    ("password", "lacks"),
    [
        ("Abc-123", "8 to 200 characters"),
        ("wallbox-4711", "an upper-case letter"),
        ("WALLBOX-4711", "a lower-case letter"),
        ("Wallbox-Wall", "a digit"),
        ("Wallbox4711", "a sign"),
        ("Viewer-4711", "must not contain the user name"),
        ("Aa-1" * 51, "8 to 200 characters"),
    ],
)
def test_a_password_that_is_too_simple_is_refused_with_what_it_lacks(viewer: Person, password: str, lacks: str) -> None:
    answer = viewer.change_password(PASSWORD, password)

    assert answer.status_code == 422
    assert lacks in text_of(answer)


def test_a_made_password_is_as_good_as_it_asks_others_to_be() -> None:
    made = {make_password() for _ in range(50)}

    assert len(made) == 50
    assert not any(faults(password, "admin") for password in made)


def test_no_cookie_is_for_scripts_or_other_sites_or_outlives_the_browser(person: Come) -> None:
    cookie = person().get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "expires" not in cookie.lower()


def test_a_name_that_nobody_has_is_written_nowhere_for_it_may_be_a_password(
    shown: Shown, person: Come, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    person().log_in(PASSWORD, "admin")

    assert PASSWORD not in caplog.text
    assert [act.user for _, act in shown.parts.audit.last(10)] == ["nobody's name"]
