"""What an answer of the controller comes to: a decoded document, or the error that whoever asked has to deal with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from evce_connector.evce.answers import document_of, reason, seconds
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.causes import SPEAKS_TLS, wants_https
from evce_connector.evce.errors import (
    EvceAnswerError,
    EvceBusyError,
    EvceLoginError,
    EvceRefusalError,
    EvceUnreachableError,
)
from evce_connector.evce.logins import Find, Received
from evce_connector.evce.one_line import one_line


def reason_by(find: Find | None) -> Callable[[object], str]:
    """Return what finds the reason of a refusal in a document, as one line: at a place, else as RFC 9457 has it."""

    def reason_at(document: object) -> str:
        found = find(document) if find else None
        words = one_line(str(found)) if isinstance(found, str | int | float) else ""
        return words or reason(document)

    return reason_at


class Decoder:
    """Decodes the answers of one controller, at `base` with a login name.

    The contract's controllers answer with 200 and JSON; with `strict` false any success will do, and after a write
    whatever body. `hidden` takes out of a text of the controller what nobody is to read there, `reason` finds in a
    document why a request is refused.
    """

    def __init__(
        self, base: str, login: str, hidden: Callable[[str], str], reason: Callable[[object], str], *, strict: bool
    ) -> None:
        self._base, self._login, self._hidden, self._reason, self._strict = base, login, hidden, reason, strict
        self._known: dict[str, Answer] = {}
        self._new: dict[str, Answer] | None = None

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Remember what is read inside until the next time: the very same answer is not decoded again."""
        self._new = {}
        try:
            yield
        finally:
            self._known, self._new = self._new, None

    def decoded(self, request: Request, url: str, received: Received) -> Answer:
        """Decode a good answer; any other is the EvceError that fits it.

        EvceLoginError, EvceBusyError and EvceRefusalError by its status, EvceUnreachableError where it says that the
        port speaks TLS, EvceAnswerError for all else.
        """
        status, headers, body = received
        self._refuse(request, received)
        is_good = self._is_good(status)
        known = self._known.get(url)
        if is_good and known is not None and known.body and body == known.body and request.method == "GET":
            answer = Answer(headers, known.body, known.document)  # the same objects: whoever compares has little to do
        else:
            answer = Answer(headers, body, self._document(request, received))
        if not is_good:
            where = request.path.partition("?")[0]
            why = self._hidden(self._reason(answer.document))
            if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise EvceRefusalError(where, status, why)
            raise EvceAnswerError(where, f"status {status}, {why}")
        if self._new is not None and request.method == "GET":
            self._new[url] = answer
        return answer

    def _is_good(self, status: int) -> bool:
        if self._strict:
            return status == HTTPStatus.OK
        return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES

    def _refuse(self, request: Request, received: Received) -> None:
        """Raise the error of an answer that its status alone explains."""
        status, headers, body = received
        where = request.path.partition("?")[0]
        if status == HTTPStatus.UNAUTHORIZED:
            raise EvceLoginError(self._base, self._login)
        if status == HTTPStatus.FORBIDDEN:
            raise EvceLoginError(self._base, self._login, forbidden=where)
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            raise EvceBusyError(where, status, seconds(headers.get("Retry-After", "")))
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST and (place := headers.get("Location")):
            advice = "if that is its API, write the address into evce.base_url"
            place = one_line(self._hidden(re.split("[;?]", place)[0]))  # behind these a session may be named
            raise EvceAnswerError(where, f"status {status}, it sends on to {place}: {advice}")
        if status == HTTPStatus.BAD_REQUEST and self._base.startswith("http:") and wants_https(body):
            raise EvceUnreachableError(self._base + where, SPEAKS_TLS)

    def _document(self, request: Request, received: Received) -> object:
        """Decode JSON; None after a write whose success has another body: what became of it is read back."""
        status, headers, body = received
        try:
            return document_of(body)
        except (ValueError, RecursionError) as error:
            if not self._strict and self._is_good(status) and request.method != "GET":
                return None
            where, kind = request.path.partition("?")[0], one_line(headers.get("Content-Type", "no content type"))
            raise EvceAnswerError(where, f"status {status}, not JSON ({len(body)} bytes, {kind})") from error
