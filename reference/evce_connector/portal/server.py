"""The connector's own pages on 127.0.0.1:8082 (C-1); for now its health."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask

from evce_connector.errors import ConnectorError
from evce_connector.http_server.messages import Limits
from evce_connector.http_server.server import HttpServer
from evce_connector.http_server.wsgi import WsgiApplication
from evce_connector.points.site_items import SiteItems
from evce_connector.portal.health import Trouble, health


class PortalError(ConnectorError):
    """The portal's address cannot be listened at."""


class Portal:
    """Serves the pages on a thread of its own."""

    def __init__(self, address: str, items: SiteItems, ews_trouble: Trouble, storage_trouble: Trouble) -> None:
        self.app = Flask("evce_connector.portal")
        self.app.register_blueprint(health(items, ews_trouble, storage_trouble))
        self._parts = urlsplit(address)
        port = 80 if self._parts.port is None else self._parts.port
        limits = Limits(threads=4, connections=100)
        self._server = HttpServer(
            WsgiApplication(self.app), self._parts.hostname or "127.0.0.1", port, name="portal", limits=limits
        )

    @property
    def address(self) -> str:
        """The address with the port that was taken."""
        return f"http://{self._parts.hostname}:{self._server.port}"

    def start(self) -> None:
        """Listen; PortalError when the address is taken."""
        try:
            self._server.start()
        except OSError as error:
            raise PortalError(
                f"portal.address: cannot listen at {self._parts.netloc}; another program uses it, or it is no address "
                "of this machine."
            ) from error

    def stop(self) -> None:
        """Close every connection."""
        self._server.stop()
