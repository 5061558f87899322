"""Two connectors on one simulated controller agree; with a liar in front of one, the altered item is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_acceptance.shadow import Difference, Progress, Shadow
from evce_acceptance.site.settings import Connector
from evce_acceptance.site.wire import Pace, WireLog
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator
from lying_proxy import Lie, LyingProxy

from tests.support.at_length import cases
from tests.support.joined import EWS_PASSWORD, USER, JoinedSite, connect, settings

pytestmark = pytest.mark.once

POLL, LATER, LOGGED = 30.0, 11.0, 900.0
REDUCTION = "EVCE Zones/Z1/ZoneReduction"
READINGS = "EVCE Zones/Z1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings"
READINGS_ID = "Zones/1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings"
ALARM = "EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm"


@dataclass
class Bench:
    """Simulated time in which both connectors poll, the second one some seconds after the first."""

    simulator: EvceSimulator
    services: list[ConnectorService]
    clock: ManualClock
    passed: float = 0.0

    def now(self) -> datetime:
        return self.clock.now()

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def wait(self, seconds: float) -> None:
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            self.clock.advance(min(1.0, end - self.clock.monotonic()))
            for service, offset in zip(self.services, (0.0, LATER), strict=True):
                if int((self.clock.monotonic() - offset) / POLL) > int((self.passed - offset) / POLL):
                    service.poll()
                    service.log()
            self.passed = self.clock.monotonic()

    def until_logs(self) -> float:
        """Give the seconds until the next boundary of the logs."""
        return LOGGED - self.now().timestamp() % LOGGED

    def shown(self, id_: str) -> str:
        """Give what the first connector shows of an item."""
        with EboClient(self.services[0].ews.address, USER, EWS_PASSWORD) as client:
            return client.get_values([id_]).values[0].value

    def logged(self, side: int, id_: str) -> list[str]:
        """Give the samples that a connector has of a history."""
        with EboClient(self.services[side].ews.address, USER, EWS_PASSWORD) as client:
            return [record.value for record in client.get_history(id_).records]

    def wait_logged(self, seconds: float) -> None:
        """Let time pass with no poll but one at its end, so that logs get a sample."""
        self.clock.advance(seconds)
        self.passed = self.clock.monotonic()
        for service in self.services:
            service.poll()
            service.log()


def make_bench(stack: ExitStack, folder: Path, *, live: bool = False) -> Bench:
    clock = ManualClock()
    status = {"interval_seconds": int(POLL)}
    left = stack.enter_context(JoinedSite(folder, clock, controller={"live": live}, status=status))
    (folder / "right").mkdir()
    right = connect(settings(folder / "right", left.simulator.url, status=status), clock)
    stack.callback(right.stop)
    services = [left.service, right]
    for service in services:
        service.set_up()
        service.poll()
        service.log()
        service.ews.start()
    return Bench(left.simulator, services, clock)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Open a site with some samples in its logs; tests leave it healthy."""
    with ExitStack() as stack:
        made = make_bench(stack, tmp_path_factory.mktemp("site"))
        for _ in range(5):
            made.wait_logged(900)
        yield made


def login(url: str) -> Connector:
    return Connector(url=url, user=USER, password=EWS_PASSWORD, poll_seconds=POLL)


@pytest.fixture
def proxy(bench: Bench) -> Iterator[LyingProxy]:
    with LyingProxy(bench.services[1].ews.address) as running:
        yield running


@pytest.fixture
def shadow(bench: Bench, proxy: LyingProxy) -> Iterator[Shadow]:
    with Shadow(login(bench.services[0].ews.address), login(proxy.url), bench) as made:
        yield made


def named(differences: list[Difference]) -> set[tuple[str, str]]:
    return {(one.item, one.aspect) for one in differences}


def looks(shadow: Shadow, bench: Bench) -> list[Difference]:
    """Look some times, each time after all that either side showed before has passed."""
    for _ in range(3):
        shadow.look()
        bench.wait(2 * POLL)
    return shadow.report().differences


