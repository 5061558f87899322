"""A watch of a running connector: what is seen of it, and a command that is ended and goes on."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ebo_simulator import EboError
from evce_acceptance.watch.looks import JOURNAL, Journal, Plan
from evce_acceptance.watch.watching import Watch
from evce_connector.clock import ManualClock
from lying_proxy import Lie, LyingProxy

from tests.evce_acceptance.watch.bench import called, polled
from tests.support.joined import EWS_PASSWORD, JoinedSite

ALARM = "EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm"
REDUCTION = "EVCE Zones/Z1/ZoneReduction"
HOUR = 3600.0


def test_a_look_counts_states_and_what_moved(watch: Watch, joined: JoinedSite, clock: ManualClock) -> None:
    first = watch.look()
    joined.model.set_zone(1, maxCurrent=17)
    polled(joined, clock)
    second = watch.look()
    assert sum(first.states.values()) > 100
    assert (first.trouble, first.moved, second.moved >= 1) == ("", 0, True)


def test_histories_of_what_is_offline_are_told_once_and_so_is_their_return(
    watch: Watch, joined: JoinedSite, clock: ManualClock
) -> None:
    first = watch.look()
    joined.model.set_station(1, connected=False)
    polled(joined, clock)
    lost, still = watch.look(), watch.look()
    joined.model.set_station(1, connected=True)
    polled(joined, clock)
    back = watch.look()
    assert (first.first, first.lost, lost.first, still.lost) == (True, (), False, ())
    assert any(path.startswith("EVCE Zones/Z1/EVSimu1/") for path in lost.lost)
    assert back.back == lost.lost


def test_an_alarm_stands_by_the_path_of_its_item_until_it_is_over(
    watch: Watch, joined: JoinedSite, clock: ManualClock
) -> None:
    joined.model.fault(1, "GroundFailure")
    polled(joined, clock)
    assert "GroundFailure" in watch.look().alarms[ALARM]
    joined.model.repair(1)
    polled(joined, clock)
    assert ALARM not in watch.look().alarms


def test_a_server_that_does_not_answer_is_a_look_as_well(watch: Watch, proxy: LyingProxy) -> None:
    watch.look()
    proxy.stop()
    silent = watch.look()
    assert silent.trouble.startswith("No answer from")
    assert silent.states == {}


def test_a_server_that_was_started_anew_without_its_alarms_is_told(watch: Watch) -> None:
    watch.look()
    watch._cursor = "nobody told this"
    assert watch.look().forgot
    assert not watch.look().forgot


def test_items_that_are_gone_are_named_with_the_next_reading_of_the_tree(
    watch: Watch, proxy: LyingProxy, clock: ManualClock
) -> None:
    watch.look()
    proxy.tell(Lie("missing-item", REDUCTION))
    assert watch.look().gone == ()
    clock.advance(HOUR)
    assert watch.look().gone == (REDUCTION,)
    proxy.be_honest()
    clock.advance(HOUR)
    assert watch.look().new == (REDUCTION,)


@pytest.mark.parametrize("unanswered", ["get_values", "get_alarm_events"])
def test_what_changed_before_a_look_that_half_failed_is_told_with_the_next(
    watch: Watch,
    joined: JoinedSite,
    clock: ManualClock,
    proxy: LyingProxy,
    monkeypatch: pytest.MonkeyPatch,
    unanswered: str,
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise EboError("No answer.")

    watch.look()
    joined.model.set_station(1, connected=False)
    polled(joined, clock)
    proxy.tell(Lie("missing-item", REDUCTION))
    clock.advance(HOUR)
    joined.service.poll()
    with monkeypatch.context() as patch:
        patch.setattr(watch._client, unanswered, fail)
        failed = watch.look()
    told = watch.look()
    assert (failed.trouble, failed.gone, failed.lost) == ("No answer.", (), ())
    assert told.gone == (REDUCTION,)
    assert any(path.startswith("EVCE Zones/Z1/EVSimu1/") for path in told.lost)


def test_histories_tell_when_they_have_samples(watch: Watch, joined: JoinedSite, clock: ManualClock) -> None:
    begun = clock.now()
    for _ in range(2):
        clock.advance(900)
        joined.service.poll()
        joined.service.log()
    seen: list[tuple[int, int]] = []
    found = watch.histories(begun, clock.now(), lambda number, of: seen.append((number, of)))
    assert {len(times) for times in found.values()} == {2}
    assert seen[-1] == (len(found), len(found))


def test_the_command_watches_and_reports(file: Path, tmp_path: Path) -> None:
    status, said = called("watch", "--site", file, "--hours", 0, "--output", tmp_path / "watch", "--json")
    found: dict[str, Any] = json.loads(said)
    assert (status, found["looks"], found["answered"]) == (0, 1, 1)
    assert found["histories"] == "no history was read: no sample was due yet"
    assert "1 looks, 1 answered" in (tmp_path / "watch" / "watch.html").read_text(encoding="utf-8")
    assert EWS_PASSWORD not in (tmp_path / "watch" / JOURNAL).read_text(encoding="utf-8")


def test_a_watch_that_was_interrupted_says_how_to_go_on_and_does(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look: Callable[[Watch], object] = Watch.look

    def once(self: Watch) -> object:
        seen = look(self)
        signal.raise_signal(signal.SIGINT)
        return seen

    folder = tmp_path / "watch"
    with monkeypatch.context() as patch:
        patch.setattr(Watch, "look", once)
        status, said = called("watch", "--site", file, "--hours", 1, "--output", folder)
    assert (status, f"Go on with: evce-acceptance resume {folder}" in said) == (130, True), said
    plan, _ = Journal(folder).read()
    _begun_earlier(folder, plan)
    status, said = called("resume", folder)
    assert (status, "1 looks, 1 answered" in said) == (0, True), said
    assert "36 of 36 histories have no sample, and nobody saw whether they were Offline, of" in said


def _begun_earlier(folder: Path, plan: Plan) -> None:
    """Let a watch have begun so long ago that its hours are over."""
    (folder / JOURNAL).unlink()
    earlier = datetime.now(UTC) - timedelta(hours=plan.hours)
    Journal(folder).begin(Plan(plan.site, f"{earlier:%Y-%m-%dT%H:%M:%SZ}", plan.hours, plan.every))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("watch", "--site", "gone.toml"), "gone.toml cannot be read"),
        (("resume", "nowhere"), "There is no watch in nowhere"),
    ],
)
def test_what_keeps_a_watch_from_beginning_is_said(arguments: tuple[str, ...], says: str) -> None:
    status, said = called(*arguments)
    assert (status, says in said) == (3, True), said


def test_a_time_zone_that_nobody_knows_is_said_before_a_week_has_passed(file: Path, tmp_path: Path) -> None:
    file.write_text(file.read_text("utf-8") + '[budget]\ntime_zone = "Mars/Olympus"\n', encoding="utf-8")
    status, said = called("watch", "--site", file, "--hours", 0, "--output", tmp_path / "watch")
    assert (status, "'Mars/Olympus' is not known" in said) == (3, True), said
