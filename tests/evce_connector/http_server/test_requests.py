"""Requests as they come over a socket: whole before anybody works on them, and one answer for each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_connector.http_server.messages import Cost

from tests.evce_connector.http_server.conftest import Echo, Served

Serve = Callable[..., Served]
CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n%s\r\n3\r\nabc\r\n0\r\n\r\n"


def test_a_connection_answers_one_request_after_the_other(serve: Serve) -> None:
    talk = serve().talk()
    for body in (b"one", b"", b"three"):
        talk.post(body)
        assert talk.hear() == (200, body)


def test_requests_sent_ahead_are_answered_in_their_order(serve: Serve) -> None:
    talk = serve().talk()
    for body in (b"one", b"two", b"three"):
        talk.post(body)
    assert [talk.hear()[1] for _ in range(3)] == [b"one", b"two", b"three"]


def test_a_request_in_pieces_of_one_byte_is_understood(serve: Serve) -> None:
    talk = serve().talk()
    for byte in CHUNKED % b"Authorization: me\r\n":
        talk.say(bytes([byte]))
    assert talk.hear() == (200, b"abc")


def test_after_a_refused_body_in_chunks_the_connection_goes_on(serve: Serve) -> None:
    talk = serve().talk()
    for _ in range(13):
        talk.say(CHUNKED % b"")
        assert talk.hear()[0] == 401
        talk.say(CHUNKED % b"Authorization: me\r\n")
        assert talk.hear() == (200, b"abc")


def test_empty_lines_between_requests_are_nothing(serve: Serve) -> None:
    talk = serve().talk()
    talk.say(b"\r\n\r\n")
    talk.post(b"x")
    assert talk.hear() == (200, b"x")


def test_a_request_sent_ahead_in_part_is_understood_wherever_it_was_cut(serve: Serve) -> None:
    ahead = b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: me\r\nContent-Length: 3\r\n\r\ntwo"
    for cut in range(1, len(ahead)):
        talk = serve().talk()
        talk.say(ahead.replace(b"two", b"one") + ahead[:cut])
        assert talk.hear() == (200, b"one")
        talk.say(ahead[cut:])
        assert talk.hear() == (200, b"two")


@pytest.mark.parametrize(
    "offer", [b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c", b"Connection: upgrade\r\nUpgrade: a"]
)
@pytest.mark.parametrize(
    "framing", [b"Content-Length: 3\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"]
)
def test_a_request_that_offers_another_protocol_is_read_like_others(serve: Serve, offer: bytes, framing: bytes) -> None:
    talk = serve().talk()
    talk.say(b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: me\r\n%s\r\n%s" % (offer, framing))
    assert talk.hear() == (200, b"abc")
    talk.post(b"next")
    assert talk.hear() == (200, b"next")


def test_a_client_that_waits_for_a_word_before_its_body_gets_it(serve: Serve) -> None:
    talk = serve().talk()
    talk.say(b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: me\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    while b"100 Continue\r\n\r\n" not in talk._received:
        assert talk._more()
    talk._received = b""
    talk.say(b"ok")
    assert talk.hear() == (200, b"ok")


def test_http_1_0_needs_no_host_and_ends_its_connection(serve: Serve) -> None:
    talk = serve().talk()
    talk.say(b"POST / HTTP/1.0\r\nAuthorization: me\r\nContent-Length: 1\r\n\r\nx")
    assert talk.hear() == (200, b"x")
    assert talk.is_over()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n folded: x\r\nHost: a\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: me\r\nContent-Length: 4001\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 65536, 431),
        (b"POST /" + b"x" * 65536, 431),
    ],
)
def test_what_is_no_proper_request_is_refused_once_and_ends_the_connection(
    serve: Serve, head: bytes, status: int
) -> None:
    talk = serve().talk()
    talk.say(head)
    assert talk.hear()[0] == status
    assert talk.is_over()
    assert not talk._received


def test_a_head_of_the_longest_allowed_length_is_taken_in_whatever_pieces_it_comes(serve: Serve) -> None:
    start = b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: me\r\nContent-Length: 1\r\nX: "
    whole = start + b"x" * (1000 - len(start)) + b"\r\n\r\ny"
    for piece in (1, 7, 999, 1000, 1001, 2000):
        talk = serve(head=1000).talk()
        for at in range(0, len(whole), piece):
            talk.say(whole[at : at + piece])
        assert talk.hear() == (200, b"y")


def test_a_body_longer_than_the_limit_is_answered_and_the_connection_goes_on(serve: Serve) -> None:
    talk = serve(Echo(max_body=100)).talk()
    talk.post(b"x" * 101)
    assert talk.hear()[0] == 413
    talk.post(b"x" * 100)
    assert talk.hear() == (200, b"x" * 100)


def test_a_body_in_chunks_without_end_is_cut_off(serve: Serve) -> None:
    talk = serve(Echo(max_body=100)).talk()
    talk.say(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        talk.say((b"ffff\r\n" + b"x" * 65535 + b"\r\n") * 1000)


def test_a_refused_request_s_body_is_thrown_away(serve: Serve) -> None:
    served = serve(Echo(max_body=100))
    talk = served.talk()
    talk.post(b"x" * 300, login=False)
    assert talk.hear()[0] == 401
    talk.post(b"after")
    assert talk.hear() == (200, b"after")
    assert served.application.bodies == [b"after"]


def test_headers_that_come_twice_are_joined_and_names_are_in_lower_case(serve: Serve) -> None:
    served = serve()
    talk = served.talk()
    talk.post(b"", b"X-A: 1", b"x-a: 2")
    talk.hear()
    (head,) = served.application.heads
    assert (head.header("x-a"), head.client, head.port) == ("1, 2", "127.0.0.1", served.server.port)


def test_a_client_that_has_gone_before_its_answer_hurts_nobody(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    served = serve()
    for _ in range(20):
        talk = served.talk()
        talk.post(b"x")
        talk.socket.close()
    talk = served.talk()
    talk.post(b"still there")
    assert talk.hear() == (200, b"still there")
    assert not caplog.records


@pytest.mark.parametrize("cost", list(Cost))
def test_an_error_of_the_application_is_one_answer_and_one_entry_of_the_log(
    serve: Serve, cost: Cost, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: bytes) -> bytes:
        raise ValueError("of our own")

    served = serve(Echo(cost=cost, answer=fail))
    talk = served.talk()
    talk.post(b"x")
    assert talk.hear() == (500, b"The server failed; its log says why.\n")
    assert talk.is_over()
    assert [record.getMessage() for record in caplog.records] == ["A request could not be answered"]
