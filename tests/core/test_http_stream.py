"""What a client sends is read as it comes, and what it is answered leaves in one piece."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from evce_connector import http_stream
from evce_connector.http_stream import ClientStream

Pair = tuple[ClientStream, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Return a stream, and the client's end of its connection."""
    ours, client = socket.socketpair()
    with ours, client:
        client.settimeout(5.0)
        stream = ClientStream(ours, 5.0)
        yield stream, client
        stream.close()


def test_lines_and_the_body_after_them_are_read_one_after_the_other(pair: Pair) -> None:
    stream, client = pair
    client.sendall(b"POST /\r\nHost: x\r\n\r\nbody")
    assert [stream.readline() for _ in range(3)] == [b"POST /\r\n", b"Host: x\r\n", b"\r\n"]
    assert stream.has_data()
    assert stream.read(4) == b"body"
    assert not stream.has_data()


def test_a_head_is_shown_and_can_still_be_read(pair: Pair) -> None:
    stream, client = pair
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nbody")
    assert stream.head(100) == b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert stream.readline() == b"GET / HTTP/1.1\r\n"


@pytest.mark.parametrize(
    "sent", [b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\n" + 9 * b"Host: x\r\n" + b"\r\n"]
)
def test_a_head_that_has_not_come_whole_or_is_long_is_not_shown(pair: Pair, sent: bytes) -> None:
    stream, client = pair
    client.sendall(sent)
    assert stream.head(60) == b""
    assert stream.readline() == b"GET / HTTP/1.1\r\n"


def test_a_line_is_read_in_pieces_of_the_size_asked_for(pair: Pair) -> None:
    stream, client = pair
    client.sendall(b"abcdef\n")
    assert [stream.readline(4), stream.readline(4), stream.has_data()] == [b"abcd", b"ef\n", False]


def test_a_line_that_comes_in_parts_is_put_together(pair: Pair) -> None:
    stream, client = pair
    client.sendall(b"ab")
    assert stream.comes(5.0)
    client.sendall(b"c\nd")
    assert (stream.readline(), stream.read(1)) == (b"abc\n", b"d")


def test_a_line_without_end_is_not_kept_without_limit(pair: Pair) -> None:
    stream, client = pair
    client.sendall(b"1" * 20_000)
    assert len(stream.readline()) == 8 * 1024


def test_a_body_of_many_packets_is_read_whole(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_stream, "_PIECE", 1_000)
    stream, client = pair
    client.sendall(b"abc" * 5_000 + b"next")
    assert stream.read(15_000) == b"abc" * 5_000
    assert stream.read(4) == b"next"


def test_what_a_client_left_unfinished_is_returned_as_far_as_it_came(pair: Pair) -> None:
    stream, client = pair
    client.sendall(b"one\ntwo")
    client.shutdown(socket.SHUT_WR)
    assert [stream.readline(), stream.readline(), stream.readline(), stream.read(5)] == [b"one\n", b"two", b"", b""]


def test_an_answer_leaves_in_one_piece(pair: Pair) -> None:
    stream, client = pair
    assert stream.write(b"head") == 4
    stream.write(b"body")
    client.setblocking(False)
    with pytest.raises(BlockingIOError):
        client.recv(1)
    stream.flush()
    assert client.recv(100) == b"headbody"


def test_an_answer_is_sent_before_the_next_words_of_the_client_are_waited_for(pair: Pair) -> None:
    stream, client = pair
    stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert not stream.comes(0.001)
    assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_what_is_large_is_sent_at_once_after_what_was_kept_back(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_stream, "_PIECE", 5)
    stream, client = pair
    stream.write(b"head ")
    assert stream.write(b"a large body") == 12
    assert client.recv(5, socket.MSG_WAITALL) == b"head "
    assert client.recv(12, socket.MSG_WAITALL) == b"a large body"


def test_nothing_comes_from_a_silent_client_and_later_it_is_read_with_the_usual_patience(pair: Pair) -> None:
    stream, client = pair
    assert not stream.comes(0.001)
    client.sendall(b"a")
    assert stream.read(1) == b"a"


def test_the_end_of_a_connection_comes_like_a_request(pair: Pair) -> None:
    stream, client = pair
    client.close()
    assert stream.comes(5.0)
    assert stream.readline() == b""


def reset(client: socket.socket) -> None:
    """Close a connection so that the other end learns of it by an error."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
    client.close()


def test_a_connection_that_the_client_reset_ends_like_any_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    with ours:
        reset(client)
        stream = ClientStream(ours, 5.0)
        assert stream.comes(5.0)
        with pytest.raises(ConnectionResetError):
            stream.readline()
        stream.close()


def test_a_closed_stream_sends_nothing_more(pair: Pair) -> None:
    stream, client = pair
    stream.write(b"answer")
    stream.close()
    stream.flush()
    client.setblocking(False)
    with pytest.raises(BlockingIOError):
        client.recv(1)


def test_a_client_that_takes_nothing_is_waited_for_as_long_as_patience_lasts() -> None:
    ours, client = socket.socketpair()
    with ours, client:
        stream = ClientStream(ours, 0.05)
        with pytest.raises(TimeoutError):
            stream.write(b"x" * 20_000_000)
        stream.close()


def test_a_client_that_says_nothing_is_waited_for_as_long_as_patience_lasts() -> None:
    ours, client = socket.socketpair()
    with ours, client:
        stream = ClientStream(ours, 0.05)
        with pytest.raises(TimeoutError):
            stream.readline()
        stream.close()


def test_an_answer_larger_than_the_client_takes_at_once_comes_whole(pair: Pair) -> None:
    stream, client = pair
    body = bytes(range(256)) * 20_000
    taken: list[bytes] = []

    def take() -> None:
        while sum(map(len, taken)) < len(body):
            taken.append(client.recv(65536))

    taker = threading.Thread(target=take)
    taker.start()
    stream.write(body)
    taker.join()
    assert b"".join(taken) == body


def test_what_tls_has_decrypted_already_is_there_to_read(pair: Pair) -> None:
    stream, _ = pair
    stream._decrypted = lambda: 5
    assert stream.has_data()
