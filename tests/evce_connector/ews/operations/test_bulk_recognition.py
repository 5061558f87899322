"""Plain bulk reads are read from their bytes exactly as the XML parser would read them."""

from __future__ import annotations

import pytest
from evce_connector.ews.operations import bulk
from evce_connector.ews.operations.bulk import Bulk
from evce_connector.ews.wire.contract import NAMESPACE
from evce_connector.ews.wire.soap import parse

SOAP = "http://www.w3.org/2003/05/soap-envelope"


def body(ids: str, declarations: str = f'xmlns="{NAMESPACE}"', prefix: str = "", prologue: str = "") -> bytes:
    request = f"{prefix}GetValuesRequest"
    return (
        f'{prologue}<s:Envelope xmlns:s="{SOAP}"><s:Body><{request} {declarations} version="1.2"><{prefix}GetValuesIds>'
        f"{ids}</{prefix}GetValuesIds></{request}></s:Body></s:Envelope>"
    ).encode()


PLAIN = [
    body("<Id>a</Id>"),
    body("<Id>a</Id><Id>b]c</Id><Id></Id><Id>d e</Id>"),
    body("<x:Id>a</x:Id><x:Id>b</x:Id>", f'xmlns:x="{NAMESPACE}"', "x:"),
    body("<Id>a</Id><Id>b</Id>", prologue='<?xml version="1.0" encoding="utf-8"?>'),
    body("<Id>a</Id><Id>b</Id>", prologue=f"<!--{'long ' * 1000}-->"),
]
ODD = [
    body("<Id>a</Id> <Id>b</Id>"),
    body("<Id>a</Id><Id>b>c</Id><Id>é ü</Id>"),
    body("<Id>a&amp;b</Id><Id>&#65;</Id>"),
    body("<Id>a\r\nb</Id>"),
    body("<Id><![CDATA[a</Id><Id>b]]></Id>"),
    body("<!--<Id>a</Id>--><Id>b</Id>"),
    body("<Id>a</Id><!--</Id><Id>--><Id>b</Id>"),
    body("<Id>a</Id><Other>b</Other><Id>c</Id>"),
    body("<Id>a</Id><Id x='1'>b</Id>"),
    body("<Id>a<Id>b</Id></Id>"),
    body("<Id/>"),
    body("<Id>a</Id>", 'xmlns="urn:other"'),
    body("<Id>a</Id><Id>b</Id>", prologue='<?xml version="1.0" encoding="iso-8859-1"?>'),
    body("<Id>a\x7fb</Id>"),
    body("<Id>a\ufffe</Id>"),
    body("<Id>a]]>b</Id>"),
    body("<Id>a</Id>").replace(b"a", b"\xff"),
    b'<!DOCTYPE x [<!ENTITY e "f">]>' + body("<Id>a</Id>"),
]


def by_the_parser(body: bytes) -> Bulk | None:
    try:
        return bulk._bulk(parse(body))
    except bulk.EwsFault:
        return None


@pytest.mark.parametrize("body", PLAIN)
def test_plain_ids_are_read_as_the_parser_reads_them(body: bytes) -> None:
    plain = bulk._plain(body)
    assert plain is not None
    assert plain == by_the_parser(body)


@pytest.mark.parametrize("body", ODD)
def test_whatever_else_is_read_by_the_parser(body: bytes) -> None:
    assert bulk.recognise(body) == by_the_parser(body)


def test_another_list_in_the_same_envelope_is_another_list() -> None:
    lists = [bulk.recognise(body(f"<Id>a{count}</Id><Id>b</Id>")) for count in range(3)]
    assert [found and found.ids for found in lists] == [("a0", "b"), ("a1", "b"), ("a2", "b")]


def test_the_same_list_in_another_envelope_is_answered_as_that_one_asks() -> None:
    twelve, eleven = body("<Id>a</Id>"), body("<Id>a</Id>").replace(b'"1.2"', b'"1.1"')
    items = body("<Id>a</Id>").replace(b"GetValues", b"GetItems")
    found = [bulk.recognise(asked) for asked in (twelve, eleven, items)]
    assert [(one.operation, one.version) for one in found if one] == [
        ("GetValues", "1.2"),
        ("GetValues", "1.1"),
        ("GetItems", "1.2"),
    ]
