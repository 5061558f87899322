"""Parts of the proxy, where a real connector gives no occasion."""

from __future__ import annotations

import pytest
from ebo_simulator.soap import NAMESPACE
from lying_proxy.liar import Liar
from lying_proxy.lies import Lie
from lying_proxy.message import Message
from lying_proxy.other_words import other

pytestmark = pytest.mark.once

ENVELOPE = '<s:Envelope xmlns:s="{soap}"><s:Body>{content}</s:Body></s:Envelope>'
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"


def answer(operation: str, content: str, soap: str = SOAP_12) -> bytes:
    inner = f'<x:{operation}Response xmlns:x="{NAMESPACE}" version="1.1">{content}</x:{operation}Response>'
    return ENVELOPE.format(soap=soap, content=inner).encode()


def values(item: str, soap: str = SOAP_12) -> bytes:
    return answer("GetValues", f"<x:GetValuesItems><x:ValueItem>{item}</x:ValueItem></x:GetValuesItems>", soap)


ALARM = answer(
    "GetItems",
    "<x:GetItemsItems><x:AlarmItems><x:AlarmItem><x:Id>a</x:Id><x:Name>A</x:Name><x:State>0</x:State></x:AlarmItem>"
    "</x:AlarmItems></x:GetItemsItems>",
)


@pytest.mark.parametrize(
    ("value", "lie"),
    [
        ("16", "17"),
        ("12.50", "13.50"),
        ("1E+2", "101"),
        ("NaN", "not NaN"),
        ("True", "False"),
        ("false", "true"),
        ("charging", "not charging"),
        ("", "not"),
        ("2026-01-05T12:00:00Z", "2026-01-05T13:00:00Z"),
        ("9999-12-31T23:30:00Z", "not 9999-12-31T23:30:00Z"),
    ],
)
def test_another_value_is_one_of_the_same_kind(value: str, lie: str) -> None:
    assert other(value, "1") == lie


def test_a_value_that_is_absent_is_put_where_the_contract_wants_it() -> None:
    raw = values("<x:Id>a</x:Id><x:State>0</x:State>")

    lied = Liar(Lie("value", "a", to="5")).altered(None, raw)
    assert b"<x:State>0</x:State><x:Value>5</x:Value></x:ValueItem>" in lied


def test_prefixes_and_soap_1_1_stay() -> None:
    raw = values("<x:Id>a</x:Id><x:State>0</x:State><x:Value>1</x:Value>", "http://schemas.xmlsoap.org/soap/envelope/")

    lied = Liar(Lie("value", "a")).altered(None, raw)
    assert lied.partition(b"?>\n")[2] == raw.replace(b"<x:Value>1<", b"<x:Value>2<")


def test_a_state_that_is_absent_is_not_invented() -> None:
    raw = values("<x:Id>a</x:Id>")

    assert Liar(Lie("state", "a")).altered(None, raw) == raw


def test_an_alarm_is_invented_where_no_list_was() -> None:
    liar = Liar(Lie("alarm-invented", "a"))
    liar.altered(None, ALARM)
    lied = Message.read(liar.altered(None, answer("GetAlarmEvents", "")))

    assert lied
    assert [lied.first(name) for name in ("ID", "State")] == ["a", "1"]


def test_an_alarm_that_was_never_seen_is_not_stuck() -> None:
    liar = Liar(Lie("alarm-stuck", "a"))
    assert liar.altered(None, ALARM) == ALARM


def test_the_last_child_of_a_page_of_a_container_is_left_out() -> None:
    children = "".join(f"<x:ValueItem><x:Id>{id_}</x:Id><x:Name>{id_}</x:Name></x:ValueItem>" for id_ in "ab")
    raw = answer(
        "GetContainerItems",
        "<x:GetContainerItemsItems><x:ContainerItem><x:Id>f</x:Id><x:Name>F</x:Name><x:Items><x:ValueItems>"
        f"{children}</x:ValueItems></x:Items></x:ContainerItem></x:GetContainerItemsItems><x:GetContainerItemsStatus>"
        "<x:MoreDataAvailable>{more}</x:MoreDataAvailable></x:GetContainerItemsStatus>",
    ).decode()
    liar = Liar(Lie("page-end", "F"))

    lied = liar.altered(None, raw.replace("{more}", "true").encode())
    assert b"<x:Id>a</x:Id>" in lied
    assert b"<x:Id>b</x:Id>" not in lied
    last = raw.replace("{more}", "false").encode()
    assert liar.altered(None, last) == last


def test_what_is_no_soap_passes() -> None:
    assert Liar(Lie("value", "*")).altered(None, b"<html><br></html>") == b"<html><br></html>"
