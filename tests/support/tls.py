"""Servers that speak TLS on the loopback, with certificates that are made for a test."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from evce_connector.clock import SystemClock

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@dataclass(frozen=True)
class Made:
    """A certificate with its key; `above` are those of its issuers, nearest first."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[Made, ...] = ()

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def saved(self, file: Path) -> Path:
        """Write the certificate alone."""
        file.write_bytes(self.pem)
        return file


def _uses(*, issues: bool) -> x509.KeyUsage:
    """Say what a key is for: Python 3.13 believes no issuer that does not."""
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    never = dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=issues, crl_sign=issues, **never)


def make(
    subject: str,
    *names: str,
    issuer: Made | None = None,
    days: tuple[float, float] = (-1, 1),
    now: datetime | None = None,
    bits: ec.EllipticCurve | None = None,
) -> Made:
    """Make a certificate that its issuer signs, or it itself; it holds from so many days from now on, until so many."""
    key, now = ec.generate_private_key(bits or ec.SECP256R1()), now or SystemClock().now()
    owner = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)])
    by = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(owner)
        .issuer_name(issuer.certificate.subject if issuer else owner)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=not (names and issuer), path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(_uses(issues=not (names and issuer)), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_name(one) for one in names]), critical=False)
    return Made(builder.sign(by, hashes.SHA256()), key, (issuer, *issuer.above) if issuer else ())


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def context(made: Made, folder: Path, shown: int = 1) -> ssl.SSLContext:
    """Return what serves a certificate, with as many of its chain shown as told, itself included."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(b"".join(one.pem for one in (made, *made.above)[:shown]))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.write_bytes(made.key.private_bytes(serialization.Encoding.PEM, form, plain))
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(chain, key)
    return served


@contextmanager
def serving(served: ssl.SSLContext | None) -> Iterator[int]:
    """Answer every request with an empty object, by TLS, or hang up at once without; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, served, ended))
        thread.start()
        port = server.getsockname()[1]
        try:
            yield port
        finally:
            ended.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()


def _serve(server: socket.socket, served: ssl.SSLContext | None, ended: threading.Event) -> None:
    while True:
        plain, _ = server.accept()
        with plain:
            if ended.is_set():
                return
            plain.settimeout(5)
            with suppress(OSError):  # clients that do not trust it are the point
                if served:
                    with served.wrap_socket(plain, server_side=True) as secured:
                        if secured.recv(65536):
                            secured.sendall(ANSWER)
                else:
                    plain.recv(65536)
