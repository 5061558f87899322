from evce_connector.ews.wire.contract import NAMESPACE, OPERATIONS

from tests.evce_connector.ews.conftest import Serve, Wire, ids

NOT_OFFERED = {"ForceValues", "UnforceValues", "GetHistoricalDataAggregation"}


def test_information_names_version_namespace_and_system(wire: Wire) -> None:
    answer = wire.ask("GetWebServiceInformation")
    assert answer.one("MajorVersion") == "1"
    assert answer.one("MinorVersion") == "2"
    assert answer.one("UsedNameSpace") == NAMESPACE
    assert answer.one("Name") == "EVCE Ews Server"
    assert all(part.isdecimal() for part in answer.one("Version").split("."))


def test_every_operation_but_the_refused_ones_is_listed_in_1_2(wire: Wire) -> None:
    offered = [name for name in OPERATIONS if name not in NOT_OFFERED]
    assert wire.ask("GetWebServiceInformation").all("Operation") == offered


def test_version_1_1_has_the_first_ten_operations_and_no_profiles(wire: Wire) -> None:
    answer = wire.ask("GetWebServiceInformation", version="1.1")
    assert answer.all("Operation") == list(OPERATIONS)[:10]
    assert answer.one("MinorVersion") == "1"
    assert answer.all("Profile") == []


def test_an_answer_has_the_version_that_was_asked_for(wire: Wire) -> None:
    assert wire.ask("GetWebServiceInformation", version="1.1").element.get("version") == "1.1"


def test_a_strange_version_is_answered_in_1_2(wire: Wire) -> None:
    for version in ("1.0", "2", ""):
        assert wire.ask("GetWebServiceInformation", version=version).element.get("version") == "1.2"


def test_an_operation_of_1_2_is_not_supported_in_1_1(wire: Wire) -> None:
    fault = wire.fault("GetEnums", ids("GetEnumIds", "Enums/Boolean"), version="1.1")
    assert (fault.code, fault.reason, fault.status) == ("Sender", "OPERATION_NOT_SUPPORTED", 500)


def test_an_operation_that_is_switched_off_is_neither_listed_nor_answered(serve: Serve) -> None:
    wire = Wire(serve(operations=frozenset(OPERATIONS) - {"GetValues", "GetHistory"}))
    assert not {"GetValues", "GetHistory"} & set(wire.ask("GetWebServiceInformation").all("Operation"))
    assert wire.fault("GetValues", ids("GetValuesIds", "x")).name == "Operation_Not_Supported"


def test_a_request_with_other_prefixes_is_understood(wire: Wire) -> None:
    body = (
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" '
        f'xmlns:ns1="{NAMESPACE}"><SOAP-ENV:Header/><SOAP-ENV:Body><ns1:GetValuesRequest version="1.1">'
        "<ns1:GetValuesIds><ns1:Id>Zones/1/ZoneName</ns1:Id></ns1:GetValuesIds></ns1:GetValuesRequest>"
        "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    assert wire.send(body.encode()).one("Id") == "Zones/1/ZoneName"
