"""The certificate that a controller shows, for a person to compare: its fingerprint, its names, until when it holds."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from evce_connector.evce.errors import EvceUnreachableError
from evce_connector.evce.lines import Lines, connected

HTTPS = 443


@dataclass(frozen=True)
class Certificate:
    """A certificate: `pem` as a file has it, `fingerprint` the SHA-256 of it in pairs, `until` in UTC.

    `own` says that it has signed itself, so that it can be trusted by itself; of another its issuer's file is needed.
    """

    pem: str
    fingerprint: str
    subject: str
    issuer: str
    until: datetime
    own: bool


def presented(url: str, timeout: float, lines: Lines | None = None) -> Certificate:
    """Fetch what a controller shows at an address (https), within so many s for each step.

    Nothing is believed of it and nothing sent. EvceUnreachableError when none is shown, and when `lines` are cut.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        address = urlsplit(url)
        host = address.hostname or ""
        with (
            _connected(host, address.port or HTTPS, timeout, lines or Lines()) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert(binary_form=True) or b""
        return _read(x509.load_der_x509_certificate(shown), ssl.DER_cert_to_PEM_cert(shown))
    except OSError as error:
        raise EvceUnreachableError(url, f"no certificate is shown there ({error.strerror or error})") from error
    except ValueError as error:  # UnicodeError among them
        raise EvceUnreachableError(url, "that is no address of a controller, or no certificate") from error


@contextmanager
def _connected(host: str, port: int, timeout: float, lines: Lines) -> Iterator[socket.socket]:
    """Connect so that another thread can cut it."""
    plain, handle = connected(host, port, timeout, lines)
    try:
        with plain:
            yield plain
    finally:
        lines.leave(handle)


def _read(certificate: x509.Certificate, pem: str) -> Certificate:
    return Certificate(
        pem,
        certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        certificate.not_valid_after_utc,
        certificate.subject == certificate.issuer,
    )
