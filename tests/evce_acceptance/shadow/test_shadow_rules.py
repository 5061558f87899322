"""When two readings agree, which folders are the same, and what two histories say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ebo_simulator import Folder, Kind, Point
from ebo_simulator.events import HistoryRecord
from evce_acceptance.shadow.agreement import Shown, agree
from evce_acceptance.shadow.differences import Pair
from evce_acceptance.shadow.histories import compare
from evce_acceptance.shadow.pairs import Paired, pair
from evce_acceptance.shadow.seen import Seen

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["charging"], ["charging"]),
        (["True"], ["true"]),
        (["2026-01-05T12:00:00Z"], ["2026-01-05T13:00:00+01:00"]),
        (["2026-01-05T12:00:00"], ["2026-01-05T12:00:00.000Z"]),
        (["12.5"], ["12.50"]),
        (["12.504"], ["12.50"]),
        (["10000.0"], ["10004.0"]),
        (["charging", "finishing"], ["charging"]),
        (["1.0", "1.3"], ["0.9", "1.2"]),
    ],
)
def test_readings_that_agree(left: list[str], right: list[str]) -> None:
    assert agree(left, right)
    assert agree(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["charging"], ["finishing"]),
        (["True"], ["False"]),
        (["2026-01-05T12:00:00Z"], ["2026-01-05T12:00:01Z"]),
        (["12.5"], ["12.52"]),
        (["10000"], ["10006"]),
        (["1.0", "1.3"], ["1.4", "1.5"]),
        (["T-shirt"], ["T-bone"]),
        (["5"], ["(not there)"]),
    ],
)
def test_readings_that_differ(left: list[str], right: list[str]) -> None:
    assert not agree(left, right)
    assert not agree(right, left)


def test_a_reading_counts_until_the_window_after_it_was_last_seen() -> None:
    shown = Shown(25)

    assert shown.see("x", 0, "a") == ["a"]
    assert shown.see("x", 20, "a") == ["a"]
    assert shown.see("x", 45, "b") == ["a", "b"]
    assert shown.see("x", 46, "b") == ["b"]
    assert shown.see("y", 46, "c") == ["c"]


def series(*values: str) -> list[HistoryRecord]:
    return [HistoryRecord(value, 0, NOON + timedelta(minutes=15 * at)) for at, value in enumerate(values)]


STEADY = series("1", "1", "1", "1", "1")


def compared(left: list[HistoryRecord], right: list[HistoryRecord], *shown: str) -> Pair | None:
    """Compare histories of a figure that showed these values all the time."""
    return compare(left, right, lambda _: shown)


def test_equal_histories_agree() -> None:
    assert compared(STEADY, STEADY) is None


def test_only_the_common_span_is_compared() -> None:
    assert compared(STEADY, STEADY[1:4]) is None


def test_fractions_of_a_second_do_not_count() -> None:
    late = [HistoryRecord("1", 0, one.timestamp + timedelta(milliseconds=7)) for one in STEADY if one.timestamp]

    assert compared(STEADY, late) is None


def test_a_missing_sample_is_named_by_its_time() -> None:
    assert compared(STEADY, STEADY[:2] + STEADY[3:]) == (
        "2026-01-05T12:30:00Z there",
        "2026-01-05T12:30:00Z (not there)",
    )


def test_a_doubled_sample_is_named_by_its_time() -> None:
    assert compared(STEADY, STEADY[:3] + STEADY[2:]) == ("once each", "twice 2026-01-05T12:30:00Z")


def test_a_value_that_neither_side_showed_is_named() -> None:
    right = [*STEADY[:2], HistoryRecord("9", 0, STEADY[2].timestamp), *STEADY[3:]]
    named = ("2026-01-05T12:30:00Z 1 (state 0)", "2026-01-05T12:30:00Z 9 (state 0)")

    assert compared(STEADY, right, "1") == named
    assert compared(STEADY, right, "9") == named


def test_a_value_of_another_moment_of_the_poll_is_no_difference() -> None:
    assert compared(series("1", "1", "1"), series("1", "9", "1"), "1", "9") is None
    assert compared(series("2", "2", "2"), series("2", "8.5", "2"), "1", "9") is None
    assert compared(series("off", "off"), series("off", "charging"), "charging", "off") is None


def test_words_that_neither_side_showed_are_named() -> None:
    assert compared(series("off", "off"), series("off", "charging"), "off") is not None


def test_values_of_which_nothing_is_known_are_not_judged() -> None:
    assert compared(series("1", "1", "1"), series("1", "9", "1")) is None


def test_a_history_that_is_empty_at_one_side_is_a_difference() -> None:
    assert compared(STEADY, []) == ("5 samples", "0 samples")


def test_a_first_sample_that_one_side_has_already_is_none() -> None:
    assert compared(STEADY[:1], []) is None


MINUTE = timedelta(minutes=1)


@pytest.fixture
def seen() -> Seen:
    """Give what was seen of a figure at one look a minute, which a poll of 30 s shows, from 11:50 to 12:10."""
    made = Seen(30, timedelta(hours=1))
    for minute in range(-10, 11):
        made.see("x", NOON + minute * MINUTE, [f"{minute // 4}"])
        made.looked(NOON + minute * MINUTE)
    return made


def test_what_was_shown_five_minutes_around_a_sample_may_stand_in_it(seen: Seen) -> None:
    assert seen.around("x", NOON) == {"-2", "-1", "0", "1"}


def test_nothing_is_known_of_a_sample_before_which_nobody_looked(seen: Seen) -> None:
    assert seen.around("x", NOON - 11 * MINUTE) == set()


def test_nothing_is_known_of_a_sample_until_a_look_finds_that_both_sides_have_polled(seen: Seen) -> None:
    assert seen.around("x", NOON + 10 * MINUTE) == set()
    seen.looked(NOON + 10.4 * MINUTE)
    assert seen.around("x", NOON + 10 * MINUTE) == set()
    seen.looked(NOON + 10.5 * MINUTE)
    assert seen.around("x", NOON + 10 * MINUTE) == {"1", "2"}


def test_nothing_is_known_of_another_item(seen: Seen) -> None:
    assert seen.around("y", NOON) == set()


def test_what_was_seen_long_ago_is_forgotten(seen: Seen) -> None:
    seen.see("x", NOON + 66 * MINUTE, ["9"])
    seen.looked(NOON + 66 * MINUTE)
    assert seen.around("x", NOON) == set()
    assert seen.around("x", NOON + 8 * MINUTE) == {"1", "2"}


def folder(path: str, *points: tuple[str, str], below: tuple[Folder, ...] = (), kind: str = "Folder") -> Folder:
    made = Folder(path, path.rpartition("/")[2], path, type=kind, folders=list(below))
    made.points = [Point(Kind.VALUE, f"{path}/{name}", name, f"{path}/{name}", value=value) for name, value in points]
    return made


def root(*below: Folder) -> Folder:
    return Folder("0", "root", "", type="Server", folders=list(below))


def paths(paired: Paired) -> dict[str, str]:
    return {twins.left.path: twins.right.path for twins in paired.twins}


def test_folders_are_the_same_object_by_its_id_whatever_they_are_called() -> None:
    left = root(folder("A", ("ZoneId", "1")), folder("B", ("ZoneId", "2")))
    right = root(folder("B", ("ZoneId", "1")), folder("C", ("ZoneId", "2")))

    paired = pair(left, right, ())
    assert paths(paired) == {"A/ZoneId": "B/ZoneId", "B/ZoneId": "C/ZoneId"}
    assert {key: tuple(pair_) for key, pair_ in paired.found.items()} == {
        ("A", "name"): ("A", "B"),
        ("B", "name"): ("B", "C"),
    }


def test_without_a_station_id_the_ocpp_identifier_tells() -> None:
    left = root(folder("A", ("StationId", "7"), ("StationOCPPIdentifier", "CP1")))
    right = root(folder("B", ("StationOCPPIdentifier", "CP1")))

    assert paths(pair(left, right, ())) == {"A/StationOCPPIdentifier": "B/StationOCPPIdentifier"}


def test_a_wrong_id_does_not_mix_up_zones() -> None:
    left = root(folder("A", ("ZoneId", "1")), folder("B", ("ZoneId", "2")))
    right = root(folder("A", ("ZoneId", "2")), folder("B", ("ZoneId", "2")))

    assert paths(pair(left, right, ())) == {"A/ZoneId": "A/ZoneId", "B/ZoneId": "B/ZoneId"}


def test_folders_with_no_counterpart_are_named_once() -> None:
    left, right = root(folder("A", ("x", "1"), below=(folder("A/B"),))), root(folder("C"))

    found = pair(left, right, ()).found
    assert {key: tuple(pair_) for key, pair_ in found.items()} == {
        ("A", "tree"): ("folder", "(not there)"),
        ("C", "tree"): ("(not there)", "folder"),
    }


def test_the_type_of_a_folder_is_compared_without_case() -> None:
    left, right = root(folder("A"), folder("B")), root(folder("A", kind="FOLDER"), folder("B", kind="Device"))

    assert list(pair(left, right, ()).found) == [("B", "type")]


def test_items_that_only_the_right_side_has_are_named_by_their_place() -> None:
    left, right = root(folder("A")), root(folder("A", ("x", "1")))

    assert {key: tuple(pair_) for key, pair_ in pair(left, right, ()).found.items()} == {
        ("A/x", "tree"): ("(not there)", "value")
    }
