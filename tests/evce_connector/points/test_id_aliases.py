"""Ids and names taken over: what clients see by them, what goes on by our own ids, and which item gives way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from evce_connector.persistence.adopted import AdoptedItems
from evce_connector.persistence.database import open_database
from evce_connector.points.id_aliases import IdAlias, nodes_of
from evce_connector.points.site_items import SiteItems
from evce_connector.points.tree import Folder, ValueItem
from evce_connector.site.values import State, Value

from tests.evce_connector.site_file import SiteFile

Shown = Callable[[str], tuple[Value, State]]


def adopt(items: SiteItems, guide: SiteFile, **adopted: IdAlias) -> None:
    """Set up with items taken over; `__` stands for the slash of our own ids."""
    items.id_aliases = lambda: {key.replace("__", "/"): item for key, item in adopted.items()}
    items.set_up(guide.read())


def test_an_item_answers_to_the_id_taken_over_and_no_longer_to_its_own(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Zones__1__ZoneType=IdAlias("a7-f1"))

    item = items.tree.get("a7-f1")
    assert isinstance(item, ValueItem)
    assert (item.id, item.key, item.name) == ("a7-f1", "Zones/1/ZoneType", "ZoneType")
    assert items.tree.get("Zones/1/ZoneType") is None
    assert items.tree.find("Zones/1/ZoneType") is item


def test_ids_are_found_both_ways(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Zones__1__ZoneType=IdAlias("a7-f1"))

    assert items.tree.id_of("Zones/1/ZoneType") == "a7-f1"
    assert items.tree.key_of("a7-f1") == "Zones/1/ZoneType"
    assert items.tree.id_of("Zones/2") == items.tree.key_of("Zones/2") == "Zones/2"
    assert items.tree.key_of("nothing") == "nothing"


def test_a_value_item_keeps_its_data_points_name_inside(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Zones__1__ZoneType=IdAlias("a7-f1", "Zone Type"), Zones__2__ZoneType=IdAlias("a7-f2"))

    first, second = items.tree.get("a7-f1"), items.tree.get("a7-f2")
    assert isinstance(first, ValueItem)
    assert isinstance(second, ValueItem)
    assert (first.name, first.description, first.point.label) == ("ZoneType", "Zone Type", "Zone Type")
    assert (second.name, second.description) == ("ZoneType", "ZoneType")


def test_items_of_one_name_share_one_data_point(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Zones__1__ZoneType=IdAlias("1", "Type"), Zones__2__ZoneType=IdAlias("2", "Type"))

    first, second = items.tree.get("1"), items.tree.get("2")
    assert isinstance(first, ValueItem)
    assert isinstance(second, ValueItem)
    assert first.point is second.point


def test_folders_and_alarms_take_names_too(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Zones__1=IdAlias("z", "Zone 1"), Stations__1__Alarm=IdAlias("s", "Trouble"))

    assert [getattr(items.tree.get(id_), "name", "") for id_ in ("z", "s")] == ["Zone 1", "Trouble"]


def test_the_root_takes_an_id_and_gives_it_back(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Server=IdAlias("root-9", "Vendor"))
    assert (items.tree.root.id, items.tree.root.name) == ("root-9", "Vendor")

    adopt(items, guide)
    assert (items.tree.root.id, items.tree.root.name) == ("Server", "EVCE Ews Server")


def test_live_values_go_on_whenever_ids_are_taken_over(items: SiteItems, guide: SiteFile, shown: Shown) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    before = shown("Stations/1/Connectors/1/ConnectorActiveEnergy")
    assert before[1] is State.GOOD

    for id_ in ("e", "e", "f", "Stations/1/Connectors/1/ConnectorActiveEnergy"):
        adopt(items, guide, Stations__1__Connectors__1__ConnectorActiveEnergy=IdAlias(id_))
        assert shown(id_) == before


def test_what_is_gone_is_offline_whatever_its_folder_answers_to(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    items.id_aliases = lambda: {"Zones/3": IdAlias("z3")}
    items.set_up(guide.read(), {"Zones/3"})

    assert shown("Zones/3/ZoneName")[1] is State.OFFLINE


def test_an_own_id_that_was_taken_over_for_another_item_gives_way_in_a_sentence(
    items: SiteItems, guide: SiteFile
) -> None:
    adopt(items, guide, Zones__1=IdAlias("Zones/2"))

    assert items.tree.id_of("Zones/1") == "Zones/2"
    assert items.tree.id_of("Zones/2") == "Zones/2~"
    (sentence,) = items.id_conflicts
    assert sentence.startswith("The id 'Zones/2' is ours for one item and was taken over for another: ours answers to ")
    assert "'Zones/2~'" in sentence


def test_an_id_may_move_on_to_what_is_free_of_all_that_was_taken_over(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Zones__1=IdAlias("Zones/2"), Zones__1__ZoneType=IdAlias("Zones/2~"))

    assert items.tree.id_of("Zones/2") == "Zones/2~~"


def test_two_items_may_swap_their_ids(items: SiteItems, guide: SiteFile) -> None:
    adopt(items, guide, Zones__1=IdAlias("Zones/2"), Zones__2=IdAlias("Zones/1"))

    assert (items.tree.id_of("Zones/1"), items.tree.id_of("Zones/2")) == ("Zones/2", "Zones/1")
    assert items.id_conflicts == []


def test_the_interfaces_own_items_give_way_and_get_their_ids_back(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    items.interface.set(EvceState="good")
    item = items.tree.get("Interface/EvceState")
    assert isinstance(item, ValueItem)
    item.fragment = b"as rendered before"
    adopt(items, guide, Zones__1=IdAlias("Interface/EvceState"))
    assert shown("Interface/EvceState~") == ("good", State.GOOD)
    assert item.fragment is None
    assert isinstance(items.tree.get("Interface/EvceState"), Folder)

    adopt(items, guide)
    assert shown("Interface/EvceState") == ("good", State.GOOD)


def test_without_anything_taken_over_every_item_answers_to_its_own_id(items: SiteItems, guide: SiteFile) -> None:
    items.set_up(guide.read())

    assert all(node.id == node.key for node in nodes_of(items.tree.root))


@pytest.fixture
def kept(tmp_path: Path, empty_database: Path) -> Iterator[Callable[[], AdoptedItems]]:
    """Open the table anew each time, as another process would."""
    path = tmp_path / "adopted.db"
    path.write_bytes(empty_database.read_bytes())
    with ExitStack() as engines:

        def opened() -> AdoptedItems:
            engine = open_database(f"sqlite:///{path.as_posix()}")
            engines.callback(engine.dispose)
            return AdoptedItems(engine)

        yield opened


def test_nothing_is_taken_over_at_first(kept: Callable[[], AdoptedItems]) -> None:
    assert kept().read() == {}


def test_what_was_taken_over_is_kept_in_place_of_what_was_before(kept: Callable[[], AdoptedItems]) -> None:
    kept().keep({"Zones/1": IdAlias("a"), "Zones/2": IdAlias("b", "B")})
    kept().keep({"Zones/1": IdAlias("b"), "Zones/3": IdAlias("c", "C")})

    assert kept().read() == {"Zones/1": IdAlias("b"), "Zones/3": IdAlias("c", "C")}


def test_what_is_forgotten_is_counted(kept: Callable[[], AdoptedItems]) -> None:
    kept().keep({"Zones/1": IdAlias("a"), "Zones/2": IdAlias("b", "B")})

    assert kept().forget() == 2
    kept().keep({})
    assert kept().read() == {}
