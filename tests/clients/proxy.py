"""nginx in front of a service, as a plain reverse proxy: under the service's own path, and under another one."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

OTHER_PATH = "/bms/ews"
STOPPING = 10
CONFIGURATION = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_buffer_size 64k;
  proxy_max_temp_file_size 0;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream connector {{
    server {service};
    keepalive 4;
  }}
  server {{
    listen {place};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    location = {path} {{
      proxy_pass http://connector;
    }}
    location = {other} {{
      proxy_pass http://connector{path};
    }}
  }}
}}
"""


class Proxy:
    """A place where nginx will listen: the port is taken before nginx starts, so that no other process takes it."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.place = f"127.0.0.1:{listening.getsockname()[1]}"

    @contextmanager
    def pass_to(self, service: str, folder: Path) -> Iterator[None]:
        """Let nginx hand on to the service at an address, until the block ends; its files are in the folder."""
        to = urlsplit(service)
        words = {"folder": folder, "place": self.place, "service": to.netloc, "path": to.path, "other": OTHER_PATH}
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(**words))
        number = self._listening.fileno()
        running = subprocess.Popen(  # noqa: S603 - the proxy under test
            ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)],  # noqa: S607 - as installed
            env=os.environ | {"NGINX": f"{number};"},  # nginx's own way to take over a listening socket
            pass_fds=[number],
        )
        try:
            yield
        finally:
            running.terminate()
            running.wait(STOPPING)


@contextmanager
def reserved_place() -> Iterator[Proxy]:
    """Take a free port for nginx."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Proxy(listening)
