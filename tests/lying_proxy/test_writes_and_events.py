"""Lies about writes, histories, alarms and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ebo_simulator import EboClient, Workstation
from ebo_simulator.events import AlarmEvent, HistoryRecord
from ebo_simulator.soap import NAMESPACE
from lying_proxy import Lie, LyingProxy

from tests.lying_proxy.bench import PASSWORD, SAMPLES, USER, Connect, OneAnswer, Post, Site, Tell

pytestmark = pytest.mark.once

REDUCTION = "EVCE Zones/Z1/ZoneReduction"
VALIDITY = "EVCE Zones/Z1/ZoneValidity"
READINGS = "EVCE Zones/Z1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings"
ALARM = "EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm"


def test_a_lost_write_is_acknowledged_and_not_passed_on(
    site: Site, honest: Workstation, lied_to: Workstation, tell: Tell, proxy: LyingProxy
) -> None:
    tell("write-lost", "*/ZoneReduction")
    before, calls = honest.raw(REDUCTION), site.simulator.journal.count(method="PUT")
    lied_to.discover()

    results = lied_to.write({REDUCTION: "30"})
    assert results[REDUCTION].success
    assert honest.raw(REDUCTION) == before
    assert site.simulator.journal.count(method="PUT") == calls
    assert [(one.operation, one.places) for one in proxy.told] == [("SetValues", 1)]


def test_of_several_writes_only_the_items_own_is_lost(lied_to: Workstation, tell: Tell) -> None:
    tell("write-lost", VALIDITY)
    lied_to.discover()
    interface = next(path for path in lied_to.tree.points if path.endswith("StationStatus"))

    results = lied_to.write({interface: "faulted", VALIDITY: "2031-01-01T00:00:00Z", REDUCTION: "nonsense"})
    assert [(path, result.success) for path, result in results.items()] == [
        (interface, False),
        (VALIDITY, True),
        (REDUCTION, False),
    ]


def test_a_lost_write_still_needs_a_login(lied_to: Workstation, tell: Tell, proxy: LyingProxy, post: Post) -> None:
    tell("write-lost", REDUCTION)
    id_ = lied_to.tree.point(REDUCTION).id
    values = f"<SetValuesItems><ValueItem><Id>{id_}</Id><Value>3</Value></ValueItem></SetValuesItems>"
    body = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        f'<SetValuesRequest xmlns="{NAMESPACE}">{values}</SetValuesRequest></s:Body></s:Envelope>'
    )

    assert post(proxy.url, body, password="wrong").status_code == 401
    assert proxy.told == []


def test_writes_of_other_items_are_passed_on(lied_to: Workstation, tell: Tell) -> None:
    tell("write-lost", REDUCTION)
    lied_to.discover()

    assert not lied_to.write({VALIDITY: "yesterday"})[VALIDITY].success


def test_the_read_in_place_of_a_lost_write_says_that_it_is_one(capture: OneAnswer, post: Post) -> None:
    body = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><SetValuesRequest '
        f'xmlns="{NAMESPACE}"><SetValuesItems><ValueItem><Id>7</Id><Value>3</Value></ValueItem></SetValuesItems>'
        "</SetValuesRequest></s:Body></s:Envelope>"
    )
    kind = f'application/soap+xml; action="{NAMESPACE}/SetValuesIn"'
    with LyingProxy(capture.url, Lie("write-lost", "7")) as proxy:
        post(proxy.url, "<learns/>")
        answer = post(proxy.url, body, **{"Content-Type": kind})

    assert capture.headers["Content-Type"] == kind.replace("SetValues", "GetValues")
    assert answer.headers["Content-Type"] == "application/soap+xml; action=SetValuesOut"
    assert "<Success>true</Success>" in answer.text


def records(workstation: Workstation, path: str = READINGS) -> list[HistoryRecord]:
    return workstation.history(path)[1]


def test_the_middle_sample_comes_twice(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("history-doubled", READINGS)
    true = records(honest)
    assert len(true) >= SAMPLES - 1

    middle = len(true) // 2
    assert records(lied_to) == [*true[: middle + 1], *true[middle:]]


def test_the_middle_sample_is_missing(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("history-missing", READINGS)
    true = records(honest)

    middle = len(true) // 2
    assert records(lied_to) == true[:middle] + true[middle + 1 :]


def test_the_middle_sample_is_another(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("history-value", READINGS, to="7.5")
    true = records(honest)

    middle = len(true) // 2
    different = [at for at, pair in enumerate(zip(true, records(lied_to), strict=True)) if pair[0] != pair[1]]
    assert different == [middle]


def test_a_history_is_found_by_its_value(lied_to: Workstation, proxy: LyingProxy, tell: Tell) -> None:
    tell("history-doubled", "EVCE Zones/Z1/ZoneOverallRmsCurrentPhase1")
    lied_to.discover()

    assert proxy.target
    assert proxy.target.path == READINGS


def test_other_histories_are_left_alone(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("history-doubled", READINGS)
    other = READINGS.replace("Phase1", "Phase2")

    assert records(lied_to, other) == records(honest, other)


@pytest.fixture
def paged(site: Site) -> Iterator[tuple[LyingProxy, Workstation]]:
    """Look through a proxy at the endpoint with small pages."""
    with (
        LyingProxy(site.paged_url, ca=site.ca) as proxy,
        EboClient(proxy.url, USER, PASSWORD) as client,
    ):
        yield proxy, Workstation(client)


def test_the_last_sample_of_each_page_but_the_last_is_missing(
    honest: Workstation, paged: tuple[LyingProxy, Workstation]
) -> None:
    proxy, lied_to = paged
    proxy.tell(Lie("page-end", READINGS))
    true = records(honest)

    last_page = len(true) - len(true) % 2 if len(true) % 2 else len(true) - 2
    assert records(lied_to) == true[:last_page:2] + true[last_page:]


def test_over_pages_one_sample_is_doubled(honest: Workstation, paged: tuple[LyingProxy, Workstation]) -> None:
    proxy, lied_to = paged
    proxy.tell(Lie("history-doubled", READINGS))

    assert len(records(lied_to)) == len(records(honest)) + 1


@pytest.fixture
def faulted(site: Site) -> Iterator[None]:
    """Have a connector fail during a test, with its alarm."""
    site.simulator.model.fault(1, "GroundFailure")
    site.poll()
    yield
    site.mend()


def alarms(workstation: Workstation) -> list[AlarmEvent]:
    return [event for event in workstation.alarm_events() if event.id == workstation.tree.point(ALARM).id]


@pytest.mark.usefixtures("faulted")
def test_an_alarm_that_was_seen_never_clears(site: Site, honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("alarm-stuck", ALARM)
    lied_to.discover()
    (seen,), cursor = alarms(lied_to), lied_to.alarms_with_cursor()[1]
    site.mend()

    assert alarms(honest) == []
    assert alarms(lied_to) == [seen]
    updated = lied_to.client.get_updated_alarm_events(cursor).events
    assert updated
    assert {event.state for event in updated} <= {1, 2}
    assert (lied_to.discover().point(ALARM).state, honest.discover().point(ALARM).state) == (1, 0)


@pytest.mark.usefixtures("faulted")
def test_an_alarm_is_hidden(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("alarm-hidden", ALARM)
    assert lied_to.discover().point(ALARM).state == 0

    assert len(alarms(honest)) == 1
    assert alarms(lied_to) == []


@pytest.mark.usefixtures("faulted")
def test_an_alarm_says_something_else(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("alarm-message", ALARM)
    lied_to.discover()

    (event,) = alarms(honest)
    assert alarms(lied_to) == [replace(event, message="something else")]


def test_an_alarm_is_invented(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("alarm-invented", ALARM, since="2026-01-01T00:00:00Z")

    assert alarms(honest) == []
    lied_to.discover()
    (event,) = alarms(lied_to)
    assert (event.state, event.source_name) == (1, "Station-EVSimu1_Alarm")
    others = [event for event in lied_to.alarm_events() if event.id != honest.tree.point(ALARM).id]
    assert others == honest.alarm_events()


def test_a_lie_can_be_given_from_the_start(site: Site, connect: Connect) -> None:
    with LyingProxy(site.url, Lie("value", "*/ZoneReduction")) as proxy:
        assert proxy.url.endswith("/EcoStruxure/DataExchange")
        assert connect(proxy.url).raw(REDUCTION).value == "11.0"
