"""Writes as Building Operation sends them: SetValues over HTTP and SOAP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from ebo_simulator import EboClient, EwsFault

from tests.evce_connector.writes.conftest import READER, Desk, ready
from tests.support.joined import EWS_PASSWORD, USER

OpenDesk = Callable[..., Desk]
REDUCTION, VALIDITY = "Zones/2/ZoneReduction", "Zones/2/ZoneValidity"


@pytest.fixture
def connect() -> Iterator[Callable[..., EboClient]]:
    """Log in at a desk's EWS server; clients and servers end with the test."""
    opened: list[tuple[EboClient, Desk]] = []

    def login(desk: Desk, user: str = USER) -> EboClient:
        desk.service.ews.start()
        opened.append((EboClient(desk.service.ews.address, user, EWS_PASSWORD), desk))
        return opened[-1][0]

    yield login
    for client, desk in opened:
        client.close()
        desk.service.ews.stop()


Connect = Callable[..., EboClient]


@pytest.mark.parametrize("text", ["10", "10.0", "1e1", " 10 "])
def test_both_items_of_a_zone_in_one_request_are_one_call(desk: Desk, connect: Connect, text: str) -> None:
    results = connect(desk).set_values({REDUCTION: text, VALIDITY: "2026-01-01T02:00:00"})
    assert [(result.success, result.message or "") for result in results] == [(True, ""), (True, "")]
    assert desk.sent() == 1
    reduction = desk.model.zone(2)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (10, "2026-01-01T02:00:00Z")


def test_the_ledger_names_user_and_address(desk: Desk, connect: Connect) -> None:
    connect(desk).set_values({REDUCTION: "10"})
    (line,) = desk.service.stores.commands.lines()
    assert (line.user, line.client) == (USER, "127.0.0.1")


def test_a_reader_may_not_write(desk: Desk, connect: Connect) -> None:
    with pytest.raises(EwsFault, match="Permission_Denied"):
        connect(desk, READER).set_values({REDUCTION: "10"})
    assert desk.sent() == 0


def test_with_writes_off_items_are_served_as_not_writeable_and_refused(open_desk: OpenDesk, connect: Connect) -> None:
    desk = ready(open_desk(enabled=False, heartbeat_seconds=60))
    client = connect(desk)
    ids = [REDUCTION, VALIDITY, "Stations/1/Connectors/1/ConnectorAvailability", "Interface/Heartbeat"]
    assert [str(item.writeable) for item in client.get_items(ids).values] == ["0"] * 4
    (result,) = client.set_values({REDUCTION: "10"})
    assert (result.success, result.message) == (False, "VALUE_NOT_WRITEABLE")
    assert desk.sent() == 0


def test_refusals_say_why(desk: Desk, connect: Connect) -> None:
    client = connect(desk)
    wrong = {REDUCTION: "ten", "Zones/1/ZoneReduction": "101", "Zones/3/ZoneName": "x", "Zones/9/ZoneReduction": "1"}
    messages = [result.message for result in client.set_values(wrong)]
    assert messages == [
        "INVALID_VALUE: it does not parse as Double",
        "INVALID_VALUE: a reduction is 0 to 100 %, not 101",
        "VALUE_NOT_WRITEABLE",
        "INVALID_ID",
    ]
    assert len(desk.simulator.journal) == 0


FUTURE = "2026-01-01T02:00:00Z"
BAD_PARTNERS = {
    "not of the type": (VALIDITY, "28.11.2026 12:00:00", "INVALID_VALUE: it does not parse as DateTime"),
    "without a value": (VALIDITY, "", "INVALID_VALUE: it does not parse as DateTime"),
    "past": (VALIDITY, "2025-12-31T00:00:00Z", "INVALID_VALUE: the validity must lie after"),
    ".NET's MinValue": (VALIDITY, "0001-01-01T00:00:00+01:00", "INVALID_VALUE: the validity must lie after"),
    "out of range": (REDUCTION, "101", "INVALID_VALUE: a reduction is 0 to 100 %"),
    "not writeable": ("Zones/2/ZoneName", "x", "VALUE_NOT_WRITEABLE"),
    "unknown": ("Zones/2/ZoneValidty", FUTURE, "INVALID_ID"),
}


@pytest.mark.parametrize("bad_first", [True, False])
@pytest.mark.parametrize(("bad", "text", "reason"), BAD_PARTNERS.values(), ids=BAD_PARTNERS)
def test_a_zone_of_which_one_part_is_bad_is_left_whole_and_others_go_on(
    desk: Desk, connect: Connect, bad: str, text: str, reason: str, bad_first: bool
) -> None:
    good, value = (VALIDITY, FUTURE) if bad == REDUCTION else (REDUCTION, "44")
    rows = [(bad, text), (good, value)]
    ordered = dict([*(rows if bad_first else reversed(rows)), ("Zones/1/ZoneReduction", "30")])
    results = {result.id: (result.success, result.message or "") for result in connect(desk).set_values(ordered)}
    assert results[bad][1].startswith(reason)
    success, why = results[good]
    name = bad.rpartition("/")[2]
    assert not success
    assert why.startswith(f"OPERATION_FAILED: nothing was sent, because {name} in the same request is refused: correct")
    assert results["Zones/1/ZoneReduction"] == (True, "")
    assert desk.model.zone(2)["reduction"] is None
    assert desk.sent() == 1


def test_each_bad_part_of_a_zone_keeps_its_own_reason(desk: Desk, connect: Connect) -> None:
    results = connect(desk).set_values({REDUCTION: "101", VALIDITY: "tomorrow"})
    assert [result.message for result in results] == [
        "INVALID_VALUE: a reduction is 0 to 100 %, not 101",
        "INVALID_VALUE: it does not parse as DateTime",
    ]


def test_what_was_held_back_is_in_the_ledger_with_its_reason(desk: Desk, connect: Connect) -> None:
    connect(desk).set_values({REDUCTION: "44", VALIDITY: "tomorrow"})
    (line,) = desk.service.stores.commands.lines()
    assert (line.item, line.new, line.success) == (REDUCTION, "44.0", False)
    assert "because ZoneValidity" in line.answer


def test_the_last_time_that_net_knows_is_written_as_the_last_one_of_all(desk: Desk, connect: Connect) -> None:
    (result,) = connect(desk).set_values({VALIDITY: "9999-12-31T23:59:59.9999999-05:00"})
    assert result.success
    assert desk.model.zone(2)["reduction"]["validity"] == "9999-12-31T23:59:59Z"
