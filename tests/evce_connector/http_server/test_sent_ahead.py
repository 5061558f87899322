"""What a client sends before it has an answer, or beside its request: bounded, and never taken for something else."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from evce_connector.http_server import server
from evce_connector.http_server.loops import new_loop
from evce_connector.http_server.messages import Cost
from evce_connector.http_server.parser import MOST_AHEAD, MOST_FIELDS

from features.driver.waiting import until
from tests.evce_connector.http_server.conftest import DEADLINE, Echo, Served

Serve = Callable[..., Served]
CHUNKS = b"POST / HTTP/1.1\r\nHost: a\r\n%sTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n%s\r\n\r\n"
SMALL = 60_000
LONGER_THAN_HEADS = 100_000
OFFER = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n"
PLAIN = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(params=[new_loop, asyncio.new_event_loop], ids=["usual loop", "asyncio's loop"], autouse=True)
def _loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "new_loop", request.param)


class Held:
    """An application whose answers wait for the test."""

    def __init__(self, serve: Serve) -> None:
        self._goes_on, begun = threading.Event(), threading.Event()

        def answer(body: bytes) -> bytes:
            begun.set()
            assert self._goes_on.wait(DEADLINE)
            return body

        self.application = Echo(max_body=1_000_000, cost=Cost.USUAL, answer=answer)
        self.served = serve(self.application)
        self.talk = self.served.talk()
        self.talk.post(b"one")
        assert begun.wait(DEADLINE)

    def go_on(self) -> None:
        self._goes_on.set()

    def let_others_have_a_turn(self) -> None:
        """Wait until the server has taken in what it takes in for now."""
        for _ in range(2):
            other = self.served.talk()
            other.post(login=False)
            assert other.hear()[0] == 401


@pytest.mark.parametrize(
    ("field", "trailer", "status"), [(b"", b"Authorization: me", 401), (b"Authorization: me\r\n", b"Host: b", 200)]
)
def test_a_trailer_is_no_field_of_the_head(serve: Serve, field: bytes, trailer: bytes, status: int) -> None:
    talk = serve().talk()
    talk.say(CHUNKS % (field, trailer))
    assert talk.hear()[0] == status


def test_a_head_of_too_many_fields_is_told_so(serve: Serve) -> None:
    talk = serve().talk()
    talk.post(b"x", *[b"X: y"] * (MOST_FIELDS - 3))
    assert talk.hear() == (200, b"x")
    talk.post(b"x", *[b"X: y"] * (MOST_FIELDS - 2))
    assert talk.hear()[0] == 431
    assert talk.is_over()


@pytest.mark.parametrize("request_", [PLAIN, OFFER])
def test_of_too_many_requests_sent_ahead_the_first_are_answered_and_the_connection_ends(
    serve: Serve, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    held = Held(serve)
    held.talk.say(request_ * 2000)
    held.go_on()
    assert held.talk.hear() == (200, b"one")
    assert [held.talk.hear()[0] for _ in range(MOST_AHEAD)] == [401] * MOST_AHEAD
    assert held.talk.hear()[0] == 429
    assert held.talk.is_over()
    assert not caplog.records


def test_nonsense_sent_ahead_is_refused_after_the_answer_to_the_request_before_it(serve: Serve) -> None:
    held = Held(serve)
    held.talk.post(b"two")
    held.talk.say(b"nonsense\r\n\r\n")
    held.go_on()
    assert [held.talk.hear() for _ in range(2)] == [(200, b"one"), (200, b"two")]
    assert held.talk.hear()[0] == 400
    assert held.talk.is_over()


def test_a_body_of_nonsense_sent_ahead_is_refused_after_the_answer_to_the_request_before_it(serve: Serve) -> None:
    held = Held(serve)
    held.talk.say(CHUNKS.replace(b"3\r\n", b"x\r\n") % (b"Authorization: me\r\n", b""))
    held.go_on()
    assert held.talk.hear() == (200, b"one")
    assert held.talk.hear()[0] == 400
    assert held.talk.is_over()
    assert held.application.bodies == [b"one"]


def test_a_long_body_sent_ahead_is_no_long_head(serve: Serve) -> None:
    held = Held(serve)
    body = bytes(LONGER_THAN_HEADS)
    held.talk.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * len(body))
    held.talk.say(b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: me\r\nContent-Length: %d\r\n\r\n" % len(body))
    held.let_others_have_a_turn()
    held.talk.say(body)
    held.go_on()
    assert held.talk.hear() == (200, b"one")
    assert held.talk.hear() == (200, body)


def test_who_has_closed_one_side_still_gets_the_answers_to_what_was_asked(serve: Serve) -> None:
    held = Held(serve)
    held.talk.post(b"two")
    held.talk.socket.shutdown(socket.SHUT_WR)
    held.go_on()
    assert [held.talk.hear() for _ in range(2)] == [(200, b"one"), (200, b"two")]
    assert held.talk.is_over()


def _leave_answers(serve: Serve, caplog: pytest.LogCaptureFixture) -> Served:
    """Ask again and again without taking an answer, until the server gives up."""
    application = Echo(answer=lambda _: bytes(SMALL))
    served = serve(application, taking_time=0.2)
    talk, asked = served.talk(), 0

    def is_given_up() -> bool:
        nonlocal asked
        with suppress(ConnectionError):
            while asked < len(application.bodies) + MOST_AHEAD // 2:
                talk.post()
                asked += 1
        return "not taken" in caplog.text

    until(is_given_up, "the server gives up")
    return served


def test_small_answers_that_nobody_takes_are_given_up(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    served = _leave_answers(serve, caplog)
    assert len(served.application.bodies) > MOST_AHEAD


def test_a_client_that_is_given_up_while_its_requests_wait_is_no_error_of_the_server(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    _leave_answers(serve, caplog).server.stop()
    assert "could not be answered" not in caplog.text
