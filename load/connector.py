"""The connector of a load test as a child: the whole service, on a clock that may run faster."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

from evce_connector import config
from evce_connector.clock import ScaledClock
from evce_connector.host.service import ConnectorService

from load.processes import serve
from load.profiles import PROFILES

USER, PASSWORD = "load", "l0ad-Word"


def main() -> None:
    """Run the connector of a profile for a controller: name, URL, login, password, folder, dialect."""
    logging.basicConfig(level=logging.WARNING)
    profile = PROFILES[sys.argv[1]]
    url, login, password, folder, dialect = sys.argv[2:7]
    document: dict[str, Any] = {
        "evce": {"base_url": url, "login": login, "password": password, "profile": dialect},
        "ews": {"address": "http://127.0.0.1:0/EcoStruxure/DataExchange", "username": USER, "password": PASSWORD},
        "status": {"interval_seconds": profile.interval},
        "portal": {"enabled": False},
        "storage": {"url": f"sqlite:///{(Path(folder) / 'connector.db').as_posix()}"},
    }
    with ConnectorService(config.parse(document, {}), ScaledClock(profile.speed)) as service:

        def cycle() -> dict[str, Any]:
            return {
                "ready": service.items.age() is not None,
                "state": str(service.items.interface.get("EvceState")),
                "seconds": float(str(service.items.interface.get("PollDuration"))),
            }

        serve({"address": service.ews.address}, {"cycle": cycle})


if __name__ == "__main__":
    main()
