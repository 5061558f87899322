"""`evce-connector demo`."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

import click

from evce_connector.cli import options
from evce_connector.cli.extras import needing
from evce_connector.cli.options import FILE
from evce_connector.errors import ConnectorError

GUIDE, LIVE = "guide", "campus-live"
"""What is shown unless somebody names a site: the guide's own at one moment, or one whose vehicles come and go."""


@click.command()
@click.option("--scenario", help="Site of the simulated controller; else guide with --once, and campus-live without.")
@click.option("--once", is_flag=True, help="Print the site once, after set-up and one poll, and end.")
@click.option("--speed", type=click.FloatRange(min=0.1), default=1.0, show_default=True, help="How fast time runs.")
@click.option("--start", type=click.DateTime(), help="Where time starts (UTC); now by default.")
@click.option("--svg", type=FILE, help="With --once: also draw it as a picture.")
def demo(scenario: str | None, *, once: bool, speed: float, start: datetime | None, svg: Path | None) -> None:
    """Start a simulated controller and the connector, and show the site as its operator sees it."""
    with needing("demo", "simulators"):  # they are what is shown
        from ebo_simulator.errors import EboError  # noqa: PLC0415 - see above
        from evce_simulator.errors import SimulatorError  # noqa: PLC0415 - see above

        from evce_connector.cli.demonstration import Demo  # noqa: PLC0415 - see above
    logging.basicConfig(level=logging.ERROR)
    try:
        site = scenario or (GUIDE if once else LIVE)
        with Demo(site, speed, start.replace(tzinfo=UTC) if start else None) as running:
            if once:
                running.print_once(svg)
            else:
                stop = threading.Event()
                with options.stopped_by_signals(stop):
                    running.show_live(stop)
    except (EboError, SimulatorError) as error:
        raise ConnectorError(str(error)) from error
