"""Matching another connector's tree with ours: spellings, objects by their ids, what is in doubt, what is left over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ebo_simulator.tree import Folder, Kind, Point, Tree
from evce_connector.points import layout
from evce_connector.points import tree as ours
from evce_connector.points.index import SiteIndex
from evce_connector.takeover.lines import Line, Outcome, summary
from evce_connector.takeover.matching import Matches, match
from evce_connector.takeover.report import adopted_of, lines_of
from evce_connector.takeover.spelling import pair

from tests.evce_connector.site_file import SiteFile


@pytest.mark.parametrize(
    ("their_name", "our_name"),
    [
        ("ZoneType", "ZoneType"),
        ("zone type", "ZoneType"),
        ("Zone_Set-Point Power [kW]", "ZoneSetPointPower(kW)"),
        ("ZoneSetPointPower", "ZoneSetPointPower(kW)"),
        ("ConnectorOverallActivePowerPhase1", "ConnectorOverallActivePower1"),
        ("StationDisconnectedAuthenticati", "StationDisconnectedAuthenticationMode"),
    ],
)
def test_a_name_spelled_a_little_otherwise_is_the_same(their_name: str, our_name: str) -> None:
    assert pair(["Other", their_name], ["Something", our_name, "ZoneReduction"]).pairs == {1: 1}


@pytest.mark.parametrize(("their_name", "our_name"), [("ZoneReduction", "ZoneReductionDescription"), ("Zone", "Site")])
def test_a_short_beginning_is_not_the_same(their_name: str, our_name: str) -> None:
    found = pair([their_name], [our_name])
    assert (found.pairs, found.doubts) == ({}, {})


def test_the_guides_own_spelling_goes_before_a_looser_one() -> None:
    assert pair(["Zone Type", "ZoneType"], ["ZoneType"]).pairs == {1: 0}


def test_what_fits_several_is_in_doubt() -> None:
    found = pair(["power (kW)", "ZoneType"], ["Power(A)", "Power(kVA)", "ZoneType"])
    assert (found.pairs, found.doubts) == ({1: 2}, {0: [0, 1]})


def test_one_name_twice_is_in_doubt() -> None:
    found = pair(["ZoneType", "ZoneType"], ["ZoneType"])
    assert (found.pairs, found.doubts) == ({}, {0: [0], 1: [0]})


def test_a_doubt_is_over_when_the_others_are_paired() -> None:
    found = pair(["Power", "Power(kVA)"], ["Power(A)", "Power(kVA)"])
    assert (found.pairs, found.doubts) == ({0: 0, 1: 1}, {})


def test_a_name_cut_where_several_go_on_is_in_doubt() -> None:
    found = pair(
        ["StationOverallRmsCurrentPhase"], ["StationOverallRmsCurrentPhase1", "StationOverallRmsCurrentPhase2"]
    )
    assert (found.pairs, found.doubts) == ({}, {0: [0, 1]})


class Site:
    """Our site of the guide, and an old connector's tree of it, to be changed at will."""

    def __init__(self, index: SiteIndex) -> None:
        self.index = index
        self.ours = ours.Folder("Server", "EVCE Ews Server", "Server")
        self.ours.add(index.folder)
        self.root = self._copy(self.ours, "")

    def _copy(self, folder: ours.Folder, path: str) -> Folder:
        """Make the tree that a discovery would find, with ids of its own."""
        made = Folder(f"#{folder.key}", folder.name, path)
        inside = f"{path}/" if path else ""
        for item in folder.values:
            point = Point(Kind.VALUE, f"#{item.key}", item.name, inside + item.name)
            made.points.append(replace(point, type=item.point.type, unit=item.unit, value=str(item.value)))
        for log in folder.histories:
            point = Point(Kind.HISTORY, f"#{log.key}", log.name, inside + log.name, value_item_id=f"#{log.source.key}")
            made.points.append(point)
        for alarm in folder.alarms:
            made.points.append(Point(Kind.ALARM, f"#{alarm.key}", alarm.name, inside + alarm.name))
        made.folders = [
            self._copy(child, inside + child.name if path or inside else child.name) for child in folder.folders
        ]
        return made

    def folder(self, key: str) -> Folder:
        return next(folder for folder in self.root.walk() if folder.id == f"#{key}")

    def point(self, key: str) -> Point:
        return next(point for point in self.root.all_points() if point.id == f"#{key}")

    def remove(self, key: str) -> None:
        for folder in self.root.walk():
            folder.points = [point for point in folder.points if point.id != f"#{key}"]

    def match(self) -> Matches:
        return match(Tree(self.root, []), self.ours, self.index)

    def adopted(self) -> dict[str, str]:
        return {key: item.id for key, item in adopted_of(self.match()).items()}

    def lines(self, *outcomes: Outcome) -> dict[str, Line]:
        """Give the lines of some outcomes by their id, or by ours where there is none."""
        found = lines_of(self.match(), self.root, self.ours, self.index.folder)
        return {line.their_id or line.our_id: line for line in found if line.outcome in outcomes}


