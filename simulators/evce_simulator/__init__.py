"""Simulator of an EV charge controller: its REST API v6 with a site behind it.

    from evce_simulator import EvceSimulator

    with EvceSimulator(scenario="guide", login="bms", password="secret") as simulator:
        simulator.url, simulator.login, simulator.password     # http://127.0.0.1:40123/api/v2, bms, secret
        simulator.model.set_connector(1, status="faulted", errorCode="GroundFailure")
        simulator.model.set_zone(1, name="Z9", maxCurrent=80)
        simulator.model.add("station", id=2, zoneId=1, friendlyName="B", ocppIdentifier="B", ...)
        simulator.model.remove_station(2); simulator.model.move_station(1, zone=2)
        simulator.journal.count(path="/zones"), simulator.journal.intervals("/connectors")

- `scenario`: `guide` (the guide's screens, frozen), `campus` (6 zones, 40 stations, 70 connectors, frozen: values stay
  as the file says), `campus-live` (the same, vehicles come and go), a .toml file, or `generate(zones, stations,
  connectors, seed)`. `port=0` takes a free port; `tls=True` makes a certificate, `simulator.ca_file` is its path.
- `clock`: any object with now(), monotonic() and wait(stop, seconds), e.g. ManualClock; `speed` runs the site faster.
- `model` reads (zones(), stations(), connectors(), zone(1) ...: JSON as the API shows it) and changes everything, with
  the contract's names of fields: set_system, set_zone, set_station, set_connector, add, remove_*, move_station, rename.
- `journal`: entries(), count(), intervals(), wait_for(), clear(); filters method, path (after /api/v2, * at the end
  for a beginning), status, fault, since.
"""

from evce_simulator.clock import ManualClock, SystemClock, VirtualClock
from evce_simulator.errors import SimulatorError
from evce_simulator.generator import generate
from evce_simulator.journal import Entry, Journal
from evce_simulator.model import Model
from evce_simulator.scenario import Scenario, load
from evce_simulator.simulator import EvceSimulator

__all__ = [
    "Entry",
    "EvceSimulator",
    "Journal",
    "ManualClock",
    "Model",
    "Scenario",
    "SimulatorError",
    "SystemClock",
    "VirtualClock",
    "generate",
    "load",
]