def test_two_connectors_on_a_living_site_agree_for_an_hour(tmp_path: Path) -> None:
    with ExitStack() as stack:
        bench = make_bench(stack, tmp_path, live=True)
        shadow = stack.enter_context(Shadow(*(login(service.ews.address) for service in bench.services), bench))
        bench.simulator.model.plug(1, "11 kW")
        before = bench.shown("Zones/1/ZoneActiveEnergy")
        report = shadow.run(3600, 900)
        after = bench.shown("Zones/1/ZoneActiveEnergy")

    assert report.differences == []
    assert report.agrees
    assert (report.looks, report.items) == (5, 165)
    assert before != after


LIES = {
    "value": (Lie("value", REDUCTION, to="55"), {(REDUCTION, "value")}),
    "state": (Lie("state", REDUCTION), {(REDUCTION, "state")}),
    "unit": (Lie("unit", REDUCTION), {(REDUCTION, "unit")}),
    "type": (Lie("type", REDUCTION), {(REDUCTION, "type")}),
    "description": (Lie("description", REDUCTION), {(REDUCTION, "description")}),
    "description of a zone": (Lie("description", "EVCE Zones/Z1"), {("EVCE Zones/Z1", "description")}),
    "writeable": (Lie("writeable", REDUCTION), {(REDUCTION, "writeable")}),
    "order": (
        Lie("order", REDUCTION, **{"with": "EVCE Zones/Z1/ZoneName"}),
        {(REDUCTION, "value"), ("EVCE Zones/Z1/ZoneName", "value")},
    ),
    "missing item": (Lie("missing-item", REDUCTION), {(REDUCTION, "tree")}),
    "missing value": (Lie("missing-value", REDUCTION), {(REDUCTION, "value"), (REDUCTION, "state")}),
    "missing folder": (Lie("missing-item", "Connector-1"), {("EVCE Zones/Z1/EVSimu1/Connector-1", "tree")}),
    "duplicate": (Lie("duplicate", REDUCTION), {(REDUCTION, "tree")}),
    "duplicate value": (Lie("duplicate-value", REDUCTION), {(REDUCTION, "value")}),
    "name": (Lie("name", REDUCTION), {(REDUCTION, "tree"), (f"{REDUCTION}-renamed", "tree")}),
    "name of a zone": (Lie("name", "EVCE Zones/Z1"), {("EVCE Zones/Z1", "name")}),
    "name of an alarm": (Lie("name", ALARM), {(ALARM, "name")}),
    "identity": (Lie("value", "EVCE Zones/Z1/ZoneId"), {("EVCE Zones/Z1/ZoneId", "value")}),
    "alarm": (Lie("alarm-invented", ALARM), {(ALARM, "alarm"), (ALARM, "state")}),
}


@pytest.mark.parametrize("told", cases(LIES.items()))
def test_the_altered_item_is_named(shadow: Shadow, proxy: LyingProxy, told: tuple[Lie, set[tuple[str, str]]]) -> None:
    lie, expected = told
    proxy.tell(lie)

    shadow.look()
    assert named(shadow.look()) == expected
    assert proxy.told


def test_what_differs_in_one_look_only_is_no_difference(shadow: Shadow, proxy: LyingProxy) -> None:
    proxy.tell(Lie("unit", REDUCTION))
    shadow.look()
    proxy.be_honest()

    assert shadow.look() == []
    assert shadow.look() == []


def test_a_difference_that_heals_is_kept_with_its_span(shadow: Shadow, proxy: LyingProxy, bench: Bench) -> None:
    proxy.tell(Lie("state", REDUCTION, to=1))
    for _ in range(3):
        shadow.look()
        bench.wait(60)
    proxy.be_honest()
    (difference,) = shadow.look()

    assert (difference.item, difference.aspect) == (REDUCTION, "state")
    assert (difference.left, difference.right, difference.looks) == ("0", "1", 3)
    moments = [datetime.fromisoformat(text) for text in (difference.first, difference.last, difference.healed)]
    assert moments == sorted(set(moments))
    assert shadow.report().lasting == []
    assert not shadow.report().agrees


