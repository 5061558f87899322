"""The only way to the site: requests are paced, kept in the wire log, and stripped of secrets."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import requests
from ebo_simulator.clock import Clock
from evce_acceptance.results.run import Exchange
from requests.adapters import HTTPAdapter

REDACTED = "(redacted)"
MAX_TEXT = 20_000
"""Characters of a body that the wire log keeps."""

_SECRETS = (
    re.compile(r'("(?:password|token|accessToken|refreshToken|apiKey)"\s*:\s*")[^"]*'),
    re.compile(r"(\bBearer\s+)[\w.~+/=-]+"),
    re.compile(r"(\bBasic\s+)[\w+/=]+"),
)
_OPERATION = re.compile(r"<(?:[\w-]+:)?Body[^>]*>\s*<(?:[\w-]+:)?(\w+?)(?:Request)?[\s>/]")


class Pace:
    """No more requests a second than the site allows, whoever of the run asks."""

    def __init__(self, requests_per_second: float, clock: Clock) -> None:
        self._gap, self._clock = 1 / requests_per_second, clock
        self._next = float("-inf")
        self._lock = threading.Lock()

    def wait_turn(self) -> None:
        """Return when the next request may be sent."""
        with self._lock:
            self._clock.wait(self._next - self._clock.monotonic())
            self._next = self._clock.monotonic() + self._gap  # counted from when it is really sent


class WireLog:
    """Every exchange of the run, redacted, in order; secrets given at the start never appear in it."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self.exchanges: list[Exchange] = []
        self._secrets = tuple(secret for secret in secrets if secret)
        self._lock = threading.Lock()

    def redact(self, text: str) -> str:
        """Take secrets out of a text."""
        for pattern in _SECRETS:
            text = pattern.sub(rf"\g<1>{REDACTED}", text)
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text

    def keep(self, exchange: Exchange) -> None:
        """Add an exchange."""
        with self._lock:
            self.exchanges.append(exchange)


class PacedAdapter(HTTPAdapter):
    """An adapter of requests through which a party of the site is spoken to."""

    def __init__(self, party: str, pace: Pace, log: WireLog, clock: Clock) -> None:
        super().__init__()
        self._party, self._pace, self._log, self._clock = party, pace, log, clock
        self.observer: Callable[[Exchange], None] | None = None

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as in requests
        """Send when it is its turn, and keep what was said."""
        self._pace.wait_turn()
        at, start = self._clock.now(), self._clock.monotonic()
        response, error = None, ""
        try:
            response = super().send(request, *args, **kwargs)
            received = self._text(response.content)  # read here, so that its time counts
        except requests.RequestException as failure:
            received, error = "", type(failure).__name__
            raise
        finally:
            sent = self._text(request.body)
            exchange = Exchange(
                at.isoformat(timespec="milliseconds"),
                self._party,
                _operation(request, sent),
                self._log.redact(str(request.url)),
                None if response is None else response.status_code,
                round(self._clock.monotonic() - start, 6),
                sent,
                received if response is not None else "",
                error,
            )
            self._log.keep(exchange)
            if self.observer is not None:
                self.observer(exchange)
        return response

    def _text(self, body: bytes | str | None) -> str:
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
        return self._log.redact(text[:MAX_TEXT])


def _operation(request: requests.PreparedRequest, sent: str) -> str:
    """Name an exchange: the SOAP operation, else method and path."""
    found = _OPERATION.search(sent)
    return found[1] if found else f"{request.method} {request.path_url.partition('?')[0]}"
