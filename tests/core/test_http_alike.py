"""Whatever clients send, requests are understood as cheroot alone understands them: only faster when they repeat."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from cheroot.wsgi import Server
from evce_connector.http_server import QuietServer
from hypothesis import given, settings
from hypothesis import strategies as some

LINES = [
    b"Host: here", b"Accept: text/xml", b"accept: text/plain", b"Content-Length: 3", b"content-length:3",
    b"Content-Length: 0", b"Content-Length : 3", b"Content-Length: 3\r\n ", b"Content-Length: x", b"Content-Length: 99",
    b"Content-Length:", b"Authorization: one", b"Authorization:  two ", b"authorization: three", b"Authorization:",
    b"Authorization: four\r\n\tcontinued", b"\x0bAuthorization: five", b"X-Authorization: six", b"Connection: close",
    b"Connection: Keep-Alive", b"Content-Type: text/xml", b"no colon", b"X: bare\rreturn", b"X: bare\nnewline",
]  # fmt: skip
FIRST_LINES = [
    b"POST / HTTP/1.1", b"POST /?wsdl HTTP/1.1", b"GET /%41 HTTP/1.1", b"POST / HTTP/1.0", b"post / HTTP/1.1", b"POST",
]  # fmt: skip
CHANGING = re.compile(rb'"(REMOTE_PORT|SERVER_PORT|SERVER_NAME|SERVER_SOFTWARE)": "[^"]*"|Date: [^\r]*|timeout=\d+')

heads = some.tuples(
    some.sampled_from(FIRST_LINES[:1] * 8 + FIRST_LINES), some.lists(some.sampled_from(LINES), max_size=4)
)
requests = heads.map(lambda head: b"\r\n".join([head[0], *head[1], b"", b"abc"]))


def tell(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer what was understood."""
    body = environ["wsgi.input"].read()
    plain = {name: value for name, value in sorted(environ.items()) if isinstance(value, str)}
    answer = json.dumps({**plain, "body": body.decode("latin-1")}).encode()
    start_response("200 OK", [("Content-Length", str(len(answer))), ("Server", "one")])
    return [answer]


@contextmanager
def serving(kind: type[Server]) -> Iterator[tuple[str, int]]:
    """Serve on a free port."""
    server = kind(("127.0.0.1", 0), tell, numthreads=1, shutdown_timeout=1)
    server.max_request_body_size = 50
    server.error_log = lambda *_, **__: None
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server.bind_addr
    server.stop()
    thread.join()


@pytest.fixture(scope="module")
def places() -> Iterator[list[tuple[str, int]]]:
    """Serve with cheroot alone, and as the connector does."""
    with serving(Server) as alone, serving(QuietServer) as ours:
        yield [alone, ours]


def answered(place: tuple[str, int], sent: bytes) -> bytes:
    """Return all that is answered on one connection, without what no two answers share."""
    with socket.create_connection(place, timeout=10) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: client.recv(65536), b""))
    return CHANGING.sub(b"", received)


@settings(max_examples=300, deadline=None)
@given(some.lists(requests, min_size=1, max_size=3), some.integers(1, 3))
def test_a_connection_is_answered_as_by_cheroot_alone(
    places: list[tuple[str, int]], sequence: list[bytes], times: int
) -> None:
    sent = b"".join(request for request in sequence for _ in range(times))
    alone, ours = (answered(place, sent) for place in places)
    assert ours == alone
