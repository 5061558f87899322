"""The lean client logs in by digest as the connector's own server wants it."""

from __future__ import annotations

import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.digest import Digest
from evce_connector.ews.settings import EwsSettings, Role, User

from load.driver import DigestLogin

PATH = "/EcoStruxure/DataExchange"
USER = User("ebo", "s3cret-Word", Role.WRITER)


def server(*algorithms: str) -> Digest:
    settings = EwsSettings(
        address=f"http://127.0.0.1:8093{PATH}", users=(USER,), algorithms=algorithms, realm="", server_name="EVCE"
    )
    return Digest(settings, ManualClock())


@pytest.mark.parametrize("algorithms", [("MD5", "SHA-256"), ("SHA-256",)])
def test_it_is_let_in_with_each_request_of_a_session(algorithms: tuple[str, ...]) -> None:
    digest, login = server(*algorithms), DigestLogin("ebo", "s3cret-Word", PATH)
    assert login.header() == ""
    assert login.follow(digest.challenges())
    assert login.algorithm == algorithms[0]
    assert [digest.check(login.header(), "POST", PATH).user for _ in range(3)] == [USER] * 3


def test_it_stays_out_with_a_wrong_password() -> None:
    digest, login = server("MD5"), DigestLogin("ebo", "wrong", PATH)
    login.follow(digest.challenges())
    assert digest.check(login.header(), "POST", PATH).wrong


def test_it_follows_no_challenge_that_it_does_not_know() -> None:
    login = DigestLogin("ebo", "x", PATH)
    assert not login.follow(['Digest realm="", algorithm=SHA-512-256, nonce="n"', 'Basic realm=""'])
    assert login.header() == ""
