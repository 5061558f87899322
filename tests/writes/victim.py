"""A process to be killed: a simulated controller and a connector that writes without end, and says what it answered.

Run as a script with the folder of the database and the number of the first write. Each line `ack <value>` is printed
after the answer to the client is known.
"""

from __future__ import annotations

import sys
from pathlib import Path

from evce_connector import config
from evce_connector.host.service import ConnectorService
from evce_connector.points.tree import ValueItem
from evce_connector.points.write_request import WriteRequest
from evce_connector.writes.write_through import EvceWriter
from evce_simulator import EvceSimulator


def live(folder: Path, first: int) -> None:
    """Write one reduction after the other, each of a value of its own."""
    with EvceSimulator("guide", login="bms", password="Wall-box 4711") as site:
        document = {
            "evce": {"base_url": site.url, "login": site.login, "password": site.password},
            "ews": {"username": "ebo", "password": "Building-7"},
            "portal": {"enabled": False},
            "storage": {"url": f"sqlite:///{(folder / 'connector.db').as_posix()}"},
        }
        service = ConnectorService(config.parse(document, {}))
        service.set_up()
        writer = EvceWriter(service.context, service.stores.commands)
        item = service.items.tree.get("Zones/2/ZoneReduction")
        assert isinstance(item, ValueItem)
        for number in range(first, 10_000):
            (result,) = writer.write([WriteRequest(item, number / 100)], "ebo", "127.0.0.1")
            assert result.success, result.message
            sys.stdout.write(f"ack {number / 100}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    live(Path(sys.argv[1]), int(sys.argv[2]))
