"""Over real HTTP and HTTPS, with clients that were not made here."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import shutil
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.settings import EwsSettings
from evce_connector.ews.wire.contract import schema_of
from evce_connector.ews.wire.faults import AddressInUseError, EwsServerError
from evce_connector.http_server.messages import Limits
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.system_events import SystemEvents
from evce_connector.points.tree import Tree
from lxml import etree
from requests.auth import HTTPDigestAuth
from sqlalchemy import create_engine
from zeep import Client, Transport

from tests.evce_connector.ews.conftest import WRITER, Serve, envelope, ids, read, request

FREE = "http://127.0.0.1:0/EcoStruxure/DataExchange"
BODY = envelope(request("GetValues", ids("GetValuesIds", "Zones/1/ZoneName")))
HEADERS = {"Content-Type": "application/soap+xml"}


@pytest.fixture
def running(serve: Serve) -> Iterator[EwsServer]:
    with serve(address=FREE) as server:
        yield server


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.auth = HTTPDigestAuth(WRITER.name, WRITER.password)
        yield session


def test_the_server_takes_a_free_port_and_says_which(running: EwsServer, session: requests.Session) -> None:
    assert not running.address.endswith(":0/EcoStruxure/DataExchange")
    assert read(session.post(running.address, BODY, headers=HEADERS)).one("Id") == "Zones/1/ZoneName"


def test_nothing_is_left_behind_when_it_stops(serve: Serve) -> None:
    before = set(threading.enumerate())
    with serve(address=FREE) as server:
        address = server.address
    server.stop()
    assert set(threading.enumerate()) <= before
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=20)


def test_a_server_that_is_started_again_goes_on_as_it_was(running: EwsServer, session: requests.Session) -> None:
    address, threads = running.address, threading.active_count()
    with pytest.raises(RuntimeError, match="started already"):
        running.start()
    assert (running.address, threading.active_count()) == (address, threads)
    assert session.post(address, BODY, headers=HEADERS).status_code == 200


def test_a_database_that_cannot_be_written_hinders_no_start_and_no_stop(
    tree: Tree, clock: ManualClock, tmp_path: Path, session: requests.Session, caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'events.db'}", connect_args={"timeout": 0})
    metadata.create_all(engine)
    stores = EwsStores(system_events=SystemEvents(engine))
    assert stores.system_events
    settings = EwsSettings(address=FREE, realm="EVCE", users=(WRITER,))
    before = threading.active_count()
    with closing(sqlite3.connect(tmp_path / "events.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with EwsServer(tree, settings, clock, stores=stores) as server:
            assert session.post(server.address, BODY, headers=HEADERS).status_code == 200
    engine.dispose()
    assert threading.active_count() == before
    assert [event.message.split(" at ")[0] for event in stores.system_events.events(0, 9)] == [
        "EWS server started",
        "EWS server stopped",
    ]
    assert caplog.messages == []  # the storage says it, once


def test_a_port_in_use_is_one_sentence_that_names_the_address(running: EwsServer, serve: Serve) -> None:
    with pytest.raises(AddressInUseError) as caught:
        serve(address=running.address).start()
    assert f"ews.address: cannot listen at {urlsplit(running.address).netloc}: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_address_that_this_machine_does_not_have_is_named(serve: Serve) -> None:
    with pytest.raises(AddressInUseError, match=re.escape("192.0.2.1")):
        serve(address="http://192.0.2.1:0/x").start()


def test_another_case_of_the_path_is_404_and_names_the_right_one(running: EwsServer, session: requests.Session) -> None:
    response = session.post(running.address.replace("Eco", "eco"), BODY, headers=HEADERS)
    assert response.status_code == 404
    assert "/EcoStruxure/DataExchange" in response.text


def test_another_method_is_405_and_names_the_contract(running: EwsServer) -> None:
    response = requests.get(running.address, timeout=20)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert f"{running.address}?wsdl" in response.text


def test_a_head_request_gets_no_body_and_the_connection_stays_usable(running: EwsServer) -> None:
    with requests.Session() as session:
        head = session.head(running.address, timeout=20)
        assert (head.status_code, head.content) == (405, b"")
        assert session.get(f"{running.address}?wsdl", timeout=20).status_code == 200


def test_an_address_without_a_path_is_served_at_the_root(serve: Serve, session: requests.Session) -> None:
    with serve(address="http://127.0.0.1:0") as server:
        assert session.post(server.address, BODY, headers=HEADERS).status_code == 200


def test_the_wsdl_has_the_real_address_and_is_the_contract(running: EwsServer) -> None:
    wsdl = requests.get(f"{running.address}?wsdl", timeout=20)
    assert wsdl.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(wsdl.content)
    (address,) = root.iter("{http://schemas.xmlsoap.org/wsdl/soap12/}address")
    assert address.get("location") == running.address
    assert schema_of(wsdl.content)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("localhost:{port}", "http://localhost:{port}/"),
        ("LOCALHOST", "http://localhost:{port}/"),
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}/"),
        ("bms.example:{port}", "http://127.0.0.1:{port}/"),
        ("localhost:1", "http://127.0.0.1:{port}/"),
        ("evil@localhost:{port}", "http://127.0.0.1:{port}/"),
        ('"><x', "http://127.0.0.1:{port}/"),
    ],
)
def test_the_wsdl_repeats_a_name_of_this_machine_and_never_a_foreign_one(
    running: EwsServer, host: str, shown: str
) -> None:
    port = _place(running.address)[1]
    wsdl = requests.get(f"{running.address}?WSDL", headers={"Host": host.format(port=port)}, timeout=20)
    assert f'location="{shown.format(port=port)}EcoStruxure/DataExchange"' in wsdl.text


def test_the_wsdl_names_the_public_url_where_one_is_set(serve: Serve) -> None:
    with serve(address=FREE, public_url="https://bms.example/ews") as server:
        wsdl = requests.get(f"{server.address}?singleWsdl", timeout=20)
    assert 'location="https://bms.example/ews"' in wsdl.text


def test_a_head_request_for_the_contract_tells_its_length(running: EwsServer) -> None:
    head = requests.head(f"{running.address}?wsdl", timeout=20)
    whole = requests.get(f"{running.address}?wsdl", timeout=20)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_zeep_walks_the_whole_tree_and_reads_every_value(
    running: EwsServer, session: requests.Session, tree: Tree, version: str
) -> None:
    client = Client(f"{running.address}?wsdl", transport=Transport(session=session))
    to_visit, found = ["Server"], []
    while to_visit:
        answer = client.service.GetContainerItems(version=version, GetContainerItemsIds={"Id": to_visit})
        to_visit = []
        for container in answer.GetContainerItemsItems.ContainerItem:
            items = container["Items"]
            found += [item.Id for item in items.ValueItems.ValueItem] if items.ValueItems else []
            to_visit += [item.Id for item in items.ContainerItems.ContainerItem] if items.ContainerItems else []
    assert found == [item.id for item in tree.items()]
    values = client.service.GetValues(version=version, GetValuesIds={"Id": found})
    assert [value.Id for value in values.GetValuesItems.ValueItem] == found
    assert values.version == version


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize(("password", "status"), [(WRITER.password, "200"), ("wrong", "401")])
def test_curl_gets_in_with_the_right_password_only(
    serve: Serve, tmp_path: Path, algorithm: str, password: str, status: str
) -> None:
    (tmp_path / "body.xml").write_bytes(BODY)
    with serve(address=FREE, algorithms=(algorithm,)) as server:
        command = ["curl", "-s", "-o", str(tmp_path / "out"), "-w", "%{http_code}", "--digest"]
        command += ["-u", f"{WRITER.name}:{password}", "-H", "Content-Type: application/soap+xml"]
        command += ["--data-binary", f"@{tmp_path / 'body.xml'}", server.address]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - the tools under test
    assert done.stdout == status


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """Make a self-signed certificate for 127.0.0.1 and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "key.pem").write_bytes(text)
    return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")


