from evce_connector.ews.wire.contract import NAMESPACE
from evce_connector.points.tree import Tree

from tests.evce_connector.ews.conftest import Answer, Wire, ids

LISTS = ["ContainerItems", "ValueItems", "HistoryItems", "AlarmItems"]


def container(wire: Wire, *names: str, version: str = "1.2") -> Answer:
    return wire.ask("GetContainerItems", ids("GetContainerItemsIds", *names), version=version)


def test_no_list_an_empty_list_an_empty_id_and_its_own_id_all_mean_the_root(wire: Wire) -> None:
    for content in (
        "",
        "<GetContainerItemsIds/>",
        ids("GetContainerItemsIds", ""),
        ids("GetContainerItemsIds", "Server"),
    ):
        answer = wire.ask("GetContainerItems", content)
        assert [row["Type"] for row in answer.rows("ContainerItem")] == ["Server", "Folder"]


def test_all_four_child_lists_are_there_even_when_empty(wire: Wire) -> None:
    items = container(wire, "Server").element.find(f".//{{{NAMESPACE}}}Items")
    assert [child.tag.rpartition("}")[2] for child in items] == LISTS


def test_a_container_holds_its_children_of_every_kind(wire: Wire) -> None:
    zone = container(wire, "Zones/1")
    assert [row["Name"] for row in zone.rows("ContainerItem")][1:] == ["OverallConsumptionLogs", "EVSimu1"]
    assert [row["Name"] for row in zone.rows("ValueItem")][:2] == ["ZoneName", "ZoneMaxCurrent(A)"]
    logs = container(wire, "Zones/1/OverallConsumptionLogs").rows("HistoryItem")
    assert [(row["Unit"], row["ValueItemId"]) for row in logs] == [("kW", "Zones/1/ZoneOverallActivePowerTotal")]
    alarms = container(wire, "Stations/1").rows("AlarmItem")
    assert [(row["State"], row["ValueItemId"]) for row in alarms] == [("0", "Stations/1/StationStatus")]


def test_a_wrong_id_among_good_ones_is_named_beside_them(wire: Wire) -> None:
    answer = container(wire, "Zones/1", "zones/1", "Zones/1/ZoneName")
    assert answer.rows("ContainerItem")[0]["Id"] == "Zones/1"
    wrong = [(row["Id"], row["Message"]) for row in answer.rows("ErrorResult")]
    assert wrong == [("zones/1", "INVALID_ID"), ("Zones/1/ZoneName", "INVALID_ID")]


def test_names_with_reserved_characters_arrive_as_they_are(wire: Wire) -> None:
    assert "Z1 & co" in container(wire, "Site").all("Name")


def test_a_name_with_a_control_character_shows_a_replacement(wire: Wire, tree: Tree) -> None:
    tree.get("Zones/1").name = "Z\x01\ud8001"
    assert "Z\ufffd\ufffd1" in container(wire, "Site").all("Name")


def test_1_2_says_that_nothing_can_be_forced_and_which_enumeration_goes_with_an_item(wire: Wire) -> None:
    rows = {row["Name"]: row for row in container(wire, "Stations/1").rows("ValueItem")}
    assert rows["StationStatus"]["EnumId"] == "Enums/ConnectorStatus"
    assert rows["StationIsConnected"]["Forceable"] == "0"


def test_1_1_has_nothing_that_came_with_1_2(wire: Wire) -> None:
    answer = container(wire, "Stations/1", version="1.1")
    assert answer.all("Forceable") == answer.all("EnumId") == answer.all("Metadata") == []


def test_the_path_of_an_item_leads_from_the_root_to_its_container(wire: Wire) -> None:
    content = "<GetHierarchicalInformationId>Stations/1/StationStatus</GetHierarchicalInformationId>"
    answer = wire.ask("GetHierarchicalInformation", content)
    assert answer.all("ContainerItem") == ["Server", "Site", "Zones/1", "Stations/1"]
    assert [node.get("order") for node in answer.element.iter(f"{{{NAMESPACE}}}ContainerItem")] == list("0123")


def test_without_an_id_the_path_is_the_root_alone(wire: Wire) -> None:
    assert wire.ask("GetHierarchicalInformation").all("ContainerItem") == ["Server"]


def test_enumerations_explain_booleans_and_the_status_of_connectors(wire: Wire) -> None:
    answer = wire.ask("GetEnums", ids("GetEnumIds", "Enums/Boolean", "Enums/ConnectorStatus", "Enums/None"))
    assert answer.all("Text")[:2] == ["False", "True"]
    assert len(answer.all("Value")) == 2 + 9
    assert [row["Id"] for row in answer.rows("ErrorResult")] == ["Enums/None"]
