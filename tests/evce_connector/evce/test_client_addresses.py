"""Addresses that are nearly right: the sentence says what to write instead."""

from __future__ import annotations

import gc
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from evce_connector.clock import SystemClock
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


def certificate(folder: Path, name: str, days: tuple[int, int]) -> Path:
    """Make a certificate for a name, valid from so many days from now on and until so many, with its key in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    owner = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(owner)
        .issuer_name(owner)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "controller.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@contextmanager
def serving(file: Path) -> Iterator[int]:
    """Serve TLS with a certificate; yields the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients that do not trust it are the point
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


OTHER_NAME = (
    "its certificate is for another name: write the name that stands in it into evce.base_url, or have one made for "
    "this address."
)
EXPIRED = "its certificate has expired: have it renewed, or set this machine's clock right."
TOO_YOUNG = "its certificate is not valid yet: set the clocks of it and of this machine right."


@pytest.mark.parametrize(
    ("host", "name", "days", "words"),
    [
        ("localhost", "evce.example", (-1, 1), OTHER_NAME),
        ("127.0.0.1", "evce.example", (-1, 1), OTHER_NAME),
        ("localhost", "localhost", (-2, -1), EXPIRED),
        ("localhost", "localhost", (1, 2), TOO_YOUNG),
    ],
)
def test_a_certificate_that_does_not_hold_is_told_by_its_fault(
    make_client: MakeClient, tmp_path: Path, host: str, name: str, days: tuple[int, int], words: str
) -> None:
    file = certificate(tmp_path, name, days)
    with serving(file) as port:
        client = make_client(f"https://{host}:{port}/api/v2", verify_tls=str(file))
        assert unreachable(client) == words
