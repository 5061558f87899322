"""The connector's own pages on 127.0.0.1:8082 (C-1), served on a thread and a small pool of their own."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

from evce_connector.errors import ConnectorError
from evce_connector.http_server.listening import why_not
from evce_connector.http_server.messages import Limits
from evce_connector.http_server.server import HttpServer
from evce_connector.http_server.wsgi import WsgiApplication
from evce_connector.portal.app import make_app
from evce_connector.portal.door import Door
from evce_connector.portal.parts import Parts
from evce_connector.portal.passwords import FIRST_USER

LIMITS = Limits(threads=6, connections=400)
"""An open page keeps a connection, and no thread; of the threads, passwords take two at most."""


class PortalError(ConnectorError):
    """The portal's address cannot be listened at."""


class Portal:
    """Serves the pages on a thread of its own.

    `welcome` is to be said once, where the connector was started: how to get in for the first time. Empty otherwise.
    """

    def __init__(self, address: str, parts: Parts, tls: ssl.SSLContext | None = None) -> None:
        """Put the pages together; `tls` is what they are served with at an https address."""
        self._door = Door(parts)
        self._parts = parts
        self.app = make_app(parts, self._door)
        self.welcome = ""
        self._address = urlsplit(address)
        self._tls = tls
        default = 80 if tls is None else 443
        self._port = default if self._address.port is None else self._address.port
        self._host = self._address.hostname or "127.0.0.1"
        application = WsgiApplication(self.app)
        self._server = HttpServer(application, self._host, self._port, name="portal", limits=LIMITS, tls=tls)

    @property
    def address(self) -> str:
        """The address with the port that was taken."""
        host, scheme = self._host, "http" if self._tls is None else "https"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self._server.port}"

    def start(self) -> None:
        """Listen; PortalError when the address is taken. Where there is no user yet, make the first one."""
        try:
            self._server.start()
        except OSError as error:
            raise PortalError(f"portal.address: {why_not(self._host, self._port, error)}") from error
        # browsers send cookies to every port of a host: two connectors on one machine must not log each other out
        self.app.config["SESSION_COOKIE_SECURE"] = self._tls is not None
        self.app.config["SESSION_COOKIE_NAME"] = f"evce-connector-{self._server.port}"
        if password := self._door.make_first():
            self.welcome = (
                f"The pages are at {self.address}: log in as {FIRST_USER} with the password {password}, and choose "
                f"another one. Until then it is kept in {self._parts.first_password}."
            )

    def stop(self) -> None:
        """Close every connection."""
        self._server.stop()
