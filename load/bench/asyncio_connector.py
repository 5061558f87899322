"""The benchmark's connector on asyncio's own loop, as it runs where there is no uvloop."""

from __future__ import annotations

import asyncio

from evce_connector.http_server import server

from load.bench.connector import main

if __name__ == "__main__":
    setattr(server, "new_loop", asyncio.new_event_loop)  # noqa: B010 - it is server's own name, not exported
    main()
