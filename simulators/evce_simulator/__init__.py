"""Simulator of an EV charge controller: its REST API v6 with a site behind it.

    from evce_simulator import EvceSimulator, ManualClock

    with EvceSimulator("campus", login="bms", password="secret", tls=True) as simulator:
        simulator.url, simulator.login, simulator.password     # https://127.0.0.1:40123/api/v2, bms, secret
        simulator.ca_file                                      # the certificate to trust, with tls=True
        simulator.model.fault(1, "GroundFailure")
        simulator.inject("unavailable", calls=3, path="/connectors*")
        simulator.journal.count(path="/zones", status=200)

- `scenario`: `guide` (the guide's screens) and `campus` (6 zones, 40 stations, 70 connectors) are snapshots: values
  stay as their files say until something touches them. `campus-live`, or `live=True` with any scenario: vehicles come
  and go, zones share their current, meters run. Also a .toml file (see `scenario`), or `generate(zones, stations,
  connectors, seed)`. `port=0` takes a free port; without a `password` one is made; `seed` repeats a history exactly.
- `profile`: `areas`, `links`, `onedoc` or a .toml file serves the same site in another controller's dialect; all else
  stays in the contract's terms. `capture`: a bundle of `evce-connector probe`, or a capture's file; the site begins as
  recorded there, in the bundle's dialect, and lives on; with `live=False` it stays as recorded. `simulator.notes`: what
  of it could not be taken over.
- `clock`: any object with now(), monotonic() and wait(stop, seconds), e.g. ManualClock. `simulator.clock` lies over it:
  `speed`, `start`, pause(), resume(), set_speed(), step(s) (time passes), jump(s) (the wall clock is set). Waits and
  durations of faults go by it.
- `simulator.model` reads: system(), zones(), stations(), connectors(), zone(1), station(1), connector(1), dump(): JSON
  as the API shows it. Sets any field to any value, by the contract's names: set_system, set_zone, set_station,
  set_connector (nonsense is shown as it is; what a living site moves by itself is held until release(kind, id)); add,
  remove_zone, remove_station, remove_connector, move_station, rename. Acts: plug, unplug, fault, repair, reserve,
  cancel_reservation, disconnect, connect, reset_meter, reject_availability, set_reduction, clear_reduction,
  set_availability.
- `simulator.inject(name, calls=, seconds=, probability=, method=, path=, **options)` raises a fault of `catalogue()`;
  clear_faults(name). `catalogue()[name].expect` says what the connector is expected to show.
- `simulator.journal`: entries(), count(), intervals(path), wait_for(count, path), clear(); filters method, path (after
  /api/v2, * at the end for a beginning), status, fault, since (monotonic).
- `simulator.save()` and `load(snapshot)`: the site with all that moves it, as JSON. `reset(seed)`.
- `control_port=0` serves the control plane (`control_url`, `control_token`) and its page (`page_url`). Each of the two
  ports serves its own reference: /openapi.json, /openapi.yaml and a page to read and try its calls, /docs.
- `simulator.wsgi` is the API with its faults and journal as a WSGI application, for calls without a socket; a fault
  that cuts the connection raises CutConnectionError there.
- pytest: `pytest_plugins = ["evce_simulator.pytest_plugin"]` gives the fixtures evce, run_evce and evce_clock.
- Command: `evce-simulator run | diff CAPTURE | coverage | faults`.
"""

from evce_simulator.catalogue import catalogue
from evce_simulator.clock import ManualClock, SystemClock, VirtualClock
from evce_simulator.errors import SimulatorError
from evce_simulator.generator import generate
from evce_simulator.journal import Entry, Journal
from evce_simulator.life import Life
from evce_simulator.model import Model
from evce_simulator.scenario import Scenario, load
from evce_simulator.simulator import EvceSimulator

__all__ = [
    "Entry",
    "EvceSimulator",
    "Journal",
    "Life",
    "ManualClock",
    "Model",
    "Scenario",
    "SimulatorError",
    "SystemClock",
    "VirtualClock",
    "catalogue",
    "generate",
    "load",
]
