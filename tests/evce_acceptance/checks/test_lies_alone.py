"""What a lying proxy alters is named by EWS alone too, wherever what is shown does not agree with itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ebo_simulator import EboClient
from evce_acceptance.checks import by_itself, history_and_alarms, service
from evce_acceptance.checks.inspection import Ends, Findings, Inspection
from evce_acceptance.checks.placing import wrongly_placed
from evce_acceptance.checks.sums import sums
from evce_acceptance.site import settings
from evce_simulator import generate
from lying_proxy import Lie, LyingProxy

from features.driver.connector import PASSWORD, USER
from features.driver.world import World, WorldClock
from tests.support.at_length import cases

pytestmark = pytest.mark.once

ZONE, STATION = "EVCE Zones/Zone 1", "EVCE Zones/Zone 1/CP-00001"
CONNECTOR = f"{STATION}/Connector-1"
SERIES = f"{ZONE}/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
TOLD = [
    Lie("value", f"{ZONE}/ZoneOverallActivePowerTotal"),
    Lie("value", f"{ZONE}/ZoneNumberOfConnectors"),
    Lie("value", f"{CONNECTOR}/ConnectorOverallRmsCurrentAverage"),
    Lie("value", f"{CONNECTOR}/ConnectorOverallActivePower1", by=30),
    Lie("value", f"{CONNECTOR}/ConnectorState_Faulted"),
    Lie("value", f"{STATION}/StationStatus", to="broken"),
    Lie("value", f"{ZONE}/ZoneValidityMode(Absolute)", to="relative"),
    Lie("value", f"{ZONE}/ZoneValidity", to="tomorrow"),
    Lie("value", f"{STATION}/StationId", to="2"),
    Lie("value", f"{STATION}/StationOCPPIdentifier", to="CP-9"),
    Lie("stale", f"{ZONE}/ZoneActiveEnergy"),
    Lie("unit", f"{ZONE}/ZoneActiveEnergy"),
    Lie("type", f"{STATION}/StationId"),
    Lie("name", f"{STATION}/StationModel"),
    Lie("description", f"{STATION}/StationModel"),
    Lie("writeable", f"{ZONE}/ZoneReduction"),
    Lie("state", f"{CONNECTOR}/ConnectorOverallActivePower1"),
    Lie("state", f"{ZONE}/ZoneType"),
    Lie("state", f"{ZONE}/ZoneOverallActivePowerTotal"),
    Lie("state", f"{ZONE}/ZoneMaxCurrent(A)", to="9"),
    Lie("state", "EVCE Zones/Zone 2/CP-00004/Connector-1/ConnectorOverallActivePower1"),
    Lie("missing-item", f"{STATION}/StationModel"),
    Lie("missing-value", f"{STATION}/StationModel"),
    Lie("duplicate", f"{STATION}/StationModel"),
    Lie("history-doubled", SERIES),
    Lie("history-missing", SERIES),
    Lie("alarm-invented", f"{STATION}/Station-CP-00001_Alarm"),
    Lie("alarm-hidden", "EVCE Zones/Zone 2/CP-00004/Station-CP-00004_Alarm"),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Start a small living site over HTTP: a vehicle charges, a station is lost, and there are samples."""
    made = World("http", replace(generate(2, 4, 6), live=True), tmp_path_factory.mktemp("alone"))
    made.start()
    made.controller.change("station", "CP-00004", connected=False)
    made.pass_time(31 * 60)
    made.controller.model.plug(1)
    made.pass_time(60)
    yield made
    made.close()


def all_findings(inspection: Inspection) -> Findings:
    """Look for everything that a run without a controller looks for."""
    placed = inspection.placed
    found = wrongly_placed(placed) | inspection.mislabelled() | inspection.without_history() | inspection.doubled()
    for level in ("site", "zone", "station", "connector"):
        found |= inspection.incomplete(level)
    for rules in (by_itself.words, sums, by_itself.figures, by_itself.states):
        found |= inspection.fitting(rules(placed), twice=rules is sums).findings
    found |= by_itself.fallen(inspection)[1] | service.odd_alarms(inspection) | inspection.without_alarm()
    return found | history_and_alarms.wrong_histories(inspection)[1] | history_and_alarms.wrong_alarms(inspection)


def inspected(world: World, address: str) -> Findings:
    """Inspect what answers at an address, with no controller beside it."""
    connector = settings.Connector(url=address, poll_seconds="measured", late_seconds=1, ids_per_request=1000)

    def connect(version: str = "1.2", user: str = USER) -> EboClient:
        return EboClient(address, user, PASSWORD, version, strict=False)

    inspection = Inspection(Ends(connect, None, WorldClock(world), connector, settings.Claims()))
    try:
        found = all_findings(inspection)
        assert inspection.poll_seconds == pytest.approx(15, abs=1)
        return found
    finally:
        inspection.close()


def test_an_honest_proxy_gives_no_finding_and_the_interval_is_that_of_the_connector(world: World) -> None:
    with LyingProxy(world.connector.address) as proxy:
        assert inspected(world, proxy.url) == {}


def name_of(lie: Lie) -> str:
    return f"{lie.name} {lie.item.rpartition('/')[2]} {lie.options.get('to', '')}"


@pytest.mark.parametrize("lie", cases((name_of(lie), lie) for lie in TOLD))
def test_an_altered_item_is_named(world: World, lie: Lie) -> None:
    with LyingProxy(world.connector.address, lie) as proxy:
        found = inspected(world, proxy.url)
        assert proxy.told, "the proxy had no occasion to lie"
    assert lie.item in found, found
