"""Connections that stay with their thread between quick requests."""

from __future__ import annotations

import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from evce_connector import http_server
from evce_connector.http_server import QuietServer

LEFT = threading.Event()
"""Whether the client that asked for /slow has gone."""


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the body, or ok; /slow when nobody is there any more."""
    if environ["PATH_INFO"] == "/slow":
        LEFT.wait(10)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH", 0))) or b"ok"
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


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
        other.close()
        hurrying.join()
        quick.close()


def test_a_client_that_leaves_is_let_go(port: int) -> None:
    first = HTTPConnection("127.0.0.1", port, timeout=10)
    ask(first)
    first.close()
    second = HTTPConnection("127.0.0.1", port, timeout=10)
    assert ask(second) == b"ok"
    second.close()


def test_a_client_that_asks_whether_it_may_send_its_body_is_told_to(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client, client.makefile("rb") as answered:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert answered.readline() == b"HTTP/1.1 100 Continue\r\n"
        client.sendall(b"hello")
        assert b"200 OK" in b"".join(answered.readline() for _ in range(2))


def test_requests_sent_at_once_are_answered_in_their_order(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            b"".join(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabc%d" % count for count in range(9))
            + b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        answers = b"".join(iter(lambda: client.recv(65536), b""))
    assert re.findall(rb"\r\n\r\n(abc\d|ok)", answers) == [b"abc%d" % count for count in range(9)] + [b"ok"]


def test_what_is_no_http_is_refused_before_the_connection_ends(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"nonsense\r\n\r\n")
        assert b"".join(iter(lambda: client.recv(65536), b"")).startswith(b"HTTP/1.1 400")


def test_an_answer_that_nobody_takes_is_dropped_without_a_word(port: int, caplog: pytest.LogCaptureFixture) -> None:
    LEFT.clear()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
    LEFT.set()
    other = HTTPConnection("127.0.0.1", port, timeout=10)
    assert ask(other) == b"ok"
    other.close()
    assert not caplog.records
