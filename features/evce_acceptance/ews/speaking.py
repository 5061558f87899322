"""HTTP to the server under test: raw bytes out, whatever comes back in, paced and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from ebo_simulator.transport import EwsTransport, trust
from evce_acceptance.ews.messages import SOAP, SOAP_1_1, local, text
from evce_acceptance.site.wire import Pace
from lxml import etree
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

TIMEOUT = 10.0
"""Seconds that an answer may take: what a client of the vendor's toolkit waits."""


class OutOfBudgetError(Exception):
    """The run has sent as many requests as it may."""


class NoAnswerError(Exception):
    """Nothing came back; the message says why."""


@dataclass(frozen=True)
class Fault:
    """A SOAP fault; `name` is the contract's, empty when its detail is none of the contract's."""

    code: str
    reason: str
    name: str
    detail: str
    element: etree._Element


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    """Each header WWW-Authenticate, as it stands."""
    body: bytes = field(repr=False)

    @cached_property
    def envelope(self) -> etree._Element | None:
        """The envelope; None where the answer is no XML, or no envelope."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(self.body, parser)
        except (etree.XMLSyntaxError, ValueError):
            return None
        return root if root.tag in (f"{{{SOAP}}}Envelope", f"{{{SOAP_1_1}}}Envelope") else None

    @cached_property
    def contents(self) -> list[etree._Element]:
        """What is in the body of the envelope."""
        body = None if self.envelope is None else self.envelope.find("{*}Body")
        return [] if body is None else list(body.iterchildren("*"))

    @property
    def content(self) -> etree._Element | None:
        """The answer or the fault."""
        return self.contents[0] if self.contents else None

    @cached_property
    def fault(self) -> Fault | None:
        """The fault; None where the answer is none."""
        found = self.content
        if found is None or found.tag not in (f"{{{SOAP}}}Fault", f"{{{SOAP_1_1}}}Fault"):
            return None
        detail = next((part for part in found if local(part) in ("Detail", "detail")), None)
        named = None if detail is None else next(iter(detail.iterchildren("*")), None)
        name = "" if named is None else local(named)
        return Fault(
            (text(found, "Code/Value") or text(found, "faultcode")).rpartition(":")[2].strip(),
            text(found, "Reason/Text") or text(found, "faultstring"),
            name.removeprefix("Fault_") if name.startswith("Fault_") else "",
            "" if named is None else named.text or "",
            found,
        )

    @property
    def in_words(self) -> str:
        """The answer in some words, for a sentence about it."""
        if self.fault is not None:
            return f"the fault {self.fault.name or self.fault.code or 'without a code'} (HTTP {self.status})"
        if self.content is not None:
            return f"{local(self.content)} (HTTP {self.status})"
        return f"HTTP {self.status}" + ("" if self.body else " and an empty body")


class Speaker:
    """One session with the server, as one user; no more than `most` requests, at the pace that is allowed.

    BadOptionError when the CA file is not there.
    """

    def __init__(
        self, url: str, user: str, password: str, *, ca: Path | None, pace: Pace, most: int, timeout: float = TIMEOUT
    ) -> None:
        self.url, self.user, self.password, self.most = url, user, password, most
        self.sent = 0
        self._timeout, self._pace, self._beyond = timeout, pace, False
        transport = EwsTransport(user, password, timeout, trust(ca, insecure=False))
        self.session = transport.session
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Counted(self))

    def close(self) -> None:
        """Close every connection to the server."""
        self.session.close()

    def turn(self) -> None:
        """Wait until a request may be sent; OutOfBudgetError when no more may be."""
        if self.sent >= self.most and not self._beyond:
            raise OutOfBudgetError
        self._pace.wait_turn()
        self.sent += 1

    @contextmanager
    def beyond_budget(self) -> Iterator[None]:
        """Let requests be sent that take back what others did, whatever was sent before."""
        before, self._beyond = self._beyond, True
        try:
            yield
        finally:
            self._beyond = before

    def send(self, body: bytes, content_type: str, login: AuthBase | None = None) -> Answer:
        """Send a request with the user's login, or another one; NoAnswerError when nothing comes back."""
        return self._exchanged("POST", {"Content-Type": content_type}, body, login)

    def fetch(self) -> Answer:
        """Send a GET; NoAnswerError when nothing comes back."""
        return self._exchanged("GET", {}, None, None)

    def _exchanged(self, method: str, headers: dict[str, str], body: bytes | None, login: AuthBase | None) -> Answer:
        try:
            came = self.session.request(
                method, self.url, data=body, headers=headers, timeout=self._timeout, auth=login, allow_redirects=False
            )
        except requests.RequestException as error:
            raise NoAnswerError(f"nothing came back ({type(error).__name__})") from error
        challenges = came.raw.headers.getlist("WWW-Authenticate") if came.raw is not None else []
        return Answer(came.status_code, came.headers, tuple(challenges), came.content)


class NoLogin(AuthBase):
    """A request without a login."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is."""
        return request


class _Counted(HTTPAdapter):
    """Lets each request, each second attempt of a login too, wait for its turn."""

    def __init__(self, speaker: Speaker) -> None:
        super().__init__()
        self._speaker = speaker

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as in requests
        """Send when it is its turn."""
        self._speaker.turn()
        return super().send(request, *args, **kwargs)
