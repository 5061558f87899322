"""Steps that run the connector's processors and let time pass."""

from __future__ import annotations

from pytest_bdd import parsers, when

from features.driver.world import World


@when("the connector polls once more")
def polls_once(world: World) -> None:
    world.poll()


@when(parsers.parse("the connector polls {times:d} times"))
def polls(world: World, times: int) -> None:
    world.poll(times)
