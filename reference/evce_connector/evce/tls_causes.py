"""Every trouble with the TLS of a controller, or another connector: one sentence that says what, where, what to do."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from evce_connector.clock import Clock, SystemClock
from evce_connector.evce import ca_file
from evce_connector.evce.certificate import Certificate, Greeting, greeted, root_of
from evce_connector.evce.lines import Lines

LOOK = 2.0
"""Seconds that each step of a look at the other side's certificate may take at most."""
NAMES = 5
"""Names of a certificate that a sentence tells at most."""


@dataclass(frozen=True)
class Asked:
    """Who was asked: at which URL, trusting what (as evce.verify_tls), within so many s for each step.

    `address` and `trust` are what the settings of both are called, `who` is whom they lead to. `clock` is this
    machine's own, by which TLS judges a certificate whatever time it is on the site.
    """

    url: str
    verify: bool | str
    timeout: float
    lines: Lines = field(default_factory=Lines)
    address: str = "evce.base_url"
    trust: str = "evce.verify_tls"
    who: str = "the controller"
    clock: Clock = field(default_factory=SystemClock)

    @property
    def host(self) -> str:
        """The host, as the certificate has to name it."""
        return urlsplit(self.url).hostname or ""

    @property
    def fetch(self) -> str:
        """The command that shows and saves what the other side shows."""
        return f"evce-connector certificate fetch {'://'.join(urlsplit(self.url)[:2])}"

    def greeting(self, *, waits: bool = False) -> Greeting:
        """Look at what the other side shows; with `waits` also whether it refuses afterwards."""
        try:
            return greeted(self.url, min(self.timeout, LOOK), self.lines, waits=waits)
        except ValueError:  # what it shows is no certificate
            return Greeting()


def tls_cause(error: Exception, asked: Asked) -> str:
    """Say what of TLS kept an answer away; empty when it was something else."""
    if no_file := _no_ca_file(error, asked):
        return no_file
    refusal = next((one for one in _beneath(error) if isinstance(one, ssl.SSLError)), None)
    return "" if refusal is None else sentence(refusal, asked, asked.greeting())


def refusal_after_greeting(asked: Asked) -> str:
    """Say whether the other side refuses our TLS, where a connection broke: a refusal is lost when it closes at once.

    Empty when it does not.
    """
    greeting = asked.greeting(waits=True)
    return sentence(greeting.refusal, asked, greeting) if isinstance(greeting.refusal, ssl.SSLError) else ""


def _no_ca_file(error: Exception, asked: Asked) -> str:
    """Say what is wrong with the file of CAs, where that may have been the cause."""
    if not isinstance(asked.verify, str):
        return ""
    beneath = list(_beneath(error))
    may_be = any(isinstance(one, ssl.SSLError | PermissionError) for one in beneath)
    if not (may_be or "CA certificate bundle" in str(error)):
        return ""
    if not (wrong := ca_file.fault(asked.verify)):
        return ""
    return (
        f"the CA file {asked.verify} of {asked.trust} {wrong}: correct that, or save the file with "
        f"{asked.fetch} --output FILE"
    )


def _beneath(error: BaseException) -> Iterator[BaseException]:
    """Walk from an error of a library down to what it was made of."""
    waiting, seen = [error], list[BaseException]()
    while waiting:
        one = waiting.pop(0)
        if any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        parts = (*one.args, getattr(one, "reason", None), one.__cause__)
        waiting += [part for part in parts if isinstance(part, BaseException)]


def sentence(refusal: ssl.SSLError, asked: Asked, greeting: Greeting) -> str:
    """Say what a refusal means, after `greeting` has looked at who refused."""
    if isinstance(refusal, ssl.SSLCertVerificationError):
        return VERIFICATION.get(refusal.verify_code, _unfit)(refusal, asked, greeting)
    reason = str(refusal.reason or refusal)
    words = next((say for sign, say in HANDSHAKE.items() if sign in reason), _no_agreement)
    return words(refusal, asked, greeting)


Say = Callable[[ssl.SSLError, Asked, Greeting], str]


def _other_name(_: ssl.SSLError, asked: Asked, greeting: Greeting) -> str:
    shown = _first(greeting)
    if shown is None:
        names, write = "another name", "the name that stands in it"
    elif not shown.names:
        return f"its certificate names no host, only {shown.subject}: have one made that names {asked.host}"
    else:
        more = f" and {len(shown.names) - NAMES} more" if len(shown.names) > NAMES else ""
        names = ", ".join(shown.names[:NAMES]) + more
        write = names if len(shown.names) == 1 else "one of these"
    return (
        f"its certificate is for {names}, not for {asked.host}: write {write} into {asked.address}, or have one made "
        f"for {asked.host}"
    )


def _expired(_: ssl.SSLError, asked: Asked, greeting: Greeting) -> str:
    now = asked.clock.now()
    ended = next((one for one in greeting.chain if one.until < now), None)
    since = f" on {_clocks(ended.until, now)}" if ended else ""
    return f"{_whose(ended, asked, greeting)} has expired{since}: have it renewed, or set this machine's clock right"


def _too_young(_: ssl.SSLError, asked: Asked, greeting: Greeting) -> str:
    now = asked.clock.now()
    young = next((one for one in greeting.chain if one.since > now), None)
    since = f" before {_clocks(young.since, now)}" if young else " yet"
    return f"{_whose(young, asked, greeting)} is not valid{since}: set the clocks of it and of this machine right"


