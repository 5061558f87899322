"""The certificate of a server: read from its files, or made where nobody gave one."""

from __future__ import annotations

import ipaddress
import os
import ssl
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
        owner_only.write_text(file, _new(host, now))
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
    return ends(file) - RENEWED_BEFORE > now and set(_names(host)) <= set(names.value)


def _new(host: str, now: datetime) -> str:
    """Return a certificate that has signed itself, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return (pem + secret).decode("ascii")


def _names(host: str) -> list[x509.GeneralName]:
    """Return the host, and this machine's own names for itself."""
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    try:
        own: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        own = x509.DNSName(host.encode("idna").decode())
    return names if own in names else [*names, own]
