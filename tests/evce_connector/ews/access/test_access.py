from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.access import guesses as guesses_module
from evce_connector.ews.access.login import Access, Admission
from evce_connector.ews.settings import EwsSettings, Lockout, Role, User

from tests.evce_connector.ews.access.digest_client import URI, Guest

BMS = User("bms", "s3cret-Word", Role.WRITER)
VIEWER = User("viewer", "look-0nly")
SETTINGS = EwsSettings(realm="EVCE", users=(BMS, VIEWER))
HOME, AWAY = "10.0.0.1", "10.0.0.66"


class House:
    """Access to a server, its time, and what it said of slowed users."""

    def __init__(self, settings: EwsSettings = SETTINGS) -> None:
        self.clock = ManualClock()
        self.slowed: list[tuple[str, str]] = []
        self.access = Access(settings, self.clock, lambda user, address: self.slowed.append((user, address)))

    def guest(self, name: str = "bms", address: str = HOME) -> Guest:
        password = {user.name: user.password for user in SETTINGS.users}.get(name, "any-Word")
        return Guest(self.access, name, password, address)

    def guesses(self, count: int, name: str = "bms", address: str = HOME) -> list[int]:
        guest = self.guest(name, address)
        return [guest.guess().status for _ in range(count)]


@pytest.fixture
def house() -> House:
    return House()


def shape(admission: Admission) -> Admission:
    """Return what can be seen of an admission; nonces differ in any case."""
    headers = tuple((name, value.partition("nonce=")[0]) for name, value in admission.headers)
    return replace(admission, headers=headers)


def test_a_user_is_admitted_with_his_role(house: House) -> None:
    assert house.guest().log_in() == Admission(BMS, 200, (), "", judged_wrong=False, delay=0.0)


def test_without_a_login_each_algorithm_is_offered_and_nothing_is_held_back(house: House) -> None:
    admission = house.guest().look("")
    assert [name for name, _ in admission.headers] == ["WWW-Authenticate"] * 2
    assert (admission.user, admission.status, admission.judged_wrong, admission.delay) == (None, 401, False, 0.0)


def test_five_wrong_logins_are_told_so_and_the_next_ones_are_told_to_wait(house: House) -> None:
    assert house.guesses(7) == [401] * 5 + [429] * 2
    refused = house.guest().guess()
    assert refused.headers == (("Retry-After", "1"),)
    assert (refused.delay, refused.judged_wrong) == (1.0, False)


def test_a_wrong_login_that_is_told_is_one_for_the_access_log(house: House) -> None:
    admission = house.guest().guess()
    assert (admission.status, admission.judged_wrong, admission.delay) == (401, True, 0.0)


def test_how_long_a_refusal_is_held_back_is_a_setting() -> None:
    house = House(replace(SETTINGS, lockout=Lockout(failures=1, delay=0.25)))
    assert [house.guest().guess().delay for _ in range(2)] == [0.0, 0.25]


# name of the guessers, address of the guessers, whether the BMS takes a fresh nonce for each poll
CROWDS = [
    (name, address, fresh)
    for name in ("bms", "viewer", "nobody", "")
    for address in (HOME, AWAY)
    for fresh in (False, True)
]


@pytest.mark.parametrize(("name", "address", "fresh"), CROWDS)
def test_fifty_who_guess_get_sixty_judged_a_minute_and_the_bms_all_its_polls(
    house: House, name: str, address: str, fresh: bool
) -> None:
    crowd = [house.guest(name or f"name-{number}", address) for number in range(50)]
    bms = house.guest()
    judged, polls = 0, []
    for second in range(60):
        judged += sum(guest.guess().status == 401 for guest in crowd)
        if second % 5 == 0:
            polls.append(bms.log_in(fresh=fresh))
        judged += sum(guest.guess().status == 401 for guest in crowd)
        house.clock.advance(1)
    assert judged == 60
    assert [(poll.status, poll.delay) for poll in polls] == [(200, 0.0)] * 12


def test_in_the_second_minute_too_one_guess_a_second_is_judged(house: House) -> None:
    house.guesses(100)
    house.clock.advance(60)
    told = 0
    for _ in range(60):
        told += house.guesses(10).count(401)
        house.clock.advance(1)
    assert told == 60