LEFT = (Outcome.THEIRS, Outcome.OURS, Outcome.AMBIGUOUS)


@pytest.fixture
def site(guide: SiteFile) -> Site:
    """Lay out the guide's site with values, as after set-up."""
    index, _ = layout.lay_out(guide.read())
    for node in index.nodes():
        for item in node.items:
            if item.name in ("ZoneId", "StationId"):
                item.value = node.model.id
            elif item.name == "StationOCPPIdentifier":
                item.value = node.model.ocpp_identifier
            elif item.name == "LogicalConnector":
                item.value = node.model.logical_connector
    return Site(index)


def test_a_tree_like_ours_is_matched_whole(site: Site) -> None:
    adopted = site.adopted()
    assert adopted == {key: f"#{key}" for key in adopted}
    assert len(adopted) == len([*site.root.all_points(), *site.root.walk()])
    assert site.lines(*LEFT) == {}


def test_names_that_differ_are_taken_over_and_no_others(site: Site) -> None:
    site.folder("Zones/1").name = "Car park"
    adopted = adopted_of(site.match())
    assert (adopted["Zones/1"].name, adopted["Zones/2"].name) == ("Car park", "")


def test_a_station_without_its_id_is_known_by_its_ocpp_identifier(site: Site) -> None:
    site.remove("Stations/1/StationId")
    assert site.adopted()["Stations/1"] == "#Stations/1"
    assert site.lines(Outcome.MATCHED)["#Stations/1"].note == ""


def test_a_station_without_an_ocpp_identifier_is_known_by_its_id(site: Site) -> None:
    site.remove("Stations/1/StationOCPPIdentifier")
    assert site.adopted()["Stations/1"] == "#Stations/1"


@pytest.mark.parametrize(("name", "value"), [("StationId", "77"), ("StationOCPPIdentifier", "Other")])
def test_one_right_id_is_enough_and_the_other_one_named(site: Site, name: str, value: str) -> None:
    site.point(f"Stations/1/{name}").value = value
    note = site.lines(Outcome.MATCHED)["#Stations/1"].note
    assert note.startswith("only one of its ids is the controller's: ")
    assert f"{name} '{value}'" in note


def test_an_id_may_be_shown_as_a_number_with_a_point(site: Site) -> None:
    site.point("Zones/2/ZoneId").value = "2.0"
    assert site.adopted()["Zones/2"] == "#Zones/2"


@pytest.mark.parametrize("value", ["", "77", "nan", "inf", "two"])
def test_a_zone_that_the_controller_does_not_have_is_named_whole(site: Site, value: str) -> None:
    site.point("Zones/2/ZoneId").value = value
    lines = site.lines(*LEFT)
    assert set(lines) == {"#Zones/2", "Zones/2"}
    assert lines["#Zones/2"].note == f"the controller has no zone with the ZoneId {value!r}; 34 items in it"
    assert lines["Zones/2"] == Line(
        Outcome.OURS, lines["Zones/2"].sort, "Zones/2", "EVCE Zones/Z2", note="34 items in it"
    )


