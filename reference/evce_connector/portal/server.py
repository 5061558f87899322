"""The connector's own pages on 127.0.0.1:8082 (C-1); for now its health."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

from flask import Flask

from evce_connector.errors import ConnectorError
from evce_connector.http_server import QuietServer
from evce_connector.points.site_items import SiteItems
from evce_connector.portal.health import health


class PortalError(ConnectorError):
    """The portal's address cannot be listened at."""


class Portal:
    """Serves the pages on a thread of its own."""

    def __init__(self, address: str, items: SiteItems) -> None:
        self.app = Flask("evce_connector.portal")
        self.app.register_blueprint(health(items))
        self._parts = urlsplit(address)
        port = 80 if self._parts.port is None else self._parts.port
        self._server = QuietServer((self._parts.hostname, port), self.app, numthreads=4)
        self._thread = threading.Thread(target=self._server.serve, name="portal", daemon=True)

    @property
    def address(self) -> str:
        """The address with the port that was taken."""
        return f"http://{self._parts.hostname}:{self._server.bind_addr[1]}"

    def start(self) -> None:
        """Listen; PortalError when the address is taken."""
        try:
            self._server.prepare()
        except OSError as error:
            raise PortalError(
                f"portal.address: cannot listen at {self._parts.netloc}; another program uses it, or it is no address "
                "of this machine."
            ) from error
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and wait for the thread."""
        self._server.stop()
        if self._thread.is_alive():
            self._thread.join()
