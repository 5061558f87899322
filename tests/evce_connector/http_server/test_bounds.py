"""What clients may take of a server: time, connections, threads, memory."""

from __future__ import annotations

import gc
import logging
import select
import threading
from collections.abc import Callable

import pytest
from evce_connector.http_server.files import with_files_for
from evce_connector.http_server.messages import Cost, Limits

from features.driver.waiting import until
from tests.evce_connector.http_server.conftest import DEADLINE, Echo, Served

Serve = Callable[..., Served]
SOON = 0.2
"""Time-out in s that a test waits for."""


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        (b"POST / HTTP/1.1\r\nHo", {"head_time": SOON}),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx", {"body_time": SOON}),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx", {"rate_after": SOON}),
    ],
)
def test_a_request_that_does_not_arrive_in_time_is_told_so_and_ended(
    serve: Serve, said: bytes, limits: dict[str, float]
) -> None:
    talk = serve(**limits).talk()
    talk.say(said)
    assert talk.hear()[0] == 408
    assert talk.is_over()


def test_each_byte_of_a_head_gives_no_new_patience(serve: Serve) -> None:
    talk = serve(head_time=2 * SOON).talk()
    ended = threading.Event()

    def drip() -> None:
        for byte in b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 1000:
            if ended.wait(SOON / 4):
                return
            try:
                talk.say(bytes([byte]))
            except OSError:  # the server has ended the connection, and the answer is on its way
                return

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        assert talk.hear()[0] == 408
    finally:
        ended.set()
        dripping.join()


@pytest.mark.parametrize("login", [True, False])
def test_a_silent_connection_is_closed_after_its_time(serve: Serve, login: bool) -> None:
    talk = serve(**{"silence" if login else "silence_of_strangers": SOON}).talk()
    talk.post(b"x", login=login)
    assert talk.hear()[0] == (200 if login else 401)
    assert talk.is_over()


def test_who_has_logged_in_may_be_silent_for_longer_than_a_stranger(serve: Serve) -> None:
    served = serve(silence_of_strangers=SOON)
    known, stranger = served.talk(), served.talk()
    known.post(b"x")
    known.hear()
    stranger.post(b"x", login=False)
    stranger.hear()
    assert stranger.is_over()
    known.post(b"y")
    assert known.hear() == (200, b"y")


def test_of_too_many_strangers_of_an_address_the_oldest_makes_room(serve: Serve) -> None:
    served = serve(strangers=3)
    known = served.talk()
    known.post(b"x")
    known.hear()
    first, *others = [served.talk() for _ in range(4)]
    assert first.is_over()
    for talk in (known, *others[-2:]):
        talk.post(b"y")
        assert talk.hear() == (200, b"y")


def test_of_too_many_connections_in_all_a_stranger_goes_before_who_has_logged_in(serve: Serve) -> None:
    served = serve(connections=3)
    known = [served.talk() for _ in range(2)]
    for talk in known:
        talk.post(b"x")
        talk.hear()
    stranger = served.talk()
    new = served.talk()
    assert stranger.is_over()
    for talk in (*known, new):
        talk.post(b"y")
        assert talk.hear() == (200, b"y")


def test_of_too_many_connections_that_logged_in_the_one_that_asked_longest_ago_goes(serve: Serve) -> None:
    served = serve(connections=2)
    first, second = (served.talk() for _ in range(2))
    for talk in (first, second, first):
        talk.post(b"x")
        talk.hear()
    served.talk()
    assert second.is_over()
    first.post(b"y")
    assert first.hear() == (200, b"y")


def test_of_too_many_connections_that_logged_in_one_that_is_being_answered_goes_last(serve: Serve) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def answer(body: bytes) -> bytes:
        begun.set()
        assert goes_on.wait(DEADLINE)
        return body

    served = serve(Echo(cost=Cost.USUAL, answer=answer), connections=2)
    busy, idle = served.talk(), served.talk()
    busy.post(b"busy")
    assert begun.wait(DEADLINE)
    served.application.cost, served.application.answer = Cost.QUICK, bytes
    idle.post(b"idle")
    assert idle.hear() == (200, b"idle")
    served.talk()
    assert idle.is_over()
    goes_on.set()
    assert busy.hear() == (200, b"busy")


def test_there_are_no_more_connections_than_files_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource", reason="Windows sets no limit to open files")
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 300))
    assert with_files_for(Limits(connections=1000)).connections == (300 - 128) // 2
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 4096))
    assert with_files_for(Limits(connections=1000)).connections == 1000
    assert set_to == [(300, 300), (2128, 4096)]


def test_what_happens_often_is_one_line_of_the_log(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    served = serve(strangers=1)
    talks = [served.talk() for _ in range(50)]
    assert all(talk.is_over() for talk in talks[:-1])
    served.server.stop()
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) <= 1


def test_when_enough_large_answers_wait_for_their_turn_the_next_is_told_so(serve: Serve) -> None:
    goes_on, begun = threading.Event(), threading.Event()

    def wait(_: bytes) -> bytes:
        begun.set()
        goes_on.wait(DEADLINE)
        return b"done"

    served = serve(Echo(cost=Cost.LARGE, answer=wait), waiting=1)
    made, *others = [served.talk() for _ in range(3)]
    try:
        made.post()
        assert begun.wait(DEADLINE)
        for talk in others:
            talk.post()
        readable, _, _ = select.select([talk.socket for talk in others], [], [], DEADLINE)
        refused = [talk for talk in others if talk.socket in readable]
        said = [talk.hear() for talk in refused]
    finally:
        goes_on.set()
    assert [(status, b"wait for their turn" in why) for status, why in said] == [(503, True)]
    assert [talk.hear() for talk in (made, *others) if talk not in refused] == [(200, b"done")] * 2


