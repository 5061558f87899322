"""The controller of a load test as a child: a generated site whose meters show the time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection

from evce_simulator import EvceSimulator, generate

from load import clock
from load.oracle import reading_at
from load.processes import serve
from load.profiles import BEAT, PROFILES


def beat(simulator: EvceSimulator, operated: Collection[int], stop: threading.Event) -> None:
    """Set every meter to the present instant, again and again.

    The records are written directly, for there may be 10,000; what an operator switches is set as a user of the model
    would, or the switch would bring back the energy that was there before: those of the `operated` stations.
    """
    model = simulator.model
    while not stop.wait(BEAT):
        with model.now() as site:
            reading = reading_at(clock.unix())
            for connector in site.connectors.values():
                connector.active_energy = reading
                if connector.station_id in operated:
                    model.set_connector(connector.id, activeEnergy=reading)


def main() -> None:
    """Serve the site of the profile that the argument names."""
    profile = PROFILES[sys.argv[1]]
    site = generate(profile.zones, profile.stations, profile.connectors)
    stop = threading.Event()
    with EvceSimulator(site, speed=profile.speed) as simulator:
        beating = threading.Thread(target=beat, args=(simulator, profile.operated, stop))
        beating.start()
        serve({"url": simulator.url, "login": simulator.login, "password": simulator.password}, {})
        stop.set()
        beating.join()


if __name__ == "__main__":
    main()
