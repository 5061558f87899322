"""What is no proper request is answered by a clear fault, quickly and without repeating what was sent."""

from __future__ import annotations

import pytest
import requests
from evce_connector.ews.wire.contract import NAMESPACE
from evce_connector.ews.wire.text import clean

from features.driver.wsgi import environ_of
from tests.evce_connector.ews.conftest import SOAP_11, SOAP_12, Fault, Serve, Wire, envelope, ids, request

GOOD = envelope(request("GetValues", ids("GetValuesIds", "Zones/1/ZoneName")))
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
DEEP = "<a>" * 100_000


def invalid(wire: Wire, body: bytes, **options: str) -> Fault:
    fault = wire.send(body, **options)
    assert isinstance(fault, Fault), body[:80]
    assert fault.name == "InvalidRequest"
    return fault


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE x>",
        f"<!DOCTYPE x [{BOMB}]>",
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>',
    ],
)
def test_document_types_are_refused(wire: Wire, prolog: str) -> None:
    body = prolog.encode() + GOOD.replace(b"Zones/1/ZoneName", b"&e;")
    assert "type definitions" in invalid(wire, body).text


def test_an_entity_in_an_attribute_is_refused(wire: Wire) -> None:
    body = b'<!DOCTYPE x [<!ENTITY e "EXPANDED">]>' + GOOD.replace(b'"1.2"', b'"&e;"')
    assert "EXPANDED" not in invalid(wire, body).text


def test_an_unknown_entity_is_refused(wire: Wire) -> None:
    assert "well-formed" in invalid(wire, GOOD.replace(b"Zones/1/ZoneName", b"&e;")).text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"not XML",
        GOOD[:-20],
        DEEP.encode(),
        GOOD + b"<x/>",
        b"\x00\x01\x02",
        b"\xff\xfe\xfd",
        envelope(""),
        envelope("<x/>text").replace(b"Body", b"Other"),
        f'<s:Envelope xmlns:s="{SOAP_12}"/>'.encode(),
        f'<s:Envelope xmlns:s="{SOAP_12}"><s:Header/></s:Envelope>'.encode(),
    ],
)
def test_what_is_no_envelope_with_one_request_is_invalid(wire: Wire, body: bytes) -> None:
    invalid(wire, body)


def test_a_body_of_another_operation_s_name_is_not_supported(wire: Wire) -> None:
    for content in (f'<Reboot xmlns="{NAMESPACE}"/>', "<GetValuesRequest/>", '<x xmlns="urn:other"/>'):
        fault = wire.send(envelope(content))
        assert (fault.name, fault.code) == ("Operation_Not_Supported", "Sender")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "iso-8859-1", "windows-1252", "nonsense-8"])
def test_other_encodings_than_utf_8_are_refused(wire: Wire, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' + GOOD.decode()
    body = declared.encode("latin-1" if encoding == "nonsense-8" else encoding)
    assert "UTF-8" in invalid(wire, body).text


@pytest.mark.parametrize("encoding", ["utf-7", "iso-8859-1", "ebcdic-cp-us"])
def test_an_encoding_that_is_declared_late_is_refused_too(wire: Wire, encoding: str) -> None:
    declared = f'<?xml version="1.0" {" " * 2000} encoding="{encoding}"?>'.encode()
    hidden = b"+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY e 'x'>]>" if encoding == "utf-7" else b""
    invalid(wire, declared + hidden + GOOD)


def test_utf_8_may_be_declared_or_marked(wire: Wire) -> None:
    for prefix in (b'<?xml version="1.0" encoding="UTF-8"?>', b"\xef\xbb\xbf", b'<?xml version="1.0"?>\n'):
        assert not isinstance(wire.send(prefix + GOOD), Fault)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/json", "application/soap+xml; charset=latin-1"]
)
def test_another_content_type_is_refused_before_the_body_is_read(wire: Wire, content_type: str) -> None:
    fault = invalid(wire, GOOD, content_type=content_type)
    assert fault.status == 415


@pytest.mark.parametrize(
    "content_type",
    [
        "application/soap+xml",
        'application/soap+xml; action="urn:a;charset=latin-1"; charset=utf-8',
        'Application/SOAP+XML;charset="UTF-8";action=""',
        "text/xml; charset=utf8",
    ],
)
def test_parameters_of_the_content_type_may_be_quoted_and_hold_semicolons(wire: Wire, content_type: str) -> None:
    assert not isinstance(wire.send(GOOD, content_type=content_type), Fault)


class Unreadable:
    """A body that must not be read."""

    def read(self, _: int) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(("length", "status"), [("many", "400"), ("1048577", "413")])
