from datetime import UTC, datetime

import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer
from evce_connector.ews.settings import EwsSettings
from evce_connector.points.staleness import Ages, Staleness
from evce_connector.points.tree import Tree
from evce_connector.site.values import State
from lxml import etree

from tests.evce_connector.ews.conftest import ADDRESS, READER, WRITER, Notebook, Serve, Wire, envelope, ids, request

POWER, REDUCTION = "Zones/1/ZoneOverallActivePowerTotal", "Zones/1/ZoneReduction"
NAME = "Zones/1/ZoneName"
LOG = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"


def values(wire: Wire, *names: str) -> list[dict[str, str]]:
    return wire.ask("GetValues", ids("GetValuesIds", *names)).rows("ValueItem")


def test_values_come_with_their_states(wire: Wire, tree: Tree) -> None:
    tree.apply([(tree.get(POWER), 7.25, State.UNCERTAIN)])
    assert values(wire, POWER) == [{"Id": POWER, "State": "1", "Value": "7.25"}]


def test_what_was_written_once_is_kept_until_the_value_changes(wire: Wire, tree: Tree) -> None:
    values(wire, POWER)
    assert b"<State>0</State>" in tree.get(POWER).fragment
    tree.apply([(tree.get(POWER), 1.0, State.GOOD)])
    assert tree.get(POWER).fragment is None


def test_a_value_that_changed_is_not_answered_from_what_was_kept(wire: Wire, tree: Tree) -> None:
    values(wire, POWER)
    tree.apply([(tree.get(POWER), 9.5, State.OFFLINE)])
    assert values(wire, POWER) == [{"Id": POWER, "State": "3", "Value": "9.5"}]


def test_a_wrong_id_travels_beside_good_values(wire: Wire) -> None:
    answer = wire.ask("GetValues", ids("GetValuesIds", "nothing", POWER, LOG))
    assert [row["Id"] for row in answer.rows("ValueItem")] == [POWER]
    assert [row["Id"] for row in answer.rows("ErrorResult")] == ["nothing", LOG]


def test_an_id_of_ten_thousand_characters_is_just_unknown(wire: Wire) -> None:
    answer = wire.ask("GetValues", ids("GetValuesIds", "x" * 10_000))
    assert answer.one("Message") == "INVALID_ID"


def test_an_unusual_spelling_of_a_bulk_read_has_the_same_answer(wire: Wire) -> None:
    for operation in ("GetValues", "GetItems"):
        wanted = ids(f"{operation}Ids", POWER, "x & y".replace("&", "&amp;"), LOG, "Stations/1/Alarm")
        unusual = wanted.replace("<Id>", "<Id unknown='1'>", 1)
        answers = [wire.ask(operation, content).element for content in (wanted, unusual)]
        assert etree.tostring(answers[0], method="c14n") == etree.tostring(answers[1], method="c14n")


def test_items_of_every_kind_come_whole(wire: Wire) -> None:
    answer = wire.ask("GetItems", ids("GetItemsIds", LOG, POWER, "Stations/1/Alarm", "Zones/1"))
    (value,) = answer.rows("ValueItem")
    assert (value["Name"], value["Type"], value["Unit"], value["Writeable"]) == (POWER[8:], "Double", "kW", "0")
    assert value["Description"] == value["Name"]
    assert answer.rows("HistoryItem")[0]["ValueItemId"] == POWER
    assert answer.rows("AlarmItem")[0]["Name"] == "Station-EVSimu1_Alarm"
    assert answer.rows("ErrorResult") == [{"Id": "Zones/1", "Message": "INVALID_ID"}]


def test_items_in_1_1_have_nothing_that_came_with_1_2(wire: Wire) -> None:
    answer = wire.ask("GetItems", ids("GetItemsIds", "Stations/1/StationIsConnected"), version="1.1")
    assert answer.all("Forceable") == answer.all("EnumId") == []


def row(id_: str, value: str) -> str:
    return f"<ValueItem><Id>{id_}</Id><Value>{value}</Value></ValueItem>"


def set_values(wire: Wire, *rows: str) -> list[tuple[str, str, str]]:
    answer = wire.ask("SetValues", f"<SetValuesItems>{''.join(rows)}</SetValuesItems>")
    return [(r["Id"], r["Success"], r["Message"]) for r in answer.rows("Result")]


def test_good_writes_reach_the_writer_at_once_and_parsed(wire: Wire, notebook: Notebook) -> None:
    results = set_values(wire, row(REDUCTION, "12.5"), row("Zones/1/ZoneValidity", "2026-01-01T12:00:00"))
    assert results == [(REDUCTION, "true", ""), ("Zones/1/ZoneValidity", "true", "")]
    assert notebook.written == [(REDUCTION, 12.5), ("Zones/1/ZoneValidity", datetime(2026, 1, 1, 12, tzinfo=UTC))]
    assert notebook.users == ["ebo"]


