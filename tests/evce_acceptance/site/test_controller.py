"""The controller's client: whole lists, both logins, sentences for what fails, no change without approval."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from ebo_simulator.clock import SystemClock
from evce_acceptance.site import settings
from evce_acceptance.site.approval import Approval, ReadOnlyError
from evce_acceptance.site.controller import ControllerError, SiteController
from evce_acceptance.site.wire import Pace, WireLog
from evce_simulator import EvceSimulator, generate

from tests.evce_acceptance.stage import Stage

APPROVED = Approval("J. Doe", allow_writes=True)
PASSWORD = "Charge-22"
Connect = Callable[..., SiteController]


@pytest.fixture
def log() -> WireLog:
    return WireLog((PASSWORD,))


@pytest.fixture
def connect(log: WireLog) -> Iterator[Connect]:
    """Make clients of an address, with entries of the site's table [controller]."""
    made: list[SiteController] = []

    def make(url: str, approval: Approval = Approval(), **entries: Any) -> SiteController:  # noqa: ANN401, B008
        login = settings.Controller.model_validate({"url": url, "user": "bms", "password": PASSWORD} | entries)
        clock = SystemClock()
        made.append(SiteController(login, Pace(1000, clock), log, clock, approval))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def controller() -> Iterator[EvceSimulator]:
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture
def answering() -> Iterator[Callable[[object], str]]:
    """Serve one JSON document, or any bytes, at every path; gives the address."""
    servers: list[ThreadingHTTPServer] = []

    def serve(document: object) -> str:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, args=(0.02,)).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/api/v2"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_lists_are_read_to_their_last_page(connect: Connect, log: WireLog) -> None:
    with EvceSimulator(generate(2, 50, 1100), password=PASSWORD) as simulator:
        report = connect(simulator.url).report()
        assert report == {
            "zones": simulator.model.zones(),
            "stations": simulator.model.stations(),
            "connectors": simulator.model.connectors(),
        }
    assert [one.operation for one in log.exchanges].count("GET /api/v2/connectors") == 2


def test_one_object_is_read_by_its_id(connect: Connect, controller: EvceSimulator) -> None:
    client = connect(controller.url)
    assert client.zone(1) == controller.model.zone(1)
    assert client.connector(1) == controller.model.connector(1)


def test_the_time_is_the_controllers_own(connect: Connect) -> None:
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        simulator.clock.jump(7200)
        ahead = connect(simulator.url).now() - SystemClock().now()
    assert 7190 < ahead.total_seconds() < 7210


def test_a_token_is_asked_for_once_and_renewed_when_it_is_refused(
    connect: Connect, controller: EvceSimulator, log: WireLog
) -> None:
    client = connect(controller.url, authentication="token")
    client.system()
    client.system()
    controller.accounts.expire_tokens()
    client.system()
    operations = [one.operation.removeprefix("GET /api/v2").removeprefix("POST /api/v2") for one in log.exchanges]
    assert operations == ["/login", "/system", "/system", "/system", "/login", "/system"]


@pytest.mark.parametrize("authentication", ["basic", "token"])
def test_a_refused_login_is_a_sentence_without_the_password(
    connect: Connect, controller: EvceSimulator, authentication: str
) -> None:
    client = connect(controller.url, password="wrong-one", authentication=authentication)
    with pytest.raises(ControllerError, match="refuses the login 'bms'; check user and password") as error:
        client.system()
    assert "wrong-one" not in str(error.value)


def test_a_token_that_is_none_is_a_sentence(connect: Connect, answering: Callable[[object], str]) -> None:
    with pytest.raises(ControllerError, match="gives no token"):
        connect(answering({"tokens": []}), authentication="token").system()


def test_no_secret_is_in_the_wire_log(connect: Connect, controller: EvceSimulator, log: WireLog) -> None:
    connect(controller.url, authentication="token").system()
    assert PASSWORD not in repr(log.exchanges)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (b"<html>", "something that is not JSON"),
        ([], "no page with items and total"),
        ({"items": [], "total": "3"}, "no page with items and total"),
        ({"items": [], "total": 3}, "announces 3 and gives 0"),
    ],
)
def test_an_odd_list_is_a_sentence(
    connect: Connect, answering: Callable[[object], str], document: object, sentence: str
) -> None:
    with pytest.raises(ControllerError, match=sentence):
        connect(answering(document)).report()


@pytest.mark.parametrize(("document", "sentence"), [([1], "no JSON object"), ({"time": "noon"}, "no time but 'noon'")])
def test_an_odd_object_is_a_sentence(
    connect: Connect, answering: Callable[[object], str], document: object, sentence: str
) -> None:
    with pytest.raises(ControllerError, match=sentence):
        connect(answering(document)).now()


