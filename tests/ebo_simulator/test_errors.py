"""Whatever goes wrong is told in one sentence that says what to do."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ebo_simulator import EboClient, EwsFault
from ebo_simulator.errors import (
    BadOptionError,
    EboError,
    LoginRefusedError,
    NoServiceError,
    ServerTooSlowError,
    ServerUnreachableError,
    UnreadableAnswerError,
    UntrustedCertificateError,
)
from ebo_simulator.messages import Value
from lxml import etree

from tests.ebo_simulator.ews_stub import PATH, SOAP_TYPE, Answer, E, Element, Stub, StubServer, envelope, fault


def ask(url: str, user: str = "ebo", timeout: float = 5, **options: object) -> EboError:
    """Ask a server for values, and give the error that this ends in."""
    with EboClient(url, user, "s3cret", timeout=timeout, **options) as client, pytest.raises(EboError) as raised:
        client.get_values(["max"])
    assert "\n" not in str(raised.value)
    return raised.value


def answering(stub: Stub, status: int, content_type: str, body: bytes) -> None:
    answer: Answer = (status, content_type, body)
    stub.replace["GetValues"] = lambda _: answer


def test_a_refused_connection_names_the_address() -> None:
    with socket.socket() as taken:  # bound and not listening, so that nobody else answers there
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}{PATH}"

        error = ask(url)

    assert isinstance(error, ServerUnreachableError)
    assert str(error).startswith(f"No answer from {url}: ")  # the cause is in the system's own words


def test_a_host_that_does_not_exist_is_unreachable() -> None:
    error = ask("http://no-such-host.invalid/x")

    assert isinstance(error, ServerUnreachableError)
    assert "object at 0x" not in str(error)


def test_a_read_is_sent_again_when_the_server_hangs_up_once(client: EboClient, stub: Stub) -> None:
    stub.hang_ups = 1

    assert client.get_values(["max"]).values[0].value == "100"


def test_a_server_that_hangs_up_again_is_unreachable(server: StubServer, stub: Stub) -> None:
    stub.hang_ups = 2

    assert isinstance(ask(server.url), ServerUnreachableError)


def test_a_write_is_never_sent_twice(client: EboClient, stub: Stub) -> None:
    stub.hang_ups = 1

    with pytest.raises(ServerUnreachableError):
        client.set_values({"reduction": "25"})
    assert stub.hang_ups == 0
    assert stub.asked("SetValues") == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "127.0.0.1:8093/x", "http://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    assert isinstance(ask(url), BadOptionError)


def test_a_wrong_login_names_the_user_and_not_the_password(server: StubServer) -> None:
    error = ask(server.url, user="nobody")

    assert isinstance(error, LoginRefusedError)
    assert error.http_status == 401
    assert "'nobody'" in str(error)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(("status", "kind"), [(429, LoginRefusedError), (400, UnreadableAnswerError)])
def test_what_a_server_says_in_its_own_words_is_shown(
    server: StubServer, stub: Stub, status: int, kind: type[EboError]
) -> None:
    answering(stub, status, "text/plain; charset=utf-8", b"Too many connections\nfrom this address.")
    error = ask(server.url)
    assert isinstance(error, kind)
    assert "Too many connections from this address" in str(error)


def test_without_a_user_the_login_is_refused(server: StubServer) -> None:
    assert isinstance(ask(server.url, user=""), LoginRefusedError)


def test_a_path_in_the_wrong_case_says_that_case_matters(server: StubServer) -> None:
    error = ask(server.url.replace("EcoStruxure", "ecostruxure"))

    assert isinstance(error, NoServiceError)
    assert "case sensitive" in str(error)


def test_a_slow_server_names_the_operation(server: StubServer, stub: Stub) -> None:
    answered = Event()
    stub.replace["GetValues"] = lambda _: (answered.wait(5), (200, SOAP_TYPE, b"late"))[1]

    error = ask(server.url, timeout=0.1)
    answered.set()

    assert isinstance(error, ServerTooSlowError)
    assert str(error).startswith(f"GetValues at {server.url} was not answered within 0.1 s.")


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (200, "text/html", b"<html>a portal</html>"),
        (502, "text/plain", b"bad gateway"),
        (200, SOAP_TYPE, b""),
        (200, "", b"what"),
        (200, SOAP_TYPE, b"<s:Envelope"),
        (200, SOAP_TYPE, b"<html/>"),
        (500, SOAP_TYPE, b"<html/>"),
        (500, SOAP_TYPE, envelope(E.GetValuesResponse())),
        (200, SOAP_TYPE, b'<!DOCTYPE x [<!ENTITY e "boo">]><x>&e;</x>'),
        (200, SOAP_TYPE, b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>'),
        (200, SOAP_TYPE, b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>'),
    ],
)
def test_an_answer_that_is_no_ews_is_said_to_be_unreadable(
    server: StubServer, stub: Stub, status: int, content_type: str, body: bytes
) -> None:
    answering(stub, status, content_type, body)

    error = ask(server.url)

    assert isinstance(error, UnreadableAnswerError)
    assert (error.operation, error.http_status) == ("GetValues", status)


def with_state(state: str) -> Element:
    row = E.ValueItem(E.Id("max"), E.State(state), E.Value("100"))
    return E.GetValuesResponse(E.GetValuesItems(row))


def test_an_answer_that_breaks_the_contract_is_refused_with_the_place(server: StubServer, stub: Stub) -> None:
    stub.replace["GetValues"] = lambda _: (200, SOAP_TYPE, envelope(with_state("good")))

    error = ask(server.url)

    assert "Element 'State': 'good' is not a valid value" in str(error)


def test_a_lenient_client_reads_as_far_as_it_goes(server: StubServer, stub: Stub) -> None:
    stub.replace["GetValues"] = lambda _: (200, SOAP_TYPE, envelope(with_state("good")))

    with EboClient(server.url, "ebo", "s3cret", strict=False) as client:
        assert client.get_values(["max"]).values == (Value("max", None, "100"),)


def test_the_answer_of_another_operation_is_refused_even_by_a_lenient_client(server: StubServer, stub: Stub) -> None:
    stub.replace["GetValues"] = lambda _: (200, SOAP_TYPE, envelope(E.GetItemsResponse()))

    assert "holds no GetValuesResponse" in str(ask(server.url, strict=False))


def test_a_time_without_an_offset_is_taken_for_utc(client: EboClient, stub: Stub) -> None:
    record = E.HistoryRecord(E.Value("1"), E.State("0"), E.TimeStamp("2026-03-01T10:00:00"))
    stub.replace["GetHistory"] = lambda _: E.GetHistoryResponse(E.GetHistoryHistoryRecords(E.List(record)))

    assert client.get_history("x").records[0].timestamp == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_an_answer_with_a_dtd_is_refused_even_when_the_rest_is_good(server: StubServer, stub: Stub) -> None:
    def with_dtd(request: Element) -> Answer:
        return 200, SOAP_TYPE, b"<!DOCTYPE x []>" + etree.tostring(etree.fromstring(envelope(stub._GetValues(request))))

    stub.replace["GetValues"] = with_dtd

    assert isinstance(ask(server.url), UnreadableAnswerError)


@pytest.mark.parametrize("status", [500, 200])
def test_a_fault_carries_name_reason_detail_and_http_status(server: StubServer, stub: Stub, status: int) -> None:
    answering(stub, status, SOAP_TYPE, fault("Missing_Id_List", "MISSING_ID_LIST", "Give at least one id."))

    error = ask(server.url)

    assert isinstance(error, EwsFault)
    assert (error.name, error.reason, error.detail) == ("Missing_Id_List", "MISSING_ID_LIST", "Give at least one id.")
    assert error.http_status == status
    assert str(error) == (
        "The EWS server answered with the fault Missing_Id_List: MISSING_ID_LIST; Give at least one id."
    )


def test_a_fault_without_a_detail_of_the_contract_goes_by_its_soap_code(server: StubServer, stub: Stub) -> None:
    answering(stub, 500, SOAP_TYPE, fault("", "Speak SOAP 1.2", code="s:VersionMismatch"))

    error = ask(server.url)

    assert isinstance(error, EwsFault)
    assert (error.name, error.detail) == ("VersionMismatch", "")


def test_a_request_that_the_contract_has_no_place_for_is_refused_before_it_is_sent(
    client: EboClient, stub: Stub
) -> None:
    with pytest.raises(BadOptionError, match="GetValues cannot be asked like this"):
        client.call("GetValues", Nonsense="x")

    assert stub.requests == []


def test_a_ca_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadOptionError, match=r"The CA file .*nowhere\.pem does not exist"):
        EboClient("https://127.0.0.1:1/x", "ebo", "s3cret", ca=tmp_path / "nowhere.pem")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a PEM file with a key and its self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stub")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "stub.pem"
    file.write_bytes(plain + signed.public_bytes(pem))
    return file


@pytest.fixture
def tls_url(stub: Stub, certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    running = StubServer(stub, "ebo", "s3cret", context)
    yield running.url
    running.close()


def test_an_unknown_certificate_points_to_the_options(tls_url: str) -> None:
    error = ask(tls_url)

    assert isinstance(error, UntrustedCertificateError)
    assert "--ca FILE" in str(error)


def test_a_certificate_is_trusted_when_its_issuer_is_given(tls_url: str, certificate: Path) -> None:
    with EboClient(tls_url, "ebo", "s3cret", ca=certificate) as client:
        assert client.get_values(["max"]).values[0].value == "100"


def test_any_certificate_is_accepted_when_told_so(tls_url: str) -> None:
    with EboClient(tls_url, "ebo", "s3cret", insecure=True) as client:
        assert client.get_values(["max"]).values[0].value == "100"
