from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.ews.server import EwsStores
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.site.values import State

from tests.evce_connector.ews.conftest import Answer, Serve, Wire

LOG = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"
START = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def fill(stores: EwsStores, count: int, first: int = 0) -> None:
    numbers = range(first, first + count)
    stores.history.append([(LOG, Sample(START + QUARTER * n, n / 2, State(n % 2))) for n in numbers])


def parameter(id_: str = LOG, reference: str = "") -> str:
    id_ = f"<Id>{id_}</Id>" if id_ else ""
    reference = f"<MoreDataRef>{reference}</MoreDataRef>" if reference else ""
    return f"<GetHistoryParameter>{id_}{reference}</GetHistoryParameter>"


def times(start: str, end: str) -> str:
    return f"<GetHistoryFilter><TimeFrom>{start}</TimeFrom><TimeTo>{end}</TimeTo></GetHistoryFilter>"


def stamps(answer: Answer) -> list[str]:
    return [row["TimeStamp"] for row in answer.rows("HistoryRecord")]


def test_a_log_comes_with_what_it_is_of_and_the_bounds_of_what_was_sent(wire: Wire, stores: EwsStores) -> None:
    fill(stores, 3)
    answer = wire.ask("GetHistory", parameter())
    assert answer.rows("HistoryRecord")[1] == {"Value": "0.5", "State": "1", "TimeStamp": "2026-01-01T00:15:00Z"}
    assert (answer.one("ValueItemId"), answer.one("Unit"), answer.one("Type")) == (
        "Zones/1/ZoneOverallActivePowerTotal",
        "kW",
        "Double",
    )
    assert (answer.one("TimeFrom"), answer.one("TimeTo")) == ("2026-01-01T00:00:00Z", "2026-01-01T00:30:00Z")
    assert answer.one("MoreDataAvailable") == "false"


def test_the_first_bound_is_inclusive_and_the_last_exclusive(wire: Wire, stores: EwsStores) -> None:
    fill(stores, 4)
    answer = wire.ask("GetHistory", parameter() + times("2026-01-01T00:15:00.000Z", "2026-01-01T00:45:00Z"))
    assert stamps(answer) == ["2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z"]


def test_a_time_with_an_offset_is_that_instant_and_one_without_is_utc(wire: Wire, stores: EwsStores) -> None:
    fill(stores, 4)
    answer = wire.ask("GetHistory", parameter() + times("2026-01-01T02:15:00+02:00", "2026-01-01T00:30:00"))
    assert stamps(answer) == ["2026-01-01T00:15:00Z"]


def test_an_empty_log_is_an_empty_list(wire: Wire) -> None:
    answer = wire.ask("GetHistory", parameter())
    assert answer.rows("HistoryRecord") == []
    assert answer.one("MoreDataAvailable") == "false"


SPANS = {
    "before the log": ("2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"),
    "in the future": ("2090-01-01T00:00:00Z", "2091-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("count", [0, 2])
@pytest.mark.parametrize(("start", "end"), SPANS.values(), ids=SPANS)
def test_a_span_without_samples_answers_its_own_bounds(
    wire: Wire, stores: EwsStores, start: str, end: str, count: int
) -> None:
    fill(stores, count)
    answer = wire.ask("GetHistory", parameter() + times(start, end))
    assert (answer.one("TimeFrom"), answer.one("TimeTo")) == (start, end)


ALL_TIME = [
    ("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59.9999999-05:00"),
    ("-0044-03-15T12:00:00Z", "12026-01-01T00:00:00Z"),
    ("2025-12-31T24:00:00Z", "2026-01-01T24:00:00Z"),
]


@pytest.mark.parametrize(("start", "end"), ALL_TIME)
def test_bounds_at_the_ends_of_time_hold_every_sample(wire: Wire, stores: EwsStores, start: str, end: str) -> None:
    fill(stores, 3)
    assert len(stamps(wire.ask("GetHistory", parameter() + times(start, end)))) == 3


@pytest.mark.parametrize("wrong", ["2026-W01-1", "20260101", "2026-01-01", "2026-01-01T10", "2026-01-01 10:00:00"])
def test_a_bound_that_is_no_time_of_the_schema_is_refused(wire: Wire, wrong: str) -> None:
    assert wire.fault("GetHistory", parameter() + times(wrong, "2027-01-01T00:00:00Z")).name == "Invalid_Time"


def walk(wire: Wire) -> list[str]:
    answer = wire.ask("GetHistory", parameter())
    found = stamps(answer)
    while answer.one("MoreDataAvailable") == "true":
        answer = wire.ask("GetHistory", parameter("", answer.one("MoreDataRef")))
        found += stamps(answer)
    return found


def test_pages_hold_a_thousand_records_and_join_without_gap_or_repeat(wire: Wire, stores: EwsStores) -> None:
    fill(stores, 2500)
    answer = wire.ask("GetHistory", parameter())
    assert len(stamps(answer)) == 1000
    found = walk(wire)
    assert len(found) == 2500
    assert found == sorted(set(found))


def test_a_walk_ends_where_the_log_ended_when_it_began(serve: Serve, stores: EwsStores) -> None:
    wire = Wire(serve(page_size=2))
    fill(stores, 4)
    first = wire.ask("GetHistory", parameter())
    fill(stores, 3, first=4)
    last = wire.ask("GetHistory", parameter(LOG, first.one("MoreDataRef")))
    assert stamps(last) == ["2026-01-01T00:30:00Z", "2026-01-01T00:45:00Z"]
    assert last.one("MoreDataAvailable") == "false"


def test_a_walk_goes_on_after_a_restart(serve: Serve, stores: EwsStores) -> None:
    fill(stores, 4)
    reference = Wire(serve(page_size=2)).ask("GetHistory", parameter()).one("MoreDataRef")
    again = Wire(serve(page_size=2)).ask("GetHistory", parameter("", reference))
    assert stamps(again) == ["2026-01-01T00:30:00Z", "2026-01-01T00:45:00Z"]


def test_a_reference_of_another_item_is_refused(serve: Serve, stores: EwsStores) -> None:
    wire = Wire(serve(page_size=2))
    fill(stores, 4)
    reference = wire.ask("GetHistory", parameter()).one("MoreDataRef")
    assert wire.fault("GetHistory", parameter("Zones/1", reference)).reason == "INVALID_REFERENCE"


@pytest.mark.parametrize("spoil", [lambda r: r[:-4] + "AAAA", lambda r: r[::-1], lambda _: "", lambda r: "é" + r])
def test_a_reference_that_was_changed_is_refused(serve: Serve, stores: EwsStores, spoil: Callable[[str], str]) -> None:
    wire = Wire(serve(page_size=2))
    fill(stores, 4)
    reference = spoil(wire.ask("GetHistory", parameter()).one("MoreDataRef"))
    fault = wire.fault("GetHistory", parameter("nothing" if not reference else "", reference))
    assert fault.reason in ("INVALID_REFERENCE", "INVALID_ID")
