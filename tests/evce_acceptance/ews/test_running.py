"""A run goes on to its end, whatever the server does."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest
from ebo_simulator.clock import ManualClock, SystemClock
from evce_acceptance.ews.results import Line, Outcome
from evce_acceptance.ews.running import SILENCES, Wanted, run
from evce_acceptance.ews.table import rows

from tests.evce_acceptance.ews.bench import conform, failures, untested
from tests.evce_acceptance.ews.foreign_edits import on, put
from tests.evce_acceptance.ews.foreign_front import Talk, Wrong, foreign
from tests.evce_acceptance.ews.foreign_types import NAMESPACE
from tests.support.joined import EWS_PASSWORD, USER

WANTED = Wanted("", USER, EWS_PASSWORD, requests_per_second=10_000)


def test_a_server_that_goes_away_is_not_asked_for_ever() -> None:
    with ExitStack() as stack:
        url = stack.enter_context(foreign())
        result = run(replace(WANTED, url=url), SystemClock(), lambda *_: stack.close())
    assert len(failures(result)) == SILENCES
    assert all("nothing came back (ConnectionError)" in why for why in failures(result).values())
    assert "the server does not answer any more" in untested(result).values()


def test_every_line_is_told_with_its_number_of_how_many() -> None:
    told: list[tuple[str, int, int]] = []

    def tell(line: Line, number: int, of: int) -> None:
        told.append((line.row.id, number, of))

    with foreign() as url:
        result = run(replace(WANTED, url=url, only=("soap.*", "information.*")), SystemClock(), tell)
    assert [number for _, number, _ in told] == list(range(1, len(told) + 1))
    assert {of for *_, of in told} == {len(told)} == {len(result.lines)}


def test_requests_keep_to_the_pace() -> None:
    clock = ManualClock(SystemClock().now())
    with foreign() as url:
        result = run(replace(WANTED, url=url, requests_per_second=2, only=("values.*",)), clock)
    assert result.requests / 2 - 1 <= result.seconds <= result.requests / 2


def test_a_version_that_is_not_spoken_is_not_tested() -> None:
    def always(talk: Talk) -> None:
        if not talk.is_fault and talk.operation != "SetValues":
            talk.content.set("version", "1.1")

    with foreign(Wrong("it answers in 1.1 alone", "", edit=always)) as url:
        result = conform(url)
    assert result.versions == ("1.1",)
    assert {line.outcome for line in result.lines if line.version == "1.2"} == {Outcome.NOT_TESTED}
    assert untested(result)["subscriptions.first"] == "the server does not speak EWS 1.2"
    assert [line.row.id for line in result.of(Outcome.PASS) if line.row.versions == "once"]


@pytest.mark.parametrize("written", ["", "x" * 10, "<a/>", f'<x xmlns="{NAMESPACE}"/>'])
def test_nonsense_ends_no_run(written: str) -> None:
    """Whatever stands where a number, a time or a list should, every check has an outcome."""
    names = ("TimeStamp", "TimeFrom", "Priority", "State", "Id", "MoreDataAvailable", "LastUpdate", "Version")

    def edit(talk: Talk) -> None:
        for name in names:
            put(name, written)(talk)

    with foreign(Wrong("it talks nonsense", "", edit=edit)) as url:
        result = conform(url, writes={"Pump/Setpoint": "1600.5"})
    assert len({(line.row.id, line.version) for line in result.lines}) == len(result.lines)
    assert {line.row.id for line in result.lines} == {row.id for row in rows()}
    assert result.exit_status == 1


def test_nothing_is_proven_where_nothing_can_be_tested() -> None:
    with foreign(Wrong("it has no histories", "", edit=on("GetContainerItems", put("Id", "Site")))) as url:
        result = conform(url, only=("subscriptions.*", "writes.*"))
    assert result.exit_status == 2
    assert result.verdict == "Nothing was proven."
