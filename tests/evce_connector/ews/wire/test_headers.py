"""SOAP headers: who must be understood and is not stops the request, all others pass."""

from __future__ import annotations

import pytest

from tests.evce_connector.ews.conftest import SOAP_11, SOAP_12, Answer, Fault, Wire, ids, request

NAME = "Zones/1/ZoneName"
ADDRESSING, OLD_ADDRESSING = "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
NEXT_11 = 's:actor="http://schemas.xmlsoap.org/soap/actor/next"'
ULTIMATE, NEXT_12, NONE = (f's:role="{SOAP_12}/role/{word}"' for word in ("ultimateReceiver", "next", "none"))
ELSEWHERE_11, ELSEWHERE_12 = 's:actor="urn:proxy"', 's:role="urn:proxy"'
MUST = 's:mustUnderstand="1"'


def ask(wire: Wire, headers: str, soap: str, operation: str, content: str) -> Answer | Fault:
    head = f"<s:Header>{headers}</s:Header>"
    body = f"<s:Body>{request(operation, content)}</s:Body>"
    kind = "application/soap+xml" if soap == SOAP_12 else "text/xml"
    return wire.send(
        f'<s:Envelope xmlns:s="{soap}">{head}{body}</s:Envelope>'.encode(), content_type=f"{kind}; charset=utf-8"
    )


ASKED = [("GetValues", ids("GetValuesIds", NAME)), ("GetWebServiceInformation", "")]
"""One that is recognised in front of the decoder, and one that is not."""


@pytest.mark.parametrize(("operation", "content"), ASKED)
@pytest.mark.parametrize(
    ("soap", "header"),
    [
        (SOAP_12, f'<x xmlns="urn:x" {MUST}/>'),
        (SOAP_12, '<x xmlns="urn:x" s:mustUnderstand="true"/>'),
        (SOAP_12, f"<x {MUST}/>"),
        (SOAP_12, f'<x xmlns="urn:x" {MUST} {NEXT_12}/>'),
        (SOAP_12, f'<x xmlns="urn:x" {MUST} {ULTIMATE}/>'),
        (SOAP_12, f'<Security xmlns="{SECURITY}" {MUST}/>'),
        (SOAP_12, f'<To xmlns="{ADDRESSING}" {MUST}>here</To><x xmlns="urn:x" {MUST}/>'),
        (SOAP_11, f'<x xmlns="urn:x" {MUST}/>'),
        (SOAP_11, f'<x xmlns="urn:x" {MUST} {NEXT_11}/>'),
        (SOAP_11, f'<x xmlns="urn:x" {MUST} s:actor=""/>'),
        (SOAP_11, f'<Security xmlns="{SECURITY}" {MUST}/>'),
    ],
)
def test_a_header_that_must_be_understood_and_is_not_stops_the_request(
    wire: Wire, soap: str, header: str, operation: str, content: str
) -> None:
    fault = ask(wire, header, soap, operation, content)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.name, fault.status) == ("MustUnderstand", "InvalidRequest", 500)


@pytest.mark.parametrize(("operation", "content"), ASKED)
@pytest.mark.parametrize(
    ("soap", "header"),
    [
        (SOAP_12, '<x xmlns="urn:x"/>'),
        (SOAP_12, '<x xmlns="urn:x" s:mustUnderstand="0"/>'),
        (SOAP_12, '<x xmlns="urn:x" s:mustUnderstand="false"/>'),
        (SOAP_12, '<x xmlns="urn:x" mustUnderstand="1"/>'),
        (SOAP_12, f'<x xmlns="urn:x" {MUST} {ELSEWHERE_12}/>'),
        (SOAP_12, f'<x xmlns="urn:x" {MUST} {NONE}/>'),
        (SOAP_12, f'<x xmlns="urn:x"><y {MUST}/></x>'),
        (SOAP_12, f'<Security xmlns="{SECURITY}"/>'),
        *[
            (soap, f'<a:{name} xmlns:a="{addressing}" {MUST}>urn:x</a:{name}>')
            for soap in (SOAP_11, SOAP_12)
            for addressing in (ADDRESSING, OLD_ADDRESSING)
            for name in ("To", "Action", "MessageID", "ReplyTo")
        ],
        (SOAP_11, '<x xmlns="urn:x" s:mustUnderstand="0"/>'),
        (SOAP_11, f'<x xmlns="urn:x" {MUST} {ELSEWHERE_11}/>'),
    ],
)
def test_every_other_header_passes(wire: Wire, soap: str, header: str, operation: str, content: str) -> None:
    assert isinstance(ask(wire, header, soap, operation, content), Answer)