def test_a_status_is_told_with_what_the_problem_says(connect: Connect, controller: EvceSimulator) -> None:
    with pytest.raises(ControllerError, match=r"/zones/99 answers with status 404: .*99"):
        connect(controller.url).zone(99)
    controller.inject("unavailable")
    with pytest.raises(ControllerError, match="/system answers with status 503"):
        connect(controller.url).system()


def test_a_status_without_a_problem_document_is_told_too(connect: Connect, answering: Callable[[object], str]) -> None:
    with pytest.raises(ControllerError, match=r"/zones/1/reduction answers with status 501\.$"):
        connect(answering({}), APPROVED).delete_reduction(1)


def test_nobody_there_too_slow_and_untrusted_are_sentences(connect: Connect, controller: EvceSimulator) -> None:
    with EvceSimulator("guide", password=PASSWORD, tls=True) as secure:
        with pytest.raises(ControllerError, match=r"not trusted; point controller\.verify_tls"):
            connect(secure.url).system()
        assert connect(secure.url, verify_tls=secure.ca_file).system()["apiVersion"] == "6"
        assert connect(secure.url, verify_tls=False).system()["apiVersion"] == "6"
        url = secure.url
    with pytest.raises(ControllerError, match=r"cannot be reached; check controller\.url"):
        connect(url, verify_tls=False).system()
    controller.inject("slow", delay=5)
    with pytest.raises(ControllerError, match=r"did not answer within 0\.2 s"):
        connect(controller.url, timeout=0.2).system()


CHANGES: list[Callable[[SiteController], None]] = [
    lambda client: client.put_reduction(1, 20, "2030-01-01T00:00:00Z"),
    lambda client: client.delete_reduction(1),
    lambda client: client.put_availability(1, available=False),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("approval", [Approval(), Approval("J. Doe"), Approval(" ", allow_writes=True)])
def test_without_approval_nothing_that_changes_the_site_is_sent(
    connect: Connect,
    controller: EvceSimulator,
    log: WireLog,
    change: Callable[[SiteController], None],
    approval: Approval,
) -> None:
    with pytest.raises(ReadOnlyError, match="--allow-writes --approved-by NAME"):
        change(connect(controller.url, approval))
    assert (controller.journal.entries(), log.exchanges) == ([], [])


def test_with_approval_changes_reach_the_controller(connect: Connect, controller: EvceSimulator) -> None:
    client = connect(controller.url, APPROVED)
    CHANGES[0](client)
    assert controller.model.zone(1)["reduction"]["value"] == 20
    CHANGES[1](client)
    assert controller.model.zone(1)["reduction"] is None
    CHANGES[2](client)
    assert controller.model.connector(1)["available"] is False


EWS_CHANGES: list[Callable[[Any], object]] = [
    lambda client: client.set_values({"Zones/1/ZoneReduction": "20"}),
    lambda client: client.force_values({"Zones/1/ZoneReduction": "20"}),
    lambda client: client.unforce_values(["Zones/1/ZoneReduction"]),
    lambda client: client.acknowledge_alarm_events(["1"]),
]


@pytest.mark.parametrize("change", EWS_CHANGES)
def test_without_approval_an_ews_client_sends_nothing_that_changes_the_site(
    stage: Stage, change: Callable[[Any], object]
) -> None:
    parties = stage.parties(Approval())
    with pytest.raises(ReadOnlyError):
        change(parties.client)
    parties.close()
    assert stage.log.exchanges == []


def test_without_approval_an_ews_client_reads_and_subscribes(stage: Stage) -> None:
    parties = stage.parties(Approval())
    client = parties.client
    assert client.get_web_service_information().version == "1.2"
    assert client.get_container_items().containers or client.get_container_items().values
    assert client.get_values(["Zones/1/ZoneReduction"]).values
    granted = client.subscribe(["Zones/1/ZoneReduction"])
    client.renew(granted.id)
    client.get_notification(granted.id)
    client.unsubscribe(granted.id)
    parties.close()


def test_a_controller_whose_reductions_say_what_is_left_is_understood_and_written_so(
    controller: EvceSimulator, connect: Connect
) -> None:
    client = connect(controller.url, APPROVED, reduction_percent="left")
    client.put_reduction(1, 25, "2049-12-16T08:27:56Z")
    assert controller.model.zone(1)["reduction"]["value"] == 75
    assert client.zone(1)["reduction"]["value"] == client.report()["zones"][0]["reduction"]["value"] == 25
    assert [zone["reduction"] for zone in client.report()["zones"] if zone["id"] == 2] == [None]
