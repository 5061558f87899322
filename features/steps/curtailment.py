"""Steps about the load behind a reduction, the command ledger, and the heartbeat."""

from __future__ import annotations

from ebo_simulator.display import ALARM_STATES
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
