"""Steps about the load behind a reduction, the command ledger, and the heartbeat."""

from __future__ import annotations

from datetime import timedelta

from ebo_simulator.display import ALARM_STATES
from ebo_simulator.messages import Result
from evce_acceptance.guide.cells import cell, rows
from pytest_bdd import given, parsers, then, when

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
def station_rejects(world: World, station: str) -> None:
    world.controller.model.reject_availability(world.controller.find("station", station)["id"])


@when("Building Operation writes its heartbeat", target_fixture="results")
def heart_beats_once(world: World) -> list[Result]:
    return list(world.operation.client.set_values({"Interface/Heartbeat": "1"}))


@when(parsers.parse('zone "{zone}" is released at the charge controller'))
def zone_is_released(world: World, zone: str) -> None:
    number, now = world.controller.find("zone", zone)["id"], world.clock.now()
    world.controller.model.set_reduction(number, 0.0, now + timedelta(minutes=1))


@then(parsers.parse("the command ledger says of the last write that it was {stage}"))
def ledger_says_how_far(world: World, stage: str) -> None:
    assert world.connector.service.stores.commands.lines()[-1].stage == stage


@then(parsers.parse('the alarm of the load of zone "{zone}" is {state}'))
def load_alarm_is(world: World, zone: str, state: str) -> None:
    id_ = f"Interface/Zones/{world.controller.find('zone', zone)['id']}/Alarm"
    workstation = world.operation.browse()
    assert id_ in {point.id for point in workstation.tree.points.values()}
    found = [ALARM_STATES[event.state or 0] for event in workstation.alarm_events() if event.id == id_]
    assert (found or ["Normal"]) == [state]


@then("the command ledger reads")
def ledger_reads(world: World, datatable: list[list[str]]) -> None:
    lines = world.connector.service.stores.commands.lines()
    found = [(line.user, line.item, line.old, line.new, line.success, line.read_back) for line in lines]
    expected = [
        (row["user"], row["item"], row["old"], row["new"], cell(row["success"]), row["read back"])
        for row in rows(datatable)
    ]
    assert found == expected
