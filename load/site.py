"""The controller of a load test as a child: a generated site whose meters show the time, in a dialect or none."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass

from evce_simulator import EvceSimulator, generate

from load import clock
from load.oracle import reading_at
from load.processes import serve
from load.profiles import BEAT, PROFILES


@dataclass
class Beat:
    """Sets every meter to the present instant, again and again.

    The records are written directly, for there may be 10,000; what an operator switches is set as a user of the model
    would, or the switch would bring back the energy that was there before: those of the `operated` stations.
    """

    simulator: EvceSimulator
    operated: Collection[int]
    longest: float = 0.0
    """Real s that the meters stood still at most: where that is long, the age of a value is the site's own."""

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop."""
        before = clock.shared()
        while not stop.wait(BEAT):
            now = clock.shared()
            self.longest, before = max(self.longest, now - before), now
            self._set()

    def _set(self) -> None:
        model = self.simulator.model
        with model.now() as site:
            reading = reading_at(clock.shared())
            for connector in site.connectors.values():
                connector.active_energy = reading
                if connector.station_id in self.operated:
                    model.set_connector(connector.id, activeEnergy=reading)


def main() -> None:
    """Serve the site of the profile that the argument names, in the dialect that a second one names."""
    profile, dialect = PROFILES[sys.argv[1]], "".join(sys.argv[2:3])
    site = generate(profile.zones, profile.stations, profile.connectors)
    stop = threading.Event()
    with EvceSimulator(site, speed=profile.speed, profile=dialect or None, contract_port=0) as simulator:
        beat = Beat(simulator, profile.operated)
        beating = threading.Thread(target=beat.run, args=(stop,))
        beating.start()
        ready = {"url": simulator.url, "login": simulator.login, "password": simulator.password}
        ready["contract"] = str(simulator.contract_url)
        serve(ready, {"longest_beat": lambda: {"seconds": beat.longest}})
        stop.set()
        beating.join()


if __name__ == "__main__":
    main()
