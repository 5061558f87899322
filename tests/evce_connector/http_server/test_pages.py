"""A WSGI application behind the server, as the portal's pages are."""

from __future__ import annotations

import pytest
from evce_connector.http_server.server import HttpServer
from evce_connector.http_server.wsgi import WsgiApplication
from werkzeug.wrappers import Response

from tests.evce_connector.http_server.conftest import Talk


@pytest.mark.parametrize(("host", "status"), [(b"a:80", 200), (b"[", 400), (b"a:99999999", 400), (b"[a", 400)])
def test_a_host_that_is_none_is_told_so_and_is_no_error_of_the_server(
    host: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    server = HttpServer(WsgiApplication(Response("page")), "127.0.0.1", 0, name="pages")
    server.start()
    try:
        talk = Talk(server.port)
        talk.say(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % host)
        assert talk.hear()[0] == status
        talk.socket.close()
    finally:
        server.stop()
    assert not caplog.records
