"""One site through each shipped dialect is the same tree, value for value, and every write arrives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.numbers import HeldNumbers
from evce_connector.evce.profile import PROFILES
from evce_connector.site.values import State
from evce_connector.writes.release import reductions, release
from evce_simulator import EvceSimulator

from tests.support.dialects import CONNECTOR, INVENTED, Join, tree_of, write
from tests.support.joined import LOGIN, PASSWORD

DIALECTS = sorted(file.stem for file in PROFILES.glob("*.toml") if file.stem != "v6")
"""Those that are shipped."""
FILES = sorted(INVENTED.glob("*.toml"))
through_each = pytest.mark.parametrize(
    "dialect", [*DIALECTS, *map(str, FILES)], ids=[*DIALECTS, *(file.stem for file in FILES)]
)
ONE_SUM = "lakeside"
"""It has one power for all phases, so that it cannot say phases that differ."""
WHOLE_AMPERES = "elgora"
"""It takes a limit in whole A: of 100 A, 62.5 A become 62 A, the nearest even."""


@through_each
def test_the_whole_tree_of_a_campus_is_the_same_through_a_dialect(join: Join, dialect: str) -> None:
    expected, found = tree_of(join(None)), tree_of(join(dialect))
    assert len(expected) > 2900
    assert found == expected


@through_each
def test_what_changes_on_a_site_changes_in_the_tree_through_a_dialect(join: Join, dialect: str) -> None:
    sites = join(None, "guide"), join(dialect, "guide")
    power = [1.25, 1.25, 1.25] if ONE_SUM in dialect else [1.25, 0.0, 3.5]
    for site in sites:
        site.model.set_connector(
            1,
            status="faulted",
            errorCode="PowerMeterFailure",
            phaseConnection="tri",
            activePower=power,
            rmsCurrent=[5.43, 0.02, 15.2],
            activeEnergy=123456.789,
            setPointCurrent=16,
            transactionId=7,
        )
        site.model.set_station(1, connected=False, acceptedByCpo=True, cpoUrl="wss://cpo.example/1")
        site.model.clear_reduction(1)
        site.poll()
    assert tree_of(sites[1]) == tree_of(sites[0])
    assert sites[1].see("Stations/1/StationIsConnected") == (False, State.GOOD)


@through_each
def test_every_write_arrives_through_a_dialect_and_is_confirmed(join: Join, dialect: str) -> None:
    site = join(dialect, "guide")
    until = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    reduced = 38 if WHOLE_AMPERES in dialect else 37.5
    assert write(site, ZoneReduction=37.5, ZoneValidity=until) == ["", ""]
    reduction = site.model.zone(1)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (reduced, "2026-03-02T09:30:00Z")
    assert site.see("Zones/1/ZoneReduction") == (reduced, State.GOOD)
    assert write(site, ConnectorAvailability=False) == [""]
    assert site.model.connector(1)["available"] is False
    assert site.see(f"{CONNECTOR}/ConnectorAvailability") == (False, State.GOOD)
    assert write(site, ConnectorAvailability=True) == [""]
    assert site.model.connector(1)["available"] is True


@through_each
def test_all_reductions_are_released_through_a_dialect(join: Join, dialect: str) -> None:
    site = join(dialect)
    with site.service.make_client() as client:
        said = [one.text for one in release(client, site.service.stores.commands, site.clock, reductions(client))]
    assert said == [
        "Zone Bâtiment 2 & 3 (2): reduction of 20 % until 2149-12-31T22:00:00Z is released.",
        "Zone R&D (5): reduction of 12.5 % until 2140-06-30T18:30:00Z is released.",
    ]
    assert [zone["reduction"] for zone in site.model.zones()] == [None] * 6


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_field_that_is_odd_in_a_dialect_is_uncertain_and_named_and_all_else_goes_on(join: Join, dialect: str) -> None:
    site = join(dialect, "guide")
    site.model.set_connector(1, setPointCurrent="much", activePower=[2.0, 0.0, 0.0])
    site.poll()
    assert site.see(f"{CONNECTOR}/ConnectorSetPointCurrent") == (32, State.UNCERTAIN)
    assert site.see(f"{CONNECTOR}/ConnectorOverallActivePowerTotal") == (2.0, State.GOOD)
    named, _ = site.see("Interface/UnreadableFields")
    assert "connectors/1/setPointCurrent" in str(named)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_after_a_restart_without_controller_the_tree_of_a_dialect_is_there_with_the_same_ids(
    join: Join, dialect: str
) -> None:
    site = join(dialect)
    before = {key: value for key, (value, _) in tree_of(site).items()}
    site.simulator.inject("reset")
    site.restart()
    assert {key: value for key, (value, _) in tree_of(site).items()} == before


@pytest.mark.parametrize("dialect", DIALECTS)
def test_numbers_of_a_dialect_stay_when_its_list_comes_in_another_order(join: Join, dialect: str) -> None:
    site = join(dialect, "guide")
    before = {key for key in tree_of(site) if key.startswith("Stations/1/")}
    model = site.model
    connectors = model.connectors(station=1)
    model.add("station", **model.station(1) | {"id": 9, "ocppIdentifier": "NEW", "serialNumber": "NEW"})
    for connector in connectors:
        model.remove_connector(connector["id"])
        model.add("connector", **connector)
    site.restart()
    site.set_up()
    site.poll()
    assert {key for key in tree_of(site) if key.startswith("Stations/1/")} == before
    assert write(site, ConnectorAvailability=False) == [""]
    assert model.connector(1)["available"] is False


class Overtaken(HeldNumbers):
    """Numbers of a connector beside which another process was the first to write its own."""

    def __init__(self) -> None:
        super().__init__()
        self.more = 0

    def number(self, kind: str, text: str, wished: int | None = None) -> int:
        return super().number(kind, text, wished) + self.more

    def keep(self) -> bool:
        was_first, self.more = self.more > 0, 100
        return was_first


def test_numbers_that_another_process_wrote_first_are_those_that_a_fetch_returns() -> None:
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD, profile="areas") as simulator:
        options = EvceOptions(simulator.url, LOGIN, PASSWORD)
        with EvceClient(options, profiles.load("areas"), numbers=Overtaken()) as client:
            site = client.fetch()
    assert {one["id"] > 100 for one in site.connectors.objects} == {True}
    assert {one["stationId"] > 100 for one in site.connectors.objects} == {True}
