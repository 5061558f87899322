"""The certificates that a controller shows, for a person to compare: fingerprint, names, from when and until when."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from evce_connector.evce.lines import Lines, connected
from evce_connector.evce.one_line import one_line

HTTPS = 443
WORD = 1.0
"""Seconds that a look waits for a refusal which the other side may send after the greeting."""


@dataclass(frozen=True)
class Certificate:
    """A certificate: `pem` as a file has it, `fingerprint` the SHA-256 of it in pairs; `since` and `until` in UTC.

    `own` says that it has signed itself, so that it can be trusted by itself; of another its issuer's file is needed.
    `names` are the hosts and addresses that it is for.
    """

    pem: str
    fingerprint: str
    subject: str
    issuer: str
    names: tuple[str, ...]
    since: datetime
    until: datetime
    own: bool


@dataclass(frozen=True)
class Greeting:
    """What came of greeting a server by TLS: the certificates that it showed, its own first, or why there is none.

    `refusal` is also set when it refused only after showing them. `agreed` says that version and cipher were found.
    """

    chain: tuple[Certificate, ...] = ()
    refusal: OSError | None = None
    agreed: bool = False


def greeted(url: str, timeout: float, lines: Lines | None = None, *, waits: bool = False) -> Greeting:
    """Greet a server by TLS, believing nothing and sending nothing, within so many s for each step.

    With `waits` it is heard for another second: a server may refuse after it was greeted. ValueError for what is no
    address, or no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host = urlsplit(url).hostname or ""
    try:
        with (
            connection(url, timeout, lines or Lines()) as plain,
            context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False) as secured,
        ):
            try:
                secured.do_handshake()
            except OSError as error:
                return Greeting(refusal=error, agreed=secured.cipher() is not None)
            return Greeting(_chain(secured), _refused_later(secured) if waits else None, agreed=True)
    except OSError as error:
        return Greeting(refusal=error)


def read(pem: bytes) -> tuple[Certificate, ...]:
    """Read all certificates of a file's content (PEM); ValueError when there is none."""
    return tuple(_read(one) for one in x509.load_pem_x509_certificates(pem))


def root_of(chain: Sequence[Certificate]) -> Certificate | None:
    """Return the last of a chain, when it has signed itself and each is signed by the next; None otherwise."""
    loaded = [x509.load_pem_x509_certificate(one.pem.encode("ascii")) for one in chain]
    try:
        for one, issuer in zip(loaded, [*loaded[1:], loaded[-1]], strict=True):
            one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):  # not its issuer, a key that signs nothing, another's signature
        return None
    return chain[-1]


def _refused_later(secured: ssl.SSLSocket) -> OSError | None:
    """Return the refusal that a server sends where it waits for a request otherwise."""
    secured.settimeout(WORD)
    with suppress(TimeoutError):
        try:
            secured.recv(1)
        except ssl.SSLError as error:
            return error
    return None


def _chain(secured: ssl.SSLSocket) -> tuple[Certificate, ...]:
    """Return what a server showed; Python hides all but the first from its users until 3.13."""
    if hasattr(secured, "get_unverified_chain"):
        shown: list[bytes] = secured.get_unverified_chain()
    else:
        hidden = getattr(secured, "_sslobj")  # noqa: B009 - a name that types do not know
        shown = [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in hidden.get_unverified_chain() or ()]
    return tuple(_read(x509.load_der_x509_certificate(one)) for one in shown)


@contextmanager
def connection(url: str, timeout: float, lines: Lines) -> Iterator[socket.socket]:
    """Connect to an address (https), within so many s, so that another thread can cut it; OSError, or ValueError."""
    address = urlsplit(url)
    plain, handle = connected(address.hostname or "", address.port or HTTPS, timeout, lines)
    try:
        with plain:
            yield plain
    finally:
        lines.leave(handle)


def _read(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        ssl.DER_cert_to_PEM_cert(certificate.public_bytes(Encoding.DER)),
        certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        one_line(certificate.subject.rfc4514_string()),
        one_line(certificate.issuer.rfc4514_string()),
        _names(certificate),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.subject == certificate.issuer,
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return hosts and addresses that a certificate is for; ValueError when it cannot be read."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(one_line(str(one.value)) for one in names if isinstance(one, x509.DNSName | x509.IPAddress))
