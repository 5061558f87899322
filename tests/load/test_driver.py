"""The lean client logs in by digest as the connector's own server wants it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import RemoteDisconnected

import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.access.digest import Digest
from evce_connector.ews.settings import EwsSettings, Role, User

from load.driver import Answer, DigestLogin, EwsDriver

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


@contextmanager
def serving(*requests_by_connection: int) -> Iterator[str]:
    """Serve so many requests on each connection in turn, then close it without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for requests in requests_by_connection:
                connection, _ = listening.accept()
                with connection, connection.makefile("rb") as asked:
                    for _ in range(requests):
                        while asked.readline() != b"\r\n":
                            pass
                        asked.read(4)
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    if not requests:
                        asked.readline()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
        thread.join()


def test_a_kept_connection_that_was_closed_meanwhile_is_made_anew_and_counted() -> None:
    with serving(1, 1) as address, EwsDriver(address) as driver:
        assert [driver.send(b"body") for _ in range(2)] == [Answer(200, b"ok")] * 2
        assert driver.reconnects == 1


def test_a_new_connection_that_is_closed_is_a_failure() -> None:
    with serving(0) as address, EwsDriver(address) as driver:
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            driver.send(b"body")
        assert driver.reconnects == 0


def test_it_is_sent_again_once_only() -> None:
    with serving(1, 0) as address, EwsDriver(address) as driver:
        driver.send(b"body")
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            driver.send(b"body")
