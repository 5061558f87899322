"""A guide-like site on a stub EWS server, and clients of it that are closed after each test."""

from collections.abc import Iterator

import pytest
from ebo_simulator import EboClient, Workstation

from tests.ebo_simulator.canned import Subscriptions, serve_everything
from tests.ebo_simulator.ews_stub import Stub, StubServer

CONNECTOR = "Stations/1/Connectors/1"


@pytest.fixture
def stub() -> Stub:
    """Zone Z1 with station EVSimu1 and Connector-1, as on the guide's screens."""
    site = Stub()
    site.container("0", "EVCE Ews Server", "Server", ["Zones"])
    site.container("Zones", "EVCE Zones", "Folder", ["Zones/1"])
    station = ["Stations/1"]
    logs = ["Zones/1/OverallConsumptionLogs"]
    site.container("Zones/1", "Z1", "Folder", [*station, *logs, "max", "power", "reduction", "validity", "zone-id"])
    site.container("Stations/1", "EVSimu1", "Device", [CONNECTOR, "alarm", "connected"])
    site.container(CONNECTOR, "Connector-1", "Device", ["set-point"])
    site.container("Zones/1/OverallConsumptionLogs", "OverallConsumptionLogs", "Folder", ["power-log"])
    site.value("zone-id", "ZoneId", "Integer", "1")
    site.value("max", "ZoneMaxCurrent(A)", "Integer", "100", "A")
    site.value("power", "ZoneOverallActivePowerPhase1", "Double", "0", "kW", state=3)
    site.value("reduction", "ZoneReduction", "Double", "10.0")
    site.items["reduction"]["Writeable"] = "1"
    site.value("validity", "ZoneValidity", "DateTime", "2149-12-16T08:27:56Z")
    site.value("connected", "StationIsConnected", "Boolean", "true")
    site.value("set-point", "ConnectorSetPointCurrent", "Integer", "32", "A")
    log = {"Id": "power-log", "Name": "ZoneOverallActivePowerPhase1-Readings", "Type": "Double", "Unit": "kW"}
    site.histories["power-log"] = {**log, "Description": "", "ValueItemId": "power"}
    alarm = {"Id": "alarm", "Name": "Station-EVSimu1_Alarm", "Description": "Alarm for Station Status [unavailable]"}
    site.alarms["alarm"] = {**alarm, "State": "1", "ValueItemId": "connected"}
    return site


@pytest.fixture
def subscriptions(stub: Stub) -> Subscriptions:
    """Teach the stub all 22 operations."""
    return serve_everything(stub)


@pytest.fixture
def server(stub: Stub) -> Iterator[StubServer]:
    """Serve the stub; every request that was sent and every answer must have followed the contract."""
    running = StubServer(stub, "ebo", "s3cret")
    yield running
    running.close()
    assert stub.invalid == []


@pytest.fixture
def client(server: StubServer) -> Iterator[EboClient]:
    with EboClient(server.url, "ebo", "s3cret", timeout=20) as made:
        yield made


@pytest.fixture
def workstation(client: EboClient) -> Workstation:
    return Workstation(client)
