"""Whatever a lying proxy alters on the wire between connector and inspector, the inspection names the item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ebo_simulator import EboClient
from evce_acceptance.checks import history_and_alarms, service
from evce_acceptance.checks.checkout import wrong_states, wrong_values
from evce_acceptance.checks.inspection import Ends, Findings, Inspection
from evce_acceptance.site import settings
from evce_simulator import generate
from lying_proxy import LIES, Lie, LyingProxy

from features.driver.connector import PASSWORD, USER
from features.driver.world import World, WorldClock
from tests.support.at_length import shortened

pytestmark = pytest.mark.once

ZONE, STATION = "EVCE Zones/Zone 1", "EVCE Zones/Zone 1/CP-00001"
SERIES = f"{ZONE}/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
TOLD = {
    "value": f"{ZONE}/ZoneMaxCurrent(A)",
    "unit": f"{ZONE}/ZoneActiveEnergy",
    "state": f"{ZONE}/ZoneType",
    "order": f"{STATION}/StationModel",
    "missing-item": f"{STATION}/StationModel",
    "missing-details": f"{STATION}/StationModel",
    "missing-value": f"{STATION}/StationModel",
    "duplicate": f"{STATION}/StationModel",
    "duplicate-value": f"{STATION}/StationModel",
    "type": f"{STATION}/StationId",
    "name": f"{STATION}/StationModel",
    "description": f"{STATION}/StationModel",
    "writeable": f"{ZONE}/ZoneReduction",
    "delayed": f"{ZONE}/ZoneActiveEnergy",
    "stale": f"{ZONE}/ZoneActiveEnergy",
    "history-doubled": SERIES,
    "history-missing": SERIES,
    "alarm-invented": f"{STATION}/Station-CP-00001_Alarm",
    "alarm-hidden": "EVCE Zones/Zone 2/CP-00004/Station-CP-00004_Alarm",
}
"""One item for each lie."""
WATCHED_ELSEWHERE = {
    "write-lost": "only a write shows it: tests/evce_acceptance/writes/test_lease.py",
    "alarm-message": "its words are the connector's own: tests/evce_acceptance/shadow/test_shadow.py",
    "alarm-stuck": "seen when an alarm clears, as in alarm-invented",
    "history-value": "what a sample was is not known from outside",
    "page-end": "the simulated sites are read in one page: tests/lying_proxy",
}
"""Lies that a short look at one site cannot tell from the truth, and why."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Start a small living site over HTTP: a vehicle charges, a station is lost, and there are samples."""
    made = World("http", replace(generate(2, 4, 6), live=True), tmp_path_factory.mktemp("lies"))
    made.start()
    made.controller.change("station", "CP-00004", connected=False)
    made.pass_time(31 * 60)
    made.controller.model.plug(1)
    yield made
    made.close()


def all_findings(inspection: Inspection) -> Findings:
    """Look for everything that an acceptance run looks for."""
    found = (
        inspection.misplaced() | inspection.mislabelled() | inspection.without_history() | inspection.without_alarm()
    )
    for level in ("site", "zone", "station", "connector"):
        found |= inspection.incomplete(level)
    found |= (
        inspection.doubled()
        | history_and_alarms.wrong_histories(inspection)[1]
        | history_and_alarms.wrong_alarms(inspection)
    )
    found |= inspection.too_old()[1] | wrong_values(inspection.judged()) | wrong_states(inspection.judged())
    return found | service.parts_of_1_2(inspection) | service.forgotten_by_subscription(inspection)


def inspected(world: World, address: str) -> Findings:
    """Inspect what answers at an address beside the world's controller."""
    connector = settings.Connector(url=address, poll_seconds=15, late_seconds=1, ids_per_request=1000)

    def connect(version: str = "1.2", user: str = USER) -> EboClient:
        return EboClient(address, user, PASSWORD, version, strict=False)

    inspection = Inspection(Ends(connect, world.controller.report, WorldClock(world), connector, settings.Claims()))
    try:
        return all_findings(inspection)
    finally:
        inspection.close()


def test_an_honest_proxy_gives_no_finding(world: World) -> None:
    with LyingProxy(world.connector.address) as proxy:
        assert inspected(world, proxy.url) == {}


@pytest.mark.parametrize("lie", shortened(TOLD))
def test_an_altered_item_is_named(world: World, lie: str) -> None:
    with LyingProxy(world.connector.address, Lie(lie, TOLD[lie])) as proxy:
        found = inspected(world, proxy.url)
        assert proxy.told, "the proxy had no occasion to lie"
    assert TOLD[lie] in found, found


def test_every_lie_is_told_or_said_to_be_beyond_a_short_look() -> None:
    assert {*TOLD, *WATCHED_ELSEWHERE} == set(LIES)
