"""`evce-connector certificate`: what the controller shows, certificates of our own, and what stands in a file."""

from __future__ import annotations

import re
import ssl
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import click
import tomli_w

from evce_connector.cli.options import FILE, can_ask
from evce_connector.cli.printing import JSON, print_json
from evce_connector.clock import SystemClock
from evce_connector.config.checks import http_url
from evce_connector.errors import ConnectorError
from evce_connector.evce.certificate import Certificate, read
from evce_connector.evce.tls_causes import Asked
from evce_connector.evce.trust import distrust, shown, to_trust
from evce_connector.http_server.tls import VALID_FOR, make_files
from evce_connector.site.values import utc_text

PATIENCE = 5.0
"""Seconds that each step of a look at the controller may take."""
NOT_CONFIRMED = 2
"""Exit status when nothing was saved because nobody has compared the fingerprint, or it is another."""
LONGEST = 3650
"""Days that a certificate may hold at most."""
_DIGITS = 64
_QUESTION = "Is {} that the controller shows, or its technician tells?"
_NOBODY_TO_ASK = (
    "Nothing is saved: there is no terminal to ask at. Give --yes FINGERPRINT with what the controller's own page or "
    "its technician tells."
)


@click.group()
def certificate() -> None:
    """Fetch the controller's certificate, make one for the connector's servers, or show a file's."""


@certificate.command("fetch")
@click.argument("url")
@click.option(
    "--output", type=FILE, default="controller-ca.pem", show_default=True, help="File to save it in; never overwritten."
)
@click.option("--yes", "compared", metavar="FINGERPRINT", help="The SHA-256 that was compared; without a terminal.")
def fetch(url: str, output: Path, compared: str | None) -> None:
    """Show what the controller at an https address shows, and save what evce.verify_tls needs.

    Nothing is believed of it, and neither login nor request is sent: you compare the fingerprint. Exit status 1 when no
    certificate is shown, or none that can be trusted; 2 when nothing was saved because nobody said yes.
    """
    origin, given = _origin(url), None if compared is None else _digits(compared)
    _refuse_existing(output)
    chain = shown(Asked(origin, verify=True, timeout=PATIENCE))
    click.echo(f"The controller at {origin} shows:")
    _tell(chain, SystemClock().now())
    trusted = to_trust(chain)
    if trusted is None:
        _nothing_to_trust(origin, chain)
        return
    _confirm(chain[:1] if trusted is chain[0] else (chain[0], trusted), given)
    _save(output, trusted.pem)
    file = str(output.absolute())
    click.echo(f"{output} is saved. For the configuration:\n")
    click.echo(tomli_w.dumps({"evce": {"verify_tls": file}}))
    if why := distrust(Asked(origin, file, PATIENCE)):
        raise ConnectorError(f"The controller is not believed with that file alone: {why}.")
    click.echo("With it the controller is believed.")


@certificate.command("make")
@click.option("--name", "names", multiple=True, required=True, metavar="HOST", help="Host or IP; may be given again.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for both files."
)
@click.option(
    "--days", type=click.IntRange(1, LONGEST), default=VALID_FOR.days, show_default=True, help="How long it holds."
)
def make(names: tuple[str, ...], output: Path, days: int) -> None:
    """Make certificate and key for the EWS server and the pages: connector.pem and connector.key; never overwritten.

    It has signed itself: whoever connects has to import connector.pem, never the key. localhost and 127.0.0.1 are
    among its names always.
    """
    hosts, now = [_host(one) for one in names], SystemClock().now()
    files = [str(one.absolute()) for one in make_files(output, hosts, now, timedelta(days=days))]
    _tell(read(Path(files[0]).read_bytes()), now)
    click.echo("For the configuration, with an https address in each:\n")
    keys = dict(zip(("certificate", "private_key"), files, strict=True))
    click.echo(tomli_w.dumps({"ews": keys, "portal": keys}))
    click.echo(f"Import {files[0]} where clients connect from; give {files[1]} to nobody.")


@certificate.command("show")
@click.argument("file", type=FILE)
@JSON
def show(file: Path, *, as_json: bool) -> None:
    """Show the certificates of a file: for whom, by whom, how long, and their SHA-256 fingerprints."""
    content = file.read_bytes()
    try:
        found = read(content)
    except ValueError as error:
        raise ConnectorError(_no_pem(file, content)) from error
    if as_json:
        print_json([_as_data(one) for one in found])
        return
    _tell(found, SystemClock().now())
    if b"PRIVATE KEY-----" in content:
        click.echo("A private key stands in this file too: give it to nobody.")


