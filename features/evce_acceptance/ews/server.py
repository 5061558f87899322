"""The server under test in one version of EWS: asks it, and keeps what was said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from evce_acceptance.ews.contract import operations
from evce_acceptance.ews.messages import content_type, envelope, local, request
from evce_acceptance.ews.observing import Observed, look_at_fault, observe
from evce_acceptance.ews.results import Exchange
from evce_acceptance.ews.speaking import Answer, NoAnswerError, Speaker
from lxml import etree
from requests.auth import AuthBase


class WrongError(Exception):
    """What a check found wrong: a sentence of what was sent, what came, and what should have."""


class NotTestedError(Exception):
    """Why a check could not be made."""


class Server:
    """One version of EWS at the server; `last` is the exchange that a failure shows."""

    def __init__(self, speaker: Speaker, version: str) -> None:
        self.speaker, self.version = speaker, version
        self.observed = Observed()
        self.last: Exchange | None = None
        self.refused: dict[str, Exchange] = {}
        """Operations that were answered as not offered, with the first such exchange."""

    def ask(self, operation: str, content: str = "", **attributes: str) -> Answer:
        """Ask an operation, and look at the answer's form."""
        body = envelope(request(operation, self.version, content, **attributes))
        answer = self.send(operation, body)
        assert self.last is not None
        observe(self.observed, answer, self.last, self.version)
        if answer.fault is not None and answer.fault.name == "Operation_Not_Supported":
            self.refused.setdefault(operation, self.last)
        return answer

    def send(self, operation: str, body: bytes, media: str | None = None, login: AuthBase | None = None) -> Answer:
        """Send a body as it is; NoAnswerError when nothing comes back."""
        media = media or content_type(operation)
        is_usual = login is None
        self.last = Exchange(operation, media, body, None, b"", is_usual)
        answer = self.speaker.send(body, media, login)
        self.last = Exchange(operation, media, body, answer.status, answer.body, is_usual)
        return answer

    def send_oddly(self, operation: str, body: bytes, media: str | None = None) -> Answer:
        """Send a body that is wrong or strange; of what comes back only a fault's form is looked at."""
        answer = self.send(operation, body, media)
        if answer.fault is not None and self.last is not None:
            look_at_fault(self.observed, answer, answer.fault, self.last)
        return answer

    def good(self, operation: str, content: str = "", **attributes: str) -> etree._Element:
        """Ask an operation that must be answered; WrongError when it is not."""
        answer = self.ask(operation, content, **attributes)
        found = answer.content
        if found is None or local(found) != operations()[operation].response:
            raise WrongError(f"{operation} was answered by {answer.in_words}, not by a {operation}Response.")
        return found

    def faulty(self, operation: str, what: str, content: str, *names: str) -> Answer:
        """Ask for what must be a fault of one of the names; WrongError otherwise, which tells `what` was asked for."""
        answer = self.ask(operation, content)
        wanted = " or ".join(names) or "a fault"
        if answer.fault is None:
            raise WrongError(f"{operation} {what} was answered by {answer.in_words}; it must be the fault {wanted}.")
        if names and answer.fault.name not in names:
            raise WrongError(f"{operation} {what} was answered by {answer.in_words}; the contract has {wanted} for it.")
        return answer

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Keep the present exchange as the one that a failure shows, whatever is asked within."""
        before = self.last
        try:
            yield
        finally:
            self.last = before


__all__ = ["NoAnswerError", "NotTestedError", "Server", "WrongError"]
