"""Killed while everything writes, again and again on one database: what was answered is kept, and nothing twice.

The suite kills 50 times; `nox -s kills` does it often (tests/support/kills.py).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pytest
from evce_connector.clock import ManualClock
from evce_simulator import EvceSimulator

from tests.evce_connector.kills.accounts import accounts
from tests.evce_connector.kills.clients import Clients, client_of
from tests.evce_connector.kills.life import Life
from tests.evce_connector.kills.starting import Starter
from tests.evce_connector.kills.told import TROUBLE, Told
from tests.evce_connector.kills.victim import MORNING, STEP
from tests.support.joined import LOGIN, PASSWORD, Document, connect, settings
from tests.support.kills import FIRST_ANSWER_WITHIN, PER_DATABASE, Account, Round, asked, is_asked, rounds
from tests.support.retention import run_out
from tests.support.stopwatch import Took, slowness, worked

pytestmark = pytest.mark.once

MOMENTS = (
    *(
        "put",
        "wrote",
        "switch",
        "switched",
        "acknowledged",
        "event",
        "notified",
        "subscribed shortly",
        "renewed",
        "ended",
    ),
    *(f"do {name}" for name in ("start", "poll", "log", "adopted", "system", "old", "owner", "setup")),
)
"""What a victim is killed at, in turn: when a write is taken or answered, and within what it does by itself."""
MOST = 4
"""How often that is told at most before."""
LAST = "step"
"""What the last one is killed at, which is only there for its first answer."""
LATEST = 0.06
"""Seconds after which a victim is killed in the middle of what it does."""


class Controller:
    """The charge controller that outlives the victims; it tells of each write, and changes with each step."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self.simulator = EvceSimulator("guide", login=LOGIN, password=PASSWORD, clock=ManualClock(MORNING))
        self.model = model = self.simulator.model
        station, connector = model.station(1), model.connector(1)
        model.add("station", **station | {"id": 2, "ocppIdentifier": "EVSimu2", "serialNumber": "2"})
        model.add("connector", **connector | {"id": 2, "logicalConnector": 1, "stationId": 2})
        self._tell_writes()

    def _tell_writes(self) -> None:
        reduce, switch = self.model.set_reduction, self.model.set_availability

        def reduced(number: int, value: float, validity: datetime) -> dict[str, Any]:
            self._told.say("put", f"{value}")
            return reduce(number, value, validity)

        def switched(number: int, available: bool) -> dict[str, Any]:
            self._told.say("switch")
            return switch(number, available)

        self.model.set_reduction = reduced  # type: ignore[method-assign]
        self.model.set_availability = switched  # type: ignore[method-assign]

    def change(self, step: int) -> None:
        """Let a station be faulted or not, and names be others, before a step is done."""
        self.model.set_connector(1, status="faulted" if step % 4 in (0, 1) else "available")
        self.model.set_zone(1, name=f"Z{step}")
        self.model.set_station(1, friendlyName=f"S{step}")

    def __enter__(self) -> Self:
        self.simulator.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.simulator.stop()


def _prepare(document: Document) -> None:
    """Let a connector set itself up once: the victims find a database as on a site."""
    service = connect(document, ManualClock(MORNING))
    service.set_up()
    service.poll()
    service.stop()


def _look_back(document: Document, told: Told, clients: Clients, kills: int, *, old_alarms: bool) -> list[Account]:
    """Start once more, let it settle what was under way, ask again for what was subscribed, and compare."""
    clock = ManualClock(MORNING)
    clock.advance((told.step + 3) * STEP)
    service = connect(document, clock)
    try:
        service.set_up()
        service.poll()
        service.log()
        run_out(service)
        assert not service.context.storage.trouble
        service.ews.start()
        with client_of(service.ews.address) as client:
            clients.watcher.look_again(client)
        return accounts(told, service.stores, kills, old_alarms=old_alarms)
    finally:
        service.stop()


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """Start each victim from nothing where kills are asked for; of the usual ones most of the time would be imports."""
    forks = hasattr(os, "fork") and not is_asked()
    with Starter(tmp_path_factory.mktemp("victims") / "victims.log", forks=forks) as starter:
        yield starter


@pytest.mark.timeout(300)  # ten kills, on a busy machine
@pytest.mark.parametrize(("safe_database", "seed", "kills"), rounds(asked()), indirect=["safe_database"])
def test_what_was_answered_is_kept_once_and_each_start_after_a_kill_answers_soon(
    tmp_path: Path,
    safe_database: str,
    starter: Starter,
    seed: int,
    kills: int,
    record_property: Callable[[str, object], None],
) -> None:
    chance, told = random.Random(seed), Told()  # noqa: S311 - a seed, no secret
    clients, old_alarms = Clients(told), bool(seed % 2)
    answers: list[Took] = []
    core: list[float] = []
    moments = [MOMENTS[(seed * PER_DATABASE + number) % len(MOMENTS)] for number in range(kills)]
    with Controller(told) as controller:
        document = settings(
            tmp_path, controller.simulator.url, storage={"url": safe_database}, logs={"interval_minutes": 1}
        )
        _prepare(document)
        for number, moment in enumerate([*moments, LAST]):
            late = chance.uniform(0, LATEST) if moment.startswith("do ") else 0.0
            times = 1 if moment == LAST else chance.randint(1, MOST)
            life = Life(told, clients, controller.change, (moment, times), late)
            took = life.live(starter, document, *(["alarms"] if old_alarms else []))
            if number and took:
                answers.append(took)
                core.append(worked())
        found = _look_back(document, told, clients, kills + 1, old_alarms=old_alarms)
    record_property(
        Round.PROPERTY, Round(safe_database.partition(":")[0].partition("+")[0], moments, found, answers).text()
    )
    assert (told.of(TROUBLE), [one for one in found if one.lost or one.doubled]) == ([], [])
    assert max(answer.own for answer in answers) <= FIRST_ANSWER_WITHIN * slowness(core)
