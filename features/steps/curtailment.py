"""Steps about the load behind a reduction, the command ledger, and the heartbeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ebo_simulator.display import ALARM_STATES
from ebo_simulator.events import AlarmEvent
from ebo_simulator.messages import Result
from evce_acceptance.guide.cells import rows
from evce_connector.persistence.commands import Command
from pytest_bdd import given, parsers, then, when

from features.driver.connector import Disk
from features.driver.world import World


@given(parsers.parse("the load must follow within {seconds:d} s"))
def load_must_follow(world: World, seconds: int) -> None:
    world.connector.configure("writes", follow_seconds=seconds)


@given(parsers.parse("a heartbeat is expected every {seconds:d} s, and reductions last {minutes:d} minutes"))
def heartbeat_is_expected(world: World, seconds: int, minutes: int) -> None:
    world.connector.configure("writes", heartbeat_seconds=seconds, default_validity=f"{minutes} min")


@when(parsers.parse('connector "{name}" draws {power:d} kW'))
def connector_draws(world: World, name: str, power: int) -> None:
    world.controller.change("connector", name, activePower=[float(power), 0.0, 0.0])


@when(parsers.parse("Building Operation writes its heartbeat each {seconds:d} s for {minutes:d} minutes"))
def heart_beats(world: World, seconds: int, minutes: int) -> None:
    for beat in range(minutes * 60 // seconds):
        world.operation.client.set_values({"Interface/Heartbeat": str(beat)})
        world.pass_time(seconds)


@given(parsers.parse('station "{station}" rejects every change of availability'))
@when(parsers.parse('station "{station}" begins to reject every change of availability'))
def station_rejects(world: World, station: str) -> None:
    world.controller.model.reject_availability(world.controller.find("station", station)["id"])


@when("Building Operation writes its heartbeat", target_fixture="results")
def heart_beats_once(world: World) -> list[Result]:
    return list(world.operation.client.set_values({"Interface/Heartbeat": "1"}))


@when(parsers.parse('zone "{zone}" is released at the charge controller'))
def zone_is_released(world: World, zone: str) -> None:
    number, now = world.controller.find("zone", zone)["id"], world.clock.now()
    world.controller.model.set_reduction(number, 0.0, now + timedelta(minutes=1))


@given(parsers.parse('zone "{zone}" gets a reduction of {value:g} % until {instant} at the charge controller'))
@when(parsers.parse('zone "{zone}" gets a reduction of {value:g} % until {instant} at the charge controller'))
def zone_is_reduced(world: World, zone: str, value: float, instant: str) -> None:
    number = world.controller.find("zone", zone)["id"]
    world.controller.model.set_reduction(number, value, datetime.fromisoformat(instant))


@when(parsers.parse('zone "{zone}" has no reduction at the charge controller any more'))
def zone_has_none(world: World, zone: str) -> None:
    world.controller.model.clear_reduction(world.controller.find("zone", zone)["id"])


@given("the connector loses its power as soon as the charge controller has carried out a write", target_fixture="disk")
def power_is_lost_in_a_write(world: World) -> Disk:
    """Keep what its files hold then; whatever the connector does later is a ghost's, and they are put back to that."""
    disk: Disk = {}

    def until_then(carry_out: Callable[..., Any]) -> Callable[..., Any]:
        def carried_out(*asked: object) -> object:
            done = carry_out(*asked)
            disk.update(disk or world.connector.on_disk())
            return done

        return carried_out

    model = world.controller.model
    world.controller.do_instead("set_reduction", until_then(model.set_reduction))
    world.controller.do_instead("set_availability", until_then(model.set_availability))
    return disk


@when(parsers.parse("the connector gets its power back after {minutes:d} minutes"))
def power_is_back(world: World, disk: Disk, minutes: int) -> None:
    world.cut_power(disk)
    world.clock.advance(60 * minutes)
    world.start()


@then(parsers.parse("the command ledger says of the last write that it was {stage}"))
def ledger_says_how_far(world: World, stage: str) -> None:
    assert world.connector.service.stores.commands.lines()[-1].stage == stage


@then(parsers.parse('the alarm of the load of zone "{zone}" is {state}'), target_fixture="load_alarm")
def load_alarm_is(world: World, zone: str, state: str) -> AlarmEvent | None:
    id_ = f"Interface/Zones/{world.controller.find('zone', zone)['id']}/Alarm"
    workstation = world.operation.browse()
    assert id_ in {point.id for point in workstation.tree.points.values()}
    found = [event for event in workstation.alarm_events() if event.id == id_]
    assert ([ALARM_STATES[event.state or 0] for event in found] or ["Normal"]) == [state]
    return found[0] if found else None


@then(parsers.parse('it has priority {priority:d}, category {category} and the message "{message}"'))
def load_alarm_has(load_alarm: AlarmEvent, priority: int, category: str, message: str) -> None:
    assert (load_alarm.priority, load_alarm.type, load_alarm.message) == (priority, category, message)


@then("the command ledger reads")
def ledger_reads(world: World, datatable: list[list[str]]) -> None:
    """Compare the lines, column by column of the table."""
    lines = world.connector.service.stores.commands.lines()
    expected = rows(datatable)
    assert [{name: _column(line, name) for name in expected[0]} for line in lines] == expected


def _column(line: Command, name: str) -> str:
    """Write a column of the ledger as features do: `read back` is read_back, and yes and no are true and false."""
    value = getattr(line, name.replace(" ", "_"))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
