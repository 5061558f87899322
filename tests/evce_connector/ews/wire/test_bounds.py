"""What one request may ask and how long its answer may be: the limit is told, and what is below it is answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from evce_connector.ews.settings import EwsSettings
from evce_connector.ews.wire.bounds import bounded
from evce_connector.ews.wire.faults import EwsFault

from tests.evce_connector.ews.conftest import Answer, Fault, Serve, Wire, envelope, ids, request

NAME = "Zones/1/ZoneName"
MANY = 4
"""Ids in each request below."""


def _rows(tag: str, row: str) -> str:
    return f"<{tag}>{row * MANY}</{tag}>"


LISTS = {
    "GetValues": ids("GetValuesIds", *[NAME] * MANY),
    "GetItems": ids("GetItemsIds", *[NAME] * MANY),
    "GetContainerItems": ids("GetContainerItemsIds", *["Zones/1"] * MANY),
    "GetEnums": ids("GetEnumIds", *["Enums/Boolean"] * MANY),
    "AcknowledgeAlarmEvents": ids("AcknowledgeAlarmEventsIds", *["Stations/1/Alarm"] * MANY),
    "SetValues": _rows("SetValuesItems", "<ValueItem><Id>x</Id><Value>1</Value></ValueItem>"),
    "Subscribe": f"<Filter><EventType>0</EventType>{ids('Ids', *[NAME] * MANY)}</Filter>",
    "GetSystemEvents": f"<GetSystemEventsFilter>{ids('Ids', *['x'] * MANY)}</GetSystemEventsFilter>",
    "GetAlarmEvents": f"<GetAlarmEventsFilter>{_rows('Types', '<Type>EVCE Fault</Type>')}</GetAlarmEventsFilter>",
    "GetHistory": "<GetHistoryParameter><Id>x</Id></GetHistoryParameter>" * MANY,
}


@pytest.mark.parametrize("attribute", ["", " unknown='1'"], ids=["plain", "unusual"])
@pytest.mark.parametrize("operation", LISTS)
def test_one_id_too_many_is_a_fault_that_says_how_many_may_be(serve: Serve, operation: str, attribute: str) -> None:
    wire = Wire(serve(max_ids=MANY - 1))
    fault = wire.fault(operation, LISTS[operation].replace("<Id>", f"<Id{attribute}>"))
    assert fault.name == "InvalidRequest"
    assert fault.text == "A request may hold at most 3 ids; ask for them in several requests."


@pytest.mark.parametrize("attribute", ["", " unknown='1'"], ids=["plain", "unusual"])
@pytest.mark.parametrize("operation", sorted(set(LISTS) - {"GetHistory"}))
def test_as_many_ids_as_may_be_are_answered(serve: Serve, operation: str, attribute: str) -> None:
    wire = Wire(serve(max_ids=MANY))
    answer = wire.send(envelope(request(operation, LISTS[operation].replace("<Id>", f"<Id{attribute}>"))))
    assert isinstance(answer, Answer) or "at most" not in answer.text


def test_five_thousand_different_ids_may_be_asked_for_at_once(wire: Wire) -> None:
    names = [f"x{number}" for number in range(5000)]
    assert wire.ask("GetValues", ids("GetValuesIds", *names)).all("Id") == names
    assert wire.fault("GetValues", ids("GetValuesIds", *names, "y")).name == "InvalidRequest"


BIG = {
    "GetValues": ids("GetValuesIds", *[NAME] * 100),
    "GetItems": ids("GetItemsIds", *[NAME] * 100),
    "GetContainerItems": ids("GetContainerItemsIds", *["Zones/1"] * 100),
    "GetEnums": ids("GetEnumIds", *["Enums/Boolean"] * 100),
    "SetValues": f"<SetValuesItems>{'<ValueItem><Id>x</Id></ValueItem>' * 100}</SetValuesItems>",
}


@pytest.mark.parametrize("operation", BIG)
def test_an_answer_that_would_be_too_long_is_a_fault_that_says_the_limit(serve: Serve, operation: str) -> None:
    fault = Wire(serve(max_answer=2000)).fault(operation, BIG[operation])
    assert fault.name == "InvalidRequest"
    assert fault.text == "The answer would be longer than 2000 bytes; ask for less in one request."


@pytest.mark.parametrize("operation", BIG)
def test_after_an_answer_that_would_be_too_long_the_next_one_comes(serve: Serve, operation: str) -> None:
    wire = Wire(serve(max_answer=2000))
    assert isinstance(wire.send(envelope(request(operation, BIG[operation]))), Fault)
    assert wire.ask("GetValues", ids("GetValuesIds", NAME)).all("Id") == [NAME]


def test_a_container_that_is_asked_for_twice_stands_twice(wire: Wire) -> None:
    answer = wire.ask("GetContainerItems", ids("GetContainerItemsIds", "Zones/1", "Site", "Zones/1"))
    containers = answer.element[0]
    assert [container[0].text for container in containers] == ["Zones/1", "Site", "Zones/1"]


def test_nothing_is_made_of_an_answer_once_it_is_too_long() -> None:
    made: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(100):
            made.append(number)
            yield b"x" * 10

    with pytest.raises(EwsFault, match="longer than 35 bytes"):
        bounded(parts(), 35)
    assert len(made) == 4


def test_an_answer_has_64_mib() -> None:
    most = EwsSettings().max_answer
    with pytest.raises(EwsFault, match="longer than 64 MiB"):
        bounded((b"x" * most, b"x"), most)
    assert bounded((b"x" * most,), most)
