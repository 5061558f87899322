"""The types that are made of the WSDL, compared with what zeep, which others wrote, makes of it."""

from __future__ import annotations

from importlib.resources import files

import pytest
from evce_connector.ews.wire.contract import NAMESPACE, OPERATIONS, fill
from evce_connector.ews.wire.spyne_import import spyne
from zeep import Client
from zeep.xsd import AnySimpleType, ComplexType
from zeep.xsd.elements import Any as AnyElement

SIMPLE = {
    "string": spyne.Unicode,
    "integer": spyne.Integer,
    "boolean": spyne.Boolean,
    "dateTime": spyne.DateTime,
    "duration": spyne.Duration,
}


@pytest.fixture(scope="module")
def zeep_client() -> Client:
    return Client(str(files("evce_connector.ews.wire") / "DataExchange.wsdl"))


def compare(ours: type, theirs: object, where: str) -> int:
    """Compare members, their order, kinds and how often they may come; return how many there were."""
    if isinstance(theirs, AnySimpleType):
        assert issubclass(ours, SIMPLE[theirs.name]), where
        return 1
    assert isinstance(theirs, ComplexType)
    count = 0
    members = dict(ours._type_info)
    for name, attribute in theirs.attributes:
        member = members.pop(name)
        assert issubclass(member, spyne.XmlAttribute), where
        assert issubclass(member.type, SIMPLE[attribute.type.name]), where
    elements = [(name, element) for name, element in theirs.elements if not isinstance(element, AnyElement)]
    if theirs.name == "ItemPathType":
        assert list(members) == ["text"]
        return 1
    assert list(members) == [name for name, _ in elements], where
    for name, element in elements:
        attributes = members[name].Attributes
        assert attributes.min_occurs == element.min_occurs, (where, name)
        assert (attributes.max_occurs == 1) == (element.max_occurs == 1), (where, name)
        count += 1 + compare(members[name], element.type, f"{where}/{name}")
    return count


def test_every_message_has_the_members_of_the_contract(zeep_client: Client) -> None:
    count = 0
    for operation in OPERATIONS.values():
        for tag, type_ in ((operation.request_tag, operation.request), (operation.response_tag, operation.response)):
            count += compare(type_, zeep_client.get_element(f"{{{NAMESPACE}}}{tag}").type, tag)
    assert count > 400


def test_the_operations_and_their_faults_are_those_of_the_contract(zeep_client: Client) -> None:
    (binding,) = zeep_client.wsdl.bindings.values()
    theirs = {name: set(operation.faults) for name, operation in binding._operations.items()}
    ours = {name: {f"Fault_{fault}" for fault in operation.faults} for name, operation in OPERATIONS.items()}
    assert ours == theirs


def test_a_member_that_a_message_does_not_have_is_noticed() -> None:
    with pytest.raises(KeyError, match="Colour"):
        fill(OPERATIONS["Renew"].response, {"Colour": "green"})
