"""Addresses that are nearly right: the sentence says what to write instead."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceAnswerError, EvceRefusalError, EvceUnreachableError
from evce_simulator import EvceSimulator

from tests.evce_connector.evce.scripted import Answer, Script, ScriptedController, as_json
from tests.support.joined import PASSWORD

Simulate = Callable[..., EvceSimulator]
MakeClient = Callable[..., EvceClient]
Run = Callable[[Script], ScriptedController]
SPEAKS_TLS = "it speaks TLS at this port: write https:// into evce.base_url"


@pytest.fixture
def run() -> Iterator[Run]:
    """Run controllers by script until the test ends."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ScriptedController(script))


def unreachable(client: EvceClient) -> str:
    """Return why the controller does not answer."""
    with pytest.raises(EvceUnreachableError) as error:
        client.system()
    assert PASSWORD not in str(error.value)
    return str(error.value).partition(" does not answer: ")[2]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("body", [b"", b"<html>moved</html>"])
def test_a_redirect_is_named_with_the_address_that_it_sends_on_to(
    run: Run, make_client: MakeClient, status: int, body: bytes
) -> None:
    controller = run(lambda _path, _query: Answer(body, status, {"Location": "https://evce.example/api/v2/system"}))
    with pytest.raises(EvceAnswerError) as error:
        make_client(controller.url).system()
    assert str(error.value) == (
        f"The charge controller gives an unusable answer at /system: status {status}, it sends on to "
        "https://evce.example/api/v2/system: if that is its API, write the address into evce.base_url."
    )


@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_plain_http_to_a_tls_port_is_told_as_that(simulate: Simulate, make_client: MakeClient) -> None:
    address = simulate(tls=True).url.replace("https:", "http:")
    assert unreachable(make_client(address)) == f"{SPEAKS_TLS}."
    gc.collect()  # here: what cheroot answers plain HTTP with is never closed, and Python 3.13 says so when it goes


@pytest.mark.parametrize(
    "page",
    [
        b"<html><h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port</html>",
        b"Client sent an HTTP request to an HTTPS server.\n",
        b"<html>Reason: You're speaking plain HTTP to an SSL-enabled server port.</html>",
    ],
    ids=["nginx", "Go", "Apache"],
)
def test_a_server_that_says_so_itself_is_believed(run: Run, make_client: MakeClient, page: bytes) -> None:
    controller = run(lambda _path, _query: Answer(page, 400, {"Content-Type": "text/html"}))
    assert unreachable(make_client(controller.url)) == f"{SPEAKS_TLS}."


def test_another_bad_request_is_not_taken_for_that(run: Run, make_client: MakeClient) -> None:
    controller = run(lambda _path, _query: as_json({"title": "No such query"}, 400))
    with pytest.raises(EvceRefusalError, match="400 No such query"):
        make_client(controller.url).system()


@pytest.mark.parametrize("fault", ["reset", "empty-reply"])
def test_a_connection_that_breaks_at_a_plain_port_is_no_sign_of_tls(
    simulate: Simulate, make_client: MakeClient, fault: str
) -> None:
    simulator = simulate()
    simulator.inject(fault)
    assert unreachable(make_client(simulator.url)) == "the connection broke."


def test_https_to_a_plain_port_is_told_as_that(simulate: Simulate, make_client: MakeClient) -> None:
    address = simulate().url.replace("http:", "https:")
    assert unreachable(make_client(address)) == (
        "it does not speak TLS at this port: correct the port in evce.base_url, or write http://."
    )