@pytest.mark.parametrize("pause", [0.1, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("names", [1, 5, 50])
def test_no_minute_has_more_than_sixty_judged_guesses_however_they_are_spaced(
    house: House, pause: float, names: int
) -> None:
    guests = [house.guest(f"name-{number}") for number in range(names)]
    times = []
    for step in range(int(400 / pause)):
        if guests[step % names].guess().status == 401:
            times.append(house.clock.monotonic())
        house.clock.advance(pause if step % 500 else 61)
    assert max(sum(start <= time < start + 60 for time in times) for start in times) <= 60


def test_who_guesses_slower_than_once_a_second_is_always_told_that_it_is_wrong(house: House) -> None:
    told = []
    for _ in range(50):
        told += house.guesses(1)
        house.clock.advance(5)
    assert set(told) == {401}


@pytest.mark.parametrize(("minutes", "free"), [(0.9, 0), (1, 1), (3, 3), (5, 5), (60, 5)])
def test_time_forgives_one_wrong_login_a_minute(house: House, minutes: float, free: int) -> None:
    house.guesses(5)
    house.clock.advance(60 * minutes - 0.5)
    house.guesses(1, "other")
    house.clock.advance(0.5)
    # One a second is judged in any case; what is free comes at once.
    assert house.guesses(9).count(401) == max(free, 1)


def test_who_guessed_for_an_hour_is_forgiven_as_fast_as_who_guessed_five_times(house: House) -> None:
    for _ in range(3600):
        house.guesses(1)
        house.clock.advance(1)
    house.clock.advance(5 * 60)
    assert house.guesses(9) == [401] * 5 + [429] * 4


def test_a_success_forgives_nothing_neither_ones_own_nor_anothers(house: House) -> None:
    house.guesses(5)
    house.guesses(4, "viewer")
    assert (house.guest().log_in().status, house.guest("viewer").log_in().status) == (200, 200)
    assert (house.guesses(1), house.guesses(2, "viewer")) == ([429], [401, 429])


def test_two_users_at_one_address_do_not_affect_each_other(house: House) -> None:
    assert house.guesses(6) == [401] * 5 + [429]
    assert house.guest("viewer").log_in().status == 200
    assert house.guesses(6, "viewer") == [401] * 5 + [429]


def test_one_user_at_two_addresses_is_counted_at_each(house: House) -> None:
    assert house.guesses(6) == house.guesses(6, address=AWAY) == [401] * 5 + [429]


def test_wrong_logins_without_an_account_slow_nobody_else(house: House) -> None:
    house.guesses(10, "nobody")
    assert house.guest().log_in() == Admission(BMS)
    assert house.guesses(5) == [401] * 5


def test_names_without_number_are_slowed_together_at_an_address_and_right_logins_are_not(house: House) -> None:
    told = [house.guest(f"name-{number}").guess().status for number in range(30)]
    assert told == [401] * 25 + [429] * 5
    assert house.guest().log_in() == Admission(BMS)
    assert house.guesses(1, address=AWAY) == [401]


# Each guesses in the same order; only which name is a user's differs.
ORDERS = [
    ["a"] * 8,
    ["a"] * 5 + ["b"] * 6,
    ["b"] * 6 + ["a"] * 6 + ["c"] * 6,
    ["a", "b", "c", "d", "e", "f"] * 8,
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("known", ["a", "b", "a\\b"])
def test_nothing_shows_whether_a_name_is_a_users(order: list[str], known: str) -> None:
    def seen(*names: str) -> list[Admission]:
        users = tuple(User(name, "s3cret-Word") for name in names)
        house = House(replace(SETTINGS, users=users))
        shapes = []
        for step, name in enumerate(order):
            shapes.append(shape(house.guest(name).guess()))
            house.clock.advance(0.25 if step % 2 else 0.0)
        return shapes

    assert seen(known) == seen("somebody-else")


def test_a_refusal_does_not_show_whether_a_guess_was_close(house: House) -> None:
    house.guesses(5)
    guest = house.guest()
    guest.challenged()
    close = re.sub('.", cnonce', '?", cnonce', guest.header())
    refusals = [shape(guest.look(header)) for header in (close, guest.header("wrong-one"), guest.header(response=""))]
    assert refusals == [refusals[0]] * 3
    assert refusals[0].status == 429


def test_a_nonce_that_was_proven_and_is_answered_wrongly_counts_like_any_other(house: House) -> None:
    guest = house.guest()
    assert guest.log_in().status == 200
    assert [guest.look(guest.header("wrong-one")).status for _ in range(6)] == [401] * 5 + [429]
    assert guest.look(guest.header()) == Admission(BMS)


def basic(house: House) -> str:
    del house
    return "Basic " + base64.b64encode(b"bms:s3cret-Word").decode()


def outdated(house: House) -> str:
    guest = house.guest()
    guest.challenged()
    header = guest.header("wrong-one")
    house.clock.advance(SETTINGS.nonce_lifetime + 1)
    return header


def answer(**changes: str) -> Callable[[House], str]:
    def make(house: House) -> str:
        guest = house.guest()
        guest.challenged()
        return guest.header("wrong-one", **changes)

    return make


NO_GUESSES = {
    "no login": lambda _: "",
    "Basic": basic,
    "Negotiate": lambda _: "Negotiate YIIB",
    "NTLM": lambda _: "NTLM TlRMTVNTUAAB",
    "Bearer": lambda _: "Bearer eyJhbGciOi",
    "no scheme at all": lambda _: "?",
    "an older realm": answer(realm="ews@SxWBM"),
    "an unsupported algorithm": answer(algorithm="SHA-512-256"),
    "auth-int": answer(qop="auth-int"),
    "another path": answer(uri="/bms/ews"),
    "a foreign nonce": answer(nonce="A" * 44),
    "an outdated nonce": outdated,
    "two names": answer(username="viewer"),
    "no digest's text": lambda _: 'Digest username="bms',
    "too long": lambda _: "Digest " + "x" * 5000,
    "no bytes of a header": answer(cnonce="€"),
}


@pytest.mark.parametrize("kind", NO_GUESSES)
def test_a_hundred_logins_that_prove_nothing_slow_nobody(house: House, kind: str) -> None:
    for _ in range(100):
        admission = house.guest().look(NO_GUESSES[kind](house))
        assert (admission.status, admission.judged_wrong, admission.delay) == (401, False, 0.0)
    assert house.slowed == []
    assert house.guesses(6) == [401] * 5 + [429]


@pytest.mark.parametrize("right", [False, True])
def test_an_outdated_nonce_does_not_show_whether_the_password_was_right(house: House, right: bool) -> None:
    guest = house.guest()
    guest.challenged()
    header = guest.header("" if right else "wrong-one")
    house.clock.advance(301)
    admission = guest.look(header)
    assert [value.endswith("stale=true") for _, value in admission.headers] == [True, True]


def test_a_user_who_begins_to_be_slowed_is_reported_once_at_each_address(house: House) -> None:
    house.guesses(4)
    assert house.slowed == []
    house.guesses(20)
    house.clock.advance(30)
    house.guesses(20)
    house.guesses(20, address=AWAY)
    assert house.slowed == [("bms", HOME), ("bms", AWAY)]


def test_names_of_nobody_are_reported_without_the_name_and_once_for_all_of_them(house: House) -> None:
    for name in ("s3cret-Word", "guest", "admin"):
        house.guesses(6, name)
    assert house.slowed == [("", HOME)]


def test_after_all_is_forgiven_a_slowed_user_is_reported_again(house: House) -> None:
    house.guesses(6)
    house.clock.advance(5 * 60)
    house.guesses(6)
    assert house.slowed == [("bms", HOME)] * 2


def test_only_so_many_names_and_addresses_are_remembered_those_judged_last(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guesses_module, "MAX_RECORDS", 4)
    for address in (HOME, AWAY, HOME):
        house.guesses(3, address=address)
    house.guesses(5, address="10.0.0.3")
    assert [house.guesses(1, address=address) for address in ("10.0.0.3", HOME, AWAY)] == [[429], [429], [401]]


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        (URI, 200),
        (f"{URI}?x=1", 200),
        (f"http://10.0.0.9:8093{URI}", 200),
        ("/EcoStruxure/Data%45xchange", 200),
        ("/bms/ews", 200),
        ("/bms/ews?x=1", 200),
        ("https://bms.example/bms/ews", 200),
        ("/bms", 401),
        ("/ecostruxure/DataExchange", 401),
        ("", 401),
    ],
)
def test_behind_a_proxy_a_digest_may_name_the_path_of_the_public_url_or_ours(uri: str, status: int) -> None:
    house = House(replace(SETTINGS, public_url="https://bms.example/bms/ews"))
    guest = house.guest()
    guest.challenged()
    assert guest.look(guest.header(uri=uri)).status == status


@pytest.mark.parametrize("uri", ["/", "https://bms.example", "https://bms.example/?x=1"])
def test_a_public_url_without_a_path_is_named_by_a_slash_or_nothing(uri: str) -> None:
    house = House(replace(SETTINGS, public_url="https://bms.example"))
    guest = house.guest()
    guest.challenged()
    assert guest.look(guest.header(uri=uri)).status == 200
