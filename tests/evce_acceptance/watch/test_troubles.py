"""What happens to a site and to whoever watches it, at bad moments: nothing is lost, and no all-clear is given."""

from __future__ import annotations

import json
import math
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ebo_simulator import EboError, Workstation
from ebo_simulator.errors import EwsFault
from evce_acceptance.site.settings import Connector, Limits, SettingsError, Site, load
from evce_acceptance.site.wire import Pace
from evce_acceptance.watch import command
from evce_acceptance.watch.looks import JOURNAL, Journal, Look, Plan
from evce_acceptance.watch.watching import NoLog, Watch
from evce_connector.clock import ManualClock
from lying_proxy import Lie, LyingProxy

from tests.evce_acceptance.watch.bench import Watched, called, polled
from tests.evce_acceptance.watch.test_findings import at, look
from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

SERIES = "EVCE Zones/Z1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
REDUCTION = "EVCE Zones/Z1/ZoneReduction"


def begun(folder: Path, file: Path, *looks: Look, hours: float = 2.0) -> Path:
    """Write the journal of a watch of 2026-03-02 whose hours are over."""
    journal = Journal(folder / "watch")
    journal.begin(Plan(str(file), f"{at(0):%Y-%m-%dT%H:%M:%SZ}", hours, 60.0))
    journal.note(looks)
    return folder / "watch"


def failing(*_: object, **__: object) -> Any:  # noqa: ANN401 - in place of any method
    raise EboError("The server did not answer in time.")


