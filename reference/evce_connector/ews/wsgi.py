"""The EWS service as a plain WSGI application: for tests and features, which call it without a socket."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from evce_connector.ews.web import EwsApplication
from evce_connector.http_server.messages import Head, Response, sentence

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_NAMED = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


class CalledEws:
    """The same login, limits and dispatch as over a socket; only delays of refusals are left out."""

    def __init__(self, application: EwsApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        response = self._respond(environ, _head(environ))
        status = f"{response.status} {HTTPStatus(response.status).phrase}"
        length = str(len(response.body))
        start_response(status, [("Content-Type", response.content_type), ("Content-Length", length), *response.headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]

    def _respond(self, environ: WSGIEnvironment, head: Head) -> Response:
        verdict = self._application.admit(head)
        if isinstance(verdict, Response):
            return verdict
        length = head.header("content-length")
        most = self._application.max_body
        if length and not length.isdecimal():
            return sentence(400, "The Content-Length is no number.")
        if length and int(length) > most:
            return verdict.too_long()
        body: bytes = environ["wsgi.input"].read(int(length) if length else most + 1)
        return verdict.answer(body) if len(body) <= most else verdict.too_long()


def _head(environ: WSGIEnvironment) -> Head:
    """Read what WSGI says of a request."""
    headers = {
        name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")
    } | {header: environ[name] for name, header in _NAMED.items() if name in environ}
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    client = environ.get("REMOTE_ADDR", "")
    return Head(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, client)