def test_https_with_a_certificate_of_one_s_own(
    serve: Serve, session: requests.Session, certificate: tuple[str, str]
) -> None:
    files = {"certificate": certificate[0], "private_key": certificate[1]}
    with serve(address=FREE.replace("http", "https"), **files) as server:
        assert server.address.startswith("https://127.0.0.1:")
        response = session.post(server.address, BODY, headers=HEADERS, verify=certificate[0])
    assert response.status_code == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_clients_that_connect_and_say_nothing_hold_up_nobody(
    serve: Serve, session: requests.Session, certificate: tuple[str, str], scheme: str
) -> None:
    files = {"certificate": certificate[0], "private_key": certificate[1]} if scheme == "https" else {}
    with (
        serve(address=FREE.replace("http", scheme), limits=Limits(threads=2), **files) as server,
        ExitStack() as silent,
    ):
        for _ in range(5):
            silent.enter_context(socket.create_connection(_place(server.address), timeout=5))
        response = session.post(server.address, BODY, headers=HEADERS, verify=certificate[0], timeout=5)
    assert response.status_code == 200


def test_a_client_that_breaks_off_while_it_should_prove_itself_is_let_go(
    serve: Serve, session: requests.Session, certificate: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    files = {"certificate": certificate[0], "private_key": certificate[1]}
    with serve(address=FREE.replace("http", "https"), limits=Limits(threads=1), **files) as server:
        with socket.create_connection(_place(server.address), timeout=5) as client:
            client.sendall(b"\x16\x03\x01\x00\x05")
        response = session.post(server.address, BODY, headers=HEADERS, verify=certificate[0], timeout=5)
    assert response.status_code == 200
    assert not caplog.records


def test_plain_http_at_a_port_of_https_is_told_so(serve: Serve, certificate: tuple[str, str]) -> None:
    files = {"certificate": certificate[0], "private_key": certificate[1]}
    with serve(address=FREE.replace("http", "https"), **files) as server:
        answer = _raw(server.address, "GET / HTTP/1.1")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"speaks HTTPS" in answer


def test_a_connection_outlives_the_pause_between_two_polls(running: EwsServer) -> None:
    with socket.create_connection(_place(running.address), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = connection.recv(65536)
    found = re.search(rb"keep-alive: timeout=(\d+)", answer, re.IGNORECASE)
    assert found
    assert int(found[1]) >= 60


def test_a_certificate_that_cannot_be_read_is_one_sentence(serve: Serve) -> None:
    server = serve(address=FREE.replace("http", "https"), certificate="none.pem", private_key="none.key")
    with pytest.raises(EwsServerError, match="certificate"):
        server.start()


def test_a_key_that_needs_a_password_is_told_so_and_nobody_is_asked(
    serve: Serve, certificate: tuple[str, str], tmp_path: Path
) -> None:
    protected = serialization.BestAvailableEncryption(b"secret")
    key = ec.generate_private_key(ec.SECP256R1())
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protected)
    (tmp_path / "protected.pem").write_bytes(text)
    files = {"certificate": certificate[0], "private_key": str(tmp_path / "protected.pem")}
    with pytest.raises(EwsServerError, match="needs a password"):
        serve(address=FREE.replace("http", "https"), **files).start()


@pytest.mark.parametrize(
    ("others", "why"), [(True, "the private key belongs to another one"), (False, "no certificate with its key in PEM")]
)
def test_a_key_that_does_not_fit_its_certificate_is_told_in_words(
    serve: Serve, certificate: tuple[str, str], tmp_path: Path, others: bool, why: str
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "other.pem").write_bytes(text if others else b"no key")
    files = {"certificate": certificate[0], "private_key": str(tmp_path / "other.pem")}
    with pytest.raises(EwsServerError, match=f"{why}\\.$"):
        serve(address=FREE.replace("http", "https"), **files).start()


def _place(address: str) -> tuple[str, int]:
    host, port = address.split("/")[2].split(":")
    return host, int(port)


def _raw(address: str, *lines: str, body: bytes = b"") -> bytes:
    place = _place(address)
    with socket.create_connection(place, timeout=20) as connection:
        head = "\r\n".join((*lines, f"Host: {place[0]}", "Connection: close", "", ""))
        connection.sendall(head.encode() + body)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def test_a_body_in_chunks_is_read_up_to_the_limit(serve: Serve, session: requests.Session) -> None:
    with serve(address=FREE, max_body=1000) as server:
        session.post(server.address, BODY, headers=HEADERS)  # a nonce, as a body in chunks cannot be sent twice

        def chunks(size: int) -> Iterator[bytes]:
            yield BODY
            yield b" " * (size - len(BODY))

        assert session.post(server.address, chunks(1000), headers=HEADERS).status_code == 200
        assert session.post(server.address, chunks(1001), headers=HEADERS).status_code == 413


def test_a_length_that_is_no_number_or_beyond_all_bounds_is_refused(running: EwsServer) -> None:
    path = "/EcoStruxure/DataExchange"
    for length, status in (("many", b"400"), ("99999999999", b"413")):
        answer = _raw(running.address, f"POST {path} HTTP/1.1", f"Content-Length: {length}")
        assert answer.split()[1] == status


def test_the_default_address_is_of_this_machine_only() -> None:
    assert EwsSettings().host == "127.0.0.1"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"algorithms": ("SHA-1",)}, "SHA-1"),
        ({"algorithms": ()}, "MD5 and SHA-256"),
        ({"operations": frozenset({"Reboot"})}, "Reboot"),
        ({"address": "https://127.0.0.1/x"}, "certificate"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        EwsSettings(**settings)


@pytest.mark.parametrize(
    ("address", "port", "path", "url"),
    [
        ("http://127.0.0.1", 80, "/", "http://127.0.0.1:80/"),
        ("http://[::1]:8093/a/B", 8093, "/a/B", "http://[::1]:8093/a/B"),
    ],
)
def test_host_port_and_path_come_from_the_address(address: str, port: int, path: str, url: str) -> None:
    settings = EwsSettings(address=address)
    assert (settings.port, settings.path, settings.url(settings.host, port)) == (port, path, url)


def test_passwords_are_not_in_what_settings_show() -> None:
    assert WRITER.password not in repr(EwsSettings(users=(WRITER,)))
