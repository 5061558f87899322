"""What people on the pages try: both neighbours, and whether the controller's API is as the profile says (C-13).

All that asks the controller is cut when the connector ends. A login that the controller refused is not sent again at
once, for whoever presses a button: controllers lock accounts after a few.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Literal

from evce_connector.clock import Clock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.neighbours import Evce
from evce_connector.errors import ConnectorError
from evce_connector.evce import profile as profiles
from evce_connector.evce.apis import is_contract
from evce_connector.evce.certificate import Certificate
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import (
    EvceAnswerError,
    EvceBusyError,
    EvceError,
    EvceLoginError,
    EvceRefusalError,
    EvceUnreachableError,
    EvceVersionError,
)
from evce_connector.evce.lines import Lines
from evce_connector.evce.reader import SiteReader
from evce_connector.evce.tls_causes import Asked
from evce_connector.evce.trust import shown
from evce_connector.host import neighbours
from evce_connector.host.clients import Clients
from evce_connector.host.findings import Finding, Look
from evce_connector.host.options import evce_options
from evce_connector.host.refused_logins import RefusedBeforeError, RefusedLogins
from evce_connector.portal.tried import Proposal, Reached, Tried
from evce_connector.probe import contact as probe
from evce_connector.probe.asking import Asking, ProbeError, Target
from evce_connector.probe.comparing import otherwise, wrong_besides
from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import Word
from evce_connector.probe.login import door
from evce_connector.site.model import Site

PACE = 20.0
"""Requests a second of a look at the API, while somebody waits for it."""
LONGEST = 60.0
"""Seconds after which that look is cut: some 30 requests take 2 s."""
PATIENCE = 5.0
"""Seconds that each step of fetching a certificate may take."""
TOLD = 8
"""Differences that are told one by one."""
FIELDS = {
    "--evce": "Evce Base Api Url",
    "--login": "Evce Login",
    "--password-file": "Evce Password",
    "--ca": "Verify Tls",
    "with a smaller --requests-per-second": "when it has less to do",
}
"""Where First Steps ask for what the command's options say."""
Way = Literal["basic", "token"]
WAYS: dict[str, Way] = {"basic": "basic", "bearer": "token"}
"""Ways of login by what a controller asks for in WWW-Authenticate."""
HARMLESS = ("login", "Token.expiresIn")
"""Parts of which what is wrong hinders no poll."""
_UNSEEN = "Whether its API is as the profile says could not be seen"


class Trying:
    """Asks both neighbours for people who wait for it."""

    def __init__(self, clients: Clients, refused: RefusedLogins, clock: Clock) -> None:
        """Make it; `clock` is that of people."""
        self._clients, self._refused, self._clock = clients, refused, clock

    def looked_at(self, configuration: Configuration, serving: str) -> list[Finding]:
        """Look at both neighbours as far as they are named, for Validate; `serving` is where the EWS server serves."""
        return neighbours.looked_at(configuration, serving, self._controller)

    def tried(self, configuration: Configuration, serving: str) -> Tried:
        """Look at both before they are saved, and at the controller's API."""
        kind = _AtController if is_contract(profiles.load(configuration.evce.profile)) else _AtDialect
        at_controller = kind(self._controller, self)
        found = neighbours.tried(configuration, serving, at_controller.look)
        return Tried(found, at_controller.reached, at_controller.proposal)

    def certificate(self, url: str) -> Certificate:
        """Fetch the certificate that a controller shows; EvceUnreachableError."""
        return shown(Asked(url, verify=True, timeout=PATIENCE, lines=self._clients.take_in(Lines())))[0]

    def _controller(self, configuration: Configuration) -> list[Finding]:
        """Ask the controller who it is, unless it has just refused the same login.

        It may be another controller than ours: what it names by texts gets no number in our database.
        """
        options, profile = evce_options(configuration.evce), profiles.load(configuration.evce.profile)
        with self._refused.once(options):
            return neighbours.controller(configuration, lambda: self._clients.take_in(EvceClient(options, profile)))

    def read(self, evce: Evce) -> Site:
        """Read the whole site once, by the chosen profile; EvceError, or RefusedBeforeError."""
        options, profile = evce_options(evce), profiles.load(evce.profile)
        with self._refused.once(options), self._clients.take_in(EvceClient(options, profile)) as client:
            return SiteReader(profile).read(client.fetch())

    def probed(self, evce: Evce, way: Way) -> Contact:
        """Look at the API, read-only, by the chosen profile; ProbeError, or RefusedBeforeError."""
        options, profile = replace(evce_options(evce), authentication=way), profiles.load(evce.profile)
        with ExitStack() as ends, self._refused.once(options):

            def begin(asking: Asking) -> None:
                self._clients.take_in(asking)
                timer = threading.Timer(LONGEST, asking.cut)
                timer.daemon = True
                timer.start()
                ends.callback(timer.join)
                ends.callback(timer.cancel)

            return probe.make(_target(evce), self._clock, _say_nothing, begin=begin, profile=profile)

    def wants(self, evce: Evce) -> str:
        """Ask without a login how the controller wants to be logged in to; empty when it does not say. ProbeError."""
        with Asking(_target(evce), self._clock, _say_nothing) as asking:
            self._clients.take_in(asking)
            return door(asking).headers.get("WWW-Authenticate", "").partition(" ")[0].lower()


def _target(evce: Evce) -> Target:
    options = evce_options(evce)
    return Target(options.base_url, options.login, options.password, options.verify_tls, PACE)


