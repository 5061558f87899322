"""What moves when something changes: values, revisions, moves between zones, set-up again, confirmed writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.profile import Profile
from evce_connector.points.site_items import SiteItems
from evce_connector.points.tree import Folder, ValueItem
from evce_connector.site.values import State, Value

from tests.evce_connector.site_file import SiteFile

GOOD, UNCERTAIN, OFFLINE = State.GOOD, State.UNCERTAIN, State.OFFLINE
Shown = Callable[[str], tuple[Value, State]]


@pytest.fixture
def polled(items: SiteItems, campus: SiteFile) -> SiteItems:
    items.set_up(campus.read())
    items.poll(campus.read())
    return items


def changed_since(items: SiteItems, revision: int) -> set[str]:
    return {item.id for item in items.tree.items() if item.revision > revision}


def folder(items: SiteItems, id_: str) -> Folder:
    found = items.tree.get(id_)
    assert isinstance(found, Folder)
    return found


def test_before_set_up_the_tree_has_two_folders_and_our_own_items(items: SiteItems) -> None:
    assert [(child.id, child.name) for child in items.tree.root.folders] == [
        ("Site", "EVCE Zones"),
        ("Interface", "EVCE Interface"),
    ]
    assert items.tree.get("Interface/PollAge") is not None


def test_a_poll_before_set_up_changes_nothing(items: SiteItems, campus: SiteFile) -> None:
    assert items.poll(campus.read()) == 0
    assert items.age() is None


def test_a_poll_that_read_the_same_changes_nothing(polled: SiteItems, campus: SiteFile) -> None:
    revision = polled.tree.revision
    assert polled.poll(campus.read()) == 0
    assert polled.tree.revision == revision


def test_a_change_of_one_connector_touches_its_items_and_their_sums_alone(
    polled: SiteItems, campus: SiteFile, shown: Callable[[str], tuple[Value, State]]
) -> None:
    revision = polled.tree.revision
    connector = campus.connector(1)
    zone = campus.station(connector["stationId"])["zoneId"]
    campus.change("connector", 1, activeEnergy=connector["activeEnergy"] + 1)
    assert polled.poll(campus.read()) == 3
    assert changed_since(polled, revision) == {
        "Stations/1/Connectors/1/ConnectorActiveEnergy",
        "Stations/1/StationActiveEnergy",
        f"Zones/{zone}/ZoneActiveEnergy",
    }
    assert shown("Stations/1/Connectors/1/ConnectorActiveEnergy")[0] == connector["activeEnergy"] + 1


def test_an_item_of_set_up_stays_through_polls_and_follows_with_the_next_set_up(
    polled: SiteItems, campus: SiteFile, shown: Shown
) -> None:
    before = shown("Stations/1/StationModel")[0]
    campus.change("station", 1, model="Another")
    for _ in range(3):
        polled.poll(campus.read())
    assert shown("Stations/1/StationModel") == (before, GOOD)
    polled.set_up(campus.read())
    assert shown("Stations/1/StationModel") == ("Another", GOOD)


def test_a_set_up_moves_the_revision_of_the_hierarchy_so_that_readers_read_everything_again(
    polled: SiteItems, campus: SiteFile
) -> None:
    revision = polled.tree.revision
    polled.set_up(campus.read())
    assert polled.tree.hierarchy_revision == polled.tree.revision == revision + 1


def test_a_set_up_resets_no_live_item(polled: SiteItems, campus: SiteFile, shown: Shown) -> None:
    before = {item.id: shown(item.id) for item in polled.tree.items() if item.point.live}
    polled.set_up(campus.read())
    assert {id_: shown(id_) for id_ in before} == before


def test_values_keep_ageing_after_a_set_up(
    polled: SiteItems, clock: ManualClock, campus: SiteFile, shown: Shown
) -> None:
    polled.set_up(campus.read())
    clock.advance(61)
    polled.apply_staleness()
    assert shown("Stations/2/StationActiveEnergy")[1] is OFFLINE


def test_a_new_object_enters_with_set_up_and_not_with_a_poll(polled: SiteItems, campus: SiteFile, shown: Shown) -> None:
    zone = campus.station(1)["zoneId"]
    before = shown(f"Zones/{zone}/ZoneNumberOfConnectors")[0]
    energy = shown(f"Zones/{zone}/ZoneActiveEnergy")[0]
    campus.connectors.append(campus.connector(1) | {"id": 500, "logicalConnector": 9, "activeEnergy": 1000.0})
    polled.poll(campus.read())
    assert polled.tree.get("Stations/1/Connectors/9") is None
    assert shown(f"Zones/{zone}/ZoneNumberOfConnectors")[0] == before
    assert shown(f"Zones/{zone}/ZoneActiveEnergy")[0] == energy
    polled.set_up(campus.read())
    polled.poll(campus.read())
    assert shown("Stations/1/Connectors/9/ConnectorActiveEnergy") == (1000.0, GOOD)
    assert shown(f"Zones/{zone}/ZoneNumberOfConnectors")[0] == before + 1  # type: ignore[operator]


def test_a_station_that_moves_to_another_zone_takes_its_folder_and_its_sums_along(
    polled: SiteItems, campus: SiteFile, shown: Shown
) -> None:
    old = campus.station(1)["zoneId"]
    new = next(zone["id"] for zone in campus.zones if zone["id"] != old)
    stations = {zone: shown(f"Zones/{zone}/ZoneNumberOfConnectors")[0] for zone in (old, new)}
    hierarchy = polled.tree.hierarchy_revision
    campus.change("station", 1, zoneId=new)
    polled.poll(campus.read())
    moved = sum(one["stationId"] == 1 for one in campus.connectors)
    assert shown(f"Zones/{old}/ZoneNumberOfConnectors") == (stations[old] - moved, GOOD)  # type: ignore[operator]
    assert shown(f"Zones/{new}/ZoneNumberOfConnectors") == (stations[new] + moved, GOOD)  # type: ignore[operator]
    assert folder(polled, "Stations/1").parent is folder(polled, f"Zones/{new}")
    assert folder(polled, "Stations/1") not in folder(polled, f"Zones/{old}").folders
    assert polled.tree.hierarchy_revision > hierarchy
    energy = sum(one["activeEnergy"] for one in campus.connectors if campus.station(one["stationId"])["zoneId"] == new)
    assert shown(f"Zones/{new}/ZoneActiveEnergy")[0] == pytest.approx(energy)


def test_a_station_that_moves_to_a_zone_outside_the_tree_stays_where_it_was(
    polled: SiteItems, campus: SiteFile, shown: Shown
) -> None:
    old = folder(polled, "Stations/1").parent
    campus.change("station", 1, zoneId=99)
    polled.poll(campus.read())
    assert folder(polled, "Stations/1").parent is old
    assert shown("Stations/1/StationStatus")[1] is GOOD


def test_our_own_items_are_told_by_name_and_good(items: SiteItems, shown: Shown) -> None:
    assert shown("Interface/EvceState") == ("", UNCERTAIN)
    items.interface.set(EvceState="good", FailedPolls=2)
    assert shown("Interface/EvceState") == ("good", GOOD)
    assert items.interface.get("FailedPolls") == 2


def test_telling_the_same_again_moves_no_revision(items: SiteItems) -> None:
    items.interface.set(FailedPolls=2)
    revision = items.tree.revision
    items.interface.set(FailedPolls=2)
    assert items.tree.revision == revision


def test_our_own_items_survive_a_set_up(items: SiteItems, guide: SiteFile, shown: Shown) -> None:
    items.interface.set(FailedPolls=2)
    items.set_up(guide.read())
    assert shown("Interface/FailedPolls") == (2, GOOD)


def test_the_age_of_the_last_poll_is_shown_in_whole_seconds(
    polled: SiteItems, clock: ManualClock, shown: Shown
) -> None:
    clock.advance(7.9)
    polled.apply_staleness()
    assert shown("Interface/PollAge") == (7, GOOD)


def test_redating_what_did_not_age_moves_no_revision(polled: SiteItems) -> None:
    polled.apply_staleness()
    revision = polled.tree.revision
    polled.apply_staleness()
    assert polled.tree.revision == revision


def test_redating_before_the_first_poll_changes_nothing(items: SiteItems, guide: SiteFile) -> None:
    items.set_up(guide.read())
    revision = items.tree.revision
    items.apply_staleness()
    assert items.tree.revision == revision


def test_objects_that_set_up_keeps_although_gone_are_not_expected(items: SiteItems, campus: SiteFile) -> None:
    items.set_up(campus.read(), gone={"Stations/3"})
    assert items.index is not None
    assert not items.index.stations[3].expected
    assert items.index.stations[4].expected


def confirmed(items: SiteItems, campus: SiteFile, profile: Profile, **fields: object) -> None:
    """Confirm what a write changed on connector 1."""
    assert items.index is not None
    read = profile.read_connector(campus.connector(1) | fields)
    items.confirm(items.index.connectors[(1, 1)], read)


def test_a_confirmed_write_is_shown_at_once_up_to_the_sums(
    polled: SiteItems, campus: SiteFile, profile: Profile, shown: Shown
) -> None:
    before = shown("Stations/1/StationActiveEnergy")[0]
    more = campus.connector(1)["activeEnergy"] + 10
    confirmed(polled, campus, profile, available=False, activeEnergy=more)
    assert shown("Stations/1/Connectors/1/ConnectorAvailability") == (False, GOOD)
    assert shown("Stations/1/StationActiveEnergy")[0] == pytest.approx(before + 10)  # type: ignore[operator]


def test_a_poll_that_began_before_a_write_does_not_undo_it(
    polled: SiteItems, clock: ManualClock, campus: SiteFile, profile: Profile, shown: Shown
) -> None:
    started = clock.monotonic()
    clock.advance(1)
    confirmed(polled, campus, profile, available=False)
    polled.poll(campus.read(), started=started)
    assert shown("Stations/1/Connectors/1/ConnectorAvailability")[0] is False


def test_a_poll_that_began_after_a_write_is_believed(
    polled: SiteItems, clock: ManualClock, campus: SiteFile, profile: Profile, shown: Shown
) -> None:
    confirmed(polled, campus, profile, available=False)
    clock.advance(1)
    polled.poll(campus.read(), started=clock.monotonic())
    assert shown("Stations/1/Connectors/1/ConnectorAvailability") == (True, GOOD)


def test_a_poll_that_began_before_a_write_to_a_zone_settles_no_set_point_and_shows_all_else(
    polled: SiteItems, clock: ManualClock, campus: SiteFile, profile: Profile, shown: Shown
) -> None:
    """What its connectors measure is as old as the poll, and no older."""
    assert polled.index is not None
    started = clock.monotonic()
    clock.advance(1)
    polled.confirm(polled.index.zones[1], profile.read_zone(campus.zone(1)))
    energy, set_point = campus.connector(1)["activeEnergy"] + 10, campus.connector(1)["setPointCurrent"]
    campus.change("connector", 1, activeEnergy=energy)
    polled.poll(campus.read(), started=started)
    assert shown("Stations/1/Connectors/1/ConnectorActiveEnergy") == (energy, GOOD)
    assert shown("Stations/1/Connectors/1/ConnectorSetPointCurrent") == (set_point, UNCERTAIN)
    clock.advance(1)
    polled.poll(campus.read(), started=clock.monotonic())
    assert shown("Stations/1/Connectors/1/ConnectorSetPointCurrent") == (set_point, GOOD)


def test_a_write_that_is_confirmed_while_the_controller_is_lost_makes_nothing_good(
    polled: SiteItems, clock: ManualClock, campus: SiteFile, profile: Profile, shown: Shown
) -> None:
    clock.advance(61)
    polled.apply_staleness()
    confirmed(polled, campus, profile, available=False)
    assert shown("Stations/1/Connectors/1/ConnectorAvailability") == (False, OFFLINE)


def test_what_the_controller_will_still_change_is_uncertain(
    polled: SiteItems, campus: SiteFile, profile: Profile, shown: Shown
) -> None:
    assert polled.index is not None
    read = profile.read_connector(campus.connector(1))
    polled.confirm(polled.index.connectors[(1, 1)], read, {"ConnectorAvailability"})
    assert shown("Stations/1/Connectors/1/ConnectorAvailability") == (True, UNCERTAIN)
    assert shown("Stations/1/Connectors/1/ConnectorActiveEnergy")[1] is GOOD


def test_an_item_serves_the_same_object_through_polls(polled: SiteItems, campus: SiteFile) -> None:
    item = polled.tree.get("Stations/1/StationStatus")
    campus.change("station", 1, status="faulted")
    polled.poll(campus.read())
    assert polled.tree.get("Stations/1/StationStatus") is item
    assert isinstance(item, ValueItem)
    assert item.value == "faulted"
