"""Two small sites that live, on which there is something to see: they are polled and logged for half an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from evce_simulator import generate

from features.driver.world import IN_PROCESS, World

SAMPLED = 31 * 60.0
"""Seconds after which there are samples of two moments, or three."""
LOST = "CP-00004"
"""The station that loses its connection."""
STATION = {
    "friendlyName": "CP-9",
    "ocppIdentifier": "CP-9",
    "serialNumber": "SN9",
    "model": "Column 22",
    "version": "1.0.0",
    "ipAddress": "192.168.0.200",
}
PLAIN = {"maxCurrent": 32, "setPointCurrent": 32, "setPointPower": 22}


def with_a_vehicle(target: str, folder: Path) -> World:
    """Start a site of two zones where a vehicle charges and a station is lost."""
    world = World(target, replace(generate(2, 4, 6), live=True), folder)
    world.start()
    world.controller.change("station", LOST, connected=False)
    world.pass_time(SAMPLED)
    world.controller.model.plug(1)
    world.pass_time(60)
    return world


def of_every_kind(folder: Path) -> World:
    """Start a site on which much is so that a wrong connector may show it wrong.

    Ids are neither numbers nor positions in one zone; vehicles charge on one and on three phases and by DC; a
    connector is faulted, one out of order, one switched off, one reserved, and two zones have the same name; a station
    is lost, of which the controller has the last status still; a zone is reduced until the next day.
    """
    world = World(IN_PROCESS, replace(generate(3, 8, 14, seed=2), live=True), folder)
    model = world.controller.model
    model.add("zone", id=140, name="Köln", type="STATIC", maxCurrent=63, setPointCurrent=63, setPointPower=43)
    model.add("zone", id=141, name="Zone 3", type="STATIC", maxCurrent=63, setPointCurrent=63, setPointPower=43)
    model.add("station", id=29, zoneId=140, **STATION)
    for id_, number in ((48, 2), (42, 1), (49, 3)):
        model.add("connector", id=id_, stationId=29, logicalConnector=number, **PLAIN)
    model.add(
        "connector", id=50, stationId=29, logicalConnector=4, phaseConnection="mono2", **PLAIN | {"setPointPower": 7}
    )
    model.add("connector", id=51, stationId=29, logicalConnector=5, dc=True, maxPower=50, setPointPower=50)
    world.start()
    world.controller.change("station", LOST, connected=False, status="available")  # as it was when it was lost
    for id_ in (1, 42, 50, 51):
        model.plug(id_)
    model.plug(48, "11 kW V2G")
    model.fault(3, "GroundFailure")
    model.set_availability(6, False)
    model.set_connector(9, status="unavailable")
    model.set_reduction(2, 10, world.clock.now() + timedelta(days=1))
    world.pass_time(SAMPLED)
    model.reserve(12)
    world.pass_time(60)
    return world
