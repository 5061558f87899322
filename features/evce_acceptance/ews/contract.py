"""What the message contract says: its operations, their elements and faults, and the schema of the messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lxml import etree

NAMESPACE = "http://www.schneider-electric.com/common/dataexchange/2011/05"
FAULT_NAMESPACE = f"{NAMESPACE}/DataExchangeInterface/Fault"
VERSIONS = ("1.2", "1.1")
"""Newest first: what is tried once is tried in the newest that a server speaks."""
SINCE_1_1 = 10
"""The first operations of the contract, which the vendor's toolkit of EWS 1.1 has."""
NEW_IN_1_2 = frozenset({"GetWebServiceInformationSupportedProfiles", "Forceable", "EnumId", "Metadata"})
"""Elements of answers that came with 1.2."""
HARMFUL = frozenset({"SetValues", "ForceValues", "UnforceValues", "AcknowledgeAlarmEvents"})
"""Operations that change something: never sent unless somebody allows it."""

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}schema"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the elements of its messages, the version that it came with, and its faults."""

    name: str
    request: str
    response: str
    since: str
    faults: frozenset[str]


@cache
def operations() -> dict[str, Operation]:
    """Return the 22 operations by name, in the contract's order."""
    contract = _contract()
    elements = {
        message.get("name"): str(message[0].get("element")).rpartition(":")[2]
        for message in contract.iterfind(f"{_WSDL}message")
    }
    found = {}
    for place, row in enumerate(contract.iterfind(f"{_WSDL}portType/{_WSDL}operation")):
        name = str(row.get("name"))
        faults = (str(fault.get("name")).removeprefix("Fault_") for fault in row.iterfind(f"{_WSDL}fault"))
        since = "1.1" if place < SINCE_1_1 else "1.2"
        found[name] = Operation(name, elements[f"{name}In"], elements[f"{name}Out"], since, frozenset(faults))
    return found


def offence(message: etree._Element) -> str:
    """Say where a message breaks the schema first; empty where it does not."""
    schema = _schema()
    if schema.validate(message):
        return ""
    error = schema.error_log.last_error  # type: ignore[attr-defined]  # the stubs do not know it
    return str(error.message).replace(f"{{{NAMESPACE}}}", "").rstrip(".")


@cache
def _contract() -> etree._Element:
    return etree.fromstring((files("ebo_simulator") / "DataExchange.wsdl").read_bytes())


@cache
def _schema() -> etree.XMLSchema:
    messages = next(_contract().iter(_SCHEMA))
    # Written and read again, because libxml2 does not see the prefixes that the WSDL's root declares.
    return etree.XMLSchema(etree.fromstring(etree.tostring(messages)))
