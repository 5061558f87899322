"""Curtailment an operator can trust: what is asked, what is confirmed, what the load does, and the alarm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from evce_connector.persistence.alarm_log import AlarmState
from evce_connector.points.tree import Folder
from evce_connector.site.values import State
from sqlalchemy import text

from tests.evce_connector.writes.conftest import Desk, ready

OpenDesk = Callable[..., Desk]
REDUCTION = "Zones/1/ZoneReduction"
UNTIL = datetime(2026, 1, 1, 1, 0, 0, tzinfo=UTC)


def shown(desk: Desk, name: str, zone: int = 1) -> object:
    value, state = desk.see(f"Interface/Zones/{zone}/{name}")
    assert state is State.GOOD
    return value


@pytest.fixture
def following(open_desk: OpenDesk) -> Desk:
    """Open a zone of 100 A and 69 kW of which 80 % are taken away, and an alarm after 60 s."""
    desk = ready(open_desk(follow_seconds=60))
    desk.write((REDUCTION, 80.0), ("Zones/1/ZoneValidity", UNTIL))
    return desk


def load(desk: Desk, power: float) -> None:
    """Let the one vehicle of the zone take so many kW on each phase."""
    desk.model.set_connector(1, activePower=[power] * 3)
    desk.poll()


def test_each_zone_has_a_folder_of_its_name_under_the_interface(desk: Desk) -> None:
    folder = desk.service.items.tree.get("Interface/Zones/2")
    assert isinstance(folder, Folder)
    assert [one.name for one in folder.path()] == ["EVCE Ews Server", "EVCE Interface", "Z2"]
    assert [alarm.name for alarm in folder.alarms] == ["Zone-2_CurtailmentAlarm"]


def test_a_renamed_zone_renames_its_folder_and_keeps_its_items(desk: Desk) -> None:
    before = desk.item("Interface/Zones/2/MeasuredPower")
    desk.model.set_zone(2, name="North")
    desk.service.set_up()
    folder = desk.service.items.tree.get("Interface/Zones/2")
    assert isinstance(folder, Folder)
    assert folder.name == "North"
    assert desk.item("Interface/Zones/2/MeasuredPower") is before


def test_before_the_first_poll_nothing_is_certain(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.service.set_up()
    assert desk.see("Interface/Zones/1/ConfirmedReduction")[1] is State.OFFLINE


def test_a_reduction_shows_at_once_what_was_asked_and_confirmed_and_until_when(following: Desk) -> None:
    names = ("RequestedReduction", "RequestedSetPoint", "ConfirmedReduction", "ConfirmedSetPoint", "ReductionEndsAt")
    assert [shown(following, name) for name in names[:4]] == [80.0, 20.0, 80.0, 20.0]
    assert shown(following, "ReductionEndsAt") == UNTIL
    assert shown(following, "ReductionMinutesLeft") == 60


def test_the_effective_set_point_is_the_controllers_own(following: Desk) -> None:
    zone = following.model.zone(1)
    assert shown(following, "EffectiveSetPoint") == zone["setPointCurrent"]
    assert shown(following, "EffectiveSetPointPower") == zone["setPointPower"]


def test_a_zone_without_reduction_has_no_end_that_is_certain(desk: Desk) -> None:
    assert desk.see("Interface/Zones/2/ReductionEndsAt")[1] is State.UNCERTAIN
    assert shown(desk, "ReductionMinutesLeft", 2) == 0
    assert shown(desk, "LoadFollows", 2) is True


def test_minutes_run_down_between_polls(following: Desk) -> None:
    following.clock.advance(10)
    following.see("Interface/PollAge")
    assert shown(following, "ReductionMinutesLeft") == 60
    following.poll(60)
    assert shown(following, "ReductionMinutesLeft") == 59


def test_a_reduction_that_is_over_is_neither_requested_nor_confirmed(following: Desk) -> None:
    following.poll(3600)
    assert (shown(following, "RequestedReduction"), shown(following, "ConfirmedReduction")) == (0.0, 0.0)


def test_a_reduction_of_somebody_else_is_confirmed_and_not_requested(following: Desk) -> None:
    following.model.set_reduction(1, 30.0, UNTIL)
    following.poll()
    assert (shown(following, "RequestedReduction"), shown(following, "ConfirmedReduction")) == (80.0, 30.0)


def test_the_controllers_clock_decides_how_long_is_left(following: Desk) -> None:
    following.clock.jump(-1800)
    following.service.items.interface.set(ClockSkew=1800.0)
    following.poll(0)
    following.service.items.interface.set(ClockSkew=1800.0)
    following.service.items.changed()
    assert shown(following, "ReductionMinutesLeft") == 60


def test_a_load_that_does_not_follow_is_an_alarm_after_its_time(following: Desk) -> None:
    load(following, 10)
    assert shown(following, "LoadFollows") is False
    assert following.alarm() is AlarmState.NORMAL
    following.poll(59)
    assert following.alarm() is AlarmState.NORMAL
    following.poll(1)
    assert following.alarm() is AlarmState.ACTIVE
    event = following.service.stores.alarms.event("Interface/Zones/1/Alarm")
    assert event is not None
    assert event.message == "Zone Z1: the load does not follow the reduction of 80 %"


def test_a_load_within_the_margin_follows(following: Desk) -> None:
    power = following.model.zone(1)["setPointPower"]
    load(following, (power * 1.05 + 0.9) / 3)
    assert shown(following, "LoadFollows") is True
    load(following, (power * 1.05 + 1.1) / 3)
    assert shown(following, "LoadFollows") is False


def test_the_time_starts_again_when_the_load_followed_meanwhile(following: Desk) -> None:
    load(following, 10)
    load(following, 1)
    load(following, 10)
    following.poll(59)
    assert following.alarm() is AlarmState.NORMAL


@pytest.mark.parametrize("end", ["follows", "over"])
def test_the_alarm_is_over_when_the_load_follows_or_the_reduction_ends(following: Desk, end: str) -> None:
    load(following, 10)
    following.poll(60)
    if end == "follows":
        load(following, 1)
    else:
        following.poll(3600)
    assert following.alarm() is AlarmState.NORMAL


def test_the_alarm_keeps_its_state_while_nothing_is_known(following: Desk) -> None:
    load(following, 10)
    following.poll(60)
    following.simulator.inject("refused")
    following.poll(4000)
    following.see("Interface/PollAge")
    assert following.see("Interface/Zones/1/MeasuredPower")[1] is not State.GOOD
    assert following.alarm() is AlarmState.ACTIVE


def test_the_alarm_stays_through_a_restart(following: Desk, open_desk: OpenDesk) -> None:
    load(following, 10)
    following.poll(60)
    last = following.service.stores.alarms.last
    again = open_desk(follow_seconds=60)
    again.poll()
    assert again.alarm() is AlarmState.ACTIVE
    assert again.service.stores.alarms.last == last


def test_without_a_time_there_is_no_alarm(open_desk: OpenDesk) -> None:
    desk = ready(open_desk())
    desk.write((REDUCTION, 80.0))
    load(desk, 10)
    desk.poll(3000)
    assert (shown(desk, "LoadFollows"), desk.alarm()) == (False, AlarmState.NORMAL)


def test_a_database_that_fails_is_told_and_no_read_fails(following: Desk) -> None:
    with following.service.stores.engine.begin() as connection:
        connection.execute(text("DROP TABLE commands"))
    following.clock.advance(2)
    assert following.see("Interface/PollAge")[0] == 2
    assert following.service.stores.alarms.state("Interface/Alarm") is AlarmState.ACTIVE


def test_a_zone_that_left_the_tree_takes_its_folder_along(desk: Desk) -> None:
    desk.model.remove_zone(3)
    desk.service.set_up(prune=True)
    assert desk.service.items.tree.get("Interface/Zones/3") is None
