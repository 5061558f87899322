"""The certificate of a server: read from its files, or made where nobody gave one."""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evce_connector import owner_only
from evce_connector.errors import ConnectorError

VALID_FOR, RENEWED_BEFORE = timedelta(days=825), timedelta(days=30)
"""How long a certificate that was made holds, which browsers accept at most, and when a start makes another."""
_NAME = "EVCE connector"


class CertificateError(ConnectorError):
    """A certificate or its key cannot be used; the sentence says why, and of which server."""


def server_context(certificate: str | Path, private_key: str | Path | None, whose: str) -> ssl.SSLContext:
    """Return what a server speaks TLS with; CertificateError when the files cannot be read or do not belong together.

    `whose` names the server, as in `the EWS server`.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

    def refuse_password() -> str:
        """Refuse a key that needs one: OpenSSL would ask for it on the terminal, and the start would wait."""
        raise CertificateError(f"The private key of {whose} needs a password; store the key without one.")

    try:
        context.load_cert_chain(certificate, private_key, refuse_password)
    except ssl.SSLError as error:
        mismatch = error.reason == "KEY_VALUES_MISMATCH"
        why = "the private key belongs to another one" if mismatch else "it is no certificate with its key in PEM"
        raise CertificateError(f"The certificate of {whose}, {certificate}, cannot be used: {why}.") from error
    except OSError as error:
        raise CertificateError(_unreadable(certificate, private_key, whose, error.strerror or str(error))) from error
    return context


def _unreadable(certificate: str | Path, private_key: str | Path | None, whose: str, why: str) -> str:
    """Say which of the two files cannot be read; OpenSSL does not tell."""
    if private_key is not None and os.access(certificate, os.R_OK):
        return f"The private key of {whose}, {private_key}, cannot be read: {why}."
    return f"The certificate of {whose}, {certificate}, cannot be read: {why}."


def ends(certificate: Path) -> datetime:
    """Return until when (UTC) the certificate in a file holds; ValueError when it holds none of the usual kind."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 of a certificate's file in pairs, as browsers show it."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(hashes.SHA256()).hex(":").upper()


def made(file: Path, host: str, now: datetime) -> Path:
    """Return a file with a certificate for a host and its key, made when there is none or it ends soon.

    CertificateError when it cannot be written, or something else stands there.
    """
    try:
        if file.exists() and _holds(file, host, now):
            return file
        owner_only.write_text(file, "".join(new([host], now, VALID_FOR)))
    except OSError as error:
        raise CertificateError(f"The certificate {file} cannot be made: {error.strerror}.") from error
    except (ValueError, x509.ExtensionNotFound) as error:
        raise CertificateError(_no_certificate(file)) from error
    return file


def look_at_own(file: Path, host: str, now: datetime) -> None:
    """Raise CertificateError where `made` would for what stands at a file already; nothing is made or changed."""
    try:
        if file.exists():
            _holds(file, host, now)
    except OSError as error:
        raise CertificateError(f"The certificate {file} cannot be read: {error.strerror}.") from error
    except (ValueError, x509.ExtensionNotFound) as error:
        raise CertificateError(_no_certificate(file)) from error


def _no_certificate(file: Path) -> str:
    return f"{file} is no certificate: remove it, and the next start makes one."


def _holds(file: Path, host: str, now: datetime) -> bool:
    """Tell whether a file has a certificate for a host that does not end soon; ValueError when it has none."""
    names = x509.load_pem_x509_certificate(file.read_bytes()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    return ends(file) - RENEWED_BEFORE > now and set(_names([host])) <= set(names.value)


def make_files(folder: Path, hosts: Sequence[str], now: datetime, valid_for: timedelta) -> tuple[Path, Path]:
    """Write a certificate for hosts and its key into a folder, which is made when there is none; return both files.

    The key is its owner's alone. CertificateError when one is there already, or cannot be written; neither is then.
    """
    certificate, key = folder / "connector.pem", folder / "connector.key"
    there = [str(file) for file in (certificate, key) if file.exists()]
    if there:
        raise CertificateError(f"{' and '.join(there)} is there already and stays as it is: give another folder.")
    texts = new(hosts, now, valid_for)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        owner_only.write_new_text(key, texts[1])
        with certificate.open("x", encoding="ascii", newline="") as file:
            file.write(texts[0])
    except OSError as error:
        raise CertificateError(
            f"The certificate in {folder} cannot be made: {error.strerror}. Give another folder, or look at its rights."
        ) from error
    return certificate, key


def new(hosts: Sequence[str], now: datetime, valid_for: timedelta) -> tuple[str, str]:
    """Return a certificate for hosts that has signed itself, and its key, each as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + valid_for)
        .add_extension(x509.SubjectAlternativeName(_names(hosts)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return pem.decode("ascii"), secret.decode("ascii")


def _names(hosts: Sequence[str]) -> list[x509.GeneralName]:
    """Return the hosts, and this machine's own names for itself."""
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    for host in hosts:
        own = _name(host)
        if own not in names:
            names.append(own)
    return names


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode())
