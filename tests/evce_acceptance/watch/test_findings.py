"""From what was seen, look after look, a watch tells what only time shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from evce_acceptance.watch.findings import Finding, judged
from evce_acceptance.watch.looks import Look

BEGUN = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERY = 60.0


def look(number: float, **seen: object) -> Look:
    """Make the look of a minute since the beginning."""
    return Look(f"{BEGUN + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}", **seen)  # type: ignore[arg-type] # as Look has it


def at(minutes: float) -> datetime:
    return BEGUN + timedelta(minutes=minutes)


def wrong(looks: Sequence[Look]) -> list[str]:
    return [one.what for one in judged(looks, EVERY) if one.wrong]


def told(looks: Sequence[Look]) -> list[Finding]:
    return [one for one in judged(looks, EVERY) if not one.wrong]


def test_a_quiet_day_gives_no_finding() -> None:
    assert judged([look(number, skew=0.4, states={"0": 40}, moved=3) for number in range(1440)], EVERY) == []


def test_a_silence_is_told_once_with_its_span_and_why() -> None:
    looks = [look(0), look(1, trouble="No answer."), look(2, trouble="No answer."), look(3)]
    (found,) = judged(looks, EVERY)
    assert found == Finding("Nothing was answered in 2 looks: No answer.", at(1), at(2))


def test_two_silences_are_two() -> None:
    looks = [look(number, trouble="No answer." if number in (1, 3) else "") for number in range(5)]
    assert wrong(looks) == ["Nothing was answered in 1 look: No answer."] * 2


def test_values_that_went_offline_are_told_beside_those_that_always_are() -> None:
    looks = [look(number, states={"0": 30, "3": offline}) for number, offline in enumerate((4, 4, 9, 7, 4))]
    assert told(looks) == [
        Finding("4 values or more were Offline at every look", at(0), at(4), wrong=False),
        Finding("Up to 9 values were Offline in 2 looks, 4 otherwise", at(2), at(3), wrong=False),
    ]


def test_a_clock_of_this_computer_that_is_set_back_while_values_are_offline_is_told() -> None:
    looks = [look(0), look(60, states={"3": 2}), look(1, states={"3": 2}), look(2)]
    assert {one.what for one in told(looks)} == {
        "Up to 2 values were Offline in 2 looks, 0 otherwise",
        "Nobody looked: the watch stood still",
        "This computer's clock was set back",
    }


def test_a_server_that_forgot_what_it_told_is_wrong() -> None:
    assert wrong([look(0), look(1, forgot=True)]) == [
        "The server knew no more up to where it had told its alarms: it was started anew, or lost them"
    ]


def test_items_that_come_and_go_are_named() -> None:
    looks = [look(0), look(1, gone=tuple(f"Z1/{name}" for name in "ABCDEFG")), look(2, new=("Z2/A",))]
    assert [one.what for one in told(looks)] == [
        "7 items are gone from the tree: Z1/A, Z1/B, Z1/C, Z1/D, Z1/E and 2 more",
        "1 item is new in the tree: Z2/A",
    ]


@pytest.mark.parametrize(("skew", "word"), [(61.0, "61 s ahead of"), (-90.0, "90 s behind")])
def test_clocks_that_are_apart_are_told_with_their_sign(skew: float, word: str) -> None:
    looks = [look(0, skew=0.0), look(1, skew=skew), look(2, skew=skew / 2), look(3, skew=0.0)]
    (found,) = [one for one in judged(looks, EVERY) if one.wrong]
    assert found == Finding(f"The server's clock was up to {word} this computer's", at(1), at(1))


@pytest.mark.parametrize(("a_day", "found"), [(8.0, ["gains 8"]), (-8.0, ["loses 8"]), (4.0, [])])
def test_a_clock_that_drifts_is_told_long_before_it_is_apart(a_day: float, found: list[str]) -> None:
    looks = [look(30 * number, skew=round(a_day * number / 48, 1)) for number in range(49)]
    assert [one.what for one in judged(looks, 1800) if one.wrong] == [
        f"The server's clock {how} s a day" for how in found
    ]


def test_a_clock_that_is_set_once_does_not_drift() -> None:
    looks = [look(30 * number, skew=0.3 if number < 20 else -29.7) for number in range(49)]
    (found,) = judged(looks, 1800)
    assert found == Finding("One of the clocks was set: the server's is 30 s less ahead", at(570), at(600), wrong=False)


def test_of_an_hour_nobody_takes_a_drift() -> None:
    assert judged([look(number, skew=float(number % 2)) for number in range(60)], EVERY) == []


def test_an_alarm_that_stood_at_every_look_never_cleared() -> None:
    looks = [look(number, alarms={"Z1/A": "faulted", **({"Z1/B": "lost"} if number else {})}) for number in range(3)]
    (found,) = told(looks)
    assert found == Finding("Z1/A stood all the time: faulted", at(0), at(2), wrong=False)


def test_while_a_laptop_slept_nobody_looked() -> None:
    (found,) = told([look(0), look(1), look(400), look(401)])
    assert found == Finding("Nobody looked: the watch stood still", at(1), at(400), wrong=False)


def test_a_change_of_hour_is_named_where_it_falls_in() -> None:
    spring = [Look("2026-03-29T00:59:30Z"), Look("2026-03-29T01:00:30Z")]
    (found,) = judged(spring, EVERY, ZoneInfo("Europe/Paris"))
    assert found.what.startswith("The hour of Europe/Paris changed")
    assert judged(spring, EVERY) == []
