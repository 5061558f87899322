"""Steps about tokens and logins at the charge controller: how long they live, and who is refused or locked out."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from features.driver import controller
from features.driver.world import World

LOGIN = "/login"
OK, UNAUTHORIZED, FORBIDDEN = 200, 401, 403


@given(parsers.parse("the tokens of the charge controller live {seconds:d} s"))
def tokens_live(world: World, seconds: int) -> None:
    world.controller.simulator.accounts.token_lifetime = seconds
    world.connector.network_clock = world.clock


@given("the charge controller locks a login for 300 s after five wrong tries")
def locks_logins(world: World) -> None:
    world.controller.raise_fault("locked-out")


@when(parsers.parse("somebody tries {count:d} wrong passwords at the charge controller"))
def wrong_tries(world: World, count: int) -> None:
    for number in range(count):
        assert world.controller.try_password(f"wrong-{number}") == UNAUTHORIZED


@then("the set-up processor and the status processor were admitted every time")
def admitted_every_time(world: World) -> None:
    statuses = {entry.status for entry in world.controller.journal.entries()}
    assert statuses == {OK}


@then(parsers.parse("the processors have logged in {count:d} times"))
def logged_in(world: World, count: int) -> None:
    assert world.controller.journal.count("POST", LOGIN, OK) == count


@then(parsers.parse("the charge controller has refused {count:d} request"))
@then(parsers.parse("the charge controller has refused {count:d} requests"))
def has_refused(world: World, count: int) -> None:
    refused = [entry for entry in world.controller.journal.entries() if entry.status in (UNAUTHORIZED, FORBIDDEN)]
    assert len(refused) == count


@then("the charge controller admits the right password")
def admits(world: World) -> None:
    assert world.controller.try_password(controller.PASSWORD) == OK
