"""Sites of any size, made with factory-boy: the same numbers and seed give the same site."""

# ruff: noqa: D106 - Meta and Params are factory-boy's own words, not classes of ours
# factory-boy types its factories, not its declarations:
# mypy: disable-error-code="no-untyped-call,misc"

from __future__ import annotations

from typing import Any

from factory.base import Factory
from factory.declarations import LazyAttribute, Sequence

from evce_simulator.draws import Draws
from evce_simulator.records import Connector, Station, Zone, as_json
from evce_simulator.scenario import Scenario

_MODELS = ("Wallbox Duo", "Column 22", "Pedestal AC", "Open OCPP Simulated")
_PHASES = ("tri", "mono1", "mono2", "mono3")


class ZoneFactory(Factory[Zone]):
    """Zones of 100 to 400 A, STATIC and DYNAMIC."""

    class Meta:
        model = Zone

    class Params:
        draws = None

    id = Sequence(lambda number: number)
    name = LazyAttribute(lambda made: f"Zone {made.id}")
    type = LazyAttribute(lambda made: "STATIC" if made.id % 3 else "DYNAMIC")
    max_current = LazyAttribute(lambda made: 100 * made.draws.between(1, 4))
    set_point_current = LazyAttribute(lambda made: made.max_current)
    set_point_power = LazyAttribute(lambda made: made.max_current * 690 // 1000)


class StationFactory(Factory[Station]):
    """Connected stations with addresses of a private network."""

    class Meta:
        model = Station

    class Params:
        draws = None

    id = Sequence(lambda number: number)
    friendly_name = LazyAttribute(lambda made: f"Station {made.id}")
    ocpp_identifier = LazyAttribute(lambda made: f"CP-{made.id:05d}")
    serial_number = LazyAttribute(lambda made: f"SN{made.draws.below(10**8):08d}")
    model = LazyAttribute(lambda made: _MODELS[made.draws.below(len(_MODELS))])
    version = "1.1.0"
    ip_address = LazyAttribute(lambda made: f"10.{made.id >> 16 & 255}.{made.id >> 8 & 255}.{made.id & 255}")


class ConnectorFactory(Factory[Connector]):
    """AC connectors of 16 or 32 A on one or three phases; one in twenty DC."""

    class Meta:
        model = Connector

    class Params:
        draws = None

    id = Sequence(lambda number: number)
    dc = LazyAttribute(lambda made: made.draws.happens(5))
    max_current = LazyAttribute(lambda made: None if made.dc else 16 * made.draws.between(1, 2))
    max_power = LazyAttribute(lambda made: 50 * made.draws.between(1, 3) if made.dc else None)
    phase_connection = LazyAttribute(lambda made: "tri" if made.dc else _PHASES[made.draws.below(4)])
    set_point_current = LazyAttribute(lambda made: made.max_power * 1000 // 690 if made.dc else made.max_current)
    set_point_power = LazyAttribute(
        lambda made: made.max_power or made.max_current * (690 if made.phase_connection == "tri" else 230) // 1000
    )
    active_energy = LazyAttribute(lambda made: made.draws.below(10_000_000) / 1000)


def generate(zones: int, stations: int, connectors: int, seed: int = 0) -> Scenario:
    """Make a scenario with so many objects, dealt out evenly: stations over zones, connectors over stations.

    >>> site = generate(zones=2, stations=4, connectors=6, seed=1)
    >>> len(site.tables["connectors"]), site.tables == generate(2, 4, 6, seed=1).tables
    (6, True)
    """
    draws = Draws(seed, zones, stations, connectors)
    tables: dict[str, list[dict[str, Any]]] = {"zones": [], "stations": [], "connectors": []}
    for number in range(1, zones + 1):
        tables["zones"].append(as_json(ZoneFactory.build(id=number, draws=draws)))
    for number in range(1, stations + 1):
        zone = (number - 1) * zones // stations + 1
        tables["stations"].append(as_json(StationFactory.build(id=number, zone_id=zone, draws=draws)))
    on_station: dict[int, int] = {}
    for number in range(1, connectors + 1):
        station = (number - 1) * stations // connectors + 1
        on_station[station] = on_station.get(station, 0) + 1
        made = ConnectorFactory.build(id=number, station_id=station, logical_connector=on_station[station], draws=draws)
        tables["connectors"].append(as_json(made))
    return Scenario(f"generated-{zones}-{stations}-{connectors}-{seed}", title="A generated site", tables=tables)
