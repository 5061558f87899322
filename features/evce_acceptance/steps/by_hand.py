"""Steps that a technician does on a real site, and answers for."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import parsers, then, when


@when(parsers.parse('the technician does "{step}"'), target_fixture="went_well")
def technician_does(by_hand: Callable[[str], bool], step: str) -> bool:
    return by_hand(step)


@then("it went as it should")
def as_it_should(went_well: bool) -> None:
    assert went_well, "The technician answered no."
