"""A self-signed certificate for this run of a simulator, made at start and gone with it."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evce_simulator.clock import Clock, SystemClock

_VALID_FOR = timedelta(days=365)


def make_certificate(
    folder: Path, host: str = "127.0.0.1", owner: str = "evce-simulator", clock: Clock | None = None
) -> tuple[Path, Path]:
    """Write a certificate of the owner for localhost, 127.0.0.1 and the host, and its key; return the paths of both.

    It holds from a day before the clock's time for 365 days. The clock is the machine's unless given: clients judge a
    certificate by their own machine's clock, never by the site's.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner)])
    today = (clock or SystemClock()).now()
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + _VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(_alternative_names(host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / f"{owner}.pem", folder / f"{owner}-key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def _alternative_names(host: str) -> list[x509.GeneralName]:
    addresses = ["127.0.0.1"]
    names = ["localhost"]
    try:
        addresses.append(str(ipaddress.ip_address(host)))
    except ValueError:
        names.append(host)
    chosen: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys(names)]
    return chosen + [x509.IPAddress(ipaddress.ip_address(address)) for address in dict.fromkeys(addresses)]
