"""A WSGI application, such as Flask's, as an application of the HTTP server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response as WsgiResponse

from evce_connector.http_server.messages import Cost, Head, Response, sentence

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


_OURS = frozenset({"content-type", "content-length", "date"})
"""Headers that the server itself writes."""


class WsgiApplication:
    """Calls a WSGI application on a thread of the pool, with the whole request; its answer is read whole as well."""

    def __init__(self, application: WSGIApplication, max_body: int = 1024 * 1024) -> None:
        self._application = application
        self.max_body = max_body

    def admit(self, head: Head) -> _Request:
        """Accept every request; who may see what is the application's affair."""
        return _Request(self._application, head)


@dataclass(frozen=True, slots=True)
class _Request:
    application: WSGIApplication
    head: Head

    def cost(self, body: bytes) -> Cost:
        """Pages may look at anything."""
        del body
        return Cost.USUAL

    def answer(self, body: bytes) -> Response:
        """Call the application."""
        head = self.head
        base = f"http://{head.header('host') or 'localhost'}"
        try:
            builder = EnvironBuilder(
                head.path, base, head.query, head.method, headers=list(head.headers.items()), data=body
            )
        except ValueError:  # werkzeug reads the address of the request from it
            return sentence(400, "The Host header of the request names no host.", closes=True)
        environ = builder.get_environ() | {"REMOTE_ADDR": head.client}
        answer = WsgiResponse.from_app(self.application, environ, buffered=True)
        headers = tuple((name, value) for name, value in answer.headers if name.lower() not in _OURS)
        return Response(answer.status_code, answer.get_data(), answer.content_type or "", headers)

    def too_long(self) -> Response:
        """Say so."""
        return sentence(413, "The request is too long for this page.")

    def overloaded(self, why: str) -> Response:
        """Say so."""
        return sentence(503, why, (("Retry-After", "1"),))
