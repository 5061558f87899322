"""Refused logins are in the log: one line an address and minute, with how many it leaves out."""

from __future__ import annotations

import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.access import refusals
from evce_connector.ews.access.refusals import PAUSE, Refusals, named
from evce_connector.ews.server import EwsServer
from evce_connector.ews.settings import User

from tests.evce_connector.ews.conftest import WRITER, Wire

HOME, AWAY = "10.0.0.1", "10.0.0.66"


@pytest.fixture
def told(clock: ManualClock) -> Refusals:
    return Refusals(clock)


def test_a_minute_of_an_address_is_one_line(told: Refusals, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(4):
        told.note(HOME, "refused at home")
    told.note(AWAY, "refused away")
    told.turn()
    assert caplog.messages == ["refused at home", "refused away"]


@pytest.mark.parametrize(("more", "words"), [(1, "1 more EWS login"), (3, "3 more EWS logins")])
def test_after_the_minute_the_log_says_how_many_there_were_more(
    told: Refusals, clock: ManualClock, caplog: pytest.LogCaptureFixture, more: int, words: str
) -> None:
    for _ in range(1 + more):
        told.note(HOME, "refused")
    clock.advance(PAUSE)
    told.turn()
    told.turn()
    assert caplog.messages == ["refused", f"{words} from {HOME} were refused within a minute of the last such line"]


def test_a_lonely_refusal_says_nothing_more(
    told: Refusals, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    told.note(HOME, "refused")
    clock.advance(PAUSE)
    told.turn()
    told.note(HOME, "refused again")
    assert caplog.messages == ["refused", "refused again"]


def test_of_many_addresses_the_one_heard_of_longest_ago_is_forgotten(
    told: Refusals, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "_ADDRESSES", 2)
    for number in range(4):
        told.note(f"10.0.0.{number}", "refused")
    assert len(told._minutes) == 2
    assert len(caplog.messages) == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (b"ebo", "user 'ebo', whom this server does not know"),
        ("Bär".encode(), "user 'Bär', whom this server does not know"),
        ("Bär".encode("latin-1"), "user 'Bär', whom this server does not know"),
        (b"a\nWARNING all is well", r"user 'a\nWARNING all is well', whom this server does not know"),
        (b"x" * 65, "a user whose name has 65 characters"),
    ],
)
def test_a_name_is_told_as_it_was_written_and_cannot_be_a_line_of_its_own(name: bytes, words: str) -> None:
    assert named(name, known=False) == words


def test_a_wrong_password_is_told_with_user_and_address(server: EwsServer, caplog: pytest.LogCaptureFixture) -> None:
    Wire(server, User(WRITER.name, "not-this-one")).post(b"x")
    (line,) = caplog.messages
    assert line == f"An EWS login from {server.requests[-1].client} is refused: the login of user 'ebo' is wrong"


def test_another_way_to_log_in_is_told_without_what_it_sent(
    server: EwsServer, caplog: pytest.LogCaptureFixture
) -> None:
    wire = Wire(server)
    wire.session.auth = (WRITER.name, WRITER.password)
    assert wire.post(b"x").status_code == 401
    (line,) = caplog.messages
    assert "is refused: it is no login by HTTP Digest" in line
    assert WRITER.name not in line


def test_who_only_asks_how_to_log_in_is_not_told(server: EwsServer, caplog: pytest.LogCaptureFixture) -> None:
    Wire(server).post(b"x")
    assert caplog.messages == []


def test_that_logins_are_slowed_is_a_line_of_its_own(server: EwsServer, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(7):
        Wire(server, User(WRITER.name, "not-this-one")).post(b"x")
    first, second = caplog.messages
    assert "is refused" in first
    assert second.startswith("EWS login: Wrong logins of user 'ebo' from ")