def _not_trusted(_: ssl.SSLError, asked: Asked, greeting: Greeting) -> str:
    """Tell apart one that has signed itself, and one of an issuer that is shown, or is not."""
    shown = _first(greeting)
    if shown is None:
        return f"its certificate is not trusted: look at it with {asked.fetch}, and give its CA file as {asked.trust}"
    given = asked.verify if isinstance(asked.verify, str) else ""
    file = f"{asked.fetch}, which saves the file for {asked.trust}"
    if shown.own:
        other = f" and is not the one in {given}" if given else ""
        return (
            f"its certificate is not trusted: it has signed itself{other} (SHA-256 fingerprint "
            f"{shown.fingerprint}): compare that with what {asked.who} or its technician tells, and trust it "
            f"by {file}"
        )
    other = f", who is not in {given}" if given else ""
    what = f"it was issued by {shown.issuer}{other} (SHA-256 fingerprint {shown.fingerprint})"
    if root_of(greeting.chain):
        return f"its certificate is not trusted: {what}: its issuer's is shown too, compare and trust it by {file}"
    return (
        f"its certificate is not trusted: {what}: ask who runs {asked.who} for the certificate of that issuer "
        f"(PEM), and write its file into {asked.trust}; {asked.fetch} shows more"
    )


def _unfit(refusal: ssl.SSLError, asked: Asked, _: Greeting) -> str:
    why = getattr(refusal, "verify_message", "") or "no reason is told"
    return f"its certificate cannot be used ({why}): have another made, and look at this one with {asked.fetch}"


def _plain(_: ssl.SSLError, asked: Asked, __: Greeting) -> str:
    return f"it does not speak TLS at this port: correct the port in {asked.address}, or write http://"


def _no_version(_: ssl.SSLError, asked: Asked, __: Greeting) -> str:
    return f"it and this machine share no version of TLS: let {asked.who} speak TLS 1.2 or 1.3, or update it"


def _refused(_: ssl.SSLError, asked: Asked, greeting: Greeting) -> str:
    """Tell apart what one alert means: before anything was agreed it is the ciphers, then that we show nothing."""
    if greeting.agreed:
        return _wants_ours(_, asked, greeting)
    return f"it and this machine share no cipher of TLS: let {asked.who} offer ECDHE with AES-GCM, or update it"


def _wants_ours(_: ssl.SSLError, asked: Asked, __: Greeting) -> str:
    return (
        f"it wants a certificate of its client, and the connector has none: let {asked.who} take login and password "
        "alone"
    )


def _weak(_: ssl.SSLError, asked: Asked, __: Greeting) -> str:
    return (
        f"its key is too short, or its signature too old, for TLS today: have a new certificate made for {asked.host}"
    )


def _closed(_: ssl.SSLError, asked: Asked, greeting: Greeting) -> str:
    """Say that it hung up, where it does so again; where it does not, it was a connection that broke."""
    if greeting.chain:
        return ""
    return (
        "it closes the connection while TLS is agreed on: wait if it has just started, else correct host and port in "
        f"{asked.address}"
    )


def _no_agreement(refusal: ssl.SSLError, asked: Asked, __: Greeting) -> str:
    why = (refusal.reason or "no reason is told").replace("_", " ").lower()
    return (
        f"no TLS can be agreed on with it ({why}): see whether {asked.address} names its https port, and whether it "
        "speaks TLS 1.2 or 1.3"
    )


VERIFICATION: dict[int, Say] = {
    9: _too_young,
    10: _expired,
    18: _not_trusted,  # has signed itself
    19: _not_trusted,  # a root that is shown, and that nobody trusts
    20: _not_trusted,  # an issuer that is not there
    21: _not_trusted,  # the same, of one that came alone
    62: _other_name,  # a host
    64: _other_name,  # an address
}
"""What OpenSSL's verification finds, by its code (X509_V_ERR_...)."""
HANDSHAKE: dict[str, Say] = {
    "WRONG_VERSION_NUMBER": _plain,
    "RECORD_LAYER_FAILURE": _plain,
    "HTTP_REQUEST": _plain,
    "PROTOCOL_VERSION": _no_version,
    "UNSUPPORTED_PROTOCOL": _no_version,
    "NO_PROTOCOLS_AVAILABLE": _no_version,
    "HANDSHAKE_FAILURE": _refused,
    "CERTIFICATE_REQUIRED": _wants_ours,
    "ALERT_BAD_CERTIFICATE": _wants_ours,
    "KEY_TOO_SMALL": _weak,
    "MD_TOO_WEAK": _weak,
    "EOF": _closed,
}
"""What fails while TLS is agreed on, by what OpenSSL's reason holds; the first that fits."""


def _first(greeting: Greeting) -> Certificate | None:
    return greeting.chain[0] if greeting.chain else None


def _whose(one: Certificate | None, asked: Asked, greeting: Greeting) -> str:
    """Name a certificate: its own, an issuer's that is shown, or one of the file."""
    if one is not None and one is not greeting.chain[0]:
        return f"the certificate of its issuer, {one.subject},"
    if one is None and greeting.chain:
        return f"a certificate of its issuers ({asked.verify if isinstance(asked.verify, str) else asked.trust})"
    return "its certificate"


def _clocks(instant: datetime, now: datetime) -> str:
    """Tell an instant and what the clock says: days, and times where both are of the same day.

    So the sentence stays the same from poll to poll.
    """
    form = "%Y-%m-%d %H:%M UTC" if instant.date() == now.date() else "%Y-%m-%d"
    return f"{instant:{form}}, and the clock of this machine says {now:{form}}"