def test_a_station_that_the_controller_does_not_have_is_named_with_its_connectors(site: Site) -> None:
    site.point("Stations/1/StationId").value = "77"
    site.point("Stations/1/StationOCPPIdentifier").value = "Other"
    lines = site.lines(*LEFT)
    assert set(lines) == {"#Stations/1", "Stations/1"}
    assert lines["#Stations/1"].note.startswith("the controller has no such station: StationId '77'")


def test_a_connector_that_the_station_does_not_have_is_named(site: Site) -> None:
    site.point("Stations/1/Connectors/1/LogicalConnector").value = "2"
    lines = site.lines(*LEFT)
    assert set(lines) == {"#Stations/1/Connectors/1", "Stations/1/Connectors/1"}
    assert "has no LogicalConnector '2' at station EVSimu1" in lines["#Stations/1/Connectors/1"].note


def test_two_containers_of_one_object_are_in_doubt(site: Site) -> None:
    site.point("Zones/2/ZoneId").value = "3"
    lines = site.lines(*LEFT)
    assert {id_: line.outcome for id_, line in lines.items()} == {
        "#Zones/2": Outcome.AMBIGUOUS,
        "#Zones/3": Outcome.AMBIGUOUS,
        "Zones/2": Outcome.OURS,
        "Zones/3": Outcome.OURS,
    }
    assert lines["#Zones/3"].note.startswith("2 containers say that they are Zones/3; 34 items")


def test_a_station_with_the_ids_of_two_is_in_doubt(campus: SiteFile) -> None:
    index, _ = layout.lay_out(campus.read())
    site = Site(index)
    first, second = list(index.stations.values())[:2]
    for name, value in (("StationId", first.model.id), ("StationOCPPIdentifier", second.model.ocpp_identifier)):
        site.point(f"{first.folder.key}/{name}").value = str(value)
    assert f"#{first.folder.key}" in site.match().doubts
    assert first.folder.key not in site.adopted()


def test_the_sites_folder_is_what_holds_the_zones_wherever_it_stands(site: Site) -> None:
    zones, inner = site.folder("Site"), Folder("extra", "EVCE Server", "EVCE Server")
    inner.folders, site.root.folders = [zones], [inner]
    assert site.adopted()["Site"] == "#Site"
    assert set(site.lines(*LEFT)) == {"extra"}


def test_zones_that_stand_in_the_root_make_it_the_sites_folder(site: Site) -> None:
    site.root = site.folder("Site")
    adopted = site.adopted()
    assert adopted["Site"] == "#Site"
    assert "Server" not in adopted


def test_zones_in_two_places_leave_the_sites_folder_to_us(site: Site) -> None:
    top = site.folder("Site")
    moved = Folder("other", "More zones", "More zones", folders=top.folders[2:])
    top.folders = top.folders[:2]
    site.root.folders.append(moved)
    lines = site.lines(*LEFT)
    assert {"#Site", "other", "Site"} <= set(lines)
    assert site.adopted()["Zones/3"] == "#Zones/3"


HISTORY = "Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"


def test_a_history_is_known_by_the_value_that_it_is_of(site: Site) -> None:
    site.point(HISTORY).name = "Counter"
    assert adopted_of(site.match())[HISTORY] == (f"#{HISTORY}", "Counter")


def test_a_history_that_names_no_value_is_known_by_its_name(site: Site) -> None:
    site.point(HISTORY).value_item_id = ""
    assert site.adopted()[HISTORY] == f"#{HISTORY}"


def test_two_histories_of_one_value_are_told_apart_by_name(site: Site) -> None:
    logs = site.folder("Zones/1/OverallConsumptionLogs")
    logs.points.append(replace(site.point(HISTORY), id="second", name="Another"))
    assert site.adopted()[HISTORY] == f"#{HISTORY}"
    assert set(site.lines(*LEFT)) == {"second"}


