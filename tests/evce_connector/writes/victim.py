"""A process to be killed: a simulated controller and a connector that writes without end, and says what it answered.

Run as a script with a folder, the URL of the database and the number of the first write. A line `put <value>` is
printed when the controller is about to take a reduction, `ack <value>` after the answer to the client is known.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from evce_connector.clock import SystemClock
from evce_connector.points.write_request import WriteRequest
from evce_connector.writes.write_through import EvceWriter

from tests.support.joined import JoinedSite


def live(folder: Path, database: str, first: int) -> None:
    """Write one reduction after the other, each of a value of its own."""
    with JoinedSite(folder, SystemClock(), storage={"url": database}) as site:
        site.set_up()
        site.poll()
        keep = site.simulator.model.set_reduction

        def tell(number: int, value: float, validity: datetime) -> dict[str, Any]:
            sys.stdout.write(f"put {value}\n")
            sys.stdout.flush()
            return keep(number, value, validity)

        site.simulator.model.set_reduction = tell  # type: ignore[method-assign]
        writer = EvceWriter(site.service.context, site.service.stores.commands)
        item = site.item("Zones/2/ZoneReduction")
        for number in range(first, 10_000):
            (result,) = writer.write([WriteRequest(item, number / 100)], "ebo", "127.0.0.1")
            assert result.success, result.message
            sys.stdout.write(f"ack {number / 100}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    live(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
