"""A transport for requests that calls a WSGI application directly: the same client in one process and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WsgiAdapter(HTTPAdapter):
    """Mount it on a session for the address of a service: `session.mount(server.address, WsgiAdapter(server.wsgi))`."""

    def __init__(self, application: WSGIApplication, client: str = "127.0.0.1") -> None:
        super().__init__()
        self._application = application
        self._client = client

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ANN401 - requests' own signature
        verify: bool | str = True,
        cert: Any = None,  # noqa: ANN401 - as above
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Call the application and wrap its answer as requests expects it."""
        del stream, timeout, verify, cert, proxies
        status: list[str] = []
        headers = HTTPHeaderDict()

        def start_response(line: str, fields: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401
            status.append(line)
            for name, value in fields:
                headers.add(name, value)
            return status[0].encode().__eq__

        body = b"".join(self._application(self._environ(request), start_response))
        code, _, reason = status[0].partition(" ")
        answer = HTTPResponse(BytesIO(body), headers, int(code), reason=reason, preload_content=False)
        return self.build_response(request, answer)

    def _environ(self, request: PreparedRequest) -> dict[str, Any]:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        url = urlsplit(request.url or "")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(url.path, "latin-1"),
            "QUERY_STRING": url.query,
            "REMOTE_ADDR": self._client,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": url.netloc,
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": url.scheme,
        }
        for name, value in request.headers.items():
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = text
        return environ
