"""What is wrong with a server's TLS, told by what it shows: whose certificate, for which names, until when."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ebo_simulator.errors import BadOptionError, EboError, NoTlsError, UntrustedCertificateError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_PATIENCE = 5.0
"""Seconds that a look at a certificate may take at most."""
_NAMES = 5
"""Names that a sentence tells at most."""
_DAY = "%Y-%m-%d"
_PLAIN = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
"""What OpenSSL finds where plain text is spoken."""
_NO_CA = ("NO_CERTIFICATE_OR_CRL_FOUND", "NO_START_LINE", "PEM_LIB")
"""What it finds in a file that is to hold certificates, and does not."""


@dataclass(frozen=True)
class _Side:
    """Who was asked, the CA file that was given or none, the time now, and the certificate that was shown, if any."""

    url: str
    ca: str
    now: datetime
    shown: x509.Certificate | None

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def clock(self) -> str:
        return f"the clock of this machine says {self.now:{_DAY}}"


def why_untrusted(error: Exception, refusal: ssl.SSLError, url: str, verify: bool | str, now: datetime) -> EboError:
    """Return what tells why TLS with a server came to nothing: `refusal` lies below the `error` of the library."""
    ca = verify if isinstance(verify, str) else ""
    reason = refusal.reason or str(refusal)
    if ca and any(sign in reason for sign in _NO_CA):
        return BadOptionError(f"The CA file {ca} holds no certificate; name a PEM file with --ca.")
    if any(sign in reason for sign in _PLAIN):
        return NoTlsError(url)
    if not isinstance(refusal, ssl.SSLCertVerificationError):
        return UntrustedCertificateError(url, f"TLS cannot be agreed on: {reason.replace('_', ' ').lower()}")
    if say := _VERIFIED.get(refusal.verify_code):
        return say(_Side(url, ca, now, _shown(url)))
    return UntrustedCertificateError(url, refusal.verify_message or str(error))


def _shown(url: str) -> x509.Certificate | None:
    """Return the certificate that a server shows to anybody; none where it cannot be had."""
    parts = urlsplit(url)
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), _PATIENCE) as plain,
            anybody.wrap_socket(plain, server_hostname=parts.hostname) as secured,
        ):
            return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError):
        return None


def _for_another(side: _Side) -> EboError:
    names = _names(side.shown)
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    told = ", ".join(names[:_NAMES]) + more or "no host"
    write = f"Write {'one of these' if len(names) > 1 else names[0]} into --url, or have" if names else "Have"
    return UntrustedCertificateError(
        side.url, f"it is for {told}, not for {side.host}", f"{write} a certificate made for {side.host}."
    )


def _names(shown: x509.Certificate | None) -> list[str]:
    if shown is None:
        return []
    try:
        names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress)]


def _expired(side: _Side) -> EboError:
    """Name the day of the server's own certificate; an issuer's is not looked at."""
    ended = side.shown.not_valid_after_utc if side.shown else side.now
    when = f"it has expired on {ended:{_DAY}}" if ended < side.now else "it or its issuer's has expired"
    return UntrustedCertificateError(
        side.url, f"{when}, and {side.clock}", "Have it renewed, or set the clock of this machine right."
    )


def _too_young(side: _Side) -> EboError:
    begins = side.shown.not_valid_before_utc if side.shown else side.now
    when = f"it is not valid before {begins:{_DAY}}" if begins > side.now else "it or its issuer's is not valid yet"
    return UntrustedCertificateError(
        side.url, f"{when}, and {side.clock}", "Set the clocks of the server and of this machine right."
    )


def _unknown(side: _Side) -> EboError:
    if side.shown is None:
        return UntrustedCertificateError(side.url, "nobody whom this machine trusts has issued it")
    fingerprint = side.shown.fingerprint(hashes.SHA256()).hex(":").upper()
    alone = side.shown.issuer == side.shown.subject
    who = "it has signed itself" if alone else f"it was issued by {side.shown.issuer.rfc4514_string()}"
    given = f", and that is not in {side.ca}" if side.ca else ""
    at = urlsplit(side.url).netloc.rpartition("@")[2]
    file = f"`evce-connector certificate fetch https://{at} --output FILE`"
    get = f"save it with {file}" if alone else f"get its issuer's from them, or with {file} where the server shows it"
    return UntrustedCertificateError(
        side.url,
        f"{who}{given} (SHA-256 fingerprint {fingerprint})",
        f"Compare the fingerprint with what the server's technicians tell; then {get}, and name that file with "
        "--ca FILE, or use --insecure on a test bench.",
    )


_VERIFIED: dict[int, Callable[[_Side], EboError]] = {
    9: _too_young,
    10: _expired,
    18: _unknown,  # has signed itself
    19: _unknown,  # a root that is shown, and that nobody trusts
    20: _unknown,  # an issuer that is not there
    21: _unknown,  # the same, of one that came alone
    62: _for_another,  # a host
    64: _for_another,  # an address
}
"""What OpenSSL finds wrong with a certificate, by its code (X509_V_ERR_...)."""
