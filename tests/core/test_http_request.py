"""Requests that resemble the one before on their connection: each is understood as if it were the first."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from cheroot.server import HTTPRequest
from evce_connector.http_server import QuietServer

HEAD = b"POST /path?query HTTP/1.1\r\nHost: here\r\nAccept: text/xml\r\n"
FIRST = HEAD + b"Content-Length: 3\r\nAuthorization: Digest one\r\n\r\nabc"


def tell(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer what was understood, and leave a mark in the environment."""
    length = None if environ["wsgi.input_terminated"] else int(environ.get("CONTENT_LENGTH", 0))
    body = environ["wsgi.input"].read(length)
    plain = {name: value for name, value in environ.items() if isinstance(value, str)}
    answer = json.dumps({**plain, "body": body.decode("latin-1")}).encode()
    environ["mark"] = "of a request before"
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the methods and paths of the heads that cheroot parsed line by line."""
    seen: list[bytes] = []
    parse = HTTPRequest.read_request_headers

    def watched(self: HTTPRequest) -> bool:
        seen.append(self.method + b" " + self.uri)
        return bool(parse(self))

    monkeypatch.setattr(HTTPRequest, "read_request_headers", watched)
    return seen


@pytest.fixture
def client(parsed: list[bytes]) -> Iterator[socket.socket]:
    """Return a connection to a server that tells what it understood."""
    assert parsed == []
    server = QuietServer(("127.0.0.1", 0), tell, numthreads=1, shutdown_timeout=1)
    server.max_request_body_size = 100
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    with socket.create_connection(server.bind_addr, timeout=10) as connection:
        yield connection
    server.stop()
    thread.join()


def ask(client: socket.socket, request: bytes) -> dict[str, str]:
    """Send a request; returns what was understood."""
    client.sendall(request)
    with client.makefile("rb") as answer:
        assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
        headers = dict(field.split(b": ", 1) for field in iter(answer.readline, b"\r\n"))
        understood: dict[str, str] = json.loads(answer.read(int(headers[b"Content-Length"])))
    return understood


def test_a_familiar_head_is_not_parsed_again(client: socket.socket, parsed: list[bytes]) -> None:
    for _ in range(3):
        ask(client, FIRST)
    assert parsed == [b"POST /path?query"]


def test_another_length_and_login_are_noticed(client: socket.socket, parsed: list[bytes]) -> None:
    first = ask(client, FIRST)
    second = ask(client, HEAD + b"Content-Length: 5\r\nAuthorization:  Digest two \r\n\r\nvwxyz")
    assert parsed == [b"POST /path?query"]
    assert second == {**first, "CONTENT_LENGTH": "5", "HTTP_AUTHORIZATION": "Digest two", "body": "vwxyz"}
    assert "mark" not in second


def test_a_login_or_a_body_that_is_not_there_is_not_the_one_before(client: socket.socket, parsed: list[bytes]) -> None:
    ask(client, FIRST)
    bare = ask(client, HEAD + b"\r\n")
    assert parsed == [b"POST /path?query"]
    assert "HTTP_AUTHORIZATION" not in bare
    assert "CONTENT_LENGTH" not in bare
    assert bare["body"] == ""


def test_the_last_of_two_lengths_holds_as_in_a_head_that_is_parsed(client: socket.socket, parsed: list[bytes]) -> None:
    twice = HEAD + b"Content-Length: 1\r\nContent-Length: 3\r\nAuthorization: Digest one\r\n\r\nabc"
    first, familiar = ask(client, twice), ask(client, twice)
    assert parsed == [b"POST /path?query"]
    assert first == familiar
    assert first["body"] == "abc"


@pytest.mark.parametrize(
    ("head", "name", "value"),
    [
        (HEAD.replace(b"path", b"other"), "PATH_INFO", "/other"),
        (HEAD.replace(b"query", b"wsdl"), "QUERY_STRING", "wsdl"),
        (HEAD.replace(b"POST", b"PUT"), "REQUEST_METHOD", "PUT"),
        (HEAD.replace(b"Host: here", b"Host: there"), "HTTP_HOST", "there"),
        (HEAD + b"X-New: 1\r\n", "HTTP_X_NEW", "1"),
        (HEAD.replace(b"1.1", b"1.0") + b"Connection: Keep-Alive\r\n", "SERVER_PROTOCOL", "HTTP/1.0"),
    ],
)
def test_what_differs_elsewhere_is_read_anew(client: socket.socket, head: bytes, name: str, value: str) -> None:
    ask(client, FIRST)
    other = head + b"Content-Length: 3\r\n\r\nabc"
    assert ask(client, other)[name] == value
    assert ask(client, FIRST) == ask(client, FIRST)
    assert ask(client, other)[name] == value


@pytest.mark.parametrize(
    ("length", "line"),
    [(b"x", "HTTP/1.1 400 Bad Request"), (b"101", "HTTP/1.1 413 Request Entity Too Large")],
)
def test_a_length_that_is_none_or_too_much_is_left_to_cheroot(
    client: socket.socket, parsed: list[bytes], length: bytes, line: str
) -> None:
    ask(client, FIRST)
    client.sendall(FIRST.replace(b"Length: 3", b"Length: " + length))
    with client.makefile("rb") as answer:
        assert answer.readline().decode().strip().startswith(line)
    assert len(parsed) == 2


@pytest.mark.parametrize(
    "line", [b"Authorization: Digest\r\n  more", b"Content-Length : 3", b"\vAuthorization: Digest"]
)
def test_a_head_of_odd_lines_is_parsed_each_time(client: socket.socket, parsed: list[bytes], line: bytes) -> None:
    odd = HEAD + line + (b"" if b"Length" in line else b"\r\nContent-Length: 3") + b"\r\n\r\nabc"
    assert ask(client, odd) == ask(client, odd)
    assert len(parsed) == 2


def test_each_client_that_waits_for_a_word_gets_it(client: socket.socket) -> None:
    for _ in range(2):
        client.sendall(HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert ask(client, b"abc")["body"] == "abc"


def test_a_body_in_chunks_is_read_to_its_end_each_time(client: socket.socket) -> None:
    ask(client, HEAD + b"\r\n")
    for _ in range(2):
        chunked = ask(client, HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        assert chunked["body"] == "abc"


def test_a_head_without_end_is_refused(client: socket.socket) -> None:
    client.sendall(b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n")
    with client.makefile("rb") as answer:
        assert answer.readline().startswith(b"HTTP/1.1 413 ")