def test_each_bad_write_says_why_and_those_of_other_places_go_on(wire: Wire, notebook: Notebook) -> None:
    results = set_values(wire, row("x", "1"), row("Stations/1/StationStatus", "1"), row(REDUCTION, "1.5"))
    assert [message for _, _, message in results] == ["INVALID_ID", "VALUE_NOT_WRITEABLE", ""]
    assert notebook.written == [(REDUCTION, 1.5)]


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        (POWER, "ZoneOverallActivePowerTotal"),
        (REDUCTION, "ZoneReduction"),
        ("Zones/1/ZoneReducton", "ZoneReducton"),
    ],
)
def test_the_writer_is_told_of_what_is_refused_beside_a_value(
    wire: Wire, notebook: Notebook, bad: str, name: str
) -> None:
    set_values(wire, row(REDUCTION, "1.5"), row(bad, "1,5"))
    assert (notebook.written, notebook.beside) == ([], [(REDUCTION, name)])


def test_a_write_without_a_value_is_invalid(wire: Wire) -> None:
    rows = [f"<ValueItem><Id>{REDUCTION}</Id></ValueItem>"]
    assert set_values(wire, *rows)[0][2].startswith("INVALID_VALUE")


def test_what_the_writer_refuses_is_a_failure_with_its_reason(wire: Wire, notebook: Notebook) -> None:
    notebook.refuse = "OPERATION_FAILED: TIMEOUT"
    assert set_values(wire, row(REDUCTION, "1")) == [(REDUCTION, "false", "OPERATION_FAILED: TIMEOUT")]


def test_the_answer_to_a_write_has_no_version(wire: Wire) -> None:
    answer = wire.ask("SetValues", f"<SetValuesItems>{row('x', '1')}</SetValuesItems>")
    assert dict(answer.element.attrib) == {}


def test_a_reader_may_read_and_not_write(serve: Serve, notebook: Notebook) -> None:
    wire = Wire(serve(), READER)
    assert values(wire, POWER)
    fault = wire.fault("SetValues", f"<SetValuesItems>{row(REDUCTION, '1')}</SetValuesItems>")
    assert fault.reason == "PERMISSION_DENIED"
    assert notebook.written == []


def test_without_a_writer_writes_are_refused_with_a_reason(tree: Tree, clock: ManualClock) -> None:
    wire = Wire(EwsServer(tree, EwsSettings(address=ADDRESS, users=(WRITER,)), clock))
    assert set_values(wire, row(REDUCTION, "1"))[0][2] == "OPERATION_FAILED: writes are not enabled"


def test_a_read_shows_states_by_the_age_now_though_no_step_has_come(tree: Tree, clock: ManualClock) -> None:
    staleness = Staleness(clock, Ages(uncertain=45, offline=60))
    staleness.note_poll(0)
    staleness.shown, tree.age_state = State.GOOD, staleness.beyond_shown
    wire = Wire(EwsServer(tree, EwsSettings(address=ADDRESS, users=(WRITER,)), clock))
    seen = []
    for seconds in (0, 45, 0.5, 14.5, 0.5):
        clock.advance(seconds)
        (item,) = wire.ask("GetItems", ids("GetItemsIds", POWER)).rows("ValueItem")
        listed = {row["Id"]: row["State"] for row in values(wire, POWER, NAME)}
        seen.append((listed[POWER], item["State"], listed[NAME]))
    assert seen == [("0", "0", "0"), ("0", "0", "0"), ("1", "1", "0"), ("1", "1", "0"), ("3", "3", "0")]
    staleness.note_poll(0)
    assert values(wire, POWER)[0]["State"] == "0"


def test_the_access_log_says_who_asked_what_and_how_it_ended(wire: Wire) -> None:
    values(wire, POWER, "x")
    wire.fault("GetValues")
    first, second = list(wire.server.requests)[-2:]
    assert (first.operation, first.user, first.items, first.outcome) == ("GetValues", "ebo", 2, "OK")
    assert (second.operation, second.outcome) == ("GetValues", "MISSING_ID_LIST")
    assert "s3cret" not in repr(wire.server.requests)


def test_a_bulk_read_above_the_size_that_is_remembered_is_answered(wire: Wire) -> None:
    body = envelope(request("GetValues", ids("GetValuesIds", *([POWER] * 4000))))
    assert len(body) > 128 * 1024
    assert len(wire.send(body).rows("ValueItem")) == 4000
