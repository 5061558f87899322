"""Controllers that close a connection they said they would keep: a GET goes out once more, a write never twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceCutError, EvceUnreachableError
from evce_connector.evce.profile import Profile
from evce_simulator import EvceSimulator

MakeClient = Callable[..., EvceClient]
Answers = Callable[[int, str], bool]
"""Whether the n-th request of a connection (from 1) with a method is answered, or has its connection closed."""


class Closing:
    """A controller that says keep-alive and closes when it likes; `seen` is what it was asked, `addresses` by whom."""

    def __init__(self, answers: Answers) -> None:
        self.seen: list[str] = []
        self.connections: list[int] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(answers))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api/v2"

    def _handler(self, answers: Answers) -> type[BaseHTTPRequestHandler]:
        controller = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            requests = 0

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.requests += 1
                controller.seen.append(f"{self.command} {self.path.partition('?')[0].removeprefix('/api/v2')}")
                controller.connections.append(self.client_address[1])
                if not answers(self.requests, self.command):
                    self.close_connection = True
                    return
                lists = {"items": [], "total": 0}
                body = json.dumps(lists | {"apiVersion": "6", "token": "t", "expiresIn": 60, "id": 1}).encode()
                self.send_response(200)
                self.send_header("Connection", "keep-alive")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def do_PUT(self) -> None:
                self.answer()

            def do_DELETE(self) -> None:
                self.answer()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def closing(answers: Answers) -> Iterator[Closing]:
    """Run such a controller until the end."""
    controller = Closing(answers)
    thread = threading.Thread(target=controller.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield controller
    finally:
        controller.server.shutdown()
        thread.join()
        controller.server.server_close()


def once_a_connection(number: int, _method: str) -> bool:
    return number == 1


def never(_number: int, _method: str) -> bool:
    return False


@pytest.mark.parametrize("authentication", ["basic", "token"])
def test_a_controller_that_closes_what_it_said_it_would_keep_is_read_every_time(
    make_client: MakeClient, authentication: str
) -> None:
    with closing(once_a_connection) as controller:
        client = make_client(controller.url, authentication=authentication)
        for _ in range(5):
            assert client.fetch().stations.objects == []


def test_a_write_to_such_a_controller_arrives_once_and_by_a_connection_of_its_own(
    make_client: MakeClient, profile: Profile
) -> None:
    with closing(once_a_connection) as controller:
        client = make_client(controller.url)
        with client.within(8):
            client.get("zones", 1)
            client.put_reduction(1, profile.write_reduction(10, "2026-01-01T01:00:00Z"))
            client.put_availability(1, profile.write_availability(available=False))
            client.delete_reduction(1)
    assert controller.seen == [
        "GET /zones/1",
        "PUT /zones/1/reduction",
        "PUT /connectors/1/availability",
        "DELETE /zones/1/reduction",
    ]
    assert len(set(controller.connections)) == 4


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_whose_connection_breaks_is_not_sent_again(make_client: MakeClient, method: str) -> None:
    with closing(never) as controller:
        client = make_client(controller.url)
        send = {"PUT": lambda: client.put_reduction(1, {}), "DELETE": lambda: client.delete_reduction(1)}[method]
        with pytest.raises(EvceUnreachableError, match="the connection broke"):
            send()
    assert controller.seen == [f"{method} /zones/1/reduction"]


def test_a_login_whose_connection_breaks_is_not_sent_again(make_client: MakeClient) -> None:
    with closing(never) as controller, pytest.raises(EvceUnreachableError, match="the connection broke"):
        make_client(controller.url, authentication="token").system()
    assert controller.seen == ["POST /login"]


def test_a_request_is_repeated_once_and_not_again_and_again(make_client: MakeClient) -> None:
    with closing(never) as controller, pytest.raises(EvceUnreachableError, match="the connection broke"):
        make_client(controller.url).fetch()
    assert controller.seen == ["GET /system", "GET /system"]
    assert len(set(controller.connections)) == 2


def test_a_request_is_not_repeated_when_its_time_is_over(make_client: MakeClient, clock: ManualClock) -> None:
    def take_long(_number: int, _method: str) -> bool:
        clock.advance(9)
        return False

    with closing(take_long) as controller:
        client = make_client(controller.url)
        with client.within(8), pytest.raises(EvceUnreachableError, match="the time for it is over"):
            client.system()
    assert controller.seen == ["GET /system"]


def test_an_answer_that_is_late_is_not_asked_for_again(make_client: MakeClient) -> None:
    late = threading.Event()

    def wait(_number: int, _method: str) -> bool:
        return late.wait(5)

    with closing(wait) as controller:
        with pytest.raises(EvceUnreachableError, match="it took too long"):
            make_client(controller.url, read_timeout=0.2).system()
        late.set()
    assert controller.seen == ["GET /system"]


def test_a_client_that_is_cut_asks_nothing_more(
    simulate: Callable[..., EvceSimulator], make_client: MakeClient
) -> None:
    simulator = simulate()
    client = make_client(simulator.url)
    client.system()
    client.cut()
    with pytest.raises(EvceCutError, match="is being stopped"):
        client.system()