def test_a_history_that_is_not_answered_is_a_finding_and_the_others_are_judged(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = Workstation.history

    def but_one(self: Workstation, path: str, *arguments: Any, **bounds: Any) -> Any:  # noqa: ANN401 - as it
        return failing() if path == SERIES else history(self, path, *arguments, **bounds)

    monkeypatch.setattr(Workstation, "history", but_one)
    status, said = called("resume", begun(tmp_path, file, look(0)), "--json")
    found = json.loads(said)
    assert (status, found["histories"]) == (1, 35)
    (unread,) = [one["what"] for one in found["findings"] if one["wrong"]]
    assert unread.startswith("Histories could not be read, so that nothing is said of their samples")
    assert unread.endswith(f"{SERIES}: The server did not answer in time.")
    assert any("35 of 35 histories have no sample" in one["what"] for one in found["findings"])


def test_a_server_that_falls_silent_while_histories_are_read_is_not_waited_for_with_each(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    asked: list[str] = []

    def silent(_: Workstation, path: str, **__: object) -> object:
        asked.append(path)
        return failing()

    monkeypatch.setattr(Workstation, "history", silent)
    end = clock.now()
    assert watch.histories(end - timedelta(hours=1), end, lambda *_: None) == {}
    assert (len(watch.unread), len(set(asked)), len(asked)) == (36, 3, 6)


def test_a_history_that_is_answered_the_second_time_is_read(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    history, times = Workstation.history, iter([True])

    def later(self: Workstation, *arguments: Any, **bounds: Any) -> Any:  # noqa: ANN401 - as it
        return failing() if next(times, False) else history(self, *arguments, **bounds)

    monkeypatch.setattr(Workstation, "history", later)
    end = clock.now()
    assert len(watch.histories(end - timedelta(hours=1), end, lambda *_: None)) == 36
    assert watch.unread == {}


def test_a_server_that_is_down_at_the_end_gives_no_all_clear(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workstation, "discover", failing)
    status, said = called("resume", begun(tmp_path, file, look(0), look(1)))
    assert status == 1
    assert "Histories could not be read" in said


def test_a_watch_of_which_nothing_was_answered_proves_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workstation, "discover", failing)
    status, said = called("resume", begun(tmp_path, file, look(0, trouble="No answer.")))
    assert (status, "1 looks, 0 answered" in said) == (2, True), said


def test_items_that_went_while_nobody_watched_are_told_by_the_next_session(
    watch: Watch, proxy: LyingProxy, clock: ManualClock, tmp_path: Path
) -> None:
    watch.look()
    assert watch.known is not None
    Journal(tmp_path).know(watch.known)
    proxy.tell(Lie("missing-item", REDUCTION))
    login = Connector(url=proxy.url, user=USER, password=EWS_PASSWORD)
    site, own = Site(name="Bench", connector=login, limits=Limits(requests_per_second=10_000)), Watched(clock)
    with closing(Watch(site, own, Pace(10_000, own), NoLog(), Journal(tmp_path).known())) as later:
        assert later.look().gone == (REDUCTION,)


@pytest.mark.parametrize("error", [KeyError("nonce"), EboError("No answer."), RecursionError("deep")], ids=repr)
def test_whatever_goes_wrong_in_a_look_the_watch_goes_on_and_reads_the_tree_anew(
    watch: Watch, proxy: LyingProxy, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> object:
        raise error

    watch.look()
    with monkeypatch.context() as patch:
        patch.setattr(watch._client, "get_values", broken)
        assert str(error) in watch.look().trouble
    proxy.tell(Lie("missing-item", REDUCTION))
    assert watch.look().gone == (REDUCTION,)


def test_a_server_that_refuses_to_go_on_with_its_alarms_has_forgotten_them(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> object:
        raise EwsFault("InvalidRequest", "no such cursor", "", 500)

    watch.look()
    with monkeypatch.context() as patch:
        patch.setattr(watch._client, "get_updated_alarm_events", refused)
        told = watch.look()
    assert (told.trouble, told.forgot) == ("", True)
    assert not watch.look().forgot


def test_ids_that_are_refused_let_the_tree_be_read_with_the_next_look(
    watch: Watch, joined: JoinedSite, clock: ManualClock
) -> None:
    watch.look()
    joined.model.remove_station(1)
    joined.service.set_up(prune=True)
    polled(joined, clock)
    watch.look()
    assert any(path.startswith("EVCE Zones/Z1/EVSimu1/") for path in watch.look().gone)


def test_a_second_ctrl_c_while_histories_are_read_still_gives_a_report(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return {}

    monkeypatch.setattr(Watch, "histories", interrupted)
    folder = begun(tmp_path, file, look(0), look(1))
    status, said = called("resume", folder)
    assert (status, f"Go on with: evce-acceptance resume {folder}" in said) == (130, True), said
    assert json.loads((folder / "watch.json").read_text())["histories"] == "no history was read: it was interrupted"


def test_looks_that_the_disk_does_not_take_are_written_with_the_next(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, full = Journal.note, iter([True])

    def once_full(self: Journal, looks: list[Look]) -> None:
        if next(full, False):
            raise OSError(28, "No space left on device")
        note(self, looks)

    monkeypatch.setattr(Journal, "note", once_full)
    monkeypatch.setattr(command._Days, "_until_boundary", lambda _: 0.0)
    looked: Callable[[Watch], Look] = Watch.look
    several = iter([0, 0, 1])

    def until_the_third(self: Watch) -> Look:
        seen = looked(self)
        if next(several):
            signal.raise_signal(signal.SIGINT)
        return seen

    monkeypatch.setattr(Watch, "look", until_the_third)
    status, _ = called("watch", "--site", file, "--hours", 1, "--output", tmp_path / "watch")
    assert (status, len(Journal(tmp_path / "watch").read()[1])) == (130, 2)


def test_looks_that_were_never_kept_are_told(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "note", full)
    _, said = called("watch", "--site", file, "--hours", 0, "--output", tmp_path / "watch")
    assert "The disk did not take 1 looks: `resume` will not know them." in said


@pytest.mark.parametrize("hours", [math.nan, math.inf, 1e9])
def test_hours_that_are_none_are_refused_before_anything_is_written(file: Path, tmp_path: Path, hours: float) -> None:
    status, _ = called("watch", "--site", file, "--hours", hours, "--output", tmp_path / "watch")
    assert (status, (tmp_path / "watch" / JOURNAL).exists()) == (2, False)


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text('name = "Bench"\n[connector]\nurl = "http://ebo:Building-7@127.0.0.1/EWS"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"connector\.url: .*leave user and password out of the address") as refused:
        load(path)
    assert "Building-7" not in str(refused.value)


class Standing:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@pytest.mark.parametrize(("minutes", "seconds"), [(14.0, 55), (14.95, 8), (15.0, 5), (15.05, 2), (15.1, 14 * 60 + 49)])
def test_somebody_looks_just_before_and_just_after_each_boundary(file: Path, minutes: float, seconds: float) -> None:
    days = command._Days(None, Standing(at(minutes)), load(file), file.parent)  # type: ignore[arg-type] # it only reads it
    assert days._until_boundary() == pytest.approx(seconds)


@pytest.mark.parametrize(("skew", "behind"), [(-3600.0, 3600), (3600.0, 0), (None, 0)])
def test_no_sample_is_asked_for_that_the_servers_clock_has_not_reached(
    file: Path, skew: float | None, behind: float
) -> None:
    days = command._Days(None, Standing(at(0)), load(file), file.parent)  # type: ignore[arg-type] # it only reads it
    assert (at(0) - days._there([look(0, skew=skew)])).total_seconds() == behind
