"""Connections that stay with their thread between quick requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from evce_connector import http_server
from evce_connector.http_server import QuietServer


def answer(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def port() -> Iterator[int]:
    """Serve with a single thread."""
    server = QuietServer(("127.0.0.1", 0), answer, numthreads=1, shutdown_timeout=1)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server.bind_addr[1]
    server.stop()
    thread.join()


def ask(connection: HTTPConnection) -> bytes:
    connection.request("GET", "/")
    return connection.getresponse().read()


def test_a_kept_connection_is_answered_again_and_again(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    assert [ask(connection) for _ in range(50)] == [b"ok"] * 50
    connection.close()


def test_a_quick_client_does_not_keep_the_only_thread_from_another(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "_NEXT", 5.0)
    quick, other = (HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(2))
    done = threading.Event()

    def hurry() -> None:
        for _ in range(3_000):
            if done.is_set():
                break
            ask(quick)

    hurrying = threading.Thread(target=hurry)
    hurrying.start()
    try:
        assert ask(other) == b"ok"
        assert hurrying.is_alive()
    finally:
        done.set()
        hurrying.join()
        quick.close()
        other.close()


def test_a_client_that_leaves_is_let_go(port: int) -> None:
    first = HTTPConnection("127.0.0.1", port, timeout=10)
    ask(first)
    first.close()
    second = HTTPConnection("127.0.0.1", port, timeout=10)
    assert ask(second) == b"ok"
    second.close()
