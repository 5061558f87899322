"""What stands before the pump's server: HTTP, login by Digest, and what SOAP refuses; with places for faults."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from socketserver import ThreadingMixIn
from typing import Any, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from lxml import etree

from tests.evce_acceptance.ews.foreign_spyne import FAULTS, OPERATIONS, Pump, application
from tests.support.joined import EWS_PASSWORD, USER

SOAP = "http://www.w3.org/2003/05/soap-envelope"
REALM = "pumps"
_PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_MUST = f"{{{SOAP}}}mustUnderstand"


@dataclass
class Talk:
    """One answer, which a fault may alter: `request` is the body's element, None where there is none."""

    operation: str
    request: etree._Element | None
    envelope: etree._Element
    status: int
    media: str = "application/soap+xml; charset=utf-8"
    pump: Pump = field(default_factory=Pump)

    @property
    def content(self) -> etree._Element:
        """The answer, or the fault."""
        return self.envelope[0][0]

    @property
    def is_fault(self) -> bool:
        return str(self.content.tag).endswith("}Fault")

    def rows(self, name: str) -> list[etree._Element]:
        return list(self.content.iter(f"{{*}}{name}"))


class Wrong(NamedTuple):
    """A fault of a server: what it does wrong, and which check finds it.

    `flag` names a behaviour of the front, `edit` alters an answer.
    """

    what: str
    check: str
    flag: str = ""
    edit: Callable[[Talk], object] | None = None


class Front:
    """The pump's server as an application of WSGI, with one fault or none."""

    def __init__(self, wrong: Wrong | None) -> None:
        self.pump = Pump()
        self._spyne = application(self.pump)
        self._wrong = wrong or Wrong("nothing", "")
        self._nonces = {"always the same"}
        self._broken = False

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["REQUEST_METHOD"] != "POST":
            return _plain(start, "405 Method Not Allowed")
        if not self._is_logged_in(environ.get("HTTP_AUTHORIZATION", "")):
            return _plain(start, "401 Unauthorized", *self._challenge())
        media = environ.get("CONTENT_TYPE", "").partition(";")[0]
        if media not in ("application/soap+xml", "text/xml") and not self._has("any media"):
            return _plain(start, "415 Unsupported Media Type")
        talk = self._answered(body, environ)
        if self._wrong.edit is not None:
            self._wrong.edit(talk)
        written = etree.tostring(talk.envelope, xml_declaration=True, encoding="utf-8")
        start(f"{talk.status} Told", [("Content-Type", talk.media), ("Content-Length", str(len(written)))])
        return [written]

    def _has(self, flag: str) -> bool:
        return self._wrong.flag == flag

    def _challenge(self) -> list[tuple[str, str]]:
        if self._has("no challenge"):
            return []
        nonce = "always the same" if self._has("one nonce") else secrets.token_hex(8)
        self._nonces.add(nonce)
        qop = "" if self._has("no qop") else ', qop="auth"'
        return [("WWW-Authenticate", f'Digest realm="{REALM}"{qop}, nonce="{nonce}", algorithm=MD5')]

    def _is_logged_in(self, header: str) -> bool:
        if self._has("no login"):
            return True
        told = {name: quoted or bare for name, quoted, bare in _PARAMETER.findall(header)}
        if not {"username", "nonce", "uri", "response", "nc", "cnonce"} <= told.keys():
            return False
        if told["nonce"] not in self._nonces and not self._has("any nonce"):
            return False
        secret = _md5(f"{USER}:{REALM}:{EWS_PASSWORD}")
        asked = _md5(f"POST:{told['uri']}")
        right = _md5(f"{secret}:{told['nonce']}:{told['nc']}:{told['cnonce']}:auth:{asked}")
        return self._has("any password") or (told["username"] == USER and told["response"] == right)

    def _answered(self, body: bytes, environ: dict[str, Any]) -> Talk:
        expands = self._has("entities")
        if b"<!DOCTYPE" in body and not expands and not self._has("dtd"):
            return self._refusal("Sender")
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=expands, no_network=True))
        except etree.XMLSyntaxError:
            self._broken = self._has("broken by nonsense")
            return self._refusal("Sender")
        if self._broken:
            return self._refusal("Receiver")
        if root.tag != f"{{{SOAP}}}Envelope" and not self._has("any soap"):
            return self._refusal("VersionMismatch")
        if any(part.get(_MUST) for part in root.iter("{*}*")) and not self._has("ignores must"):
            return self._refusal("MustUnderstand")
        return self._of_spyne(root, environ)

    def _of_spyne(self, root: etree._Element, environ: dict[str, Any]) -> Talk:
        contents = [part for body in root.iterfind("{*}Body") for part in body.iterchildren("*")]
        request = contents[0] if contents else None
        operation = "" if request is None else etree.QName(request).localname.removesuffix("Request")
        if operation not in OPERATIONS:
            return self._refusal("Sender", "Operation_Not_Supported", operation)
        if self._has("any soap"):
            root.tag = f"{{{SOAP}}}Envelope"
            root = etree.fromstring(
                etree.tostring(root).replace(b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope")
            )
        sent = etree.tostring(_cleaned(root))
        told: list[str] = []
        of_spyne = environ | {"wsgi.input": BytesIO(sent), "CONTENT_LENGTH": str(len(sent))}
        of_spyne["CONTENT_TYPE"] = "application/soap+xml; charset=utf-8"
        answer = b"".join(self._spyne(of_spyne, lambda status, *_: told.append(status)))
        return Talk(operation, request, etree.fromstring(answer), int(told[0][:3]), pump=self.pump)

    def _refusal(self, code: str, name: str = "", operation: str = "") -> Talk:
        detail = f'<Detail><f:Fault_{name} xmlns:f="{FAULTS[1:].partition("}")[0]}"/></Detail>' if name else ""
        text = (
            f'<Envelope xmlns="{SOAP}" xmlns:e="{SOAP}"><Body><Fault><Code><Value>e:{code}</Value></Code>'
            f'<Reason><Text xml:lang="en">refused</Text></Reason>{detail}</Fault></Body></Envelope>'
        )
        return Talk(operation, None, etree.fromstring(text), 400 if code == "Sender" else 500, pump=self.pump)


def _cleaned(root: etree._Element) -> etree._Element:
    etree.strip_tags(root, etree.Comment)
    return root


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _plain(start: Callable[..., Any], status: str, *headers: tuple[str, str]) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), *headers])
    return [b""]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    block_on_close = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def foreign(wrong: Wrong | None = None) -> Iterator[str]:
    """Serve the pump, with a fault or none; gives the address."""
    with make_server("127.0.0.1", 0, Front(wrong), _Server, _Quiet) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/EcoStruxure/DataExchange"
        finally:
            server.shutdown()
            thread.join()