def test_a_difference_that_comes_back_is_another_one(shadow: Shadow, proxy: LyingProxy, bench: Bench) -> None:
    for _ in range(2):
        proxy.tell(Lie("state", REDUCTION))
        looks(shadow, bench)
        proxy.be_honest()
        looks(shadow, bench)

    assert [bool(one.healed) for one in shadow.report().differences] == [True, True]


def test_a_value_frozen_at_one_side_is_found_when_the_other_moves_on(
    shadow: Shadow, proxy: LyingProxy, bench: Bench
) -> None:
    proxy.tell(Lie("stale", "EVCE Zones/Z1/ZoneMaxCurrent(A)"))
    shadow.look()
    bench.simulator.model.set_zone(1, maxCurrent=17)
    bench.wait(3 * POLL)

    assert named(looks(shadow, bench)) == {("EVCE Zones/Z1/ZoneMaxCurrent(A)", "value")}


def test_a_change_that_one_side_polls_later_is_no_difference(shadow: Shadow, bench: Bench) -> None:
    shadow.look()
    bench.wait(POLL - bench.monotonic() % POLL - 1)
    for current in (21, 22):
        bench.simulator.model.set_zone(1, maxCurrent=current)
        bench.wait(2)  # the left side has polled, the right side has not
        assert shadow.look() == []
        bench.wait(POLL - bench.monotonic() % POLL - 1)


@pytest.mark.parametrize("lie", ["history-doubled", "history-missing"])
def test_a_wrong_sample_is_named(shadow: Shadow, proxy: LyingProxy, lie: str) -> None:
    proxy.tell(Lie(lie, READINGS))
    for _ in range(4):
        shadow.look()

    assert named(shadow.report().differences) == {(READINGS, "history")}


@pytest.fixture
def logging_bench(tmp_path: Path) -> Iterator[Bench]:
    """Open a site of its own, where no current flows."""
    with ExitStack() as stack:
        made = make_bench(stack, tmp_path)
        made.simulator.model.set_connector(1, rmsCurrent=[0.0] * 3)
        made.wait(2 * POLL)
        yield made


def look_at_boundaries(bench: Bench, shadow: Shadow, *currents: float) -> None:
    """Look before and after boundaries of the logs, between whose polls a current begins to flow that soon ends."""
    for current in currents:
        bench.wait(bench.until_logs() - 2 * POLL)
        shadow.look()
        bench.wait(bench.until_logs() + 2)  # the left side has polled, the right side has not
        bench.simulator.model.set_connector(1, rmsCurrent=[current] * 3)
        bench.wait(2 * POLL)
        for _ in range(4):  # as many as it takes to see each history
            shadow.look()
        bench.simulator.model.set_connector(1, rmsCurrent=[0.0] * 3)


def test_a_figure_that_moves_between_both_polls_is_no_wrong_sample_however_soon_it_moves_back(
    logging_bench: Bench,
) -> None:
    logins = [login(service.ews.address) for service in logging_bench.services]
    with Shadow(*logins, logging_bench) as shadow:
        look_at_boundaries(logging_bench, shadow, 5.0, 0.0, 0.0)
        assert [logging_bench.logged(side, READINGS_ID)[-3:] for side in (0, 1)] == [
            ["0.0", "0.0", "0.0"],
            ["5.0", "0.0", "0.0"],
        ]
        assert shadow.report().differences == []


def test_a_sample_of_what_neither_side_showed_is_named(logging_bench: Bench) -> None:
    left, right = (service.ews.address for service in logging_bench.services)
    with LyingProxy(right) as proxy, Shadow(login(left), login(proxy.url), logging_bench) as shadow:
        look_at_boundaries(logging_bench, shadow, 5.0, 5.0, 5.0)
        proxy.tell(Lie("history-value", READINGS, to="6"))
        for _ in range(4):
            shadow.look()
        assert named(shadow.report().differences) == {(READINGS, "history")}


