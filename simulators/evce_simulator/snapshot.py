"""A site at a moment as JSON, with all that moves it: saved on one machine, it goes on the same way on another."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from evce_simulator.agenda import INCIDENT
from evce_simulator.engine import Engine
from evce_simulator.errors import SimulatorError
from evce_simulator.life import PLAIN
from evce_simulator.outlet import Outlet
from evce_simulator.records import Connector, Reduction, Station, System, Zone
from evce_simulator.site import Site
from evce_simulator.vehicles import Visit

FORMAT = 1
_PLAIN = ("status", "energy", "fixed", "offline", "out_of_service", "given", "current", "due")


class SnapshotError(SimulatorError):
    """A snapshot cannot be loaded."""


def save(engine: Engine) -> dict[str, Any]:
    """Return everything of a site and its engine at this moment."""
    site, loads = engine.site, engine.loads
    for outlet in engine.outlets.values():
        outlet.meter(engine.now)
    return {
        "format": FORMAT,
        "seed": engine.seed,
        "live": engine.live,
        "now": engine.now,
        "origin": engine.origin,
        "wallOffset": engine.wall_offset,
        "life": engine.life.as_json(),
        "incidents": [engine.incidents.draws.state, engine.incidents.due],
        "onWiredPhase": loads.on_wired_phase,
        "reductionLeaves": loads.reduction_leaves,
        "nextTransaction": engine.next_transaction,
        "system": asdict(site.system),
        "zones": [asdict(zone) for zone in site.zones.values()],
        "stations": [asdict(station) for station in site.stations.values()],
        "connectors": [asdict(connector) for connector in site.connectors.values()],
        "outlets": {str(number): _outlet(outlet) for number, outlet in engine.outlets.items()},
        "transactions": [outlet.record.id for outlet in loads.transactions()],
        "otherLoads": {
            str(number): [load, engine.other_loads.draws[number].state, engine.other_loads.due[number]]
            for number, load in loads.other_load.items()
        },
    }


def load(data: dict[str, Any]) -> Engine:
    """Make the engine of a saved site again; SnapshotError when the data are none, or of another format."""
    try:
        if data["format"] != FORMAT:
            raise SnapshotError(f"The snapshot has format {data['format']}; this simulator reads {FORMAT}.")
        return _load(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SnapshotError(f"This is no snapshot of a site: {error!r}.") from error


def _load(data: dict[str, Any]) -> Engine:
    life = PLAIN.changed(data.get("life", {}))  # snapshots of the first release have none
    engine = Engine(_site(data), data["seed"], False, data["origin"], data["onWiredPhase"], life)
    engine.loads.reduction_leaves = data.get("reductionLeaves", False)  # as above
    engine.live = engine.loads.live = data["live"]
    engine.wall_offset = data["wallOffset"]
    engine.next_transaction = data["nextTransaction"]
    engine.agenda.now = data["now"]  # a change of voltage that was planned before happens at once
    for number, kept in data["outlets"].items():
        _restore(engine, engine.outlets[int(number)], kept)
    for number in data["transactions"]:
        engine.loads.join(engine.outlets[number])
    for text, (load, state, due) in data["otherLoads"].items():
        engine.other_loads.restore(int(text), load, state, due)
    if life.incidents and engine.live:
        engine.incidents.draws.state, engine.incidents.due = data["incidents"]
        engine.agenda.plan_site(INCIDENT, engine.incidents.due)
    engine.plan_expiries()
    return engine


def _outlet(outlet: Outlet) -> dict[str, Any]:
    return {name: getattr(outlet, name) for name in _PLAIN} | {
        "draws": outlet.draws.state,
        "visit": asdict(outlet.visit) if outlet.visit else None,
        "kept": outlet.kept,
    }


def _restore(engine: Engine, outlet: Outlet, kept: dict[str, Any]) -> None:
    for name in _PLAIN:
        setattr(outlet, name, kept[name])
    outlet.draws.state = kept["draws"]
    outlet.metered = engine.now
    outlet.visit = Visit(**kept["visit"]) if kept["visit"] else None
    if kept["kept"]:
        status, power, current = kept["kept"]
        outlet.kept = (status, tuple(power), tuple(current))
    engine.agenda.plan(outlet, kept["due"])


def _site(data: dict[str, Any]) -> Site:
    site = Site(System(**data["system"]))
    for row in data["zones"]:
        reduction = Reduction(**row["reduction"]) if row["reduction"] else None
        site.add(Zone(**(row | {"reduction": reduction})))
    for row in data["stations"]:
        site.add(Station(**row))
    by_phase = {part.name for part in fields(Connector) if str(part.type).startswith("tuple")}
    for row in data["connectors"]:
        values: dict[str, Any] = {name: tuple(value) if name in by_phase else value for name, value in row.items()}
        site.add(Connector(**values))
    return site
