"""Who guesses passwords is slowed, and the building management system is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from load import clock
from load.processes import Child
from tests.hostile.conftest import OWN, SHARED, GoodClient, Measured, Start, is_in_time
from tests.hostile.connector import USER

pytestmark = pytest.mark.once

GUESSERS = 50
SECONDS = 20.0
"""How long is measured."""
JUDGED = 1.0
"""Guesses of a second that are told wrong, at most: sixty a minute."""
SLOWEST = 2.0
"""Time in s in which a right answer gets in."""
LEAST_ANSWERS = 12


@pytest.mark.parametrize("source", [OWN, SHARED], ids=["address of its own", "the guessers' address"])
def test_fifty_guessers_of_its_own_name_hold_up_no_client_and_learn_little(
    start: Start, good_client: Callable[..., GoodClient], processes: ExitStack, measured: Measured, source: str
) -> None:
    connector = start()
    guessers = processes.enter_context(Child("tests.hostile.guessing"))
    began = clock.wall()
    guessers.ask("begin", address=connector.ews, user=USER, source=SHARED, connections=GUESSERS)
    assert clock.until(lambda: connector.child.ask("told_wrong") >= 5, 10)
    client = good_client(connector, source)  # logs in while others guess
    client.begin()
    clock.pause(SECONDS)
    seen, told = client.end(), connector.child.ask("told_wrong")
    took, statuses = clock.wall() - began, guessers.ask("end")
    measured({"told wrong": told, "seconds": took, "guesses": statuses, **seen})
    assert told <= JUDGED * took + 1
    assert statuses["429"] > 5 * told  # they did try
    assert seen["kept"]["troubles"] + seen["fresh"]["troubles"] == [], seen
    assert seen["kept"]["refusals"] + seen["fresh"]["refusals"] + seen["reconnects"] == 0, seen
    assert min(seen["kept"]["answers"], seen["fresh"]["answers"]) >= LEAST_ANSWERS, seen
    assert is_in_time(seen, SLOWEST), seen
