"""The message contract as spyne types, made at import from DataExchange.wsdl: nothing of it is typed twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from lxml import etree

from evce_connector.ews.wire.spyne_import import spyne

NAMESPACE = "http://www.schneider-electric.com/common/dataexchange/2011/05"
FAULT_NAMESPACE = f"{NAMESPACE}/DataExchangeInterface/Fault"
WSDL = (files("evce_connector.ews.wire") / "DataExchange.wsdl").read_bytes()
VERSION_11_OPERATIONS = 10
"""The vendor's 1.1 toolkit has the first ten operations of the contract (docs/ews.md, Envelope)."""

_XS = "{http://www.w3.org/2001/XMLSchema}"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SIMPLE = {
    "xs:string": spyne.Unicode,
    "xs:integer": spyne.Integer,
    "xs:boolean": spyne.Boolean,
    "xs:dateTime": spyne.DateTime(timezone="UTC"),
    "xs:duration": spyne.Duration,
}


class Operation(NamedTuple):
    """One operation of the contract: its messages and the faults that it may answer."""

    name: str
    request: Any
    response: Any
    request_tag: str
    response_tag: str
    faults: tuple[str, ...]
    since: str
    """EWS version that brought it: 1.1 or 1.2."""


class _Types:
    """Makes spyne types from schema components, each once."""

    def __init__(self, schema: etree._Element) -> None:
        self._named = {node.get("name"): node for node in schema.findall(f"{_XS}complexType")}
        self._made: dict[str, Any] = {}

    def of(self, type_: str) -> Any:  # noqa: ANN401 - spyne is untyped
        """Return the type of a QName: `xs:string` or `tns:ValueItemType`."""
        if type_ in _SIMPLE:
            return _SIMPLE[type_]
        name = type_.removeprefix("tns:")
        if name not in self._made:
            self._made[name] = self.complex(name, self._named[name])
        return self._made[name]

    def complex(self, name: str, node: etree._Element) -> Any:  # noqa: ANN401 - spyne is untyped
        """Make a class of a complex type."""
        members: dict[str, Any] = {}
        if (extension := node.find(f".//{_XS}extension")) is not None:
            members["text"] = spyne.XmlData(self.of(extension.get("base", "")))
        for element in node.findall(f"{_XS}sequence/{_XS}element"):
            members[element.get("name", "")] = self._element(name, element)
        holder = node if extension is None else extension
        for attribute in holder.findall(f"{_XS}attribute"):
            members[attribute.get("name", "")] = spyne.XmlAttribute(self.of(attribute.get("type", "")), use="optional")
        return type(str(name), (spyne.ComplexModel,), {"__namespace__": NAMESPACE, "_type_info": list(members.items())})

    def _element(self, parent: str, element: etree._Element) -> Any:  # noqa: ANN401 - spyne is untyped
        """Make the type of a child element; anonymous types are named Parent_Child."""
        inner = element.find(f"{_XS}complexType")
        name = element.get("name", "")
        type_ = self.of(element.get("type", "")) if inner is None else self.complex(f"{parent}_{name}", inner)
        many = element.get("maxOccurs") == "unbounded"
        return type_.customize(
            min_occurs=int(element.get("minOccurs", "1")),
            max_occurs="unbounded" if many else 1,
            nullable=True,
        )


def _local(node: etree._Element, child: str, attribute: str) -> str:
    """Return the local name that an attribute of a child refers to."""
    (found,) = node.findall(f"{_WSDL}{child}")
    return found.get(attribute, "").partition(":")[2]


def _read() -> dict[str, Operation]:
    """Read operations, messages and faults."""
    root = etree.fromstring(WSDL)
    schema = next(root.iter(f"{_XS}schema"))
    types = _Types(schema)
    elements = {
        element.get("name", ""): types.complex(element.get("name", ""), element[0])
        for element in schema.findall(f"{_XS}element")
    }
    messages = {
        message.get("name", ""): _local(message, "part", "element") for message in root.findall(f"{_WSDL}message")
    }
    operations: dict[str, Operation] = {}
    for node in root.findall(f"{_WSDL}portType/{_WSDL}operation"):
        name = node.get("name", "")
        request = messages[_local(node, "input", "message")]
        response = messages[_local(node, "output", "message")]
        faults = tuple(fault.get("name", "").removeprefix("Fault_") for fault in node.findall(f"{_WSDL}fault"))
        since = "1.1" if len(operations) < VERSION_11_OPERATIONS else "1.2"
        operations[name] = Operation(name, elements[request], elements[response], request, response, faults, since)
    return operations


OPERATIONS = _read()
"""The operations by name, in the contract's order."""
BY_REQUEST = {operation.request_tag: operation for operation in OPERATIONS.values()}


def schema_of(wsdl: bytes = WSDL) -> etree.XMLSchema:
    """Return the validator of messages that stands in a WSDL; fault details are plain strings."""
    root = etree.fromstring(wsdl)
    messages = next(root.iter(f"{_XS}schema"))
    # Serialised once more, because libxml2 does not see the prefixes that the WSDL's root declares.
    return etree.XMLSchema(etree.fromstring(etree.tostring(messages)))


def fill(type_: Any, data: Mapping[str, Any], clean: Callable[[str], str] = str) -> Any:  # noqa: ANN401
    """Make an object of a message type from plain dicts, lists and values; KeyError names a member it does not have.

    `clean` is applied to every string.
    """
    members = type_._type_info  # noqa: SLF001 - spyne's only way to ask
    made = (type_.__orig__ or type_)()  # spyne formats a stack trace for each customised class that it instantiates
    for name, value in data.items():
        member = members[name]
        if isinstance(value, Mapping):
            value = fill(member, value, clean)  # noqa: PLW2901 - the same value, in its spyne form
        elif isinstance(value, list):
            value = [fill(member, part, clean) if isinstance(part, Mapping) else clean(part) for part in value]  # noqa: PLW2901
        elif isinstance(value, str):
            value = clean(value)  # noqa: PLW2901 - as above
        setattr(made, name, value)
    return made
