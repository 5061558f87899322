"""What cannot be read, as an operator meets it: alarms go on, faults are named once, what was left out comes back."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.portal.metrics import InterfaceMetrics
from evce_connector.processors.unreadable import NAMED, names, words
from evce_connector.site.values import State
from evce_simulator import EvceSimulator, generate

from tests.support.joined import see

GOOD, UNCERTAIN, OFFLINE = State.GOOD, State.UNCERTAIN, State.OFFLINE
Serve = Callable[..., ConnectorService]
FIRST = "Stations/1/Connectors/1"
STATE, SETUP, FIELDS = "Interface/EvceState", "Interface/SetupState", "Interface/UnreadableFields"


@pytest.fixture
def site(simulate: Callable[..., EvceSimulator]) -> EvceSimulator:
    return simulate(generate(2, 6, 12))


@pytest.fixture
def service(site: EvceSimulator, serve: Serve) -> ConnectorService:
    """Make a connector that is set up and has polled once."""
    service = serve(site.url)
    service.set_up()
    service.poll()
    return service


def test_a_connector_that_fails_without_measuring_is_faulted_at_once(
    service: ConnectorService, site: EvceSimulator
) -> None:
    before = see(service, f"{FIRST}/ConnectorOverallActivePower1")[0]
    broken = {"status": "faulted", "errorCode": "PowerMeterFailure", "available": False}
    site.model.set_connector(1, **broken, activePower=None, rmsCurrent=None)
    service.poll()
    assert see(service, f"{FIRST}/ConnectorState_Faulted") == (True, GOOD)
    assert see(service, f"{FIRST}/ConnectorAvailability") == (False, GOOD)
    assert see(service, f"{FIRST}/ConnectorOverallActivePower1") == (before, UNCERTAIN)
    assert see(service, f"{FIRST}/ConnectorActiveEnergy")[1] is GOOD
    assert see(service, "Zones/1/ZoneOverallActivePowerTotal")[1] is UNCERTAIN
    assert see(service, "Zones/2/ZoneOverallActivePowerTotal")[1] is GOOD
    event = service.stores.alarms.event("Stations/1/Alarm")
    assert event is not None
    assert event.message == "Station CP-00001: connector 1 faulted (PowerMeterFailure)"


def test_what_cannot_be_read_is_told_in_the_tree_as_long_as_it_lasts(
    service: ConnectorService, site: EvceSimulator
) -> None:
    site.model.set_connector(1, activePower=None)
    site.model.set_zone(1, setPointPower="much")
    service.poll()
    named = "connectors/1/activePower, zones/1/setPointPower"
    assert see(service, FIELDS) == (named, GOOD)
    assert see(service, STATE) == (f"good, but 2 fields cannot be read: {named}", GOOD)
    assert see(service, SETUP) == ("good", GOOD)
    gauges = {family.name: family.samples[0].value for family in InterfaceMetrics(service.items, str).collect()}
    assert gauges["evce_connector_good"] == 1.0  # the poll itself was
    site.model.set_connector(1, activePower=[0.0, 0.0, 0.0])
    site.model.set_zone(1, setPointPower=43)
    service.poll()
    assert (see(service, FIELDS), see(service, STATE)) == (("", GOOD), ("good", GOOD))


def test_what_cannot_be_read_is_logged_when_it_begins_and_when_it_is_over(
    service: ConnectorService, site: EvceSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "evce_connector"):
        for odd in (None, "much", None):  # one fault, however it is spelt
            site.model.set_connector(1, activeEnergy=odd)
            service.poll()
        site.model.set_connector(1, activeEnergy=5.0)
        service.poll()
        service.poll()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "EvceProcessor: connectors/1/activeEnergy cannot be read: None is not a usable number"),
        ("INFO", "EvceProcessor: connectors/1/activeEnergy: no trouble any more"),
    ]


def test_twenty_are_named_and_the_others_counted() -> None:
    paths = [f"stations/{number:02}/status" for number in range(1, NAMED + 4)]
    assert names(paths).endswith("stations/20/status and 3 more")
    assert words(paths).startswith("good, but 23 fields cannot be read: stations/01/status, ")
    assert words(paths[:1]) == "good, but 1 field cannot be read: stations/01/status"
    assert (names([]), words([])) == ("", "good")


def test_set_up_tells_what_it_could_not_read_until_a_poll_could(site: EvceSimulator, serve: Serve) -> None:
    site.model.set_station(3, status=None, model=5)
    service = serve(site.url)
    (prompt,) = service.set_up()
    assert prompt.message == "stations/3/status cannot be read or placed in the tree: None is not a text."
    assert see(service, SETUP) == ("good, but 1 field cannot be read: stations/3/status", GOOD)
    assert see(service, FIELDS) == ("stations/3/status", GOOD)
    assert see(service, "Stations/3/StationStatus") == ("", UNCERTAIN)
    assert see(service, "Stations/3/StationModel") == ("5", GOOD)
    site.model.set_station(3, status="available")
    service.poll()
    assert (see(service, SETUP), see(service, FIELDS)) == (("good", GOOD), ("", GOOD))
    assert see(service, "Stations/3/StationStatus") == ("available", GOOD)


def test_set_up_fields_that_set_up_could_not_read_come_with_a_poll(site: EvceSimulator, serve: Serve) -> None:
    site.model.set_station(3, serialNumber=["odd"])
    site.model.set_connector(1, dc=None, maxPower=150)
    service = serve(site.url)
    service.set_up()
    service.poll()
    assert see(service, "Stations/3/StationSerialNumber") == ("", UNCERTAIN)
    site.model.set_station(3, serialNumber="SN-3", model="other")
    site.model.set_connector(1, dc=True)
    before = see(service, "Stations/3/StationModel")
    service.poll()
    assert see(service, "Stations/3/StationSerialNumber") == ("SN-3", GOOD)
    assert see(service, "Stations/3/StationModel") == before
    assert see(service, f"{FIRST}/ConnectorMaxCurrentorPower") == (150, GOOD)
    assert service.items.tree.get(f"{FIRST}/ConnectorMaxCurrentorPower").unit == "kW"  # type: ignore[union-attr]


def test_a_set_up_while_a_field_is_odd_shows_what_was_seen_last(service: ConnectorService, site: EvceSimulator) -> None:
    site.model.set_zone(1, setPointPower=77)
    service.poll()
    site.model.set_zone(1, setPointPower=None)
    service.set_up()
    assert see(service, "Zones/1/ZoneSetPointPower(kW)") == (77, UNCERTAIN)


def test_a_station_is_no_other_one_because_its_name_can_be_read_again(site: EvceSimulator, serve: Serve) -> None:
    name = site.model.station(3)["ocppIdentifier"]
    site.model.set_station(3, ocppIdentifier=None, friendlyName=["odd"])
    site.model.set_zone(2, name=None)
    service = serve(site.url)
    service.set_up()
    site.model.set_station(3, ocppIdentifier=name, friendlyName="Gate")
    site.model.set_zone(2, name="North")
    service.set_up()
    assert {line.kind for line in service.stores.site_ledger.lines()} == {"added"}
    assert see(service, "Zones/2/ZoneName") == ("North", GOOD)


def test_a_station_whose_connection_was_never_readable_is_not_called_lost(site: EvceSimulator, serve: Serve) -> None:
    site.model.set_station(1, connected=None)
    service = serve(site.url)
    service.set_up()
    for _ in range(4):
        service.clock.advance(15)  # type: ignore[attr-defined]
        service.poll()
    assert see(service, "Stations/1/StationIsConnected") == (False, UNCERTAIN)
    assert see(service, f"{FIRST}/ConnectorActiveEnergy")[1] is GOOD
    assert service.stores.alarms.event("Stations/1/Alarm") is None


def test_a_station_that_was_lost_stays_so_while_its_connection_cannot_be_read(
    service: ConnectorService, site: EvceSimulator
) -> None:
    site.model.set_station(1, connected=False)
    service.poll()
    site.model.set_station(1, connected=None)
    service.poll()
    assert see(service, "Stations/1/StationIsConnected") == (False, UNCERTAIN)
    assert see(service, f"{FIRST}/ConnectorActiveEnergy")[1] is OFFLINE


def leave_out(site: EvceSimulator, serve: Serve, number: int = 12) -> ConnectorService:
    """Set up while a connector's number on its station cannot be read."""
    site.model.set_connector(number, logicalConnector=None)
    service = serve(site.url)
    service.set_up()
    service.poll()
    return service