class _AtController:
    """One try at the controller, how far it came, and what would bring it further."""

    def __init__(self, ask: Look, trying: Trying) -> None:
        self._ask, self._trying = ask, trying
        self.reached = Reached.NOTHING
        self.proposal: Proposal | None = None

    def look(self, configuration: Configuration) -> list[Finding]:
        """Ask who it is, and if it answers, look at its API; a ConnectorError says why it does not."""
        evce = configuration.evce
        way: Way = evce.authentication
        try:
            found = self._ask(configuration)
        except (EvceAnswerError, EvceRefusalError, EvceVersionError) as error:  # its API may be elsewhere
            found = [Finding("error", str(error))]
        except EvceLoginError as error:
            self.reached = Reached.ANSWERS
            other = self._other_way(evce)
            if other is None:
                raise
            way = other
            found = [Finding("error", str(error))]
        except (EvceBusyError, RefusedBeforeError):
            self.reached = Reached.ANSWERS
            raise
        else:
            self.reached = Reached.LOGGED_IN
        return found + self._at_api(evce, way, lets_us_in=self.reached is Reached.LOGGED_IN)

    def _other_way(self, evce: Evce) -> Way | None:
        """Return the way of login that a controller asks for in place of the chosen one; None if it does not."""
        with suppress(ProbeError):
            asked = WAYS.get(self._trying.wants(evce))
            return asked if asked != evce.authentication else None
        return None

    def _at_api(self, evce: Evce, way: Way, *, lets_us_in: bool) -> list[Finding]:
        """Say what of the API is not as the settings say; where they let us in, base path and login are right."""
        try:
            contact = self._trying.probed(evce, way)
        except (ProbeError, RefusedBeforeError) as error:
            self.reached = max(self.reached, Reached.ANSWERS)
            return [Finding("warning", f"{_UNSEEN}. {_in_fields(error)}")]
        self.reached = Reached.LOGGED_IN
        if lets_us_in and contact.places.base != _target(evce).path:
            return [Finding("warning", f"{_UNSEEN}: zones are found at {contact.places.base or 'no base path'} alone.")]
        differences, besides = otherwise(contact, profiles.load(evce.profile)), wrong_besides(contact)
        self.proposal = _proposal(contact, evce, differences, lets_us_in=lets_us_in)
        said = [*_elsewhere(self.proposal, evce), *differences]
        said += [f"{one.part}: {one.text}: {one.advice}" for one in besides]
        rest = [f"{len(said) - TOLD} more differences"] if len(said) > TOLD else []
        fits = []
        if self.proposal is None and all(one.part in HARMLESS for one in besides):
            fits, self.reached = [_fits(contact, evce.profile)], Reached.FITS
        return [*fits, *(Finding("warning", f"{text.removesuffix('.')}.") for text in [*said[:TOLD], *rest])]


class _AtDialect(_AtController):
    """The same where the profile is a whole dialect: its site is read, for nothing could be proposed in its place."""

    def look(self, configuration: Configuration) -> list[Finding]:
        """Ask who it is, and read its site; a ConnectorError says why it does not answer."""
        evce = configuration.evce
        try:
            found = self._ask(configuration)
        except (EvceUnreachableError, ConfigurationError):
            raise
        except ConnectorError:
            self.reached = Reached.ANSWERS
            raise
        self.reached = Reached.LOGGED_IN
        try:
            site = self._trying.read(evce)
        except (EvceError, RefusedBeforeError) as error:
            return [*found, Finding("error", str(error))]
        if not site.unreadable:
            self.reached = Reached.FITS
        return [*found, *_said_of(site, evce.profile)]


def _said_of(site: Site, profile: str) -> Iterator[Finding]:
    """Say what was read of a site, and what could not be."""
    counts = f"zones {len(site.zones)}, stations {len(site.stations)}, connectors {len(site.connectors)}"
    yield Finding("good", f"The profile {profile} reads the controller's site: {counts}.")
    odd = [f"{path} cannot be read: {why}." for path, why in site.unreadable.items()]
    rest = [f"{len(odd) - TOLD} more cannot be read."] if len(odd) > TOLD else []
    yield from (Finding("warning", text) for text in [*odd[:TOLD], *rest])


def _fits(contact: Contact, profile: str) -> Finding:
    words = Counter(one.word for one in contact.findings)
    seen = f"{words[Word.VERIFIED]} things are as expected, {words[Word.OPEN]} could not be seen yet"
    return Finding("good", f"The profile {profile} fits the controller's API: {seen}.")


def _proposal(contact: Contact, evce: Evce, differences: list[str], *, lets_us_in: bool) -> Proposal | None:
    """Return what would let the connector understand the controller; None when the settings do."""
    given = evce.base_url.rstrip("/"), evce.authentication
    base_url = given[0].removesuffix(_target(evce).path) + contact.places.base
    found = given if lets_us_in else (base_url, contact.places.authentication)
    if found == given and not differences:
        return None
    return Proposal(contact.texts["profile.toml"] if differences else "", *found)


def _elsewhere(proposal: Proposal | None, evce: Evce) -> Iterator[str]:
    """Say where the API is and how it is logged in to, if not as the settings say."""
    if proposal and proposal.base_url != evce.base_url.rstrip("/"):
        yield f"Its API is at {proposal.base_url}"
    if proposal and proposal.authentication != evce.authentication:
        yield f"It is logged in to by {proposal.authentication}, not by {evce.authentication}"


def _in_fields(error: ConnectorError) -> str:
    """Give the advice for whoever fills in a form, not a command."""
    text = str(error)
    for option, label in FIELDS.items():
        text = re.sub(rf"(?<!\S){option}(?![\w-])", label, text)
    return text


def _say_nothing(_: str) -> None:
    """Hear of a request; what is found says enough."""
