"""Checks, items and answer times in the report: nothing is left out silently, and the largest site stays light."""

from dataclasses import replace

import pytest
from evce_acceptance.report import html
from evce_acceptance.results.run import Exchange, Reading, Verdict

from tests.evce_acceptance.report.example_run import STATION, example
from tests.evce_acceptance.report.report_page import check, lines, reading, run, section, words

pytestmark = pytest.mark.once

# checks


def test_every_check_has_a_row_by_feature() -> None:
    rows = lines(example(), "checks")
    assert len(rows) == 12 + len({one.feature for one in example().checks})
    assert rows[0] == "tree"
    assert rows[1] == "Zones hold stations, stations hold connectors ✓ pass site, read-only D-4 1.2 s"


def test_of_very_many_checks_the_passing_ones_are_counted() -> None:
    rows = lines(run(*[check(Verdict.PASS)] * 1200, check(Verdict.FAIL, "Wrong.")), "checks")
    assert rows[:2] == ["data points", "1,200 checks passed; each stands in junit.xml and run.json."]
    assert len(rows) == 3


# point-to-point sheet


def test_every_item_has_a_row_in_its_folder() -> None:
    rows = lines(example(), "sheet")
    assert len([row for row in rows if "Connector" in row]) >= 300
    assert rows[:3] == [
        STATION,
        "StationId Integer 1 1 Good 0 ✓ pass",
        "StationModel String EVlink Good ≈ known deviation 6.1",
    ]


@pytest.mark.parametrize(
    ("item", "name", "folder"),
    [("Z1/a", "a", "Z1"), ("Z1/a/b", "a/b", "Z1"), ("a", "a", "(root)"), ("Z1/x", "y", "Z1")],
)
def test_an_item_stands_in_its_folder_even_when_names_hold_slashes(item: str, name: str, folder: str) -> None:
    one = Reading(item, name, "String", "", "1", "1", "Good", None, Verdict.PASS)
    assert lines(run(readings=[one]), "sheet")[0] == folder


def test_up_to_2000_items_each_has_a_row() -> None:
    rows = lines(run(readings=[reading(number) for number in range(2000)]), "sheet")
    assert len([row for row in rows if row.startswith("DataPoint")]) == 2000


def test_on_a_larger_site_items_that_agree_are_grouped_by_data_point() -> None:
    odd = [reading(1, Verdict.FAIL), reading(2, Verdict.PASS, "It moved.")]
    rows = lines(run(readings=[*odd, *(reading(number) for number in range(3, 2604))]), "sheet")
    assert rows[0] == "DataPoint3 Double kW 101 0.03 to 26.03 +25.03 kW ✓ pass"
    assert len(rows) == 26 + 1 + 2
    assert rows[-1] == "DataPoint2 Double kW 1.0 0.02 Good -0.98 kW ✓ pass It moved."


def test_a_group_tells_the_greatest_difference_either_way() -> None:
    readings = [replace(reading(number), difference=0.01) for number in range(2600)]
    readings[26] = replace(readings[26], difference=-0.5)
    assert lines(run(readings=readings), "sheet")[0] == "DataPoint0 Double kW 100 0 to 25.74 -0.5 kW ✓ pass"


def test_a_group_of_words_tells_how_many_there_are() -> None:
    def text(number: int, value: str) -> Reading:
        return Reading(f"Z{number}/a{value[0]}", f"a{value[0]}", "String", "", value, value, "Good", None, Verdict.PASS)

    same, other = (
        [text(number, "yes") for number in range(1500)],
        [text(number, f"n{number}") for number in range(1500)],
    )
    assert lines(run(readings=[*same, *other]), "sheet") == [
        "ay String 1,500 yes ✓ pass",
        "an String 1,500 1,500 different ✓ pass",
    ]


def test_nothing_is_left_out_silently_when_very_many_items_fail() -> None:
    readings = [reading(number, Verdict.FAIL) for number in range(10_000)]
    sheet = section(run(readings=readings), "sheet")
    assert "7,000 such items did not fit and stand in the groups by verdict." in words(sheet)
    counted = [int(words(row[3]).replace(",", "")) for row in sheet.find(".//table").iterfind("tbody/tr")]
    assert sum(counted) == 7000


def test_failing_items_are_listed_before_those_that_need_a_word() -> None:
    readings = [*(reading(number, Verdict.PASS, "It moved.") for number in range(3000)), reading(3000, Verdict.FAIL)]
    rows = lines(run(readings=readings), "sheet")
    assert "DataPoint10 Double kW 1.0 30.0 Good +29 kW ✗ fail" in rows


def test_a_report_of_40000_items_stays_below_5_megabytes() -> None:
    wrong = [reading(number, Verdict.FAIL, "It differs " * 5) for number in range(4000)]
    readings = [*wrong, *(reading(number) for number in range(4000, 40_000))]
    assert len(html.render(run(readings=readings)).encode()) < 5 * MEGABYTE


# answer times


def test_answer_times_are_drawn_for_each_party_and_told_for_each_operation() -> None:
    part = section(example(), "latency")
    assert [words(one) for one in part.iter("h3")] == ["Connector", "Controller"]
    assert len(list(part.iter("svg"))) == 2
    assert "● GetValues 51 4.4 ms 12 ms 10.0 s 10.0 s ✗ 1" in lines(example(), "latency")
    assert len(lines(example(), "latency")) == 8


def test_a_plot_of_very_many_exchanges_is_a_picture_and_small() -> None:
    many = [
        Exchange(f"2026-11-23T08:{n // 60 % 60:02}:{n % 60:02}Z", "connector", "GetValues", "", 200, 0.01 * (1 + n % 7))
        for n in range(20_000)
    ]
    report = html.render(replace(run(), exchanges=many))
    assert "data:image/png;base64," in report
    assert len(report) < MEGABYTE


def test_more_operations_than_colours_have_other_marks() -> None:
    many = [Exchange("2026-11-23T08:00:00Z", "connector", f"Op{n:02}", "", 200, 0.01) for n in range(20)]
    rows = lines(replace(run(), exchanges=many), "latency")
    assert [row[0] for row in rows] == ["●"] * 8 + ["▲"] * 8 + ["■"] * 4


def test_an_exchange_without_a_time_of_day_is_still_counted() -> None:
    assert lines(replace(run(), exchanges=[Exchange("noon", "connector", "Op", "", 401, 0.0)]), "latency") == [
        "● Op 1 0.0 ms 0.0 ms 0.0 ms 0.0 ms"
    ]


@pytest.mark.parametrize(
    ("status", "error", "failed"),
    [(200, "", False), (401, "", False), (404, "", True), (500, "", True), (None, "Timeout", True), (200, "Cut", True)],
)
def test_an_exchange_without_a_proper_answer_is_counted(status: int | None, error: str, failed: bool) -> None:
    one = Exchange("2026-11-23T08:00:00Z", "connector", "GetValues", "", status, 0.1, error=error)
    (row,) = lines(replace(run(), exchanges=[one]), "latency")
    assert row.endswith("✗ 1") is failed


MEGABYTE = 1_000_000