def place_of(site: EvceSimulator, number: int = 12) -> str:
    connector = site.model.connector(number)
    return f"Stations/{connector['stationId']}/Connectors/{connector['logicalConnector']}"


def test_what_set_up_left_out_enters_with_the_poll_that_can_place_it(site: EvceSimulator, serve: Serve) -> None:
    place = place_of(site)
    service = leave_out(site, serve)
    asked = site.journal.count(path="/zones")
    assert see(service, SETUP)[0] == "good, but 1 field cannot be read: connectors/12/logicalConnector"
    assert see(service, "Site/SiteNumberOfConnectors") == (11, UNCERTAIN)
    assert see(service, "Site/SiteOverallActivePowerTotal")[1] is UNCERTAIN
    site.model.add("station", **site.model.station(1) | {"id": 9, "ocppIdentifier": "NEW"})
    site.model.release("connector", 12)
    service.poll()
    assert site.journal.count(path="/zones") == asked + 1
    assert see(service, f"{place}/ConnectorActiveEnergy")[1] is GOOD
    assert see(service, "Site/SiteNumberOfConnectors") == (12, GOOD)
    assert (see(service, SETUP), see(service, FIELDS)) == (("good", GOOD), ("", GOOD))
    assert see(service, "Interface/NewObjects") == (1, GOOD)  # what is merely new waits for set-up
    assert service.stores.site_ledger.lines()[-1].id == place


