"""Each trouble with a server's TLS has a sentence of its own, with what is to be corrected."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from ebo_simulator import EboClient, EboError
from ebo_simulator.errors import BadOptionError, NoTlsError, UntrustedCertificateError

from tests.ebo_simulator.ews_stub import Stub, StubServer
from tests.support.tls import Made, context, make, serving


def refusal(port: int, ca: Path | None = None) -> EboError:
    """Ask who serves at a port for values; what it cannot be asked for."""
    with EboClient(address(port), "ebo", "s3cret", timeout=20, ca=ca) as client, pytest.raises(EboError) as error:
        client.get_values(["max"])
    assert "s3cret" not in str(error.value)
    return error.value


def address(port: int) -> str:
    return f"https://localhost:{port}/EcoStruxure/DataExchange"


def why(made: Made, folder: Path, ca: Path | None = None, shown: int = 1) -> tuple[str, int]:
    """Serve a certificate, and return what is said of it, with the port."""
    with serving(context(made, folder, shown)) as port:
        error = refusal(port, ca)
    assert isinstance(error, UntrustedCertificateError)
    return str(error).removeprefix(f"The certificate of {address(port)} is not trusted: "), port


def test_plain_http_at_the_port_is_told_as_that() -> None:
    server = StubServer(Stub(), "ebo", "s3cret")
    try:
        error = refusal(port := server.server_port)
    finally:
        server.close()
    assert isinstance(error, NoTlsError)
    assert str(error) == (
        f"What answers at {address(port)} does not speak TLS: it is plain HTTP, or another service. "
        "Write http:// into --url, or correct the port."
    )


def test_a_certificate_that_has_signed_itself_is_told_with_its_fingerprint_and_how_to_trust_it(tmp_path: Path) -> None:
    made = make("connector", "localhost")
    said, port = why(made, tmp_path)
    assert said == (
        f"it has signed itself (SHA-256 fingerprint {made.fingerprint}). Compare the fingerprint with what the "
        "server's technicians tell; then save it with `evce-connector certificate fetch "
        f"https://localhost:{port} --output FILE`, and name that file with --ca FILE, or use --insecure on a test "
        "bench."
    )


def test_an_issuer_that_is_not_in_the_file_is_told_with_the_file(tmp_path: Path) -> None:
    issuer, other = make("Site CA"), make("Other CA").saved(tmp_path / "other.pem")
    made = make("connector", "localhost", issuer=issuer)
    said, port = why(made, tmp_path, other)
    assert said.startswith(
        f"it was issued by CN=Site CA, and that is not in {other} (SHA-256 fingerprint {made.fingerprint}). Compare"
    )
    assert f"get its issuer's from them, or with `evce-connector certificate fetch https://localhost:{port}" in said


def test_a_certificate_for_other_names_is_told_with_them(tmp_path: Path) -> None:
    made = make("connector", "ews.example", "10.1.2.3")
    assert why(made, tmp_path, made.saved(tmp_path / "ca.pem"))[0] == (
        "it is for ews.example, 10.1.2.3, not for localhost. Write one of these into --url, or have a certificate made "
        "for localhost."
    )


def test_a_certificate_for_many_names_does_not_fill_the_sentence(tmp_path: Path) -> None:
    made = make("connector", *(f"h{number}.example" for number in range(40)))
    assert "h4.example and 35 more, not for localhost" in why(made, tmp_path, made.saved(tmp_path / "ca.pem"))[0]


def test_a_certificate_that_names_no_host_is_told_as_that(tmp_path: Path) -> None:
    made = make("connector")
    assert why(made, tmp_path, made.saved(tmp_path / "ca.pem"))[0] == (
        "it is for no host, not for localhost. Have a certificate made for localhost."
    )


def test_an_expired_certificate_is_told_with_its_day_and_this_machines(tmp_path: Path) -> None:
    made = make("connector", "localhost", days=(-9, -2))
    assert why(made, tmp_path, made.saved(tmp_path / "ca.pem"))[0] == (
        f"it has expired on {made.certificate.not_valid_after_utc:%Y-%m-%d}, and the clock of this machine says "
        f"{datetime.now(UTC):%Y-%m-%d}. Have it renewed, or set the clock of this machine right."
    )


def test_an_issuer_that_has_expired_is_not_told_as_the_certificate(tmp_path: Path) -> None:
    issuer = make("Site CA", days=(-9, -2))
    made = make("connector", "localhost", issuer=issuer)
    said = why(made, tmp_path, issuer.saved(tmp_path / "ca.pem"), 2)[0]
    assert said.startswith("it or its issuer's has expired, and the clock of this machine says ")


def test_a_certificate_of_the_future_is_told_with_its_day(tmp_path: Path) -> None:
    made = make("connector", "localhost", days=(2, 9))
    assert why(made, tmp_path, made.saved(tmp_path / "ca.pem"))[0].startswith(
        f"it is not valid before {made.certificate.not_valid_before_utc:%Y-%m-%d}, and the clock of this machine says "
    )


def test_a_file_that_holds_no_certificate_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with serving(context(make("connector", "localhost"), tmp_path)) as port:
        error = refusal(port, tmp_path / "ca.pem")
    assert isinstance(error, BadOptionError)
    assert str(error) == f"The CA file {tmp_path / 'ca.pem'} holds no certificate; name a PEM file with --ca."