def test_when_all_threads_work_and_enough_wait_the_next_is_told_so(serve: Serve) -> None:
    goes_on, begun = threading.Event(), threading.Semaphore(0)

    def wait(_: bytes) -> bytes:
        begun.release()
        goes_on.wait(DEADLINE)
        return b"done"

    served = serve(Echo(cost=Cost.USUAL, answer=wait), threads=1, waiting=1)
    talks = [served.talk() for _ in range(3)]
    try:
        talks[0].post()
        assert begun.acquire(timeout=DEADLINE)
        talks[1].post()
        until(served.server.trouble, "the second request waits for a thread")
        talks[2].post()
        status, why = talks[2].hear()
        assert (status, b"try again later" in why) == (503, True)
        assert "refuses others" in served.server.trouble()
    finally:
        goes_on.set()
    assert [talk.hear() for talk in talks[:2]] == [(200, b"done")] * 2
    assert served.server.trouble() == ""


def test_a_slow_answer_on_a_thread_holds_up_no_quick_one(serve: Serve) -> None:
    goes_on = threading.Event()
    application = Echo(cost=Cost.USUAL, answer=lambda body: body if goes_on.wait(DEADLINE) else b"late")
    served = serve(application, threads=1)
    slow, quick = served.talk(), served.talk()
    slow.post(b"slow")
    until(lambda: application.bodies, "the slow request is worked on")
    application.cost, application.answer = Cost.QUICK, bytes
    quick.post(b"quick")
    assert quick.hear() == (200, b"quick")
    goes_on.set()
    assert slow.hear() == (200, b"slow")


LARGE = 8 * 1024 * 1024


@pytest.mark.parametrize("cost", list(Cost))
def test_an_answer_that_nobody_takes_is_given_up(serve: Serve, cost: Cost, caplog: pytest.LogCaptureFixture) -> None:
    served = serve(Echo(cost=cost, answer=lambda _: bytes(LARGE)), taking_time=SOON)
    talk = served.talk()
    talk.post()
    assert talk.socket.recv(1) == b"H"
    until(lambda: "not taken" in caplog.text, "the server gives up")
    received = 0
    try:
        while piece := talk.socket.recv(LARGE):
            received += len(piece)
    except ConnectionError:
        pass
    assert received < LARGE


def test_large_answers_that_wait_for_their_clients_are_bounded_in_all(serve: Serve) -> None:
    served = serve(Echo(cost=Cost.LARGE, answer=lambda _: bytes(LARGE)), large_answers=LARGE, taking_time=2 * SOON)
    idle, hungry = served.talk(), served.talk()
    idle.post()
    assert idle.socket.recv(1) == b"H"
    hungry.post()
    status, why = hungry.hear()
    assert status in (200, 503)
    if status == 503:
        assert b"8 MB of large answers" in why
    hungry.post()
    assert hungry.hear() == (200, bytes(LARGE))


def test_a_refusal_can_be_kept_back_without_a_thread(serve: Serve) -> None:
    served = serve(Echo(delay=SOON), threads=1)
    refused = [served.talk() for _ in range(20)]
    for talk in refused:
        talk.post(login=False)
    known = served.talk()
    known.post(b"x")
    assert known.hear() == (200, b"x")
    assert [talk.hear()[0] for talk in refused] == [401] * 20


def test_stopping_lets_a_running_answer_end(serve: Serve) -> None:
    begun, stops = threading.Event(), threading.Event()

    def answer(body: bytes) -> bytes:
        begun.set()
        assert stops.wait(DEADLINE)
        return body

    served = serve(Echo(cost=Cost.USUAL, answer=answer))
    silent, talk = served.talk(), served.talk()
    stopping = threading.Thread(target=served.server.stop)
    talk.post(b"last")
    assert begun.wait(DEADLINE)
    stopping.start()
    assert silent.is_over()
    stops.set()
    assert talk.hear() == (200, b"last")
    stopping.join(DEADLINE)


def test_stopping_while_clients_come_leaves_no_socket_behind(serve: Serve) -> None:
    for _ in range(20):
        served = serve()
        coming = [served.talk() for _ in range(20)]
        served.server.stop()
        assert all(talk.is_over() for talk in coming)
    gc.collect()  # a socket that nobody closed makes a warning, which is an error here


def test_what_is_put_off_is_bounded_with_the_requests_and_said_when_it_is_left_undone(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    goes_on, done = threading.Event(), threading.Semaphore(0)
    served = serve(threads=1, waiting=1)

    def work() -> None:
        goes_on.wait(DEADLINE)
        done.release()

    for _ in range(3):
        served.server.later(work)
    until(lambda: "left undone" in caplog.text, "the third is left undone")
    goes_on.set()
    assert [done.acquire(timeout=DEADLINE) for _ in range(2)] == [True, True]
    assert not done.acquire(blocking=False)
