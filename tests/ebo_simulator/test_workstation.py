"""Browsing, reading and showing as an operator sees it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ebo_simulator import EboClient, Kind, Workstation
from ebo_simulator.errors import BadOptionError, EndlessAnswerError, UnknownPathError
from ebo_simulator.profiles import profile

from tests.ebo_simulator.ews_stub import NS, E, Element, Stub, ids_of


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("EVCE Zones/Z1/ZoneId", "1"),
        ("EVCE Zones/Z1/ZoneMaxCurrent(A)", "100 A"),
        ("EVCE Zones/Z1/ZoneOverallActivePowerPhase1", "0.00 kW [Offline]"),
        ("EVCE Zones/Z1/ZoneReduction", "10.00"),
        ("EVCE Zones/Z1/ZoneValidity", "12/16/2149 8:27:56 AM"),
        ("EVCE Zones/Z1/EVSimu1/StationIsConnected", "True"),
    ],
)
def test_values_are_shown_as_on_the_screens_of_the_guide(workstation: Workstation, path: str, shown: str) -> None:
    assert workstation.value(path) == shown


def test_the_tree_is_read_level_by_level(workstation: Workstation, stub: Stub) -> None:
    assert list(workstation.tree.folders) == [
        "",
        "EVCE Zones",
        "EVCE Zones/Z1",
        "EVCE Zones/Z1/EVSimu1",
        "EVCE Zones/Z1/EVSimu1/Connector-1",
        "EVCE Zones/Z1/OverallConsumptionLogs",
    ]
    assert len(stub.asked("GetContainerItems")) == 5


def test_for_one_value_only_the_folders_that_lead_to_it_are_opened(workstation: Workstation, stub: Stub) -> None:
    (point,) = workstation.select(["EVCE Zones/Z1/ZoneReduction"], Kind.VALUE)

    assert (point.id, point.value, point.writeable) == ("reduction", "10.0", True)
    assert [ids_of(request) for request in stub.asked("GetContainerItems")] == [[], ["Zones"], ["Zones/1"]]
    assert [ids_of(request) for request in stub.asked("GetItems")] == [["reduction"]]


def test_for_a_folder_all_below_it_is_read_and_nothing_beside_it(workstation: Workstation, stub: Stub) -> None:
    points = workstation.select(["/EVCE Zones/Z1/EVSimu1/", "EVCE Zones/Z1/ZoneId"], Kind.VALUE)

    assert [point.name for point in points] == ["StationIsConnected", "ConnectorSetPointCurrent", "ZoneId"]
    assert ["Zones/1/OverallConsumptionLogs"] not in [ids_of(request) for request in stub.asked("GetContainerItems")]


def test_a_name_that_only_begins_alike_is_elsewhere(workstation: Workstation, stub: Stub) -> None:
    stub.container("Zones/10", "Z10", "Folder", ["other"])
    stub.value("other", "ZoneId", "Integer", "10")
    stub.containers["Zones"]["children"].append("Zones/10")

    assert [point.id for point in workstation.select(["EVCE Zones/Z10"], Kind.VALUE)] == ["other"]
    assert "other" not in {point.id for point in workstation.select(["EVCE Zones/Z1"], Kind.VALUE)}


def test_a_path_that_leads_to_nothing_is_answered_with_what_is_called_nearly_so(workstation: Workstation) -> None:
    with pytest.raises(UnknownPathError, match="Did you mean 'EVCE Zones/Z1/ZoneReduction'"):
        workstation.select(["EVCE Zones/Z1/ZoneReductio"], Kind.VALUE)


def test_a_path_in_the_wrong_case_is_answered_with_the_right_one(workstation: Workstation) -> None:
    with pytest.raises(UnknownPathError, match="Did you mean 'EVCE Zones/Z1'"):
        workstation.list_view("evce zones/z1")


def test_a_writable_point_is_known_as_such(workstation: Workstation) -> None:
    assert workstation.tree.point("EVCE Zones/Z1/ZoneReduction").writeable
    assert not workstation.tree.point("EVCE Zones/Z1/ZoneId").writeable


def test_the_list_view_names_folders_first_and_then_points(workstation: Workstation) -> None:
    rows = workstation.list_view("EVCE Zones/Z1/EVSimu1")

    assert rows == [
        ("Connector-1", "Connector-1", ""),
        ("Station-EVSimu1_Alarm", "Alarm for Station Status [unavailable]", "Active"),
        ("StationIsConnected", "StationIsConnected", "True"),
    ]


def test_a_history_item_shows_no_value(workstation: Workstation) -> None:
    (row,) = workstation.list_view("EVCE Zones/Z1/OverallConsumptionLogs")

    assert row.value == ""


def test_a_point_that_does_not_exist_is_unknown(workstation: Workstation) -> None:
    with pytest.raises(UnknownPathError, match="Did you mean 'EVCE Zones/Z1/ZoneId'"):
        workstation.value("EVCE Zones/Z1/ZoneID")


def test_selecting_what_does_not_exist_names_the_nearest(workstation: Workstation) -> None:
    with pytest.raises(UnknownPathError, match="Did you mean 'EVCE Zones'"):
        workstation.tree.select("EVCE Zone", Kind.VALUE)


def test_a_read_gives_the_points_that_changed(workstation: Workstation, stub: Stub) -> None:
    point = workstation.tree.point("EVCE Zones/Z1/ZoneMaxCurrent(A)")
    stub.items["max"] |= {"Value": "80", "State": "1"}

    assert workstation.read() == [point]
    assert workstation.show(point) == "80 A [Uncertain]"
    assert workstation.read() == []


def test_a_value_that_the_server_no_longer_knows_is_a_read_error(workstation: Workstation, stub: Stub) -> None:
    assert workstation.tree.by_id["max"].value == "100"
    del stub.items["max"]

    assert workstation.read() == []
    assert [error.id for error in workstation.read_errors] == ["max"]


def test_a_raw_value_is_a_copy(workstation: Workstation, stub: Stub) -> None:
    before = workstation.raw("EVCE Zones/Z1/ZoneReduction")
    stub.items["reduction"]["Value"] = "20"
    workstation.read()

    assert (before.value, before.state) == ("10.0", 0)


def test_ids_are_asked_for_in_batches_of_the_profile(client: EboClient, stub: Stub) -> None:
    small = Workstation(client, like=replace(profile("as-p"), ids=3))

    small.read()

    assert [len(request[0]) for request in stub.asked("GetItems")] == [3, 3, 3]
    assert [len(request[0]) for request in stub.asked("GetValues")] == [3, 3, 1]


def test_an_id_that_is_listed_and_not_served_is_an_error_of_the_tree(workstation: Workstation, stub: Stub) -> None:
    stub.replace["GetContainerItems"] = lambda request: tampered(stub, request)

    assert [error.id for error in workstation.tree.errors] == ["ghost"]


def tampered(stub: Stub, request: Element) -> Element:
    """List one more value item in the zone than the server knows."""
    answer = stub._GetContainerItems(request)
    for values in answer.iter(f"{{{NS}}}ValueItems"):
        if values.getparent().getparent().findtext(f"{{{NS}}}Id") == "Zones/1":
            values.append(E.ValueItem(E.Id("ghost"), E.Name("Ghost")))
    return answer


def test_a_container_that_contains_itself_is_opened_once(workstation: Workstation, stub: Stub) -> None:
    stub.containers["Zones/1"]["children"].append("Zones")

    assert "EVCE Zones/Z1/EVCE Zones" in workstation.tree.folders
    assert workstation.tree.folder("EVCE Zones/Z1/EVCE Zones").folders == []


def test_a_container_listed_on_two_pages_holds_what_is_on_both(workstation: Workstation, stub: Stub) -> None:
    def paged(request: Element) -> Element:
        page = 1 if request.find(f".//{{{NS}}}MoreDataRef") is None else 2
        answer = stub._GetContainerItems(request)
        if answer.findtext(f".//{{{NS}}}ContainerItem/{{{NS}}}Id") != "Zones/1":
            return answer
        if page == 1:
            status = answer.find(f"{{{NS}}}GetContainerItemsStatus")
            status[0].text = "true"
            status.append(E.MoreDataRef("2"))
        for items in answer.findall(f".//{{{NS}}}Items/*"):
            items[:] = [row for place, row in enumerate(items) if place % 2 == page % 2]
        return answer

    stub.replace["GetContainerItems"] = paged

    assert len(workstation.tree.folder("EVCE Zones/Z1").points) == 5


def test_pages_that_go_in_circles_are_refused(workstation: Workstation, stub: Stub) -> None:
    def circling(request: Element) -> Element:
        answer = stub._GetContainerItems(request)
        status = answer.find(f"{{{NS}}}GetContainerItemsStatus")
        status[0].text = "true"
        status.append(E.MoreDataRef("again"))
        return answer

    stub.replace["GetContainerItems"] = circling

    with pytest.raises(EndlessAnswerError, match="'again' came twice"):
        workstation.discover()


def test_a_server_without_a_root_has_an_empty_tree(workstation: Workstation, stub: Stub) -> None:
    stub.root = "nowhere"

    assert list(workstation.tree.points) == []


def test_items_that_nobody_asked_for_are_left_aside(workstation: Workstation, stub: Stub) -> None:
    def more(request: Element) -> Element:
        wanted = {id_.text for id_ in request.iter(f"{{{NS}}}Id")}
        for id_ in {*stub.items, *stub.histories, *stub.alarms} - wanted:
            request[0].append(E.Id(id_))
        return stub._GetItems(request)

    stub.replace["GetItems"] = more
    stub.containers["Zones/1"]["children"] = ["max"]

    assert list(workstation.tree.by_id) == ["max"]


def test_a_container_that_nobody_asked_for_is_left_aside(workstation: Workstation, stub: Stub) -> None:
    def more(request: Element) -> Element:
        if len(request):
            request[0].append(E.Id("0"))
        return stub._GetContainerItems(request)

    stub.replace["GetContainerItems"] = more

    assert len(workstation.tree.folders) == 6


def test_names_with_a_slash_are_found_as_they_are_written(workstation: Workstation, stub: Stub) -> None:
    stub.containers["Zones/1"]["Name"] = "Parking 1/2 & café"

    assert workstation.value("EVCE Zones/Parking 1/2 & café/ZoneId") == "1"


def test_a_write_goes_by_path_and_tells_each_result(workstation: Workstation) -> None:
    results = workstation.write({"EVCE Zones/Z1/ZoneReduction": "30", "EVCE Zones/Z1/ZoneId": "9"})

    assert results["EVCE Zones/Z1/ZoneReduction"].success
    assert results["EVCE Zones/Z1/ZoneId"].message == "VALUE_NOT_WRITEABLE"


@pytest.mark.usefixtures("subscriptions")
@pytest.mark.parametrize(
    "path",
    [
        "EVCE Zones/Z1/OverallConsumptionLogs/ZoneOverallActivePowerPhase1-Readings",
        "EVCE Zones/Z1/ZoneOverallActivePowerPhase1",
    ],
)
def test_a_history_is_found_by_its_item_or_its_value_and_read_to_its_last_page(
    workstation: Workstation, path: str
) -> None:
    first, records = workstation.history(path)

    assert first.unit == "kW"
    assert [record.value for record in records] == ["0.13", "0.58", "7"]


def test_a_value_without_a_history_says_so(workstation: Workstation) -> None:
    with pytest.raises(BadOptionError, match="'EVCE Zones/Z1/ZoneId' has no history"):
        workstation.history("EVCE Zones/Z1/ZoneId")


def test_a_history_with_one_bound_only_is_not_asked_for(workstation: Workstation) -> None:
    with pytest.raises(BadOptionError, match="both bounds or with neither"):
        workstation.history("EVCE Zones/Z1/ZoneId", time_from=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.usefixtures("subscriptions")
def test_alarms_are_read_and_acknowledged_by_path_or_id(workstation: Workstation) -> None:
    assert [event.id for event in workstation.alarm_events()] == ["alarm"]

    results = workstation.acknowledge(["EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm", "other"])

    assert results["EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm"].success
    assert not results["other"].success


def test_an_alarm_state_that_ews_does_not_have_is_shown_as_its_number(workstation: Workstation, stub: Stub) -> None:
    stub.alarms["alarm"]["State"] = "8"

    assert workstation.show(workstation.tree.by_id["alarm"]) == "State 8"


def test_a_profile_that_is_not_known_is_refused() -> None:
    with pytest.raises(BadOptionError, match="'xyz' is not known; use one of es, as-p, pme"):
        profile("xyz")
