"""TLS whose handshake is made by the thread that serves the client, and not by the one that all others wait for."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter

from evce_connector.http_stream import ClientStream

_ENVIRON = {"wsgi.url_scheme": "https", "HTTPS": "on"}
_PLAIN = b"This port speaks HTTPS only; use https:// in the address.\n"
_PLAIN_ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
    b"Connection: close\r\n\r\n%s" % (len(_PLAIN), _PLAIN)
)


class LateHandshake(BuiltinSSLAdapter):
    """Makes a client's socket one of TLS without a word to the client, where cheroot would wait for the client's."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Return the socket of TLS, and what the WSGI environment says of it."""
        return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), dict(_ENVIRON)


def shake_hands(socket_: socket.socket, stream: ClientStream) -> bool:
    """Agree with a client on TLS, where the socket is of TLS; false for a client with which that fails."""
    if not isinstance(socket_, ssl.SSLSocket):
        return True
    try:
        with stream.patience():
            socket_.do_handshake()
    except ssl.SSLError as error:
        if error.reason == "HTTP_REQUEST":
            socket.socket.send(socket_, _PLAIN_ANSWER)  # as it is, past TLS
        return False
    except OSError:
        return False
    return True