def test_histories_beside_the_values_leave_the_folder_of_logs_to_us(site: Site) -> None:
    zone = site.folder("Zones/1")
    zone.points += zone.folders[0].points
    zone.folders = zone.folders[1:]
    assert site.adopted()[HISTORY] == f"#{HISTORY}"
    assert set(site.lines(*LEFT)) == {"Zones/1/OverallConsumptionLogs"}


def test_the_only_alarm_of_a_station_is_its_alarm_whatever_its_name(site: Site) -> None:
    site.point("Stations/1/Alarm").name = "Trouble"
    assert adopted_of(site.match())["Stations/1/Alarm"] == ("#Stations/1/Alarm", "Trouble")


def test_of_several_alarms_the_one_of_its_name_is_taken(site: Site) -> None:
    station = site.folder("Stations/1")
    station.points.append(replace(site.point("Stations/1/Alarm"), id="second", name="Door open"))
    assert site.adopted()["Stations/1/Alarm"] == "#Stations/1/Alarm"
    assert set(site.lines(*LEFT)) == {"second"}


def test_an_item_of_which_we_have_none_is_named(site: Site) -> None:
    site.folder("Zones/1").points.append(Point(Kind.VALUE, "own", "VendorSpecial", "EVCE Zones/Z1/VendorSpecial"))
    (line,) = site.lines(*LEFT).values()
    assert (line.outcome, line.their_path) == (Outcome.THEIRS, "EVCE Zones/Z1/VendorSpecial")


def test_an_item_of_which_they_have_none_is_named(site: Site) -> None:
    site.remove("Zones/1/ZoneType")
    (line,) = site.lines(*LEFT).values()
    assert (line.outcome, line.our_path) == (Outcome.OURS, "EVCE Zones/Z1/ZoneType")


def test_two_items_of_one_name_are_in_doubt(site: Site) -> None:
    site.folder("Zones/1").points.append(replace(site.point("Zones/1/ZoneType"), id="second"))
    lines = site.lines(*LEFT)
    assert {id_: line.outcome for id_, line in lines.items()} == {
        "#Zones/1/ZoneType": Outcome.AMBIGUOUS,
        "second": Outcome.AMBIGUOUS,
        "Zones/1/ZoneType": Outcome.OURS,
    }
    assert "ZoneType" in lines["second"].note


def test_an_id_that_stands_twice_is_not_taken_over(site: Site) -> None:
    site.point("Zones/2/ZoneType").id = "#Zones/1/ZoneType"
    adopted = site.adopted()
    assert not {"Zones/1/ZoneType", "Zones/2/ZoneType"} & set(adopted)
    assert site.lines(*LEFT)["#Zones/1/ZoneType"].outcome is Outcome.AMBIGUOUS


def test_an_item_without_an_id_is_not_taken_over(site: Site) -> None:
    site.point("Zones/2/ZoneType").id = ""
    assert "Zones/2/ZoneType" not in site.adopted()


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"type": "String"}, "their type is String, ours Double"),
        ({"unit": "W"}, "their unit is W, ours kW"),
        ({"unit": ""}, "their unit is none, ours kW"),
        ({"writeable": True}, "theirs is writeable, ours is not"),
    ],
)
def test_a_difference_that_a_binding_may_notice_is_named(site: Site, change: dict[str, str], note: str) -> None:
    point = site.point("Zones/1/ZoneOverallActivePowerTotal")
    for name, value in change.items():
        setattr(point, name, value)
    assert site.lines(Outcome.MATCHED)[point.id].note == note


def test_the_summary_counts_every_outcome(site: Site) -> None:
    lines = list(site.lines(*Outcome).values())
    assert summary(lines) == (
        f"{len(lines)} matched, 0 theirs without ours, 0 ours without theirs, 0 ambiguous, 0 gives way."
    )


def test_a_spelling_of_the_identifying_names_does_not_matter(site: Site) -> None:
    for name, spelled in (("Zones/1/ZoneId", "Zone ID"), ("Stations/1/StationId", "station_id")):
        site.point(name).name = spelled
    assert {"Zones/1", "Stations/1"} <= set(site.adopted())