def _tell(chain: Iterable[Certificate], now: datetime) -> None:
    """Print certificates, each as a block of lines."""
    for one in chain:
        state = ", which is over" if one.until < now else ", which has not begun" if one.since > now else ""
        rows = {
            "Subject": one.subject,
            "Names": ", ".join(one.names) or "none",
            "Issuer": "itself" if one.own else one.issuer,
            "Valid": f"{one.since:%Y-%m-%d} to {one.until:%Y-%m-%d}{state}",
            "SHA-256": one.fingerprint,
        }
        click.echo("".join(f"\n  {name:8} {text}" for name, text in rows.items()).removeprefix("\n") + "\n")


def _as_data(one: Certificate) -> dict[str, object]:
    """Return what is told of a certificate, for programs; times are UTC."""
    said = asdict(one) | {"since": utc_text(one.since), "until": utc_text(one.until)}
    return {name: value for name, value in said.items() if name != "pem"}


def _origin(url: str) -> str:
    """Return scheme, host and port of an https address; ConnectorError when it is none."""
    try:
        parts = urlsplit(http_url(url))
    except ValueError as error:
        raise ConnectorError("That is no address of a controller: give https://HOST or https://HOST:PORT.") from error
    if parts.scheme != "https":
        raise ConnectorError("At an http address no certificate is shown: give the controller's https address.")
    return f"https://{parts.netloc}"


def _host(name: str) -> str:
    """Return what a certificate may name; ConnectorError when it is no host."""
    try:
        return str(ip_address(name))
    except ValueError:
        pass
    try:
        if urlsplit(http_url(f"https://{name}")).netloc == name and ":" not in name:
            return name.lower()
    except ValueError:
        pass
    raise ConnectorError(
        f"{name!r} is no host: give --name with what stands in the https address, as bms.lan or 10.1.2.3."
    )


def _digits(fingerprint: str) -> str:
    """Return the digits of a fingerprint as programs and pages write it; ConnectorError when it is no SHA-256."""
    digits = re.sub(r"[\s:-]", "", fingerprint.rpartition("=")[2]).upper()
    if not re.fullmatch(rf"[0-9A-F]{{{_DIGITS}}}", digits):
        raise ConnectorError(
            f"--yes takes a SHA-256 fingerprint, {_DIGITS} hexadecimal digits; colons may stand between."
        )
    return digits


def _confirm(chosen: Sequence[Certificate], given: str | None) -> None:
    """See that a person has compared a fingerprint, its own or its issuer's; exit status 2 when not.

    Its own is enough: whoever speaks TLS with that key has shown the others too.
    """
    if given is not None:
        if given not in [one.fingerprint.replace(":", "") for one in chosen]:
            click.echo("Nothing is saved: the controller shows no certificate with that fingerprint.", err=True)
            sys.exit(NOT_CONFIRMED)
        return
    if not can_ask():
        click.echo(_NOBODY_TO_ASK, err=True)
        sys.exit(NOT_CONFIRMED)
    if not click.confirm(
        _QUESTION.format("this the fingerprint" if len(chosen) == 1 else "one of these the fingerprint")
    ):
        click.echo("Nothing is saved.")
        sys.exit(NOT_CONFIRMED)


def _nothing_to_trust(origin: str, chain: Sequence[Certificate]) -> None:
    """Say that no file is needed; ConnectorError says whose is, where it is not shown."""
    if not distrust(Asked(origin, verify=True, timeout=PATIENCE)):
        click.echo("This machine believes it already: verify_tls = true needs no file. Nothing is saved.")
        return
    raise ConnectorError(
        f"The certificate of its issuer, {chain[-1].issuer}, is not shown, so nothing is saved. Ask who runs the "
        "controller for that certificate (PEM), look at it with evce-connector certificate show FILE, and write the "
        "file into evce.verify_tls."
    )


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise ConnectorError(f"{file} is there already and stays as it is: give another file with --output.")


def _save(file: Path, pem: str) -> None:
    """Write a file that is not there yet."""
    try:
        with file.open("x", encoding="ascii") as made:
            made.write(pem)
    except FileExistsError:
        _refuse_existing(file)
        raise


def _no_pem(file: Path, content: bytes) -> str:
    """Say what a file is that holds no certificate as PEM."""
    try:
        read(ssl.DER_cert_to_PEM_cert(content).encode("ascii"))
    except ValueError:
        return f"{file} holds no certificate (PEM): it begins with -----BEGIN CERTIFICATE-----."
    return f"{file} holds a certificate as DER, and PEM is needed: openssl x509 -inform der -in {file} -out FILE.pem"
