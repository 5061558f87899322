"""Requests of a client that says nearly the same in the head of each: what was understood once is not parsed again.

A building management system asks over one connection for days, and of its heads only length and login differ. To read
them line by line costs cheroot more than all that the answer to a small request takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cheroot.server import HTTPRequest
from cheroot.wsgi import Gateway_10

if TYPE_CHECKING:
    from evce_connector.http_server import QuietConnection

_VARYING = {b"Content-Length": "CONTENT_LENGTH", b"Authorization": "HTTP_AUTHORIZATION"}
"""Headers that differ from request to request, with their WSGI names; the rest of a head is compared byte by byte."""
_VARYING_LINE = re.compile(rb"\r\n(Content-Length|Authorization):([^\r\n]*)(?=\r\n)", re.IGNORECASE)
_ONCE = re.compile(rb"\r\n(?:[ \t\f\v]|[^:\r\n]*[ \t\f\v]:|Expect:|Transfer-Encoding:)", re.IGNORECASE)
"""What makes a head one of its own: a continued line, space around a name, a client that waits for a word, chunks."""
_LONGEST = 4 * 1024
"""Bytes of a head that is remembered, at most."""
_UNDERSTOOD = ("method", "uri", "scheme", "authority", "path", "qs", "request_protocol", "response_protocol")


@dataclass(frozen=True, slots=True)
class KnownHead:
    """What cheroot made of a head; `rest` is the head without the headers that vary."""

    rest: bytes
    understood: dict[str, Any]
    headers: dict[bytes, bytes]
    environ: dict[str, Any] = field(default_factory=dict)


class FamiliarRequest(HTTPRequest):
    """A request that takes over from the one before it on its connection what both have in common."""

    conn: QuietConnection

    def parse_request(self) -> None:
        """Read the head of the next request, in one piece when it is a familiar one."""
        head = self.conn.stream.head(_LONGEST)
        rest = _VARYING_LINE.sub(b"", head)
        known = self.conn.known
        if known is not None and rest == known.rest and self._takes_over(known, head):
            self.conn.stream.read(len(head))
            return
        self.conn.known = None
        super().parse_request()
        if head and self.ready and not self.close_connection and not _ONCE.search(head):
            headers = {name: value for name, value in self.inheaders.items() if name not in _VARYING}
            self.conn.known = KnownHead(rest, {name: getattr(self, name) for name in _UNDERSTOOD}, headers)

    def _takes_over(self, known: KnownHead, head: bytes) -> bool:
        """Become a request like the known one; false where cheroot has to judge the length of the body."""
        varying = {name.title(): value.strip() for name, value in _VARYING_LINE.findall(head)}
        length, most = varying.get(b"Content-Length", b"0"), self.server.max_request_body_size
        if not length.isdigit() or (most and int(length) > most):
            return False
        self.__dict__.update(known.understood)
        self.inheaders = known.headers | varying
        self.started_request = self.ready = True
        return True


class FamiliarGateway(Gateway_10):
    """Hands requests to a WSGI application; like requests have like environments."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override] # cheroot's abstract method is typed as None
        """Return the environment of a request, which belongs to the application."""
        known: KnownHead | None = self.req.conn.known
        if known is None:
            return dict(super().get_environ())  # type: ignore[no-untyped-call] # cheroot types few of its methods
        if not known.environ:
            known.environ.update(super().get_environ())  # type: ignore[no-untyped-call] # as above
        environ = known.environ | {"wsgi.input": self.req.rfile}
        for header, name in _VARYING.items():
            if header in self.req.inheaders:
                environ[name] = self.req.inheaders[header].decode("latin-1")
            else:
                environ.pop(name, None)
        return environ
