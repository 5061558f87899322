"""What was written is given back, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ebo_simulator.clock import SystemClock
from evce_acceptance.ews.results import Outcome
from evce_acceptance.ews.running import Wanted, run

from tests.evce_acceptance.ews.bench import conform
from tests.evce_acceptance.ews.foreign_edits import on, put
from tests.evce_acceptance.ews.foreign_front import Talk, Wrong, foreign
from tests.evce_acceptance.ews.foreign_spyne import Pump
from tests.support.joined import EWS_PASSWORD, USER

ITEM, BEFORE = "Pump/Setpoint", "1500.0"
WRITE = Wanted("", USER, EWS_PASSWORD, requests_per_second=10_000, writes={ITEM: "1600.5"}, only=("writes.read-back",))


class Impatient(SystemClock):
    """A clock at which somebody presses Ctrl-C as soon as there is something to wait for."""

    def wait(self, seconds: float) -> None:
        if seconds > 0.1:
            raise KeyboardInterrupt


def stale(seen: list[Pump]) -> Wrong:
    """Show one value for ever, whatever is written, so that the test waits for the other one."""

    def edit(talk: Talk) -> None:
        seen.append(talk.pump)
        on("GetValues", put("Value", BEFORE, "1600.5"))(talk)

    return Wrong("it shows what it showed first", "", edit=edit)


def test_a_value_is_given_back_when_somebody_presses_ctrl_c() -> None:
    seen: list[Pump] = []
    with foreign(stale(seen)) as url, pytest.raises(KeyboardInterrupt):
        run(replace(WRITE, url=url), Impatient())
    assert seen[-1].values[ITEM] == BEFORE


def test_a_value_is_given_back_though_no_request_is_left() -> None:
    seen: list[Pump] = []
    with foreign(Wrong("nothing", "", edit=lambda talk: seen.append(talk.pump))) as url:
        spent = conform(url, writes=WRITE.writes, only=WRITE.only).requests
        for most in range(4, spent):
            result = run(replace(WRITE, url=url, most=most), SystemClock())
            assert seen[-1].values[ITEM] == BEFORE, most
    assert {line.outcome for line in result.lines if line.version == "1.1"} == {Outcome.NOT_TESTED}


def test_a_value_that_cannot_be_given_back_is_told() -> None:
    def once(talk: Talk) -> None:
        if talk.operation == "SetValues" and talk.pump.values[ITEM] == BEFORE:
            put("Success", "false")(talk)

    with foreign(Wrong("it cannot be set back", "", edit=once)) as url:
        result = conform(url, writes=WRITE.writes, only=WRITE.only)
    (why, *_) = [line.why for line in result.of(Outcome.FAIL)]
    assert why == "Pump/Setpoint could not be given back its value '1500.0': no reason is told. Do it by hand."


def test_nothing_is_written_unless_that_is_allowed() -> None:
    asked: list[str] = []
    with foreign(Wrong("nothing", "", edit=lambda talk: asked.append(talk.operation))) as url:
        conform(url)
    assert "GetValues" in asked
    assert "SetValues" not in asked
