"""The lying proxy as an object: started, told what to say, stopped."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from urllib.parse import urlsplit

from ebo_simulator.transport import trust
from evce_simulator.certificate import make_certificate
from evce_simulator.server import Server

from lying_proxy.directory import Item
from lying_proxy.liar import Liar, Told
from lying_proxy.lies import Lie, LieError
from lying_proxy.relay import Relay, Upstream


class LyingProxy:
    """A reverse proxy for the EWS endpoint at `upstream_url`; a context manager that leaves nothing behind.

    Without a lie it passes everything on as it is. `ca` (PEM) or `verify` say which certificate of the upstream is
    good; with `tls` the proxy itself speaks HTTPS, with a certificate of its own (`ca_file`). `timeout` is in seconds.
    LieError when the URL is no address of an EWS server.

    >>> with LyingProxy("http://127.0.0.1:8093/EcoStruxure/DataExchange", Lie("unit", "*/ZoneReduction")) as proxy:
    ...     proxy.url.endswith("/EcoStruxure/DataExchange"), proxy.told
    (True, [])
    """

    def __init__(
        self,
        upstream_url: str,
        lie: Lie | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        ca: Path | None = None,
        verify: bool = True,
        tls: bool = False,
        timeout: float = 30.0,
    ) -> None:
        parts = urlsplit(upstream_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise LieError(f"{upstream_url!r} is no address of an EWS server; write it as http://HOST:PORT/PATH.")
        self._path = parts.path
        self._liar = Liar(lie)
        self._tls = tls
        upstream = Upstream(f"{parts.scheme}://{parts.netloc}", trust(ca, insecure=not verify), timeout)
        self._relay = Relay(upstream, self._liar)
        self._host, self._port = host, port
        self._stack = ExitStack()
        self.ca_file: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen from now on; PortInUseError when that cannot be."""
        with ExitStack() as stack:
            certificate = None
            if self._tls:
                folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
                certificate = make_certificate(folder, self._host, "lying-proxy")
                self.ca_file = certificate[0]
            server = Server(self._relay, self._host, self._port, certificate)
            server.start()
            stack.callback(server.stop)
            self._port = server.port
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """Close the port, end all connections and remove the certificate."""
        self._stack.close()

    @property
    def url(self) -> str:
        """What a client is given in place of the upstream's address."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http{'s' if self._tls else ''}://{host}:{self._port}{self._path}"

    @property
    def lie(self) -> Lie | None:
        """The lie that is told at present."""
        return self._liar.lie

    @property
    def target(self) -> Item | None:
        """The item that is lied about: the first one seen that the lie's glob describes; None until then."""
        return self._liar.target

    @property
    def told(self) -> list[Told]:
        """All answers that were altered so far."""
        return self._liar.told

    def tell(self, lie: Lie) -> None:
        """Tell this lie from now on; what the proxy has learnt of the tree it keeps."""
        self._liar.tell(lie)

    def be_honest(self) -> None:
        """Alter nothing from now on."""
        self._liar.tell(None)
