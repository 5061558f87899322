"""The served tree: found by id, replaced whole, changed under one revision at a time."""

from __future__ import annotations

import pytest
from evce_connector.points.site_items import SiteItems
from evce_connector.points.tree import AlarmItem, Folder, HistoryItem, Tree, ValueItem
from evce_connector.site.catalogue import BY_NAME
from evce_connector.site.values import State

from tests.evce_connector.site_file import SiteFile


def grown() -> tuple[Tree, ValueItem, ValueItem]:
    """Make a tree of a folder in a folder, with one item each."""
    root = Folder("Server", "EVCE", "Server")
    outer = root.add(Folder("Zones/1", "Z1"))
    inner = outer.add(Folder("Zones/1/Logs", "Logs"))
    power = ValueItem("Zones/1/P", BY_NAME["ZoneOverallActivePowerTotal"], "kW", 0.0)
    name = ValueItem("Zones/1/N", BY_NAME["ZoneName"], "", "Z1", State.GOOD)
    outer.values = [power, name]
    inner.histories = [HistoryItem("Zones/1/Logs/P-Readings", "P-Readings", power)]
    outer.alarms = [AlarmItem("Zones/1/Alarm", "Alarm", "An alarm", name)]
    tree = Tree("EVCE")
    tree.replace(root)
    return tree, power, name


def test_a_new_tree_is_a_server_without_content() -> None:
    tree = Tree("EVCE Ews Server")
    assert (tree.root.id, tree.root.name, tree.root.type) == ("Server", "EVCE Ews Server", "Server")
    assert list(tree.items()) == []


def test_everything_is_found_by_its_id_case_as_given() -> None:
    tree, power, _ = grown()
    assert tree.get("Zones/1/P") is power
    assert tree.get("zones/1/p") is None
    assert set(tree.nodes) == {
        "Server",
        "Zones/1",
        "Zones/1/P",
        "Zones/1/N",
        "Zones/1/Alarm",
        "Zones/1/Logs",
        "Zones/1/Logs/P-Readings",
    }


def test_every_item_knows_its_folder_and_every_folder_its_path() -> None:
    tree, _, _ = grown()
    folder = tree.holder("Zones/1/Logs/P-Readings")
    assert folder is not None
    assert [step.name for step in folder.path()] == ["EVCE", "Z1", "Logs"]
    assert [found and found.id for found in map(tree.holder, ("Zones/1/Alarm", "Zones/1", "Server", "Zones/2"))] == [
        "Zones/1",
        "Zones/1",
        "Server",
        None,
    ]


def test_items_come_in_the_order_of_the_tree() -> None:
    tree, power, name = grown()
    assert list(tree.items()) == [power, name]


def test_descriptions_equal_names() -> None:
    tree, power, _ = grown()
    assert power.description == power.name == "ZoneOverallActivePowerTotal"
    assert tree.get("Zones/1").description == "Z1"
    history = tree.get("Zones/1/Logs/P-Readings")
    assert history.description == history.name == "P-Readings"


def test_an_id_that_stands_twice_is_refused_and_the_tree_stays_as_it_was() -> None:
    tree, _, _ = grown()
    revision = tree.revision
    other = Folder("Server", "EVCE", "Server")
    other.add(Folder("A", "one"))
    other.add(Folder("A", "two"))
    with pytest.raises(ValueError, match="the id 'A' stands twice"):
        tree.replace(other)
    assert tree.revision == revision
    assert tree.get("Zones/1") is not None


def test_changes_of_one_poll_share_one_revision() -> None:
    tree, power, name = grown()
    before = tree.revision
    assert tree.apply([(power, 5.0, State.GOOD), (name, "Z9", State.GOOD)]) == 2
    assert (power.value, power.state, power.revision) == (5.0, State.GOOD, before + 1)
    assert tree.revision == name.revision == before + 1


def test_a_poll_without_changes_moves_no_revision() -> None:
    tree, _, _ = grown()
    before = tree.revision
    assert tree.apply([]) == 0
    assert tree.revision == before


def test_a_change_of_values_leaves_the_revision_of_the_hierarchy() -> None:
    tree, power, _ = grown()
    before = tree.hierarchy_revision
    tree.apply([(power, 1.0, State.GOOD)])
    assert tree.hierarchy_revision == before


def test_another_root_moves_both_revisions() -> None:
    tree, _, _ = grown()
    before = tree.revision
    tree.replace(tree.root)
    assert tree.revision == tree.hierarchy_revision == before + 1


def test_a_tree_goes_on_from_the_revision_before_a_restart() -> None:
    assert Tree("EVCE", revision=500).revision == 501


def test_a_rendered_fragment_is_kept_until_the_item_changes() -> None:
    tree, power, name = grown()
    tree.keep_fragments([power, name], lambda item: item.name.encode())
    assert power.fragment == b"ZoneOverallActivePowerTotal"
    tree.apply([(power, 2.0, State.GOOD)])
    assert (power.fragment, name.fragment) == (None, b"ZoneName")


def test_everything_of_a_served_site_is_found_in_its_folder(campus: SiteFile, items: SiteItems) -> None:
    items.set_up(campus.read())
    tree = items.tree
    held = [
        (node, folder) for folder in tree.root.walk() for node in (*folder.values, *folder.histories, *folder.alarms)
    ]
    assert len(held) > 3_000
    assert [node.id for node, folder in held if tree.holder(node.id) is not folder] == []
