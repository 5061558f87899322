"""Requests without a socket: a session of `requests` calls a WSGI application in the same thread."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from http.client import HTTPMessage
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

Application = Callable[[Any, Any], Iterable[bytes]]


class Body(BytesIO):
    """The body of an answer; like a socket's it is closed once it has been read, or a reader of pieces never ends."""

    def read(self, size: int | None = -1) -> bytes:
        """Read, and close at the end."""
        piece = super().read(size)
        if self.tell() == self.getbuffer().nbytes:
            self.close()
        return piece


class Head:
    """The head of an answer as http.client has it: requests takes cookies from there alone."""

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self.msg = HTTPMessage()
        for name, value in headers:
            self.msg.add_header(name, value)

    def isclosed(self) -> bool:
        """Say that nothing more is to come."""
        return True

    def close(self) -> None:
        """Have nothing to close."""


class WsgiAdapter(HTTPAdapter):
    """Takes the place of the network in a session: headers, login and bodies are those of HTTP."""

    def __init__(self, application: Application, client: str = "127.0.0.1") -> None:
        super().__init__()
        self._application = application
        self._client = client

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ANN401 - requests' own signature
        verify: bool | str = True,
        cert: Any = None,  # noqa: ANN401 - as above
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Call the application and make a response of what it gives."""
        del stream, timeout, verify, cert, proxies  # they speak of the network
        started: list[Any] = []
        written: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], None]:
            started[:] = [status, headers]
            return written.append

        answer = self._application(environ_of(request, self._client), start_response)
        try:
            body = b"".join([*written, *answer])
        finally:
            getattr(answer, "close", lambda: None)()
        status, headers = started
        raw = urllib3.HTTPResponse(
            Body(body),
            urllib3.HTTPHeaderDict(headers),
            int(status.split()[0]),
            reason=status.partition(" ")[2],
            preload_content=False,
            original_response=Head(headers),  # type: ignore[arg-type] # what is used of it is there
        )
        return self.build_response(request, raw)


def environ_of(request: requests.PreparedRequest, client: str = "127.0.0.1") -> dict[str, Any]:
    """Write a request as PEP 3333 wants it; `client` is the address that it comes from."""
    parts = urlsplit(request.url or "")
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": client,
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value  # requests keeps what a login made of it
        environ.setdefault(f"HTTP_{name.upper().replace('-', '_')}", text)
    return environ