def test_a_length_that_is_none_or_too_much_is_refused_unread(wire: Wire, length: str, status: str) -> None:
    wire.ask("GetWebServiceInformation")  # logs in
    prepared = wire.session.prepare_request(requests.Request("POST", wire.server.address, data=GOOD))
    prepared.headers["Content-Type"] = "application/soap+xml"
    environ = environ_of(prepared)
    answered: list[str] = []
    wire.server.wsgi(
        environ | {"CONTENT_LENGTH": length, "wsgi.input": Unreadable()},
        lambda line, _: answered.append(line.partition(" ")[0]),
    )
    assert answered == [status]


def test_a_body_over_the_limit_is_refused(serve: Serve) -> None:
    wire = Wire(serve(max_body=2000))
    assert not isinstance(wire.send(GOOD.ljust(2000)), Fault)
    fault = invalid(wire, GOOD.ljust(2001))
    assert (fault.status, "2000 bytes" in fault.text) == (413, True)


@pytest.mark.parametrize("code", [*range(1, 9), 0xB, 0xC, 0x1F])
def test_a_control_character_is_refused(wire: Wire, code: int) -> None:
    for character in (chr(code), f"&#{code};"):
        invalid(wire, GOOD.replace(b"Zones", character.encode()))


def test_tabs_and_line_ends_in_an_id_are_just_another_id(wire: Wire) -> None:
    for character in ("\t", "\n", "&#13;", "&#9;"):
        answer = wire.send(GOOD.replace(b"Zones/1/ZoneName", f"x{character}y".encode()))
        assert answer.one("Message") == "INVALID_ID"


def test_an_overlong_reference_is_a_clear_fault(wire: Wire) -> None:
    content = f"<GetHistoryParameter><MoreDataRef>{'A' * 10_000}</MoreDataRef></GetHistoryParameter>"
    assert wire.fault("GetHistory", content).name == "Invalid_Reference"


def test_a_soap_1_1_client_is_answered_in_kind(wire: Wire) -> None:
    body = envelope(request("GetValues", ids("GetValuesIds", "Zones/1/ZoneName"), "1.1"), SOAP_11)
    response = wire.post(body, content_type='text/xml; charset="utf-8"')
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert SOAP_11.encode() in response.content
    assert invalid(wire, body[:-9], content_type="text/xml").code == "Client"


def test_an_envelope_of_neither_version_is_a_version_mismatch(wire: Wire) -> None:
    for body in (GOOD.replace(SOAP_12.encode(), b"urn:soap"), b"<x/>"):
        assert invalid(wire, body).code == "VersionMismatch"


def test_comments_and_processing_instructions_change_nothing(wire: Wire) -> None:
    body = GOOD.replace(b"Zones/1", b"Zones<!-- no -->/1").replace(b"<Id>", b"<?x y?><Id>")
    assert wire.send(body).one("Id") == "Zones/1/ZoneName"


@pytest.mark.parametrize(
    ("operation", "content"),
    [
        ("Subscribe", "<Expires>P1</Expires>"),
        ("Subscribe", f"<Expires>P{'9' * 5000}Y</Expires>"),
        ("Subscribe", "<Expires>P999999Y</Expires><Filter><EventType>9</EventType></Filter>"),
        ("Subscribe", "<Filter><EventType>one</EventType></Filter>"),
        ("GetAlarmEvents", f"<GetAlarmEventsFilter><PriorityFrom>{'9' * 5000}</PriorityFrom></GetAlarmEventsFilter>"),
        ("GetHistory", "<GetHistoryFilter><TimeFrom>yesterday</TimeFrom></GetHistoryFilter>"),
        ("GetHistory", "<GetHistoryFilter><TimeFrom>0001-01-01T00:00:00+14:00</TimeFrom></GetHistoryFilter>"),
        ("GetSystemEvents", "<GetSystemEventsFilter><TimeTo>2026-13-01T00:00:00Z</TimeTo></GetSystemEventsFilter>"),
    ],
)
def test_numbers_and_times_that_do_not_parse_are_a_fault(wire: Wire, operation: str, content: str) -> None:
    assert wire.fault(operation, content).code == "Sender"


def test_a_boolean_that_is_none_is_a_fault_and_not_false(wire: Wire) -> None:
    assert wire.fault("GetContainerItems", attributes='metadata="maybe"').name == "InvalidRequest"
    for word in ("true", "True", "0", ""):
        wire.ask("GetContainerItems", attributes=f'metadata="{word}"')


def test_empty_numbers_and_times_are_as_absent(wire: Wire) -> None:
    wire.ask("GetAlarmEvents", "<GetAlarmEventsFilter><PriorityFrom/></GetAlarmEventsFilter>")
    wire.ask("GetAlarmHistory", "<GetAlarmHistoryFilter><TimeFrom/><TimeTo/></GetAlarmHistoryFilter>")
    wire.ask("Subscribe", "<Expires/><Filter><EventType>1</EventType></Filter>")


def test_what_xml_cannot_carry_is_replaced() -> None:
    assert clean("a\x00b\x1f\ud800\ufffe\t\n\U0001f600") == "a\ufffdb\ufffd\ufffd\ufffd\t\n\U0001f600"