def test_a_real_alarm_shows_alike_at_both(shadow: Shadow, bench: Bench, proxy: LyingProxy) -> None:
    bench.wait(bench.until_logs() + POLL)  # no log falls between both polls of what changes: others look at it too
    bench.simulator.model.fault(1, "GroundFailure")
    bench.wait(3 * POLL)
    assert looks(shadow, bench) == []
    proxy.tell(Lie("alarm-message", ALARM, to="nothing"))
    messages = [(one.aspect, one.left, one.right) for one in looks(shadow, bench)]
    proxy.tell(Lie("alarm-hidden", ALARM))

    differences = {one.aspect: (one.left, one.right) for one in looks(shadow, bench) if not one.healed}
    bench.simulator.model.repair(1)
    bench.wait(3 * POLL)
    for service in bench.services:
        service.stores.alarms.acknowledge("Stations/1/Alarm", bench.now())
    said = "Station EVSimu1: status faulted, connector 1 faulted (GroundFailure)"
    assert messages == [("message", said, "nothing")]
    assert differences == {"alarm": ("state 1, priority 100", "none"), "state": ("1", "0")}


def test_a_side_that_does_not_answer_is_a_difference_of_its_own(shadow: Shadow, proxy: LyingProxy) -> None:
    shadow.look()
    proxy.stop()
    shadow.look()
    (difference,) = shadow.look()

    assert (difference.item, difference.aspect, difference.left) == ("(the whole server)", "server", "answers")
    assert difference.right.startswith("No answer from http://127.0.0.1")


def test_a_run_says_how_far_it_is(shadow: Shadow) -> None:
    said: list[Progress] = []

    report = shadow.run(300, 100, said.append)
    assert [one.looks for one in said] == [1, 2, 3, 4]
    assert [one.items for one in said] == [165] * 4
    assert [one.seconds_left for one in said] == sorted((one.seconds_left for one in said), reverse=True)
    assert report.looks == 4


def test_what_is_ignored_is_not_compared(bench: Bench, proxy: LyingProxy) -> None:
    proxy.tell(Lie("value", REDUCTION))
    logins = login(bench.services[0].ews.address), login(proxy.url)
    with Shadow(*logins, bench, ignore=("EVCE Interface", "*/ZoneReduction")) as shadow:
        shadow.look()
        assert shadow.look() == []


def test_it_only_reads_and_keeps_the_pace(bench: Bench, proxy: LyingProxy) -> None:
    log = WireLog()
    logins = login(bench.services[0].ews.address), login(proxy.url)
    with Shadow(*logins, bench, Pace(10, bench), log) as shadow:
        start = bench.monotonic()
        shadow.look()
        seconds = bench.monotonic() - start

    assert {one.operation for one in log.exchanges} <= {
        "GetContainerItems", "GetItems", "GetValues", "GetAlarmEvents", "GetHistory",
    }  # fmt: skip
    assert seconds >= (len(log.exchanges) - 1) / 10 - 0.01


def test_the_report_is_written_as_json_and_html(shadow: Shadow, proxy: LyingProxy, tmp_path: Path) -> None:
    proxy.tell(Lie("value", "EVCE Zones/Z1/ZoneName", to="<b>Z1</b>"))
    shadow.look()
    shadow.look()

    as_json, as_html = shadow.report().write(tmp_path / "out")
    content = json.loads(as_json.read_text(encoding="utf-8"))
    assert content["agrees"] is False
    assert [one["item"] for one in content["differences"]] == ["EVCE Zones/Z1/ZoneName"]
    page = as_html.read_text(encoding="utf-8")
    assert "&lt;b&gt;Z1&lt;/b&gt;" in page
    assert "1 differences, 1 at the end" in page
    assert EWS_PASSWORD not in page + as_json.read_text(encoding="utf-8")


def test_a_report_of_nothing_does_not_agree(shadow: Shadow) -> None:
    report = shadow.report()

    assert not report.agrees
    assert "Nothing was compared" in report.to_html()
