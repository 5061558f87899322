"""What changed between two runs is found and told; what only moved is not."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from evce_acceptance.report import bundle, diff_view
from evce_acceptance.report.diff import GONE, NEW, Change, Difference, between, compare
from evce_acceptance.report.paths import Branch
from evce_acceptance.results.run import Check, Exchange, Proof, Reading, Run, Verdict
from rich.console import Console

from tests.evce_acceptance.report.example_run import SCRIPT, STATION, example


def station(name: str, number: str, zone: str = "Z1", connectors: tuple[str, ...] = ("1", "2")) -> list[Reading]:
    """Give a station of one item beside its identifier, with connectors that have one each."""
    place = f"EVCE Zones/{zone}/{name}"
    rows = [(place, "StationId", number), (place, "StationStatus", "available")]
    for logical in connectors:
        inner = f"{place}/Connector-{logical}"
        rows += [(inner, "LogicalConnector", logical), (inner, "ConnectorStatus", "available")]
    return [
        Reading(f"{folder}/{point}", point, "String", "", value, value, "Good", None, Verdict.PASS)
        for folder, point, value in rows
    ]


def zone(name: str, number: str) -> Reading:
    return Reading(f"EVCE Zones/{name}/ZoneId", "ZoneId", "Integer", "", number, number, "Good", None, Verdict.PASS)


def run(*readings: Reading) -> Run:
    return Run("site", "2026-11-23T08:00:00Z", readings=list(readings))


def exchanges(operation: str, *milliseconds: int) -> list[Exchange]:
    return [Exchange("", "connector", operation, "", 200, one / 1000) for one in milliseconds]


def printed(difference: Difference) -> str:
    console = Console(width=160, file=StringIO())
    with console.capture() as captured:
        console.print(diff_view.text(difference))
    return captured.get()


def test_a_run_does_not_differ_from_itself() -> None:
    assert compare(example(), example()).same


def test_another_order_is_no_difference() -> None:
    other = example()
    other.readings.reverse()
    other.checks.reverse()
    other.exchanges.reverse()
    difference = compare(example(), other)
    assert difference.same
    assert all(one.old == one.new for one in difference.latencies)


def test_other_readings_alone_are_no_difference() -> None:
    other = example()
    other.readings = [replace(one, controller="9", connector="9") for one in other.readings if one.name != "StationId"]
    first = example()
    first.readings = [one for one in first.readings if one.name != "StationId"]
    assert compare(first, other).same


def test_items_that_are_gone_and_new_are_named() -> None:
    old, new = station("A", "1")[1], station("B", "2")[1]
    difference = compare(run(old), run(new))
    assert (difference.gone, difference.added) == ([Branch(old.item, 1)], [Branch(new.item, 1)])
    assert not difference.same


def test_of_two_items_with_one_path_the_one_that_is_gone_is_named() -> None:
    item = station("A", "1")[1]
    difference = compare(run(item, item), run(item))
    assert (difference.gone, difference.added) == ([Branch(item.item, 1)], [])


@pytest.mark.parametrize("label", ["type", "unit", "name"])
def test_another_label_is_named(label: str) -> None:
    item = station("A", "1")[1]
    difference = compare(run(item), run(replace(item, **{label: "W"})))
    assert difference.labels == [Change(item.item, label, getattr(item, label), "W")]


def test_another_verdict_of_an_item_is_named() -> None:
    item = station("A", "1")[1]
    difference = compare(run(item), run(replace(item, verdict=Verdict.FAIL)))
    assert difference.items == [Change(item.item, "verdict", "pass", "fail")]


def test_a_station_with_another_name_is_one_change() -> None:
    difference = compare(run(*station("A", "1")), run(*station("B", "1")))
    assert difference.folders == [Change("EVCE Zones/Z1/B", "name", "A", "B")]
    assert (difference.gone, difference.added) == ([], [])


def test_a_zone_with_another_name_takes_its_stations_along() -> None:
    old = run(zone("Z1", "7"), *station("A", "1", "Z1"))
    difference = compare(old, run(zone("Süd", "7"), *station("A", "1", "Süd")))
    assert [change.what for change in difference.folders] == ["EVCE Zones/Süd"]
    assert (difference.gone, difference.added) == ([], [])


def test_a_connector_is_known_by_its_station_whatever_comes_first() -> None:
    old = [*reversed(station("A", "1")), *reversed(station("C", "3"))]
    difference = compare(run(*old), run(*station("B", "1"), *station("C", "3")))
    assert [change.what for change in difference.folders] == ["EVCE Zones/Z1/B"]
    moved = [replace(one, item=one.item.replace("Connector-1", "Left")) for one in station("A", "1")]
    assert [change.what for change in compare(run(*old), run(*moved)).folders] == ["EVCE Zones/Z1/A/Left"]


def test_two_stations_that_swapped_names_are_two_changes() -> None:
    old = run(*station("A", "1"), *station("B", "2", connectors=("1",)))
    difference = compare(old, run(*station("B", "1"), *station("A", "2", connectors=("1",))))
    assert sorted(change.what for change in difference.folders) == ["EVCE Zones/Z1/A", "EVCE Zones/Z1/B"]
    assert (difference.gone, difference.added) == ([], [])


def test_a_number_that_two_stations_have_identifies_none() -> None:
    difference = compare(run(*station("A", "1"), *station("B", "1")), run(*station("A", "1"), *station("C", "1")))
    assert difference.folders == []
    assert difference.gone == [Branch("EVCE Zones/Z1/B", 6)]
    assert difference.added == [Branch("EVCE Zones/Z1/C", 6)]


def test_a_zone_that_is_gone_is_one_folder_with_all_its_items() -> None:
    old = run(zone("Z1", "1"), zone("Z2", "2"), *station("A", "1", "Z2"), *station("B", "2", "Z2"))
    assert compare(old, run(zone("Z1", "1"))).gone == [Branch("EVCE Zones/Z2", 13)]


def test_items_that_are_gone_from_a_renamed_station_are_named_where_they_would_be() -> None:
    difference = compare(run(*station("A", "1")), run(*station("B", "1", connectors=())[:1]))
    assert difference.gone == [
        Branch("EVCE Zones/Z1/B/StationStatus", 1),
        Branch("EVCE Zones/Z1/B/Connector-1", 2),
        Branch("EVCE Zones/Z1/B/Connector-2", 2),
    ]


def test_an_item_whose_folder_holds_a_slash_is_found_in_its_folder() -> None:
    difference = compare(run(*station("A/B", "1")), run(*station("C/D", "1")))
    assert [change.what for change in difference.folders] == ["EVCE Zones/Z1/C/D"]
    assert (difference.gone, difference.added) == ([], [])


def test_an_item_whose_path_does_not_end_with_its_name_is_compared_all_the_same() -> None:
    item = replace(station("A", "1")[0], item="EVCE Zones/Z1/A/17")
    assert compare(run(item), run(item)).same


def test_changed_new_and_gone_checks_are_named() -> None:
    def checks(**verdicts: Verdict) -> Run:
        found = [Check("logs", name, (), Proof.READ_ONLY, verdict) for name, verdict in verdicts.items()]
        return Run("site", "", checks=found)

    old = checks(a=Verdict.PASS, b=Verdict.PASS, c=Verdict.FAIL)
    difference = compare(old, checks(a=Verdict.FAIL, c=Verdict.FAIL, d=Verdict.PASS))
    assert difference.checks == [
        Change("logs: a", "site, read-only", "pass", "fail"),
        Change("logs: b", "site, read-only", "pass", GONE),
        Change("logs: d", "site, read-only", NEW, "pass"),
    ]


def test_changed_versions_are_named() -> None:
    old = Run("site", "", environment={"EVCE API": "6.0.2", "EWS": "1.2", "old": "1"})
    difference = compare(old, Run("site", "", environment={"EWS": "1.2", "EVCE API": "6.1.0", "new": "2"}))
    assert difference.versions == [
        Change("EVCE API", "", "6.0.2", "6.1.0"),
        Change("old", "", "1", GONE),
        Change("new", "", NEW, "2"),
    ]


def test_changed_settings_are_named_as_in_the_file() -> None:
    old = Run("site", "", settings={"claims": {"history": True, "alarms": True}})
    difference = compare(old, Run("site", "", settings={"claims": {"alarms": True, "history": False}}))
    assert difference.settings == [Change("claims.history", "", "True", "False")]


def test_latencies_are_set_side_by_side_by_operation() -> None:
    old = Run("site", "", exchanges=[*exchanges("GetValues", 10, 20, 40), *exchanges("GetItems", 5)])
    new = Run("site", "", exchanges=[*exchanges("GetValues", 80, 40, 20), *exchanges("GetHistory", 5)])
    history, items, values = compare(old, new).latencies
    assert (history.old, history.ratio("p50")) == (None, None)
    assert (items.new, items.ratio("p50")) == (None, None)
    assert (values.ratio("p50"), values.ratio("p95"), values.ratio("p99")) == (2.0, 2.0, 2.0)


def test_percentiles_are_those_that_so_many_answers_kept() -> None:
    (values,) = compare(Run("", ""), Run("", "", exchanges=exchanges("GetValues", *range(1, 101)))).latencies
    assert values.new is not None
    assert (values.new.p50, values.new.p95, values.new.p99, values.new.longest) == (0.05, 0.095, 0.099, 0.1)


def test_times_that_were_nothing_have_no_ratio() -> None:
    old, new = (Run("", "", exchanges=exchanges("GetValues", time)) for time in (0, 5))
    assert compare(old, new).latencies[0].ratio("p50") is None


def test_zones_numbers_do_not_make_operations_of_their_own() -> None:
    paths = ("GET /zones/1/reduction", "GET /zones/23/reduction", "GET /zones/4")
    found = compare(Run("", ""), Run("", "", exchanges=[one for path in paths for one in exchanges(path, 1)]))
    assert [one.operation for one in found.latencies] == ["GET /zones/{id}", "GET /zones/{id}/reduction"]


def test_two_zips_are_compared(tmp_path: Path) -> None:
    old = bundle.write(example(), tmp_path, "old")
    new = bundle.write(replace(example(), environment={}), tmp_path, "new")
    assert [change.what for change in between(old, new).versions] == list(example().environment)


@pytest.mark.parametrize("wrong", ["old", "new"])
def test_a_zip_that_was_changed_is_not_compared(tmp_path: Path, wrong: str) -> None:
    for name in ("old", "new"):
        bundle.write(Run("site", ""), tmp_path, name)
    (tmp_path / f"{wrong}.zip").write_bytes(b"")
    with pytest.raises(bundle.BundleError, match=f"{wrong}.zip"):
        between(tmp_path / "old.zip", tmp_path / "new.zip")


@pytest.fixture
def upgrade() -> Difference:
    """Everything differs: a station renamed, one item gone and one new, units, verdicts, versions, latencies."""
    new = example()
    new.environment["EVCE API"] = "6.1.0"
    new.settings["claims"] = {"history": True, "ews_1_1": True}
    new.readings = [
        replace(one, item=one.item.replace(STATION, f"{STATION}-{SCRIPT}"), verdict=Verdict.PASS)
        for one in new.readings
    ]
    new.readings[-1] = replace(new.readings[-1], item="EVCE Zones/[bold]New[/bold]", unit="mA")
    new.readings[-2] = replace(new.readings[-2], unit="Wh")
    new.checks[2] = replace(new.checks[2], verdict=Verdict.PASS)
    new.exchanges = [replace(one, seconds=3 * one.seconds) for one in new.exchanges]
    return compare(example(), new)


def test_the_text_names_every_kind_of_change(upgrade: Difference) -> None:
    text = printed(upgrade)
    assert all(f"{title} (" in text for title in diff_view.TITLES.values())
    assert "Versions and environment: 1; settings of the run: 1; verdicts of checks: 1" in text
    assert "EVCE Zones/[bold]New[/bold]" in text
    assert "(x 3.00)" in text
    assert "50 -> 50" in text
    assert "none" not in text


def test_the_html_names_every_kind_of_change_and_escapes_it(upgrade: Difference) -> None:
    page = diff_view.html(upgrade)
    assert all(f"{title} (" in page for title in diff_view.TITLES.values())
    assert SCRIPT not in page
    assert "<strong>Changed</strong>" in page
    assert "(\u00d7 3.00)" in page


def test_a_folder_that_is_gone_counts_all_its_items() -> None:
    difference = compare(run(zone("Z1", "1"), *station("A", "1")), run(zone("Z1", "1")))
    assert diff_view.headline(difference) == "Items that are gone: 6."
    text = printed(difference)
    assert "Items that are gone (6)" in text
    assert "EVCE Zones/Z1/A   whole folder, 6 items" in text


def test_parts_without_changes_are_left_out() -> None:
    difference = compare(example(), example())
    assert "Only answer times differ." in printed(difference)
    assert not any(f"{title} (" in printed(difference) for title in diff_view.TITLES.values())
    assert "<strong>Unchanged</strong>" in diff_view.html(difference)


def test_an_operation_that_only_one_run_used_says_none() -> None:
    assert "none -> 2 " in printed(compare(Run("a", ""), Run("b", "", exchanges=exchanges("GetItems", 1, 2))))