def test_what_entered_after_set_up_is_there_after_a_restart(site: EvceSimulator, serve: Serve) -> None:
    place = place_of(site)
    service = leave_out(site, serve)
    site.model.release("connector", 12)
    service.poll()
    again = serve(site.url)
    assert see(again, f"{place}/LogicalConnector")[1] is GOOD
    assert see(again, "Site/SiteNumberOfConnectors") == (12, GOOD)


def test_the_tree_changes_at_most_every_five_minutes(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    place = place_of(site, 11)
    site.model.set_connector(11, logicalConnector="odd")
    service = leave_out(site, serve)
    site.model.release("connector", 12)
    service.poll()
    revision = service.items.tree.hierarchy_revision
    site.model.release("connector", 11)
    clock.advance(299)
    service.poll()
    assert service.items.tree.get(place) is None
    assert see(service, FIELDS) == ("connectors/11", GOOD)
    assert see(service, "Site/SiteNumberOfConnectors") == (11, UNCERTAIN)
    assert service.items.tree.hierarchy_revision == revision
    clock.advance(1)
    service.poll()
    assert see(service, f"{place}/ConnectorActiveEnergy")[1] is GOOD
    assert see(service, "Site/SiteNumberOfConnectors") == (12, GOOD)


def test_a_restart_keeps_last_values_and_what_cannot_be_read(
    service: ConnectorService, site: EvceSimulator, serve: Serve
) -> None:
    site.model.set_connector(1, activeEnergy=77.0)
    service.poll()
    for _ in range(2):
        site.model.set_connector(1, activeEnergy=None, status="charging")
        service.poll()
    again = serve(site.url)
    assert see(again, f"{FIRST}/ConnectorActiveEnergy") == (77.0, UNCERTAIN)
    again.poll()
    assert see(again, f"{FIRST}/ConnectorActiveEnergy") == (77.0, UNCERTAIN)
    assert see(again, f"{FIRST}/ConnectorState_Charging") == (True, GOOD)


def test_the_average_goes_by_the_phase_connection_that_set_up_wrote(
    service: ConnectorService, site: EvceSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    shown = str(see(service, f"{FIRST}/ConnectorPhaseConnection")[0])
    other, expected = ("mono1", 4.0) if shown == "tri" else ("tri", 3.0)
    with caplog.at_level(logging.WARNING, "evce_connector"):
        site.model.set_connector(1, phaseConnection=other, rmsCurrent=[3.0, 4.0, 5.0])
        service.poll()
        service.poll()
    assert see(service, f"{FIRST}/ConnectorOverallRmsCurrentAverage") == (expected, GOOD)
    (record,) = caplog.records
    assert f"has the phaseConnection {other!r} now, and set-up found {shown!r}" in record.getMessage()
    service.set_up()
    service.poll()
    assert see(service, f"{FIRST}/ConnectorOverallRmsCurrentAverage")[0] == (3.0 if other == "mono1" else 4.0)


@pytest.mark.parametrize(
    ("odd", "needs"), [({"reduction": "odd"}, "ZoneReduction"), ({"setPointPower": None}, "ZoneSetPointPower(kW)")]
)
def test_a_zone_with_an_odd_field_keeps_its_stations(
    site: EvceSimulator, serve: Serve, odd: dict[str, object], needs: str
) -> None:
    site.model.set_zone(1, **odd)
    service = serve(site.url)
    service.set_up()
    service.poll()
    assert see(service, f"Zones/1/{needs}")[1] is UNCERTAIN
    assert see(service, "Zones/1/ZoneOverallActivePowerTotal")[1] is GOOD
    assert see(service, "Zones/1/ZoneNumberOfStations") == (3, GOOD)
