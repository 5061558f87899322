"""Passing requests on and answers back, header by header, as a reverse proxy has to (RFC 9110, 7.6)."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import responses
from typing import TYPE_CHECKING, NamedTuple

import requests
from requests.adapters import HTTPAdapter

from lying_proxy.liar import Liar
from lying_proxy.message import Message

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
}  # fmt: skip


class Upstream(NamedTuple):
    """Where requests go: `origin` is scheme, host and port; `verify` as requests takes it."""

    origin: str
    verify: bool | str
    timeout: float


class _Answer(NamedTuple):
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


class Relay:
    """The proxy as a WSGI application; every request is sent over a connection of its own."""

    def __init__(self, upstream: Upstream, liar: Liar) -> None:
        self._upstream, self._liar = upstream, liar

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            answer = self._answer(environ)
        except requests.RequestException as error:
            text = f"The lying proxy got no answer from {self._upstream.origin}: {type(error).__name__}.\n"
            answer = _Answer(502, "Bad Gateway", [("Content-Type", "text/plain; charset=utf-8")], text.encode())
        headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {answer.reason or responses.get(answer.status, 'Unknown')}", headers)
        return [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> _Answer:
        body, headers = _body(environ), _request_headers(environ)
        if self._liar.lie is not None:
            headers["Accept-Encoding"] = "identity"  # what is packed cannot be altered
        method, uri = environ["REQUEST_METHOD"], environ["REQUEST_URI"]
        request = Message.read(body)
        if (write := self._liar.lost_write(request)) is not None:
            if write.reads_instead:
                headers = {name: text.replace("SetValuesIn", "GetValuesIn") for name, text in headers.items()}
            answer = self._send(method, uri, headers, write.body)
            lied = self._liar.acknowledge(write, answer.body) if answer.status == requests.codes.ok else answer.body
            back = [(name, text.replace("GetValuesOut", "SetValuesOut")) for name, text in answer.headers]
            return answer._replace(body=lied, headers=back)
        answer = self._send(method, uri, headers, body)
        return answer._replace(body=self._liar.altered(request, answer.body))

    def _send(self, method: str, uri: str, headers: dict[str, str], body: bytes) -> _Answer:
        """Send a request and read the whole answer, as the server packed it."""
        prepared = requests.Request(method, self._upstream.origin + uri, headers, data=body or None).prepare()
        prepared.headers["Connection"] = "close"
        adapter = HTTPAdapter()
        try:
            response = adapter.send(prepared, True, self._upstream.timeout, self._upstream.verify)
            with response:
                raw = response.raw.read(decode_content=False)
                # Not response.headers, which folds several challenges into one that some clients cannot read.
                back = _end_to_end(response.raw.headers.items())
                return _Answer(response.status_code, response.reason, back, raw)
        finally:
            adapter.close()


def _body(environ: WSGIEnvironment) -> bytes:
    stream = environ["wsgi.input"]
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return bytes(stream.read())
    return bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))


def _request_headers(environ: WSGIEnvironment) -> dict[str, str]:
    """Give the request's headers as they go on: without Host and length, which are the connection's."""
    sent = [
        (name.removeprefix("HTTP_").replace("_", "-").title(), str(text))
        for name, text in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and text)
    ]
    return {name: text for name, text in _end_to_end(sent) if name not in ("Host", "Expect")}


def _end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out the headers that are one connection's own, and the length, which may change."""
    rows = list(headers)
    named = {word.strip().lower() for name, text in rows if name.lower() == "connection" for word in text.split(",")}
    left_out = _HOP_BY_HOP | named | {"content-length"}
    return [(name, text) for name, text in rows if name.lower() not in left_out]
