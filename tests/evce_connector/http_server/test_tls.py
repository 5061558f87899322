"""A server's certificate that is made where nobody gave one."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from evce_connector.http_server.tls import (
    RENEWED_BEFORE,
    VALID_FOR,
    CertificateError,
    fingerprint,
    made,
    server_context,
)

NOW = datetime(2026, 8, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize("host", ["evce.site.lan", "10.1.2.3", "::1", "127.0.0.1"])
def test_it_names_the_host_and_this_machine_and_is_the_owners_alone(tmp_path: Path, host: str) -> None:
    file = made(tmp_path / "pages.pem", host, NOW)
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    shown = {str(name.value) for name in names}
    assert shown == {"localhost", "127.0.0.1", host}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    server_context(file, None, "the pages")


def test_it_stays_until_it_ends_soon(tmp_path: Path) -> None:
    file = made(tmp_path / "pages.pem", "127.0.0.1", NOW)
    before = file.read_bytes()
    ends = NOW + VALID_FOR - RENEWED_BEFORE
    assert made(file, "127.0.0.1", ends - timedelta(minutes=1)).read_bytes() == before
    assert made(file, "127.0.0.1", ends).read_bytes() != before


def test_a_file_that_is_none_is_left_as_it_is_and_named(tmp_path: Path) -> None:
    file = tmp_path / "pages.pem"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(
        CertificateError, match=r"pages\.pem is no certificate: remove it, and the next start makes one"
    ):
        made(file, "127.0.0.1", NOW)
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="cannot be made: No such file or directory"):
        made(tmp_path / "none" / "pages.pem", "127.0.0.1", NOW)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("none.pem", "The private key of the pages, {}, cannot be read: No such file or directory."),
        ("other.pem", "The certificate of the pages, {1}, cannot be used: the private key belongs to another one."),
    ],
)
def test_what_is_wrong_with_the_key_of_a_certificate_is_said_of_the_file(tmp_path: Path, key: str, says: str) -> None:
    given, _ = (made(tmp_path / name, "bms.lan", NOW) for name in ("given.pem", "other.pem"))
    with pytest.raises(CertificateError) as refused:
        server_context(given, tmp_path / key, "the pages")
    assert str(refused.value) == says.format(tmp_path / key, given)


def test_a_host_with_an_umlaut_has_its_name_in_the_certificate_as_the_network_has_it(tmp_path: Path) -> None:
    certificate = x509.load_pem_x509_certificate(made(tmp_path / "own.pem", "büro.local", NOW).read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "xn--bro-hoa.local" in names.get_values_for_type(x509.DNSName)


def test_pages_that_move_to_another_host_get_a_certificate_for_it(tmp_path: Path) -> None:
    file = made(tmp_path / "own.pem", "bms.lan", NOW)
    before = fingerprint(file)
    assert fingerprint(made(file, "bms.lan", NOW)) == before
    assert fingerprint(made(file, "10.0.0.7", NOW)) != before
