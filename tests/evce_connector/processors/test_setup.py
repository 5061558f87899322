"""EvceSetupProcessor against a simulated controller: the tree, what is gone, what is not believed, the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.errors import EvceAnswerError
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.snapshots import Snapshots
from evce_connector.processors.base import Prompt, Severity, refuse_shrunk
from evce_connector.site.values import State
from evce_simulator import EvceSimulator, generate

from tests.support.joined import failing_disk, see

GOOD, UNCERTAIN, OFFLINE = State.GOOD, State.UNCERTAIN, State.OFFLINE
DAY = 86400.0
Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]


@pytest.fixture
def site(simulate: Simulate) -> EvceSimulator:
    """Simulate a site so large that one object may go without the list being disbelieved."""
    return simulate(generate(6, 12, 24))


def kinds(service: ConnectorService) -> list[tuple[str, str, str, str]]:
    """Return the ledger's lines without their times."""
    return [(line.kind, line.id, line.old, line.new) for line in service.stores.site_ledger.lines()]


def refusal(prompts: list[Prompt]) -> str:
    (prompt,) = prompts
    assert prompt.severity is Severity.MAY_NOT_CONTINUE
    return prompt.message


def test_set_up_makes_the_tree_of_the_controller(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    assert service.items.index is None
    assert service.set_up() == []
    index = service.items.index
    assert index is not None
    assert (len(index.zones), len(index.stations), len(index.connectors)) == (6, 12, 24)
    assert see(service, "Interface/SetupState") == ("good", GOOD)
    assert see(service, "Interface/EvceApiVersion") == ("6", GOOD)
    assert see(service, "Interface/LastSetup") == (service.clock.now(), GOOD)


@pytest.mark.parametrize("odd", ["\ud800", "\x00"])
def test_names_with_characters_that_no_database_holds_are_set_up_and_renamed(
    site: EvceSimulator, serve: Serve, odd: str
) -> None:
    service = serve(site.url)
    site.model.rename("zone", 1, f"Z{odd}")
    site.model.set_station(1, friendlyName=odd, ocppIdentifier=f"EV{odd}", serialNumber=odd)
    site.model.set_system(name=odd)
    assert service.set_up() == []
    assert see(service, "Zones/1/ZoneName") == ("Z\ufffd", GOOD)
    site.model.rename("zone", 1, f"Y{odd}")
    site.model.set_station(1, ocppIdentifier=f"EW{odd}")
    assert service.set_up() == []
    service.poll()
    assert [line for line in kinds(service) if line[1] == "Zones/1"][-1] == ("renamed", "Zones/1", "Z\ufffd", "Y\ufffd")
    assert any(line[:2] == ("replaced", "Stations/1") for line in kinds(service))


def test_set_up_asks_for_each_list_once(site: EvceSimulator, serve: Serve) -> None:
    serve(site.url).set_up()
    assert [entry.path for entry in site.journal] == ["/system", "/zones", "/stations", "/connectors"]


def test_a_set_up_that_is_told_to_stop_does_nothing(site: EvceSimulator, serve: Serve) -> None:
    stop = threading.Event()
    stop.set()
    assert serve(site.url).setup_processor.execute(stop) == []
    assert len(site.journal) == 0


def test_a_controller_that_cannot_be_reached_leaves_the_tree_and_says_why(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    site.inject("refused")
    assert "does not answer" in refusal(service.set_up())
    assert service.items.index is not None
    assert "does not answer" in str(see(service, "Interface/SetupState")[0])


def test_another_api_version_is_named_and_the_tree_made(site: EvceSimulator, serve: Serve) -> None:
    site.model.set_system(apiVersion="5")
    service = serve(site.url)
    assert service.set_up() == [Prompt("The charge controller speaks API version 5; only 6 is supported.")]
    assert service.items.index is not None
    assert see(service, "Interface/EvceApiVersion") == ("5", GOOD)


def test_no_api_version_is_named_as_unknown(site: EvceSimulator, serve: Serve) -> None:
    site.model.set_system(apiVersion="")
    assert "API version unknown" in serve(site.url).set_up()[0].message


def test_another_api_version_is_refused_when_told_to(site: EvceSimulator, serve: Serve) -> None:
    site.model.set_system(apiVersion="5")
    service = serve(site.url, evce={"refuse_other_versions": True})
    assert "speaks API version 5" in refusal(service.set_up())
    assert service.items.index is None


def test_an_object_that_cannot_be_read_is_named_and_the_others_served(site: EvceSimulator, serve: Serve) -> None:
    site.model.set_station(3, connected="perhaps")
    service = serve(site.url)
    messages = [prompt.message for prompt in service.set_up()]
    trouble = "stations/3/connected cannot be read or placed in the tree: 'perhaps' is not true or false."
    assert messages == [trouble]
    assert see(service, "Stations/3/StationIsConnected") == (False, UNCERTAIN)
    assert see(service, "Stations/3/StationStatus") == ("available", GOOD)
    assert service.items.tree.get("Stations/4") is not None


def test_an_object_that_cannot_be_read_any_more_stays_with_its_last_values(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    site.model.set_station(3, connected="perhaps")
    service.set_up()
    assert see(service, "Stations/3/StationFriendlyName") == ("Station 3", GOOD)
    assert kinds(service)[-1][0] == "added"


def test_what_is_gone_stays_until_its_grace_time_is_over(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    service = serve(site.url)
    service.set_up()
    service.poll()
    site.model.remove_station(12)
    service.set_up()
    service.poll()
    assert see(service, "Stations/12/StationStatus")[1] is OFFLINE
    clock.advance(7 * DAY - 1)
    service.set_up()
    assert service.items.tree.get("Stations/12") is not None
    clock.advance(1)
    service.set_up()
    assert service.items.tree.get("Stations/12") is None
    assert [line for line in kinds(service) if line[0] != "added"] == [
        ("gone", "Stations/12", "", ""),
        ("gone", "Stations/12/Connectors/1", "", ""),
        ("gone", "Stations/12/Connectors/2", "", ""),
        ("removed", "Stations/12", "CP-00012", ""),
        *sorted(line for line in kinds(service) if line[:2] == ("removed", "Stations/12/Connectors/1")),
        *sorted(line for line in kinds(service) if line[:2] == ("removed", "Stations/12/Connectors/2")),
    ]


def test_prune_removes_at_once_what_is_gone(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    site.model.remove_station(12)
    assert service.set_up(prune=True) == []
    assert service.items.tree.get("Stations/12") is None


def test_what_comes_back_in_time_is_as_before(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    service = serve(site.url)
    service.set_up()
    kept = site.model.zone(6)
    site.model.remove_zone(6)
    service.set_up(prune=False)
    clock.advance(DAY)
    site.model.add("zone", **kept)
    service.set_up()
    assert ("returned", "Zones/6", "", "") in kinds(service)
    assert see(service, "Zones/6/ZoneName") == ("Zone 6", GOOD)


def test_a_list_that_is_empty_is_not_believed(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    site.inject("empty-list", path="/stations")
    assert "12 of the 12 stations" in refusal(service.set_up())
    assert service.items.tree.get("Stations/12") is not None


@pytest.mark.parametrize(("missing", "believed"), [(4, True), (5, False)])
def test_a_list_may_miss_a_fifth(site: EvceSimulator, serve: Serve, missing: int, believed: bool) -> None:
    service = serve(site.url)
    service.set_up()
    site.inject("missing-objects", path="/connectors", count=missing)
    prompts = service.set_up()
    assert bool(prompts) is not believed


@pytest.mark.parametrize(
    ("known", "found", "believed"),
    [
        ([], [], True),
        ([], [1], True),
        ([1], [1], True),
        ([1], [], False),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4], True),
        ([1, 2, 3, 4], [1, 2, 3], True),
        ([1, 2, 3, 4, 5], [1, 2, 3, 9], True),
        ([1, 2, 3], [9], False),
        ([1, 2], [9], True),
        (list(range(15)), list(range(12)), True),
        (list(range(14)), list(range(11)), False),
    ],
)
def test_a_list_that_shrank_is_refused(known: list[int], found: list[int], believed: bool) -> None:
    if believed:
        refuse_shrunk({"zones": (known, found)})
    else:
        with pytest.raises(EvceAnswerError, match="zones that set-up found are missing"):
            refuse_shrunk({"zones": (known, found)})


def test_what_happened_to_the_site_is_in_the_ledger(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    service = serve(site.url)
    service.set_up()
    before = len(kinds(service))
    clock.advance(60)
    site.model.rename("zone", 1, "North & South")
    site.model.rename("station", 2, "Gate")
    site.model.set_station(3, serialNumber="NEW-1")
    site.model.move_station(4, 6)
    site.model.add("zone", **site.model.zone(1) | {"id": 9, "name": "Roof"})
    service.set_up()
    lines = service.stores.site_ledger.lines()[before:]
    assert {line.at for line in lines} == {"2026-01-01T00:01:00Z"}
    assert sorted((line.kind, line.id, line.new) for line in lines) == [
        ("added", "Zones/9", "Roof"),
        ("moved", "Stations/4", "Zones/6"),
        ("renamed", "Stations/2", "Gate"),
        ("renamed", "Zones/1", "North & South"),
        ("replaced", "Stations/3", "CP-00003 (NEW-1)"),
    ]


def test_a_set_up_is_kept_with_its_lines_of_the_ledger_or_not_at_all(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    before, kept = kinds(service), Snapshots(service.stores.engine).setup()
    site.model.rename("zone", 1, "Roof")
    with failing_disk(service, "INSERT INTO site_changes"):
        service.set_up()
        assert (kinds(service), Snapshots(service.stores.engine).setup()) == (before, kept)
    service.context.storage.flush()
    assert kinds(service) == [*before, ("renamed", "Zones/1", "Zone 1", "Roof")]
    assert Snapshots(service.stores.engine).setup().objects["zones"][0].raw["name"] == "Roof"


def test_the_ledger_is_csv_for_re_binding(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    site.model.rename("zone", 1, 'Deck, "upper"')
    service.set_up()
    lines = service.stores.site_ledger.csv().splitlines()
    assert lines[0] == "at,id,kind,old,new"
    assert lines[-1] == '2026-01-01T00:00:00Z,Zones/1,renamed,Zone 1,"Deck, ""upper"""'


def test_a_set_up_without_changes_adds_no_line(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    before = kinds(service)
    service.set_up()
    assert kinds(service) == before
